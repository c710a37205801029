"""The benches of sync and hub run at a small size; their times are for people, never for tests."""

import pytest

from kqdesk.cli.bench_hub import bench_hub
from kqdesk.cli.bench_server import DATABASE_VARIABLE
from kqdesk.cli.bench_sync import bench_sync


@pytest.fixture(autouse=True)
def embedded_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)


def test_sync_is_measured_beside_its_floor() -> None:
    figures = bench_sync(60)["embedded"]["60"]

    assert list(figures) == [
        "push_inserts", "pull_new", "first_load", "push_updates", "pull_updates", "nothing_new",
    ]  # fmt: skip
    assert all("ratio" in step for name, step in figures.items() if name != "nothing_new")
    assert figures["nothing_new"]["asks"] == 1


def test_a_hub_is_measured_under_many_and_with_much() -> None:
    figures = bench_hub(1)["embedded"]

    assert (figures["work"]["asks"], figures["idle"]["asks"]) == (48, 16)
    assert (list(figures["stored_rows"]), list(figures["changed_rows"])) == (
        ["10", "100", "500"],
        ["10", "50"],
    )
