"""Tables of 双证."""

from datetime import date

from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.dual.terms import GraduationState, Relation
from kqdesk.store.base import Base, JsonList, Seal, about, field, link

_SENT = "(SELECT state FROM graduation_batch b WHERE b.id=OLD.batch_id)='submitted'"
_SENTENCE = "这一批已经报送，不能再改。要更正请联系接收单位退回后，在新的一批里重报。"


class Diploma(Base):
    """学历证书: issued by city (senior) or county (junior), imported here, never minted."""

    __tablename__ = "diploma"
    __table_args__ = about(
        "学历证书",
        title="number",
        seals=[
            Seal(
                "EXISTS(SELECT 1 FROM diploma_receipt r WHERE r.diploma_id=OLD.id)",
                "这本学历证书已经领走，登记不能再改。遗失的请用「补办证明书」。",
                ("person_id", "level", "number", "issuer", "issued_on"),
            )
        ],
    )

    person_id: Mapped[str] = link("person.id", "学员")
    level: Mapped[DualLevel] = field("层次")
    number: Mapped[str] = field("证书编号", index=True)
    issuer: Mapped[str] = field("发证机关")
    issued_on: Mapped[date] = field("发证日期")
    origin: Mapped[str | None] = field("来源文件")


class DiplomaReceipt(Base):
    """领证签收: who took a diploma away, on which day; a proxy with her paper attached."""

    __tablename__ = "diploma_receipt"
    __table_args__ = about("领证签收", title="taker_name")

    diploma_id: Mapped[str] = link("diploma.id", "学历证书")
    handed_on: Mapped[date] = field("领取日期")
    relation: Mapped[Relation] = field("领取人")
    taker_name: Mapped[str] = field("领取人姓名", secret=True)
    taker_number: Mapped[str | None] = field("领取人证件号码", secret=True)
    handed_by: Mapped[str] = link("staff.id", "经办人")
    note: Mapped[str | None] = field("备注")


class DiplomaProof(Base):
    """毕业证明书: issued in the place of a lost diploma, whose number stays as it was."""

    __tablename__ = "diploma_proof"
    __table_args__ = about("毕业证明书", title="number")

    diploma_id: Mapped[str] = link("diploma.id", "学历证书")
    number: Mapped[str] = field("证明书编号", index=True)
    issuer: Mapped[str] = field("出具机关")
    issued_on: Mapped[date] = field("出具日期")
    reason: Mapped[str] = field("原因")


class GraduationBatch(Base):
    """毕业批次: applications of one level, posted and sent to county (junior) or city (senior)."""

    __tablename__ = "graduation_batch"
    __table_args__ = about("毕业批次", title="title", seals=[Seal("OLD.state='submitted'", _SENTENCE)])

    title: Mapped[str] = field("批次")
    level: Mapped[DualLevel] = field("层次")
    state: Mapped[GraduationState] = field("状态", default=GraduationState.DRAFT)
    drawn_by: Mapped[str] = link("staff.id", "受理人")
    approved_by: Mapped[str | None] = link("staff.id", "审核人")
    posted_on: Mapped[date | None] = field("公示起")
    posted_until: Mapped[date | None] = field("公示止")
    submitted_on: Mapped[date | None] = field("报送日期")
    submitted_to: Mapped[str | None] = field("报送单位")
    packet_digest: Mapped[str | None] = field("材料包校验码")


class GraduationApplication(Base):
    """毕业申请: a learner in a batch with her credit sum and its explanation as they were on that day."""

    __tablename__ = "graduation_application"
    __table_args__ = about(
        "毕业申请", title="credits", seals=[Seal(_SENT, _SENTENCE)], once=("batch_id", "person_id")
    )

    batch_id: Mapped[str] = link("graduation_batch.id", "毕业批次")
    person_id: Mapped[str] = link("person.id", "学员")
    enrolment_id: Mapped[str | None] = link("enrolment.id", "学籍")
    applied_on: Mapped[date] = field("申请日期")
    education_code: Mapped[str | None] = field("原学历")  # on that day; the diploma changes the roster
    credits: Mapped[int] = field("学分测算")
    is_whole: Mapped[bool] = field("全部计入")
    threshold: Mapped[int | None] = field("毕业学分")
    lacking: Mapped[JsonList] = field("还缺")
    packs: Mapped[JsonList] = field("规则包")
    explanation: Mapped[JsonList] = field("学分说明")
