"""Words of 历史台账."""

from enum import StrEnum

MARK = "补录"
"""What stands beside everything that comes from here."""
SCAN = "scan"
"""Purpose of the attachment that shows a ledger's page."""


class LedgerState(StrEnum):
    """How far a ledger is."""

    ENTERED = "entered"
    CHECKED = "checked"

    @property
    def label(self) -> str:
        """What people read."""
        return {"entered": "待核对", "checked": "已核对"}[self.value]


class Part(StrEnum):
    """What a line of a ledger can say that may count today."""

    HOURS = "hours"
    MARKS = "marks"
    SKILLS = "skills"
    DIPLOMAS = "diplomas"

    @property
    def label(self) -> str:
        """What people read."""
        return {"hours": "学时", "marks": "成绩", "skills": "技能证书", "diplomas": "学历证书"}[self.value]

    @property
    def key(self) -> str:
        """The pack's number that says whether it counts."""
        return f"past.counts_{self.value}"
