"""Tables of 报表."""

from datetime import date

from sqlalchemy.orm import Mapped

from kqdesk.rooms.reports.terms import Scope
from kqdesk.store.base import Base, JsonList, about, field


class DocumentTemplate(Base):
    """An official form of the user's with ``{{字段}}`` in it; its file is an attachment."""

    __tablename__ = "document_template"
    __table_args__ = about("模板", title="title")

    title: Mapped[str] = field("名称")
    scope: Mapped[Scope] = field("填法")
    file_name: Mapped[str] = field("文件名")
    kind: Mapped[str] = field("格式")  # xlsx · docx
    digest: Mapped[str] = field("文件")
    asks: Mapped[JsonList] = field("用到的字段")
    is_active: Mapped[bool] = field("在用", default=True)
    kept_on: Mapped[date] = field("放入日期")
