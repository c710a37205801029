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
from kqdesk.rooms.trainers.model import (
    Trainer,
    TrainerAvailability,
    TrainerLeave,
    TrainerQualification,
    TrainerSpeciality,
)
from kqdesk.rooms.trainers.rules import (
    Leave,
    Span,
    account_fault,
    joined,
    leave_faults,
    plain_account,
    span_fault,
    specialities_of,
)
from kqdesk.rooms.trainers.terms import PaperKind, PayLevel, TaxBasis, TrainerSource
from kqdesk.store.actions import Writing, action


@dataclass(frozen=True)
class Qualification:
    """One paper as the form has it."""

    title: str
    number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    kind: PaperKind | None = None
    level: str | None = None


@action("新建培训师")
def add_trainer(
    w: Writing, /, *, name: str, source: TrainerSource, pay_level: PayLevel, ticked: Sequence[str] = (),
    typed: str | None = None, **more: Any,
) -> str:  # fmt: skip
    """A trainer with her specialities; returns the id.

    ``ticked``: categories; ``typed``: free words. ``more``: phone, id_number, employer, township_code, person_id,
    agreement_from, agreement_to, consent_on, pledge_on, tax_basis, note. UserError when one of that name and phone, or with that ID, is here already.
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
def disable_trainer(w: Writing, *, trainer_id: str, reason: str | None = None) -> None:
    """No longer offered when lessons are planned; lessons held keep her name."""
    trainer = _trainer(w, trainer_id)
    trainer.is_active = False
    trainer.retired_reason = reason or trainer.retired_reason
    w.note(trainer.name)


@action("登记收款账户")
def set_account(
    w: Writing, *, trainer_id: str, bank: str, account: str, tax_basis: TaxBasis | None = None
) -> None:
    """Where pay goes; shown masked everywhere but on the pay sheet of the finance office."""
    trainer = _trainer(w, trainer_id)
    fault = account_fault(account)
    if fault:
        raise UserError(fault)
    if not bank.strip():
        raise UserError("请填写开户行，如“柯桥农商银行兰亭支行”。")
    trainer.bank, trainer.bank_account, trainer.tax_basis = bank.strip(), plain_account(account), tax_basis
    w.note(trainer.name)


@dataclass(frozen=True)
class TrainersImported:
    """What came of a list."""

    created: int
    updated: int
    same: int


@action("导入培训师")
def import_trainers(w: Writing, *, lines: Sequence[Mapping[str, Any]], file_name: str) -> TrainersImported:
    """A list as one undo step: known ones (by ID, or name and phone, or the only one of that name) are brought up to
    date, empty cells change nothing; others are new. ``lines``: columns, ``words`` = specialities."""
    created = updated = same = 0
    for line in lines:
        told = {name: value for name, value in line.items() if value is not None and name != "words"}
        words = list(line.get("words") or ())
        one = _known(w, told)
        if one is None:
            given = {"source": TrainerSource.LOCAL_TALENT, "pay_level": PayLevel.MIDDLE} | told
            one = Trainer(**_checked(w, given, but=""))
            w.session.add(one)
            w.session.flush()
            _speak(w, one.id, words)
            created += 1
            continue
        held = specialities(w, one.id)
        given = {name: getattr(one, name) for name in ("name", "phone", "id_number")} | told
        values = _checked(w, given, but=one.id)
        changed = {name: value for name, value in values.items() if getattr(one, name) != value}
        for name, value in changed.items():
            setattr(one, name, value)
        fresh = [word for word in words if word not in held]
        _speak(w, one.id, [*held, *fresh])
        updated, same = (updated + 1, same) if changed or fresh else (updated, same + 1)
    w.note(f"{file_name} 新增 {created}，更新 {updated}")
    return TrainersImported(created, updated, same)


def _known(w: Writing, told: Mapping[str, Any]) -> Trainer | None:
    """The trainer a line is about."""
    if told.get("id_number"):
        found = w.session.scalars(
            select(Trainer).where(Trainer.id_number == _id_number(w, told["id_number"]))
        ).first()
        if found is not None:
            return found
    named = w.session.scalars(
        select(Trainer).where(Trainer.name == read_name(told["name"]).text).order_by(Trainer.id)
    ).all()
    if told.get("phone"):
        phones = read_phones(told["phone"])
        same = [one for one in named if phones and one.phone in (phones.first, None)]
        return same[0] if same else None
    return named[0] if len(named) == 1 else None


def specialities(w: Writing, trainer_id: str) -> list[str]:
    """What she is down for now."""
    asked = select(TrainerSpeciality.speciality).where(TrainerSpeciality.trainer_id == trainer_id)
    return list(w.session.scalars(asked.order_by(TrainerSpeciality.id)))


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


@action("登记培训师请假")
def set_leaves(w: Writing, *, trainer_id: str, leaves: Sequence[Leave]) -> int:
    """The trainer's leaves as they are now, all in one act; returns how many. Unchanged ones are not touched.

    Nothing on the timetable is moved by it: lessons that stand on these days show the clash there.
    """
    trainer = _trainer(w, trainer_id)
    faults = leave_faults(leaves)
    if faults:
        raise UserError("\n".join(faults))
    wanted = {(one.starts_on, one.ends_on, one.reason.strip() or None) for one in leaves}
    kept = w.session.scalars(select(TrainerLeave).where(TrainerLeave.trainer_id == trainer_id)).all()
    for row in kept:
        same = (row.starts_on, row.ends_on, row.reason)
        if same in wanted:
            wanted.remove(same)
        else:
            w.session.delete(row)
    w.session.add_all(
        TrainerLeave(trainer_id=trainer_id, starts_on=first, ends_on=last, reason=reason)
        for first, last, reason in sorted(wanted, key=lambda one: one[:2])
    )
    w.note(f"{trainer.name} {len(leaves)} 次")
    return len(leaves)


_PAPER = ("title", "number", "issuer", "issued_on", "expires_on", "kind", "level")


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
