"""Everything that changes a class file: papers put in and taken out, what does not apply, closing it."""

from collections.abc import Sequence

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.classfile import queries, rules
from kqdesk.rooms.classfile.model import ClassFile, ClassFileWaiver
from kqdesk.rooms.classfile.terms import Paper
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile, put_in, take_out

CLOSED = "这个班的档案已经归档。要改请先用「重新打开档案」并写明原因。"


@action("放入档案材料")
def put_papers(w: Writing, *, cohort_id: str, paper: Paper, files: Sequence[KeptFile]) -> int:
    """Put files in under a paper; one that is there already is passed over. Returns how many are new."""
    row = _open_file(w, cohort_id)
    if not paper.is_put_in:
        raise UserError(f"{paper.label}由程序按记录生成，不用放文件。")
    count = put_in(w, table="cohort", row_id=cohort_id, purpose=paper.value, files=files)
    w.note(f"{row.cohort.title} {paper.label} {count} 份")
    return count


@action("取出档案材料")
def remove_paper(w: Writing, *, cohort_id: str, attachment_id: str) -> None:
    """Take a file out again; its bytes stay until the clean-up, so that undo finds them."""
    _open_file(w, cohort_id)
    take_out(w, table="cohort", row_id=cohort_id, attachment_id=attachment_id)


@action("标记不适用")
def waive_paper(w: Writing, *, cohort_id: str, paper: Paper, reason: str) -> None:
    """This class does not need the paper; the reason is printed on the index. An empty reason asks for it again."""
    row = _open_file(w, cohort_id)
    words = reason.strip()
    if not words:
        raise UserError("请写明为什么不适用，检查时要看。")
    found = _waiver(w, cohort_id, paper)
    if found is None:
        w.session.add(ClassFileWaiver(cohort_id=cohort_id, paper=paper, reason=words))
    else:
        found.reason = words
    w.note(f"{row.cohort.title} {paper.label}")


@action("取消不适用")
def need_paper(w: Writing, *, cohort_id: str, paper: Paper) -> None:
    """The paper is needed after all."""
    _open_file(w, cohort_id)
    found = _waiver(w, cohort_id, paper)
    if found is None:
        raise UserError(f"{paper.label}本来就要的。")
    w.session.delete(found)
    w.note(paper.label)


@action("归档一班一档")
def archive(w: Writing, *, cohort_id: str, reason: str = "") -> None:
    """Close the file. When something is missing a written reason is needed; what was missing stays named beside it."""
    row = _open_file(w, cohort_id)
    missing, words = rules.lacking(row.items), reason.strip()
    if not row.items:
        raise UserError("档案要有哪些材料还没有配置。请在「设置·规则包」里填。")
    if missing and not words:
        raise UserError(f"档案还缺：{missing}。补齐后再归档；不补请写明原因。")
    w.session.add(
        ClassFile(
            cohort_id=cohort_id, archived_at=w.now, archived_by=w.actor, missing=missing or None, reason=words or None
        )
    )  # fmt: skip
    w.note(row.cohort.title)


@action("重新打开档案")
def reopen(w: Writing, *, cohort_id: str, reason: str) -> None:
    """A closed file is open again; why stays in the undo list and the audit."""
    words = reason.strip()
    if not words:
        raise UserError("请写明为什么重新打开。")
    found = list(w.session.scalars(select(ClassFile).where(ClassFile.cohort_id == cohort_id)))
    if not found:
        raise UserError("这个班的档案没有归档。")
    for row in found:
        w.session.delete(row)
    w.note(words)


def _open_file(w: Writing, cohort_id: str) -> queries.ClassFileRow:
    rows = queries.class_files(w.session, on=school_day(w.now), cohort_id=cohort_id)
    if not rows:
        raise UserError("这个班已经不在了，或已取消。请刷新。")
    if rows[0].archived is not None:
        raise UserError(CLOSED)
    return rows[0]


def _waiver(w: Writing, cohort_id: str, paper: Paper) -> ClassFileWaiver | None:
    return w.session.scalars(
        select(ClassFileWaiver).where(ClassFileWaiver.cohort_id == cohort_id, ClassFileWaiver.paper == paper)
    ).first()
