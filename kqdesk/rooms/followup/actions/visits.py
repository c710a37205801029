"""Contacts after a course: one call with what was said, corrected, taken out, or many from a filled list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.followup import queries, rules
from kqdesk.rooms.followup.model import FollowUp, FollowUpAnswer
from kqdesk.rooms.followup.queries.visits import FORM_FIELDS
from kqdesk.rooms.followup.terms import Completion, Outcome, VisitWay
from kqdesk.rooms.people.actions import edit_person
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action

SAID = ("work", "employer", "job", "pay_band", "pay_before", "study")
GONE = "这条回访记录已经不在了。请刷新。"
TOO_EARLY = "这一天不在任何一次回访的时间里（没到时间，或已经错过）。"


@dataclass(frozen=True)
class Visited:
    """What came of it: the contact, the waves it counts for in words, and what somebody must know."""

    id: str
    waves: tuple[str, ...]
    told: str = ""


@action("登记回访")
def record_visit(
    w: Writing,
    /,
    *,
    person_id: str,
    contacted_on: date | None = None,
    way: VisitWay = VisitWay.PHONE,
    outcome: Outcome = Outcome.ANSWERED,
    to_roster: bool = False,
    **fields: Any,
) -> Visited:
    """One contact. It counts for every training whose wave is open on that day; none open is refused.

    ``fields``: work, employer, job, pay_band, pay_before, study, referral_id, next_on, note. ``to_roster`` writes
    employer and post into the roster, too; when the roster refuses, ``told`` says so.
    """
    today = school_day(w.now)
    day = contacted_on or today
    person = _person(w, person_id)
    values = _checked(w, day, today, outcome, fields)
    open_now = [
        (one, wave)
        for one in queries.completions(w.session, person_id=person_id)
        if (wave := rules.wave_on(rules.waves(one.on, queries.followed_months(w.session, one.on)), day))
    ]
    if not open_now:
        raise UserError(f"{person.name}：{TOO_EARLY}")
    row = FollowUp(
        person_id=person_id, contacted_on=day, way=way, outcome=outcome, contacted_by=w.actor, **values
    )
    w.session.add(row)
    w.session.flush()
    for one, wave in open_now:
        is_class = one.completion is Completion.ENROLMENT
        w.session.add(
            FollowUpAnswer(
                follow_up_id=row.id, completion=one.completion, months=wave.months, due_on=wave.due_on,
                enrolment_id=one.id if is_class else None, diploma_id=None if is_class else one.id,
            )
        )  # fmt: skip
    w.session.flush()
    told = _to_roster(w, person, values) if to_roster and outcome is Outcome.ANSWERED else ""
    w.notes[:] = [f"{person.name} {outcome.label}"]
    return Visited(row.id, tuple(f"{one.title}（{wave.months} 个月）" for one, wave in open_now), told)


@action("修改回访")
def change_visit(w: Writing, /, *, follow_up_id: str, seen: int | None = None, **fields: Any) -> None:
    """Correct what was said; the day and so the waves stay. StaleRecord when somebody changed the same since ``seen``."""
    row = _visit(w, follow_up_id)
    w.check_fresh(row, fields, seen)
    if fields.pop("contacted_on", row.contacted_on) != row.contacted_on:
        raise UserError("回访日期决定算哪一期，不能改。日期登错了，请删除这一条再登记。")
    row.way, outcome = fields.pop("way", row.way), fields.pop("outcome", row.outcome)
    kept = {name: getattr(row, name) for name in FORM_FIELDS[3:]} | fields
    for name, value in _checked(w, row.contacted_on, school_day(w.now), outcome, kept).items():
        setattr(row, name, value)
    row.outcome = outcome
    w.note(_person(w, row.person_id).name)


@action("删除回访")
def remove_visit(w: Writing, *, follow_up_id: str) -> None:
    """One that was entered by mistake."""
    row = _visit(w, follow_up_id)
    w.note(f"{_person(w, row.person_id).name} {row.contacted_on:%Y-%m-%d}")
    w.session.execute(delete(FollowUpAnswer).where(FollowUpAnswer.follow_up_id == follow_up_id))
    w.session.delete(row)


@dataclass(frozen=True)
class VisitsImported:
    """What came of a filled call list."""

    created: int
    updated: int
    same: int


@action("导入回访")
def import_visits(w: Writing, *, lines: Sequence[Mapping[str, Any]], file_name: str) -> VisitsImported:
    """A filled call list as one undo step. A contact of the same person on the same day is brought up to date.

    Each line: ``person_id``, ``contacted_on`` and what record_visit takes. UserError names the person of a line that
    cannot be; nothing is entered then.
    """
    created = updated = same = 0
    for line in lines:
        values = {name: value for name, value in line.items() if value is not None}
        _expect_name(w, values)
        there = w.session.scalars(
            select(FollowUp).where(
                FollowUp.person_id == values["person_id"],
                FollowUp.contacted_on == values["contacted_on"],
            )
        ).first()
        if there is None:
            record_visit(w, **values)
            created += 1
            continue
        fresh = {name: value for name, value in values.items() if name in FORM_FIELDS}
        if all(getattr(there, name) == value for name, value in fresh.items()):
            same += 1
            continue
        change_visit(w, follow_up_id=there.id, **fresh)
        updated += 1
    w.notes[:] = [f"{file_name} 新增 {created}，更新 {updated}"]
    return VisitsImported(created, updated, same)


def _expect_name(w: Writing, values: dict[str, Any]) -> None:
    """A name that is not the person's: somebody sorted one column of the list only."""
    person, written = _person(w, values["person_id"]), values.pop("name", None)
    if written is not None and written != person.name:
        raise UserError(
            f"识别码是{person.name}的，同一行写的姓名是{written}：可能只排了一列的序，请核对后再导入。"
        )


def _visit(w: Writing, follow_up_id: str) -> FollowUp:
    row = w.session.get(FollowUp, follow_up_id)
    if row is None:
        raise UserError(GONE)
    return row


def _person(w: Writing, person_id: str) -> Person:
    person = w.session.get(Person, person_id)
    if person is None or person.state == "merged":
        raise UserError("这个人已经不在花名册里，或并入了别人。请刷新。")
    if person.state == "dead":
        raise UserError(f"{person.name}已去世，不再回访。")
    return person


def _checked(
    w: Writing, day: date, today: date, outcome: Outcome, fields: Mapping[str, Any]
) -> dict[str, Any]:
    unknown = fields.keys() - set(FORM_FIELDS[3:])
    if unknown:
        raise TypeError(f"not a field of a contact: {sorted(unknown)}")
    if day > today:
        raise UserError("回访日期不能在今天以后。")
    values: dict[str, Any] = {
        name: (value.strip() or None) if type(value) is str else value for name, value in fields.items()
    }
    if outcome is not Outcome.ANSWERED:
        values |= dict.fromkeys(SAID)
    elif not any(values.get(name) for name in ("work", "pay_band", "study")):
        raise UserError(
            "「已答」至少要登记就业情况、现在的收入档、再学习里的一样；什么也没问到的选「没联系上」。"
        )
    if values.get("next_on") is not None and values["next_on"] <= day:
        raise UserError("下次联系的日期要在这次回访以后。")
    bands = queries.pay_bands(w.session, day)
    for name in ("pay_band", "pay_before"):
        if values.get(name) is not None and bands.place(values[name]) is None:
            known = "、".join(words for _, words in bands.rows) or "规则包里还没有收入档（未配置）"
            raise UserError(f"没有「{values[name]}」这一档。可以选的有：{known}。")
    return values


def _to_roster(w: Writing, person: Person, values: Mapping[str, Any]) -> str:
    changes = {name: values[name] for name in ("employer", "job") if values.get(name)}
    if not changes:
        return ""
    try:
        edit_person(w, person_id=person.id, changes=changes)
    except UserError as wrong:
        return f"花名册里的单位、岗位没有改成：{wrong} 请到花名册里改好。"
    return ""
