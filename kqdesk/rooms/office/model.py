"""Tables of 办公室."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from kqdesk.rooms.office.terms import PackState
from kqdesk.security.roles import Role
from kqdesk.store.base import Base, Json, JsonList, Seal, about, field, link


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
    head_name: Mapped[str | None] = field("校长", secret=True)
    is_demo: Mapped[bool] = field("演练学校", default=False)


class Staff(Base):
    """操作人: somebody who signs in here. Never deleted: the audit trail names them."""

    __tablename__ = "staff"
    __table_args__ = about("操作人", title="name")

    name: Mapped[str] = field("姓名", secret=True)
    role: Mapped[Role] = field("角色")
    sees_full_ids: Mapped[bool] = field("可看完整证件号", default=False)
    public_key: Mapped[str | None] = field("个人签名公钥")
    left_on: Mapped[date | None] = field("离职日期")


# an undo takes back a whole act with its signature; nothing else may touch one
_BY_HAND = "(SELECT kind FROM journal_entry ORDER BY id DESC LIMIT 1) NOT IN ('undo','redo')"


class StaffKey(Base):
    """签名公钥: which public key was a person's own, on which PC, from when to when; what proves a step signed years ago."""

    __tablename__ = "staff_key"
    __table_args__ = about(
        "签名公钥",
        seals=[
            Seal(_BY_HAND, "登记过的签名公钥不能改。", ("staff_id", "public_key", "since", "recorded_by"))
        ],
    )

    staff_id: Mapped[str] = link("staff.id", "操作人")
    public_key: Mapped[str] = field("公钥")  # 32 bytes as hex
    since: Mapped[datetime] = field("启用时间")
    until: Mapped[datetime | None] = field("停用时间")
    recorded_by: Mapped[str] = field("登记人")
    station: Mapped[str | None] = field("电脑")  # where the private half lies: a person has one key a PC


class SignedStep(Base):
    """签名: one step of two-person work on one row of any table, signed with the person's own key.

    What is signed: school, table, row, step, who, when and the digest of the signed columns' canonical image.
    """

    __tablename__ = "signed_step"
    __table_args__ = (
        Index("ix_signed_step_row", "row_id", "owner_table"),
        about("签名", title="step", seals=[Seal(_BY_HAND, "签过名的步骤不能改，也不能删。")]),
    )

    owner_table: Mapped[str] = field("所属表")
    row_id: Mapped[str] = field("所属行")
    step: Mapped[str] = field("步骤")  # terms.Step
    signed_by: Mapped[str] = link("staff.id", "签名人")
    signed_at: Mapped[datetime] = field("签名时间")
    columns: Mapped[JsonList] = field("所签栏目")
    digest: Mapped[str] = field("内容摘要")  # SHA-256, hex
    key_id: Mapped[str] = field("公钥编号")  # security.signing.key_id, hex
    signature: Mapped[str] = field("签名值")  # 64 bytes as hex


class Setting(Base):
    """One switch of the school: text size and the like are per PC and live elsewhere."""

    __tablename__ = "setting"
    __table_args__ = about("设置", title="key")

    key: Mapped[str] = field("名称", index=True)
    value: Mapped[Json] = field("内容")


class RulePack(Base):
    """规则包: dated policy numbers as data. A result keeps the key and version it was computed with."""

    __tablename__ = "rule_pack"
    __table_args__ = about(
        "规则包",
        title="title",
        seals=[
            Seal(
                "OLD.state<>'draft'",
                "规则包已经启用，内容不能再改。要改请用「修改规则」另做一版，由另一位操作人启用。",
                (
                    "pack_key",
                    "version",
                    "title",
                    "effective_from",
                    "effective_to",
                    "content",
                    "activated_by",
                    "published_by",
                    "published_at",
                    "hub_signature",
                ),
            )
        ],
    )

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
    # of what the district publishes through its hub (rules.publishing); at the hub also of its drafts
    drafted_by: Mapped[str | None] = field("区里录入人", secret=True)
    published_by: Mapped[str | None] = field("区里发布人", secret=True)
    published_at: Mapped[datetime | None] = field("区里发布时间")
    hub_signature: Mapped[str | None] = field("数据站签名")  # 64 bytes as hex
