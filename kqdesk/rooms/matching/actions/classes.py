"""A trial class made real: the cohort, its people and the draft of its timetable as one act, one step to undo."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.cohorts.actions import enrol, open_cohort
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.timetable.actions import LessonDraft, put_lessons
from kqdesk.store.actions import Writing, action


@dataclass(frozen=True)
class Meeting:
    """One lesson of the draft; minutes of the day."""

    on: date
    start_minute: int
    end_minute: int
    study_hours: int


@dataclass(frozen=True)
class ClassOpened:
    """What came of it."""

    cohort_id: str
    enrolled: int
    waiting: int
    lessons: int


@action("匹配开班")
def open_from_trial(
    w: Writing,
    /,
    *,
    title: str,
    kinds: Collection[CohortKind],
    person_ids: Sequence[str],
    meetings: Sequence[Meeting] = (),
    accept_warnings: bool = False,
    **fields: Any,
) -> ClassOpened:
    """Open a cohort in preparation, enrol these people (those beyond its capacity wait), put the draft on the calendar.

    ``fields``: columns of the cohort. Nothing is done when a person may not enrol (EnrolmentWarnings unless accepted)
    or a lesson clashes hard (UserError with ways out; SoftClashes unless accepted).
    """
    if not person_ids:
        raise UserError("这一组里没有能来的人，开不了班。换一个时间、地点，或放宽几分钟以内。")
    cohort_id = open_cohort(w, title=title, kinds=kinds, **fields)
    done = enrol(w, cohort_id=cohort_id, person_ids=person_ids, accept_warnings=accept_warnings)
    drafts = [
        LessonDraft(
            cohort_id, one.on, one.start_minute, one.end_minute, one.study_hours, fields.get("trainer_id"), fields.get("site_id"),
            fields.get("classroom_id"),
        )
        for one in meetings
    ]  # fmt: skip
    put = put_lessons(w, lessons=drafts, accept_warnings=accept_warnings) if drafts else []
    return ClassOpened(cohort_id, done.enrolled, done.waiting, len(put))
