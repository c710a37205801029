"""Words that belong to persons, looked for everywhere outside the database after a day with a crash: none is found."""

import logging
import os
import signal
import tempfile
from functools import partial
from pathlib import Path
from random import Random

import pytest

from kqdesk import school as homes
from kqdesk.app.drafts import DraftBox
from kqdesk.backup import shelf
from kqdesk.backup.policy import Reason
from kqdesk.desk.drafts import Draft
from kqdesk.excel import writing
from kqdesk.kernel.errors import Cancelled, UserError
from kqdesk.printing.blocks import Text
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.styles import TITLE
from kqdesk.rooms.people.actions import add_person
from kqdesk.rooms.people.sheets.export import export_roster
from kqdesk.school import School
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.logs import start_logging
from tests.faults.child import in_child
from tests.faults.ground import PASSWORD, WHO, Ground, enter, make_ground

SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "芸菡蕖薇蘅"
PHOTO = b"\xff\xd8\xff a photo of somebody 330621 " * 40
TYPED = "半句没有保存的悄悄话"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def somebody(number: int) -> dict[str, str]:
    """A made-up person nobody else is called."""
    stem = f"330621197{number % 10}0{number % 9 + 1}1{number % 10}{number:03d}"
    check = "10X98765432"[sum(int(d) * w for d, w in zip(stem, WEIGHTS, strict=True)) % 11]
    name = SURNAMES[number % 10] + GIVEN[number // 10 % 5] + GIVEN[number % 5] + "鹮"
    return {"name": name, "id_number": stem + check, "phone": f"139{number:08d}"}


PEOPLE = [somebody(number) for number in range(50)]


def canaries() -> list[bytes]:
    """Every word in every writing."""
    words = [word for one in PEOPLE for word in one.values()] + [TYPED, PASSWORD]
    return [*(word.encode(code) for word in words for code in ("utf-8", "utf-16-le", "gb18030")), PHOTO[:60]]


def found_in(*folders: Path) -> list[str]:
    """Files that hold a canary."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sorted({path.name for path in files for word in canaries() if word in path.read_bytes()})


class Stops:
    """Somebody who cancels the export when it has begun."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """At once."""
        raise Cancelled


def a_day(ground: Ground, temporary: Path, outside: Path) -> None:
    """Entering, a photo, a print, a cancelled export, a refusal and a bug in the log, a lock; then the process dies."""
    os.environ["TMPDIR"] = str(temporary)
    tempfile.tempdir = None
    school = enter(ground)
    start_logging(school.layout.logs)
    log = logging.getLogger("kqdesk.test")
    for one in PEOPLE:
        school.store.run(add_person, school.staff.id, fields=one)
    school.attachments.keep(PHOTO)
    pdf_bytes("名单", [Text(one["name"] + one["id_number"], TITLE) for one in PEOPLE])
    _cancelled_export(school, outside)
    for wrong in _faults(school):
        log.error("something failed: %s", wrong, exc_info=wrong)
    made = school.back_up(Reason.MANUAL)
    shelf.prove(made.path, school.key)
    box = DraftBox(school.layout.drafts, school.key, school.store.home_id, school.staff.id)
    box.keep([Draft("people", "新建人员", {"name": TYPED})])
    homes.lock(school)
    homes.unlock(school, who=WHO, password=PASSWORD, profile=CHEAPEST)
    school.store.run(_dies_in_the_middle(school), school.staff.id, fields=PEOPLE[0] | {"name": "另一个人"})


def _cancelled_export(school: School, outside: Path) -> None:
    writing._STEP = 10  # in this child only: a real export asks every thousand rows
    try:
        with school.store.reading() as session:
            export_roster(session, outside / "花名册.xlsx", progress=Stops())
    except Cancelled:
        return
    raise AssertionError("the export was not cancelled")


def _faults(school: School) -> list[Exception]:
    found: list[Exception] = [ValueError(f"{PEOPLE[0]['name']} {PEOPLE[0]['id_number']}")]
    for one in PEOPLE[:3]:
        try:
            school.store.run(add_person, school.staff.id, fields=one)  # the number is somebody's already
        except UserError as wrong:
            found.append(wrong)
    return found


def _dies_in_the_middle(school: School):
    def kill(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    school.store.guard = kill
    return add_person


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A home, the temporary folder of the day, and where the export was to go."""
    folders = tmp_path / "home", tmp_path / "temporary", tmp_path / "outside"
    for folder in folders[1:]:
        folder.mkdir()
    return folders


def test_after_a_day_with_a_crash_no_word_of_a_person_lies_outside_the_database(
    places: tuple[Path, Path, Path],
) -> None:
    home, temporary, outside = places
    ground = make_ground(home)

    status = in_child(partial(a_day, ground, temporary, outside))

    assert status == -signal.SIGKILL
    assert len(canaries()) >= 450
    assert (home / "logs" / "kqdesk.log").stat().st_size > 200
    assert found_in(home, temporary, outside) == []
    again = enter(ground)
    with again.store.reading() as session:
        count = session.connection().exec_driver_sql("SELECT count(*) FROM person").scalar_one()
    again.close()
    assert count >= 50


def test_a_canary_that_lies_about_is_found(tmp_path: Path) -> None:
    rng = Random(4)
    for number, word in enumerate(rng.sample(canaries(), 20)):
        (tmp_path / f"{number:02d}").write_bytes(rng.randbytes(5000) + word + rng.randbytes(200))

    assert len(found_in(tmp_path)) == 20


def test_made_up_people_are_all_different() -> None:
    assert len({one["id_number"] for one in PEOPLE}) == len({one["phone"] for one in PEOPLE}) == 50
