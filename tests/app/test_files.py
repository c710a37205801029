"""A double-clicked file: the command line opens the window with it, and the window opens the page for it."""

from pathlib import Path
from typing import Any

import pytest

from kqdesk.app import window
from kqdesk.app.commands import open_file
from kqdesk.cli import frame
from kqdesk.sync.packet import ENDING as PACKET


class Opened:
    """In place of the program: notes which page was asked for."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, dict[str, Any]]] = []

    def go(self, page: str, **context: Any) -> None:
        self.pages.append((page, context))


@pytest.mark.parametrize(
    ("name", "page", "key"),
    [("回执.kqpacket", "exchange", "packet"), ("kqdesk.kqupdate", "safekeeping", "update")],
)
def test_each_kind_of_file_has_its_page(name: str, page: str, key: str) -> None:
    program = Opened()
    open_file(program, Path(name))  # type: ignore[arg-type]  # only ``go`` is asked of a program here
    open_file(program, None)  # type: ignore[arg-type]  # as above

    assert [(asked, context[key]) for asked, context in program.pages] == [(page, Path(name))]


def test_a_packet_on_the_command_line_opens_the_window_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = tmp_path / f"回执 1{PACKET}"
    packet.write_bytes(b"KQPK1")
    handed: list[Path | None] = []

    def open_window(home: Path, *, file: Path | None = None, **_: Any) -> int:
        handed.append(file)
        return 0

    monkeypatch.setattr(window, "open_window", open_window)
    monkeypatch.setenv("DISPLAY", ":99")

    code = frame.main(["--home", str(tmp_path / "home"), str(packet)], environ={})

    assert (code, handed) == (0, [packet])


def test_a_packet_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = frame.main([str(tmp_path / f"没有{PACKET}")], environ={})

    assert code == frame.FAULTS
    assert "找不到文件" in capsys.readouterr().err
