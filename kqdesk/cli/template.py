"""``kqdesk template …``: the user's own forms without a window: fields, put one in, fill it for a cohort or a sitting."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kqdesk.rooms.reports.queries import TemplateRow

SCOPES = ("learner", "cohort", "sitting", "statistics")


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument(
        "what", choices=["list", "fields", "add", "fill"], metavar="list|fields|add|fill", help="做什么"
    )
    parser.add_argument("name", nargs="?", default="", metavar="FILE|NAME", help="add：文件；fill：模板名称")
    parser.add_argument(
        "--scope", choices=SCOPES, default="cohort", help="填法：每人、每班、每场考试一份，或全校统计"
    )
    parser.add_argument("--title", default="", help="add：模板名称，不写就用文件名")
    parser.add_argument(
        "--for",
        dest="subject",
        default="",
        metavar="NO",
        help="fill：班级编号、考试名称或期间（2025学年、2026年）",
    )
    parser.add_argument("--out", type=Path, help="fill：填好的文件（几份就是 .zip）")


def run(call: Call, options: argparse.Namespace) -> int:
    """0 when done; 3 when the template or the name has a fault."""
    if options.what == "fields":
        from kqdesk.rooms.reports.rules import field_names
        from kqdesk.rooms.reports.terms import Scope

        names = field_names(Scope(options.scope))
        call.answer({"fields": list(names)}, "\n".join(f"{{{{{name}}}}}" for name in names))
        return 0
    return {"list": _list, "add": _add, "fill": _fill}[options.what](call, options)


def _list(call: Call, options: argparse.Namespace) -> int:
    from kqdesk.rooms.reports.queries import templates

    with call.school() as school, school.store.reading() as session:
        rows = templates(session)
    told = [{"title": row.title, "scope": row.scope.value, "file": row.file_name} for row in rows]
    call.answer(
        {"templates": told}, "\n".join(f"{row.title}  {row.scope.label}  {row.file_name}" for row in rows)
    )
    return 0


def _add(call: Call, options: argparse.Namespace) -> int:
    from kqdesk.excel.templates import look, unknown
    from kqdesk.kernel.errors import InputFaults, UserError
    from kqdesk.rooms.reports.actions import keep_template
    from kqdesk.rooms.reports.rules import field_names
    from kqdesk.rooms.reports.terms import Scope

    path, scope = Path(options.name), Scope(options.scope)
    try:
        content = path.read_bytes()
    except OSError as wrong:
        raise UserError(f"读不了文件「{options.name}」，请检查路径。") from wrong
    looked = look(content, path.name)
    strange = unknown(looked, field_names(scope))
    if strange:
        raise InputFaults("".join(one.words for one in strange), [one.words for one in strange])
    asks = [spot.name for spot in looked.spots]
    with call.school() as school:
        school.store.run(
            keep_template, school.staff.id, title=options.title or path.stem, scope=scope, file_name=path.name,
            kind=looked.kind, digest=school.attachments.keep(content), size=len(content), asks=asks,
        )  # fmt: skip
    call.answer(
        {"title": options.title or path.stem, "fields": asks}, f"已放入模板「{options.title or path.stem}」。"
    )
    return 0


def _fill(call: Call, options: argparse.Namespace) -> int:
    from kqdesk.kernel.errors import UserError
    from kqdesk.rooms.reports.queries import forms, templates
    from kqdesk.rooms.reports.sheets import made_forms, write_forms

    if options.out is None:
        raise UserError("请用 --out 写明填好的文件放在哪里。")
    today = call.clock().astimezone().date()
    with call.school() as school:
        with school.store.reading() as session:
            row = next((one for one in templates(session) if one.title == options.name), None)
            if row is None:
                raise UserError(f"没有叫「{options.name}」的模板，用 template list 看有哪些。")
            subject = _subject(session, row, options.subject)
            filled = forms(session, row.scope, subject, today=today, actor=school.staff.id)
        if not filled:
            raise UserError("没有可填的表：这个班里还没有学员。")
        with call.progress("填表") as progress:
            made = made_forms(row, filled, school.attachments.read, progress=progress)
    write_forms(options.out, made)
    told: dict[str, Any] = {"forms": len(made), "out": str(options.out)}
    call.answer(told, f"{len(made)} 份表填好了：{options.out}")
    return 0


def _subject(session: "Session", row: "TemplateRow", wanted: str) -> str:
    from kqdesk.kernel.errors import UserError
    from kqdesk.rooms.reports.queries import makeable

    found = [one for one in makeable(session, row.scope) if wanted and wanted in one.words.split(" ", 1)]
    if len(found) != 1:
        raise UserError(f"没有找到「{wanted}」。请用 --for 写班级编号、考试的名称，或期间（例如 2025学年）。")
    return found[0].id
