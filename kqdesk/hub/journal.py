"""The hub's log: one JSON object a line, no name, no number, no address of anybody.

Who asked is a school's code and a station's number; where from is a keyed word that tells two addresses apart and
nothing else. A trace names files and lines of the program, never values.
"""

import hmac
import json
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from kqdesk.security.logs import RedactingFormatter

LOGGERS = ("kqdesk", "uvicorn.error")
"""Ours, and what the server says of connections."""
FIELDS = ("route", "method", "status", "ms", "sent", "got", "school", "station", "kind", "peer")
"""What may stand beside the sentence, and nothing else."""
_FILE_BYTES, _FILES = 8 * 1024 * 1024, 5


class JsonLines(RedactingFormatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """See the module."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
        }
        request = vars(record).get("request")
        if isinstance(request, dict):
            line |= {name: request[name] for name in FIELDS if name in request}
        else:
            said, _, trace = super().format(record).partition("\n")
            line["said"] = said.split(record.name, 1)[-1].strip()
            if trace:
                line["trace"] = trace.splitlines()
        return json.dumps(line, ensure_ascii=False)


def start_log(folder: Path, *, aloud: bool) -> list[logging.Handler]:
    """Write into ``folder`` (5 files of 8 MB), and on stderr too for a service manager; returns what to stop."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [
        RotatingFileHandler(
            folder / "hub.log", maxBytes=_FILE_BYTES, backupCount=_FILES - 1, encoding="utf-8", delay=True
        )
    ]
    if aloud:
        handlers.append(logging.StreamHandler(sys.stderr))
    for logger in map(logging.getLogger, LOGGERS):
        logger.setLevel(logging.INFO)
        for handler in handlers:
            handler.setFormatter(JsonLines())
            logger.addHandler(handler)
    return handlers


def stop_log(handlers: list[logging.Handler]) -> None:
    """Close what ``start_log`` opened."""
    for handler in handlers:
        for logger in map(logging.getLogger, LOGGERS):
            logger.removeHandler(handler)
        handler.close()


def peer_word(key: bytes, address: str) -> str:
    """An address as eight hex digits: the same address, the same word, and no way back without the hub's key."""
    return hmac.digest(key, address.encode("utf-8"), "sha256")[:4].hex()
