"""The designer and the reconciliation by keyboard."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.catalogue.terms import SkillLevel
from kqdesk.rooms.certificates import actions, queries
from kqdesk.rooms.certificates.page import CertificatesPage
from kqdesk.rooms.certificates.page.offsets import keep_offset, offset_of
from kqdesk.rooms.certificates.rules import BlankFacts
from kqdesk.rooms.certificates.terms import CertificateState, SpotKind
from kqdesk.store.store import Store
from tests.certificates.test_actions import TODAY, approve, draw, one
from tests.exams.school import Made, make_school

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(qtbot, desk: Desk) -> CertificatesPage:
    made = CertificatesPage(desk, {})
    qtbot.addWidget(made)
    made.resize(1166, 720)
    made.show()
    return made


def arrive(page: CertificatesPage, desk: Desk, tab: str) -> None:
    page.arrive({"tab": tab})
    shots.settle(desk)


def test_a_design_is_made_moved_and_kept_by_keyboard(qtbot, desk: Desk, store: Store, page: CertificatesPage):
    arrive(page, desk, "design")
    assert page.is_blank
    page.tab.start_blank()
    canvas = page.tab.canvas
    before = canvas.spots[0]

    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    qtbot.keyClick(canvas, Qt.Key.Key_Left, SHIFT)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.keyClick(canvas, Qt.Key.Key_Space, SHIFT)
    assert canvas.spots[0] == before.moved(5, 5).grown(-5, 0)
    assert page.tab.form.values()["x"] * 10 == canvas.spots[0].x
    qtbot.keyClick(page, Qt.Key.Key_N, CTRL)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.show_values({"title": "区统一"})
    page.activateWindow()
    qtbot.keyClick(panel, Qt.Key.Key_Return, CTRL)
    shots.settle(desk)
    page.tab.choose_default()
    shots.settle(desk)

    with store.reading() as session:
        kept = queries.default_design(session)
    assert kept is not None
    assert (kept.title, kept.spots[0]) == ("区统一", canvas.spots[0])


def test_numbers_typed_move_the_thing_and_delete_takes_it_away(qtbot, desk: Desk, page: CertificatesPage):
    arrive(page, desk, "design")
    page.tab.start_blank()
    canvas = page.tab.canvas

    page.tab.form.inputs["x"].setText("12.5")
    page.tab.form.inputs["x"].textEdited.emit("12.5")
    assert canvas.spots[0].x == 125
    count = len(canvas.spots)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)

    assert len(canvas.spots) == count - 1
    assert canvas.spots[0].kind is not SpotKind.SERIAL_NO


def test_the_mouse_drags_in_half_millimetres_and_not_off_the_paper(qtbot, desk: Desk, page: CertificatesPage):
    arrive(page, desk, "design")
    page.tab.start_blank()
    shots.settle(desk)
    canvas = page.tab.canvas
    start = canvas.rect_of(canvas.spots[0]).center().toPoint()

    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(canvas, start + QPoint(37, 11))
    QTest.mouseMove(canvas, start + QPoint(4000, -4000))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start)

    spot = canvas.spots[0]
    assert (spot.x + spot.width, spot.y) == (canvas.paper[0], 0)
    assert spot.x % 5 == 0


def test_a_picture_that_is_none_is_refused_in_words(desk: Desk, page: CertificatesPage, tmp_path: Path):
    arrive(page, desk, "design")
    page.tab.start_blank()
    said: list[str] = []
    desk.told.connect(said.append)
    (tmp_path / "底图.jpg").write_bytes(b"not a picture")

    page.tab.put_picture(tmp_path / "底图.jpg")
    shots.settle(desk)

    assert said == ["「底图.jpg」不是 JPG 或 PNG 图片。"]


def test_offsets_are_kept_by_printer_on_this_pc(desk: Desk):
    keep_offset(desk, "针式", 1.5, -2)
    keep_offset(desk, "激光", 0, 0.5)

    assert (offset_of(desk, "针式"), offset_of(desk), offset_of(desk, "没有")) == (
        (1.5, -2),
        (0, 0.5),
        (0, 0),
    )


def test_a_printer_died_and_the_page_goes_on_where_it_stopped(
    qtbot, desk: Desk, store: Store, clerk: str, head: str, page: CertificatesPage
):
    made: Made = make_school(store, clerk, sizes=(5,))
    ids = draw(store, clerk, made, 5)
    approve(store, head, ids)
    arrive(page, desk, "register")
    page.tab.table.selectAll()
    order = [row.id for row in page.tab.table.selected()]
    page.tab.mark_printed()
    shots.settle(desk)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.show_values({"good": 2, "spoilt": 1, "reason": "卡纸"})
    with qtbot.waitActive(page):
        page.activateWindow()
    panel.form.focus_first()
    said: list[str] = []
    desk.told.connect(said.append)

    qtbot.keyClick(panel, Qt.Key.Key_Return, CTRL)
    shots.settle(desk)

    assert said[-1] == "已登记打印 2 张，还有 3 张没打。编号不变，从第 3 张接着打。"
    assert [one(store, key).state for key in order] == [CertificateState.PRINTED] * 2 + [
        CertificateState.APPROVED
    ] * 3


def test_blanks_come_in_by_keyboard_and_the_books_say_whether_they_fit(
    qtbot, desk: Desk, store: Store, clerk: str, page: CertificatesPage
):
    arrive(page, desk, "stock")
    qtbot.keyClick(page, Qt.Key.Key_N, CTRL)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.show_values({"kind": "区统一结业证书", "count": 50, "received_on": TODAY})
    page.activateWindow()

    qtbot.keyClick(panel, Qt.Key.Key_Return, CTRL)
    shots.settle(desk)

    with store.reading() as session:
        assert queries.blanks(session) == [BlankFacts("区统一结业证书", 50, 0, 0)]
    assert page.foot.text() == "编号和空白证书都对得上。"
    store.run(actions.record_print, clerk, ids=[], spoilt=51, kind="区统一结业证书", reason="水浸")
    page.reload()
    shots.settle(desk)
    assert page.foot.text() == "有 1 处对不上，红色的就是。"


def test_a_scan_is_attached_shown_and_a_wrong_file_refused(
    desk: Desk, store: Store, clerk: str, page: CertificatesPage, tmp_path: Path
):
    made = make_school(store, clerk, sizes=(1,))
    store.run(
        actions.record_skill_certificate, clerk, person_id=made.people[0], occupation="电工", level=SkillLevel.MIDDLE,
        expires_on=date(2026, 3, 20),
    )  # fmt: skip
    arrive(page, desk, "skill")
    [row] = page.tab.table.model().rows
    said: list[str] = []
    desk.told.connect(said.append)
    (tmp_path / "证.jpg").write_bytes(b"\xff\xd8\xff scan")
    (tmp_path / "证.txt").write_bytes(b"text")

    page.tab.put_scan(row, tmp_path / "证.txt")
    shots.settle(desk)
    page.tab.put_scan(row, tmp_path / "证.jpg")
    shots.settle(desk)

    [row] = page.tab.table.model().rows
    assert said == [
        "「证.txt」放不进来：只收图片（JPG、PNG）或 PDF。手机照片请存成 JPG 再放。",
        "扫描件已附上。",
    ]
    assert desk.attachments.read(row.scan) == b"\xff\xd8\xff scan"
    assert page.tab._ends(row).text == "还有 18 天到期"
