"""Honours: nominated by one, approved by another, posted, awarded, withdrawn with a reason."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.followup import queries, rules
from kqdesk.rooms.followup.model import PROPOSED, Honour
from kqdesk.rooms.followup.queries.honours import FORM_FIELDS
from kqdesk.rooms.followup.terms import PROOF, HonourKind, HonourState
from kqdesk.rooms.office.actions.steps import sign_step
from kqdesk.rooms.office.queries.steps import signers_of
from kqdesk.rooms.office.terms import Step
from kqdesk.rooms.people.model import Person
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile, attached, put_in, take_out

APPROVED = "已经审批，不能撤销审批。要收回请用「撤下」并写明原因。"
GONE = "这一条已经不在了。请刷新。"


@action("推荐典型")
def nominate(
    w: Writing,
    *,
    person_id: str,
    kind: HonourKind,
    title: str,
    year: int,
    reasons: str,
    signer: Signer | None,
) -> str:
    """Nominate somebody with reasons, signed; another person approves. Returns its id.

    The same kind twice in one year is refused, 学习之星 for somebody who never learnt here, too.
    """
    person = w.session.get(Person, person_id)
    if person is None or person.state == "merged":
        raise UserError("请先选人；选的人已经不在花名册里的，请刷新后再选。")
    if fault := rules.star_fault(kind, queries.has_learnt(w.session, person_id)):
        raise UserError(fault)
    twin = [row for row in queries.honours(w.session, year=year) if row.person_id == person_id]
    if any(row.kind is kind and row.state in (HonourState.NOMINATED, *rules.STANDS) for row in twin):
        raise UserError(f"{person.name} {year} 年度已经推荐过{kind.label}。")
    row = Honour(
        person_id=person_id, name=person.name, kind=kind, year=year, township_code=person.township_code,
        nominated_by=w.actor, nominated_on=school_day(w.now), title="", reasons="",
    )  # fmt: skip
    _fill(row, {"title": title, "reasons": reasons})
    w.session.add(row)
    w.session.flush()
    sign_step(w, signer=signer, table="honour", row_ids=[row.id], step=Step.PROPOSE, columns=PROPOSED)
    w.note(f"{person.name} {row.title}")
    return row.id


@action("修改推荐")
def change_honour(
    w: Writing, /, *, honour_id: str, signer: Signer | None, seen: int | None = None, **fields: Any
) -> None:
    """Kind, title, year, reasons, while nobody has approved it; who changes it vouches for it from then on."""
    row = _honour(w, honour_id)
    if row.state is not HonourState.NOMINATED:
        raise UserError(APPROVED)
    unknown = fields.keys() - set(FORM_FIELDS)
    if unknown:
        raise TypeError(f"not a field of an honour: {sorted(unknown)}")
    w.check_fresh(row, fields, seen)
    _fill(row, fields)
    if fault := rules.star_fault(row.kind, queries.has_learnt(w.session, row.person_id)):
        raise UserError(fault)
    row.nominated_by = w.actor
    sign_step(w, signer=signer, table="honour", row_ids=[row.id], step=Step.PROPOSE, columns=PROPOSED)
    w.note(f"{row.name} {row.title}")


@action("审批典型", final=APPROVED)
def approve_honours(w: Writing, *, honour_ids: Sequence[str], signer: Signer | None) -> int:
    """Another person's word, signed. NotAllowed for what the actor proposed herself; nothing is done then. How many."""
    rows = [_honour(w, key) for key in dict.fromkeys(honour_ids)]
    signed = signers_of(w.session, "honour", [row.id for row in rows], Step.PROPOSE)
    for row in rows:
        _expect_step(row, HonourState.APPROVED, "", school_day(w.now))
        fault = rules.second_person_fault(row.nominated_by, w.actor, signed.get(row.id, set()))
        if fault:
            raise NotAllowed(f"{row.name}：{fault}")
        row.state, row.approved_by, row.approved_at = HonourState.APPROVED, w.actor, w.now
    sign_step(
        w,
        signer=signer,
        table="honour",
        row_ids=[row.id for row in rows],
        step=Step.APPROVE,
        columns=PROPOSED,
    )
    _note(w, rows)
    return len(rows)


@action("不通过典型")
def decline_honour(w: Writing, *, honour_id: str, reason: str) -> None:
    """Not this time, and why."""
    _end(w, _honour(w, honour_id), HonourState.DECLINED, reason)


@action("公示典型")
def post_honours(w: Writing, *, honour_ids: Sequence[str], posted_on: date, posted_until: date) -> int:
    """Names and reasons are posted; the days come from the pack or the headmaster. How many."""
    if posted_until < posted_on:
        raise UserError("公示结束的日期要在开始以后。")
    rows = [_honour(w, key) for key in dict.fromkeys(honour_ids)]
    for row in rows:
        _expect_step(row, HonourState.POSTED, "", school_day(w.now))
        row.state, row.posted_on, row.posted_until = HonourState.POSTED, posted_on, posted_until
    _note(w, rows)
    return len(rows)


@action("表彰典型")
def award_honours(w: Writing, *, honour_ids: Sequence[str], on: date | None = None) -> int:
    """The posting is over and nobody objected: the 奖状 may be printed. How many."""
    today = school_day(w.now)
    if on is not None and on > today:
        raise UserError("表彰日期不能在今天以后。")
    rows = [_honour(w, key) for key in dict.fromkeys(honour_ids)]
    for row in rows:
        _expect_step(row, HonourState.AWARDED, "", on or today)
        row.state, row.awarded_on = HonourState.AWARDED, on or today
    _note(w, rows)
    return len(rows)


@action("撤下典型")
def withdraw_honour(w: Writing, *, honour_id: str, reason: str) -> None:
    """Taken back with a reason, after an objection or later; it stays on record."""
    _end(w, _honour(w, honour_id), HonourState.WITHDRAWN, reason)


@action("删除推荐")
def remove_honour(w: Writing, *, honour_id: str) -> None:
    """A nomination made by mistake; what was approved is withdrawn instead."""
    row = _honour(w, honour_id)
    if row.state is not HonourState.NOMINATED:
        raise UserError("已经审批的不能删除，请用「撤下」并写明原因。")
    if attached(w.session, "honour", [honour_id]):
        raise UserError("请先取出放入的材料，再删除。")
    w.note(f"{row.name} {row.title}")
    w.session.delete(row)


@action("放入典型材料")
def put_honour_proofs(w: Writing, *, honour_id: str, files: Sequence[KeptFile]) -> int:
    """事迹材料, 照片, 证明; one that is there already is passed over. How many are new."""
    row = _honour(w, honour_id)
    count = put_in(w, table="honour", row_id=honour_id, purpose=PROOF, files=files)
    w.note(f"{row.name} {count} 份")
    return count


@action("取出典型材料")
def take_out_honour_proof(w: Writing, *, honour_id: str, attachment_id: str) -> None:
    """Take a file out again."""
    take_out(w, table="honour", row_id=honour_id, attachment_id=attachment_id)


def _honour(w: Writing, honour_id: str) -> Honour:
    row = w.session.get(Honour, honour_id)
    if row is None:
        raise UserError(GONE)
    return row


def _fill(row: Honour, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value.strip() if type(value) is str else value)
    if not row.title:
        raise UserError("请写称号，例如“2026 年度学习之星”。")
    if not row.reasons:
        raise UserError("请写事迹：学了什么、做成了什么、别人为什么该学她。")


def _expect_step(row: Honour, wanted: HonourState, reason: str, today: date) -> None:
    fault = rules.step_fault(row.state, wanted, reason=reason, posted_until=row.posted_until, today=today)
    if fault:
        raise UserError(f"{row.name}：{fault}")


def _end(w: Writing, row: Honour, state: HonourState, reason: str) -> None:
    today = school_day(w.now)
    _expect_step(row, state, reason, today)
    row.state, row.ended_on, row.reason = state, today, reason.strip()
    w.note(f"{row.name} {row.title}")


def _note(w: Writing, rows: Collection[Honour]) -> None:
    names = [row.name for row in rows]
    w.note("、".join(names[:3]) + (f"等 {len(names)} 人" if len(names) > 3 else ""))
