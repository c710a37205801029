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
    OFFERED = "offered"
    ENROLLED = "enrolled"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"
    DECLINED = "declined"
    TRANSFERRED = "transferred"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "applied": "已报名",
            "waiting": "候补",
            "offered": "待答复",
            "enrolled": "在读",
            "suspended": "休学",
            "withdrawn": "退学",
            "completed": "结业",
            "declined": "放弃",
            "transferred": "转班",
        }[self.value]


NEVER_IN = (
    EnrolmentState.APPLIED, EnrolmentState.WAITING, EnrolmentState.OFFERED, EnrolmentState.DECLINED,
)  # fmt: skip
"""States of people who never sat in the class."""

GONE = (EnrolmentState.WITHDRAWN, EnrolmentState.DECLINED, EnrolmentState.TRANSFERRED)
"""States after which the same person may come into the same cohort again, under a new enrolment."""


class FeeKind(StrEnum):
    """What money is for."""

    TUITION = "tuition"
    DEPOSIT = "deposit"
    MATERIALS = "materials"

    @property
    def label(self) -> str:
        """What people read."""
        return {"tuition": "学费", "deposit": "押金", "materials": "材料费"}[self.value]


class FeeAct(StrEnum):
    """What happened with the money; rows are never changed, only added."""

    RECEIVED = "received"
    REFUNDED = "refunded"
    REVERSED = "reversed"
    CARRIED = "carried"

    @property
    def label(self) -> str:
        """What people read."""
        return {"received": "收款", "refunded": "退款", "reversed": "冲正", "carried": "转班结转"}[self.value]


class PayMethod(StrEnum):
    """How money went over the table."""

    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    BANK = "bank"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What people read."""
        return {"cash": "现金", "wechat": "微信", "alipay": "支付宝", "bank": "银行转账", "other": "其他"}[
            self.value
        ]


class ScienceOption(StrEnum):
    """Which science a senior learner takes."""

    NATURAL = "natural_science"
    SOCIAL = "social_science"

    @property
    def label(self) -> str:
        """What people read."""
        return {"natural_science": "自然科学", "social_science": "社会科学"}[self.value]
