"""Everything a claim is looked at with before it is frozen, for many claims in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.catalogue.model import Course
from kqdesk.rooms.cohorts.model import Cohort, Enrolment
from kqdesk.rooms.office.rules.inputs import EVIDENCE
from kqdesk.rooms.office.rules.rulerow import RuleRow
from kqdesk.rooms.people.queries import root_of
from kqdesk.rooms.subsidies.model import SubsidyClaim, SubsidyMark
from kqdesk.rooms.subsidies.queries.judged import Held, Judged, barred_with, held_claims, judged
from kqdesk.rooms.subsidies.queries.lessons import Sat, parts, rolls_of, unsigned_lessons
from kqdesk.rooms.subsidies.queries.rulebook import RuleCard, cards_on, check_policy
from kqdesk.rooms.subsidies.rules import ClaimFacts, ClassFacts, Finding, Other, Verdict, check_batch
from kqdesk.rooms.subsidies.terms import Employer, Standing
from kqdesk.rooms.timetable.model import Lesson
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.rooms.trainers.rules import account_fault
from kqdesk.store.attachments import Attachment

PHOTOS = "photos"
"""Purpose of a class's photos among the papers of its file."""
_PUBLIC = (Employer.AGENCY, Employer.INSTITUTION)


@dataclass(frozen=True)
class Looked:
    """Claims as they stand today: judged again, and what was found about each, by claim id."""

    judged: Mapping[str, Judged]
    findings: Mapping[str, tuple[Finding, ...]]


def look_at(session: Session, claims: Sequence[SubsidyClaim], rule: RuleRow, *, on: date) -> Looked:
    """Judge claims of one rule again and look at each and across them (R-SUB-06). Reversals are not looked at."""
    own = [claim for claim in claims if claim.reverses_id is None]
    ids = [claim.id for claim in own]
    claimed = {claim.subject_key: claim.claimed_on for claim in own}
    again = {
        one.achievement.key: one
        for one in judged(session, rule, on=on, keys=set(claimed), claimed=claimed, excepting=ids)
    }
    enrolments = {one.achievement.enrolment_id for one in again.values()}
    ground = _Ground.of(session, own, rule, on, enrolments)
    facts = [ground.facts(claim, again.get(claim.subject_key)) for claim in own]
    return Looked(
        {claim.id: again[claim.subject_key] for claim in own if claim.subject_key in again},
        check_batch(facts, check_policy(session, on)),
    )


@dataclass(frozen=True)
class _Ground:
    rule: RuleRow
    bars: frozenset[str]
    roots: Mapping[str, str]
    sat: Mapping[str, Sat]
    classes: Mapping[str, ClassFacts]
    held: Mapping[str, Sequence[Held]]
    in_batch: frozenset[str]
    marks: Mapping[str, Sequence[str]]
    files: Mapping[str, frozenset[str]]

    @classmethod
    def of(
        cls,
        session: Session,
        claims: Sequence[SubsidyClaim],
        rule: RuleRow,
        on: date,
        enrolments: Collection[str],
    ) -> "_Ground":
        roots = _roots(session, claims)
        cards: Mapping[str, RuleCard] = cards_on(session, on)
        return cls(
            rule, barred_with(rule, cards), roots, rolls_of(session, set(roots.values()), on=on),
            _classes(session, enrolments), held_claims(session),
            frozenset(claim.id for claim in claims), _marks(session), _files(session),
        )  # fmt: skip

    def facts(self, claim: SubsidyClaim, again: Judged | None) -> ClaimFacts:
        """One claim with all that is known today; ``again`` None: what it stood on is no more."""
        person = self.roots.get(claim.id, "")
        bare = ClaimFacts(
            claim.id, claim.rule_id, claim.name, Verdict(Standing.UNMET, ()), claim.achieved_on, claim.claimed_on, person,
            claim.subject_key, claim.occupation or "", claim.skill_level or "", exclusive=self.bars,
            others=self._others(claim, person), marks=tuple(self.marks.get(claim.id, ())), lacking=self._lacking(claim),
            amount_words="依据的记录已经不在了",
        )  # fmt: skip
        if again is None:
            return bare
        thing, who = again.achievement, again.claimant
        sat, account = self.sat.get(person), who.said("bank_account") or ""
        employer = who.said("employer_type") if self._asks_employer else None
        return replace(
            bare, name=who.name, verdict=again.verdict, achieved_on=thing.achieved_on, occupation=thing.occupation,
            level=thing.level, birth_date=who.birth, id_birth=who.id_birth, is_gone=who.state in ("dead", "moved"),
            gone_on=who.said("gone_on"), status_on=who.said("status_on"), contract_from=who.said("contract_from"),
            employer=employer.label if employer in _PUBLIC else "", bank_account=account,
            account_fault=(account_fault(account) or "") if account else "", course=self.classes.get(thing.enrolment_id),
            enrolment_id=thing.enrolment_id, visits=sat.visits if sat else (),
            attended=sat.attended.get(thing.enrolment_id) if sat else None, amount_fen=again.reckoned.fen,
            amount_words="；".join(again.reckoned.working),
        )  # fmt: skip

    @property
    def _asks_employer(self) -> bool:
        return "employer_type" in str(self.rule.raw)

    def _others(self, claim: SubsidyClaim, person: str) -> tuple[Other, ...]:
        who = f"person/{person}" if person else _who(claim)
        return tuple(
            Other(one.claim_id, one.rule_id, one.subject_key, one.occupation, one.level, one.words)
            for one in self.held.get(who, ())
            if one.claim_id not in self.in_batch
        )

    def _lacking(self, claim: SubsidyClaim) -> tuple[str, ...]:
        there = set(claim.papers) | self.files.get(claim.id, frozenset())
        return tuple(EVIDENCE[code] for code in self.rule.evidence if code not in there)


def _who(claim: SubsidyClaim) -> str:
    if claim.firm_id:
        return f"firm/{claim.firm_id}"
    return f"trainer/{claim.trainer_id}" if claim.trainer_id else "school"


def _roots(session: Session, claims: Iterable[SubsidyClaim]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts([claim.id for claim in claims if claim.person_id]):
        asked = select(SubsidyClaim.id, root_of(SubsidyClaim.person_id)).where(SubsidyClaim.id.in_(part))
        found.update((key, person) for key, person in session.execute(asked))
    return found


def _classes(session: Session, enrolment_ids: Collection[str]) -> dict[str, ClassFacts]:
    """The class of each enrolment; six statements and one more per 900 enrolments."""
    rows: list[Any] = []
    for part in parts(enrolment_ids):
        asked = (
            select(Enrolment.id, Cohort, Course.category)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .outerjoin(Course, Course.id == Cohort.course_id)
            .where(Enrolment.id.in_(part))
        )
        rows += session.execute(asked).all()
    cohorts = {cohort.id for _, cohort, _ in rows}
    unsigned, photos = unsigned_lessons(session, cohorts), _with_photos(session)
    trainers = _trainers(session, cohorts)
    return {
        key: ClassFacts(
            f"{cohort.no} {cohort.title}", cohort.starts_on, cohort.ends_on, category,
            trainers.get(cohort.id, frozenset()), unsigned.get(cohort.id, 0), cohort.id in photos,
        )
        for key, cohort, category in rows
    }  # fmt: skip


def _with_photos(session: Session) -> set[str]:
    asked = select(Attachment.owner_id).where(
        Attachment.owner_table == "cohort", Attachment.purpose == PHOTOS
    )
    return set(session.scalars(asked))


def _trainers(session: Session, cohort_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """Persons who teach a class: its own trainer and whoever stands on its lessons, matched to the roster."""
    matched = select(Trainer.id, root_of(Trainer.person_id)).where(Trainer.person_id.is_not(None))
    persons = dict(session.execute(matched).all())
    found: dict[str, set[str]] = defaultdict(set)
    for part in parts(cohort_ids):
        own = select(Cohort.id, Cohort.trainer_id).where(Cohort.id.in_(part), Cohort.trainer_id.is_not(None))
        taught = select(Lesson.cohort_id, Lesson.trainer_id).where(
            Lesson.cohort_id.in_(part), Lesson.trainer_id.is_not(None)
        )
        for cohort, trainer in [*session.execute(own), *session.execute(taught.distinct())]:
            if trainer in persons:
                found[cohort].add(persons[trainer])
    return {cohort: frozenset(people) for cohort, people in found.items()}


def _marks(session: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in session.scalars(
        select(SubsidyMark).where(SubsidyMark.cleared_on.is_(None)).order_by(SubsidyMark.id)
    ):
        found[row.claim_id].append(f"{row.words}（{row.marked_by}，{row.marked_on}）")
    return found


def _files(session: Session) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    asked = select(Attachment.owner_id, Attachment.purpose).where(Attachment.owner_table == "subsidy_claim")
    for claim, purpose in session.execute(asked):
        found[claim].add(purpose)
    return {claim: frozenset(codes) for claim, codes in found.items()}
