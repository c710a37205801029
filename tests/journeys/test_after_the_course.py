"""A13–A19's last mile by keyboard in the whole window: three months after a class she is called, the class is judged on
paper, a star is proposed by one and approved by another, and her whole way is one page."""

from datetime import date

from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.fields import Pick
from kqdesk.desk.shell import Shell
from kqdesk.rooms.followup import queries
from kqdesk.rooms.followup.terms import HonourState, NextStudy, Work
from kqdesk.security.roles import Role
from kqdesk.store.store import Store
from tests.conftest import HEAD, HEAD_SIGNER, Clock
from tests.followup.conftest import Ended, ended, packs
from tests.journeys.keyboard import CTRL, NONE, close_preview, go, press, save, shell

__all__ = ["ended", "packs", "shell"]
ENTER = (Qt.Key.Key_Return, NONE)


def key(letter: str) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    return getattr(Qt.Key, f"Key_{letter}"), CTRL


def test_after_the_course(qtbot, shell: Shell, desk: Desk, store: Store, ended: Ended, clock: Clock) -> None:
    page = go(shell, "followup")
    page.tab.table.select_row(0)
    who = page.tab.table.current()
    press(qtbot, shell, page.tab.table, key("T"))
    save(
        qtbot, shell, page, work=Work.EMPLOYED, employer="示例服饰", job="打版", pay_before="p2", pay_band="p3",
        study=NextStudy.SKILL,
    )  # fmt: skip
    press(qtbot, shell, page, key("P"))
    called = close_preview(shell)

    page = go(shell, "followup", tab="forms", cohort=ended.id)
    save(qtbot, shell, page)
    [row] = page.tab.table.model().rows
    press(qtbot, shell, page, key("P"))
    sheets = close_preview(shell)
    page.tab.take_text(row.shown_code)
    shots.settle(desk)
    page.side.grid.paste("54535\n55555\n44444\n31201\n55454")
    press(qtbot, shell, page.side.grid, key("Return"))

    page = go(shell, "followup", tab="honours")
    press(qtbot, shell, page, key("N"))
    save(qtbot, shell, page, person_id=Pick(who.id, who.name), reasons="学会打版，带出三个徒弟。")
    press(qtbot, shell, page, key("J"))
    refused = page.note.text
    desk.seat = Seat(HEAD, "章国平", Role.HEADMASTER.label, HEAD_SIGNER)
    press(qtbot, shell, page, key("J"))
    press(qtbot, shell, page, key("J"))
    save(qtbot, shell, page, posted_until=date(2026, 3, 6))
    clock.forward(days=5)
    press(qtbot, shell, page, key("J"))
    state = page.side.card.row.state
    press(qtbot, shell, page, key("P"))
    awards = close_preview(shell)

    page = go(shell, "followup", tab="life", person=who.id)
    kinds = [event.kind for event in page.tab.events.model().rows]
    with store.reading() as session:
        card = queries.questionnaire_card(session, row.id, today=desk.today())

    assert (called, sheets, awards) == (1, 8, 1)
    assert card.result.overall == "4.04"
    assert refused == f"{who.name}：这是您推荐的，要由另一个人审批。"
    assert state is HonourState.AWARDED
    assert kinds[-4:] == ["报名入班", "结业", "回访", "表彰"]
