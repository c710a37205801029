"""Everything that changes a cohort or who is in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue.model import Programme
from kqdesk.rooms.cohorts import queries, rules
from kqdesk.rooms.cohorts.model import Cohort, CohortKindMark, Enrolment
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState, EnrolmentState
from kqdesk.store.actions import Writing, action

SETTABLE = frozenset(
    {
        "title", "course_id", "programme_id", "project", "is_elderly", "intake", "township_code", "village_id",
        "firm_id", "site_id", "classroom_id", "tutor_id", "trainer_id", "starts_on", "ends_on", "capacity", "note",
    }
)  # fmt: skip
COPIED = SETTABLE - {"starts_on", "ends_on", "intake"}


class EnrolmentWarnings(UserError):
    """Nothing is forbidden, but somebody must look twice and say yes (``accept_warnings``)."""


@dataclass(frozen=True)
class Enrolled:
    """What came of enrolling several people. ``already`` names those who were in the cohort before."""

    enrolled: int
    waiting: int
    already: tuple[str, ...]


@action("开设班级")
def open_cohort(
    w: Writing,
    /,
    *,
    title: str,
    kinds: Collection[CohortKind],
    no: str | None = None,
    is_started: bool = False,
    **fields: Any,
) -> str:
    """Make a cohort; its number is the next free one of its year and kind unless ``no`` is given.

    ``fields``: columns of SETTABLE. A cohort follows one course or one 双证 programme, never both. Returns its id.
    """
    year = (fields.get("starts_on") or school_day(w.now)).year
    taken = w.session.scalars(select(Cohort.no)).all()
    number = no or rules.cohort_no(year, kinds, taken)
    if number in taken:
        raise UserError(f"班级编号 {number} 已经用过，请换一个编号，或留空由程序编号。")
    cohort = Cohort(no=number, state=CohortState.OPEN if is_started else CohortState.PLANNED)
    _fill(w, cohort, {"title": title, **fields}, kinds)
    w.session.add(cohort)
    w.session.flush()
    _mark_kinds(w, cohort.id, kinds)
    w.note(cohort.title)
    return cohort.id


@action("修改班级")
def edit_cohort(
    w: Writing,
    /,
    *,
    cohort_id: str,
    kinds: Collection[CohortKind] | None = None,
    seen: int | None = None,
    **fields: Any,
) -> None:
    """Change what the card says; StaleRecord when somebody else changed the same fields since ``seen``."""
    cohort = _cohort(w, cohort_id)
    w.check_fresh(cohort, fields, seen)
    before = set(_kinds_of(w, cohort_id))
    _fill(w, cohort, fields, before if kinds is None else kinds)
    if kinds is not None and set(kinds) != before:
        for mark in w.session.scalars(select(CohortKindMark).where(CohortKindMark.cohort_id == cohort_id)):
            if mark.kind not in kinds:
                w.session.delete(mark)
        _mark_kinds(w, cohort_id, set(kinds) - before)
    w.note(cohort.title)


@action("复制班级")
def copy_cohort(w: Writing, *, cohort_id: str, title: str, starts_on: date, intake: str | None = None) -> str:
    """Last year's cohort again: same course, kinds, place and people in charge, new number and dates, nobody in it."""
    old = _cohort(w, cohort_id)
    kinds = _kinds_of(w, cohort_id)
    number = rules.cohort_no(starts_on.year, kinds, w.session.scalars(select(Cohort.no)).all())
    fields = {name: getattr(old, name) for name in COPIED} | {
        "title": title,
        "starts_on": starts_on,
        "intake": intake,
    }
    fresh = Cohort(no=number)
    _fill(w, fresh, fields, kinds)
    w.session.add(fresh)
    w.session.flush()
    _mark_kinds(w, fresh.id, kinds)
    w.note(title)
    return fresh.id


@action("正式开班")
def start_cohort(w: Writing, *, cohort_id: str) -> None:
    """Planned → in course."""
    _step(w, cohort_id, {CohortState.PLANNED}, CohortState.OPEN)


@action("结班")
def close_cohort(w: Writing, *, cohort_id: str, on: date | None = None) -> None:
    """In course → closed on a day; 在读 learners keep their state, completing them is an act of its own."""
    cohort = _step(w, cohort_id, {CohortState.OPEN}, CohortState.CLOSED)
    cohort.ends_on = on or cohort.ends_on or school_day(w.now)


@action("恢复班级")
def reopen_cohort(w: Writing, *, cohort_id: str, reason: str) -> None:
    """Closed or cancelled → in course again; the reason stays on the card."""
    cohort = _step(w, cohort_id, {CohortState.CLOSED, CohortState.CANCELLED}, CohortState.OPEN)
    cohort.note = _with_reason(cohort.note, f"{school_day(w.now):%Y-%m-%d} 恢复：{_said(reason)}")


@action("取消班级")
def cancel_cohort(w: Writing, *, cohort_id: str, reason: str) -> None:
    """A planned or running cohort that will not be held; the reason stays on the card."""
    cohort = _step(w, cohort_id, {CohortState.PLANNED, CohortState.OPEN}, CohortState.CANCELLED)
    cohort.note = _with_reason(cohort.note, f"{school_day(w.now):%Y-%m-%d} 取消：{_said(reason)}")


@action("学员入班")
def enrol(
    w: Writing,
    *,
    cohort_id: str,
    person_ids: Sequence[str],
    accept_warnings: bool = False,
    applied_on: date | None = None,
) -> Enrolled:
    """Put people into a cohort as one undo step; those beyond its capacity wait, in the order given.

    UserError names everybody who may not or should not enrol; with ``accept_warnings`` only what the rule pack
    forbids is refused. People who left before come in again under a new enrolment and a new number.
    """
    cohort = _cohort(w, cohort_id)
    if cohort.state in (CohortState.CLOSED, CohortState.CANCELLED):
        raise UserError(f"「{cohort.title}」{cohort.state.label}，不能再加学员。要加请先用「恢复班级」。")
    on = applied_on or school_day(w.now)
    wanted = list(dict.fromkeys(person_ids))
    in_now, numbers = _in_cohort(w, cohort_id)
    fresh = [person_id for person_id in wanted if person_id not in in_now]
    _look_twice(w, cohort, fresh, on, accept_warnings)
    room = rules.places_left(cohort.capacity, sum(state in queries.ON_ROLL for state in in_now.values()))
    roll = rules.next_roll_numbers(numbers, min(room, len(fresh)))
    rows = [
        {
            "cohort_id": cohort_id, "person_id": person_id, "applied_on": on,
            "state": EnrolmentState.ENROLLED if n < room else EnrolmentState.WAITING,
            "roll_no": roll[n] if n < room else None,
        }
        for n, person_id in enumerate(fresh)
    ]  # fmt: skip
    if rows:
        w.session.execute(insert(Enrolment), rows)
    names = queries.names_of(w.session, [person_id for person_id in wanted if person_id in in_now])
    w.note(f"{cohort.title} {len(rows)} 人")
    return Enrolled(len(roll), len(rows) - len(roll), names)


@action("候补转入")
def admit_waiting(w: Writing, *, enrolment_ids: Sequence[str]) -> int:
    """Waiting → enrolled with a roll number, in the order given; refused when there is no place left."""
    rows = _enrolments(w, enrolment_ids)
    for cohort_id in dict.fromkeys(row.cohort_id for row in rows):
        cohort = _cohort(w, cohort_id)
        in_now, numbers = _in_cohort(w, cohort_id)
        own = [row for row in rows if row.cohort_id == cohort_id]
        room = rules.places_left(cohort.capacity, sum(state in queries.ON_ROLL for state in in_now.values()))
        if len(own) > room:
            raise UserError(
                f"「{cohort.title}」只剩 {room} 个名额，选了 {len(own)} 人。请少选几人，或先改大班级容量。"
            )
        for row, number in zip(own, rules.next_roll_numbers(numbers, len(own)), strict=True):
            row.state, row.roll_no = EnrolmentState.ENROLLED, row.roll_no or number
    w.note(f"{len(rows)} 人")
    return len(rows)


@action("办理退学")
def withdraw(w: Writing, *, enrolment_ids: Sequence[str], reason: str, on: date | None = None) -> int:
    """Out of the cohort from a day on; the row and its roll number stay."""
    return _move(w, enrolment_ids, EnrolmentState.WITHDRAWN, reason, on or school_day(w.now))


@action("办理休学")
def suspend(w: Writing, *, enrolment_ids: Sequence[str], reason: str) -> int:
    """Away for a while; not on rolls and papers until 复学."""
    return _move(w, enrolment_ids, EnrolmentState.SUSPENDED, reason, None)


@action("办理复学")
def resume(w: Writing, *, enrolment_ids: Sequence[str], reason: str | None = None) -> int:
    """Suspended or withdrawn → in the cohort again under the old roll number."""
    return _move(w, enrolment_ids, EnrolmentState.ENROLLED, reason or "复学", None)


@action("登记结业")
def complete(w: Writing, *, enrolment_ids: Sequence[str], on: date | None = None) -> int:
    """Enrolled → completed on a day."""
    return _move(w, enrolment_ids, EnrolmentState.COMPLETED, None, on or school_day(w.now))


@action("选定科学")
def choose_science(w: Writing, *, enrolment_ids: Sequence[str], option: Any) -> int:
    """Which science these senior learners take (ScienceOption or None)."""
    rows = _enrolments(w, enrolment_ids)
    for row in rows:
        row.science_option = option
    return len(rows)


FROM_STATES = {
    EnrolmentState.WITHDRAWN: {
        EnrolmentState.APPLIED, EnrolmentState.WAITING, EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED,
    },
    EnrolmentState.SUSPENDED: {EnrolmentState.ENROLLED},
    EnrolmentState.ENROLLED: {EnrolmentState.SUSPENDED, EnrolmentState.WITHDRAWN, EnrolmentState.COMPLETED},
    EnrolmentState.COMPLETED: {EnrolmentState.ENROLLED},
}  # fmt: skip


def _move(
    w: Writing, enrolment_ids: Sequence[str], to: EnrolmentState, reason: str | None, on: date | None
) -> int:
    rows = _enrolments(w, enrolment_ids)
    stuck = [row for row in rows if row.state not in FROM_STATES[to]]
    if stuck:
        names = "、".join(queries.names_of(w.session, [row.person_id for row in stuck])[:3])
        raise UserError(
            f"{names} 现在是「{stuck[0].state.label}」，不能改成「{to.label}」。请只选可以办理的学员。"
        )
    needs_reason = to in (EnrolmentState.WITHDRAWN, EnrolmentState.SUSPENDED)
    words = _said(reason) if needs_reason else reason
    for row in rows:
        row.state, row.ended_on, row.reason = to, on, words
    w.note(f"{len(rows)} 人")
    return len(rows)


def _look_twice(
    w: Writing, cohort: Cohort, person_ids: Sequence[str], on: date, accept_warnings: bool
) -> None:
    concerns = queries.enrolment_concerns(w.session, cohort.level, person_ids, on)
    blocking = any(concern.is_blocking for concern in concerns)
    refused = [concern for concern in concerns if concern.is_blocking or not accept_warnings]
    if not refused:
        return
    shown = "\n".join(concern.sentence for concern in refused[:8])
    more = f"\n……还有 {len(refused) - 8} 条" if len(refused) > 8 else ""
    if blocking:
        raise UserError(f"{shown}{more}\n按规则不能入班。")
    raise EnrolmentWarnings(f"{shown}{more}\n核对后仍要入班，请选「仍要入班」。")


def _fill(w: Writing, cohort: Cohort, fields: dict[str, Any], kinds: Collection[CohortKind]) -> None:
    strange = fields.keys() - SETTABLE
    if strange:
        raise TypeError(f"no such fields of a cohort: {sorted(strange)}")
    for name, value in fields.items():
        setattr(cohort, name, value)
    if cohort.course_id and cohort.programme_id:
        raise UserError("一个班只能上一门课程或一个双证方案，请去掉其中一个。")
    if not (cohort.title or "").strip():
        raise UserError("请填写班级名称。")
    if not kinds:
        raise UserError("请至少选一种班级类型。")
    if cohort.starts_on and cohort.ends_on and cohort.ends_on < cohort.starts_on:
        raise UserError("结班日期早于开班日期，请改正。")
    if cohort.capacity is not None and cohort.capacity < 1:
        raise UserError("班级容量至少是 1 人。")
    programme = w.session.get(Programme, cohort.programme_id) if cohort.programme_id else None
    cohort.level = programme.level if programme else None


def _mark_kinds(w: Writing, cohort_id: str, kinds: Collection[CohortKind]) -> None:
    for kind in (kind for kind in CohortKind if kind in kinds):
        w.session.add(CohortKindMark(cohort_id=cohort_id, kind=kind))


def _kinds_of(w: Writing, cohort_id: str) -> Sequence[CohortKind]:
    return w.session.scalars(select(CohortKindMark.kind).where(CohortKindMark.cohort_id == cohort_id)).all()


def _cohort(w: Writing, cohort_id: str) -> Cohort:
    cohort = w.session.get(Cohort, cohort_id)
    if cohort is None:
        raise UserError("这个班级已经不在了（可能被撤销）。请刷新列表。")
    return cohort


def _step(w: Writing, cohort_id: str, sources: Collection[CohortState], to: CohortState) -> Cohort:
    cohort = _cohort(w, cohort_id)
    if cohort.state not in sources:
        raise UserError(f"「{cohort.title}」现在是「{cohort.state.label}」，不能改成「{to.label}」。")
    cohort.state = to
    w.note(cohort.title)
    return cohort


def _in_cohort(w: Writing, cohort_id: str) -> tuple[dict[str, EnrolmentState], list[int | None]]:
    """Who is in it now by person, and every roll number ever given."""
    found = w.session.execute(
        select(Enrolment.person_id, Enrolment.state, Enrolment.roll_no).where(
            Enrolment.cohort_id == cohort_id
        )
    ).all()
    inside: dict[str, EnrolmentState] = {
        person_id: state for person_id, state, _ in found if state is not EnrolmentState.WITHDRAWN
    }
    return inside, [number for _, _, number in found]


def _enrolments(w: Writing, enrolment_ids: Sequence[str]) -> list[Enrolment]:
    found = {
        row.id: row for row in w.session.scalars(select(Enrolment).where(Enrolment.id.in_(enrolment_ids)))
    }
    if not enrolment_ids or len(found) < len(set(enrolment_ids)):
        raise UserError("请先选学员；有的学员可能刚被撤销，请刷新后再选。")
    return [found[key] for key in dict.fromkeys(enrolment_ids)]


def _said(reason: str | None) -> str:
    words = (reason or "").strip()
    if not words:
        raise UserError("请写明原因。")
    return words


def _with_reason(note: str | None, line: str) -> str:
    return f"{note}\n{line}" if note else line
