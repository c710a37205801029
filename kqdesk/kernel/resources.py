"""Where the program's own pictures, fonts and code tables lie: beside the package, or inside the frozen program.

``codes`` reads one table of ``resources/codes`` and keeps it: the tables are part of the program, not of a school.
"""

import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any


def resource(path: str) -> Path:
    """Return the place of ``resources/<path>``; it is not checked to exist."""
    frozen = getattr(sys, "_MEIPASS", None)
    house = Path(frozen) if frozen else Path(__file__).resolve().parents[2]
    return house / "resources" / path


def migrations_folder() -> Path:
    """Where the numbered steps of the database lie."""
    return resource("").resolve().parent / "db"


@cache
def codes(name: str) -> dict[str, Any]:
    """Return the code table ``resources/codes/<name>.toml``, read once; callers must not change it."""
    with resource(f"codes/{name}.toml").open("rb") as table:
        return tomllib.load(table)
