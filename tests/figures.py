"""Figures that tests measure on the way: they never decide a test, check.py prints them as a table at the end."""

import json
import os
from pathlib import Path


def figure(name: str, value: float, unit: str) -> None:
    """Records one measured figure, e.g. figure("import 100 k rows", 41.2, "s"). Outside check.py it goes nowhere.

    One short line is appended in one write, so that two test workers can share the file.
    """
    place = os.environ.get("KQDESK_FIGURES")
    if place:
        with Path(place).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"name": name, "value": value, "unit": unit}, ensure_ascii=False) + "\n")
