"""The words of 双证. Imports nothing."""

from enum import StrEnum


class Need(StrEnum):
    """One thing a learner must have on the way to both papers."""

    HOURS = "hours"
    EXAM = "exam"
    SKILL = "skill"
    CREDITS = "credits"
    DIPLOMA = "diploma"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "hours": "面授学时",
            "exam": "文化考试",
            "skill": "技能证书",
            "credits": "学分测算",
            "diploma": "学历证书",
        }[self.value]


class NeedState(StrEnum):
    """Where one requirement stands."""

    MET = "met"
    MISSING = "missing"
    PARTLY = "partly"
    UNSET = "unset"

    @property
    def label(self) -> str:
        """What people read."""
        return {"met": "已有", "missing": "还缺", "partly": "部分", "unset": "未配置"}[self.value]


class Reach(StrEnum):
    """Whether the credit sum reaches the threshold: a 测算, never a verdict on graduation."""

    REACHED = "reached"
    SHORT = "short"
    UNSET = "unset"

    @property
    def label(self) -> str:
        """What people read."""
        return {"reached": "测算够", "short": "测算不够", "unset": "未配置"}[self.value]
