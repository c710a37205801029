"""The words of 排摸: how far somebody was asked, when people have time, what kinds of wishes there are."""

from enum import StrEnum


class RoundState(StrEnum):
    """Where a round stands."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """What people read."""
        return {"open": "进行中", "closed": "已结束"}[self.value]


class AnswerState(StrEnum):
    """How far one person was asked in one round."""

    WAITING = "waiting"
    ANSWERED = "answered"
    REFUSED = "refused"
    UNREACHED = "unreached"

    @property
    def label(self) -> str:
        """What people read."""
        return {"waiting": "未问", "answered": "已答", "refused": "拒答", "unreached": "联系不上"}[self.value]


class TimeWish(StrEnum):
    """When somebody could come; in the order in which the form numbers them."""

    EVENING = "evening"
    WEEKEND_DAY = "weekend_day"
    WEEKEND_EVENING = "weekend_evening"
    WEEKDAY = "weekday"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "evening": "平时晚上", "weekend_day": "周末白天", "weekend_evening": "周末晚上", "weekday": "平时白天",
        }[self.value]  # fmt: skip


class WishKind(StrEnum):
    """What a wish of the 需求清单 is about."""

    DEGREE = "degree"
    SKILL = "skill"
    CATEGORY = "category"
    PROJECT = "project"

    @property
    def label(self) -> str:
        """What people read."""
        return {"degree": "学历提升", "skill": "技能", "category": "课程门类", "project": "六大工程"}[
            self.value
        ]


class Grouping(StrEnum):
    """Whose list it is: a village's or a firm's."""

    VILLAGE = "village"
    FIRM = "firm"

    @property
    def label(self) -> str:
        """What people read."""
        return {"village": "村社", "firm": "企业"}[self.value]


ANY_TIME = "时间不限"
NOWHERE = {Grouping.VILLAGE: "（没写村社）", Grouping.FIRM: "（没写单位）"}
ANSWER_LABELS = {
    "hukou": "户籍所在地", "age": "年龄", "sex": "性别", "education_code": "学历", "employer": "就业单位", "job": "就业岗位",
    "wish": "学历提升意愿", "learning_path": "学习途径", "skills": "想学的技能", "times": "方便的时间",
    "categories": "课程门类", "projects": "六大工程", "note": "备注",
}  # fmt: skip
EIGHT = ("hukou", "age", "sex", "education_code", "employer", "job", "wish", "learning_path")
