"""The words of 报读转介; routes and levels are those of the offers in the catalogue's words."""

from enum import StrEnum

from kqdesk.rooms.catalogue.terms import Route as Route
from kqdesk.rooms.catalogue.terms import StudyLevel as StudyLevel

PROOF = "proof"
"""Purpose of a referral's files: 录取通知, 学籍证明, 毕业证书."""


class ReferralState(StrEnum):
    """How far a referral has come; the order is that of the way."""

    INTENDED = "intended"
    APPLIED = "applied"
    ADMITTED = "admitted"
    ENROLLED = "enrolled"
    GRADUATED = "graduated"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "intended": "有意向",
            "applied": "已报名",
            "admitted": "已录取",
            "enrolled": "在读",
            "graduated": "已毕业",
            "declined": "没有报成",
            "withdrawn": "退学",
        }[self.value]


class ContactWay(StrEnum):
    """How somebody was reached."""

    PHONE = "phone"
    CHAT = "chat"
    VISIT = "visit"
    AT_SCHOOL = "at_school"

    @property
    def label(self) -> str:
        """What people read."""
        return {"phone": "电话", "chat": "微信", "visit": "上门", "at_school": "来校"}[self.value]
