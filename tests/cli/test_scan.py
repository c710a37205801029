"""``kqdesk scan``: the signed sheet of a lesson, from file to roll."""

from datetime import date
from pathlib import Path
from random import Random

import pytest

from kqdesk import school as homes
from kqdesk.rooms.attendance.papers import SignInSheet, as_sign_in_sheet
from kqdesk.rooms.attendance.queries import lesson_roll
from kqdesk.rooms.attendance.queries.scans import scans_of
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.people.queries import person_ids
from kqdesk.rooms.timetable import actions as timetable
from kqdesk.rooms.timetable.actions import LessonDraft
from kqdesk.security.kdf import CHEAPEST
from tests.cli.command import NOW, PASSWORD, CommandLine
from tests.scanning.filled import as_pdf, fill, scanned


def opened(home: Path) -> homes.School:
    who = homes.people(home)[0][0]
    return homes.open_with_password(
        home, who=who, password=PASSWORD, clock=lambda: NOW, title="test", profile=CHEAPEST
    )


@pytest.fixture
def printed(school: CommandLine, roster: Path) -> SignInSheet:
    """A class of three with a lesson today, its sheet."""
    school("import", "people", roster)
    desk = opened(school.home)
    store, who = desk.store, desk.staff.id
    with store.reading() as session:
        people = list(person_ids(session))
    cohort_id = store.run(
        cohorts.open_cohort,
        who,
        title="缝纫班",
        kinds=[CohortKind.NIGHT_SCHOOL],
        capacity=40,
        is_started=True,
    ).value
    store.run(cohorts.enrol, who, cohort_id=cohort_id, person_ids=people)
    draft = LessonDraft(cohort_id, date(2026, 3, 2), 1110, 1200, 2)
    (lesson_id,) = store.run(timetable.put_lessons, who, lessons=[draft], accept_warnings=True).value
    with store.reading() as session:
        sheet = as_sign_in_sheet(lesson_roll(session, lesson_id), "柯桥区示例成校")
    desk.close()
    return sheet


def marks(home: Path, lesson_id: str) -> tuple[list[Mark | None], int]:
    desk = opened(home)
    with desk.store.reading() as session:
        roll = lesson_roll(session, lesson_id)
        scans = scans_of(session, [lesson_id])
    desk.close()
    return [row.mark for row in roll.rows], len(scans.get(lesson_id, []))


def test_a_sheet_is_read_filed_and_entered(school: CommandLine, printed: SignInSheet, tmp_path) -> None:
    rng = Random(2)
    filled = fill(printed, rng)
    path = tmp_path / "scan.pdf"
    path.write_bytes(as_pdf([scanned(filled.picture, rng)]))

    tried = school("scan", path, "--dry-run", "--json")
    before = marks(school.home, printed.lesson_id)
    ended = school("scan", path, "--json")
    (page,) = ended.told["pages"]

    assert (tried.code, tried.told["filed"], before) == (0, 0, ([None] * 3, 0))
    assert (ended.code, ended.told["filed"], ended.told["entered"]) == (0, 1, 3)
    assert (page["state"], page["lesson"], page["on"], page["asked"]) == (
        "read", printed.lesson_id, "2026-03-02", [],
    )  # fmt: skip
    assert marks(school.home, printed.lesson_id) == (filled.truth, 1)


def test_something_else_is_told_and_ends_with_3(school: CommandLine, tmp_path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")

    ended = school("scan", path)

    assert ended.code == 3
    assert "不是扫描件或照片" in ended.out


def test_a_missing_file_is_named(school: CommandLine, tmp_path) -> None:
    ended = school("scan", tmp_path / "none.pdf", "--json")

    assert (ended.code, "找不到文件" in ended.told["error"]) == (3, True)
