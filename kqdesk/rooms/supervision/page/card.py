"""One task at the right of the list: what is asked, what was said and done, the evidence."""

from functools import partial

from PySide6.QtCore import Slot

from kqdesk.desk.cardlist import SideCard
from kqdesk.desk.cells import Column
from kqdesk.desk.memory import Memory
from kqdesk.desk.parts import Push
from kqdesk.desk.table import TableView
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.supervision.queries import FileRow, StepRow, TaskCard
from kqdesk.rooms.supervision.terms import TaskSource, TaskState


def _said(row: StepRow) -> str:
    figures = "，".join(f"{one.label} {value:,}{one.unit}" for one, value in row.figures)
    return "；".join(part for part in (" ".join(row.words.split()), figures) if part)


STEPS = (
    Column[StepRow]("办理", lambda row: f"{row.at.astimezone(CHINA):%m-%d} {row.kind.label}", width=104, is_strong=True,
                    sort=lambda row: f"{row.at:%Y%m%d%H%M%S}"),
    Column[StepRow]("内容", _said, tip=lambda row: f"{_said(row)}（{row.by}）"),
)  # fmt: skip
FILES = (
    Column[FileRow]("佐证材料", lambda row: row.name, is_strong=True, tip=lambda row: row.name),
    Column[FileRow]("", lambda row: "已交" if row.is_sent else "待交", width=60),
)
BUTTONS = (
    ("answer", "答复…", "edit", "Ctrl+J"),
    ("files", "放入材料", "import", "Ctrl+O"),
    ("notice", "通知单", "print", "Ctrl+P"),
    ("reply", "答复单", "print", "Ctrl+Shift+P"),
)
MOST_WORDS = 120  # of what is asked; the whole stands in the tip and on the notice
PAPER_BUTTONS = (("verdict", "登记意见…", "check", "Ctrl+T"), ("edit", "修改", "edit", ""))


class TaskPanel(SideCard):
    """Steps and evidence below what is asked."""

    card: TaskCard | None

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.history = TableView(STEPS, name="supervision.steps", memory=memory, dense=True)
        self.history.setAccessibleName("办理记录")
        self.files = TableView(FILES, name="supervision.files", memory=memory, dense=True)
        self.files.setAccessibleName("佐证材料")
        self.files.opened.connect(self._on_file)
        self.files.add_menu("打开", partial(self.asked.emit, "open_file"), "eye")
        self.files.add_menu("取出　Del", partial(self.asked.emit, "take_out"), "delete")
        self.ask_on("Del", self.files, "take_out")
        buttons = [
            Push(words, partial(self.asked.emit, key), icon_name=icon_name, keys=keys)
            for key, words, icon_name, keys in (*BUTTONS, *PAPER_BUTTONS)
        ]
        self.paper_buttons = buttons[len(BUTTONS) :]
        column = self.stand(buttons)
        column.addWidget(self.history, 3)
        column.addWidget(self.files, 2)
        column.addStretch(0)

    def show_card(self, card: TaskCard) -> None:
        """Another task, or the same one after a change."""
        self.card = card
        row = card.row
        self.heading.setText(row.title)
        verdict, numbers = card.verdict, "、".join(one.shown for one in row.wanted)
        asks = [f"要填：{numbers}"] if numbers else []
        asks += ["要佐证材料"] if row.wants_files else []
        lines = (
            f"{row.state.label}" + (f" · {row.due_words}" if row.due_words else "") + f" · {row.due_on:%Y-%m-%d} 前答复",
            f"退回原因：{verdict.words}" if verdict is not None and row.state is TaskState.RETURNED else "",
            card.words if len(card.words) <= MOST_WORDS else f"{card.words[:MOST_WORDS]}…",
            "；".join(asks),
        )  # fmt: skip
        self.facts.setText("\n".join(line for line in lines if line))
        issued = f"{row.issued_by} {row.issued_on:%Y-%m-%d} 布置 · {row.source.label} {row.paper_no}".strip()
        self.facts.setToolTip(f"{issued}\n{card.words}")
        for button in self.paper_buttons:
            button.setVisible(row.source is TaskSource.PAPER)
        self.history.show_rows(card.steps)
        self.history.setVisible(bool(card.steps))
        self.files.show_rows(card.files)
        self.files.setVisible(bool(card.files))

    @Slot(object)
    def _on_file(self, _: FileRow) -> None:
        self.asked.emit("open_file")
