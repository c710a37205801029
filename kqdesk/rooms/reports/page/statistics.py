"""The 统计 page: numbers of any period, targets, the district's numbers, frozen reports."""

from collections.abc import Mapping
from typing import Any

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import PageSpec
from kqdesk.desk.tabs import TabbedPage
from kqdesk.rooms.reports.page.figures import FiguresTab
from kqdesk.rooms.reports.page.frozen import FrozenTab
from kqdesk.rooms.reports.page.plans import MacroTab, TargetsTab

TITLE, SENTENCE = "统计", "今年完成了多少、离目标差多少、为什么；每个数字点开就是名单。"


class StatisticsPage(TabbedPage):
    """One tab a question."""

    watches = frozenset(
        {
            "cohort", "cohort_kind", "course", "lesson", "enrolment", "attendance_mark", "activity", "activity_attendee", "diploma",
            "skill_certificate", "completion_certificate", "referral", "survey_answer", "past_ledger", "past_record", "person",
            "rule_pack", "yearly_target", "macro_figure", "frozen_report",
        }
    )  # fmt: skip

    def __init__(self, desk: Desk, context: Mapping[str, Any]) -> None:
        super().__init__(desk, TITLE, SENTENCE, (FiguresTab, TargetsTab, MacroTab, FrozenTab))
        self.foot.setWordWrap(True)  # what was not whole is said there in sentences


STATISTICS = PageSpec(
    "figures", TITLE, SENTENCE, "统计", "figures", StatisticsPage,
    keys_help=(
        ("Enter", "打开一个数字：分项和名单；再按到人"), ("Ctrl+N", "月报 / 填目标 / 登记指标"), ("Ctrl+P", "打印统计表"), ("Ctrl+D", "冻结这一期"),
        ("Ctrl+U", "上报选中的冻结报表"), ("F2", "修改"), ("Del", "去掉"), ("Esc", "关上右边"),
    ),
)  # fmt: skip
