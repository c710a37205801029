"""Tables of 证书."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import SkillLevel
from kqdesk.rooms.certificates.terms import CertificateState, Verification
from kqdesk.store.base import Base, JsonList, Seal, about, field, link

FROZEN = (
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
DRAWN = FROZEN[: FROZEN.index("approved_by")]
"""What the first person vouches for; the second vouches for all of FROZEN."""


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
                FROZEN,
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
    qr_text: Mapped[str | None] = field("二维码内容", secret=True)  # anybody can decode the name in it
    key_id: Mapped[str | None] = field("签名钥匙号")
    revoked_on: Mapped[date | None] = field("撤销日期")
    revoke_reason: Mapped[str | None] = field("撤销原因", secret=True)  # people write names here
    replaces_id: Mapped[str | None] = link("completion_certificate.id", "补办自")
    handed_to: Mapped[str | None] = field("领取人", secret=True)
    handed_on: Mapped[date | None] = field("领取日期")


class CertificateReview(Base):
    """证书区审核: what an officer of the district said of an approved certificate, where the rule pack wants it. Only added."""

    __tablename__ = "certificate_review"
    __table_args__ = about("证书区审核")

    certificate_id: Mapped[str] = link("completion_certificate.id", "结业证书")
    accepted: Mapped[bool] = field("通过")
    words: Mapped[str | None] = field("意见", secret=True)
    reviewed_by: Mapped[str] = field(
        "审核人", secret=True
    )  # a name: an officer is no operator of this school
    reviewed_at: Mapped[datetime] = field("审核时间")


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
    scan: Mapped[str | None] = field("扫描件")  # digest of the attachment


class VoidNumber(Base):
    """作废号: a serial number that was given and never became a certificate."""

    __tablename__ = "void_number"
    __table_args__ = about("作废编号", title="serial_no")

    serial_no: Mapped[str] = field("证书编号", index=True)
    year: Mapped[int] = field("年份")
    voided_on: Mapped[date] = field("作废日期")
    voided_by: Mapped[str] = link("staff.id", "经手人")
    reason: Mapped[str] = field("原因")


class CertificateDesign(Base):
    """证书版式: where each thing stands on the paper, in tenths of a millimetre from the top left corner."""

    __tablename__ = "certificate_design"
    __table_args__ = about("证书版式", title="title")

    title: Mapped[str] = field("名称")
    width: Mapped[int] = field("纸宽（0.1 毫米）")
    height: Mapped[int] = field("纸高（0.1 毫米）")
    on_blanks: Mapped[bool] = field("套打在预印的空白证书上")
    background: Mapped[str | None] = field(
        "底图"
    )  # digest of the attachment; shown when designing, printed in full print
    spots: Mapped[JsonList] = field("各项位置")
    is_default: Mapped[bool] = field("默认", default=False)
    is_active: Mapped[bool] = field("在用", default=True)


class BlankStock(Base):
    """空白证书入库: blank papers received, or corrected by a count."""

    __tablename__ = "blank_stock"
    __table_args__ = about("空白证书入库", title="kind")

    kind: Mapped[str] = field("空白证书种类")
    count: Mapped[int] = field("张数")
    received_on: Mapped[date] = field("日期")
    received_by: Mapped[str] = link("staff.id", "经手人")
    note: Mapped[str | None] = field("备注")


class PrintRun(Base):
    """打印批次: certificates sent to a printer together, and how far it came."""

    __tablename__ = "print_run"
    __table_args__ = about("证书打印批次", title="printed_at")

    printed_at: Mapped[datetime] = field("打印时间")
    printed_by: Mapped[str] = link("staff.id", "打印人")
    kind: Mapped[str] = field("空白证书种类")
    good: Mapped[int] = field("好的张数")
    spoilt: Mapped[int] = field("打坏的张数")
    reason: Mapped[str | None] = field("打坏的原因")


class PrintedSheet(Base):
    """One certificate of a run, in the order it went through the printer."""

    __tablename__ = "printed_sheet"
    __table_args__ = about("打印的证书")

    run_id: Mapped[str] = link("print_run.id", "打印批次")
    certificate_id: Mapped[str] = link("completion_certificate.id", "证书")
    position: Mapped[int] = field("第几张")
