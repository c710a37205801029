"""A cohort with a lesson yesterday, today and tomorrow, its printed sheets, and pages filled by a made-up pen."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image

from kqdesk.printing.scanning import reading
from kqdesk.printing.scanning.parsing import read_in_child
from kqdesk.rooms.attendance.papers import SignInSheet, as_sign_in_sheet
from kqdesk.rooms.attendance.papers.scans import Judge, Sheet, read_sheets
from kqdesk.rooms.attendance.queries import lesson_roll
from kqdesk.rooms.cohorts import actions as cohort_actions
from kqdesk.rooms.cohorts import queries as cohort_queries
from kqdesk.rooms.cohorts.terms import CohortKind
from kqdesk.rooms.timetable import actions as timetable_actions
from kqdesk.rooms.timetable.actions import LessonDraft
from kqdesk.store.attachments import Attachments
from kqdesk.store.store import Store
from tests.attendance.conftest import add_learners
from tests.conftest import Clock
from tests.scanning.filled import Filled, as_pdf, fill, scanned

DAYS = (date(2026, 2, 24), date(2026, 3, 2), date(2026, 3, 3))
LEARNERS = 24


@dataclass(frozen=True)
class NightClass:
    """Ids: the cohort, its lessons (24 Feb, 2 and 3 March; today is the second), its enrolments by roll number."""

    id: str
    lessons: list[str]
    learners: list[str]


@pytest.fixture
def night_class(store: Store, clerk: str) -> NightClass:
    """Twenty-four learners."""
    people = store.run(add_learners, "system", count=LEARNERS).value
    cohort_id = store.run(
        cohort_actions.open_cohort,
        clerk,
        title="缝纫班",
        kinds=[CohortKind.NIGHT_SCHOOL],
        capacity=40,
        is_started=True,
    ).value
    store.run(cohort_actions.enrol, clerk, cohort_id=cohort_id, person_ids=people)
    drafts = [LessonDraft(cohort_id, day, 1110, 1200, 2) for day in DAYS]
    lessons = store.run(timetable_actions.put_lessons, clerk, lessons=drafts, accept_warnings=True).value
    with store.reading() as session:
        learners = [row.id for row in cohort_queries.roster(session, cohort_id)]
    return NightClass(cohort_id, lessons, learners)


@pytest.fixture
def printed(store: Store) -> Callable[[str], SignInSheet]:
    """The sheet of a lesson as it is printed now."""

    def sheet_of(lesson_id: str) -> SignInSheet:
        with store.reading() as session:
            roll = lesson_roll(session, lesson_id)
        assert roll is not None
        return as_sign_in_sheet(roll, "兰亭成校")

    return sheet_of


class Gathered:
    """The child's pipe, without a child."""

    def __init__(self) -> None:
        self.parts: list[Any] = []

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Nobody is watching."""

    def part(self, value: Any) -> None:
        """Kept until the end."""
        self.parts.append(value)


@pytest.fixture
def without_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's function runs here: starting a process for every page would make the tests slow."""

    def here(name: str, request: Any, **limits: Any) -> Generator[Any, None, Any]:
        gathered = Gathered()
        done = read_in_child(request, gathered)
        yield from gathered.parts
        return done

    monkeypatch.setattr(reading, "stream_child", here)


@pytest.fixture
def judged(store: Store, attachments: Attachments, clock: Clock) -> Callable[..., list[Sheet]]:
    """Files read in the child and held against the school."""

    def judge(*files: Path) -> list[Sheet]:
        pages = list(read_sheets(files))
        with store.reading() as session:
            judging = Judge(session, clock(), attachments.digest_of)
            for page in pages:
                judging.add(page)
        return judging.sheets

    return judge


def pdf_of(folder: Path, *images: Image.Image, name: str = "scan.pdf") -> Path:
    """A file as a scanner writes it."""
    path = folder / name
    path.write_bytes(as_pdf(images))
    return path


def png_of(folder: Path, image: Image.Image, name: str = "page.png") -> Path:
    """A picture without loss."""
    target = BytesIO()
    image.save(target, "PNG", compress_level=1)
    path = folder / name
    path.write_bytes(target.getvalue())
    return path


def signed(paper: SignInSheet, seed: int = 1, *, doubtful: float = 0.0) -> tuple[Filled, Image.Image]:
    """A filled page and its scan."""
    rng = Random(seed)
    filled = fill(paper, rng, doubtful=doubtful)
    return filled, scanned(filled.picture, rng)
