"""The words of 证书. Imports nothing."""

from enum import StrEnum

SCAN = "scan"
"""Purpose of the attachment that shows a skill certificate."""
BACKGROUND = "background"
"""Purpose of the attachment behind a design."""
SERIALS = "certificate"
"""What a hub leases certificate numbers as."""
PLAIN_PAPER = "普通纸"
"""The kind of sheet when nothing pre-printed is used; its stock is not kept."""


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


REVIEWED = "certificate.district_approval"
"""The pack's switch: the district reviews certificates before they are printed. Unset counts as no."""
REVIEWABLE = frozenset({CertificateState.APPROVED, CertificateState.PRINTED})
"""States in which a word of the district still counts: approved by the school, not handed out."""


class Verification(StrEnum):
    """What is known of a skill certificate somebody brought."""

    UNCHECKED = "unchecked"
    VERIFIED = "verified"
    DOUBTFUL = "doubtful"

    @property
    def label(self) -> str:
        """What people read."""
        return {"unchecked": "待核验", "verified": "已核验", "doubtful": "存疑"}[self.value]


class SpotKind(StrEnum):
    """What can stand on a certificate."""

    BODY = "body"
    NAME = "name"
    SEX = "sex"
    ID_TAIL = "id_tail"
    COURSE = "course"
    HOURS = "hours"
    PERIOD = "period"
    SERIAL_NO = "serial_no"
    ISSUER = "issuer"
    AWARDED_ON = "awarded_on"
    AWARDED_DIGITS = "awarded_digits"
    PHOTO = "photo"
    QR = "qr"
    REPLACES = "replaces"
    TEXT = "text"

    @property
    def label(self) -> str:
        """As the designer lists it."""
        return _SPOTS[self.value]


_SPOTS = {
    "body": "正文（整段）", "name": "姓名", "sex": "性别", "id_tail": "证件尾号", "course": "课程名称", "hours": "学时",
    "period": "学习时间", "serial_no": "证书编号", "issuer": "发证单位", "awarded_on": "发证日期（汉字）",
    "awarded_digits": "发证日期（数字）", "photo": "照片", "qr": "二维码", "replaces": "补发说明", "text": "固定文字",
}  # fmt: skip
