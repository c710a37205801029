"""A class that was held: a trainer, three lessons with rolls, packs with their list of papers."""

from io import BytesIO

import pytest
from PIL import Image

from kqdesk.printing.blocks import Part, Text
from kqdesk.printing.document import pdf_bytes
from kqdesk.rooms.attendance import actions as attendance
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.timetable import actions as timetable
from kqdesk.rooms.trainers import actions as trainers
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.store import Store
from tests.attendance.conftest import Cohort, cohort
from tests.attendance.packs import put_pack
from tests.conftest import Clock

__all__ = ["cohort"]


@pytest.fixture
def held(store: Store, clerk: str, cohort: Cohort, clock: Clock) -> Cohort:
    """The cohort two days later: three of its four lessons held and rolled, one of them locked."""
    put_pack(store, {"trainer.pay_rate": {"middle": 10000}})
    trainer = store.run(
        trainers.add_trainer,
        clerk,
        name="阮师傅",
        source=TrainerSource.LOCAL_TALENT,
        pay_level=PayLevel.MIDDLE,
    ).value
    for lesson in cohort.lessons[1:]:
        store.run(
            timetable.substitute_trainer, clerk, lesson_id=lesson, trainer_id=trainer, reason="定老师",
            accept_warnings=True,
        )  # fmt: skip
    clock.forward(days=2)
    for lesson in cohort.lessons[:3]:
        store.run(
            attendance.take_roll,
            clerk,
            lesson_id=lesson,
            marks={cohort.learners[2]: Mark.ABSENT},
            rest_present=True,
        )
    store.run(attendance.lock_roll, clerk, lesson_id=cohort.lessons[1])
    return cohort


def png(colour: str = "#3366cc") -> bytes:
    """A small picture."""
    target = BytesIO()
    Image.new("RGB", (300, 200), colour).save(target, "PNG")
    return target.getvalue()


def two_pages() -> bytes:
    """A PDF somebody scanned."""
    return pdf_bytes("批复", [Part([Text("批复一")]), Part([Text("批复二")])])
