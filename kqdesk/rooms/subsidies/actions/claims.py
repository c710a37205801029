"""Claims taken in with everything they stand on, their papers, and taken back before they are in a batch."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert, select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.rules.inputs import EVIDENCE
from kqdesk.rooms.subsidies import queries
from kqdesk.rooms.subsidies.model import SubsidyClaim
from kqdesk.rooms.subsidies.queries import Judged, RuleCard
from kqdesk.rooms.subsidies.terms import ClaimState, Standing
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile, put_in, take_out

_OPEN = (ClaimState.TAKEN, ClaimState.BATCHED)


@action("受理奖补申领")
def take_claims(
    w: Writing, *, rule_id: str, keys: Sequence[str], claimed_on: date, papers: Sequence[str] = ()
) -> list[str]:
    """Take in claims for these achievements; each is judged now and keeps its verdict. Returns their ids.

    Refused as a whole, with names and reasons, when one is not met, lacks an input or was claimed already.
    """
    today = school_day(w.now)
    if claimed_on > today:
        raise UserError("受理日期不能在今天以后。")
    card = queries.cards_on(w.session, today).get(rule_id)
    if card is None or card.rule is None or not card.is_subsidy:
        raise UserError(f"没有编号 {rule_id} 的奖补规则，或者它还没有配置。")
    wanted = dict.fromkeys(keys, claimed_on)
    found = queries.judged(w.session, card.rule, on=today, keys=set(keys), claimed=wanted)
    if not found:
        raise UserError("请先选中要受理的人。")
    _refuse([one for one in found if one.standing is not Standing.MET])
    ids = w.ids()
    made = [(ids.new(), one) for one in found]
    w.session.execute(
        insert(SubsidyClaim), [row_of(w, key, card, one, claimed_on, papers) for key, one in made]
    )
    w.note(f"{card.title} {len(made)} 笔")
    return [key for key, _ in made]


def row_of(
    w: Writing, key: str, card: RuleCard, one: Judged, claimed_on: date, papers: Sequence[str]
) -> dict[str, object]:
    """A claim's row as it is taken in."""
    kind, _, who = one.claimant.key.partition("/")
    assert card.rule is not None
    return {
        "id": key, "rule_id": card.rule.rule_id, "state": ClaimState.TAKEN, "beneficiary": card.rule.beneficiary,
        "person_id": who if kind == "person" else None, "firm_id": who if kind == "firm" else None,
        "trainer_id": who if kind == "trainer" else None, "subject_key": one.achievement.key, "claimed_on": claimed_on,
        "taken_at": w.now, "taken_by": w.actor,
        "papers": list(papers), "pack_key": card.pack_key, "pack_version": card.pack_version, "blocked": [], **facts_of(one),
    }  # fmt: skip


def facts_of(one: Judged) -> dict[str, object]:
    """What of a claim is written again each time it is judged, until it is frozen."""
    who, thing = one.claimant, one.achievement
    return {
        "subject": thing.words, "achieved_on": thing.achieved_on, "occupation": thing.occupation or None,
        "skill_level": thing.level or None, "enrolment_id": thing.enrolment_id or None,
        "name": who.name, "id_number": who.number or None, "bank": who.said("bank"), "bank_account": who.said("bank_account"),
        "holder": who.said("holder"), "amount_fen": one.reckoned.fen, "working": list(one.reckoned.working),
        "verdict": [line.as_json() for line in one.verdict.lines],
    }  # fmt: skip


def _refuse(bad: Sequence[Judged]) -> None:
    if not bad:
        return
    words = []
    for one in bad[:5]:
        lines = one.verdict.failed or one.verdict.lacking
        why = one.taken or "；".join(f"{line.words}（{line.value}）" for line in lines[:2])
        words.append(f"{one.claimant.name}（{why}）")
    more = f"等 {len(bad)} 笔" if len(bad) > 5 else ""
    raise UserError(f"下面的还不能受理：{'；'.join(words)}{more}。")


@action("撤回奖补申领")
def drop_claims(w: Writing, *, claim_ids: Sequence[str]) -> int:
    """Claims that are in no batch yet are taken back; reversals stay."""
    rows = claims_of(w, claim_ids)
    if any(row.state is not ClaimState.TAKEN for row in rows):
        raise UserError("已经进批次的不能撤回，先从批次里移出。")
    if any(row.reverses_id for row in rows):
        raise UserError("冲正的记录不能撤回。")
    for row in rows:
        w.session.delete(row)
    w.note(f"{len(rows)} 笔")
    return len(rows)


@action("核对申领材料")
def note_papers(w: Writing, *, claim_ids: Sequence[str], papers: Sequence[str]) -> None:
    """These papers were brought and looked at; without a file, by whoever signs in."""
    strange = [code for code in papers if code not in EVIDENCE]
    if strange:
        raise UserError(f"不认识的材料：{'、'.join(strange)}。")
    for row in _open_claims(w, claim_ids):
        row.papers = list(papers)
    w.note(queries.evidence_words(papers))


@action("放入申领材料")
def put_claim_papers(w: Writing, *, claim_id: str, paper: str, files: Sequence[KeptFile]) -> int:
    """Files of one paper; one that is there already is passed over. Returns how many are new."""
    _open_claims(w, [claim_id])
    count = put_in(w, table="subsidy_claim", row_id=claim_id, purpose=paper, files=files)
    w.note(f"{queries.evidence_words([paper])} {count} 份")
    return count


@action("取出申领材料")
def remove_claim_paper(w: Writing, *, claim_id: str, attachment_id: str) -> None:
    """Take a file out again before the batch is frozen."""
    _open_claims(w, [claim_id])
    take_out(w, table="subsidy_claim", row_id=claim_id, attachment_id=attachment_id)


@action("登记申领排名")
def rank_claims(w: Writing, *, ranks: dict[str, int | None]) -> None:
    """Places of a ranking, 1 is best; for rules whose places go by rank."""
    if any(rank is not None and rank < 1 for rank in ranks.values()):
        raise UserError("排名从 1 开始。")
    for row in _open_claims(w, list(ranks)):
        row.rank = ranks[row.id]
    w.note(f"{len(ranks)} 笔")


def claims_of(w: Writing, claim_ids: Sequence[str]) -> Sequence[SubsidyClaim]:
    """The claims with these ids; UserError when one is gone."""
    found: list[SubsidyClaim] = []
    wanted = list(dict.fromkeys(claim_ids))
    for at in range(0, len(wanted), 900):
        part = wanted[at : at + 900]
        found += w.session.scalars(select(SubsidyClaim).where(SubsidyClaim.id.in_(part)))
    if not found or len(found) != len(wanted):
        raise UserError("选中的申领里有的已经不在了。请刷新后再选。")
    return found


def _open_claims(w: Writing, claim_ids: Sequence[str]) -> Sequence[SubsidyClaim]:
    rows = claims_of(w, claim_ids)
    if any(row.state not in _OPEN for row in rows):
        raise UserError("批次已经审核公示，申领的内容不能再改。")
    return rows
