"""What somebody with the key and a SQL shell could do: take all triggers off a file and write past the program."""

from pathlib import Path
from typing import Any

from kqdesk.store import engine
from tests.conftest import KEY


def drop_triggers(raw: Any) -> None:
    """All at once: one by one each of them waits for the disk and has every connection read the schema again."""
    version = raw.execute("PRAGMA schema_version").fetchone()[0]
    raw.execute("PRAGMA writable_schema=1")
    raw.execute("DELETE FROM sqlite_master WHERE type='trigger'")
    raw.execute(f"PRAGMA schema_version={version + 1}")
    raw.execute("PRAGMA writable_schema=RESET")


def write_past(path: Path, sql: str, *values: object) -> None:
    """One statement into the file, behind the program's back."""
    raw = engine.connect(path, KEY)
    drop_triggers(raw)
    raw.execute(sql, values)
    raw.close()
