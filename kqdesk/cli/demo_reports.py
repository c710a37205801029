"""The demo's figures: the school's share of the targets, a number of the district, one report frozen and submitted."""

from datetime import date

from kqdesk.cli.demo_story import Story
from kqdesk.rooms.reports import actions
from kqdesk.rooms.reports.queries import progress
from kqdesk.rooms.reports.rules import calendar_year

SHARES = (
    ("adult_schooling", 12),
    ("college", 3),
    ("skill_training", 12),
    ("social_training", 30),
    ("elderly_education", 10),
)
"""Small enough for a term of six classes: something is reached, something is behind."""


def make_figures(story: Story) -> None:
    """What the office enters in January, and what goes to the district at a month's end."""
    year = story.today.year
    for figure, value in SHARES:
        story.do(
            actions.set_target, figure=figure, year=year, value=value,
            source="示例：区教育局分解到校的年度目标",
        )  # fmt: skip
    story.do(
        actions.add_macro, title="劳动年龄人口平均受教育年限（示例）", hundredths=1310, unit="年", area="全区",
        as_of=date(year - 1, 12, 31), source="示例来源，请照统计公报改", figure="schooling_years",
    )  # fmt: skip
    period = calendar_year(year).seen_on(story.today)
    report = story.do(
        actions.freeze_report, title=f"{year}年到{story.today.month}月的报表", first_on=period.first, last_on=period.last,
        until_on=period.end,
    )  # fmt: skip
    story.do(actions.submit_report, report_id=report)
    found = story.read(progress, period)
    story.facts["figures"] = {line.kind.key: line.done for line in found.lines}
