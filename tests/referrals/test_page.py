"""The 报读转介 page by keyboard: refer, call, step on, put a proof in, the letter."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from kqdesk.desk import shots
from kqdesk.desk.fields import Pick
from kqdesk.desk.preview import PdfPreview
from kqdesk.rooms.referrals import actions
from kqdesk.rooms.referrals.page import PAGE
from kqdesk.rooms.referrals.page.card import ReferralPanel
from kqdesk.rooms.referrals.terms import ReferralState, Route, StudyLevel
from tests.classfile.conftest import two_pages
from tests.pages import PLAIN, open_page, press

opened = partial(open_page, PAGE)


def test_the_first_one_is_referred(qtbot, desk, people: list[str]) -> None:
    page = opened(qtbot, desk)
    was_blank = page.is_blank
    press(qtbot, desk, page, Qt.Key.Key_N)
    page.side.form.show_values(
        {
            "person_id": Pick(people[0], "阮秋月"), "college": "绍兴开放大学", "route": Route.OPEN_UNIVERSITY,
            "level": StudyLevel.COLLEGE,
        }
    )  # fmt: skip
    press(qtbot, desk, page.side, Qt.Key.Key_Return)
    said, college = page.side.note.text, page.side.form.inputs["college"].value()
    page.side.leave()
    shots.settle(desk)

    assert was_blank
    assert (said[:4], college) == ("已登记。", "绍兴开放大学")
    assert [row.name for row in page.table.model().rows] == ["阮秋月"]


def test_a_link_brings_the_person_along(qtbot, desk, people: list[str]) -> None:
    page = opened(qtbot, desk, person=people[1])

    assert page.side.form.inputs["person_id"].value() == people[1]


def test_a_call_and_a_step(qtbot, desk, referred: list[str]) -> None:
    page = opened(qtbot, desk)
    page.table.setFocus()
    page.table.select_row(0)
    press(qtbot, desk, page.table, Qt.Key.Key_Return, PLAIN)
    assert isinstance(page.side, ReferralPanel)

    press(qtbot, desk, page, Qt.Key.Key_T)
    page.side.form.show_values({"answer": "下周来报名", "next_on": desk.today()})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)
    called = page.side.card.contacts[0].answer
    foot = page.foot.text()
    press(qtbot, desk, page, Qt.Key.Key_J)
    page.side.form.show_values({"state": ReferralState.ENROLLED, "college_no": "2026001"})
    press(qtbot, desk, page.side, Qt.Key.Key_Return)

    assert called == "下周来报名"
    assert foot == "共 2 条报读 · 该联系了 1 条，排在最前面"
    assert (page.side.card.row.state, page.side.card.college_no) == (ReferralState.ENROLLED, "2026001")
    assert "还没有证明" in page.side.facts.text()


def test_several_take_a_step_at_once(qtbot, desk, referred: list[str]) -> None:
    page = opened(qtbot, desk)
    page.table.selectAll()
    page.do("step")
    title = page.side.heading.text()
    press(qtbot, desk, page.side, Qt.Key.Key_Return)

    assert title == "进展：2 人"
    assert [row.state for row in page.table.model().rows] == [ReferralState.ADMITTED] * 2


def test_a_proof_is_put_in_and_taken_out(
    qtbot, desk, referred: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "录取通知.pdf"
    path.write_bytes(two_pages())
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    page = opened(qtbot, desk, referral=referred[0])
    press(qtbot, desk, page, Qt.Key.Key_O)
    names = [row.name for row in page.side.proofs.model().rows]
    page.side.proofs.setFocus()
    page.side.proofs.select_row(0)
    press(qtbot, desk, page.side.proofs, Qt.Key.Key_Delete, PLAIN)

    assert names == ["录取通知.pdf"]
    assert page.side.card.proofs == ()


def test_the_letter_and_the_list(
    qtbot, desk, referred: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "名单.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    page = opened(qtbot, desk)
    told: list[str] = []
    desk.told.connect(told.append)
    press(qtbot, desk, page, Qt.Key.Key_E)
    press(qtbot, desk, page, Qt.Key.Key_P)
    [preview] = page.findChildren(PdfPreview)

    assert path.is_file()
    assert preview.windowTitle() == "打印预览：报读推荐函"
    assert told == ["已导出 2 人。证件号和电话已遮盖：您没有查看完整证件号的权限。"]


def test_who_is_done_stands_on_another_shelf(qtbot, desk, store, clerk: str, referred: list[str]) -> None:
    store.run(actions.step_on, clerk, referral_ids=referred[:1], state=ReferralState.DECLINED, reason="搬走")
    page = opened(qtbot, desk)
    shelves = []
    for number in range(4):
        page.shelf._group.button(number).click()
        shots.settle(desk)
        shelves.append(len(page.table.model().rows))

    assert shelves == [1, 0, 1, 2]
