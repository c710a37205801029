"""What changes 培训师: the trainer with her specialities, her papers, her times. One act each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.national_id import IdFault, parse_id
from kqdesk.kernel.schoolday import school_day
from kqdesk.kernel.text import read_name, read_phones
from kqdesk.rooms.people.rules import pinyin_of
from kqdesk.rooms.trainers.model import Trainer, TrainerAvailability, TrainerQualification, TrainerSpeciality
from kqdesk.rooms.trainers.rules import Span, joined, span_fault, specialities_of
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.actions import Writing, action


@dataclass(frozen=True)
class Qualification:
    """One paper as the form has it."""

    title: str
    number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None


@action("新建培训师")
def add_trainer(
    w: Writing, /, *, name: str, source: TrainerSource, pay_level: PayLevel, ticked: Sequence[str] = (),
    typed: str | None = None, **more: Any,
) -> str:  # fmt: skip
    """A trainer with her specialities; returns the id.

    ``ticked``: categories; ``typed``: free words. ``more``: phone, id_number, employer, township_code, person_id,
    agreement_from, agreement_to, note. UserError when one of that name and phone, or with that ID, is here already.
    """
    values = _checked(w, {"name": name, "source": source, "pay_level": pay_level, **more}, but="")
    trainer = Trainer(**values)
    w.session.add(trainer)
    w.session.flush()
    _speak(w, trainer.id, specialities_of(ticked, typed))
    w.note(trainer.name)
    return trainer.id


@action("修改培训师")
def change_trainer(
    w: Writing, /, *, trainer_id: str, name: str, source: TrainerSource, pay_level: PayLevel, ticked: Sequence[str] = (),
    typed: str | None = None, is_active: bool = True, seen: int | None = None, **more: Any,
) -> None:  # fmt: skip
    """Other words for the same trainer, her specialities as now given."""
    trainer = _trainer(w, trainer_id)
    given = {"name": name, "source": source, "pay_level": pay_level, "is_active": is_active, **more}
    values = _checked(w, given, but=trainer_id)
    w.check_fresh(trainer, values, seen)
    for column, value in values.items():
        setattr(trainer, column, value)
    _speak(w, trainer_id, specialities_of(ticked, typed))
    w.note(trainer.name)


@action("停用培训师")
def disable_trainer(w: Writing, *, trainer_id: str) -> None:
    """No longer offered when lessons are planned; lessons held keep her name."""
    trainer = _trainer(w, trainer_id)
    trainer.is_active = False
    w.note(trainer.name)


@action("登记资格")
def set_qualifications(w: Writing, *, trainer_id: str, papers: Sequence[Qualification]) -> int:
    """The trainer's papers as they are now, all in one act; returns how many. Unchanged ones are not touched."""
    trainer = _trainer(w, trainer_id)
    for paper in papers:
        if not paper.title.strip():
            raise UserError("资格证书要有名称，如“教师资格证”。")
        if paper.issued_on and paper.expires_on and paper.expires_on < paper.issued_on:
            raise UserError(f"“{paper.title}”的有效期早于发证日期，请再看一遍证书。")
    wanted = [_paper(paper) for paper in papers]
    kept = w.session.scalars(
        select(TrainerQualification).where(TrainerQualification.trainer_id == trainer_id)
    ).all()
    for row in kept:
        same = {name: getattr(row, name) for name in _PAPER}
        if same in wanted:
            wanted.remove(same)
        else:
            w.session.delete(row)
    w.session.add_all(TrainerQualification(trainer_id=trainer_id, **values) for values in wanted)
    w.note(f"{trainer.name} {len(papers)} 本")
    return len(papers)


@action("登记上课时间")
def set_availability(w: Writing, *, trainer_id: str, spans: Sequence[Span]) -> int:
    """When the trainer can teach, the whole week in one act; returns the minutes a week. Empty = not known."""
    trainer = _trainer(w, trainer_id)
    for span in spans:
        fault = span_fault(span)
        if fault:
            raise UserError(fault)
    week = joined(spans)
    w.session.execute(delete(TrainerAvailability).where(TrainerAvailability.trainer_id == trainer_id))
    w.session.add_all(
        TrainerAvailability(
            trainer_id=trainer_id, weekday=s.weekday, start_minute=s.start_minute, end_minute=s.end_minute
        )
        for s in week
    )
    w.note(trainer.name)
    return sum(span.end_minute - span.start_minute for span in week)


_PAPER = ("title", "number", "issuer", "issued_on", "expires_on")


def _paper(paper: Qualification) -> dict[str, Any]:
    values = {name: getattr(paper, name) for name in _PAPER}
    return {
        name: (value.strip() or None) if isinstance(value, str) else value for name, value in values.items()
    }


def _trainer(w: Writing, trainer_id: str) -> Trainer:
    trainer = w.session.get(Trainer, trainer_id)
    if trainer is None:
        raise UserError("找不到这位培训师，可能刚被撤销了新建。请重新打开这一页。")
    return trainer


def _checked(w: Writing, given: Mapping[str, Any], *, but: str) -> dict[str, Any]:
    """Values as they are kept; UserError on a wrong name, phone, ID number or period, or a trainer known already."""
    values = dict(given)
    name = read_name(values["name"])
    if not name.text or name.is_damaged:
        raise UserError("请填写培训师姓名；姓名里有打不出的字，请换一个输入法再打，不要用“？”代替。")
    values["name"], values["name_initials"] = name.text, pinyin_of(name.text)[1]
    if values.get("phone"):
        phones = read_phones(values["phone"])
        if phones is None:
            raise UserError(f"“{values['phone']}”不是电话号码。手机号是 11 位，座机写成 0575-84000000。")
        values["phone"] = phones.first
    values["id_number"] = _id_number(w, values.get("id_number"))
    start, end = values.get("agreement_from"), values.get("agreement_to")
    if start and end and end < start:
        raise UserError("协议的结束日期早于开始日期，请再看一遍。")
    _no_twin(w, values, but)
    return values


def _id_number(w: Writing, written: str | None) -> str | None:
    if not written or not written.strip():
        return None
    read = parse_id(written, today=school_day(w.now), typed=True)
    if isinstance(read, IdFault):
        raise UserError(read.reason)
    return read.number


def _no_twin(w: Writing, values: Mapping[str, Any], but: str) -> None:
    same_name = w.session.execute(
        select(Trainer.phone, Trainer.id_number).where(Trainer.name == values["name"], Trainer.id != but)
    ).all()
    for phone, id_number in same_name:
        if (phone and phone == values.get("phone")) or (id_number and id_number == values["id_number"]):
            raise UserError(
                f"培训师“{values['name']}”已经在库里了，不用再建。停用的可以勾选“也看停用的”找到她。"
            )
    if values["id_number"] and w.session.scalar(
        select(Trainer.id).where(Trainer.id_number == values["id_number"], Trainer.id != but)
    ):
        raise UserError("这个证件号码已经登记在另一位培训师名下，请核对。")


def _speak(w: Writing, trainer_id: str, words: Sequence[str]) -> None:
    """Make the specialities these; words already there are not touched."""
    rows = w.session.scalars(
        select(TrainerSpeciality).where(TrainerSpeciality.trainer_id == trainer_id)
    ).all()
    held = {row.speciality for row in rows}
    for row in rows:
        if row.speciality not in words:
            w.session.delete(row)
    w.session.add_all(
        TrainerSpeciality(trainer_id=trainer_id, speciality=word) for word in words if word not in held
    )
