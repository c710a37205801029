"""Opening a cohort, changing what its card says, its way from preparation to its end."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue.model import Programme
from kqdesk.rooms.catalogue.queries import rules_of
from kqdesk.rooms.cohorts import rules
from kqdesk.rooms.cohorts.actions.stepping import cohort_of, said, settle_queue
from kqdesk.rooms.cohorts.model import Cohort, CohortKindMark
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState
from kqdesk.store.actions import Writing, action

SETTABLE = frozenset(
    {
        "title", "course_id", "programme_id", "project", "is_elderly", "intake", "township_code", "village_id",
        "firm_id", "site_id", "classroom_id", "tutor_id", "trainer_id", "starts_on", "ends_on", "capacity", "note", "deputy_id",
        "second_deputy_id", "meets", "fee", "deposit",
    }
)  # fmt: skip


COPIED = SETTABLE - {"starts_on", "ends_on", "intake"}


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

    ``fields``: columns of SETTABLE. A cohort follows one course or one 双证 programme, never both; it keeps the
    course's rules of its first day. Returns its id.
    """
    year = (fields.get("starts_on") or school_day(w.now)).year
    taken = w.session.scalars(select(Cohort.no)).all()
    number = no or rules.cohort_no(year, kinds, taken)
    if number in taken:
        raise UserError(f"班级编号 {number} 已经用过，请换一个编号，或留空由程序编号。")
    cohort = Cohort(no=number, state=CohortState.OPEN if is_started else CohortState.PLANNED)
    _fill(w, cohort, {"title": title, **fields}, kinds)
    _take_rules(w, cohort)
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
    """Change what the card says; StaleRecord when somebody else changed the same fields since ``seen``.

    More places are offered to those who wait.
    """
    cohort = cohort_of(w, cohort_id)
    w.check_fresh(cohort, fields, seen)
    before, followed = set(_kinds_of(w, cohort_id)), (cohort.course_id, cohort.starts_on)
    _fill(w, cohort, fields, before if kinds is None else kinds)
    if kinds is not None and set(kinds) != before:
        for mark in w.session.scalars(select(CohortKindMark).where(CohortKindMark.cohort_id == cohort_id)):
            if mark.kind not in kinds:
                w.session.delete(mark)
        _mark_kinds(w, cohort_id, set(kinds) - before)
    is_planned = cohort.state is CohortState.PLANNED
    if cohort.course_id != followed[0] or (is_planned and cohort.starts_on != followed[1]):
        _take_rules(w, cohort)
    w.note(cohort.title)
    if "capacity" in fields:
        settle_queue(w, cohort)


def open_copy(w: Writing, old: Cohort, fields: dict[str, Any]) -> str:
    """A new cohort of the same kinds as ``old``, in preparation, nobody in it; returns its id."""
    kinds = _kinds_of(w, old.id)
    year = (fields["starts_on"] or school_day(w.now)).year
    fresh = Cohort(
        no=rules.cohort_no(year, kinds, w.session.scalars(select(Cohort.no)).all()),
        state=CohortState.PLANNED,
        copied_from_id=old.id,
    )
    _fill(w, fresh, fields, kinds)
    _take_rules(w, fresh)
    w.session.add(fresh)
    w.session.flush()
    _mark_kinds(w, fresh.id, kinds)
    return fresh.id


@action("正式开班")
def start_cohort(w: Writing, *, cohort_id: str) -> None:
    """Planned → in course. The course's rules of its first day are kept from now on, whatever comes later."""
    cohort = _step(w, cohort_id, {CohortState.PLANNED}, CohortState.OPEN)
    _take_rules(w, cohort)


@action("结班")
def close_cohort(w: Writing, *, cohort_id: str, on: date | None = None) -> None:
    """In course → closed on a day; 在读 learners keep their state, completing them is an act of its own."""
    cohort = _step(w, cohort_id, {CohortState.OPEN}, CohortState.CLOSED)
    cohort.ends_on = on or cohort.ends_on or school_day(w.now)


@action("恢复班级")
def reopen_cohort(w: Writing, *, cohort_id: str, reason: str) -> None:
    """Closed or cancelled → in course again; the reason stays on the card."""
    cohort = _step(w, cohort_id, {CohortState.CLOSED, CohortState.CANCELLED}, CohortState.OPEN)
    cohort.note = _with_reason(cohort.note, f"{school_day(w.now):%Y-%m-%d} 恢复：{said(reason)}")


@action("取消班级")
def cancel_cohort(w: Writing, *, cohort_id: str, reason: str) -> None:
    """A planned or running cohort that will not be held; the reason stays on the card."""
    cohort = _step(w, cohort_id, {CohortState.PLANNED, CohortState.OPEN}, CohortState.CANCELLED)
    cohort.note = _with_reason(cohort.note, f"{school_day(w.now):%Y-%m-%d} 取消：{said(reason)}")


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
    _check_people_and_money(cohort)
    programme = w.session.get(Programme, cohort.programme_id) if cohort.programme_id else None
    cohort.level = programme.level if programme else None


def _mark_kinds(w: Writing, cohort_id: str, kinds: Collection[CohortKind]) -> None:
    for kind in (kind for kind in CohortKind if kind in kinds):
        w.session.add(CohortKindMark(cohort_id=cohort_id, kind=kind))


def _kinds_of(w: Writing, cohort_id: str) -> Sequence[CohortKind]:
    return w.session.scalars(select(CohortKindMark.kind).where(CohortKindMark.cohort_id == cohort_id)).all()


def _check_people_and_money(cohort: Cohort) -> None:
    for name, words in (("fee", "学费"), ("deposit", "押金")):
        amount = getattr(cohort, name)
        if amount is not None and not 0 <= amount <= rules.MOST:
            raise UserError(f"{words}要在 0 到 {rules.yuan(rules.MOST)} 元之间。")
    in_charge = [one for one in (cohort.tutor_id, cohort.deputy_id, cohort.second_deputy_id) if one]
    if len(in_charge) > len(set(in_charge)):
        raise UserError("班主任和两位副班主任要是不同的人，请改正。")


def _take_rules(w: Writing, cohort: Cohort) -> None:
    """The course's rules of the first day, kept for good."""
    if cohort.course_id is None:
        cohort.course_version_id = None
        return
    kept = rules_of(w.session, cohort.course_id, cohort.starts_on or school_day(w.now))
    cohort.course_version_id = kept.version_id or None


def _step(w: Writing, cohort_id: str, sources: Collection[CohortState], to: CohortState) -> Cohort:
    cohort = cohort_of(w, cohort_id)
    if cohort.state not in sources:
        raise UserError(f"「{cohort.title}」现在是「{cohort.state.label}」，不能改成「{to.label}」。")
    cohort.state = to
    w.note(cohort.title)
    return cohort


def _with_reason(note: str | None, line: str) -> str:
    return f"{note}\n{line}" if note else line
