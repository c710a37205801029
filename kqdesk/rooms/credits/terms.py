"""Words of 学分."""

from enum import StrEnum

BATCHES = "credit_batch"
"""What a hub leases the running numbers of recognition batches as."""


class CreditUnit(StrEnum):
    """Three units apart: they are earned by other rules and never added to one another."""

    DUAL_CERT_CREDIT = "dual_cert_credit"
    CREDIT_BANK_CREDIT = "credit_bank_credit"
    DEPT_POINT = "dept_point"

    @property
    def label(self) -> str:
        """As papers say it."""
        return _UNITS[self][0]

    @property
    def word(self) -> str:
        """What one counts: 学分 or 分."""
        return _UNITS[self][1]


_UNITS = {
    CreditUnit.DUAL_CERT_CREDIT: ("双证学分", "学分"),
    CreditUnit.CREDIT_BANK_CREDIT: ("学分银行学分", "学分"),
    CreditUnit.DEPT_POINT: ("部门积分", "分"),
}


class AccountState(StrEnum):
    """How far a person's account at the credit bank is."""

    APPLIED = "applied"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """As the page says it."""
        return {"applied": "申请中", "open": "已开户", "closed": "已销户"}[self.value]


class SourceKind(StrEnum):
    """What earned an entry."""

    HOURS = "hours"
    SKILL = "skill"
    EXAM = "exam"
    CULTURE = "culture"
    ANSWER = "answer"
    PAPER = "paper"
    REVERSAL = "reversal"

    @property
    def label(self) -> str:
        """As the account says it."""
        return _SOURCES[self]


_SOURCES = {
    SourceKind.HOURS: "面授学时",
    SourceKind.SKILL: "技能证书",
    SourceKind.EXAM: "文化考试",
    SourceKind.CULTURE: "文化课",
    SourceKind.ANSWER: "学分银行认定",
    SourceKind.PAPER: "依据文件",
    SourceKind.REVERSAL: "冲正",
}


class AchievementKind(StrEnum):
    """成果类型 of the upload table."""

    STUDY = "study"
    SKILL = "skill"
    TRAINING = "training"

    @property
    def label(self) -> str:
        """As the upload table wants it."""
        return {"study": "学历课程", "skill": "技能证书", "training": "培训"}[self.value]


class BatchState(StrEnum):
    """A recognition batch: drawn up here, sent to the credit bank, answered."""

    DRAFT = "draft"
    SENT = "sent"
    ANSWERED = "answered"

    @property
    def label(self) -> str:
        """As the page says it."""
        return {"draft": "待报送", "sent": "已报送", "answered": "已全部答复"}[self.value]


class Answer(StrEnum):
    """What the credit bank said of one achievement."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        """As the page says it."""
        return {"waiting": "待答复", "accepted": "已认定", "returned": "退回"}[self.value]
