"""学分: open accounts, book, reverse, send to the credit bank and take its answers. Entries are only ever added."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update

from kqdesk.kernel.errors import InputFaults, UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.credits import queries, rules
from kqdesk.rooms.credits.model import CreditAccount, CreditBatch, CreditClaim, CreditEntry
from kqdesk.rooms.credits.rules import AnswerLine
from kqdesk.rooms.credits.terms import AccountState, Answer, BatchState, CreditUnit, SourceKind
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action

BOOKED = "学分已入账，不能撤销；要更正请用「冲正」。"


@action("登记学分账户")
def keep_account(
    w: Writing,
    *,
    person_id: str,
    state: AccountState,
    bank_number: str | None = None,
    opened_on: date | None = None,
    note: str | None = None,
    seen: int | None = None,
) -> str:
    """What the credit bank said of a person's account; a number belongs to one person. Returns its id."""
    number = (bank_number or "").strip() or None
    if state is AccountState.OPEN and number is None:
        raise UserError("已开户的账户要填学分银行账号。还没有号码，请选“申请中”。")
    if opened_on is not None and opened_on > school_day(w.now):
        raise UserError("开户日期不能在今天以后。")
    if number:
        _refuse_taken(w, number, person_id)
    row = w.session.scalar(select(CreditAccount).where(CreditAccount.person_id == person_id))
    if row is None:
        row = CreditAccount(person_id=person_id, state=state)
        w.session.add(row)
    else:
        w.check_fresh(row, ("state", "bank_number", "opened_on", "note"), seen)
    row.state, row.bank_number, row.opened_on, row.note = (
        state,
        number,
        opened_on,
        (note or "").strip() or None,
    )
    w.session.flush()
    w.note(w.session.get_one(Person, person_id).name)
    return row.id


def _refuse_taken(w: Writing, number: str, person_id: str) -> None:
    other = w.session.scalar(
        select(Person.name)
        .join(CreditAccount, CreditAccount.person_id == Person.id)
        .where(CreditAccount.bank_number == number, CreditAccount.person_id != person_id)
    )
    if other:
        raise UserError(f"账号 {number} 已经登记在{other}名下。请核对，同一个账号不能给两个人。")


@action("学分入账", final=BOOKED)
def book_due(w: Writing, *, person_ids: Sequence[str]) -> int:
    """Book what is due to these people in 双证学分, computed now; running it again adds nothing. Returns the entries."""
    dues, _ = queries.dues_on(w.session, school_day(w.now))
    wanted = set(person_ids)
    chosen = [one for key, found in dues.items() if key in wanted for one in found]
    if not chosen:
        raise UserError("没有要入账的学分：要么已经全部入账，要么考勤或成绩还没有锁定。")
    w.session.execute(insert(CreditEntry), [_entry(w, one) for one in chosen])
    w.note(f"{len({one.target.person_id for one in chosen})} 人 {len(chosen)} 条")
    return len(chosen)


def _entry(w: Writing, one: rules.Due) -> dict[str, Any]:
    target = one.target
    return {
        "person_id": target.person_id, "unit": target.unit, "hundredths": one.hundredths, "source": target.source,
        "source_key": target.key, "proofs": [list(proof) for proof in target.proofs],
        "words": target.words + ("（按现在的规则和成绩调减）" if one.is_reversal else ""), "rule": target.rule or None,
        "earned_on": target.earned_on, "booked_at": w.now, "booked_by": w.actor, "reverses_id": None, "reason": None,
    }  # fmt: skip


@action("登记学分", final=BOOKED)
def book_by_paper(
    w: Writing, *, person_id: str, unit: CreditUnit, hundredths: int, paper: str, words: str, earned_on: date
) -> str:
    """Points or credits that stand on a paper: a department's list, a credit bank's notice of before. Returns its id."""
    if unit is CreditUnit.DUAL_CERT_CREDIT:
        raise UserError("双证学分从课次、成绩和证书算出来，不手工登记。请到「双证」看还差什么。")
    if hundredths <= 0:
        raise UserError("数额要大于 0。要减少请用「冲正」。")
    if not paper.strip() or not words.strip():
        raise UserError("请写明依据文件（文号或名称）和事由，以后查得到。")
    if earned_on > school_day(w.now):
        raise UserError("取得日期不能在今天以后。")
    key = f"paper/{paper.strip()}/{words.strip()}"
    taken = w.session.scalar(
        select(func.sum(CreditEntry.hundredths)).where(
            CreditEntry.person_id == person_id, CreditEntry.unit == unit, CreditEntry.source_key == key
        )
    )
    if taken:
        raise UserError(
            f"按“{paper.strip()}”的“{words.strip()}”已经登记过 {rules.shown(taken)}，没有再记一次。"
        )
    row = CreditEntry(
        person_id=person_id, unit=unit, hundredths=hundredths, source=SourceKind.PAPER, source_key=key, proofs=[],
        words=f"{words.strip()}（{paper.strip()}）", earned_on=earned_on, booked_at=w.now, booked_by=w.actor,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    w.note(f"{w.session.get_one(Person, person_id).name} {unit.label} {rules.shown(hundredths)}")
    return row.id


@action("冲正学分", final="冲正也只增不改；要恢复请重新入账。")
def reverse_entry(w: Writing, *, entry_id: str, reason: str) -> str:
    """Book the opposite of an entry with its reason; an entry is reversed once. Returns the reversal's id."""
    entry = w.session.get_one(CreditEntry, entry_id)
    if not reason.strip():
        raise UserError("请写明冲正的原因，账户里会一直看得到。")
    if entry.source is SourceKind.REVERSAL:
        raise UserError("这一条本身就是冲正，不能再冲。要恢复请重新入账。")
    if w.session.scalar(select(CreditEntry.id).where(CreditEntry.reverses_id == entry_id)):
        raise UserError("这一条已经冲正过了。")
    row = CreditEntry(
        person_id=entry.person_id, unit=entry.unit, hundredths=-entry.hundredths, source=SourceKind.REVERSAL,
        source_key=entry.source_key, proofs=entry.proofs, words=f"冲正：{entry.words}", rule=entry.rule,
        earned_on=school_day(w.now), booked_at=w.now, booked_by=w.actor, reverses_id=entry_id, reason=reason.strip(),
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    w.note(f"{w.session.get_one(Person, entry.person_id).name} {rules.shown(entry.hundredths)}")
    return row.id


# -- recognition batches --------------------------------------------------------------------------


@action("建认定批次")
def draw_batch(w: Writing, *, source_keys: Sequence[str]) -> str:
    """A batch of achievements that are whole and in no other batch; each gets its external number. Returns its id."""
    found = {one.source_key: one for one in queries.achievements(w.session)}
    chosen = [found[key] for key in source_keys if key in found]
    if not chosen or len(chosen) != len(set(source_keys)):
        raise UserError("有的成果已经在别的批次里了，请重新选。")
    bad = [one for one in chosen if one.lacks]
    if bad:
        raise UserError(f"{bad[0].name}的“{bad[0].project}”还不能报：{bad[0].lacks}。")
    batch = CreditBatch(
        no=queries.next_batch_no(w.session, school_day(w.now).year), state=BatchState.DRAFT, drawn_at=w.now,
        drawn_by=w.actor,
    )  # fmt: skip
    w.session.add(batch)
    w.session.flush()
    ids = w.ids()
    numbers = [ids.new() for _ in chosen]
    w.session.execute(
        insert(CreditClaim),
        [
            {
                "id": number, "batch_id": batch.id, "person_id": one.person_id, "external_no": number,
                "achievement": one.kind, "project": one.project, "standard_code": one.standard_code or None,
                "hours": one.hours, "grade": one.grade or None, "certificate_no": one.certificate_no or None,
                "earned_on": one.earned_on, "source_key": one.source_key, "answer": Answer.WAITING,
            }
            for number, one in zip(numbers, chosen, strict=True)
        ],
    )  # fmt: skip
    w.note(f"{batch.no} {len(chosen)} 条")
    return batch.id


@action("删除认定批次")
def drop_batch(w: Writing, *, batch_id: str) -> None:
    """A draft that is not to be sent; its achievements can go into another."""
    batch = w.session.get_one(CreditBatch, batch_id)
    if batch.state is not BatchState.DRAFT:
        raise UserError("批次已报送，不能删除。退回的成果放进下一批重报。")
    for claim in w.session.scalars(select(CreditClaim).where(CreditClaim.batch_id == batch_id)):
        w.session.delete(claim)
    w.session.flush()
    w.session.delete(batch)
    w.note(batch.no)


@action("报送认定批次", final="批次已报送，不能撤回；退回的成果放进下一批重报。")
def send_batch(w: Writing, *, batch_id: str, sent_on: date) -> str:
    """The file of this batch went to the credit bank: its lines are sealed. Returns the digest over them."""
    batch = w.session.get_one(CreditBatch, batch_id)
    if batch.state is not BatchState.DRAFT:
        raise UserError(f"批次 {batch.no} 已经报送过了。")
    if sent_on > school_day(w.now):
        raise UserError("报送日期不能在今天以后。")
    batch.digest = _digest(w, batch_id)
    batch.state, batch.sent_on = BatchState.SENT, sent_on
    w.note(f"{batch.no} 校验码 {batch.digest[:8]}")
    return batch.digest


def _digest(w: Writing, batch_id: str) -> str:
    """SHA-256 over the lines as they are sent."""
    return rules.digest_of([line_of(claim) for claim in queries.claims(w.session, batch_id)])


def line_of(claim: queries.ClaimRow) -> list[str]:
    """What of a claim is sent and hashed, as text."""
    return [
        claim.external_no, claim.id_number, claim.name, claim.kind.label, claim.project, claim.standard_code,
        "" if claim.hours is None else str(claim.hours), claim.grade, claim.certificate_no, claim.earned_on.isoformat(),
    ]  # fmt: skip


@action("导入认定答复", final=BOOKED)
def take_answers(w: Writing, *, lines: Sequence[AnswerLine]) -> int:
    """The credit bank's answers, matched by external number; accepted ones are booked. All or nothing.

    The same file again changes nothing. InputFaults carries every (row, sentence). Returns the number of new answers.
    """
    found = rules.match(lines, queries.waiting_claims(w.session))
    if found.faults:
        raise InputFaults(f"答复里有 {len(found.faults)} 行对不上，一行都没有入账。", found.faults)
    if not found.fresh:
        raise UserError(f"没有新的答复：{found.known} 行以前都登记过了。")
    today = school_day(w.now)
    w.session.execute(
        update(CreditClaim),
        [
            {
                "id": claim.claim_id, "answer": line.answer, "answered_on": line.answered_on or today,
                "hundredths": line.hundredths if line.answer is Answer.ACCEPTED else None,
                "reason": line.reason or None,
            }
            for claim, line in found.fresh
        ],
    )  # fmt: skip
    _book_answers(w, [claim.claim_id for claim, line in found.fresh if line.answer is Answer.ACCEPTED])
    _close_answered(w)
    w.note(f"{len(found.fresh)} 条")
    return len(found.fresh)


def _book_answers(w: Writing, claim_ids: Sequence[str]) -> None:
    rows = [
        {
            "person_id": claim.person_id, "unit": CreditUnit.CREDIT_BANK_CREDIT, "hundredths": claim.hundredths,
            "source": SourceKind.ANSWER, "source_key": f"claim/{claim.id}",
            "proofs": [["credits", "batch", claim.batch_id, claim.project]],
            "words": f"学分银行认定：{claim.project}", "rule": None, "earned_on": claim.answered_on,
            "booked_at": w.now, "booked_by": w.actor,
        }
        for claim in w.session.scalars(select(CreditClaim).where(CreditClaim.id.in_(claim_ids)))
        if claim.hundredths
    ]  # fmt: skip
    if rows:
        w.session.execute(insert(CreditEntry), rows)


def _close_answered(w: Writing) -> None:
    waiting = select(CreditClaim.batch_id).where(CreditClaim.answer == Answer.WAITING)
    for batch in w.session.scalars(
        select(CreditBatch).where(CreditBatch.state == BatchState.SENT, CreditBatch.id.not_in(waiting))
    ):
        batch.state = BatchState.ANSWERED
