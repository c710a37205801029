"""Which pages there are, in the order of the work (which rooms answer Ctrl+K: finding.py).

A page's module is imported when the page is first opened: that is a third of the time from click to window. So the
navigation's words stand here; what a page does and its keys stand in its room.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtWidgets import QWidget
from sqlalchemy.orm import Session

from kqdesk.app.finding import SOURCES as SOURCES
from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import Context, PageSpec
from kqdesk.rooms.home.rules import Line


def _home() -> PageSpec:
    from kqdesk.app.care import care_lines
    from kqdesk.app.firsts import beside
    from kqdesk.app.renewing import update_lines
    from kqdesk.app.rounds import sync_lines
    from kqdesk.rooms.home.page import PAGE, HomePage

    def more(desk: Desk) -> Sequence[Line]:
        return [*care_lines(desk), *sync_lines(desk), *update_lines(desk)]

    def later(desk: Desk, session: Session) -> Sequence[Line]:
        from kqdesk.rooms.home.queries.plan import later_lines  # brings half the program along
        from kqdesk.rooms.office.queries import role_of

        actor = desk.seat.actor_id
        return later_lines(session, now=desk.store.clock(), actor=actor, role=role_of(session, actor))

    def make(desk: Desk, context: Context) -> QWidget:
        return HomePage(
            desk, context, more=partial(more, desk), beside=partial(beside, desk), later=partial(later, desk)
        )

    return replace(PAGE, factory=make)


def _safekeeping() -> PageSpec:
    from kqdesk.app.acts import heads_by_room
    from kqdesk.rooms.safekeeping.page import PAGE, SafekeepingPage

    return replace(PAGE, factory=lambda desk, context: SafekeepingPage(desk, context, heads=heads_by_room))


def _exchange() -> PageSpec:
    from kqdesk.rooms.exchange.page import PAGE

    return PAGE


def _people() -> PageSpec:
    from kqdesk.rooms.people.page import PAGE

    return PAGE


def _past() -> PageSpec:
    from kqdesk.rooms.past.page import PAGE

    return PAGE


def _catalogue() -> PageSpec:
    from kqdesk.rooms.catalogue.page import PAGE

    return PAGE


def _survey() -> PageSpec:
    from kqdesk.rooms.survey.page import PAGE

    return PAGE


def _cohorts() -> PageSpec:
    from kqdesk.rooms.cohorts.page import PAGE

    return PAGE


def _trainers() -> PageSpec:
    from kqdesk.rooms.trainers.page import PAGE

    return PAGE


def _activities() -> PageSpec:
    from kqdesk.rooms.activities.page import PAGE

    return PAGE


def _matching() -> PageSpec:
    from kqdesk.rooms.matching.page import PAGE

    return PAGE


def _referrals() -> PageSpec:
    from kqdesk.rooms.referrals.page import PAGE

    return PAGE


def _timetable() -> PageSpec:
    from kqdesk.rooms.timetable.page import PAGE

    return PAGE


def _attendance() -> PageSpec:
    from kqdesk.rooms.attendance.page import PAGE

    return PAGE


def _classfile() -> PageSpec:
    from kqdesk.rooms.classfile.page import PAGE

    return PAGE


def _exams() -> PageSpec:
    from kqdesk.rooms.exams.page import PAGE

    return PAGE


def _certificates() -> PageSpec:
    from kqdesk.rooms.certificates.page import PAGE

    return PAGE


def _dual() -> PageSpec:
    from kqdesk.rooms.dual.page import PAGE

    return PAGE


def _credits() -> PageSpec:
    from kqdesk.rooms.credits.page import PAGE

    return PAGE


def _subsidies() -> PageSpec:
    from kqdesk.rooms.subsidies.page import PAGE

    return PAGE


def _reports() -> PageSpec:
    from kqdesk.rooms.reports.page import PAGE

    return PAGE


def _figures() -> PageSpec:
    from kqdesk.rooms.reports.page import STATISTICS

    return STATISTICS


def _followup() -> PageSpec:
    from kqdesk.rooms.followup.page import PAGE

    return PAGE


def _supervision() -> PageSpec:
    from kqdesk.rooms.supervision.page import PAGE

    return PAGE


def _places() -> PageSpec:
    from kqdesk.rooms.places.page import PAGE

    return PAGE


def _privacy() -> PageSpec:
    from kqdesk.rooms.privacy.page import PAGE

    return PAGE


def _office() -> PageSpec:
    from kqdesk.rooms.office.page import PAGE

    return PAGE


@dataclass(frozen=True)
class Later(Sequence[tuple[str, str]]):
    """A room's page that is not imported yet: its factory when called, its keys when read."""

    load: Callable[[], PageSpec]

    def __call__(self, desk: Desk, context: Context) -> QWidget:
        return self.load().factory(desk, context)

    def __len__(self) -> int:
        return len(self.load().keys_help)

    def __getitem__(self, place):  # type: ignore[no-untyped-def]  # int and slice, as the tuple behind it
        return self.load().keys_help[place]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.load().keys_help)


def _page(key: str, title: str, sentence: str, group: str, load: Callable[[], PageSpec]) -> PageSpec:
    return PageSpec(key, title, sentence, group, key, Later(load), Later(load))


PAGES: Sequence[PageSpec] = (
    _page("home", "工作台", "今天要办的事，一件一行，点一下就去办。", "", _home),
    _page("people", "花名册", "学校认识的每一个人：录一次，到处能用。", "招生", _people),
    _page("catalogue", "课程目录", "十大门类的课程和双证培养方案。", "招生", _catalogue),
    _page(
        "survey",
        "排摸",
        "一村一企问过去：谁想提升学历、想学什么、什么时候有空；毕业了自己就更新。",
        "招生",
        _survey,
    ),
    _page("cohorts", "班级", "开班、报名、加学员、名册、在读证明、结班。", "招生", _cohorts),
    _page(
        "matching",
        "匹配",
        "四张清单：供给、需求、政策、匹配；组班试算，试好了就开班。",
        "招生",
        _matching,
    ),
    _page(
        "referrals",
        "报读转介",
        "谁去读大专、本科：报名、录取、入学、毕业，每次联系记一笔。",
        "招生",
        _referrals,
    ),
    _page("trainers", "培训师", "谁能教什么、什么时候有空、证书何时到期。", "教学", _trainers),
    _page(
        "activities", "活动", "讲座、讲坛、论坛、竞赛：来了多少人次，照片和签到作证。", "教学", _activities
    ),
    _page("timetable", "课表", "排课：每次课在哪天、哪里、谁来上；有冲突马上说明。", "教学", _timetable),
    _page("attendance", "考勤", "点名：一分钟点完一个班，只记例外；打印签到表。", "教学", _attendance),
    _page("classfile", "一班一档", "检查要看的材料：缺什么一看就知道，点一下就去补。", "教学", _classfile),
    _page("exams", "考试", "编场、登分、复核、锁定。", "考证", _exams),
    _page("certificates", "证书", "结业证书制证、审批、发放；技能证书登记。", "考证", _certificates),
    _page(
        "past",
        "历史台账",
        "软件以前的班级、学时、成绩和证书，照纸上的补录进来；算不算按规则包。",
        "考证",
        _past,
    ),
    _page("dual", "双证", "谁两证齐全，谁还差什么，点一下就去补。", "考证", _dual),
    _page(
        "credits",
        "学分",
        "每个学员三本账：双证学分、学分银行学分、部门积分，各算各的，只增不改。",
        "考证",
        _credits,
    ),
    _page(
        "figures", "统计", "今年完成了多少、离目标差多少、为什么；每个数字点开就是名单。", "统计", _figures
    ),
    _page(
        "followup",
        "跟踪",
        "结业以后：回访就业和收入、满意度、学习之星，一个人的学习从头看到尾。",
        "统计",
        _followup,
    ),
    _page(
        "subsidies",
        "奖补",
        "谁能领、凭什么、领多少：逐条核对，两个人办，公示以后报区，钱发了登记凭证。",
        "经费",
        _subsidies,
    ),
    _page(
        "reports",
        "报表模板",
        "上级发的登记表、名册、成绩册：在原表里写上 {{字段}}，程序就照原样填好。",
        "统计",
        _reports,
    ),
    _page("supervision", "督查", "区里要办什么、哪天到期、答复了没有、认可还是退回。", "统计", _supervision),
    _page("places", "地方", "村社、企业、教学点和教室。", "系统", _places),
    _page(
        "exchange", "数据交换", "几台电脑、一份数据：连上网就自己对齐，没有网就用 U 盘。", "系统", _exchange
    ),
    _page(
        "safekeeping", "审计与备份", "谁做了什么，一条不少；每天的备份，随时能回来。", "系统", _safekeeping
    ),
    _page(
        "privacy",
        "个人信息",
        "告诉了什么、谁同意了、保存多久；本人来查阅、更正、删除；出了事怎么报；等保自查。",
        "系统",
        _privacy,
    ),
    _page("office", "设置", "学校信息、操作人、规则包和显示。", "系统", _office),
)
