"""The demo's four lists: a survey that was answered, offers of colleges, firms' work, and what fits whom."""

from datetime import date, timedelta
from typing import Any

from kqdesk.cli.demo_story import Story
from kqdesk.rooms.catalogue.terms import Category, Route, StudyLevel
from kqdesk.rooms.matching import actions as matching
from kqdesk.rooms.matching.terms import OfferKind
from kqdesk.rooms.survey import actions as survey
from kqdesk.rooms.survey import queries as asked
from kqdesk.rooms.survey.terms import TimeWish

ANSWERED = 0.6  # of those asked
SKILLS = ("电工", "养老护理", "插花", "短视频", "绍兴菜烹饪", "Excel")
FIRMS = ("蓝桥印染有限公司", "示例印染有限公司", "轻纺城北市场", None)
COLLEGES = (
    ("纺织品检验与贸易", StudyLevel.COLLEGE, Route.ADULT_EXAM),
    ("工商管理", StudyLevel.UPGRADE, Route.OPEN_UNIVERSITY),
    ("学前教育", StudyLevel.COLLEGE, Route.OPEN_UNIVERSITY),
)
VACANCIES = (("挡车工", "会看布面", "5500—7500 元/月"), ("电工", "电工", "6500—9000 元/月"))


def ask_and_match(story: Story) -> None:
    """A round is opened and answered, supply is entered, and the four lists can be printed."""
    made = story.do(
        survey.open_round, title="学历和技能需求排摸", starts_on=story.today - timedelta(20), ends_on=story.today + timedelta(40)
    )  # fmt: skip
    rows = story.read(asked.answers, round_id=made.round_id)
    story.do(
        survey.put_answers, changes={row.id: _said(story) for row in rows if story.rng.random() < ANSWERED}
    )
    story.do(matching.take_from_catalogue)
    until = date(story.today.year + 1, 2, 28)
    for title, level, route in COLLEGES:
        story.do(
            matching.add_offer, kind=OfferKind.PROGRAMME, title=title, provider="绍兴示例学院", route=route, level=level,
            words=["学历"], valid_from=story.today - timedelta(30), valid_until=until, contact="招生办", phone="0575-88880000",
        )  # fmt: skip
    for title, words, pay in VACANCIES:
        story.do(
            matching.add_vacancy, employer="示例印染有限公司", title=title, words=[words], pay=pay, wanted=6,
            valid_from=story.today, valid_until=until, contact="人事科", phone="0575-88881111",
        )  # fmt: skip
    story.facts["survey"] = {"asked": len(rows), "offers": len(COLLEGES)}


def _said(story: Story) -> dict[str, Any]:
    """What one person ticks."""
    rng = story.rng
    return {
        "wish": rng.choice(("有", "无", "有")),
        "employer": rng.choice(FIRMS),
        "skills": [rng.choice(SKILLS)],
        "times": rng.sample(list(TimeWish), 2),
        "categories": [rng.choice(list(Category))],
    }
