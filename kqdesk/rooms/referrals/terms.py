"""The words of 报读转介. Imports nothing, so anyone may import it."""

from enum import StrEnum

PROOF = "proof"
"""Purpose of a referral's files: 录取通知, 学籍证明, 毕业证书."""


class Route(StrEnum):
    """报读途径: how one studies on after senior secondary."""

    OPEN_UNIVERSITY = "open_university"
    ADULT_EXAM = "adult_exam"
    SELF_STUDY = "self_study"
    SINGLE_EXAM = "single_exam"
    DUAL_SYSTEM = "dual_system"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The words of the papers."""
        return {
            "open_university": "开放教育",
            "adult_exam": "成人高考",
            "self_study": "自学考试",
            "single_exam": "单考单招",
            "dual_system": "双元制",
            "other": "其他",
        }[self.value]


class StudyLevel(StrEnum):
    """报读层次."""

    COLLEGE = "college"
    UPGRADE = "upgrade"
    BACHELOR = "bachelor"

    @property
    def label(self) -> str:
        """What people read."""
        return {"college": "专科（高起专）", "upgrade": "本科（专升本）", "bachelor": "本科（高起本）"}[
            self.value
        ]

    @property
    def education_code(self) -> str:
        """GB/T 4658 of who graduated from it."""
        return "31" if self is StudyLevel.COLLEGE else "21"


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
