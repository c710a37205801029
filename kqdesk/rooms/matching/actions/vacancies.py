"""岗位 kept: typed and imported."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.matching import queries
from kqdesk.rooms.matching.actions.offers import Imported
from kqdesk.rooms.matching.model import Vacancy
from kqdesk.rooms.places.model import Firm
from kqdesk.rooms.survey.rules import read_words
from kqdesk.store.actions import Writing, action


@action("新建岗位")
def add_vacancy(w: Writing, /, **fields: Any) -> str:
    """Work a firm offers (``queries.VACANCY_FIELDS``); tied to the firm of that name when the school knows it."""
    one = Vacancy(words=[])
    _fill(w, one, {"is_active": True} | fields)
    w.session.add(one)
    w.session.flush()
    w.note(f"{one.employer} {one.title}")
    return one.id


@action("修改岗位")
def change_vacancy(w: Writing, /, *, vacancy_id: str, seen: int | None = None, **fields: Any) -> None:
    """Other values; StaleRecord when somebody changed the same since ``seen``."""
    one = _vacancy(w, vacancy_id)
    w.check_fresh(one, fields, seen)
    _fill(w, one, fields)
    w.note(f"{one.employer} {one.title}")


@action("停用岗位")
def retire_vacancy(w: Writing, *, vacancy_id: str) -> None:
    """Taken or withdrawn."""
    one = _vacancy(w, vacancy_id)
    one.is_active = False
    w.note(f"{one.employer} {one.title}")


@action("导入岗位")
def import_vacancies(w: Writing, *, lines: Sequence[Mapping[str, Any]], file_name: str) -> Imported:
    """Rows of a workbook, told apart by employer and title; an empty cell changes nothing; one step to undo."""
    known = {
        (one.employer, one.title): one for one in w.session.scalars(select(Vacancy).order_by(Vacancy.id))
    }
    created = updated = same = 0
    for line in lines:
        told = {name: value for name, value in line.items() if value not in (None, "", [], ())}
        one = known.get((told["employer"], told["title"]))
        if one is None:
            one = known[told["employer"], told["title"]] = Vacancy(words=[])
            _fill(w, one, {"is_active": True} | told)
            w.session.add(one)
            created += 1
        elif any(getattr(one, name) != value for name, value in _stored(told).items()):
            _fill(w, one, told)
            updated += 1
        else:
            same += 1
    w.note(f"{file_name}：新增 {created}，更新 {updated}")
    return Imported(created, updated, same)


def _vacancy(w: Writing, vacancy_id: str) -> Vacancy:
    one = w.session.get(Vacancy, vacancy_id)
    if one is None:
        raise UserError("这个岗位已经不在了。请刷新。")
    return one


def _fill(w: Writing, one: Vacancy, fields: Mapping[str, Any]) -> None:
    unknown = fields.keys() - set(queries.VACANCY_FIELDS)
    if unknown:
        raise TypeError(f"not a field of a vacancy: {sorted(unknown)}")
    for name, value in _stored(fields).items():
        setattr(one, name, value)
    if not one.employer or not one.title:
        raise UserError("请填写用人单位和岗位名称。")
    if one.valid_from and one.valid_until and one.valid_from > one.valid_until:
        raise UserError("有效期止在起以前，请核对。")
    if one.wanted is not None and one.wanted < 1:
        raise UserError("招聘人数至少 1 人；不清楚就空着。")
    one.firm_id = w.session.scalar(select(Firm.id).where(Firm.name == one.employer).limit(1))


def _stored(fields: Mapping[str, Any]) -> dict[str, Any]:
    stored: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "words":
            stored[name] = read_words(value) if isinstance(value, str) else list(value or ())
        else:
            stored[name] = (value.strip() or None) if type(value) is str else value
    return stored
