"""What the program writes down about itself: no name, no number, no secret, ever.

Three walls. Only fields on the list below are written beside the message. Text that came from data (arguments of the
message, texts of exceptions) loses its Chinese: our own words are in the message's template, people's names are not.
And every line loses what looks like an ID number, a phone or bank number, or a key. Values of SQL are never logged:
the store makes its engine with ``hide_parameters=True``, and what a driver adds to an exception is cut here.
"""

import logging
import re
import traceback
import unicodedata
from logging.handlers import RotatingFileHandler
from pathlib import Path

ALLOWED = (
    "action",
    "entry",
    "table",
    "rows",
    "count",
    "ms",
    "bytes",
    "job",
    "child",
    "exit_code",
    "station",
    "batch",
    "source",
    "version",
)
"""Names that may stand in ``extra={…}``; their values are treated as data."""

_FILE_BYTES, _FILES = 2 * 1024 * 1024, 5
_LOGGER = "kqdesk"
_LONG_DIGITS = re.compile(r"(?<![0-9A-Za-z])(?:\d[ \-]?){10,}[\dXx](?![0-9A-Za-z])|(?<!\d)1[3-9]\d{9}(?!\d)")
_ID = re.compile(r"\d{15,}[Xx]?")
_KEY = re.compile(r"[0-9a-fA-F]{64}")
_CODE = re.compile(r"(?<![0-9A-Za-z-])(?:[0-9A-Z]{4}-){5,8}[0-9A-Z]{4}(?![0-9A-Za-z-])")
_CHINESE = re.compile(r"[\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff·]+")
_SQL = re.compile(r"\[(?:parameters|SQL): .*", re.DOTALL)


def without_numbers(line: str) -> str:
    """``line`` without anything that looks like an ID, phone or bank number, a key or a recovery code."""
    plain = unicodedata.normalize("NFKC", line)
    for pattern in (_KEY, _CODE, _LONG_DIGITS, _ID):
        plain = pattern.sub("〔号码〕", plain)
    return plain


def without_names(text: str) -> str:
    """``text`` from data, each run of Chinese replaced by its length."""
    return _CHINESE.sub(lambda run: f"〔{len(run[0])}字〕", _SQL.sub("[SQL]", text))


class RedactingFormatter(logging.Formatter):
    """One line a record, and the trace of an exception without its values."""

    def format(self, record: logging.LogRecord) -> str:
        """See the module."""
        parts = [self.formatTime(record), record.levelname, record.name, _message(record)]
        parts += [f"{name}={_safe(vars(record)[name])}" for name in ALLOWED if name in vars(record)]
        line = " ".join(parts).replace("\n", " ")
        if record.exc_info and record.exc_info[1] is not None:
            line += "\n" + _trace(record.exc_info[1])
        return without_numbers(line)


def start_logging(folder: Path, level: int = logging.INFO) -> logging.Handler:
    """Write the program's log into ``folder`` (5 files of 2 MB); returns the handler, for ``stop_logging``."""
    handler = RotatingFileHandler(
        folder / "kqdesk.log", maxBytes=_FILE_BYTES, backupCount=_FILES - 1, encoding="utf-8", delay=True
    )
    handler.setFormatter(RedactingFormatter())
    logger = logging.getLogger(_LOGGER)
    logger.setLevel(level)
    logger.addHandler(handler)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Close what ``start_logging`` opened."""
    logging.getLogger(_LOGGER).removeHandler(handler)
    handler.close()


def _message(record: logging.LogRecord) -> str:
    template: str = record.msg if isinstance(record.msg, str) else without_names(str(record.msg))
    if not record.args:
        return template
    try:
        if isinstance(record.args, dict):
            return str(template % {name: _safe(value) for name, value in record.args.items()})
        return str(template % tuple(_safe(value) for value in record.args))
    except (TypeError, ValueError):
        return template


def _safe(value: object) -> object:
    return value if isinstance(value, (int, float)) else without_names(str(value))


def _trace(error: BaseException) -> str:
    """Frames and types; what an exception says is data. Source lines are left out: they are in the program."""
    lines = []
    for link in _chain(error):
        frames = traceback.extract_tb(link.__traceback__)
        lines += [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        lines.append(f"{type(link).__name__}: {without_names(str(link))}")
    return "\n".join(lines)


def _chain(error: BaseException) -> list[BaseException]:
    """The cause first."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return chain[::-1]
