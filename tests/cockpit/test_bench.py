"""The bench runs at a small size; its times are for people, never for tests."""

from unittest.mock import patch

from kqdesk.cli import bench_cockpit


def test_the_bench_gives_figures_beside_its_floor() -> None:
    with (
        patch.object(bench_cockpit, "SCHOOLS", 2),
        patch.object(bench_cockpit, "REPEATS", 1),
        patch.object(bench_cockpit, "_first_paint", lambda url: None),
    ):
        told = bench_cockpit.bench_cockpit(120)

    assert told["overview"]["cpu_ms"] > told["floor_static"]["cpu_ms"] >= 0
    assert told["texts"] == 8
    assert {"ratio_cpu", "reckon_figures", "reckon_everything"} <= set(told)
