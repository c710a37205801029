"""The user's own .xlsx and .docx as papers: ``{{字段}}`` in them becomes what the program knows, formats kept.

``look`` says which fields a file asks for and where; ``fill`` makes the paper. Both run in a limited child, because the
file is a foreign one. A row of a table that holds ``{{名单.字段}}`` is repeated, once for each line of that list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from kqdesk.kernel.child import ChildError, ChildFault, run_child
from kqdesk.kernel.errors import InputFaults
from kqdesk.kernel.progress import Progress, Quiet

MOST_ROWS = 5_000
REFUSALS = {
    "empty": "文件「{name}」里什么也没有。",
    "password": "文件「{name}」加了打开密码。请在 Word、Excel 或 WPS 里去掉密码，另存后再放入。",
    "damaged": "文件「{name}」已损坏或没有传完整。请重新要一份，或打开后另存一次。",
    "too_large": "文件「{name}」太大。请删掉多余的空行和图片再放入。",
    "old_word": "「{name}」是旧格式。请另存为 .docx 再放入。",
    "old_excel": "「{name}」是旧格式。请另存为 .xlsx 再放入。",
    "macros": "「{name}」带宏。请另存为不带宏的 .docx 或 .xlsx 再放入。",
    "wrong_format": "「{name}」不是能当模板的文件。请另存为 .docx 或 .xlsx 再放入。",
    "braces": "「{name}」的{where}里“{{{{”和“}}}}”没有成对，请改好再放入。",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """One ``{{…}}``: the field it names (``名单.字段`` in a repeated row) and where it stands, in words."""

    name: str
    where: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a template is and asks for. ``kind``: xlsx or docx."""

    kind: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A field the program does not know, and the ones it may mean."""

    spot: Spot
    near: tuple[str, ...]

    @property
    def words(self) -> str:
        """One sentence."""
        meant = f"，是不是“{self.near[0]}”" if self.near else ""
        return f"{self.spot.where}的“{self.spot.name}”不是这里有的字段{meant}。"


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as a value: its bytes (PNG or JPEG) and its height on paper."""

    content: bytes
    height_mm: int = 35


Value = str | int | date | Picture | None


@dataclass(frozen=True, slots=True)
class Filling:
    """What goes into a template: single fields, and lists by name (each line a mapping of its own fields)."""

    values: Mapping[str, Value]
    lists: Mapping[str, Sequence[Mapping[str, Value]]] = field(default_factory=dict)


def look(content: bytes, name: str) -> Looked:
    """Which fields the file asks for; InputFaults with the sentence when it cannot be a template."""
    found = _ask("look-template", {"content": content}, name, 60)
    return Looked(found["kind"], tuple(Spot(*spot) for spot in found["spots"]))


def fill(
    content: bytes, name: str, fillings: Sequence[Filling], *, progress: Progress = Quiet()
) -> list[bytes]:
    """One filled file for each of ``fillings``; fields that are not given become empty. ``Cancelled`` from progress."""
    request = {"content": content, "fillings": [_plain(one) for one in fillings]}
    made: list[bytes] = _ask("fill-template", request, name, 60 + 2 * len(fillings), progress)
    return made


def unknown(looked: Looked, known: Sequence[str]) -> tuple[Unknown, ...]:
    """The fields nobody knows, each with the nearest known ones; in the order of the file."""
    names = set(known)
    return tuple(
        Unknown(spot, tuple(get_close_matches(spot.name, known, n=1, cutoff=0.5)))
        for spot in looked.spots
        if spot.name not in names
    )


def _plain(filling: Filling) -> dict[str, Any]:
    """As msgpack carries it: dates and pictures are marked."""
    return {
        "values": {key: _packed(value) for key, value in filling.values.items()},
        "lists": {
            name: [{key: _packed(value) for key, value in line.items()} for line in lines[:MOST_ROWS]]
            for name, lines in filling.lists.items()
        },
    }


def _packed(value: Value) -> Any:
    if isinstance(value, Picture):
        return ["picture", value.content, value.height_mm]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    return value


def _ask(child: str, request: Any, name: str, seconds: int, progress: Progress = Quiet()) -> Any:
    try:
        return run_child(
            child, request, memory_mb=768, cpu_s=seconds, wall_s=seconds * 2.0, progress=progress
        )
    except ChildFault as fault:
        kind = fault.kind if fault.kind in REFUSALS else "damaged"
        raise InputFaults(REFUSALS[kind].format(name=name, where=fault.detail), [fault.detail]) from None
    except ChildError as broken:
        raise InputFaults(REFUSALS["too_large"].format(name=name), [str(broken)]) from None
