"""学校信息, what stands on the school's papers, and 显示, how large the letters are on this PC."""

from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.fields import Choice, Field, Text
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Segments, label
from kqdesk.desk.shell import Shell
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.desk.theme import TEXT_SIZES, theme
from kqdesk.kernel.resources import codes
from kqdesk.rooms.office import actions, queries
from kqdesk.rooms.office.queries import SchoolCard

_LINES = (
    ("name", "学校名称"), ("code", "学校代码"), ("head_name", "校长"), ("phone", "电话"), ("address", "地址"),
    ("township_code", "所在镇街"), ("region_code", "区划代码"),
)  # fmt: skip


TOWNSHIPS = tuple((one["code"], one["name"]) for one in codes("townships")["township"])


def _fields() -> tuple[Field, ...]:
    return (
        Text(
            name="name", label="学校名称", required=True, longest=60, hint="照公章写全称，打印在证书和名册上"
        ),
        Text(name="head_name", label="校长", longest=20, is_half=True),
        Text(name="phone", label="电话", longest=20, is_half=True),
        Text(name="address", label="地址", longest=80),
        Choice(name="township_code", label="所在镇街", choices=TOWNSHIPS),
    )


class SchoolTab(Tab):
    """What is printed on every paper of the school."""

    key, title, primary, primary_icon = "school", "学校信息", "修改学校信息", "edit"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self._values = {name: QLabel() for name, _ in _LINES}
        self._demo = label("", "second")
        self._demo.setWordWrap(True)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.setHorizontalSpacing(theme().px("space_xl"))
        form.setVerticalSpacing(theme().px("space_m"))
        for name, words in _LINES:
            value = self._values[name]
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setWordWrap(True)
            value.setAccessibleName(words)
            form.addRow(label(words, "second"), value)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addLayout(form)
        column.addSpacing(12)
        column.addWidget(self._demo)
        column.addStretch()

    def reload(self) -> None:
        self.desk.read(queries.school_card, self.show_card, owner=self, only="reload")

    def show_card(self, card: SchoolCard | None) -> None:
        """The school's words; what is missing says so."""
        for name, value in self._values.items():
            words = getattr(card, name, None) if card else None
            if name == "township_code":
                words = dict(TOWNSHIPS).get(words or "", words)
            value.setText(words or "还没填")
            value.setProperty("look", "" if words else "second")
        self._demo.setText(
            "这是演练学校，里面的人都是编的。正式使用请点窗口最上面红条里的“建立自己的学校”。"
            if card and card.is_demo
            else ""
        )

    def start_new(self) -> None:
        """The filled button: change what is printed."""
        panel = FormPanel(self.desk, "修改学校信息", _fields(), self._save, load=_school_form)
        panel.closed.connect(self._close)
        self.page.set_side(panel)
        panel.form.focus_first()

    def _close(self) -> None:
        self.page.set_side(None)

    def _save(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.edit_school, seen=panel.seen, **values)


def _school_form(session: Session) -> dict[str, Any]:
    card = queries.school_card(session)
    return (
        {name: getattr(card, name) for name in ("name", "head_name", "phone", "address", "township_code")}
        if card
        else {}
    )


class DisplayTab(Tab):
    """Letter size of this PC; nothing here is shared with other PCs."""

    key, title = "display", "显示"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.sizes = Segments(tuple(TEXT_SIZES.items()), name="字号")
        self.sizes.choose(theme().text_size)
        self.sizes.chosen.connect(self._on_chosen)
        hint = label("马上就换，只影响这台电脑。看不清就选“特大”；表格放不下时可以左右拖动。", "second")
        hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(label("字号", "head"))
        column.addWidget(self.sizes, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(hint)
        column.addStretch()

    @Slot(object)
    def _on_chosen(self, size: str) -> None:
        # The window builds its pages anew, this one too: let the click end first.
        window = self.window()
        if isinstance(window, Shell):
            QTimer.singleShot(0, window, lambda: window.set_text_size(size))
        else:
            self.desk.memory.keep("text.size", size)
