"""The benchmarks run at a small size and count what they did; how fast they were is nobody's business here."""

from kqdesk.cli.bench_people import bench_find, bench_import


def test_find_runs_small() -> None:
    told = bench_find(500)

    assert (told["bench"], told["people"], told["queries"]) == ("find", 500, 1_000)
    assert told["ratio_p50"] > 0


def test_import_runs_small() -> None:
    told = bench_import(200)

    assert (told["rows"], told["created"], told["people"], told["held"], told["suspects"]) == (
        200,
        200,
        200,
        0,
        0,
    )
    assert told["ratio"] > 0
