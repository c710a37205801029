"""Tables of 培训师."""

from datetime import date

from sqlalchemy.orm import Mapped

from kqdesk.rooms.trainers.terms import PaperKind, PayLevel, TaxBasis, TrainerSource
from kqdesk.store.base import Base, about, field, link


class Trainer(Base):
    """培训师: school staff and outside alike."""

    __tablename__ = "trainer"
    __table_args__ = about("培训师", title="name")

    name: Mapped[str] = field("姓名", secret=True, index=True)
    name_initials: Mapped[str | None] = field("简拼", secret=True)
    person_id: Mapped[str | None] = link("person.id", "花名册人员")
    source: Mapped[TrainerSource] = field("来源类别")
    pay_level: Mapped[PayLevel] = field("课酬级别")
    phone: Mapped[str | None] = field("电话", secret=True)
    id_number: Mapped[str | None] = field("证件号码", secret=True)
    employer: Mapped[str | None] = field("工作单位")
    township_code: Mapped[str | None] = field("所在镇街")
    agreement_from: Mapped[date | None] = field("协议起")
    agreement_to: Mapped[date | None] = field("协议止")
    is_active: Mapped[bool] = field("在用", default=True)
    note: Mapped[str | None] = field("备注")
    consent_on: Mapped[date | None] = field("单位同意兼职日期")
    pledge_on: Mapped[date | None] = field("无犯罪承诺日期")
    tax_basis: Mapped[TaxBasis | None] = field("税务口径")
    bank: Mapped[str | None] = field("开户行", secret=True)
    bank_account: Mapped[str | None] = field("银行账号", secret=True)
    retired_reason: Mapped[str | None] = field("停用原因")


class TrainerSpeciality(Base):
    """专长: a category of the catalogue or a free word."""

    __tablename__ = "trainer_speciality"
    __table_args__ = about("专长", title="speciality")

    trainer_id: Mapped[str] = link("trainer.id", "培训师")
    speciality: Mapped[str] = field("专长")


class TrainerQualification(Base):
    """资格: a paper with its expiry."""

    __tablename__ = "trainer_qualification"
    __table_args__ = about("资格证书", title="title")

    trainer_id: Mapped[str] = link("trainer.id", "培训师")
    title: Mapped[str] = field("名称")
    number: Mapped[str | None] = field("证书号", secret=True)
    issuer: Mapped[str | None] = field("发证机构")
    issued_on: Mapped[date | None] = field("发证日期")
    expires_on: Mapped[date | None] = field("有效期至")
    kind: Mapped[PaperKind | None] = field("类别")
    level: Mapped[str | None] = field("等级")


class TrainerAvailability(Base):
    """可上课时间: weekday 1–7 and minutes of the day, half-open."""

    __tablename__ = "trainer_availability"
    __table_args__ = about("可上课时间")

    trainer_id: Mapped[str] = link("trainer.id", "培训师")
    weekday: Mapped[int] = field("星期")
    start_minute: Mapped[int] = field("开始（分）")
    end_minute: Mapped[int] = field("结束（分）")


class TrainerLeave(Base):
    """请假: whole days on which a trainer does not teach, both ends included."""

    __tablename__ = "trainer_leave"
    __table_args__ = about("培训师请假", title="starts_on")

    trainer_id: Mapped[str] = link("trainer.id", "培训师")
    starts_on: Mapped[date] = field("请假起", index=True)
    ends_on: Mapped[date] = field("请假止")
    reason: Mapped[str | None] = field("事由", secret=True)
