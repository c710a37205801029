"""往来 on a person's card: who looks after her, what was spoken, her papers, courses she wants, merges."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Check, Choice, Date, Field, LongText, Text
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.parts import Push, label
from kqdesk.kernel.national_id import IdFault, parse_id
from kqdesk.rooms.office.queries import staff_list
from kqdesk.rooms.people import actions
from kqdesk.rooms.people.queries import Affairs
from kqdesk.rooms.people.terms import ContactAnswer, ContactWay

Act = Callable[[], object]


class AffairsView(QWidget):
    """The lines and the buttons beside them."""

    def __init__(self, desk: Desk, person_id: str, found: Affairs) -> None:
        super().__init__()
        self.desk, self.person_id, self.found = desk, person_id, found
        self.setObjectName("scrolled")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(4)
        self._head("联络人", "换人", self.choose_adviser)
        self._line(found.adviser or "还没有指定")
        self._head("联系记录", "登记联系", self.add_contact)
        for words, remove in self._contacts():
            self._line(words, remove)
        self._head("其他证件", "加证件", self.add_document)
        for words, remove in self._papers():
            self._line(words, remove)
        if found.sign_ups:
            self._head("报名意愿")
        for wish in found.sign_ups:
            self._line(f"{wish.course}　{wish.state.label}　{wish.signed_on or ''}")
        if found.merges:
            self._head("合并过")
        for merge in found.merges:
            words = f"{merge.loser_name} {merge.loser_masked}　{merge.merged_on} {merge.merged_by}"
            self._line(words, partial(self.unmerge, merge.alias_id), "拆开")
        self._column.addStretch(1)

    def _head(self, title: str, words: str = "", act: Act | None = None) -> None:
        row = QHBoxLayout()
        row.addWidget(label(title, "second"), 1)
        if act is not None:
            row.addWidget(Push(words, act, look="link"))
        self._column.addSpacing(6)
        self._column.addLayout(row)

    def _line(self, words: str, act: Act | None = None, button: str = "删除") -> None:
        row = QHBoxLayout()
        made = label(words)
        made.setWordWrap(True)
        made.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(made, 1)
        if act is not None:
            row.addWidget(Push(button, act, look="link"), 0, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(row)

    def _contacts(self) -> Iterator[tuple[str, Act]]:
        for one in self.found.contacts:
            again = f"　下次 {one.next_on}" if one.next_on else ""
            words = f"{one.contacted_on} {one.way.label} {one.by}：{one.answer.label}。{one.words}{again}"
            remove = partial(
                self.desk.run, actions.remove_contact, contact_id=one.id, then=self._gone, owner=self
            )
            yield words, remove

    def _papers(self) -> Iterator[tuple[str, Act]]:
        for one in self.found.documents:
            used = f"　{one.replaced_on} 停用" if one.replaced_on else ""
            until = f"　有效期至 {one.valid_until}" if one.valid_until else ""
            remove = partial(
                self.desk.run, actions.remove_document, document_id=one.id, then=self._gone, owner=self
            )
            yield f"{one.kind} {one.masked}{until}{used} {one.note}", remove

    def _gone(self, _: Any) -> None:
        self.desk.tell("已删除。", undo=True)

    # -- acting -----------------------------------------------------------------------------------

    def add_contact(self) -> None:
        """A call, a visit: what she said, when again."""
        self._ask(
            "登记联系", contact_fields(self.desk), actions.add_contact, {"contacted_on": self.desk.today()}
        )

    def add_document(self) -> None:
        """A passport beside the ID card, a new ID card in the place of the old one."""
        self._ask("加证件", document_fields(self.desk), actions.add_document, {})

    def choose_adviser(self) -> None:
        """Who looks after her."""
        self.desk.read(staff_list, self._choose_from, owner=self)

    def _choose_from(self, staff: Any) -> None:
        choices = [(one.id, one.name) for one in staff if one.left_on is None]
        fields = [Choice(name="adviser_id", label="联络人", choices=choices, hint="空着就是不指定")]
        panel = FormPanel(
            self.desk, "指定联络人", fields, self._set_adviser, values={"adviser_id": self.found.adviser_id}
        )
        FormDialog(self, panel).open()

    def _set_adviser(self, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.set_adviser, person_ids=[self.person_id], adviser_id=values["adviser_id"])

    def _ask(self, title: str, fields: list[Field], act: Callable[..., Any], values: dict[str, Any]) -> None:
        panel = FormPanel(self.desk, title, fields, partial(self._save, act), values=values)
        FormDialog(self, panel).open()

    def _save(self, act: Callable[..., Any], values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(act, person_id=self.person_id, **values)

    def unmerge(self, alias_id: str) -> None:
        """Two people after all."""
        fields = [Text(name="reason", label="为什么是两个人", required=True, longest=100, hint="合并时改挂的记录回到原来那个人，合并以后新记的留在这里")]  # fmt: skip
        panel = FormPanel(self.desk, "拆开合并", fields, partial(self._unmerge, alias_id), save_text="拆开")
        FormDialog(self, panel).open()

    def _unmerge(self, alias_id: str, values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.unmerge_people, alias_id=alias_id, then=self._unmerged, **values)

    def _unmerged(self, count: int) -> None:
        self.desk.tell(f"已拆成两个人，{count} 条记录回到原来那个人。", undo=True)


def contact_fields(desk: Desk) -> list[Field]:
    """The form of a contact."""
    return [
        Choice(
            name="way",
            label="方式",
            choices=[(one, one.label) for one in ContactWay],
            required=True,
            is_half=True,
        ),
        Date(name="contacted_on", label="联系日期", required=True, is_half=True),
        Choice(
            name="answer", label="答复", choices=[(one, one.label) for one in ContactAnswer], required=True
        ),
        LongText(name="words", label="说了什么", lines=3),
        Date(name="next_on", label="下次联系", hint="到那天会出现在「待联系」里"),
    ]


def document_fields(desk: Desk) -> list[Field]:
    """The form of another paper."""
    return [
        Text(name="number", label="证件号码", required=True, check=partial(_check, desk)),
        Date(name="valid_from", label="有效期起", is_half=True),
        Date(name="valid_until", label="有效期止", is_half=True),
        Check(name="in_use", label="从现在起用这个（原来的留作以前的证件）"),
        Text(name="note", label="备注", longest=100),
    ]


def _check(desk: Desk, text: str) -> str | None:
    number = parse_id(text, today=desk.today())
    return number.reason if isinstance(number, IdFault) else None
