"""A closed list of words: what is stored, and beside it what people read."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """Base of a room's terms: ``PHONE = "phone", "电话"`` is stored as phone and read as 电话.

    A member without words for people is refused when its class is made (TypeError).
    """

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """``label`` may be left out only where a stored value is looked up: ``VisitWay("phone")``."""
        if not label:
            raise TypeError(f"{cls.__name__} {value!r} has no words for people")
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word
