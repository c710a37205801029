"""分解下达: the district hands a yearly target down to every school; the rows reach the school's PCs with their next pull."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kqdesk.hub.counter import Counter
from kqdesk.hub.officers import Seated
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.reports.rules import FIGURES
from kqdesk.rooms.reports.terms import TargetOrigin
from kqdesk.rooms.reports.web.kept import TARGETED

MOST = 10_000_000
NO_SOURCE = "请写明依据，例如“柯教体〔2026〕5 号”，学校会看到。"
NOT_A_NUMBER = "{school}的“{title}”要填 1 到 {most:,} 的整数，或者空着：{text}。"


@dataclass(frozen=True)
class Share:
    """What stands for one school and figure: the row of the district, else the school's own number."""

    row_id: str | None
    value: int | None
    is_districts: bool


def shares(counter: Counter, year: int) -> dict[tuple[str, str], Share]:
    """(school, figure) → what stands there for a calendar year; one statement."""
    table = counter.table("yearly_target")
    asked = (
        sa.select(table.c.school, table.c.figure, table.c.id, table.c.value, table.c.origin)
        .where(table.c.year == year, sa.not_(table.c.by_school_year))
        .order_by(table.c.school, table.c.id)
    )
    found: dict[tuple[str, str], Share] = {}
    with counter.reading() as conn:
        for row in conn.execute(asked):
            key, is_districts = (row.school, row.figure), row.origin is TargetOrigin.DISTRICT
            if is_districts or not (key in found and found[key].is_districts):
                found[key] = Share(row.id if is_districts else None, row.value, is_districts)
    return found


def hand_down(counter: Counter, who: Seated, year: int, form: Mapping[str, str]) -> int:
    """Write what changed; the number of schools that get something. UserError for a number that is none; nothing is written then."""
    source = form.get("source", "").strip()
    known, names = shares(counter, year), {card.code: card.name for card in counter.register.schools()}
    changes: dict[str, list[dict[str, Any]]] = {}
    for school in names:
        for figure in TARGETED:
            text = form.get(f"{school}.{figure}", "").strip().replace(",", "").replace("，", "")
            there = known.get((school, figure), Share(None, None, is_districts=False))
            if not text or text == str(there.value or ""):
                continue
            if not text.isascii() or not text.isdecimal() or not 0 < int(text) <= MOST:
                told = {"school": names[school], "title": FIGURES[figure].title, "most": MOST, "text": text}
                raise UserError(NOT_A_NUMBER.format(**told))
            changes.setdefault(school, []).append(
                {
                    "id": there.row_id or counter.new_id(), "figure": figure, "year": year, "by_school_year": False,
                    "value": int(text), "source": source, "origin": TargetOrigin.DISTRICT,
                }
            )  # fmt: skip
    if changes and len(source) < 2:
        raise UserError(NO_SOURCE)
    for school, rows in changes.items():
        counter.write(who, school, {"yearly_target": rows}, f"下达 {year} 年目标 {len(rows)} 项")
    return len(changes)
