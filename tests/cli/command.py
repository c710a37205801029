"""The command line as a person uses it, in this process: what it printed and how it ended."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kqdesk.cli.frame import main
from kqdesk.security.kdf import CHEAPEST

PASSWORD = "兰亭的柳树一共有三百棵"  # a made-up home's
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Ended:
    """One run: exit code, what went to stdout and to stderr."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.out)


class CommandLine:
    """Runs ``kqdesk --home HOME …``."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._capsys = home, capsys
        self.environ: dict[str, str] = {"KQDESK_PASSWORD": PASSWORD}
        self.clock: Callable[[], datetime] = lambda: NOW

    def __call__(self, *arguments: object, environ: Mapping[str, str] | None = None) -> Ended:
        self._capsys.readouterr()
        words = ["--home", str(self.home), *map(str, arguments)]
        chosen = self.environ if environ is None else environ
        code = main(words, environ=chosen, clock=self.clock, profile=CHEAPEST)
        printed = self._capsys.readouterr()
        return Ended(code, printed.out, printed.err)
