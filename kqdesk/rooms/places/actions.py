"""What changes 地方: villages, firms, sites, classrooms, and the townships the school serves.

Nothing here is deleted: people, cohorts and lessons point at it. Out of use is ``is_active = False``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.places.model import Classroom, Firm, SchoolArea, Site, Village
from kqdesk.rooms.places.rules import (
    clean_coordinates,
    clean_credit_code,
    credit_code_fault,
    township_by_code,
)
from kqdesk.rooms.places.terms import FIRM_KINDS
from kqdesk.store.actions import Writing, action
from kqdesk.store.base import Base

Row = TypeVar("Row", Village, Firm, Site, Classroom)


@action("设置服务范围")
def set_area(w: Writing, *, township_codes: Sequence[str], since: date) -> None:
    """The townships the school serves from a day on; one left out ends that day, history stays."""
    for code in township_codes:
        _check_township(code)
    rows = w.session.scalars(select(SchoolArea).where(SchoolArea.until.is_(None))).all()
    served = {row.township_code for row in rows}
    for row in rows:
        if row.township_code not in township_codes:
            row.until = since
    w.session.add_all(
        SchoolArea(township_code=code, since=since)
        for code in dict.fromkeys(township_codes)
        if code not in served
    )


# -- villages --------------------------------------------------------------------------------------


@action("新建村社")
def add_village(
    w: Writing, *, name: str, township_code: str | None = None, code: str | None = None, coordinates: str | None = None
) -> str:  # fmt: skip
    """A village or residents' community; UserError when the township already has one of that name."""
    name = _needed(name, "村社名称")
    _check_township(township_code)
    _no_twin(w, Village, name, Village.township_code == township_code, "这个镇街已经有")
    point = clean_coordinates(coordinates)
    return _add(w, Village(name=name, township_code=township_code, code=code, coordinates=point))


@action("修改村社")
def change_village(
    w: Writing, *, village_id: str, name: str, township_code: str | None = None, code: str | None = None,
    coordinates: str | None = None, is_active: bool = True, seen: int | None = None,
) -> None:  # fmt: skip
    """Other words for the same village; people and sites stay with it."""
    name = _needed(name, "村社名称")
    _check_township(township_code)
    village = _row(w, Village, village_id)
    _no_twin(w, Village, name, Village.township_code == township_code, "这个镇街已经有", but=village_id)
    values = {
        "name": name, "township_code": township_code, "code": code, "coordinates": clean_coordinates(coordinates),
        "is_active": is_active,
    }  # fmt: skip
    _set(w, village, values, seen)


@action("停用村社")
def retire_village(w: Writing, *, village_id: str) -> None:
    """Merged or gone: no longer offered, still on older records."""
    _retire(w, _row(w, Village, village_id))


# -- firms -----------------------------------------------------------------------------------------


@action("新建企业")
def add_firm(
    w: Writing, *, name: str, kind: str = "firm", credit_code: str | None = None, township_code: str | None = None,
    address: str | None = None, contact: str | None = None, phone: str | None = None,
) -> str:  # fmt: skip
    """A firm, market, stall or zone; UserError on a wrong or already known credit code, or a known name."""
    name = _needed(name, "企业名称")
    code = _check_firm(w, kind, credit_code, township_code)
    _no_twin(w, Firm, name, Firm.kind == kind, "已经有")
    return _add(
        w,
        Firm(
            name=name, kind=kind, credit_code=code, township_code=township_code, address=address, contact=contact,
            phone=phone,
        ),
    )  # fmt: skip


@action("修改企业")
def change_firm(
    w: Writing, *, firm_id: str, name: str, kind: str, credit_code: str | None = None, township_code: str | None = None,
    address: str | None = None, contact: str | None = None, phone: str | None = None, is_active: bool = True,
    seen: int | None = None,
) -> None:  # fmt: skip
    """Other words for the same firm."""
    name = _needed(name, "企业名称")
    firm = _row(w, Firm, firm_id)
    code = _check_firm(w, kind, credit_code, township_code, but=firm_id)
    _no_twin(w, Firm, name, Firm.kind == kind, "已经有", but=firm_id)
    values = {
        "name": name, "kind": kind, "credit_code": code, "township_code": township_code, "address": address,
        "contact": contact, "phone": phone, "is_active": is_active,
    }  # fmt: skip
    _set(w, firm, values, seen)


@action("停用企业")
def retire_firm(w: Writing, *, firm_id: str) -> None:
    """Closed or moved away: no longer offered, still on older records."""
    _retire(w, _row(w, Firm, firm_id))


# -- sites and classrooms --------------------------------------------------------------------------


@action("新建教学点")
def add_site(
    w: Writing, *, name: str, township_code: str | None = None, village_id: str | None = None,
    firm_id: str | None = None, address: str | None = None, zone: str | None = None, coordinates: str | None = None,
) -> str:  # fmt: skip
    """A place where lessons are held; ``zone`` groups sites between which no travel time counts."""
    name = _needed(name, "教学点名称")
    _check_township(township_code)
    _no_twin(w, Site, name, Site.township_code == township_code, "这个镇街已经有")
    return _add(
        w,
        Site(
            name=name,
            township_code=township_code,
            village_id=village_id,
            firm_id=firm_id,
            address=address,
            zone=zone,
            coordinates=clean_coordinates(coordinates),
        ),
    )


@action("修改教学点")
def change_site(
    w: Writing, *, site_id: str, name: str, township_code: str | None = None, village_id: str | None = None,
    firm_id: str | None = None, address: str | None = None, zone: str | None = None, coordinates: str | None = None,
    is_active: bool = True, seen: int | None = None,
) -> None:  # fmt: skip
    """Other words for the same site; its classrooms and lessons stay with it."""
    name = _needed(name, "教学点名称")
    _check_township(township_code)
    site = _row(w, Site, site_id)
    _no_twin(w, Site, name, Site.township_code == township_code, "这个镇街已经有", but=site_id)
    values = {
        "name": name, "township_code": township_code, "village_id": village_id, "firm_id": firm_id, "address": address,
        "zone": zone, "coordinates": clean_coordinates(coordinates), "is_active": is_active,
    }  # fmt: skip
    _set(w, site, values, seen)


@action("停用教学点")
def retire_site(w: Writing, *, site_id: str) -> None:
    """No more lessons here; its classrooms are not offered either."""
    _retire(w, _row(w, Site, site_id))


@action("新建教室")
def add_classroom(w: Writing, *, site_id: str, name: str, capacity: int, equipment: str | None = None) -> str:
    """One bookable room of a site; capacity in seats."""
    name = _needed(name, "教室名称")
    _row(w, Site, site_id)
    _check_seats(capacity)
    _no_twin(w, Classroom, name, Classroom.site_id == site_id, "这个教学点已经有")
    return _add(w, Classroom(site_id=site_id, name=name, capacity=capacity, equipment=equipment))


@action("修改教室")
def change_classroom(
    w: Writing, *, classroom_id: str, site_id: str, name: str, capacity: int, equipment: str | None = None,
    is_active: bool = True, seen: int | None = None,
) -> None:  # fmt: skip
    """Other words or seats for the same room."""
    name = _needed(name, "教室名称")
    _row(w, Site, site_id)
    _check_seats(capacity)
    room = _row(w, Classroom, classroom_id)
    _no_twin(w, Classroom, name, Classroom.site_id == site_id, "这个教学点已经有", but=classroom_id)
    values = {
        "site_id": site_id,
        "name": name,
        "capacity": capacity,
        "equipment": equipment,
        "is_active": is_active,
    }
    _set(w, room, values, seen)


@action("停用教室")
def retire_classroom(w: Writing, *, classroom_id: str) -> None:
    """Not bookable any more."""
    _retire(w, _row(w, Classroom, classroom_id))


# -- shared ----------------------------------------------------------------------------------------


def _check_township(code: str | None) -> None:
    if code is not None and township_by_code(code) is None:
        raise UserError(f"镇街代码“{code}”不是柯桥区现在的 16 个镇街之一，请从列表里选。")


def _check_firm(
    w: Writing, kind: str, credit_code: str | None, township_code: str | None, but: str | None = None
) -> str | None:
    if kind not in FIRM_KINDS:
        raise UserError(f"企业类别只能是：{'、'.join(FIRM_KINDS.values())}。")
    _check_township(township_code)
    if not credit_code or not credit_code.strip():
        return None
    fault = credit_code_fault(credit_code)
    if fault:
        raise UserError(fault)
    code = clean_credit_code(credit_code)
    other = w.session.execute(
        select(Firm.id, Firm.name).where(Firm.credit_code == code, Firm.id != (but or ""))
    ).first()
    if other:
        raise UserError(f"这个统一社会信用代码已经登记在“{other.name}”名下，不能再登记一次。")
    return code


def _check_seats(capacity: int) -> None:
    if not 1 <= capacity <= 2000:
        raise UserError("座位数要在 1 到 2000 之间。")


def _no_twin(
    w: Writing, table: type[Base], name: str, where: Any, words: str, but: str | None = None
) -> None:
    columns: Any = table
    if w.session.scalar(select(columns.id).where(columns.name == name, where, columns.id != (but or ""))):
        raise UserError(f"{words}“{name}”了，不用再建；停用的可以勾选“也看停用的”找到它再启用。")


def _add(w: Writing, row: Village | Firm | Site | Classroom) -> str:
    w.session.add(row)
    w.session.flush()
    w.note(row.name)
    return row.id


def _row(w: Writing, table: type[Row], row_id: str) -> Row:
    row = w.session.get(table, row_id)
    if row is None:
        raise UserError("找不到这条记录，可能刚被撤销了新建。请重新打开这一页。")
    return row


def _set(
    w: Writing, row: Village | Firm | Site | Classroom, values: Mapping[str, Any], seen: int | None
) -> None:
    w.check_fresh(row, values, seen)
    for name, value in values.items():
        setattr(row, name, value)
    w.note(row.name)


def _retire(w: Writing, row: Village | Firm | Site | Classroom) -> None:
    row.is_active = False
    w.note(row.name)


def _needed(text: str, label: str) -> str:
    trimmed = text.strip()
    if not trimmed:
        raise UserError(f"请填写{label}。")
    return trimmed
