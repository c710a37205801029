"""结课考核: results of a class whose course is completed by an exam or a work."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from kqdesk.kernel.errors import InputFaults, UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue.rules import UNSAID
from kqdesk.rooms.cohorts.model import Cohort
from kqdesk.rooms.cohorts.queries import course_rules_of
from kqdesk.rooms.exams import queries
from kqdesk.rooms.exams.model import CourseResult
from kqdesk.rooms.exams.rules import Verdict, is_assessed, read_verdict
from kqdesk.store.actions import Writing, action


@action("登记结课考核")
def record_course_results(
    w: Writing, *, cohort_id: str, results: Mapping[str, str], assessed_on: date
) -> int:
    """Results as typed (a mark of 100, or 合格 / 不合格) by enrolment; "" takes one away. Returns how many changed.

    Judged by the rules the class keeps and kept with them: later rules of the course change nothing. All or nothing.
    """
    cohort = w.session.get_one(Cohort, cohort_id)
    rules = course_rules_of(w.session, [cohort_id]).get(cohort_id, UNSAID)
    assessment = rules.assessment
    if assessment is None or not is_assessed(rules):
        raise UserError(
            f"「{cohort.title}」的课程规则没有写明考试或作品考核，不用登记结课成绩。规则在「课程目录」里定。"
        )
    if assessed_on > school_day(w.now):
        raise UserError("考核日期不能在今天以后。")
    known = {row.id: row.name for row in queries.judged_learners(w.session, cohort_id)}
    held = {
        row.enrolment_id: row
        for row in w.session.scalars(select(CourseResult).where(CourseResult.enrolment_id.in_(list(known))))
    }
    if results.keys() - known.keys():
        raise UserError("选的学员不在这个班了，请刷新后再登记。")
    judged = _judged(results, known, rules.pass_mark)
    count = 0
    for enrolment_id, verdict in judged.items():
        row = held.get(enrolment_id)
        if verdict is None:
            if row is not None:
                w.session.delete(row)
                count += 1
            continue
        if row is None:
            row = CourseResult(enrolment_id=enrolment_id)
            w.session.add(row)
        elif Verdict(row.is_passed, row.points_tenths) == verdict:
            continue
        row.points_tenths, row.is_passed, row.pass_mark = (
            verdict.points_tenths,
            verdict.is_passed,
            rules.pass_mark,
        )
        row.assessment, row.course_version_id = assessment, rules.version_id or None
        row.assessed_on, row.entered_by = assessed_on, w.actor
        count += 1
    w.note(f"{cohort.title} {count} 人")
    return count


def _judged(
    results: Mapping[str, str], names: Mapping[str, str], pass_mark: int | None
) -> dict[str, Verdict | None]:
    """What was typed, read; None takes a result away. InputFaults with every name when something cannot be read."""
    found: dict[str, Verdict | None] = {}
    faults = []
    for key, text in results.items():
        try:
            found[key] = read_verdict(text, pass_mark) if text.strip() else None
        except ValueError as wrong:
            faults.append(f"{names[key]}：{wrong}")
    if faults:
        raise InputFaults(f"有 {len(faults)} 个成绩不对，一个都没有登记：{'；'.join(faults[:3])}", faults)
    return found
