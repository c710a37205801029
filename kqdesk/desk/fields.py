"""The fields a form is declared with: what each holds, how it is typed, what is wrong with it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session


class Unreadable(ValueError):
    """The text cannot be this field's value; its words are the sentence under the field."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """Common to all fields. ``check(value)`` returns a Chinese sentence when the value is wrong, else None."""

    name: str
    label: str
    required: bool = False
    hint: str = ""
    check: Callable[[Any], str | None] | None = None
    readonly: bool = False
    is_half: bool = False  # shares its line with the next half field

    def read(self, text: str) -> Any:
        """The value a text stands for; raises ``Unreadable``. Empty text is None."""
        return text or None

    def write(self, value: Any) -> str:
        """The text a value is shown as."""
        return "" if value is None else str(value)

    def fault(self, value: Any) -> str | None:
        """What is wrong with a value, in a sentence; None when nothing."""
        if value is None or value == "" or value == ():
            return f"请填写{self.label}。" if self.required else None
        return self.check(value) if self.check else None


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """A line of text, trimmed. Value: str, or None when empty."""

    placeholder: str = ""
    longest: int = 0
    is_secret: bool = False  # typed as dots
    suggestions: Sequence[str] = ()

    def read(self, text: str) -> str | None:
        trimmed = text if self.is_secret else text.strip()
        if self.longest and len(trimmed) > self.longest:
            raise Unreadable(f"{self.label}最多 {self.longest} 个字。")
        return trimmed or None


@dataclass(frozen=True, kw_only=True)
class LongText(Text):
    """Several lines of text."""

    lines: int = 3


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A whole number (int), or with ``places`` a Decimal."""

    unit: str = ""
    least: int | None = None
    most: int | None = None
    places: int = 0

    def read(self, text: str) -> int | Decimal | None:
        plain = to_half_width(text).strip().replace(",", "")
        if not plain:
            return None
        try:
            value = Decimal(plain)
        except InvalidOperation:
            raise Unreadable(f"{self.label}要填数字，“{text.strip()}”不是数字。") from None
        if not value.is_finite() or value != round(value, self.places):
            raise Unreadable(f"{self.label}{f'最多 {self.places} 位小数' if self.places else '要填整数'}。")
        if self.least is not None and value < self.least:
            raise Unreadable(f"{self.label}不能小于 {self.least}。")
        if self.most is not None and value > self.most:
            raise Unreadable(f"{self.label}不能大于 {self.most}。")
        return value if self.places else int(value)


@dataclass(frozen=True, kw_only=True)
class Money(Field):
    """Typed in 元 with at most two places; the value is 分 (int)."""

    def read(self, text: str) -> int | None:
        plain = to_half_width(text).strip().replace(",", "").removesuffix("元")
        if not plain:
            return None
        if not re.fullmatch(r"-?\d+(\.\d{1,2})?", plain):
            raise Unreadable(f"{self.label}要填金额，如 1200 或 1200.50。")
        return int(Decimal(plain) * 100)

    def write(self, value: Any) -> str:
        return "" if value is None else f"{Decimal(value) / 100:.2f}"


@dataclass(frozen=True, kw_only=True)
class Date(Field):
    """A school day. Typed as 2026-3-2, 2026.3.2, 20260302 or 2026年3月2日."""

    def read(self, text: str) -> date | None:
        plain = to_half_width(text).strip()
        if not plain:
            return None
        digits = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain) or re.fullmatch(
            r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?", plain
        )
        if digits is None:
            raise Unreadable(f"{self.label}认不出，请写成 2026-03-02 这样。")
        try:
            return date(*map(int, digits.groups()))
        except ValueError:
            raise Unreadable(f"{self.label}：没有“{plain}”这一天。") from None


@dataclass(frozen=True, kw_only=True)
class Time(Field):
    """A time of day. Typed as 18:30, 18.30 or 1830."""

    def read(self, text: str) -> time | None:
        plain = to_half_width(text).strip()
        if not plain:
            return None
        digits = re.fullmatch(r"(\d{1,2})\s*[:.]\s*(\d{2})", plain) or re.fullmatch(
            r"(\d{1,2})(\d{2})", plain
        )
        try:
            if digits:
                return time(int(digits[1]), int(digits[2]))
        except ValueError:
            pass
        raise Unreadable(f"{self.label}认不出，请写成 18:30 这样。")

    def write(self, value: Any) -> str:
        return value.strftime("%H:%M") if value is not None else ""


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a few. Value: the chosen pair's first."""

    choices: Sequence[tuple[Any, str]] = ()


@dataclass(frozen=True, kw_only=True)
class MultiChoice(Field):
    """Any of a few, as check boxes. Value: tuple of the chosen pairs' firsts."""

    choices: Sequence[tuple[Any, str]] = ()
    columns: int = 3


@dataclass(frozen=True, kw_only=True)
class Check(Field):
    """Yes or no. Value: bool."""


@dataclass(frozen=True)
class Pick:
    """One row offered by a picker."""

    value: Any
    title: str
    subtitle: str = ""


@dataclass(frozen=True, kw_only=True)
class RowPick(Field):
    """A row of some room, found while typing: ``find(session, text, limit)``. Value: the Pick's value.

    The initial value of the form is given as a ``Pick`` so that its title can be shown.
    """

    find: Callable[[Session, str, int], Sequence[Pick]] = field(kw_only=True)
    placeholder: str = "输入姓名、拼音首字母或编号"


def to_half_width(text: str) -> str:
    """Full-width digits and signs as an IME leaves them (１２：３０), made plain."""
    return "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text).replace(
        "\u3000", " "
    )
