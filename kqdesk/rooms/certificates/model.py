"""Tables of 证书."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import SkillLevel
from kqdesk.rooms.certificates.terms import CertificateState, Verification
from kqdesk.store.base import Base, Seal, about, field, link

_FROZEN = (
    "serial_no",
    "person_id",
    "enrolment_id",
    "name",
    "course_title",
    "study_hours",
    "issuer",
    "awarded_on",
    "drawn_by",
    "approved_by",
    "approved_at",
    "qr_text",
    "key_id",
)


class CompletionCertificate(Base):
    """结业证书: what it says is frozen when it is drawn up, and sealed when another person approves it."""

    __tablename__ = "completion_certificate"
    __table_args__ = about(
        "结业证书",
        title="serial_no",
        seals=[
            Seal(
                "OLD.state<>'drawn'",
                "证书已批准，内容不能再改。要收回请用「撤销证书」，要改内容请撤销后重新制证。",
                _FROZEN,
            ),
            Seal(
                "OLD.state='revoked'",
                "证书已撤销，不能再改。需要的话请重新制证。",
                ("state", "revoked_on", "revoke_reason"),
            ),
        ],
    )

    serial_no: Mapped[str] = field("证书编号", index=True)
    person_id: Mapped[str] = link("person.id", "学员")
    enrolment_id: Mapped[str] = link("enrolment.id", "学籍")
    name: Mapped[str] = field("证书姓名", secret=True)
    course_title: Mapped[str] = field("课程名称")
    study_hours: Mapped[int] = field("学时")
    issuer: Mapped[str] = field("发证单位")
    awarded_on: Mapped[date] = field("发证日期")
    state: Mapped[CertificateState] = field("状态", default=CertificateState.DRAWN)
    drawn_by: Mapped[str] = link("staff.id", "制证人")
    approved_by: Mapped[str | None] = link("staff.id", "批准人")
    approved_at: Mapped[datetime | None] = field("批准时间")
    qr_text: Mapped[str | None] = field("二维码内容")
    key_id: Mapped[str | None] = field("签名钥匙号")
    revoked_on: Mapped[date | None] = field("撤销日期")
    revoke_reason: Mapped[str | None] = field("撤销原因")
    replaces_id: Mapped[str | None] = link("completion_certificate.id", "补办自")
    handed_to: Mapped[str | None] = field("领取人", secret=True)
    handed_on: Mapped[date | None] = field("领取日期")


class NumberBlock(Base):
    """号段: serial numbers this station may use; later leased by the hub, never re-leased without its word."""

    __tablename__ = "number_block"
    __table_args__ = about("证书号段", title="year")

    year: Mapped[int] = field("年份")
    first_serial: Mapped[int] = field("起号")
    last_serial: Mapped[int] = field("止号")
    next_serial: Mapped[int] = field("下一号")
    station: Mapped[str] = field("电脑")


class SigningKey(Base):
    """签名钥匙: the public half; the private half never leaves the PC's vault."""

    __tablename__ = "signing_key"
    __table_args__ = about("签名钥匙", title="key_id")

    key_id: Mapped[str] = field("钥匙号")
    public_key: Mapped[str] = field("公钥")
    since: Mapped[date] = field("启用日期")
    until: Mapped[date | None] = field("停用日期")


class SkillCertificate(Base):
    """职业技能等级证书 somebody brought: recorded with its number, checked where it can be."""

    __tablename__ = "skill_certificate"
    __table_args__ = about("技能证书", title="occupation")

    person_id: Mapped[str] = link("person.id", "学员")
    occupation: Mapped[str] = field("职业（工种）")
    level: Mapped[SkillLevel] = field("等级")
    number: Mapped[str | None] = field("证书编号", index=True)
    issuer: Mapped[str | None] = field("发证机构")
    issued_on: Mapped[date | None] = field("发证日期")
    expires_on: Mapped[date | None] = field("有效期至")
    verification: Mapped[Verification] = field("核验", default=Verification.UNCHECKED)
    scan: Mapped[str | None] = field("扫描件")
