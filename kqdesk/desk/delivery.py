"""How a result reaches a page: a sentence for the message bar, and a call that is skipped when the page is gone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject

from kqdesk.kernel.errors import UserError

T = TypeVar("T")
Then = Callable[[T], object]
Failed = Callable[[UserError], object]


@dataclass(frozen=True)
class Notice:
    """One sentence for the message bar. ``kind``: told · refused (the person mends it) · broke (our bug)."""

    text: str
    kind: str = "told"
    button: tuple[str, Callable[[], object]] | None = None


def guarded(then: Then[T] | None, owner: QObject | None) -> Then[T]:
    """``then``, skipped when there is none or its widget is gone."""

    def deliver(value: T) -> None:
        if then is not None and is_alive(owner):
            then(value)

    return deliver


def is_alive(owner: QObject | None) -> bool:
    """False when the widget is gone in C++ (its Python name may outlive it); None counts as alive."""
    return owner is None or shiboken6.isValid(owner)
