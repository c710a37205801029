"""Pay of the trainers: a month's sheet drawn up from lessons held and locked, approved by another person."""

from sqlalchemy import delete, func, insert, select

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.attendance import rules
from kqdesk.rooms.attendance.model import PayLine, PaySheet, Roll
from kqdesk.rooms.attendance.queries import pay_preview
from kqdesk.rooms.attendance.terms import PayState
from kqdesk.rooms.office.actions.steps import sign_step
from kqdesk.rooms.office.terms import Step
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action

SIGNED_SHEET = ("month", "number", "drawn_by", "basis")
SIGNED_LINE = (
    "pay_sheet_id", "lesson_id", "trainer_id", "trainer_name", "pay_level", "paid_hours", "rate_fen", "amount_fen",
)  # fmt: skip


@action("生成课酬表")
def draw_pay_sheet(w: Writing, *, month: str) -> str:
    """Write down what ``2026-03`` pays by the packs in force; returns the sheet's id.

    Lessons on an earlier sheet are not paid again. UserError when nothing is to be paid, or a rate is 未配置.
    """
    preview = pay_preview(w.session, month, now=w.now)
    if not preview.drafts:
        more = f"还有 {len(preview.waiting)} 次课没有锁定点名。" if preview.waiting else ""
        raise UserError(f"{month} 没有可以计课酬的课：要上过、点过名、锁定了才算。{more}")
    levels = rules.unset(preview.drafts)
    if levels:
        names = "、".join(level.label for level in levels)
        raise UserError(f"{names}的课酬标准未配置。请先在「设置·规则包」里填上“课酬标准”。")
    number = 1 + (w.session.scalar(select(func.max(PaySheet.number)).where(PaySheet.month == month)) or 0)
    sheet = PaySheet(month=month, number=number, drawn_at=w.now, drawn_by=w.actor, basis=preview.policy.basis)
    w.session.add(sheet)
    w.session.flush()
    rows = [
        {
            "pay_sheet_id": sheet.id, "lesson_id": draft.lesson.lesson_id, "trainer_id": draft.lesson.trainer_id,
            "trainer_name": draft.lesson.trainer, "pay_level": draft.lesson.level,
            "cohort_id": draft.lesson.cohort_id, "cohort_title": draft.lesson.cohort, "on": draft.lesson.on,
            "half": draft.lesson.half, "study_hours": draft.lesson.study_hours, "paid_hours": draft.paid_hours,
            "rate_fen": draft.rate_fen, "amount_fen": draft.amount_fen, "remark": draft.remark,
        }
        for draft in preview.drafts
    ]  # fmt: skip
    w.session.execute(insert(PayLine), rows)
    w.note(f"{month} {rules.yuan(sum(draft.amount_fen for draft in preview.drafts))} 元")
    return sheet.id


@action("撤回课酬表")
def discard_pay_sheet(w: Writing, *, sheet_id: str) -> None:
    """A sheet that was not approved goes away; its lessons can be put on a new one."""
    sheet = _sheet(w, sheet_id)
    if sheet.state is not PayState.DRAWN:
        raise UserError("已批准的课酬表不能撤回，要改请用「作废课酬表」。")
    w.note(sheet.month)
    w.session.execute(delete(PayLine).where(PayLine.pay_sheet_id == sheet_id))
    w.session.delete(sheet)


@action("批准课酬表", final="课酬表已批准，不能撤销。发错了请用「作废课酬表」并写明原因。")
def approve_pay_sheet(w: Writing, *, sheet_id: str, signer: Signer | None) -> None:
    """The second person's signed yes: the sheet is frozen, and the rolls it stands on are locked for good."""
    sheet = _sheet(w, sheet_id)
    if sheet.state is not PayState.DRAWN:
        raise UserError(f"这张课酬表{sheet.state.label}，不用再批准。")
    if sheet.drawn_by == w.actor:
        raise NotAllowed("课酬表要由另一个人批准，制表人不能批准自己做的表。")
    lessons = select(PayLine.lesson_id).where(PayLine.pay_sheet_id == sheet_id)
    for roll in w.session.scalars(select(Roll).where(Roll.lesson_id.in_(lessons), Roll.locked_at.is_(None))):
        roll.locked_at, roll.locked_by = w.now, w.actor
    sheet.state, sheet.approved_at, sheet.approved_by = PayState.APPROVED, w.now, w.actor
    w.session.flush()
    lines = list(w.session.scalars(select(PayLine.id).where(PayLine.pay_sheet_id == sheet_id)))
    sign_step(
        w, signer=signer, table="pay_sheet", row_ids=[sheet_id], step=Step.APPROVE, columns=SIGNED_SHEET
    )
    sign_step(w, signer=signer, table="pay_line", row_ids=lines, step=Step.APPROVE, columns=SIGNED_LINE)
    w.note(sheet.month)


@action("作废课酬表", final="课酬表已作废，不能撤销。请重新生成一张。")
def void_pay_sheet(w: Writing, *, sheet_id: str, reason: str) -> None:
    """An approved sheet that was wrong: it stays, marked, with the reason; its lessons can be put on a new one."""
    sheet = _sheet(w, sheet_id)
    words = reason.strip()
    if not words:
        raise UserError("请写明作废原因。")
    if sheet.state is not PayState.APPROVED:
        raise UserError("还没批准的课酬表直接撤回就可以，不用作废。")
    sheet.state, sheet.reason = PayState.VOID, words
    w.note(f"{sheet.month} {words}")


def _sheet(w: Writing, sheet_id: str) -> PaySheet:
    sheet = w.session.get(PaySheet, sheet_id)
    if sheet is None:
        raise UserError("这张课酬表已经不在了。请刷新。")
    return sheet
