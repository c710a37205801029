"""Facts for every figure, asked with plain selects over a lookup of tables: desk and hub run the same statements.

``facts(connection, Base.metadata.tables.__getitem__, period)`` at the desk, ``facts(connection, counter.table, period,
opened=counter.opened)`` at the hub. The number of statements does not depend on rows or schools.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from kqdesk.rooms.activities.rules import attendances
from kqdesk.rooms.cohorts.terms import NEVER_IN
from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.office.rules import Pack
from kqdesk.rooms.past.rules import Line, why_not
from kqdesk.rooms.past.terms import Part
from kqdesk.rooms.reports.queries.asking import Asking, Tables
from kqdesk.rooms.reports.queries.counted_people import people, schooling, winners
from kqdesk.rooms.reports.queries.rules_in_force import packs_of
from kqdesk.rooms.reports.rules.facts import (
    ActivityFact,
    AnswerFact,
    CohortFact,
    CountingRules,
    EnrolmentFact,
    Facts,
    PaperFact,
    PastFact,
)
from kqdesk.rooms.reports.rules.period import Period
from kqdesk.store.base import Base

Opened = Callable[[str, str, object], Any]
"""(table, column, stored value) → value in clear; the hub's are sealed."""
SKILL_CATEGORY = "GF02"
DESK: Tables = Base.metadata.tables.__getitem__


def facts(
    connection: Connection,
    tables: Tables,
    period: Period,
    *,
    school: str | None = None,
    opened: Opened | None = None,
    packs: Sequence[Pack] | None = None,
) -> Facts:
    """Everything figures of a period are counted from; ``school`` None: every school there is. Always as many statements.

    ``packs``: those that count, where somebody checked them (the desk looks at the district's signature); else as stored.
    """
    ask = _Rows(connection, tables, period, school)
    rules = packs_of(ask, packs)
    return Facts(
        period=period, rules=rules, cohorts=ask.cohorts(), enrolments=ask.enrolments(), activities=ask.activities(),
        papers=ask.papers(), past=ask.past(rules), answers=ask.answers(), schooling=schooling(ask, rules),
        people=people(ask), winners=winners(ask),
        hukou_of=_plain if opened is None else partial(_opened_hukou, opened),
    )  # fmt: skip


def desk_facts(session: Session, period: Period) -> Facts:
    """The same of this school's own home."""
    return facts(session.connection(), DESK, period, packs=active_packs(session))


def _plain(hukou: str) -> str:
    return hukou


def _opened_hukou(opened: Opened, hukou: str) -> str:
    return str(opened("person", "hukou", hukou) or "")


class _Rows(Asking):
    """The statements, each a method."""

    # -- classes --------------------------------------------------------------------------------------------

    def cohorts(self) -> dict[str, CohortFact]:
        """Two statements: classes with their course, and their kinds."""
        cohort, course, kind = self.table("cohort"), self.table("course"), self.table("cohort_kind")
        kinds: dict[str, list[str]] = defaultdict(list)
        for cohort_id, word in self.rows(
            sa.select(kind.c.cohort_id, kind.c.kind).where(*self.mine(kind)).order_by(kind.c.kind)
        ):
            kinds[cohort_id].append(_word(word))
        found = self.classes(*(cohort.c[name] for name in _COHORT), with_end=True)
        courses = {
            (one.school, one.id): one
            for one in self.rows(
                sa.select(
                    course.c.school, course.c.id, course.c.category, course.c.occupation, course.c.skill_level
                ).where(*self.mine(course))
            )
        }
        return {
            one.id: _cohort(one, courses.get((one.school, one.course_id)), tuple(kinds.get(one.id, ())))
            for one in self.rows(found)
        }

    def enrolments(self) -> tuple[EnrolmentFact, ...]:
        """Two statements: who is in those classes, and the hours of held lessons by mark where a class is over."""
        enrolment, cohort = self.table("enrolment"), self.table("cohort")
        classes = self.classes(cohort.c.school, cohort.c.id, cohort.c.starts_on).subquery("classes")
        hours = self._hours()
        found = self.rows(
            sa.select(
                enrolment.c.id, enrolment.c.school, enrolment.c.cohort_id, enrolment.c.person_id, enrolment.c.state,
                enrolment.c.applied_on, enrolment.c.ended_on, classes.c.starts_on,
            )
            .join(classes, sa.and_(classes.c.id == enrolment.c.cohort_id, classes.c.school == enrolment.c.school))
            .where(enrolment.c.state.not_in(NEVER_IN))
        )  # fmt: skip
        return tuple(
            EnrolmentFact(
                one.id, one.school, one.cohort_id, one.person_id, _word(one.state),
                max((day for day in (one.applied_on, one.starts_on) if day is not None), default=None), one.ended_on,
                hours.get(one.id, {}),
            )
            for one in found
        )  # fmt: skip

    def _hours(self) -> dict[str, dict[str, int]]:
        lesson, mark, ends = self.table("lesson"), self.table("attendance_mark"), self.ends()
        over = sa.select(ends.c.cohort_id).where(self.in_time(ends.c.last))
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for enrolment_id, word, hours in self.rows(
            sa.select(mark.c.enrolment_id, mark.c.mark, sa.func.sum(lesson.c.study_hours))
            .join(lesson, sa.and_(lesson.c.id == mark.c.lesson_id, lesson.c.school == mark.c.school))
            .where(lesson.c.state == "held", lesson.c.cohort_id.in_(over), *self.mine(mark))
            .group_by(mark.c.enrolment_id, mark.c.mark)
        ):
            found[enrolment_id][_word(word)] = int(hours)
        return found

    # -- activities, papers -----------------------------------------------------------------------------------

    def activities(self) -> tuple[ActivityFact, ...]:
        """Two statements."""
        activity, came = self.table("activity"), self.table("activity_attendee")
        signed: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for activity_id, row_id, person_id in self.rows(
            sa.select(came.c.activity_id, came.c.id, came.c.person_id)
            .join(activity, sa.and_(activity.c.id == came.c.activity_id, activity.c.school == came.c.school))
            .where(self.in_time(activity.c.held_on), *self.mine(came))
            .order_by(came.c.id)
        ):
            signed[activity_id].append((row_id, person_id))
        held = self.rows(
            sa.select(
                activity.c.id, activity.c.school, activity.c.topic, activity.c.held_on, activity.c.headcount, activity.c.state,
                activity.c.counted_as, activity.c.project, activity.c.township_code,
            ).where(
                self.in_time(activity.c.held_on), activity.c.state.in_(("held", "confirmed")), *self.mine(activity)
            )
        )  # fmt: skip
        return tuple(
            ActivityFact(
                one.id, one.school, one.topic or "", one.held_on,
                attendances(one.state, one.headcount, len(signed.get(one.id, ()))), _word(one.counted_as),
                _word(one.project), one.township_code or "", tuple(signed.get(one.id, ())),
            )
            for one in held
        )  # fmt: skip

    def papers(self) -> tuple[PaperFact, ...]:
        """Four statements: diplomas and skill certificates of all times (both together may complete today), and the rest."""
        diploma, skill = self.table("diploma"), self.table("skill_certificate")
        own, referral = self.table("completion_certificate"), self.table("referral")
        asked = (
            (diploma, diploma.c.level, diploma.c.issued_on, diploma.c.issued_on <= self.period.end),
            (
                skill, skill.c.level, skill.c.issued_on,
                sa.and_(skill.c.issued_on <= self.period.end, skill.c.verification != "doubtful"),
            ),
            (
                own, sa.literal(""), own.c.awarded_on,
                sa.and_(self.in_time(own.c.awarded_on), own.c.state.not_in(("drawn", "revoked"))),
            ),
        )  # fmt: skip
        found = [
            PaperFact(one.id, table.name, one.school, one.person_id, one.on, _word(one.level))
            for table, level, on, condition in asked
            for one in self.rows(
                sa.select(
                    table.c.id, table.c.school, table.c.person_id, level.label("level"), on.label("on")
                ).where(condition, *self.mine(table))
            )
        ]
        days = (referral.c.enrolled_on, referral.c.graduated_on)
        for one in self.rows(
            sa.select(referral.c.id, referral.c.school, referral.c.person_id, referral.c.level, *days).where(
                sa.or_(*(self.in_time(day) for day in days)), *self.mine(referral)
            )
        ):
            steps = (("enrolled", one.enrolled_on), ("graduated", one.graduated_on))
            found += [
                PaperFact(one.id, "referral", one.school, one.person_id, day, _word(one.level), step)
                for step, day in steps if day is not None
            ]  # fmt: skip
        return tuple(found)

    def past(self, rules: Mapping[str, CountingRules]) -> tuple[PastFact, ...]:
        """Lines of old ledgers that count by the pack; one statement."""
        record, ledger, scan = self.table("past_record"), self.table("past_ledger"), self.table("attachment")
        scanned = sa.exists().where(
            scan.c.owner_table == "past_ledger",
            scan.c.owner_id == ledger.c.id,
            scan.c.school == ledger.c.school,
        )
        found = []
        for one in self.rows(
            sa.select(record, ledger.c.state.label("ledger_state"), scanned.label("has_scan"))
            .join(ledger, sa.and_(ledger.c.id == record.c.ledger_id, ledger.c.school == record.c.school))
            .where(record.c.person_id.is_not(None), *self.mine(record))
        ):
            line = Line(**{name: getattr(one, name) for name in _LINE})
            policy = rules.get(one.school, CountingRules()).past
            for part, day in _parts(line):
                if (
                    day is not None
                    and day <= self.period.end
                    and not why_not(line, part, one.ledger_state, has_scan=bool(one.has_scan), rules=policy)
                ):
                    level = (
                        line.level
                        if part is Part.DIPLOMAS
                        else line.skill_level
                        if part is Part.SKILLS
                        else ""
                    )
                    found.append(
                        PastFact(
                            one.id,
                            one.school,
                            one.person_id,
                            part.value,
                            day,
                            _word(level),
                            bool(line.is_skill),
                        )
                    )
        return tuple(found)

    def answers(self) -> tuple[AnswerFact, ...]:
        """Who was asked in rounds that touch the period; one statement."""
        answer, asked = self.table("survey_answer"), self.table("survey_round")
        found = self.rows(
            sa.select(answer.c.id, answer.c.school, answer.c.person_id, answer.c.state, answer.c.answered_on)
            .join(asked, sa.and_(asked.c.id == answer.c.round_id, asked.c.school == answer.c.school))
            .where(
                asked.c.starts_on <= self.period.end,
                asked.c.ends_on >= self.period.first,
                *self.mine(answer),
            )
        )
        return tuple(
            AnswerFact(
                one.id, one.school, one.person_id, one.answered_on if one.state == "answered" else None
            )
            for one in found
        )


_COHORT = (
    "id", "school", "title", "state", "course_id", "programme_id", "level", "project", "is_elderly", "township_code",
    "starts_on", "ends_on",
)  # fmt: skip
_LINE = tuple(one.name for one in fields(Line))


def _word(written: Any) -> str:
    """A word of an enumeration as its text; "" for none."""
    return "" if written is None else str(getattr(written, "value", written))


def _cohort(one: Any, course: Any, kinds: tuple[str, ...]) -> CohortFact:
    category = _word(course.category) if course is not None else ""
    is_skill = course is not None and bool(
        category == SKILL_CATEGORY or course.occupation or course.skill_level
    )
    return CohortFact(
        one.id, one.school, one.title or "", _word(one.state), one.starts_on, one.last or one.ends_on,
        one.township_code or "", _word(one.project), category, _word(one.level), kinds, bool(one.is_elderly),
        one.programme_id is not None, is_skill,
    )  # fmt: skip


def _parts(line: Line) -> tuple[tuple[Part, date | None], ...]:
    """What a line of the past could count for in figures, and the day it would count on."""
    found: list[tuple[Part, date | None]] = []
    if line.hours is not None:
        found.append((Part.HOURS, line.ends_on or line.starts_on))
    if line.skill_no and line.occupation and line.skill_level:
        found.append((Part.SKILLS, line.issued_on or line.ends_on))
    if line.diploma_no and line.level:
        found.append((Part.DIPLOMAS, line.issued_on or line.ends_on))
    return tuple(found)
