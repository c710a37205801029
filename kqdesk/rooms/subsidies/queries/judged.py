"""Achievements judged by a rule with everything that is known: for whoever could claim now, and for a trial."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.office.rules.inputs import ACHIEVEMENTS
from kqdesk.rooms.office.rules.rulerow import RuleRow
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.places.queries import township_name
from kqdesk.rooms.subsidies.model import SubsidyClaim, SubsidyQuota
from kqdesk.rooms.subsidies.queries.achievements import Achievement, achievements
from kqdesk.rooms.subsidies.queries.claimants import (
    AS_INPUTS,
    Claimant,
    firm_claimants,
    person_claimants,
    school_claimant,
    trainer_claimants,
)
from kqdesk.rooms.subsidies.queries.lessons import attended_percent
from kqdesk.rooms.subsidies.queries.rulebook import RuleCard, cards_on, window_days
from kqdesk.rooms.subsidies.rules import (
    Had,
    Inputs,
    Known,
    Quota,
    Reckoned,
    Verdict,
    judge,
    own_quota,
    reckon,
)
from kqdesk.rooms.subsidies.terms import LIVING, Standing


@dataclass(frozen=True)
class Judged:
    """One achievement under one rule. ``taken``: why it cannot be claimed (again), "" when it can."""

    achievement: Achievement
    claimant: Claimant
    inputs: Inputs
    verdict: Verdict
    reckoned: Reckoned
    taken: str = ""

    @property
    def id(self) -> str:
        """What the table knows the line by."""
        return self.achievement.key

    @property
    def standing(self) -> Standing:
        """One word."""
        return Standing.UNMET if self.taken else self.verdict.standing


@dataclass(frozen=True)
class Held:
    """A living claim, as far as caps and repetitions go."""

    claim_id: str
    rule_id: str
    who: str
    subject_key: str
    occupation: str
    level: str
    claimed_on: date
    achieved_on: date
    fen: int
    words: str


def held_claims(session: Session) -> dict[str, list[Held]]:
    """Living claims by claimant, reversed ones taken out and reversals with them; two statements."""
    rows = session.execute(
        select(SubsidyClaim, root_of(SubsidyClaim.person_id)).where(SubsidyClaim.state.in_(LIVING))
    ).all()
    gone = {row.reverses_id for row, _ in rows if row.reverses_id}
    found: dict[str, list[Held]] = defaultdict(list)
    for row, person in rows:
        if row.id in gone or row.reverses_id:
            continue
        who = who_of(person, row.firm_id, row.trainer_id)
        words = f"{row.subject}，{row.rule_id}，{row.claimed_on} 受理，{row.state.label}"
        found[who].append(
            Held(
                row.id, row.rule_id, who, row.subject_key, row.occupation or "", row.skill_level or "", row.claimed_on,
                row.achieved_on, row.amount_fen or 0, words,
            )
        )  # fmt: skip
    return found


def who_of(person_id: str | None, firm_id: str | None, trainer_id: str | None) -> str:
    """The claimant's key of a claim's links."""
    for kind, key in (("person", person_id), ("firm", firm_id), ("trainer", trainer_id)):
        if key:
            return f"{kind}/{key}"
    return "school"


def judged(
    session: Session, rule: RuleRow, *, on: date, keys: Collection[str] | None = None, who: str = "",
    claimed: Mapping[str, date] | None = None, excepting: Collection[str] = (),
) -> list[Judged]:  # fmt: skip
    """Every achievement of the rule's kinds with its verdict and amount; a fixed number of statements.

    keys: only these achievements, claimed together: each counts against the next; who: only this claimant's; claimed: when a claim was taken in, by achievement
    (default: today); excepting: claims that do not count against themselves.
    """
    found = [
        one
        for one in achievements(session, rule.achievements)
        if (keys is None or one.key in keys) and (not who or one.who == who)
    ]
    ground = _Ground.of(session, rule, on, found, frozenset(excepting))
    made = []
    for one in found:
        made.append(ground.judge(one, (claimed or {}).get(one.key, on)))
        if keys is not None:
            ground.hold(made[-1])
    return made


def claimants_of(session: Session, found: Iterable[Achievement], on: date) -> dict[str, Claimant]:
    """Whose achievements these are, by claimant's key."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for one in found:
        kind, _, key = one.who.partition("/")
        kinds[kind].add(key)
    made: dict[str, Claimant] = {}
    if "person" in kinds:
        made |= {
            f"person/{key}": one for key, one in person_claimants(session, kinds["person"], on=on).items()
        }
    if "firm" in kinds:
        made |= {f"firm/{key}": one for key, one in firm_claimants(session, on=on).items()}
    if "trainer" in kinds:
        made |= {f"trainer/{key}": one for key, one in trainer_claimants(session).items()}
    if "school" in kinds:
        card = school_card(session)
        made["school"] = school_claimant(session, card.name if card else "", card.code if card else "", on=on)
    return made


def quota_regions(session: Session) -> list[str]:
    """The regions whose quota is this school's."""
    card = school_card(session)
    if card is None or not card.township_code:
        return []
    return [card.township_code, township_name(card.township_code), card.code]


def quota_rows(session: Session) -> list[tuple[Quota, int | None]]:
    """Every quota with what a place is worth; one statement."""
    rows = session.scalars(select(SubsidyQuota).order_by(SubsidyQuota.id))
    return [(Quota(row.rule_id, row.year, row.level, row.region, row.places), row.amount_fen) for row in rows]


@dataclass(frozen=True)
class _Ground:
    rule: RuleRow
    fallback: int | None
    claimants: Mapping[str, Claimant]
    held: dict[str, list[Held]]
    quota_fen: int | None
    excepting: frozenset[str]
    bars: frozenset[str]
    attended: Mapping[str, Known]

    @classmethod
    def of(
        cls,
        session: Session,
        rule: RuleRow,
        on: date,
        found: Sequence[Achievement],
        excepting: frozenset[str],
    ) -> "_Ground":
        quotas = quota_rows(session)
        binding = own_quota([one for one, _ in quotas], rule.rule_id, on.year, quota_regions(session))
        fen = next((worth for one, worth in quotas if one == binding), None) if binding else None
        asks = "attendance_percent" in str(rule.raw)
        attended = attended_percent(session, {one.enrolment_id for one in found}, on) if asks else {}
        return cls(
            rule, window_days(session, on), claimants_of(session, found, on), held_claims(session), fen, excepting,
            barred_with(rule, cards_on(session, on)), attended,
        )  # fmt: skip

    def judge(self, one: Achievement, claimed_on: date) -> Judged:
        claimant = self.claimants.get(one.who) or Claimant(one.who, "")
        inputs = inputs_of(one, claimant, self.rule, claimed_on)
        if one.enrolment_id in self.attended:
            inputs["attendance_percent"] = self.attended[one.enrolment_id]
        own = [each for each in self.held.get(one.who, ()) if each.claim_id not in self.excepting]
        under = [each for each in own if each.rule_id == self.rule.rule_id]
        had = Had(
            sum(each.fen for each in under),
            sum(each.fen for each in under if each.claimed_on.year == claimed_on.year),
        )
        return Judged(
            one, claimant, inputs, judge(self.rule, inputs, window_days=self.fallback),
            reckon(self.rule, inputs, had, quota_fen=self.quota_fen), self._taken(one, own, under),
        )  # fmt: skip

    def hold(self, one: Judged) -> None:
        """It is claimed together with those that follow."""
        if one.standing is Standing.MET:
            thing, on = one.achievement, one.inputs["claimed_on"].value
            self.held.setdefault(thing.who, []).append(
                Held("", self.rule.rule_id, thing.who, thing.key, thing.occupation, thing.level, on, thing.achieved_on,
                     one.reckoned.fen or 0, f"{thing.words}，这次一起报的")
            )  # fmt: skip

    def _taken(self, one: Achievement, own: Sequence[Held], under: Sequence[Held]) -> str:
        for each in under:
            if _repeats(self.rule.once_per, one, each):
                return f"申领过了：{each.words}"
        for each in own:
            if each.rule_id in self.bars and _same_thing(one, each):
                return f"不能和 {each.rule_id} 同时领：{each.words}"
        return ""


def _same_thing(one: Achievement, held: Held) -> bool:
    same_level = bool(one.occupation) and (one.occupation, one.level) == (held.occupation, held.level)
    return held.subject_key == one.key or same_level


def _repeats(once_per: str, one: Achievement, held: Held) -> bool:
    match once_per:
        case "rule":
            return True
        case "year":
            return held.achieved_on.year == one.achieved_on.year
        case "occupation_level":
            return _same_thing(one, held)
    return held.subject_key == one.key


def inputs_of(one: Achievement, claimant: Claimant, rule: RuleRow, claimed_on: date) -> dict[str, Known]:
    """Everything a rule may ask, with where it stands; what nobody has said leads to where it is typed."""
    kind, _, key = claimant.key.partition("/")
    empty = Known(None, "", "subsidies", (("particulars", key or kind),))
    found: dict[str, Known] = dict.fromkeys(AS_INPUTS, empty) if kind == "person" else {}
    found |= {name: known for name, known in claimant.stated.items() if name in AS_INPUTS}
    if kind == "person":
        found |= _personal(one, claimant, key, empty)
    found |= one.inputs
    found["claimed_on"] = Known(claimed_on, "受理登记")
    found["reference_on"] = Known(
        rule.reference_on, f"规则 {rule.rule_id}", "subsidies", (("rule", rule.rule_id),)
    )
    return found


def _personal(one: Achievement, claimant: Claimant, key: str, empty: Known) -> dict[str, Known]:
    union = claimant.stated.get("union_no")
    member = Known(True, union.source, union.page, union.context) if union else empty
    born = claimant.birth or claimant.id_birth
    go = ("people", (("person", key),))
    if born is None:
        age = Known(None, "花名册", *go)
    else:
        on = one.achieved_on
        years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        age = Known(years, f"花名册：{born} 出生", *go)
    ends = claimant.stated.get("contract_open_ended")
    dated = "contract_from" in claimant.stated and "contract_to" in claimant.stated
    open_ended = ends or (
        Known(False, claimant.stated["contract_to"].source, "subsidies", (("particulars", key),))
        if dated
        else empty
    )
    return {"union_member": member, "age": age, "contract_open_ended": open_ended}


def barred_with(rule: RuleRow, cards: Mapping[str, RuleCard]) -> frozenset[str]:
    """The rules that cannot go together with this one: said in it, or in the other of it."""
    said = {
        key
        for key, card in cards.items()
        if card.rule is not None and rule.rule_id in card.rule.exclusive_with
    }
    return frozenset(said | set(rule.exclusive_with))


def kind_words(rule: RuleRow) -> str:
    """技能等级证书、大专以上毕业."""
    return "、".join(ACHIEVEMENTS[one][0] for one in rule.achievements)
