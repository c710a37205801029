"""A11–A12 by keyboard in the whole window: graduates taken in, checked by another person, posted masked, sent with the
packet's hash; then the issuer's numbers, the pick-up, and a proof in the place of a diploma that was lost."""

import hashlib
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk, Seat
from kqdesk.desk.shell import Shell
from kqdesk.rooms.dual import queries
from kqdesk.rooms.dual.page.diplomas import DiplomaDialog
from kqdesk.rooms.dual.terms import GraduationState, Relation
from kqdesk.rooms.people.model import Person
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER, Clock
from tests.dual.test_graduation import made
from tests.exams.school import Made
from tests.journeys.keyboard import CTRL, NONE, close_preview, go, press, save, shell

__all__ = ["made", "shell"]
NEW, SAVE = (Qt.Key.Key_N, CTRL), (Qt.Key.Key_Return, CTRL)


def batch_of(store: Store) -> queries.BatchRow:
    with store.reading() as session:
        [one] = queries.batches(session)
    return one


def test_a11_from_the_applications_to_the_packet_with_its_hash(
    qtbot,
    shell: Shell,
    desk: Desk,
    store: Store,
    head: str,
    made: Made,
    clock: Clock,
    tmp_path: Path,
    monkeypatch,
) -> None:
    packet = tmp_path / "毕业材料.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(packet), ""))
    page = go(shell, "dual", tab="graduation")
    press(qtbot, shell, page, NEW)
    save(qtbot, shell, page, title="2026 上半年")
    page.tab.adding.click()
    shots.settle(desk)
    applied = {row.name for row in page.tab.rows}

    desk.sit(Seat(head, "章国平", "校长", HEAD_SIGNER))
    page = go(shell, "dual", tab="graduation")
    page.tab.posting.click()
    shots.settle(desk)
    save(qtbot, shell, page, posted_until=date(2026, 3, 11))
    posted = batch_of(store)
    page.tab.print_kind("posted")
    shots.settle(desk)
    sheets = close_preview(shell)
    clock.forward(days=12)
    page.tab.reload()
    shots.settle(desk)
    page.tab.sending.click()
    shots.settle(desk)
    save(qtbot, shell, page)

    sent = batch_of(store)
    assert len(applied) == 2, "one lacks mathematics, two a skill certificate"
    assert (posted.state, posted.approved_by) == (GraduationState.POSTED, "章国平")
    assert sheets == 1
    assert sent.state is GraduationState.SUBMITTED
    assert sent.packet_digest == hashlib.sha256(packet.read_bytes()).hexdigest()
    with zipfile.ZipFile(packet) as opened:
        assert {"毕业生名册.xlsx", "清单.txt"} < set(opened.namelist())


def issued(store: Store, made: Made, path: Path) -> Path:
    """The issuer's workbook, shuffled, in its own order of columns."""
    with store.reading() as session:
        people = [session.get_one(Person, key) for key in (made.people[1], made.people[0])]
        lines = [
            (one.name, f"浙绍成高202600{number}", one.id_number, "2026-02-20")
            for number, one in zip((2, 1), people, strict=True)
        ]
    book = openpyxl.Workbook()
    for line in (("姓名", "证书编号", "身份证号", "发证日期"), *lines):
        book.active.append(line)
    book.save(path)
    return path


def test_a12_numbers_come_in_by_id_one_is_fetched_by_a_proxy_and_one_is_lost(
    qtbot, shell: Shell, desk: Desk, store: Store, clerk: str, made: Made, tmp_path: Path, monkeypatch
) -> None:
    desk.sit(Seat(clerk, "沈月琴", "教务", CLERK_SIGNER))
    book, attorney = issued(store, made, tmp_path / "证书编号.xlsx"), tmp_path / "委托书.pdf"
    attorney.write_bytes(b"%PDF-1.4\n%%EOF\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(attorney), ""))
    page = go(shell, "dual", tab="receipts")
    press(qtbot, shell, page, NEW)
    [dialog] = [one for one in shell.findChildren(DiplomaDialog) if one.isVisible()]
    dialog.read_file(book)
    shots.settle(desk)
    dialog.form.show_values({"issuer": "绍兴市教育局"})
    press(qtbot, shell, dialog, SAVE)
    numbers = {row.name: row.number for row in page.tab.rows}

    press(qtbot, shell, page.tab.table, (Qt.Key.Key_Home, CTRL), (Qt.Key.Key_Home, NONE))
    page.tab.proxying.click()
    shots.settle(desk)
    save(qtbot, shell, page, relation=Relation.SPOUSE, taker_name="沈三", taker_number="33062119800101001X")
    page.tab.proving.click()
    shots.settle(desk)
    save(
        qtbot,
        shell,
        page,
        number="证明2026001",
        issuer="绍兴市教育局",
        issued_on=date(2026, 3, 2),
        reason="遗失",
    )

    first, second = page.tab.rows
    page.tab.print_book()
    shots.settle(desk)
    assert close_preview(shell) == 1
    assert sorted(numbers.values()) == ["浙绍成高2026001", "浙绍成高2026002"]
    assert (first.number, first.taker, first.relation, first.proof_no) == (
        numbers[first.name],
        "沈三",
        Relation.SPOUSE,
        "证明2026001",
    )
    assert (second.handed_on, second.proof_no) == (None, "")
