"""The form of one person: checked as typed, and who may be the same person shown while it is filled in."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Date, Field, LongText, Text, Unreadable
from kqdesk.desk.form import FormPanel
from kqdesk.desk.parts import Note
from kqdesk.kernel.national_id import IdFault, clean_id, parse_id
from kqdesk.kernel.text import read_name, read_phones
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.queries import LikeHit
from kqdesk.rooms.people.terms import Sex, education_levels, ethnicities
from kqdesk.rooms.places.rules import townships

PAUSE = 250  # milliseconds after the last key before the roster is asked who that may be
_NUMBERS = ("id_number", "phone", "phone2")


class PersonForm(FormPanel):
    """Add or edit one person. Use ``new`` and ``of``."""

    open_asked = Signal(str)  # id of the person who is already known

    def __init__(self, desk: Desk, title: str, person_id: str, *, with_numbers: bool) -> None:
        self._person_id = person_id
        self._loaded: dict[str, Any] = {}
        self._with_numbers = with_numbers
        super().__init__(
            desk,
            title,
            fields_of(desk, with_numbers=with_numbers),
            _save,
            load=self._read_person if person_id else None,
        )
        self.likely = Note(closable=True)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.likely)
        self._like = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._ask)
        self.form.edited.connect(self._pause.start)

    @classmethod
    def new(cls, desk: Desk) -> "PersonForm":
        """An empty form."""
        return cls(desk, "新建人员", "", with_numbers=True)

    @classmethod
    def of(cls, desk: Desk, person_id: str, *, with_numbers: bool) -> "PersonForm":
        """The form of somebody; without numbers for who may not see them."""
        return cls(desk, "修改人员", person_id, with_numbers=with_numbers)

    def _read_person(self, session: Session) -> Mapping[str, Any]:
        values = queries.person_form(session, self._person_id)
        self._loaded = {k: v for k, v in values.items() if self._with_numbers or k not in _NUMBERS}
        return self._loaded

    def save(self, values: dict[str, Any]) -> None:
        """Run the action: everything of a new person, only what was changed of a known one."""
        if not self._person_id:
            self.run(actions.add_person, fields=values, then=self._added)
            return
        changes = {name: value for name, value in values.items() if value != self._loaded.get(name)}
        if not changes:
            self.done(None)
            return
        self.run(actions.edit_person, person_id=self._person_id, changes=changes, seen=self.seen)

    def _added(self, person_id: str) -> None:
        self.desk.tell("已录入花名册。", undo=True)
        self.open_asked.emit(person_id)

    @Slot()
    def _ask(self) -> None:
        typed = {name: self._typed(name) for name in ("name", "id_number", "phone", "birth_date", "village")}
        name = read_name(typed["name"] or "").text
        phones = read_phones(typed["phone"] or "")
        asked = partial(
            queries.likely_same,
            name=name if len(name) > 1 else "",
            id_number=clean_id(typed["id_number"] or ""),
            phone=phones.first or "" if phones else "",
            birth_date=typed["birth_date"],
            village=typed["village"] or "",
            but=self._person_id,
        )
        self.desk.read(asked, self._show_likely, owner=self, only="likely")

    def _typed(self, name: str) -> Any:
        edit = self.form.inputs.get(name)
        if edit is None:
            return None
        try:
            return edit.value()
        except Unreadable:
            return None

    def _show_likely(self, hits: list[LikeHit]) -> None:
        if not hits:
            self.likely.hide()
            return
        best = hits[0]
        self._like = best.id
        born = best.birth_date.isoformat() if best.birth_date and not best.id_masked else ""
        known = " ".join(part for part in (best.village, best.id_masked, born) if part)
        more = f"另有 {len(hits) - 1} 人也像。" if len(hits) > 1 else ""
        words = f"已有{best.name}（{best.reason}，{best.score} 分）：{known}。{more}"
        offer = ("合并", self._merge_like) if self._person_id else ("打开", self._open_like)
        self.likely.say(words, "refused" if best.is_certain else "info", offer)

    def _merge_like(self) -> None:
        self.desk.open("people", merge=(self._person_id, self._like))

    def _open_like(self) -> None:
        self.open_asked.emit(self._like)


def _save(values: dict[str, Any], panel: FormPanel) -> None:
    assert isinstance(panel, PersonForm)
    panel.save(values)


def fields_of(desk: Desk, *, with_numbers: bool) -> list[Field]:
    """The fields in the order of the paper form."""
    numbers = [
        Text(
            name="id_number",
            label="证件号码",
            check=partial(_check_number, desk),
            hint="没带证件可以先空着，以后补",
        ),
        Text(name="phone", label="电话", is_half=True, check=_check_phone),
        Text(name="phone2", label="备用电话", is_half=True, check=_check_phone),
    ]
    return [
        Text(name="name", label="姓名", required=True, longest=60, check=_check_name),
        *(numbers if with_numbers else ()),
        Choice(
            name="sex",
            label="性别",
            choices=[(s.value, s.label) for s in Sex],
            is_half=True,
            hint="可由身份证号得出",
        ),
        Date(name="birth_date", label="出生日期", is_half=True, hint="可由身份证号得出"),
        Choice(name="ethnicity_code", label="民族", choices=list(ethnicities().items()), is_half=True),
        Choice(
            name="education_code", label="文化程度", choices=list(education_levels().items()), is_half=True
        ),
        Choice(
            name="township_code", label="镇街", choices=[(t.code, t.name) for t in townships()], is_half=True
        ),
        Text(name="village", label="村社", is_half=True, longest=60),
        Text(name="hukou", label="户籍所在地", longest=200),
        Text(name="address", label="现住址", longest=200),
        Text(name="employer", label="就业单位", is_half=True, longest=100),
        Text(name="job", label="就业岗位", is_half=True, longest=60),
        Text(name="wish", label="学历提升意愿", is_half=True, longest=100),
        Text(name="learning_path", label="学习途径", is_half=True, longest=100),
        LongText(name="note", label="备注", lines=2),
    ]


def _check_name(text: str) -> str | None:
    name = read_name(text)
    return "姓名里有字没有传过来，请照身份证补上这个字。" if name.is_damaged or not name.text else None


def _check_phone(text: str) -> str | None:
    return None if read_phones(text) else "不像电话。手机应为 11 位数字，座机带区号。"


def _check_number(desk: Desk, text: str) -> str | None:
    number = parse_id(text, today=desk.today())
    return number.reason if isinstance(number, IdFault) else None
