"""The work-lists beside the roster: who may be in it twice, who is to be spoken to again, who wants which course."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.table import TableView
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.page.merge import MergeDialog
from kqdesk.rooms.people.queries import DueContact, SignUpRow, TwinPair
from kqdesk.rooms.people.terms import ContactAnswer, SignUpState

TWINS, CONTACTS, WISHES = "twins", "contacts", "wishes"
_TONES = {
    ContactAnswer.AGREED: "success", ContactAnswer.WILLING: "primary", ContactAnswer.UNDECIDED: "warning",
    ContactAnswer.DECLINED: "neutral", ContactAnswer.UNREACHED: "danger",
}  # fmt: skip


def answer_pill(answer: ContactAnswer) -> Pill:
    """How an answer looks in a list."""
    return Pill(answer.label, _TONES[answer])


TWIN_COLUMNS = (
    Column[TwinPair]("像不像", lambda r: str(r.score), kind="number", width=84, sort=lambda r: r.score),
    Column[TwinPair]("先录的", lambda r: r.name, width=100, is_strong=True),
    Column[TwinPair]("", lambda r: r.one_words),
    Column[TwinPair]("后录的", lambda r: r.other_name, width=100, is_strong=True),
    Column[TwinPair]("", lambda r: r.other_words),
    Column[TwinPair]("像在哪里", lambda r: r.reason, width=220),
)
DUE_COLUMNS = (
    Column[DueContact]("该联系", lambda r: r.due_on.isoformat(), width=108),
    Column[DueContact]("姓名", lambda r: r.name, width=112, is_strong=True),
    Column[DueContact]("电话", lambda r: r.phone_masked, kind="code", width=140),
    Column[DueContact]("村社", lambda r: r.village, width=120),
    Column[DueContact](
        "上次答复", lambda r: r.answer.label, kind="pill", width=130, pill=lambda r: answer_pill(r.answer)
    ),
    Column[DueContact]("上次说", lambda r: r.words),
    Column[DueContact]("谁联系", lambda r: r.by, width=90),
)
WISH_COLUMNS = (
    Column[SignUpRow]("想学的课程", lambda r: r.course, is_strong=True),
    Column[SignUpRow]("姓名", lambda r: r.name, width=112),
    Column[SignUpRow]("电话", lambda r: r.phone_masked, kind="code", width=140),
    Column[SignUpRow]("村社", lambda r: r.village, width=120),
    Column[SignUpRow]("报名日期", lambda r: r.signed_on.isoformat() if r.signed_on else "", width=108),
    Column[SignUpRow]("来源", lambda r: r.origin, width=200),
)


class WorkList(QWidget):
    """One list: asks for itself, says how long it is; Enter does what the list is for."""

    counted = Signal(str)  # the line under the page
    person_asked = Signal(str)

    def __init__(
        self, desk: Desk, name: str, columns: tuple[Column[Any], ...], key: Callable[[Any], str]
    ) -> None:
        super().__init__()
        self.desk = desk
        self.table = TableView(columns, name=f"people.{name}", memory=desk.memory, key=key)
        self.table.opened.connect(self.open_row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def reload(self, text: str) -> None:
        """Ask again."""

    def open_row(self, row: Any) -> None:
        """Enter or double click."""
        self.person_asked.emit(row.person_id)


class TwinList(WorkList):
    """疑似重复: Enter puts the two side by side."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, TWINS, TWIN_COLUMNS, _pair_key)
        self.table.add_menu("并排看　Enter", self.open_current, "link")
        self.table.add_menu("不是同一人", self.part_selected, "remove")
        self.dialog: MergeDialog | None = None

    def reload(self, text: str) -> None:
        self.desk.read(queries.duplicates, partial(self._show, text), owner=self, only="twins")

    def _show(self, text: str, pairs: list[TwinPair]) -> None:
        shown = [pair for pair in pairs if text in pair.name or text in pair.other_name] if text else pairs
        self.table.show_rows(shown)
        more = "，先处理这些" if len(pairs) == queries.MOST_PAIRS else ""
        self.counted.emit(f"疑似重复 {len(shown)} 对{more}。Enter 并排看，是同一人就合并，不是就记住。")

    def open_row(self, row: Any) -> None:
        self.compare(row.one_id, row.other_id)

    def compare(self, one_id: str, other_id: str) -> None:
        """The two side by side."""
        self.dialog = MergeDialog(self.desk, self, one_id, other_id)
        self.dialog.open()

    @Slot()
    def open_current(self) -> None:
        """The pair the keyboard stands on."""
        if self.table.current() is not None:
            self.open_row(self.table.current())

    @Slot()
    def part_selected(self) -> None:
        """All selected pairs are two people each."""
        for pair in self.table.selected():
            self.desk.run(
                actions.mark_distinct, one_id=pair.one_id, other_id=pair.other_id, reason=pair.reason, owner=self
            )  # fmt: skip


class DueList(WorkList):
    """待联系: Enter shows the person."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, CONTACTS, DUE_COLUMNS, _person_key)
        self.table.add_menu("看资料　Enter", self._open, "person")

    def reload(self, text: str) -> None:
        ask = partial(queries.due_contacts, on=self.desk.today())
        self.desk.read(ask, partial(self._show, text), owner=self, only="due")

    def _show(self, text: str, rows: list[DueContact]) -> None:
        shown = [row for row in rows if text in row.name or text in row.village] if text else rows
        self.table.show_rows(shown)
        self.counted.emit(f"今天以前该联系的 {len(shown)} 人。Enter 看资料，再点「登记联系」。")

    @Slot()
    def _open(self) -> None:
        if self.table.current() is not None:
            self.open_row(self.table.current())


class WishList(WorkList):
    """报名意愿: who put her name down for which course and waits."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, WISHES, WISH_COLUMNS, _wish_key)
        self.table.add_menu("看资料　Enter", self._open, "person")
        self.table.add_menu("已进班", partial(self.settle, SignUpState.PLACED), "check")
        self.table.add_menu("不参加了", partial(self.settle, SignUpState.DROPPED), "remove")

    def reload(self, text: str) -> None:
        self.desk.read(partial(queries.sign_ups, text=text), self._show, owner=self, only="wishes")

    def _show(self, rows: list[SignUpRow]) -> None:
        self.table.show_rows(rows)
        courses = len({row.course for row in rows})
        self.counted.emit(f"待安排 {len(rows)} 条，{courses} 门课。右键可记「已进班」「不参加了」。")

    def settle(self, state: SignUpState) -> None:
        """What became of the selected ones."""
        ids = [row.id for row in self.table.selected()]
        if ids:
            self.desk.run(actions.settle_sign_ups, sign_up_ids=ids, state=state, then=self._told, owner=self)

    def _told(self, count: int) -> None:
        self.desk.tell(f"{count} 条已处理。", undo=True)

    @Slot()
    def _open(self) -> None:
        if self.table.current() is not None:
            self.open_row(self.table.current())


def _pair_key(pair: TwinPair) -> str:
    return pair.one_id + pair.other_id


def _person_key(row: DueContact) -> str:
    return row.person_id


def _wish_key(row: SignUpRow) -> str:
    return row.id
