"""报表: templates kept, renamed, put aside."""

from collections.abc import Sequence

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.reports import rules
from kqdesk.rooms.reports.model import DocumentTemplate
from kqdesk.rooms.reports.terms import TEMPLATE, Scope
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import attach

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@action("放入模板")
def keep_template(
    w: Writing,
    *,
    title: str,
    scope: Scope,
    file_name: str,
    kind: str,
    digest: str,
    size: int,
    asks: Sequence[str],
) -> str:
    """Keep a form whose file was looked at and kept; refused when it asks for a field nobody knows. Returns its id."""
    _check(w, title, scope, asks)
    row = DocumentTemplate(
        title=title.strip(), scope=scope, file_name=file_name, kind=kind, digest=digest, asks=list(asks),
        is_active=True, kept_on=school_day(w.now),
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    attach(
        w, table="document_template", row_id=row.id, purpose=TEMPLATE, digest=digest, name=file_name,
        media=MEDIA[kind], size=size,
    )  # fmt: skip
    w.note(row.title)
    return row.id


@action("修改模板")
def change_template(
    w: Writing, *, template_id: str, title: str, scope: Scope, seen: int | None = None
) -> None:
    """Another name, or what one form is about; its fields must be known there too."""
    row = w.session.get_one(DocumentTemplate, template_id)
    w.check_fresh(row, ("title", "scope"), seen)
    _check(w, title, scope, row.asks, but=template_id)
    row.title, row.scope = title.strip(), scope
    w.note(row.title)


@action("停用模板")
def retire_template(w: Writing, *, template_id: str) -> None:
    """Out of the list; forms made with it stay as they are."""
    row = w.session.get_one(DocumentTemplate, template_id)
    row.is_active = False
    w.note(row.title)


def _check(w: Writing, title: str, scope: Scope, asks: Sequence[str], but: str = "") -> None:
    if not title.strip():
        raise UserError("请给模板起个名称，例如：毕业生登记表。")
    taken = select(DocumentTemplate.id).where(
        DocumentTemplate.title == title.strip(), DocumentTemplate.is_active, DocumentTemplate.id != but
    )
    if w.session.scalar(taken):
        raise UserError(f"已经有一个叫“{title.strip()}”的模板。换个名称，或先停用旧的。")
    if not asks:
        raise UserError("文件里没有 {{字段}}。请在要填的地方写上，例如 {{姓名}}；有哪些字段见“字段表”。")
    known = set(rules.field_names(scope))
    strange = [name for name in dict.fromkeys(asks) if name not in known]
    if strange:
        raise UserError(f"“{scope.label}”的模板里没有这些字段：{'、'.join(strange)}。请照“字段表”改。")
