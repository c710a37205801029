"""Lines of a ledger as a list, and the form of one."""

from dataclasses import fields
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Date, Field, LongText, Number, Pick, RowPick, Text
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel, Subject
from kqdesk.rooms.past import actions, queries
from kqdesk.rooms.past.queries import RecordRow
from kqdesk.rooms.past.rules import Line
from kqdesk.rooms.past.terms import MARK, LedgerState
from kqdesk.rooms.people.queries import find

_KEYS = {one.name for one in fields(Line)}


def counts_pill(row: RecordRow) -> Pill:
    """补录, and whether anything of it counts."""
    if not row.why:
        return Pill(f"{MARK} 只作查考", "neutral")
    counting = [part.label for part, why in row.why.items() if not why]
    if counting:
        return Pill(f"{MARK} 算{'、'.join(counting)}", "success")
    return Pill(f"{MARK} 不算", "warning")


def _why(row: RecordRow) -> str:
    return "；".join(f"{part.label}：{why}" for part, why in row.why.items() if why)


def _when(row: RecordRow) -> str:
    days = [day.isoformat() for day in (row.line.starts_on, row.line.ends_on) if day]
    return " 至 ".join(dict.fromkeys(days))


def _papers(row: RecordRow) -> str:
    line = row.line
    return "　".join(number for number in (line.completion_no, line.skill_no, line.diploma_no) if number)


def _said(row: RecordRow) -> str:
    line = row.line
    parts = [
        f"{line.hours} 学时" if line.hours else "",
        f"{line.subject.label if line.subject else '成绩'} {line.points_tenths / 10:g}" if line.points_tenths is not None else "",
        f"{line.occupation or ''} {line.skill_level.label if line.skill_level else ''}".strip(),
        line.level.label if line.level else "",
    ]  # fmt: skip
    return "　".join(part for part in parts if part)


LINE_COLUMNS = (
    Column[RecordRow]("行", lambda r: str(r.line_no), kind="number", width=60),
    Column[RecordRow]("姓名", lambda r: r.name, width=100, is_strong=True),
    Column[RecordRow](
        "花名册", lambda r: "已对上" if r.person_id else "未认领", kind="pill", width=106,
        pill=lambda r: Pill("已对上", "success") if r.person_id else Pill("未认领", "warning"),
    ),
    Column[RecordRow]("班级", lambda r: r.line.cohort or r.line.course or "", width=190),
    Column[RecordRow]("时间", _when, width=200),
    Column[RecordRow]("内容", _said),
    Column[RecordRow]("证书编号", _papers, kind="code", width=150),
    Column[RecordRow](
        "标记", lambda r: counts_pill(r).text, kind="pill", width=150, pill=counts_pill, tip=lambda r: _why(r) or None
    ),
)  # fmt: skip


class RecordForm(FormPanel):
    """One line of a ledger. Use ``new`` and ``of``."""

    @classmethod
    def new(cls, desk: Desk, ledger_id: str) -> "RecordForm":
        """An empty line at the end of the ledger."""
        return cls(desk, "补录一行", _fields(), partial(_save_new, ledger_id), stays_open=True)

    @classmethod
    def of(cls, desk: Desk, row: RecordRow) -> "RecordForm":
        """A line that is there; of a checked ledger only whose it is."""
        load = partial(_load, row.id)
        if row.state is LedgerState.CHECKED:
            return cls(desk, f"认领：{row.name}", [_whose(required=True)], partial(_match, row.id), load=load)
        return cls(desk, "修改补录", _fields(), partial(_save, row.id), load=load)


def _whose(*, required: bool = False) -> Field:
    return RowPick(
        name="person_id",
        label="花名册里的人",
        find=_people,
        required=required,
        hint="找不到就先空着，以后认领",
    )


def _fields() -> list[Field]:
    levels = [(one, one.label) for one in SkillLevel]
    return [
        _whose(),
        Text(name="name", label="台账上的姓名", longest=40, hint="空着就用花名册里的"),
        Text(name="cohort", label="班级", longest=80),
        Text(name="course", label="课程", longest=80),
        Date(name="starts_on", label="开始日期", is_half=True),
        Date(name="ends_on", label="结束日期", is_half=True),
        Number(name="hours", label="学时", least=1, most=3_000, is_half=True),
        Choice(name="level", label="层次", choices=[(one, one.label) for one in DualLevel], is_half=True),
        Choice(name="subject", label="科目", choices=[(one, one.label) for one in Subject], is_half=True),
        Number(name="points", label="成绩", least=0, most=150, places=1, is_half=True),
        Text(name="occupation", label="职业（工种）", longest=60, is_half=True),
        Choice(name="skill_level", label="等级", choices=levels, is_half=True),
        Text(name="completion_no", label="结业证书编号", longest=60),
        Text(name="skill_no", label="技能证书编号", longest=60),
        Text(name="diploma_no", label="学历证书编号", longest=60),
        Text(name="issuer", label="发证单位", longest=60, is_half=True),
        Date(name="issued_on", label="发证日期", is_half=True),
        LongText(name="note", label="备注", lines=2),
    ]


def _people(session: Session, text: str, limit: int) -> list[Pick]:
    return [
        Pick(hit.id, hit.name, "　".join(p for p in (hit.village, hit.id_masked) if p))
        for hit in find(session, text, limit)
    ]


def _load(record_id: str, session: Session) -> dict[str, Any]:
    values = queries.record_form(session, record_id=record_id)
    person = Pick(values["person_id"], str(values["person_name"])) if values["person_id"] else None
    tenths: Any = values["points_tenths"]
    return {**values, "person_id": person, "points": None if tenths is None else _marks(tenths)}


def _marks(tenths: int) -> Any:
    return Number(name="points", label="成绩", places=1).read(f"{tenths // 10}.{tenths % 10}")


def _line(values: dict[str, Any]) -> Line:
    points = values.pop("points", None)
    told = {key: value for key, value in values.items() if key in _KEYS}
    is_skill = True if told.get("occupation") else None
    return Line(**told, is_skill=is_skill, points_tenths=None if points is None else round(points * 10))


def _save_new(ledger_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    person, name = values.pop("person_id"), values.pop("name") or ""
    panel.run(
        actions.add_record, ledger_id=ledger_id, person_id=person, name=name, line=_line(values),
        then=partial(_next, panel),
    )  # fmt: skip


def _next(panel: FormPanel, _: Any) -> None:
    """Class and days stay for the next line; whose it is and what is hers do not."""
    cleared = ("person_id", "name", "subject", "points", "completion_no", "skill_no", "diploma_no", "note")
    panel.form.show_values(dict.fromkeys(cleared))
    panel.form.focus_first()


def _save(record_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    person, name = values.pop("person_id"), values.pop("name") or ""
    panel.run(
        actions.edit_record, record_id=record_id, person_id=person, name=name, line=_line(values), seen=panel.seen
    )  # fmt: skip


def _match(record_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(actions.match_record, record_id=record_id, person_id=values["person_id"])
