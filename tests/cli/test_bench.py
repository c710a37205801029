"""The benches run at a small size; their times are for people, never for tests."""

import pytest

from tests.cli.command import CommandLine


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("find", 300),
        ("import", 200),
        ("export", 200),
        ("roll", 3),
        ("papers", 3),
        ("match", 200),
        ("reports", 300),
    ],
)
def test_a_bench_gives_figures_beside_its_floor(kqdesk: CommandLine, name: str, size: int) -> None:
    ended = kqdesk("bench", name, "--size", size, "--json")

    assert ended.code == 0
    assert list(ended.told["benches"]) == [name]
    assert any("ratio" in key for key in ended.told["benches"][name])
    assert any("floor" in key for key in ended.told["benches"][name])
