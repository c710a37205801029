"""``kqdesk audit export | verify``: 操作记录 as a file with its proof, and the check of a proof, which needs no home."""

import argparse
from datetime import date
from pathlib import Path

from kqdesk.cli.call import Call, existing_file

ENDINGS = (".xlsx", ".csv")


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parts = parser.add_subparsers(dest="what", required=True, metavar="export|verify")
    export = parts.add_parser("export", help="导出操作记录，旁边有一份签过名的校验文件")
    export.add_argument("out", type=Path, metavar="OUT.xlsx", help="写到哪里，.xlsx 或 .csv")
    export.add_argument("--since", type=_day, metavar="DAY", help="从哪天起，如 2026-03-02")
    export.add_argument("--until", type=_day, metavar="DAY", help="到哪天止（含）")
    export.add_argument("--by", default="", metavar="NAME", help="只要这位操作人做的")
    export.add_argument("--about", default="", metavar="TEXT", help="学员、班级的名字，或记录里的字")
    verify = parts.add_parser("verify", help="核对一份校验文件和它的清单；不需要密码")
    verify.add_argument("proof", type=Path, metavar="PROOF", help="导出时得到的 .kqproof 文件")
    verify.add_argument("--table", type=Path, metavar="FILE", help="清单；不写就用旁边同名的那一份")


def run(call: Call, options: argparse.Namespace) -> int:
    """Do one of the two."""
    return _export(call, options) if options.what == "export" else _verify(call, options)


def _export(call: Call, options: argparse.Namespace) -> int:
    from kqdesk.cli.call import writable_target
    from kqdesk.kernel.errors import NotAllowed, UserError
    from kqdesk.rooms.office.queries import staff_names
    from kqdesk.rooms.safekeeping import sheets
    from kqdesk.rooms.safekeeping.actions import note_export
    from kqdesk.rooms.safekeeping.queries import Asked
    from kqdesk.rooms.safekeeping.rules import may_read

    ending = options.out.suffix.lower()
    target = writable_target(options.out, ending if ending in ENDINGS else ".xlsx")
    with call.school() as school, call.progress("导出操作记录") as progress:
        if not may_read(school.staff.role):
            raise NotAllowed("操作记录只给校长、教务和审计看。")
        with school.store.reading() as session:
            people = {name: staff_id for staff_id, name in staff_names(session).items()}
        if options.by and options.by not in people:
            raise UserError(f"没有叫「{options.by}」的操作人。有：{'、'.join(people)}。")
        asked = Asked(people.get(options.by, ""), options.since, options.until, about=options.about)
        made = sheets.export_journal(
            target,
            asked,
            reading=school.store.reading,
            signer=school.issuer(),
            by=school.staff.name,
            filter_words=_words(options),
            now=school.store.clock(),
            chain_fault=school.store.verify_chain() or "",
            progress=progress,
        )
        school.store.run(note_export, school.staff.id, file_name=made.table.name, count=made.count)
    told = {"file": str(made.table), "proof": str(made.proof), "entries": made.count}
    call.answer(told, f"已导出 {made.count} 条：{made.table}\n校验文件：{made.proof}（请和清单放在一起保存）")
    return 0


def _verify(call: Call, options: argparse.Namespace) -> int:
    from kqdesk.rooms.safekeeping.sheets import check_proof

    table = existing_file(options.table) if options.table else None
    found = check_proof(existing_file(options.proof), table)
    header = found.header
    told = {
        "ok": found.is_whole, "school": header.school, "at": header.at, "by": header.by, "entries": found.entries,
        "head": header.head, "head_hash": header.head_hash, "key": header.key, "faults": list(found.faults),
        "remarks": list(found.remarks),
    }  # fmt: skip
    lines = [
        f"{header.school_name}（{header.school}）的操作记录，{header.by} 导出于 {header.at}，条件：{header.filter}",
        f"{found.entries} 条；全部记录当时到第 {header.head} 条，封存值 {header.head_hash}",
        *found.faults,
        *found.remarks,
        "核对通过：没有改动。" if found.is_whole else "核对没有通过，请不要采信。",
    ]
    call.answer(told, "\n".join(lines))
    return 0 if found.is_whole else 3


def _words(options: argparse.Namespace) -> str:
    said = [
        f"{words} {value}"
        for words, value in (
            ("从", options.since), ("到", options.until), ("操作人", options.by), ("关于", options.about)
        )
        if value
    ]  # fmt: skip
    return "，".join(said) or "全部"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("要写成 2026-03-02 这样的日期") from None
