"""The demo's last look: what was promised holds in the home it leaves — counts, seals, undo, history, verdicts, round trip."""

from typing import Any

from kqdesk.cli.demo_story import CLERK, HEAD, Story
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.certificates import queries as register
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.cohorts import queries as rosters
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.people import queries as people
from kqdesk.rooms.people.sheets import read_roster
from kqdesk.security.certificate_verdict import Standing

_COUNTED = {
    "people": "person WHERE state<>'merged'", "cohorts": "cohort", "enrolments": "enrolment", "lessons": "lesson", "rolls": "roll",
    "attendance_marks": "attendance_mark", "scores": "score", "certificates": "completion_certificate",
    "skill_certificates": "skill_certificate", "diplomas": "diploma", "journal_entries": "journal_entry",
}  # fmt: skip


class DemoFault(Exception):
    """The demo school is not as it must be: our bug, never the person's."""


def check_school(story: Story) -> None:
    """Everything below; a promise that is not kept stops the demo."""
    _undo(story)
    _verdicts(story)
    _round_trip(story)
    _history(story)
    for wrong in (
        story.school.store.integrity(),
        story.school.store.verify_chain(),
        story.school.store.verify_rows(),
    ):
        _promise(wrong is None, str(wrong))
    story.facts["counts"] = _counts(story)
    _add_up(story)


def _promise(kept: bool, what: str) -> None:
    if not kept:
        raise DemoFault(what)


def _undo(story: Story) -> None:
    """A cohort opened by mistake goes away again; an approval does not."""
    before = len(story.read(rosters.cohort_list))
    story.do(cohorts.open_cohort, title="开错的班", kinds={CohortKind.OTHER})
    label = story.school.store.undo(story.clerk).label
    _promise(len(story.read(rosters.cohort_list)) == before, "undo left the cohort")
    told: dict[str, Any] = {"undone": label}
    if story.certificates:
        told["refused"] = story.facts.pop("approval_kept")
        _promise(told["refused"] != "", "an approval was undone")
    story.facts["undo"] = told


def _verdicts(story: Story) -> None:
    """Every certificate is 有效; one letter changed and it is not."""
    papers = story.read(register.papers_of, story.certificates)
    verdicts = [story.read(register.verdict, paper.qr_text, story.today) for paper in papers]
    _promise(all(one.standing is Standing.VALID for one in verdicts), "a certificate does not verify")
    story.facts["verified"] = len(verdicts)
    if papers:
        text = papers[0].qr_text
        forged = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
        standing = story.read(register.verdict, forged, story.today).standing
        _promise(standing is not Standing.VALID, "a forged certificate verifies")
        story.facts["sample_certificate"] = {
            "number": papers[0].serial_no,
            "name": papers[0].name,
            "qr_text": text,
        }


def _round_trip(story: Story) -> None:
    """The exported roster, imported again, would change nothing."""
    read = read_roster(story.out / "exports" / "花名册.xlsx", today=story.today)
    plan = story.read(people.plan_import, read.people)
    told = {
        "rows": read.rows,
        "faults": len(read.faults),
        "create": len(plan.creates),
        "update": len(plan.updates),
    }
    story.facts["export_then_import"] = told
    _promise(told == {"rows": story.people, "faults": 0, "create": 0, "update": 0}, f"round trip: {told}")


def _history(story: Story) -> None:
    """One learner's story in sentences, as the card shows it."""
    person = story.cohorts[0].person_ids[0]
    lines = story.school.store.history("person", person)
    names = {story.clerk: CLERK, story.head: HEAD}
    story.facts["history"] = [
        f"{line.at:%Y-%m-%d} {names.get(line.actor, '')} {line.label}：{'；'.join(line.sentences)}"
        for line in lines[:8]
    ]


def _counts(story: Story) -> dict[str, int]:
    with story.school.store.reading() as session:
        conn = session.connection()
        return {
            name: int(conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
            for name, table in _COUNTED.items()
        }


def _add_up(story: Story) -> None:
    """What the steps said they did is what the home holds."""
    counts, facts = story.facts["counts"], story.facts
    made = facts["import"]
    rows = [story.read(rosters.roster, lead.id) for lead in story.cohorts]
    said = {
        "people": made["created"] + made["entered"],
        "cohorts": len(story.cohorts),
        "enrolments": sum(len(one) for one in rows),
        "lessons": sum(len(lead.lesson_ids) for lead in story.cohorts),
        "rolls": facts["rolls"],
        "attendance_marks": sum(facts["attendance"][mark.value] for mark in Mark),
        "scores": facts["exam"]["scores"],
        "certificates": facts["certificates"],
        "skill_certificates": facts["skill_certificates"],
        "diplomas": facts["diplomas"],
    }
    different = {name: (number, counts[name]) for name, number in said.items() if counts[name] != number}
    _promise(not different and counts["people"] == story.people, f"counts differ: {different}")
