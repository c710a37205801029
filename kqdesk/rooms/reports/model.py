"""Tables of 报表."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.reports.terms import FrozenState, Scope, TargetOrigin
from kqdesk.store.base import Base, Json, JsonList, Seal, about, field, link

# an undo takes back the whole report; nothing else may touch one
_BY_HAND = "(SELECT kind FROM journal_entry ORDER BY id DESC LIMIT 1) NOT IN ('undo','redo')"
_FROZEN = "冻结的报表不能改。数字变了请再冻结一份，两份的差别看「和现在比」。"
_SENT = "这份报表已经上报，不能再改。数字有变请再冻结一份上报，并在说明里写原因。"


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


class YearlyTarget(Base):
    """年度目标: a school's own share of a figure for a year. The district's whole number stands in the packs.

    Of several rows for the same year that of the district speaks, else the one entered last.
    """

    __tablename__ = "yearly_target"
    __table_args__ = about("年度目标", title="figure")

    figure: Mapped[str] = field("指标")  # key of rules.FIGURES
    year: Mapped[int] = field("年份")  # in which the period begins
    by_school_year: Mapped[bool] = field("按学年", default=False)
    value: Mapped[int] = field("目标数")
    source: Mapped[str] = field("依据")
    origin: Mapped[TargetOrigin] = field("由谁定", default=TargetOrigin.SCHOOL)


class MacroFigure(Base):
    """宏观指标: a number of the whole district from outside, with its source and day. In hundredths of ``unit``."""

    __tablename__ = "macro_figure"
    __table_args__ = about("宏观指标", title="title")

    title: Mapped[str] = field("指标")
    hundredths: Mapped[int] = field("数值（百分之一）")
    unit: Mapped[str] = field("单位")
    area: Mapped[str] = field("范围")
    as_of: Mapped[date] = field("截至")
    source: Mapped[str] = field("来源")
    figure: Mapped[str | None] = field("本校对应指标")  # key of rules.FIGURES, shown beside it
    is_active: Mapped[bool] = field("在用", default=True)
    note: Mapped[str | None] = field("备注")


class FrozenReport(Base):
    """冻结报表: the figures of a period as they were when somebody froze them. Never written over."""

    __tablename__ = "frozen_report"
    __table_args__ = about(
        "冻结报表",
        title="title",
        seals=[
            Seal(
                _BY_HAND, _FROZEN,
                ("title", "first_on", "last_on", "until_on", "frozen_at", "frozen_by", "after_entry", "packs", "data_state",
                 "digest"),
            ),
            Seal("OLD.state='submitted'", _SENT),
        ],
    )  # fmt: skip

    title: Mapped[str] = field("名称")
    first_on: Mapped[date] = field("从")
    last_on: Mapped[date] = field("到")
    until_on: Mapped[date] = field("数据截至")
    frozen_at: Mapped[datetime] = field("冻结时间")
    frozen_by: Mapped[str] = link("staff.id", "冻结人")
    after_entry: Mapped[int] = field("当时的账页")  # the journal's newest entry then, on this PC
    packs: Mapped[JsonList] = field("规则包")
    data_state: Mapped[str | None] = field("数据状态")  # what was not whole then, in a sentence
    digest: Mapped[str] = field("内容摘要")  # SHA-256 over the figures
    note: Mapped[str | None] = field("说明")
    state: Mapped[FrozenState] = field("状态", default=FrozenState.FROZEN)
    submitted_at: Mapped[datetime | None] = field("上报时间")
    submitted_by: Mapped[str | None] = link("staff.id", "上报人")


class FrozenFigure(Base):
    """One figure of a frozen report with the rows behind it."""

    __tablename__ = "frozen_figure"
    __table_args__ = about("冻结的指标", title="figure", seals=[Seal(_BY_HAND, _FROZEN)])

    report_id: Mapped[str] = link("frozen_report.id", "冻结报表")
    figure: Mapped[str] = field("指标")
    value: Mapped[int] = field("数值")
    whole: Mapped[int | None] = field("分母")
    target: Mapped[int | None] = field("目标数")
    lacks: Mapped[JsonList] = field("当时未配置")
    parts: Mapped[Json] = field("分项")  # breakdown → key → value
    members: Mapped[Json] = field("名单")  # table → ids; people of a number of people under person
