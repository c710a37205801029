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


class Outlook(StrEnum):
    """Whether somebody can have both papers this year."""

    DONE = "done"
    READY = "ready"
    POSSIBLE = "possible"
    LATE = "late"

    @property
    def label(self) -> str:
        """What people read."""
        return {"done": "已双证", "ready": "可申请毕业", "possible": "今年来得及", "late": "今年来不及"}[
            self.value
        ]


class GraduationState(StrEnum):
    """Where a batch of graduates stands; a submitted one is frozen."""

    DRAFT = "draft"
    POSTED = "posted"
    SUBMITTED = "submitted"

    @property
    def label(self) -> str:
        """What people read."""
        return {"draft": "受理申请", "posted": "公示中", "submitted": "已报送"}[self.value]


class Relation(StrEnum):
    """Who fetched a diploma."""

    SELF = "self"
    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What people read."""
        return {"self": "本人", "spouse": "配偶", "parent": "父母", "child": "子女", "sibling": "兄弟姐妹",
                "other": "其他受托人"}[self.value]  # fmt: skip
