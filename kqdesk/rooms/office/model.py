"""Tables of 办公室."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.office.terms import PackState
from kqdesk.security.roles import Role
from kqdesk.store.base import Base, Json, about, field, link


class School(Base):
    """成校: the owner of this home, and the names that stand on its papers."""

    __tablename__ = "school"
    __table_args__ = about("学校", title="name")

    code: Mapped[str] = field("学校代码")
    name: Mapped[str] = field("学校名称")
    region_code: Mapped[str] = field("区划代码", default="330603")
    township_code: Mapped[str | None] = field("所在镇街")
    address: Mapped[str | None] = field("地址")
    phone: Mapped[str | None] = field("电话")
    head_name: Mapped[str | None] = field("校长")
    is_demo: Mapped[bool] = field("演练学校", default=False)


class Staff(Base):
    """操作人: somebody who signs in here. Never deleted: the audit trail names them."""

    __tablename__ = "staff"
    __table_args__ = about("操作人", title="name")

    name: Mapped[str] = field("姓名")
    role: Mapped[Role] = field("角色")
    sees_full_ids: Mapped[bool] = field("可看完整证件号", default=False)
    public_key: Mapped[str | None] = field("个人签名公钥")
    left_on: Mapped[date | None] = field("离职日期")


class Setting(Base):
    """One switch of the school: text size and the like are per PC and live elsewhere."""

    __tablename__ = "setting"
    __table_args__ = about("设置", title="key")

    key: Mapped[str] = field("名称", index=True)
    value: Mapped[Json] = field("内容")


class RulePack(Base):
    """规则包: dated policy numbers as data. A result keeps the key and version it was computed with."""

    __tablename__ = "rule_pack"
    __table_args__ = about("规则包", title="title")

    pack_key: Mapped[str] = field("包名", index=True)
    version: Mapped[int] = field("版本")
    title: Mapped[str] = field("标题")
    effective_from: Mapped[date] = field("生效日期")
    effective_to: Mapped[date | None] = field("失效日期")
    content: Mapped[Json] = field("条目")
    state: Mapped[PackState] = field("状态", default=PackState.DRAFT)
    entered_by: Mapped[str | None] = link("staff.id", "录入人")
    activated_by: Mapped[str | None] = link("staff.id", "启用人")
    activated_at: Mapped[datetime | None] = field("启用时间")
