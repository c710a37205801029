"""Writes db/0001_first_tables.sql from the metadata: ``python -m tests.store.first_tables``.

Only while nothing has been released; afterwards a change of the schema is a new, hand-written step.
"""

import re
import tempfile
from pathlib import Path
from typing import Any

from kqdesk.kernel.resources import migrations_folder
from kqdesk.store import engine
from tests.conftest import KEY, Clock, new_store

HEAD = "-- The first tables: the journal, every room's tables with their triggers, and what search derives from them.\n"


def schema_of(raw: Any) -> list[str]:
    """Every statement a database was made of, white space folded, derived shadow tables left out, in a fixed order."""
    rows = raw.execute("SELECT name,sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    return [re.sub(r"\s+", " ", sql).strip() for name, sql in rows if not name.startswith("person_find_")]


def statements() -> list[str]:
    """The schema of a new home."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "school.db"
        new_store(path, Clock()).close()
        raw = engine.connect(path, KEY)
        made = schema_of(raw)
        raw.close()
    return made


if __name__ == "__main__":
    lines = [HEAD, *(f"{sql};\n" for sql in statements())]
    (migrations_folder() / "0001_first_tables.sql").write_text("".join(lines), "utf-8")
