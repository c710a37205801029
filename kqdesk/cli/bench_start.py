"""``bench start`` and ``bench memory``: from the start of the process to the first page, against an empty Qt window."""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kqdesk.cli.bench_home import full_home
from kqdesk.security.kdf import PRODUCTION, calibrated, password_key

PEOPLE = 60_000
ROUNDS = 5


def bench_start(people: int = PEOPLE) -> dict[str, Any]:
    """Median of ``ROUNDS`` starts, alternating with the floor's, after one of each that warms the disk cache."""
    windows, floors = _rounds(people)
    took = statistics.median(one["ready"] - one["began"] for one in windows)
    floor = statistics.median(one["ready"] - one["began"] for one in floors)
    return {
        "people": people,
        "start_s": round(took, 3),
        "imports_s": round(statistics.median(one["imported"] - one["began"] for one in windows), 3),
        "open_home_s": round(statistics.median(one["opened"] - one["imported"] for one in windows), 3),
        "first_page_s": round(statistics.median(one["ready"] - one["opened"] for one in windows), 3),
        "floor_s": round(floor, 3),
        "ratio": round(took / floor, 2),
        "cpu_s": round(_median(windows, "cpu"), 3),
        "floor_cpu_s": round(_median(floors, "cpu"), 3),
        "ratio_cpu": round(_median(windows, "cpu") / _median(floors, "cpu"), 2),
        "bar": "≤ 2.0 × floor, ≤ 1.0 s",
        "password_s": round(_password_seconds(), 3),
        "note": "password_s is the sign-in's deliberate cost (argon2id), not part of start_s; cpu where others share the PC",
    }


def bench_memory(people: int = PEOPLE) -> dict[str, Any]:
    """Resident memory with the window open on its first page."""
    windows, floors = _rounds(people)
    window, floor = _median(windows, "rss"), _median(floors, "rss")
    return {
        "people": people,
        "rss_mb": round(window / 2**20, 1),
        "floor_mb": round(floor / 2**20, 1),
        "ratio": round(window / floor, 2) if floor else None,
        "bar": "≤ 2 × floor",
    }


def _median(starts: list[dict[str, float]], name: str) -> float:
    return statistics.median(one[name] for one in starts)


def _rounds(people: int) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    windows, floors = [], []
    with TemporaryDirectory(prefix="kqdesk-bench-") as folder:
        home = Path(folder) / "home"
        opened, code = full_home(home, people)
        opened.close()
        _start(home, code)
        _start()
        for _ in range(ROUNDS):
            windows.append(_start(home, code))
            floors.append(_start())
    return windows, floors


def _start(home: Path | None = None, code: str = "") -> dict[str, float]:
    """One start in a fresh process; what it told, with the moment it began."""
    command = [sys.executable, "-m", "kqdesk.cli.bench_window", *([str(home)] if home else [])]
    house = str(Path(__file__).resolve().parents[2])
    environ = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "QT_LOGGING_RULES": "default.warning=false",
        "PYTHONPATH": house,
    }
    began = time.time()
    ended = subprocess.run(command, input=code, stdout=subprocess.PIPE, text=True, env=environ, check=True)
    told: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return told | {"began": began}


def _password_seconds() -> float:
    """What the sign-in adds on purpose."""
    cost = calibrated(PRODUCTION)
    began = time.perf_counter()
    password_key("password", bytes(16), cost)
    return time.perf_counter() - began
