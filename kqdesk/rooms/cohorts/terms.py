"""The words of 班级; the six projects come from the catalogue."""

from enum import StrEnum

from kqdesk.rooms.catalogue.terms import Project as Project


class CohortKind(StrEnum):
    """班级类型 of the papers; several may fit one cohort."""

    VILLAGE = "village"
    FACTORY = "factory"
    NIGHT_SCHOOL = "night_school"
    RETAKE = "retake"
    ENTERPRISE = "enterprise"
    FARMER = "farmer"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "village": "村班",
            "factory": "厂班",
            "night_school": "夜校班",
            "retake": "重修班",
            "enterprise": "企业班",
            "farmer": "农民班",
            "other": "其他",
        }[self.value]


class CohortState(StrEnum):
    """Where a cohort stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """What people read."""
        return {"planned": "筹备", "open": "在开", "closed": "已结班", "cancelled": "已取消"}[self.value]


class EnrolmentState(StrEnum):
    """学籍状态 of a person in a cohort."""

    APPLIED = "applied"
    WAITING = "waiting"
    ENROLLED = "enrolled"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "applied": "已报名",
            "waiting": "候补",
            "enrolled": "在读",
            "suspended": "休学",
            "withdrawn": "退学",
            "completed": "结业",
        }[self.value]


class ScienceOption(StrEnum):
    """Which science a senior learner takes."""

    NATURAL = "natural_science"
    SOCIAL = "social_science"

    @property
    def label(self) -> str:
        """What people read."""
        return {"natural_science": "自然科学", "social_science": "社会科学"}[self.value]
