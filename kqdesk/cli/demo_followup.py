"""The demo's 跟踪: calls after the classes that ended, satisfaction forms of one of them, a star with her 奖状."""

from collections import Counter
from datetime import timedelta

from kqdesk.cli.demo_story import Story
from kqdesk.rooms.followup import actions, queries
from kqdesk.rooms.followup.actions import TypedForm
from kqdesk.rooms.followup.terms import OPEN, HonourKind, NextStudy, Outcome, VisitWay, Work

_WORKS = (Work.EMPLOYED, Work.SELF_EMPLOYED, Work.EMPLOYED, Work.FLEXIBLE, Work.FARMING, Work.JOBLESS)
_STUDIES = (NextStudy.NONE, NextStudy.WISHES, NextStudy.SKILL, NextStudy.NONE, NextStudy.COLLEGE)
_SAID = ("希望多上机练习", "", "", "夜校再开几期", "", "老师讲得慢一点就更好了", "")
_REASONS = "白天上班，晚上坚持上夜校，一次课也没有缺过；学会以后换了岗位，还带着村里几个人一起来报名。"
_LOT = "5ad0c0de"


def follow_up(story: Story) -> None:
    """Two of three are reached, one in six does not answer; the others wait on the list."""
    story.facts["calls"] = _call(story)
    story.facts["satisfaction"] = ask_satisfaction(story)
    story.facts["honours"] = _honour(story)


def _call(story: Story) -> dict[str, int]:
    open_now = [one for one in story.read(queries.calls, today=story.today) if one.state in OPEN]
    people = list(dict.fromkeys(one.of.person_id for one in open_now))
    answered = 0
    for n, person in enumerate(people):
        if n % 3 == 2:
            continue
        if n % 6 == 4:
            story.do(
                actions.record_visit, person_id=person, outcome=Outcome.NO_ANSWER, contacted_on=story.today - timedelta(1),
                next_on=story.today + timedelta(2),
            )  # fmt: skip
            continue
        before = n % 3 + 1
        story.do(
            actions.record_visit, person_id=person, contacted_on=story.today - timedelta(n % 3), way=list(VisitWay)[n % 2],
            work=_WORKS[n % len(_WORKS)], pay_before=f"p{before}", pay_band=f"p{before + n % 2}",
            study=_STUDIES[n % len(_STUDIES)],
        )  # fmt: skip
        answered += 1
    return {"due": len(people), "answered": answered}


def ask_satisfaction(story: Story) -> int:
    """One questionnaire, most of its forms typed; another one open with none."""
    ended = [key for key, _ in Counter(
        one.cohort_id for one in story.read(queries.completions) if one.cohort_id
    ).most_common()]  # fmt: skip
    forms = 0
    for n, cohort in enumerate(ended[:2]):
        token = f"{_LOT}{int(story.place.code):016x}{n:08x}"
        key = story.do(actions.open_questionnaire, cohort_id=cohort, token=token)
        story.facts["form"] = token
        if n:
            continue
        forms = max(1, story.read(queries.learners_of, cohort) * 3 // 4)
        typed = [
            TypedForm(tuple(story.rng.choice((5, 5, 4, 4, 3)) for _ in range(5)), _SAID[at % len(_SAID)])
            for at in range(forms)
        ]
        story.do(actions.put_forms, questionnaire_id=key, forms=typed)
    return forms


def _honour(story: Story) -> int:
    """One was posted and awarded, another one waits for the headmaster."""
    people = list(dict.fromkeys(one.person_id for one in story.read(queries.completions)))[:2]
    for n, person in enumerate(people):
        made = story.do(
            actions.nominate, person_id=person, kind=HonourKind.STAR, title=f"{story.today.year} 年度学习之星",
            year=story.today.year, reasons=_REASONS,
        )  # fmt: skip
        if n:
            continue
        story.approve(actions.approve_honours, honour_ids=[made])
        first, last = story.today - timedelta(10), story.today - timedelta(1)
        story.do(actions.post_honours, honour_ids=[made], posted_on=first, posted_until=last)
        story.do(actions.award_honours, honour_ids=[made])
    return len(people)
