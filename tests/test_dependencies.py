"""The libraries the program stands on: none may bind us to the GPL, and Qt's bindings must count references right."""

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
STRONG_COPYLEFT = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
"""GPL and AGPL; not LGPL, whose shared libraries stay replaceable in our folder."""

ROUNDS = 1_000
TOLERANCE = 20
"""References that come and go by themselves in a thousand rounds; a faulty binding loses one a round."""


def runtime_names() -> set[str]:
    """Every installed distribution the program needs, however deep."""
    waiting = [
        Requirement(text) for text in tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["dependencies"]
    ]
    names: set[str] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in names or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        names.add(name)
        waiting += [Requirement(text) for text in metadata.requires(name) or []]
    return names


def licences(name: str) -> list[str]:
    """The licences offered, one is enough for us; the licence file's own words where the package declares none."""
    card = metadata.metadata(name)
    said = (card.get("License-Expression") or card.get("License") or "").strip().partition("\n")[0]
    offered = re.split(r"\s+OR\s+", said) if said else []
    offered = offered or [
        line.rpartition(" :: ")[2] for line in card.get_all("Classifier", []) if line.startswith("License ::")
    ]
    files = [
        path for path in metadata.files(name) or [] if path.name.upper().startswith(("LICENSE", "COPYING"))
    ]
    return offered or [path.read_text("utf-8")[:1000] for path in files]


@pytest.mark.parametrize("name", sorted(runtime_names()))
def test_no_library_binds_us_to_the_gpl(name: str) -> None:
    offered = licences(name)

    assert offered != []
    assert [licence for licence in offered if not STRONG_COPYLEFT.search(licence)] != []


class Bell(QObject):
    """Something to ring."""

    rung = Signal(object)


def heard(_said: object) -> None:
    """A slot that does nothing."""


def test_qt_calls_leave_the_reference_counts_alone(qtbot: QtBot) -> None:
    """PySide6 6.12 on CPython 3.11 loses a reference to None on nearly every call, and aborts the program in the end."""
    label = QLabel()
    qtbot.addWidget(label)
    bell = Bell()
    bell.rung.connect(heard)
    before = sys.getrefcount(None), sys.getrefcount(True)

    for _ in range(ROUNDS):
        label.setText("柯桥")
        label.parent()
        label.setEnabled(True)
        bell.rung.emit(None)
        bell.rung.emit(True)
    after = sys.getrefcount(None), sys.getrefcount(True)

    assert [abs(now - then) <= TOLERANCE for now, then in zip(after, before, strict=True)] == [True, True]
