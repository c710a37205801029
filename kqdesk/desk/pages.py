"""What a page says about itself when app.py registers it; the shell, F1 and Ctrl+K read it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtWidgets import QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk

Context = Mapping[str, Any]

GROUPS = ("", "招生", "教学", "考证", "经费", "统计", "系统")
"""Groups of the left navigation in the order of the work; "" stands above them without a heading."""


@dataclass(frozen=True)
class PageSpec:
    """One page: ``factory`` is called the first time it is opened, usually the page class itself."""

    key: str  # "people"; also resources/help/<key>.md
    title: str  # 花名册
    sentence: str  # one sentence of what it is for
    group: str  # one of GROUPS
    icon: str  # a name in resources/icons
    factory: Callable[[Desk, Context], QWidget]
    keys_help: Sequence[tuple[str, str]] = ()  # ("Ctrl+N", "新建学员")
    is_listed: bool = True  # False: reached by links only, not in the navigation


@dataclass(frozen=True)
class Hit:
    """One line found by Ctrl+K and where it leads."""

    title: str
    subtitle: str = ""
    icon: str = "right"
    page: str = ""
    context: Context = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A room's part in Ctrl+K: ``find(session, text, limit)`` runs in a read lane."""

    title: str  # 学员
    find: Callable[[Session, str, int], Sequence[Hit]]


@dataclass(frozen=True)
class Command:
    """Something Ctrl+K can do besides opening a page."""

    title: str  # 导入花名册…
    run: Callable[[], object]
    icon: str = "command"
    keys: str = ""  # shown at the right: "Ctrl+I"
