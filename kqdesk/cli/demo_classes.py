"""The demo's year: places, trainers, courses, cohorts of every kind, and their lessons over the real holidays."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from kqdesk.cli.demo_people import make_people, villages
from kqdesk.cli.demo_plans import PLANS, TRAINERS, WEEK, Plan
from kqdesk.cli.demo_story import LANTING, Lead, Story
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue import actions as catalogue
from kqdesk.rooms.catalogue import queries as courses
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.cohorts import queries as rosters
from kqdesk.rooms.cohorts import rules as entry
from kqdesk.rooms.cohorts.terms import ScienceOption
from kqdesk.rooms.people import queries as people
from kqdesk.rooms.places import actions as places
from kqdesk.rooms.timetable import actions as timetable
from kqdesk.rooms.timetable import queries as calendar
from kqdesk.rooms.timetable.actions import LessonDraft
from kqdesk.rooms.timetable.rules.days import plan_dates
from kqdesk.rooms.trainers import actions as trainers
from kqdesk.rooms.trainers.actions import Qualification
from kqdesk.rooms.trainers.rules import Span

LARGEST, SMALLEST = 32, 4  # learners of a demo cohort
PEOPLE_A_SET = 700  # one set of cohorts for so many people
MOST_SETS = 4


def furnish(story: Story) -> None:
    """Villages, a firm, sites with classrooms, and the trainers: one place and one person for each cohort."""
    own = [name for code, name in villages(story.seed) if code == story.place.township]
    story.do(places.set_area, township_codes=[story.place.township], since=story.first_day())
    village_ids = [
        story.do(places.add_village, name=name, township_code=story.place.township) for name in own
    ]
    firm = story.do(
        places.add_firm, name="蓝桥印染有限公司", township_code=story.place.township, contact="厂办"
    )
    hall = {"village_id": village_ids[0], "zone": story.place.stem, "township_code": story.place.township}
    sites = {
        "school": story.do(
            places.add_site,
            name="成校本部",
            address=story.place.address,
            zone=story.place.stem,
            township_code=story.place.township,
        ),
        "hall": story.do(places.add_site, name=f"{own[0]}文化礼堂", **hall),
        "firm": story.do(
            places.add_site,
            name="蓝桥印染培训室",
            firm_id=firm,
            zone=story.place.stem,
            township_code=story.place.township,
        ),
    }
    wanted = len(PLANS) * sets_for(story.people)
    for n in range(wanted):
        site = sites[PLANS[n % len(PLANS)].site]
        number = sum(one == site for one, _ in story.classroom_ids) + 1
        room = story.do(
            places.add_classroom, site_id=site, name=f"{number} 号教室", capacity=40, equipment="投影"
        )
        story.classroom_ids.append((site, room))
    story.trainer_ids = [_trainer(story, n) for n in range(max(wanted, len(TRAINERS)))]


def _trainer(story: Story, n: int) -> str:
    coming = TRAINERS[n % len(TRAINERS)]
    trainer = story.do(
        trainers.add_trainer,
        name=_name_of(story, n) + ("" if n < len(TRAINERS) else "甲乙丙"[n // len(TRAINERS) - 1]),
        source=coming.source,
        pay_level=coming.pay_level,
        ticked=[coming.category.label],
        typed=coming.typed,
        phone=f"154{90000000 + (0 if _is_everywhere(story, n) else int(story.place.code[-3:]) * 1000) + n:08d}",
        employer=coming.employer or None,
        township_code=story.place.township,
        agreement_from=story.first_day(),
    )
    expires = story.today + timedelta(days=20 + 90 * n)
    paper = Qualification("教师资格证", number=f"20263306{n:06d}", expires_on=expires)
    story.do(trainers.set_qualifications, trainer_id=trainer, papers=[paper])
    week = [Span(weekday, first * 60, last * 60) for weekday, first, last in WEEK]
    story.do(trainers.set_availability, trainer_id=trainer, spans=week)
    return str(trainer)


def _is_everywhere(story: Story, n: int) -> bool:
    """The single demo's trainers; in a demo district the first of them teaches in every second town."""
    return story.place == LANTING or (n == 0 and story.seed % 2 == 0)


def _name_of(story: Story, n: int) -> str:
    known = TRAINERS[n % len(TRAINERS)].name
    return known if _is_everywhere(story, n) else make_people(n % len(TRAINERS) + 1, story.seed)[-1]["name"]


def load_catalogue(story: Story) -> None:
    """The ten categories' sample courses and the two 双证 programmes."""
    story.do(catalogue.load_samples)


def sets_for(count: int) -> int:
    """How many times the story's cohorts are opened for so many people."""
    return min(MOST_SETS, max(1, count // PEOPLE_A_SET))


def open_cohorts(story: Story) -> None:
    """Every plan becomes a cohort with its own room, trainer and people."""
    pool = _Pool(story)
    for n in range(sets_for(story.people)):
        for plan in PLANS:
            story.cohorts.append(_open(story, plan, n, pool))


def _open(story: Story, plan: Plan, n: int, pool: "_Pool") -> Lead:
    place = len(story.cohorts)
    site, room = story.classroom_ids[place]
    begins = story.first_day() + timedelta(days=plan.begins)
    title = plan.title + (f"（{'一二三四'[n]}）" if sets_for(story.people) > 1 else "")
    wanted = min(LARGEST, max(SMALLEST, story.people // 10))
    cohort = story.do(
        cohorts.open_cohort,
        title=title,
        kinds=set(plan.kinds),
        is_started=begins <= story.today,
        project=plan.project,
        is_elderly=plan.is_elderly,
        intake=f"{begins.year} 级",
        township_code=story.place.township,
        site_id=site,
        classroom_id=room,
        tutor_id=story.trainer_ids[place],
        trainer_id=story.trainer_ids[place],
        starts_on=begins,
        capacity=max(wanted - 2, 2) if plan.is_elderly else LARGEST,
        **_subject(story, plan),
    )
    chosen = pool.take(plan, wanted, begins)
    story.do(cohorts.enrol, cohort_id=cohort, person_ids=chosen, accept_warnings=True)
    if plan.level is DualLevel.SENIOR:
        learners = [row.id for row in story.read(rosters.roster, cohort)]
        story.do(cohorts.choose_science, enrolment_ids=learners, option=ScienceOption.SOCIAL)
    return Lead(cohort, title, plan.what, tuple(chosen))


def _subject(story: Story, plan: Plan) -> dict[str, Any]:
    if plan.level is not None:
        programmes = story.read(courses.programmes)
        return {"programme_id": next(one.id for one in programmes if one.level is plan.level)}
    return {"course_id": next(one.id for one in story.read(courses.courses) if one.code == plan.course)}


class _Pool:
    """People not yet in a cohort, handed out to those they fit."""

    def __init__(self, story: Story) -> None:
        self._story = story
        ids = story.read(people.person_ids, descending=False)
        self._free = story.read(people.person_page, ids)

    def take(self, plan: Plan, count: int, on: date) -> list[str]:
        """Up to ``count`` persons who may and would sit in such a cohort."""
        fits = self._fits(plan, on)
        taken = [line for line in self._free if fits(line)][:count]
        chosen = {line.id for line in taken}
        self._free = [line for line in self._free if line.id not in chosen]
        return [line.id for line in taken]

    def _fits(self, plan: Plan, on: date) -> Callable[[Any], bool]:
        if plan.level is not None:
            level = plan.level
            limits = self._story.read(rosters.limits_on, level, on)
            return lambda line: (
                bool(line.birth_date and 1970 < line.birth_date.year < 2006)
                and not (
                    entry.enrolment_concerns(
                        entry.Applicant(line.name, line.birth_date, line.education_code), level, limits, on
                    )
                )
            )
        if plan.is_elderly:
            return lambda line: bool(line.birth_date and line.birth_date.year <= 1966)
        if plan.in_firm:
            return lambda line: "印染" in line.employer or not line.village
        return lambda line: bool(line.birth_date and line.birth_date.year < 2004)


def plan_lessons(story: Story) -> None:
    """A term for every cohort over the holidays, one clash shown and avoided, one lesson moved, one cancelled."""
    for place, lead in enumerate(story.cohorts):
        plan = PLANS[place % len(PLANS)]
        site, room = story.classroom_ids[place]
        begins = story.first_day() + timedelta(days=plan.begins)
        known = story.read(calendar.calendar_between, begins, begins + timedelta(days=400))
        days = plan_dates(begins, plan.weekdays, plan.lessons, known)
        drafts = [
            LessonDraft(
                lead.id, day, plan.start_minute, plan.start_minute + plan.minutes, plan.hours,
                trainer_id=story.trainer_ids[place], site_id=site, classroom_id=room,
                subject=plan.subjects[n % len(plan.subjects)] if plan.subjects else None,
                topic=f"第 {n + 1} 讲",
            )
            for n, day in enumerate(days)
        ]  # fmt: skip
        made = story.do(timetable.put_lessons, lessons=drafts, accept_warnings=True)
        lead.lesson_ids, lead.days = tuple(made), tuple(days)
    _show_clash(story)
    _change_plans(story)


def _show_clash(story: Story) -> None:
    """The farmers' trainer is wanted twice at once: refused, with the reason and the ways out."""
    lead, other = story.cohorts[3], story.cohorts[0]
    site, room = story.classroom_ids[3]
    plan = PLANS[3]
    wish = LessonDraft(
        other.id, lead.days[-1], plan.start_minute + 30, plan.start_minute + 120, 2,
        trainer_id=story.trainer_ids[3], site_id=site, classroom_id=room,
    )  # fmt: skip
    try:
        story.do(timetable.put_lessons, lessons=[wish], accept_warnings=True)
    except UserError as refused:
        story.facts["clash"] = str(refused)


def _change_plans(story: Story) -> None:
    ahead = [
        (day, key) for lead in story.cohorts[3:6] for day, key in zip(lead.days, lead.lesson_ids, strict=True)
    ]
    coming = sorted(pair for pair in ahead if pair[0] > story.today)
    if len(coming) < 2:
        return
    story.do(timetable.cancel_lesson, lesson_id=coming[0][1], reason="台风停课，另行通知")
    with suppress(UserError):  # the new hour is taken: the lesson stays where it is
        story.do(
            timetable.move_lesson,
            lesson_id=coming[1][1],
            reason="礼堂有活动",
            start_minute=10 * 60,
            accept_warnings=True,
        )
