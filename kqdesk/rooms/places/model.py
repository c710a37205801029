"""Tables of 地方. Townships themselves are a dated code table in resources/codes."""

from datetime import date

from sqlalchemy.orm import Mapped

from kqdesk.store.base import Base, about, field, link


class SchoolArea(Base):
    """A township the school serves, from a day on."""

    __tablename__ = "school_area"
    __table_args__ = about("服务范围", title="township_code")

    township_code: Mapped[str] = field("镇街")
    since: Mapped[date | None] = field("起")
    until: Mapped[date | None] = field("止")


class Village(Base):
    """村社: a village or a residents' community."""

    __tablename__ = "village"
    __table_args__ = about("村社", title="name")

    name: Mapped[str] = field("名称", index=True)
    code: Mapped[str | None] = field("代码")
    township_code: Mapped[str | None] = field("镇街", index=True)
    coordinates: Mapped[str | None] = field("坐标")  # "latitude,longitude" in degrees
    is_active: Mapped[bool] = field("在用", default=True)


class Firm(Base):
    """企业: a firm or a market stall with people who learn."""

    __tablename__ = "firm"
    __table_args__ = about("企业", title="name")

    name: Mapped[str] = field("名称", index=True)
    credit_code: Mapped[str | None] = field("统一社会信用代码")
    kind: Mapped[str] = field("类别", default="firm")  # firm · market · stall · zone
    township_code: Mapped[str | None] = field("镇街", index=True)
    address: Mapped[str | None] = field("地址")
    contact: Mapped[str | None] = field("联系人", secret=True)
    phone: Mapped[str | None] = field("联系电话", secret=True)
    is_active: Mapped[bool] = field("在用", default=True)


class Site(Base):
    """教学点: a place where lessons are held. ``zone`` groups sites between which no travel time counts."""

    __tablename__ = "site"
    __table_args__ = about("教学点", title="name")

    name: Mapped[str] = field("名称")
    township_code: Mapped[str | None] = field("镇街")
    village_id: Mapped[str | None] = link("village.id", "村社")
    firm_id: Mapped[str | None] = link("firm.id", "企业")
    address: Mapped[str | None] = field("地址")
    zone: Mapped[str | None] = field("片区")
    coordinates: Mapped[str | None] = field("坐标")  # "latitude,longitude" in degrees
    is_active: Mapped[bool] = field("启用", default=True)


class Classroom(Base):
    """教室: one bookable room of a site."""

    __tablename__ = "classroom"
    __table_args__ = about("教室", title="name")

    site_id: Mapped[str] = link("site.id", "教学点")
    name: Mapped[str] = field("名称")
    capacity: Mapped[int] = field("座位数")
    equipment: Mapped[str | None] = field("设备")
    is_active: Mapped[bool] = field("启用", default=True)
