"""The one door: everything a change must pass, as CI runs it.

    python -m tests.check                          format, lint, types, imports, tests (but no test marked `full`)
    python -m tests.check --full                   the same, with the tests marked `full` and KQDESK_FULL=1: long sizes
    python -m tests.check --only tests tests/desk  one step; what follows goes to that step's tool

A test takes its size from `os.environ.get("KQDESK_FULL")`, or is marked `@pytest.mark.full` when it has no small size.
Figures worth reading (never a pass or fail) are recorded with `tests.figures.figure(name, value, unit)` and printed here.
The last line is "N passed, N failed"; it counts every test, and each of the other steps as one. Exit code 0 means none failed.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMPORT_LINTER = (
    "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
)
STATIC = {
    "format": ("-m", "ruff", "format", "--check", "."),
    "lint": ("-m", "ruff", "check", "."),
    "types": ("-m", "mypy"),
    "imports": ("-c", IMPORT_LINTER, "--no-logo"),
}
"""Steps that run no code of ours, with their arguments to Python."""

TESTS = "tests"
WORKERS = 2
"""Test processes: Qt and an encrypted store each want a core and some memory, office machines have two."""

COUNT = re.compile(r"(\d+) (passed|failed|error|skipped|xfailed|xpassed)")


@dataclass(frozen=True)
class Result:
    """How one step ended. `passed` and `failed` count tests; a step without tests counts as one."""

    name: str
    seconds: float
    passed: int
    failed: int
    output: str = ""
    """What is still to be printed."""


def surroundings(folder: Path, *, full: bool) -> dict[str, str]:
    """The environment of every step: no display, one thread a library, and no way to the person's own home."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KQDESK_")}
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    homes = {
        name: str(folder / name.lower()) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    }
    own = {"KQDESK_FIGURES": str(folder / "figures"), **({"KQDESK_FULL": "1"} if full else {})}
    return {**kept, **threads, **homes, **own, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}


def run_static(name: str, extra: Sequence[str], environ: dict[str, str]) -> Result:
    """Runs one static step, quietly: its output is kept for when it failed."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *STATIC[name], *extra],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    good = done.returncode == 0
    return Result(name, time.monotonic() - began, int(good), int(not good), "" if good else done.stdout)


def run_tests(extra: Sequence[str], environ: dict[str, str], *, full: bool) -> Result:
    """Runs pytest and prints its lines as they come; a pytest that ends badly without counts is one failure."""
    began = time.monotonic()
    selection = [] if full else ["-m", "not full"]
    command = [sys.executable, "-m", "pytest", "-n", str(WORKERS), "--dist", "worksteal", *selection, *extra]
    closing = ""
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace"
    ) as pytest:
        assert pytest.stdout is not None  # PIPE was asked for
        for line in pytest.stdout:
            print(line, end="", flush=True)
            closing = line if COUNT.search(line) and " in " in line else closing
    passed, failed = count(closing)
    if pytest.returncode != 0 and failed == 0:
        failed = 1
    return Result(TESTS, time.monotonic() - began, passed, failed)


def count(closing: str) -> tuple[int, int]:
    """Passed and failed from pytest's closing line; an error in a fixture is a failure, a skipped test is neither."""
    found = {word: int(number) for number, word in COUNT.findall(closing)}
    return found.get("passed", 0) + found.get("xfailed", 0), sum(
        found.get(word, 0) for word in ("failed", "error", "xpassed")
    )


def announce(result: Result) -> Result:
    """Prints a step's line, and its output when there is any to see."""
    print(f"{result.name:<8} {result.seconds:7.1f} s  {'ok' if result.failed == 0 else 'FAILED'}", flush=True)
    if result.output:
        print(result.output, flush=True)
    return result


def print_figures(place: Path) -> None:
    """The figures recorded by the tests, in the order of their names."""
    if not place.exists():
        return
    rows = [json.loads(line) for line in place.read_text("utf-8").splitlines()]
    print("\nfigures")
    for row in sorted(rows, key=lambda row: str(row["name"])):
        print(f"  {row['name']:<60} {row['value']:>14,.6g} {row['unit']}")


def run_steps(only: str | None, extra: Sequence[str], folder: Path, *, full: bool) -> list[Result]:
    """Runs the asked steps: the static ones side by side, then the tests alone, whatever the others said."""
    environ = surroundings(folder, full=full)
    names = [name for name in STATIC if only in (None, name)]
    with ThreadPoolExecutor(WORKERS) as pool:
        results = [
            announce(result) for result in pool.map(lambda name: run_static(name, extra, environ), names)
        ]
    if only in (None, TESTS):
        results.append(run_tests(extra, environ, full=full))
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when everything passed, 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.check", description="Everything a change must pass."
    )
    parser.add_argument("--full", action="store_true", help="long sizes, and the tests marked full")
    parser.add_argument("--only", choices=[*STATIC, TESTS], help="one step")
    options, extra = parser.parse_known_args(arguments)
    if extra and options.only is None:
        parser.error("further arguments need --only: they belong to one step's tool")
    with tempfile.TemporaryDirectory(prefix="kqdesk-check-") as made:
        results = run_steps(options.only, extra, Path(made), full=options.full)
        print_figures(Path(made) / "figures")
    print("\nsummary")
    for result in results:
        announce(Result(result.name, result.seconds, result.passed, result.failed))
    failed = sum(result.failed for result in results)
    print(f"{sum(result.passed for result in results)} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
