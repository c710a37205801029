"""Tables of 历史台账."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel, Subject
from kqdesk.rooms.past.terms import LedgerState
from kqdesk.store.base import Base, Seal, about, field, link

_SENTENCE = "台账已核对，不能再改。要改请先用「退回核对」并写明原因，改好再由另一人核对。"
_CHECKED = "(SELECT l.state FROM past_ledger l WHERE l.id=OLD.ledger_id)='checked'"
SAID = (
    "line_no", "name", "id_number", "cohort", "course", "starts_on", "ends_on", "hours", "is_skill", "subject",
    "points_tenths", "level", "occupation", "skill_level", "completion_no", "skill_no", "diploma_no", "issuer", "issued_on",
    "note",
)  # fmt: skip
"""What a line says; whose it is (``person_id``) is no part of the paper."""


class PastLedger(Base):
    """历史台账: one register on paper of the years before, typed in or imported; another person checks it."""

    __tablename__ = "past_ledger"
    __table_args__ = about(
        "历史台账",
        title="title",
        seals=[
            Seal(
                "OLD.state='checked'", _SENTENCE, ("title", "kept_at", "first_year", "last_year", "digest", "state"),
                unless="NEW.state='entered' AND NEW.reopen_reason IS NOT NULL",
            )
        ],
    )  # fmt: skip

    title: Mapped[str] = field("名称")
    first_year: Mapped[int | None] = field("起年")
    last_year: Mapped[int | None] = field("止年")
    kept_at: Mapped[str | None] = field("原件在哪里")
    origin: Mapped[str | None] = field("来源文件")
    note: Mapped[str | None] = field("备注")
    state: Mapped[LedgerState] = field("状态", default=LedgerState.ENTERED)
    entered_by: Mapped[str] = link("staff.id", "录入人")
    entered_on: Mapped[date] = field("录入日期")
    digest: Mapped[str | None] = field("内容摘要")  # SHA-256 over what every line says, when it was checked
    checked_by: Mapped[str | None] = link("staff.id", "核对人")
    checked_at: Mapped[datetime | None] = field("核对时间")
    reopen_reason: Mapped[str | None] = field("退回原因")


class PastRecord(Base):
    """补录: one line of a ledger, as it stands there: a class attended, hours, a mark, a paper with its number."""

    __tablename__ = "past_record"
    __table_args__ = (
        Index("ix_past_record_completion", "completion_no"),
        Index("ix_past_record_skill", "skill_no"),
        Index("ix_past_record_diploma", "diploma_no"),
        about("补录", title="cohort", seals=[Seal(_CHECKED, _SENTENCE, SAID)]),
    )

    ledger_id: Mapped[str] = link("past_ledger.id", "历史台账")
    person_id: Mapped[str | None] = link("person.id", "人员")
    line_no: Mapped[int] = field("行号")
    name: Mapped[str] = field("姓名", secret=True)  # as the ledger has it
    id_number: Mapped[str | None] = field("证件号码", secret=True)
    cohort: Mapped[str | None] = field("班级")
    course: Mapped[str | None] = field("课程")
    starts_on: Mapped[date | None] = field("开始日期")
    ends_on: Mapped[date | None] = field("结束日期")
    hours: Mapped[int | None] = field("学时")
    is_skill: Mapped[bool | None] = field("技能培训")  # None: the ledger does not say
    subject: Mapped[Subject | None] = field("科目")
    points_tenths: Mapped[int | None] = field("得分（十分之一）")
    level: Mapped[DualLevel | None] = field("层次")
    occupation: Mapped[str | None] = field("职业（工种）")
    skill_level: Mapped[SkillLevel | None] = field("等级")
    completion_no: Mapped[str | None] = field("结业证书编号")
    skill_no: Mapped[str | None] = field("技能证书编号")
    diploma_no: Mapped[str | None] = field("学历证书编号")
    issuer: Mapped[str | None] = field("发证单位")
    issued_on: Mapped[date | None] = field("发证日期")
    note: Mapped[str | None] = field("备注")
