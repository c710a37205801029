"""The words of 四张清单: kinds of offers, what people said to one, who a policy is for, evenings of a week."""

from enum import StrEnum

from kqdesk.rooms.survey.terms import TimeWish


class OfferKind(StrEnum):
    """What is offered 供给: a college's programme, a training project, a course or 双证 class of our own."""

    PROGRAMME = "programme"
    TRAINING = "training"
    COURSE = "course"
    DUAL = "dual"

    @property
    def label(self) -> str:
        """What people read."""
        return {"programme": "院校专业", "training": "培训项目", "course": "本校课程", "dual": "双证班"}[
            self.value
        ]

    @property
    def is_ours(self) -> bool:
        """Whether the school itself can open a class for it."""
        return self in (OfferKind.COURSE, OfferKind.DUAL)


class OfferState(StrEnum):
    """Where an offer stands on a day."""

    OPEN = "open"
    COMING = "coming"
    OVER = "over"
    OFF = "off"

    @property
    def label(self) -> str:
        """What people read."""
        return {"open": "可以报", "coming": "还没开始", "over": "已过期", "off": "停用"}[self.value]


class Answer(StrEnum):
    """What somebody said when told of an offer."""

    TOLD = "told"
    WANTS = "wants"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """What people read."""
        return {"told": "已告知", "wants": "愿意来", "refused": "不去"}[self.value]


class Verdict(StrEnum):
    """How one line of reasons turned out; UNKNOWN neither helps nor excludes."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """What people read."""
        return {"yes": "符合", "no": "不符合", "unknown": "查不了"}[self.value]


class Reach(StrEnum):
    """How minutes to a site were reckoned."""

    LINE = "line"
    SAME_VILLAGE = "same_village"
    SAME_TOWNSHIP = "same_township"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """What people read, so that nobody takes a guess for a measurement."""
        return {
            "line": "按坐标直线距离", "same_village": "同村（单位）", "same_township": "同镇街", "elsewhere": "不同镇街",
            "unknown": "不知道住哪里",
        }[self.value]  # fmt: skip


class Audience(StrEnum):
    """Whom a policy gives something."""

    PERSON = "person"
    FIRM = "firm"

    @property
    def label(self) -> str:
        """What people read."""
        return {"person": "个人", "firm": "企业"}[self.value]


class Outbound(StrEnum):
    """The lists that go out of the house."""

    STUDY = "study"
    JOBS = "jobs"
    INTAKE = "intake"
    ADVICE = "advice"
    TRAINERS = "trainers"
    FIRMS = "firms"
    PERSONAL = "personal"

    @property
    def label(self) -> str:
        """Its title."""
        return {
            "study": "学习信息", "jobs": "岗位信息", "intake": "生源信息", "advice": "专业课程开设建议", "trainers": "可兼职教师信息",
            "firms": "学习培训供给信息", "personal": "个性化学习清单",
        }[self.value]  # fmt: skip

    @property
    def reader(self) -> str:
        """Who gets it."""
        return {
            "study": "给市民：贴在村里、发到群里", "jobs": "给市民：企业在招什么人", "intake": "给院校：谁想读、有多少人",
            "advice": "给院校：有人想学、还没有人教的", "trainers": "给院校：可以请来上课的培训师", "firms": "给企业：员工能学什么",
            "personal": "给本人：一人一页，路径、能报的班、找谁",
        }[self.value]  # fmt: skip


EVENING_FROM = 17 * 60 + 30
"""Minute of the day from which a lesson counts as an evening one; the wishes are asked by that line."""


def wish_of_time(weekday: int, is_evening: bool) -> TimeWish:
    """Which answer of the survey covers an evening or a day of an ISO weekday (1–7)."""
    if weekday >= 6:
        return TimeWish.WEEKEND_EVENING if is_evening else TimeWish.WEEKEND_DAY
    return TimeWish.EVENING if is_evening else TimeWish.WEEKDAY


HERE = "here"
"""``person.state`` of people who live here and are alive."""
UNSET = "未配置"
