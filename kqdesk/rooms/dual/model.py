"""Tables of 双证."""

from datetime import date

from sqlalchemy.orm import Mapped

from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.store.base import Base, about, field, link


class Diploma(Base):
    """学历证书: issued by city (senior) or county (junior), imported here, never minted."""

    __tablename__ = "diploma"
    __table_args__ = about("学历证书", title="number")

    person_id: Mapped[str] = link("person.id", "学员")
    level: Mapped[DualLevel] = field("层次")
    number: Mapped[str] = field("证书编号", index=True)
    issuer: Mapped[str] = field("发证机关")
    issued_on: Mapped[date] = field("发证日期")
    origin: Mapped[str | None] = field("来源文件")
