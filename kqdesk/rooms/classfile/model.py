"""Tables of 一班一档."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.classfile.terms import Paper
from kqdesk.store.base import Base, about, field, link


class ClassFile(Base):
    """归档: that a class file was closed, by whom; with a reason when something was missing."""

    __tablename__ = "class_file"
    __table_args__ = about("一班一档")

    cohort_id: Mapped[str] = link("cohort.id", "班级")
    archived_at: Mapped[datetime] = field("归档时间")
    archived_by: Mapped[str] = link("staff.id", "归档人")
    missing: Mapped[str | None] = field("归档时缺")
    reason: Mapped[str | None] = field("缺件说明")


class ClassFileWaiver(Base):
    """不适用: a paper this class does not need, with the reason."""

    __tablename__ = "class_file_waiver"
    __table_args__ = about("一班一档不适用项", title="paper")

    cohort_id: Mapped[str] = link("cohort.id", "班级")
    paper: Mapped[Paper] = field("材料")
    reason: Mapped[str] = field("原因")
