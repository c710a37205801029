"""待确认: two values of one field, written at two stations by people who did not know of each other.

The hub makes the rows, every station gets them, people settle them. Nothing is lost meanwhile: the later value shows,
the other one is kept here.
"""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from kqdesk.store.base import Base, about, field


class SyncConflict(Base):
    """One field of one row with two values; ``column`` is empty when one side deleted what the other changed."""

    __tablename__ = "sync_conflict"

    tbl: Mapped[str] = field("表")
    row_id: Mapped[str] = field("行")
    column: Mapped[str] = field("字段")
    shown: Mapped[str | None] = field("现在显示的值", secret=True)  # JSON of the raw value
    shown_actor: Mapped[str] = field("显示值的填写人")
    shown_at: Mapped[datetime] = field("显示值的时间")
    shown_station: Mapped[str] = field("显示值的电脑")
    kept: Mapped[str | None] = field("另一个值", secret=True)  # JSON of the raw value
    kept_actor: Mapped[str] = field("另一个值的填写人")
    kept_at: Mapped[datetime] = field("另一个值的时间")
    kept_station: Mapped[str] = field("另一个值的电脑")
    made_at: Mapped[datetime] = field("发现时间")
    settled_by: Mapped[str | None] = field("确认人")
    settled_at: Mapped[datetime | None] = field("确认时间")
    chosen: Mapped[str | None] = field("选定")  # shown · kept

    __table_args__ = (
        Index("ix_sync_conflict_row", "tbl", "row_id"),
        about("待确认"),
    )
