"""What a screen remembers between days: column widths, folded navigation, text size. Never a person."""

import json
from pathlib import Path
from typing import Any


class Memory:
    """A small JSON file of habits; ``path=None`` remembers until the window closes.

    A file that cannot be read is treated as empty and a file that cannot be written is skipped: losing a
    column width must never stop somebody's work.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._kept: dict[str, Any] = {}
        if path is not None and path.is_file():
            try:
                kept = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError):
                kept = {}
            self._kept = kept if isinstance(kept, dict) else {}

    def recall(self, key: str, default: Any = None) -> Any:
        """What was kept under ``key``, or ``default``."""
        return self._kept.get(key, default)

    def keep(self, key: str, value: Any) -> None:
        """Remember a JSON value under ``key``."""
        if self._kept.get(key) == value:
            return
        self._kept[key] = value
        if self._path is None:
            return
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(self._kept, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")
            fresh.replace(self._path)
        except OSError:
            return
