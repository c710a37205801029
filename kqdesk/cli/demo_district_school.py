"""What a school of the demo district does beyond the single demo's steps: neighbours, activities, colleges, claims, targets."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from kqdesk.cli.demo_people import MadePerson
from kqdesk.cli.demo_rosters import township_people
from kqdesk.cli.demo_story import Place, Story
from kqdesk.cli.demo_subsidies import accept_claims, leave_waiting, pay_batch, send_batch
from kqdesk.cli.demo_supervision import list_of_classes
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.activities import actions as activities
from kqdesk.rooms.activities.terms import ActivityKind, CountedAs
from kqdesk.rooms.catalogue.terms import Route, SkillLevel, StudyLevel
from kqdesk.rooms.certificates import actions as certificates
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.people import actions as people
from kqdesk.rooms.people import queries as entries
from kqdesk.rooms.people.sheets import RosterPerson
from kqdesk.rooms.people.terms import Decision
from kqdesk.rooms.places.rules import townships
from kqdesk.rooms.referrals import actions as referrals
from kqdesk.rooms.referrals.terms import ReferralState
from kqdesk.rooms.reports import actions as reports
from kqdesk.rooms.reports.queries import desk_facts
from kqdesk.rooms.reports.rules import calendar_year, counted
from kqdesk.rooms.supervision import actions as supervision
from kqdesk.rooms.supervision import queries as tasks
from kqdesk.rooms.supervision.terms import TaskSource
from kqdesk.store.attachments import KeptFile

NEIGHBOURS = 4
"""So many people of each township are on the next one's roster, too; the last of them brings one certificate to both."""
REACHED, SPREAD = (74, 100, 55, 91, 84), 13
"""Percent of its own targets a school has by now, school by school; and by how much its figures differ."""
TARGETED = ("adult_schooling", "college", "skill_training", "social_training", "elderly_education")
GRADUATES = 60  # one of so many people on the roster
OUTSIDE = frozenset({"path", "id_kind"})
_ROSTER = frozenset(one.name for one in fields(RosterPerson))
_TALKS = (
    ("防诈骗讲座", CountedAs.ELDERLY, 12, 9), ("老年健康讲堂", CountedAs.ELDERLY, 33, 11),
    ("重阳书画展示", CountedAs.ELDERLY, 54, 15), ("共富大讲堂", CountedAs.SOCIAL, 26, 7),
    ("垃圾分类宣传日", CountedAs.SOCIAL, 47, 6),
)  # fmt: skip
"""Topic, target, days ago, and one of so many people who came."""


def enter_everybody(story: Story) -> None:
    """The whole roster as one list: one step instead of one a person."""
    rows = [
        RosterPerson(None, n, **{name: value for name, value in one.items() if name in _ROSTER})  # type: ignore[arg-type]  # -- the keys of the roster format
        for n, one in enumerate(township_people(story.people, story.seed + 10_000, story.place), 1)
    ]
    plan = story.read(entries.plan_import, rows)
    decided = {one.row: Decision.CREATE for one in plan.suspects}
    story.do(people.import_roster, plan=plan, file_name="排摸花名册.xlsx", decisions=decided)


# --- across the border ------------------------------------------------------------------------------------------------


def meet_neighbours(story: Story) -> None:
    """Some who stand in the roster of the township before sign up here, too, two of them for a course they take there."""
    if story.seed % 100 == 0:
        return
    before = townships()[story.seed % 100 - 1]
    there = Place(before.code, before.name, before.stem, before.code)
    night = next((lead for lead in story.cohorts if lead.what == "village"), story.cohorts[0])
    for n, person in enumerate(_known_at_the_border(story.seed - 1, there)):
        told: dict[str, Any] = {name: value for name, value in person.items() if name not in OUTSIDE}
        made = story.do(people.add_person, fields=told, origin="邻镇来报名")
        if n < NEIGHBOURS // 2:
            _enrol(story, night.id, made)


def _enrol(story: Story, cohort: str, person: str) -> None:
    try:
        story.do(cohorts.enrol, cohort_id=cohort, person_ids=[person])
    except UserError:
        return  # the class is full or over; she stays on the roster


def bring_one_paper_twice(story: Story) -> None:
    """One certificate is shown at two schools, at each for the same claim: what the district finds and no school can."""
    here = story.place
    shown = [(story.seed, here)]
    if story.seed % 100:
        before = townships()[story.seed % 100 - 1]
        shown.append((story.seed - 1, Place(before.code, before.name, before.stem, before.code)))
    for seed, place in shown:
        number = _known_at_the_border(seed, place)[-1]["id_number"]
        hits = story.read(entries.likely_same, id_number=number)
        found = next((one.id for one in hits if one.is_certain), None)
        if found is not None:
            story.do(
                certificates.record_skill_certificate, person_id=found, occupation="保育师", level=SkillLevel.MIDDLE,
                number=f"S{story.today.year}33060B{seed:07d}", issuer="示例职业技能鉴定机构",
                issued_on=story.today - timedelta(days=40), verification=Verification.VERIFIED,
            )  # fmt: skip


def _known_at_the_border(seed: int, place: Place) -> list[MadePerson]:
    """The people of a township who go to the next one, too; of working age, with a number."""
    fit = (
        one
        for one in township_people(40, seed + 10_000, place)
        if one["id_number"] and 1965 < one["birth_date"].year < 2000
    )
    return [one for one, _ in zip(fit, range(NEIGHBOURS), strict=False)]


# --- what counts besides classes --------------------------------------------------------------------------------------


def hold_activities(story: Story) -> None:
    """Talks and shows with a head-count; two of them count for the elderly, two for everybody."""
    for n, (topic, counted_as, ago, share) in enumerate(_TALKS):
        on = story.today - timedelta(days=ago + story.seed % 5)
        made = story.do(
            activities.add_activity, topic=topic, counted_as=counted_as, held_on=on, start_minute=9 * 60, end_minute=11 * 60,
            kind=(ActivityKind.LECTURE, ActivityKind.PUBLICITY)[n % 2], township_code=story.place.township,
            place=f"{story.place.town}文化站", audience="常住居民", expected=60,
        )  # fmt: skip
        story.do(activities.record_headcount, activity_id=made, headcount=5 + story.people // share)


def send_to_college(story: Story) -> None:
    """Some graduated from the college they were referred to years ago; others have just applied."""
    wanted = max(2, story.people // GRADUATES)
    chosen = [person for lead in story.cohorts if lead.what == "farmer" for person in lead.person_ids][
        : 2 * wanted
    ]
    began = story.today - timedelta(days=960)
    course: dict[str, Any] = {
        "college": "绍兴示例学院", "programme": "工商管理", "route": Route.ADULT_EXAM, "level": StudyLevel.COLLEGE,
    }  # fmt: skip
    if chosen[:wanted]:
        made = story.do(referrals.refer, person_ids=chosen[:wanted], on=began, **course, year=began.year + 1)
        for state, later in (
            (ReferralState.ADMITTED, 50),
            (ReferralState.ENROLLED, 120),
            (ReferralState.GRADUATED, 900),
        ):
            story.do(referrals.step_on, referral_ids=made, state=state, on=began + timedelta(days=later))
    if chosen[wanted:]:
        story.do(
            referrals.refer, person_ids=chosen[wanted:], on=story.today - timedelta(days=9), **course,
            year=story.today.year + 1,
        )  # fmt: skip


# --- towards the district ---------------------------------------------------------------------------------------------


def claim(story: Story) -> None:
    """Most schools wait for the district's word; one in four has half of its money, another one still draws up half."""
    claims = accept_claims(story, first_account=story.seed * 1_000)
    half = len(claims) // 2
    kind = story.seed % 4
    if half and kind == 1:
        pay_batch(story, claims[:half])
        claims = claims[half:]
    elif half and kind == 2:
        leave_waiting(story, claims[:half])
        claims = claims[half:]
    if claims:
        send_batch(story, claims)


def set_shares(story: Story) -> None:
    """The headmaster writes down what the school has to reach; one in four schools has not done so yet."""
    if story.seed % 4 == 3:
        return
    found = story.read(desk_facts, calendar_year(story.today.year, until=story.today))
    for n, figure in enumerate(TARGETED):
        done = counted(found, figure).value
        reached = REACHED[story.seed % len(REACHED)] + (7 * n + story.seed) % SPREAD
        story.approve(
            reports.set_target, figure=figure, year=story.today.year, value=max(2, done * 100 // reached),
            source="区下达年度任务分解表（示例）",
        )  # fmt: skip


def submit_report(story: Story) -> None:
    """The year so far, frozen; four of five schools submitted it: what the cockpit shows beside it must be the same."""
    year = story.today.year
    report = story.do(
        reports.freeze_report,
        title=f"{year}年截至{story.today.month}月报表",
        first_on=date(year, 1, 1),
        last_on=date(year, 12, 31),
    )
    if story.seed % 5 != 4:
        story.approve(reports.submit_report, report_id=report)


def answer_tasks(story: Story) -> int:
    """What the district sent and this school has got to: every second one the older task, every third one the newer."""
    answered = 0
    for row in story.read(tasks.tasks, today=story.today):
        is_old = row.due_on < story.today
        if row.source is not TaskSource.HUB or story.seed % (2 if is_old else 3) != 1:
            continue
        if row.wants_files:
            content = list_of_classes([lead.title for lead in story.cohorts])
            kept = KeptFile(
                story.school.attachments.keep(content), "开班名单.pdf", "application/pdf", len(content)
            )
            story.do(supervision.put_evidence, task_id=row.id, files=[kept])
        words, numbers = _answer(story, is_old=is_old)
        told = dict(zip((one.key for one in row.wanted), numbers, strict=False))
        story.do(supervision.answer, task_id=row.id, words=words, figures=told)
        answered += 1
    return answered


def _answer(story: Story, *, is_old: bool) -> tuple[str, tuple[int, ...]]:
    """Words, and the numbers in the order they were asked for."""
    if is_old:
        found = story.seed % 3
        told = f"查出隐患 {found} 处，已当场整改" if found else "没有发现隐患"
        return f"三个教学点都查过，{told}。", (3, found)
    night: Mapping[str, Any] = {
        lead.title: lead for lead in story.cohorts if lead.what in ("village", "senior", "junior")
    }
    learners = {person for lead in night.values() for person in lead.person_ids}
    return f"今年开夜校班 {len(night)} 个，名单附后。", (len(night), len(learners))
