"""The words of 证书. Imports nothing."""

from enum import StrEnum


class CertificateState(StrEnum):
    """A certificate's way; from approved on its text is sealed."""

    DRAWN = "drawn"
    APPROVED = "approved"
    PRINTED = "printed"
    HANDED_OUT = "handed_out"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "drawn": "待审批",
            "approved": "已批准",
            "printed": "已打印",
            "handed_out": "已发放",
            "revoked": "已撤销",
        }[self.value]


class Verification(StrEnum):
    """What is known of a skill certificate somebody brought."""

    UNCHECKED = "unchecked"
    VERIFIED = "verified"
    DOUBTFUL = "doubtful"

    @property
    def label(self) -> str:
        """What people read."""
        return {"unchecked": "待核验", "verified": "已核验", "doubtful": "存疑"}[self.value]
