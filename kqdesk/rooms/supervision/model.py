"""Tables of 督查 and of the numbers other departments report 部门填报."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from kqdesk.rooms.supervision.terms import StepKind, TaskSource
from kqdesk.store.base import Base, JsonList, Seal, about, field, link

# an undo takes back a whole act; nothing else may touch a step that was taken
_BY_HAND = "(SELECT kind FROM journal_entry ORDER BY id DESC LIMIT 1) NOT IN ('undo','redo')"


class SupervisionTask(Base):
    """督查任务: what one school is asked, and by when. Where it stands is what its steps say, not a column."""

    __tablename__ = "supervision_task"
    __table_args__ = about("督查任务", title="title")

    dispatch: Mapped[str] = field("布置批次", index=True)  # the same for every school that was asked at once
    source: Mapped[TaskSource] = field("来源", default=TaskSource.HUB)
    title: Mapped[str] = field("督查事项")
    words: Mapped[str] = field("要求")
    paper_no: Mapped[str | None] = field("文号")
    issued_by: Mapped[str] = field("布置人", secret=True)
    issued_on: Mapped[date] = field("布置日期")
    due_on: Mapped[date] = field("到期日")
    figures: Mapped[JsonList] = field("要填的数", default=list)  # rules.Wanted as [key, label, unit]
    wants_files: Mapped[bool] = field("要佐证材料", default=False)


class SupervisionStep(Base):
    """督查办理记录: an answer of the school or a word of the district. ``answer_id``: the answer a verdict is on."""

    __tablename__ = "supervision_step"
    __table_args__ = about(
        "督查办理记录",
        title="kind",
        seals=[Seal(_BY_HAND, "督查的办理记录不能改。要补充请再答复一次。")],
    )

    task_id: Mapped[str] = link("supervision_task.id", "督查任务")
    kind: Mapped[StepKind] = field("办理")
    answer_id: Mapped[str | None] = link("supervision_step.id", "对哪一次答复")
    words: Mapped[str | None] = field("内容", secret=True)
    figures: Mapped[JsonList] = field("填的数", default=list)  # [key, value]
    files: Mapped[JsonList] = field("佐证材料", default=list)  # ids of attachments of the task
    stepped_at: Mapped[datetime] = field("时间")
    stepped_by: Mapped[str] = field("办理人", secret=True)  # a name: an officer is no operator of this school
    staff_id: Mapped[str | None] = link("staff.id", "操作人")


class DepartmentReturn(Base):
    """部门填报: what another department reported for a period, in one version. Stands beside own figures, never in them."""

    __tablename__ = "department_return"
    __table_args__ = about("部门填报", title="department")

    department: Mapped[str] = field("填报部门", index=True)
    period_from: Mapped[date] = field("期间起")
    period_to: Mapped[date] = field("期间止")
    version: Mapped[int] = field("版本")
    source: Mapped[str] = field("数据来源")
    contact: Mapped[str] = field("联系人", secret=True)
    overlap: Mapped[str] = field("与本系统重复的说明")
    file_name: Mapped[str] = field("文件名", secret=True)
    reported_by: Mapped[str] = field("录入人", secret=True)
    reported_at: Mapped[datetime] = field("录入时间")


class DepartmentFigure(Base):
    """部门数据: one line of a return, as the department wrote it."""

    __tablename__ = "department_figure"
    __table_args__ = about("部门数据", title="title")

    return_id: Mapped[str] = link("department_return.id", "部门填报")
    position: Mapped[int] = field("第几行")
    title: Mapped[str] = field("项目")
    unit: Mapped[str] = field("单位")
    amount: Mapped[int] = field("数量")
    note: Mapped[str | None] = field("备注")
