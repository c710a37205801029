"""Claims and batches as pages, sheets and papers show them; who could claim now; quotas; forms of the finance office."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.queries import staff_names
from kqdesk.rooms.office.rules.inputs import EVIDENCE
from kqdesk.rooms.office.rules.rulerow import RuleRow, read_rule
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.subsidies.model import SubsidyBatch, SubsidyClaim, SubsidyForm, SubsidyMark, SubsidyQuota
from kqdesk.rooms.subsidies.queries.judged import Judged, judged
from kqdesk.rooms.subsidies.queries.rulebook import cards_on
from kqdesk.rooms.subsidies.rules import Line, line_of
from kqdesk.rooms.subsidies.terms import (
    BATCHES,
    BatchState,
    Beneficiary,
    Check,
    ClaimState,
    QuotaLevel,
    Standing,
)
from kqdesk.security.masking import mask_bank, mask_id
from kqdesk.store.attachments import AttachmentRow, attached
from kqdesk.sync.own_numbers import own_spans

NO_NUMBERS = "本机 {year} 年的奖补批次号用完了。请连上网络点“立即同步”，会领到新的号段。"


@dataclass(frozen=True)
class ClaimRow:
    """One claim of the list. ``blocked``: (check, sentence) found when it was last looked at; numbers whole."""

    id: str
    batch_id: str
    batch_no: str
    rule_id: str
    state: ClaimState
    beneficiary: Beneficiary
    person_id: str
    stated_key: str  # whose particulars it leads to: a person's or firm's id, or school
    name: str
    id_number: str
    subject: str
    achieved_on: date
    claimed_on: date
    amount_fen: int | None
    working: tuple[str, ...]
    bank: str
    bank_account: str
    holder: str
    blocked: tuple[tuple[Check, str], ...]
    checked_on: date | None
    rank: int | None
    answer_words: str
    paid_on: date | None
    reverses_id: str
    is_reversed: bool
    reason: str
    taken_by: str
    papers: tuple[str, ...]
    occupation: str
    skill_level: str
    pack_key: str
    pack_version: int

    @property
    def id_masked(self) -> str:
        """For lists and notices."""
        return mask_id(self.id_number)

    @property
    def account_masked(self) -> str:
        """The last four of the account."""
        return mask_bank(self.bank_account)


@dataclass(frozen=True)
class ClaimCard:
    """One claim whole: its verdict as it was taken in, its papers, what the district marked."""

    row: ClaimRow
    lines: tuple[Line, ...]
    rule: RuleRow | None
    wanted: tuple[str, ...]
    files: tuple[AttachmentRow, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True)
class BatchRow:
    """One batch with its counts."""

    id: str
    no: str
    rule_id: str
    title: str
    state: BatchState
    drawn_by: str
    drawn_by_id: str
    drawn_at: datetime
    checked_by: str
    posted_on: date | None
    posted_until: date | None
    submitted_on: date | None
    answered_on: date | None
    answered_by: str
    paid_on: date | None
    voucher_no: str
    digest: str
    claims: int
    total_fen: int
    blocked: int
    returned: int
    pack_version: int
    rule: RuleRow


@dataclass(frozen=True)
class FormRow:
    """A finance office's form."""

    id: str
    title: str
    file_name: str
    kind: str
    digest: str
    asks: tuple[str, ...]
    kept_on: date


@dataclass(frozen=True)
class QuotaRow:
    """One quota of the list, with what was used of it where it is this school's."""

    id: str
    rule_id: str
    year: int
    level: QuotaLevel
    region: str
    places: int
    amount_fen: int | None
    paper: str
    used: int


def claims(
    session: Session, *, batch_id: str | None = None, state: ClaimState | None = None, text: str = "",
    ids: Collection[str] | None = None,
) -> list[ClaimRow]:  # fmt: skip
    """Claims, newest first (of a batch by name); three statements."""
    asked = select(SubsidyClaim, SubsidyBatch.no).outerjoin(
        SubsidyBatch, SubsidyBatch.id == SubsidyClaim.batch_id
    )
    if batch_id is not None:
        asked = asked.where(SubsidyClaim.batch_id == batch_id).order_by(SubsidyClaim.name, SubsidyClaim.id)
    else:
        asked = asked.order_by(SubsidyClaim.taken_at.desc(), SubsidyClaim.id.desc())
    if state is not None:
        asked = asked.where(SubsidyClaim.state == state)
    if ids is not None:
        asked = asked.where(SubsidyClaim.id.in_(list(ids)))
    if text:
        words = text.strip()
        asked = asked.where(
            SubsidyClaim.name.contains(words, autoescape=True) | SubsidyClaim.subject.contains(words, autoescape=True)
            | SubsidyClaim.rule_id.contains(words, autoescape=True)
        )  # fmt: skip
    reversed_ids = set(
        session.scalars(select(SubsidyClaim.reverses_id).where(SubsidyClaim.reverses_id.is_not(None)))
    )
    names = staff_names(session)
    return [_row(claim, no or "", names, claim.id in reversed_ids) for claim, no in session.execute(asked)]


def _row(one: SubsidyClaim, no: str, names: Mapping[str, str], is_reversed: bool) -> ClaimRow:
    known = {check.value for check in Check}
    return ClaimRow(
        one.id, one.batch_id or "", no, one.rule_id, one.state, one.beneficiary, one.person_id or "", one.person_id or one.firm_id or "school", one.name,
        one.id_number or "", one.subject, one.achieved_on, one.claimed_on, one.amount_fen, tuple(one.working), one.bank or "",
        one.bank_account or "", one.holder or "",
        tuple((Check(code), words) for code, words in one.blocked if code in known), one.checked_on, one.rank,
        one.answer_words or "", one.paid_on, one.reverses_id or "", is_reversed, one.reason or "",
        names.get(one.taken_by, ""), tuple(one.papers), one.occupation or "", one.skill_level or "", one.pack_key,
        one.pack_version,
    )  # fmt: skip


def claim_card(session: Session, claim_id: str, *, on: date) -> ClaimCard | None:
    """One claim; None when it is gone."""
    rows = claims(session, ids=[claim_id])
    if not rows:
        return None
    kept = session.get_one(SubsidyClaim, claim_id)
    batch = session.get(SubsidyBatch, kept.batch_id) if kept.batch_id else None
    card = cards_on(session, on).get(kept.rule_id)
    rule = read_rule(batch.rule_text) if batch is not None else card.rule if card else None
    marks = session.scalars(
        select(SubsidyMark).where(SubsidyMark.claim_id == claim_id, SubsidyMark.cleared_on.is_(None))
    )
    return ClaimCard(
        rows[0], tuple(line_of(line) for line in kept.verdict), rule, rule.evidence if rule else (),
        tuple(attached(session, "subsidy_claim", [claim_id]).get(claim_id, ())),
        tuple(f"{mark.words}（{mark.marked_by}，{mark.marked_on}）" for mark in marks),
    )  # fmt: skip


def batches(session: Session, *, ids: Collection[str] | None = None) -> list[BatchRow]:
    """Newest first; two statements."""
    returned = func.count().filter(SubsidyClaim.state == ClaimState.RETURNED)
    asked = (
        select(SubsidyBatch, func.count(SubsidyClaim.id), func.sum(SubsidyClaim.amount_fen),
               func.count().filter(SubsidyClaim.blocked != []), returned)
        .outerjoin(SubsidyClaim, SubsidyClaim.batch_id == SubsidyBatch.id)
        .group_by(SubsidyBatch.id)
        .order_by(SubsidyBatch.drawn_at.desc(), SubsidyBatch.id.desc())
    )  # fmt: skip
    if ids is not None:
        asked = asked.where(SubsidyBatch.id.in_(list(ids)))
    names = staff_names(session)
    return [
        BatchRow(
            b.id, b.no, b.rule_id, b.title, b.state, names.get(b.drawn_by, ""), b.drawn_by, b.drawn_at,
            names.get(b.checked_by or "", ""), b.posted_on, b.posted_until, b.submitted_on, b.answered_on, b.answered_by or "",
            b.paid_on, b.voucher_no or "", b.digest or "", count, int(total or 0), stuck, back, b.pack_version,
            read_rule(b.rule_text),
        )
        for b, count, total, stuck, back in session.execute(asked)
    ]  # fmt: skip


def candidates(session: Session, rule_id: str, *, on: date) -> list[Judged]:
    """Who could claim under a rule today: the ready first, then those who lack something, then the others."""
    card = cards_on(session, on).get(rule_id)
    if card is None or card.rule is None:
        return []
    order = {Standing.MET: 0, Standing.MISSING: 1, Standing.UNMET: 2}
    found = judged(session, card.rule, on=on)
    return sorted(found, key=lambda one: (order[one.standing], one.claimant.name, one.achievement.key))


def trial(session: Session, rule: RuleRow, person_id: str, *, on: date) -> tuple[str, list[Judged]]:
    """A rule, in force or a draft, tried on a person: her name and everything she could claim for, judged."""
    person = session.get(Person, person_id)
    if person is None:
        return "", []
    return person.name, judged(session, rule, on=on, who=f"person/{person_id}")


def could_claim(session: Session, *, on: date) -> dict[str, tuple[int, int]]:
    """(ready, lacking something) of every subsidy in force, by rule; a fixed number of statements a rule."""
    found: dict[str, tuple[int, int]] = {}
    for rule_id, card in cards_on(session, on).items():
        if card.rule is not None and card.is_subsidy:
            stands = [one.standing for one in judged(session, card.rule, on=on)]
            found[rule_id] = (stands.count(Standing.MET), stands.count(Standing.MISSING))
    return found


def forms(session: Session) -> list[FormRow]:
    """The forms in use by name."""
    rows = session.scalars(select(SubsidyForm).where(SubsidyForm.is_active).order_by(SubsidyForm.title))
    return [
        FormRow(row.id, row.title, row.file_name, row.kind, row.digest, tuple(row.asks), row.kept_on)
        for row in rows
    ]


def quotas(session: Session) -> list[QuotaRow]:
    """Every quota, newest year first; two statements."""
    used: dict[tuple[str, int], int] = defaultdict(int)
    living = (ClaimState.FROZEN, ClaimState.SUBMITTED, ClaimState.ACCEPTED, ClaimState.PAID)
    for rule_id, on in session.execute(
        select(SubsidyClaim.rule_id, SubsidyClaim.claimed_on).where(
            SubsidyClaim.state.in_(living), SubsidyClaim.reverses_id.is_(None)
        )
    ):
        used[rule_id, on.year] += 1
    order = (SubsidyQuota.year.desc(), SubsidyQuota.rule_id, SubsidyQuota.level, SubsidyQuota.region)
    return [
        QuotaRow(
            row.id, row.rule_id, row.year, row.level, row.region, row.places, row.amount_fen, row.paper,
            used[row.rule_id, row.year],
        )
        for row in session.scalars(select(SubsidyQuota).order_by(*order))
    ]  # fmt: skip


def evidence_words(codes: Collection[str]) -> str:
    """申请表、劳动合同."""
    return "、".join(EVIDENCE.get(code, code) for code in codes)


# -- numbers --------------------------------------------------------------------------------------


def next_batch_no(session: Session, year: int) -> str:
    """JB2026-003; of this PC's own lease where there is a hub. UserError when it is used up."""
    used = _running(session, year)
    spans = own_spans(session, BATCHES, year)
    if spans is None:
        return f"JB{year}-{max(used, default=0) + 1:03d}"
    free = next((n for first, last in spans for n in range(first, last + 1) if n not in used), None)
    if free is None:
        raise UserError(NO_NUMBERS.format(year=year))
    return f"JB{year}-{free:03d}"


def highest_batch(session: Session, year: int) -> int:
    """The highest running number of that year's batches this school knows of."""
    return max(_running(session, year), default=0)


def batches_left(session: Session, year: int) -> int:
    """How many batches this PC may still begin by its leases."""
    used = _running(session, year)
    spans = own_spans(session, BATCHES, year) or []
    return sum(n not in used for first, last in spans for n in range(first, last + 1))


def _running(session: Session, year: int) -> set[int]:
    found = session.scalars(select(SubsidyBatch.no).where(SubsidyBatch.no.like(f"JB{year}-%")))
    return {int(no.partition("-")[2]) for no in found}


def waiting_lines(session: Session, *, actor: str, on: date) -> tuple[int, int, int, int]:
    """For 工作台: drafts another person may check, batches whose posting is over, returned claims, blocked claims."""
    rows = batches(session)
    to_check = sum(
        row.state is BatchState.DRAFT and row.drawn_by_id != actor and row.claims > 0 for row in rows
    )
    to_send = sum(
        row.state is BatchState.FROZEN and row.posted_until is not None and row.posted_until < on
        for row in rows
    )
    returned = sum(row.returned for row in rows)
    stuck = session.scalar(
        select(func.count()).where(SubsidyClaim.state == ClaimState.TAKEN, SubsidyClaim.blocked != [])
    )
    return to_check, to_send, returned, int(stuck or 0)
