"""How the application begins: an input method that exists, letters at 125 and 175 % unrounded, dialogs among her own files."""

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication

from kqdesk.app.seating import begin_in_documents, input_method


@pytest.mark.parametrize(
    ("environ", "module"),
    [
        ({}, None),
        ({"QT_IM_MODULE": "ibus"}, None),
        ({"QT_IM_MODULE": "fcitx"}, "ibus"),
        ({"QT_IM_MODULE": "fcitx5"}, "ibus"),
        ({"XMODIFIERS": "@im=fcitx"}, "ibus"),
        ({"GTK_IM_MODULE": "fcitx"}, "ibus"),
        ({"QT_IM_MODULES": "wayland;fcitx;ibus"}, "ibus"),
        ({"QT_IM_MODULE": "compose", "XMODIFIERS": "@im=fcitx"}, None),
    ],
)
def test_an_input_method_that_the_program_carries(environ: dict[str, str], module: str | None) -> None:
    assert input_method(environ).get("QT_IM_MODULE") == module


def test_scales_are_not_rounded(qapp) -> None:
    policy = QGuiApplication.highDpiScaleFactorRoundingPolicy()

    assert policy is Qt.HighDpiScaleFactorRoundingPolicy.PassThrough


def test_dialogs_begin_among_her_own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(Path.cwd())
    documents = tmp_path / "文档"
    documents.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(documents))

    begin_in_documents()
    first = Path.cwd()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(tmp_path / "gone"))
    begin_in_documents()

    assert (first, Path.cwd()) == (documents, documents)
