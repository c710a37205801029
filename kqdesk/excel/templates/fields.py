"""``{{字段}}`` in a text: found, and put in. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

FIELD = re.compile(r"\{\{\s*([^{}\s][^{}]*?)\s*\}\}")
LONGEST = 60  # characters of a field's name


def names_in(text: str) -> list[str]:
    """The fields a text asks for, in order."""
    return [found[1][:LONGEST] for found in FIELD.finditer(text)]


def is_broken(text: str) -> bool:
    """Whether braces are left over that belong to no field."""
    rest = FIELD.sub("", text)
    return "{{" in rest or "}}" in rest


def sole(text: str) -> str:
    """The field's name when the text is nothing but one field; else empty."""
    found = FIELD.fullmatch(text.strip())
    return found[1] if found else ""


def put_in(text: str, value_of: Callable[[str], Any]) -> str:
    """The text with each field replaced by its value in words."""
    return FIELD.sub(lambda found: words(value_of(found[1])), text)


def words(value: Any) -> str:
    """A value inside a sentence: a date as papers write it, nothing for None or a picture."""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return "" if value is None or isinstance(value, bytes) else str(value)


def lists_in(names: list[str], lists: Mapping[str, Any]) -> list[str]:
    """The lists a row of a table stands for, each once."""
    found = [name.partition(".")[0] for name in names if "." in name]
    return [name for name in dict.fromkeys(found) if name in lists]
