"""Sheets of real lessons: printed, signed, scanned, filed, entered; and everything that can go wrong on the way."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from kqdesk.rooms.attendance import actions, queries
from kqdesk.rooms.attendance.actions.scans import file_scans
from kqdesk.rooms.attendance.papers import sign_in_form as form
from kqdesk.rooms.attendance.papers.scans import FAULTS, to_file
from kqdesk.rooms.attendance.queries.scans import scans_of
from kqdesk.rooms.attendance.terms import Mark, ScanState
from kqdesk.rooms.cohorts import actions as cohort_actions
from kqdesk.rooms.timetable import actions as timetable_actions
from tests.scanning.conftest import NightClass, pdf_of, png_of, signed
from tests.scanning.filled import as_jpeg, coffee, fill, photographed, scanned, sheet, sign

pytestmark = pytest.mark.usefixtures("without_child")


def full(value: object) -> object:
    """A case of the long run."""
    return pytest.param(value, marks=pytest.mark.full)


def entered(store, lesson_id: str) -> list[Mark | None]:
    with store.reading() as session:
        roll = queries.lesson_roll(session, lesson_id)
    return [row.mark for row in roll.rows]


def test_a_scan_is_filed_and_entered_as_signed(
    store, clerk, attachments, night_class: NightClass, printed, judged, tmp_path
) -> None:
    lesson = night_class.lessons[1]
    filled, scan = signed(printed(lesson))

    (sheet,) = judged(pdf_of(tmp_path, scan))
    done = store.run(file_scans, clerk, pages=to_file([sheet], {}, attachments.keep)).value
    with store.reading() as session:
        (kept,) = scans_of(session, [lesson])[lesson]

    assert (sheet.state, sheet.lesson.id, sheet.number) == (ScanState.READ, lesson, 1)
    assert sheet.asked == ()
    assert entered(store, lesson) == filled.truth
    assert (done.pages, done.marks, done.refused) == (1, len(filled.truth), {})
    assert attachments.read(kept.digest) == sheet.picture
    assert (kept.page, kept.media) == (1, "image/jpeg")


def test_one_undo_takes_a_pile_back(
    store, clerk, attachments, night_class, printed, judged, tmp_path
) -> None:
    scans = [signed(printed(lesson), n)[1] for n, lesson in enumerate(night_class.lessons[:2])]

    sheets = judged(pdf_of(tmp_path, *scans))
    store.run(file_scans, clerk, pages=to_file(sheets, {}, attachments.keep))
    undone = store.undo(clerk)

    assert [sheet.lesson.id for sheet in sheets] == night_class.lessons[:2]
    assert undone.label.startswith("扫描登记：2 页")
    assert entered(store, night_class.lessons[0]) == [None] * 24
    with store.reading() as session:
        assert scans_of(session, night_class.lessons) == {}


def test_what_is_doubtful_is_asked_and_never_entered(
    store, clerk, attachments, night_class, printed, judged, tmp_path
) -> None:
    lesson = night_class.lessons[1]
    filled, scan = signed(printed(lesson), 5, doubtful=0.4)
    puzzles = {n for n, mark in enumerate(filled.truth) if mark is None}

    (sheet,) = judged(png_of(tmp_path, scan))
    store.run(file_scans, clerk, pages=to_file([sheet], {}, attachments.keep))
    marks = entered(store, lesson)

    assert len(puzzles) > 4
    assert puzzles <= {one.row for one in sheet.asked}
    assert [mark for n, mark in enumerate(marks) if n in puzzles] == [None] * len(puzzles)
    assert all(mark in (None, truth) for mark, truth in zip(marks, filled.truth, strict=True))
    assert all(one.why for one in sheet.asked)


def test_a_decision_is_entered_with_the_rest(
    store, clerk, attachments, night_class, printed, judged, tmp_path
) -> None:
    lesson = night_class.lessons[1]
    _, scan = signed(printed(lesson), 5, doubtful=0.4)
    (sheet,) = judged(png_of(tmp_path, scan))
    decided = {(lesson, one.learner.id): Mark.LATE for one in sheet.asked}

    store.run(file_scans, clerk, pages=to_file([sheet], decided, attachments.keep))
    marks = entered(store, lesson)

    assert None not in marks
    assert [marks[one.row] for one in sheet.asked] == [Mark.LATE] * len(sheet.asked)


def test_a_phone_photo_upside_down_with_a_stain(night_class, printed, judged, tmp_path) -> None:
    rng = Random(8)
    filled = fill(printed(night_class.lessons[1]), rng)
    photo = photographed(coffee(filled.picture, (60, 250)), rng, curl=2).transpose(Image.Transpose.ROTATE_180)
    path = tmp_path / "IMG_2031.jpg"
    path.write_bytes(as_jpeg(photo))

    (sheet,) = judged(path)

    assert (sheet.state, sheet.lesson.id) == (ScanState.READ, night_class.lessons[1])
    assert all(one.mark in (None, truth) for one, truth in zip(sheet.rows, filled.truth, strict=True))
    assert sum(one.mark is not None for one in sheet.rows) > 12


def test_a_ring_of_coffee_over_empty_boxes_is_no_signature(night_class, printed, judged, tmp_path) -> None:
    rng = Random(2)
    paper = printed(night_class.lessons[1])
    filled = fill(paper, rng, blank=True)
    sign(filled.picture, filled.boxes[23][form.SIGN], "阮秋月", rng)
    stained = coffee(coffee(filled.picture, (55, 120)), (80, 190), 30)

    (sheet,) = judged(png_of(tmp_path, scanned(stained, rng)))

    assert [one.row for one in sheet.rows if one.mark is Mark.PRESENT] == [23]


@pytest.mark.parametrize("side", ["top", "right", full("bottom"), full("left")])
def test_half_a_page_marks_nobody_it_does_not_show(side, night_class, printed, judged, tmp_path) -> None:
    filled, scan = signed(printed(night_class.lessons[1]), 4)
    wide, high = scan.size
    part = {
        "top": (0, 0, wide, high // 2), "bottom": (0, high // 2, wide, high), "left": (0, 0, wide // 2, high),
        "right": (wide // 2, 0, wide, high),
    }[side]  # fmt: skip

    (sheet,) = judged(png_of(tmp_path, scan.crop(part)))

    assert sheet.sentence
    assert all(one.mark in (None, truth) for one, truth in zip(sheet.rows, filled.truth, strict=False))
    assert sheet.state in (ScanState.LOOK, ScanState.REFUSED, ScanState.READ)


@pytest.mark.parametrize("corner", [1, full(0), full(2), full(3)])
def test_one_torn_corner_spoils_nothing(corner, night_class, printed, judged, tmp_path) -> None:
    filled, scan = signed(printed(night_class.lessons[1]), 6)
    wide, high = scan.size
    x, y = [(0, 0), (wide - 200, 0), (wide - 200, high - 200), (0, high - 200)][corner]
    scan.paste((255, 255, 255), (x, y, x + 200, y + 200))

    (sheet,) = judged(png_of(tmp_path, scan))

    assert sheet.state is ScanState.READ
    assert [one.mark for one in sheet.rows] == filled.truth


def test_the_same_sheet_twice_is_filed_once(
    store, clerk, attachments, night_class, printed, judged, tmp_path
) -> None:
    filled, scan = signed(printed(night_class.lessons[1]))
    other = scanned(filled.picture, Random(99))

    first, again = judged(pdf_of(tmp_path, scan, other))
    store.run(file_scans, clerk, pages=to_file([first, again], {}, attachments.keep))
    (later, _) = judged(pdf_of(tmp_path, scan, other))

    assert (first.state, again.state) == (ScanState.READ, ScanState.AGAIN)
    assert "同一张" in again.sentence
    assert later.state is ScanState.AGAIN
    assert to_file([later], {}, attachments.keep) == []


def test_two_scans_that_differ_are_asked(night_class, printed, judged, tmp_path) -> None:
    rng = Random(3)
    filled = fill(printed(night_class.lessons[1]), rng)
    absent = filled.truth.index(Mark.ABSENT)
    before = scanned(filled.picture, rng)
    sign(filled.picture, filled.boxes[absent][form.SIGN], "阮秋月", rng)

    first, _ = judged(pdf_of(tmp_path, before, scanned(filled.picture, rng)))

    assert (absent, "两次扫描不一样：旷课、到") in [(one.row, one.why) for one in first.asked]


def test_marks_entered_before_are_not_overwritten(
    store, clerk, attachments, night_class, printed, judged, tmp_path
) -> None:
    lesson = night_class.lessons[1]
    filled, scan = signed(printed(lesson), 3)
    here, away = filled.truth.index(Mark.PRESENT), filled.truth.index(Mark.ABSENT)
    ids = night_class.learners
    store.run(
        actions.take_roll, clerk, lesson_id=lesson, marks={ids[here]: Mark.ABSENT, ids[away]: Mark.EXCUSED}
    )

    (sheet,) = judged(pdf_of(tmp_path, scan))
    store.run(file_scans, clerk, pages=to_file([sheet], {}, attachments.keep))
    marks = entered(store, lesson)

    assert (here, "已登记旷课，纸上是到") in [(one.row, one.why) for one in sheet.asked]
    assert (marks[here], marks[away]) == (Mark.ABSENT, Mark.EXCUSED)


def test_a_reprinted_roster_files_the_old_sheet_by_its_own_rows(
    store, clerk, attachments, night_class, printed, judged, tmp_path
) -> None:
    lesson = night_class.lessons[1]
    filled, scan = signed(printed(lesson))
    store.run(cohort_actions.withdraw, clerk, enrolment_ids=[night_class.learners[2]], reason="外出务工")

    (sheet,) = judged(pdf_of(tmp_path, scan))
    store.run(file_scans, clerk, pages=to_file([sheet], {}, attachments.keep))

    assert sheet.asked == ()
    assert entered(store, lesson) == filled.truth[:2] + filled.truth[3:]


def test_a_locked_roll_keeps_its_marks(
    store, clerk, attachments, night_class, printed, judged, tmp_path
) -> None:
    lesson = night_class.lessons[1]
    _, scan = signed(printed(lesson))
    store.run(actions.take_roll, clerk, lesson_id=lesson, marks={}, rest_present=True)
    store.run(actions.lock_roll, clerk, lesson_id=lesson)

    (sheet,) = judged(pdf_of(tmp_path, scan))
    done = store.run(file_scans, clerk, pages=to_file([sheet], {}, attachments.keep)).value

    assert (sheet.state, done.pages, done.marks) == (ScanState.LOCKED, 1, 0)
    assert "不一致" in sheet.sentence
    assert set(entered(store, lesson)) == {Mark.PRESENT}


def test_pages_that_belong_nowhere_say_why(store, clerk, night_class, printed, judged, tmp_path) -> None:
    ahead = signed(printed(night_class.lessons[2]))[1]
    strange = signed(sheet(24))[1]
    other_school = signed(replace(printed(night_class.lessons[1]), school_code="330603009"))[1]
    cancelled = signed(printed(night_class.lessons[0]))[1]
    store.run(timetable_actions.cancel_lesson, clerk, lesson_id=night_class.lessons[0], reason="台风")
    blank = scanned(fill(printed(night_class.lessons[1]), Random(1), blank=True).picture, Random(1))
    wall = Image.effect_noise((1240, 1754), 40).convert("RGB")

    found = judged(pdf_of(tmp_path, ahead, strange, other_school, cancelled, blank, wall))

    assert [one.state for one in found] == [
        *[ScanState.FOREIGN] * 4, ScanState.BLANK, ScanState.REFUSED,
    ]  # fmt: skip
    assert "还没上" in found[0].sentence
    assert "课表上没有" in found[1].sentence
    assert "别的学校（330603009）" in found[2].sentence
    assert "停课" in found[3].sentence
    assert "没有一个签名" in found[4].sentence
    assert found[5].sentence == FAULTS["no_form"]


def test_files_that_are_no_scans(judged, tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    (tmp_path / "cut.jpg").write_bytes(as_jpeg(Image.new("RGB", (800, 800), "grey"))[:900])
    (tmp_path / "list.xlsx").write_bytes(b"PK\x03\x04 something")
    (tmp_path / "iphone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0")

    found = judged(*sorted(path for path in tmp_path.iterdir() if path.is_file()))

    assert [(one.file.name, one.state) for one in found] == [
        (name, ScanState.REFUSED) for name in ("cut.jpg", "cut.pdf", "empty.pdf", "iphone.heic", "list.xlsx")
    ]
    assert ["损坏" in found[0].sentence, "HEIC" in found[3].sentence] == [True, True]
