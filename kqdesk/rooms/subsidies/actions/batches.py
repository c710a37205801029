"""A batch's way: drawn by one, checked and frozen by another, sent to the district, answered, paid; corrected by reversal."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.actions.steps import sign_step
from kqdesk.rooms.office.queries.steps import signers_of
from kqdesk.rooms.office.rules.rulerow import RuleRow, read_rule
from kqdesk.rooms.office.rules.rulewords import money
from kqdesk.rooms.office.terms import AmountKind, Step
from kqdesk.rooms.subsidies import queries, rules
from kqdesk.rooms.subsidies.actions.claims import claims_of, facts_of
from kqdesk.rooms.subsidies.model import SubsidyBatch, SubsidyClaim
from kqdesk.rooms.subsidies.rules import Finding, Runner
from kqdesk.rooms.subsidies.terms import BatchState, Check, ClaimState
from kqdesk.rooms.timetable.queries import calendar_between
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action

DRAWN = ("no", "rule_id", "pack_key", "pack_version", "rule_text", "drawn_by")
CHECKED = (*DRAWN, "checked_by", "total_fen", "digest", "posted_on", "posted_until")
FROZEN = "这批奖补已经审核公示，不能撤销。发错了用「冲正奖补」，另记一笔。"


@action("建奖补批次")
def draw_batch(
    w: Writing, *, rule_id: str, claim_ids: Sequence[str], title: str = "", signer: Signer | None
) -> str:
    """Claims of one rule into a new batch, with the rule as it counts today; signed. Returns its id."""
    today = school_day(w.now)
    card = queries.cards_on(w.session, today).get(rule_id)
    if card is None or card.rule is None:
        raise UserError(f"没有编号 {rule_id} 的奖补规则。")
    rows = claims_of(w, claim_ids)
    _expect_loose(rows, rule_id)
    batch = SubsidyBatch(
        no=queries.next_batch_no(w.session, today.year), rule_id=rule_id, title=title.strip() or f"{today.year} 年{card.title}",
        pack_key=card.pack_key, pack_version=card.pack_version, rule_text=dict(card.rule.raw), drawn_by=w.actor, drawn_at=w.now,
    )  # fmt: skip
    w.session.add(batch)
    w.session.flush()
    w.session.execute(
        update(SubsidyClaim),
        [{"id": row.id, "batch_id": batch.id, "state": ClaimState.BATCHED, "blocked": []} for row in rows],
    )
    sign_step(w, signer=signer, table="subsidy_batch", row_ids=[batch.id], step=Step.DRAW, columns=DRAWN)
    w.note(f"{batch.no} {len(rows)} 笔")
    return batch.id


@action("移出奖补批次")
def take_out(w: Writing, *, claim_ids: Sequence[str]) -> int:
    """Out of a batch that is not frozen; the claims stay and can go into another."""
    rows = claims_of(w, claim_ids)
    if any(row.state is not ClaimState.BATCHED for row in rows):
        raise UserError("只有还没审核的批次里的申领可以移出。")
    for row in rows:
        row.batch_id, row.state = None, ClaimState.TAKEN
    w.note(f"{len(rows)} 笔")
    return len(rows)


@action("删除奖补批次")
def drop_batch(w: Writing, *, batch_id: str) -> None:
    """A draft nobody wants; its claims stay."""
    batch = _batch(w, batch_id)
    if batch.state is not BatchState.DRAFT:
        raise UserError(FROZEN)
    for row in _rows(w, batch_id):
        row.batch_id, row.state = None, ClaimState.TAKEN
    w.session.flush()
    w.note(batch.no)
    w.session.delete(batch)


@action("核对奖补批次")
def look_over(w: Writing, *, batch_id: str) -> int:
    """Judge and check every claim of a draft now and keep what was found beside it; returns how many are stuck."""
    batch = _batch(w, batch_id)
    if batch.state is not BatchState.DRAFT:
        raise UserError(f"批次 {batch.no} 已经审核公示，内容冻结了。")
    rows = _rows(w, batch_id)
    looked, stuck = _look(w, batch, rows)
    w.session.execute(update(SubsidyClaim), [_found(w, row, looked, stuck) for row in rows])
    w.note(f"{batch.no} {len(rows)} 笔，受阻 {len(stuck)} 笔")
    return len(stuck)


@action("审核公示奖补批次", final=FROZEN)
def freeze_batch(
    w: Writing, *, batch_id: str, posted_on: date, posted_until: date, signer: Signer | None
) -> tuple[int, int]:
    """The second person's word: every claim is judged and checked again, facts and rule are frozen, the list is posted.

    Stuck claims leave the batch with their reasons. Returns how many went on and how many are stuck. NotAllowed for
    whoever drew the batch; UserError when nothing is left, when its maker's signature is missing, when the posting is
    shorter than the pack wants.
    """
    batch = _batch(w, batch_id)
    _expect_step(batch, BatchState.FROZEN)
    if batch.drawn_by == w.actor:
        raise NotAllowed("这批奖补是您建的，要由另一个人审核。请换另一人登录。")
    if batch.drawn_by not in signers_of(w.session, "subsidy_batch", [batch_id], Step.DRAW).get(
        batch_id, set()
    ):
        raise UserError("这一批没有建批人的有效签名，或建好后被改动过，不能审核。请删除批次，重新建。")
    _expect_posting(w, read_rule(batch.rule_text), posted_on, posted_until)
    rows = _rows(w, batch_id)
    looked, stuck = _look(w, batch, rows)
    if len(stuck) == len(rows):
        raise UserError(_all_stuck(rows, stuck))
    changes = [_found(w, row, looked, stuck) for row in rows]
    for change in changes:
        if change["id"] in stuck:
            change |= {"batch_id": None, "state": ClaimState.TAKEN}
        else:
            change |= {"batch_id": batch_id, "state": ClaimState.FROZEN}
    w.session.execute(update(SubsidyClaim), changes)
    w.session.expire_all()
    batch = _batch(w, batch_id)
    batch.digest, batch.total_fen = _digest(w, batch_id)
    batch.checked_by, batch.checked_at, batch.state = w.actor, w.now, BatchState.FROZEN
    batch.posted_on, batch.posted_until = posted_on, posted_until
    sign_step(w, signer=signer, table="subsidy_batch", row_ids=[batch_id], step=Step.APPROVE, columns=CHECKED)
    w.note(f"{batch.no} {len(rows) - len(stuck)} 笔 {money(batch.total_fen)}，受阻 {len(stuck)} 笔")
    return len(rows) - len(stuck), len(stuck)


@action("报送奖补批次", final="奖补批次已经报区，不能撤回。区里退回的重新受理，发错的用「冲正奖补」。")
def submit_batch(w: Writing, *, batch_id: str) -> str:
    """To the district after the posting is over; refused when a line is not what was frozen. Returns the digest."""
    batch = _batch(w, batch_id)
    _expect_step(batch, BatchState.SUBMITTED)
    today = school_day(w.now)
    if batch.posted_until is not None and today <= batch.posted_until:
        raise UserError(f"公示到 {batch.posted_until} 才结束，之后才能报区。")
    digest, _ = _digest(w, batch_id)
    if digest != batch.digest:
        raise UserError("这一批的内容和审核时不一样，不能报。请查「审计与备份」里谁改过。")
    batch.state, batch.submitted_on = BatchState.SUBMITTED, today
    for row in _rows(w, batch_id):
        row.state = ClaimState.SUBMITTED
    w.note(f"{batch.no} 校验码 {digest[:8]}")
    return digest


@action("登记区里审核")
def answer_batch(
    w: Writing, *, batch_id: str, answered_on: date, answered_by: str, returned: Mapping[str, str]
) -> tuple[int, int]:
    """The district's word that came on paper: ``returned`` claim → reason; every other line is accepted.

    Where the school has a hub the district answers there. Returns (accepted, returned).
    """
    batch = _batch(w, batch_id)
    _expect_step(batch, BatchState.ANSWERED)
    if not answered_by.strip():
        raise UserError("请写明区里谁审核的，或哪份批复。")
    if answered_on > school_day(w.now):
        raise UserError("审核日期不能在今天以后。")
    bare = [key for key, words in returned.items() if not words.strip()]
    if bare:
        raise UserError("退回的要写明原因。")
    rows = _rows(w, batch_id)
    for row in rows:
        if row.id in returned:
            row.state, row.answer_words = ClaimState.RETURNED, returned[row.id].strip()
        elif row.state is ClaimState.SUBMITTED:
            row.state = ClaimState.ACCEPTED
    batch.state, batch.answered_on, batch.answered_by = BatchState.ANSWERED, answered_on, answered_by.strip()
    back = sum(row.state is ClaimState.RETURNED for row in rows)
    w.note(f"{batch.no} 同意 {len(rows) - back} 笔，退回 {back} 笔")
    return len(rows) - back, back


@action("登记奖补发放", final="奖补已经发放，不能撤销。发错了用「冲正奖补」，另记一笔。")
def pay_batch(w: Writing, *, batch_id: str, paid_on: date, voucher_no: str) -> int:
    """The accepted lines were paid, by voucher. Returns their sum in 分."""
    batch = _batch(w, batch_id)
    _expect_step(batch, BatchState.PAID)
    if not voucher_no.strip():
        raise UserError("请填财政或银行的凭证号。")
    if paid_on > school_day(w.now):
        raise UserError("发放日期不能在今天以后。")
    rows = [row for row in _rows(w, batch_id) if row.state is ClaimState.ACCEPTED]
    if not rows:
        raise UserError("这一批区里全部退回了，没有可以发放的。")
    for row in rows:
        row.paid_on, row.state = paid_on, ClaimState.PAID
    batch.state, batch.paid_on, batch.voucher_no, batch.paid_by = (
        BatchState.PAID,
        paid_on,
        voucher_no.strip(),
        w.actor,
    )
    total = sum(row.amount_fen or 0 for row in rows)
    w.note(f"{batch.no} {len(rows)} 笔 {money(total)}")
    return total


@action("冲正奖补", final="冲正也只增不改；要恢复请重新受理。")
def reverse_claim(w: Writing, *, claim_id: str, reason: str) -> str:
    """Book the opposite of a frozen claim with its reason; once. It goes into the next batch. Returns its id."""
    claim = w.session.get_one(SubsidyClaim, claim_id)
    if claim.state in (ClaimState.TAKEN, ClaimState.BATCHED):
        raise UserError("还没有审核的申领不用冲正，直接撤回。")
    if claim.state is ClaimState.RETURNED:
        raise UserError("区里退回的没有发过钱，不用冲正。")
    if claim.reverses_id:
        raise UserError("这一笔本身就是冲正。要恢复请重新受理。")
    if not reason.strip():
        raise UserError("请写明冲正的原因，以后审计要看。")
    if w.session.scalar(select(SubsidyClaim.id).where(SubsidyClaim.reverses_id == claim_id)):
        raise UserError("这一笔已经冲正过了。")
    key = w.ids().new()
    kept = {
        name: getattr(claim, name)
        for name in ("rule_id", "beneficiary", "person_id", "firm_id", "trainer_id", "subject_key", "achieved_on", "occupation",
                     "skill_level", "enrolment_id", "name", "id_number", "bank", "bank_account", "holder", "verdict", "pack_key",
                     "pack_version", "papers")
    }  # fmt: skip
    w.session.execute(
        insert(SubsidyClaim),
        [
            {
                **kept, "id": key, "state": ClaimState.TAKEN, "subject": f"冲正：{claim.subject}", "claimed_on": school_day(w.now),
                "taken_at": w.now, "taken_by": w.actor, "amount_fen": -(claim.amount_fen or 0),
                "working": [f"冲正 {claim.claimed_on} 受理的 {money(claim.amount_fen or 0)}"], "blocked": [],
                "reverses_id": claim_id, "reason": reason.strip(),
            }
        ],
    )  # fmt: skip
    w.note(f"{claim.name} {money(claim.amount_fen or 0)}")
    return key


# -- inside ---------------------------------------------------------------------------------------


def _batch(w: Writing, batch_id: str) -> SubsidyBatch:
    batch = w.session.get(SubsidyBatch, batch_id)
    if batch is None:
        raise UserError("这一批已经不在了。请刷新。")
    return batch


def _rows(w: Writing, batch_id: str) -> Sequence[SubsidyClaim]:
    asked = select(SubsidyClaim).where(SubsidyClaim.batch_id == batch_id)
    return w.session.scalars(asked.order_by(SubsidyClaim.taken_at, SubsidyClaim.id)).all()


def _expect_step(batch: SubsidyBatch, then: BatchState) -> None:
    wrong = rules.batch_step_fault(batch.state, then)
    if wrong:
        raise UserError(f"{batch.no}：{wrong}")


def _expect_loose(rows: Sequence[SubsidyClaim], rule_id: str) -> None:
    others = sorted({row.rule_id for row in rows if row.rule_id != rule_id})
    if others:
        raise UserError(f"一批只放一条规则的申领，选中的里面还有 {'、'.join(others)} 的。")
    if any(row.state is not ClaimState.TAKEN for row in rows):
        raise UserError("选中的里面有已经进批次的。请只选“已受理”的。")


def _expect_posting(w: Writing, rule: RuleRow, first: date, last: date) -> None:
    if last < first:
        raise UserError("公示结束的日期要在开始以后。")
    wanted = queries.publicity_days(w.session, rule, school_day(w.now))
    calendar = calendar_between(w.session, first, last)
    days = rules.posting_days(first, last, set(calendar.closed), set(calendar.makeup))
    if wanted is not None and days < wanted:
        raise UserError(f"公示要 {wanted} 个工作日，{first} 到 {last} 只有 {days} 个。")


def _look(
    w: Writing, batch: SubsidyBatch, rows: Sequence[SubsidyClaim]
) -> tuple[queries.Looked, dict[str, tuple[Finding, ...]]]:
    """Everything found today, places counted in."""
    today, rule = school_day(w.now), read_rule(batch.rule_text)
    looked = queries.look_at(w.session, rows, rule, on=today)
    stuck = dict(looked.findings)
    if rule.amount.kind is AmountKind.QUOTA:
        stuck |= _without_place(w, rule, [row for row in rows if row.id not in stuck and not row.reverses_id])
    return looked, stuck


def _without_place(w: Writing, rule: RuleRow, rows: Sequence[SubsidyClaim]) -> dict[str, tuple[Finding, ...]]:
    year = school_day(w.now).year
    quotas = [one for one, _ in queries.quota_rows(w.session)]
    own = rules.own_quota(quotas, rule.rule_id, year, queries.quota_regions(w.session))
    if own is None:
        found = Finding(Check.QUOTA, f"{year} 年还没有分到名额。请在“名额”里登记。")
        return {row.id: (found,) for row in rows}
    gone = (ClaimState.FROZEN, ClaimState.SUBMITTED, ClaimState.ACCEPTED, ClaimState.PAID)
    used = w.session.scalar(
        select(func.count()).where(
            SubsidyClaim.rule_id == rule.rule_id, SubsidyClaim.state.in_(gone), SubsidyClaim.reverses_id.is_(None),
            SubsidyClaim.claimed_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )  # fmt: skip
    left = own.places - int(used or 0)
    placed = rules.with_places([Runner(row.id, row.taken_at, row.rank) for row in rows], left, rule.order)
    found = Finding(Check.QUOTA, f"{year} 年名额 {own.places} 个，轮不到。")
    return {row.id: (found,) for row in rows if row.id not in placed}


def _found(
    w: Writing, row: SubsidyClaim, looked: queries.Looked, stuck: Mapping[str, tuple[Finding, ...]]
) -> dict[str, Any]:
    again = looked.judged.get(row.id)
    names = ("subject", "achieved_on", "occupation", "skill_level", "enrolment_id", "name", "id_number", "bank", "bank_account",
             "holder", "amount_fen", "working", "verdict")  # fmt: skip
    kept = {name: getattr(row, name) for name in names}
    findings = stuck.get(row.id, ())
    return {
        "id": row.id, "blocked": [one.as_json for one in findings], "checked_on": school_day(w.now), **kept,
        **(facts_of(again) if again is not None else {}),
    }  # fmt: skip


def _digest(w: Writing, batch_id: str) -> tuple[str, int]:
    """SHA-256 over the lines as frozen, and their sum in 分."""
    rows = queries.claims(w.session, batch_id=batch_id)
    lines = [
        (
            row.id,
            row.name,
            row.id_number,
            row.subject,
            row.achieved_on,
            row.claimed_on,
            row.bank_account,
            row.amount_fen,
        )
        for row in sorted(rows, key=lambda row: row.id)
    ]
    return rules.digest_of(lines), sum(row.amount_fen or 0 for row in rows)


def _all_stuck(rows: Sequence[SubsidyClaim], stuck: Mapping[str, Sequence[Finding]]) -> str:
    words = [f"{row.name}：{stuck[row.id][0].words}" for row in rows[:3]]
    return f"这一批 {len(rows)} 笔全部受阻，没有可以公示的。{''.join(words)}"
