"""``kqdesk import people``, ``export people`` and ``find``: the roster in, out, and looked up."""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call, existing_file, writable_target
from kqdesk.kernel.errors import UserError

if TYPE_CHECKING:
    from kqdesk.excel.faults import Fault
    from kqdesk.rooms.people.queries import PersonHit
    from kqdesk.rooms.people.sheets import RosterPerson, RosterRead

FAULTS_SHOWN = 12
FIND_LIMIT = 20


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.set_defaults(word=word)
    if word == "find":
        parser.add_argument("text", metavar="TEXT", help="姓名、拼音、首字母、证件尾号、电话或村社")
        parser.add_argument("--limit", type=int, default=FIND_LIMIT, metavar="N", help="最多几个人")
        return
    parser.add_argument("what", choices=["people"], metavar="people", help="花名册")
    parser.add_argument("file", type=Path, metavar="FILE", help="Excel、CSV 或文本文件")
    if word == "import":
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入；不需要密码")
        parser.add_argument("--faults", type=Path, metavar="OUT.xlsx", help="把有问题的格子标红另存一份")


def run(call: Call, options: argparse.Namespace) -> int:
    """Do one of the three."""
    if options.word == "find":
        return find_people(call, options.text, options.limit)
    if options.word == "export":
        return export_people(call, options.file)
    return import_people(call, options.file, is_dry=options.dry_run, faults=options.faults)


def import_people(call: Call, file: Path, *, is_dry: bool, faults: Path | None) -> int:
    """Read the file; a dry run shows what it says, a real run stores the rows without faults. 3 when there are faults."""
    from kqdesk.excel.reading import Refused
    from kqdesk.rooms.people.sheets import as_json, read_roster, write_faults

    existing_file(file)
    if faults:
        writable_target(faults, ".xlsx")
    try:
        with call.progress("读取") as progress:
            read = read_roster(file, today=call.clock().astimezone().date(), progress=progress)
    except Refused as refused:
        if call.as_json:
            call.answer({"refused": refused.kind, "error": str(refused)}, "")
        raise
    if faults and read.faults:
        write_faults(read, faults)
    if is_dry:
        call.answer(as_json(read), _dry_text(read))
    else:
        told = store_roster(call, read)
        call.answer(told, _real_text(told))
    if read.faults and not call.as_json:
        call.warn(_fault_lines(read, faults))
    return 3 if read.faults else 0


def store_roster(call: Call, read: "RosterRead") -> dict[str, Any]:
    """Compare with everybody known and write what is new, as one undo step; returns the counts."""
    from kqdesk.backup.policy import Reason
    from kqdesk.rooms.people import actions, queries

    with call.school() as school, call.progress("导入") as progress:
        store, who = school.store, school.staff.id
        with store.reading() as session:
            plan = queries.plan_import(session, read.people, progress)
        school.back_up(Reason.IMPORT)
        outcome = store.run(
            actions.import_roster,
            who,
            plan=plan,
            file_name=read.path.name,
            faults=len(read.faults),
            progress=progress,
        )
    return asdict(outcome.value)


def export_people(call: Call, file: Path) -> int:
    """Everybody, with whole numbers, in the columns that import reads back unchanged."""
    from kqdesk.rooms.people import queries
    from kqdesk.rooms.people.sheets import write_roster

    writable_target(file, ".xlsx")
    with call.school() as school, call.progress("导出") as progress, school.store.reading() as session:
        count = write_roster(file, roster_rows(queries.roster_export(session)), progress=progress)
    call.answer({"people": count, "file": str(file)}, f"已导出 {count} 人：{file}")
    return 0


def roster_rows(lines: Iterable[Mapping[str, Any]]) -> "Iterator[RosterPerson]":
    """Lines of the export query as the sheet writes them."""
    from kqdesk.kernel.national_id import IdKind
    from kqdesk.rooms.people.sheets import RosterPerson

    for n, line in enumerate(lines, 1):
        kind = IdKind(line["id_kind"]) if line["id_kind"] else None
        yield RosterPerson(None, n, **{**line, "id_kind": kind})


def find_people(call: Call, text: str, limit: int) -> int:
    """People by whatever one knows of them."""
    from kqdesk.rooms.people import queries

    if not text.strip():
        raise UserError("请写要找的姓名、拼音、证件尾号或电话。")
    if limit < 1:
        raise UserError("--limit 要是 1 以上的整数。")
    with call.school() as school, school.store.reading() as session:
        hits = queries.find(session, text.strip(), limit)
    told = [_hit_json(hit) for hit in hits]
    lines = ["  ".join(str(value) for key, value in hit.items() if value and key != "id") for hit in told]
    call.answer(
        {"people": told},
        "\n".join(lines) if lines else f"没有找到「{text}」。可以换拼音首字母或证件后四位再找。",
    )
    return 0


def _hit_json(hit: "PersonHit") -> dict[str, Any]:
    from kqdesk.rooms.people.terms import Sex
    from kqdesk.rooms.places.rules import township_by_code

    township = township_by_code(hit.township_code) if hit.township_code else None
    return {
        "id": hit.id,
        "name": hit.name,
        "sex": Sex(hit.sex).label if hit.sex else None,
        "birth_date": hit.birth_date.isoformat() if hit.birth_date else None,
        "id_number": hit.id_masked,
        "phone": hit.phone_masked,
        "township": township.name if township else None,
        "village": hit.village,
    }


def _dry_text(read: "RosterRead") -> str:
    return (
        f"试读 {read.path.name}：{read.rows} 行，{len(read.people)} 人可以导入，"
        f"{len(read.held)} 行有问题，{len(read.warnings)} 处提醒。没有写入任何数据。"
    )


def _real_text(told: dict[str, Any]) -> str:
    return (
        f"已导入：新增 {told['created']} 人，更新 {told['updated']} 人，不变 {told['same']} 人，"
        f"疑似重复 {told['suspects']} 人，有问题 {told['faults']} 处。"
    )


def _fault_lines(read: "RosterRead", faults: Path | None) -> str:
    shown = [f"  {_where(fault)}：{fault.reason}" for fault in read.faults[:FAULTS_SHOWN]]
    if len(read.faults) > FAULTS_SHOWN:
        shown.append(f"  ……还有 {len(read.faults) - FAULTS_SHOWN} 处")
    way = f"已另存标红的文件：{faults}" if faults else "加 --faults 文件.xlsx 可以另存一份标红的表"
    return "\n".join(["有问题的地方（这些行没有导入，请改好再导）：", *shown, way])


def _where(fault: "Fault") -> str:
    """「溪南村」第 8 行 D 列."""
    sheet = f"「{fault.sheet}」" if fault.sheet else ""
    column = f" {fault.letter} 列" if fault.letter else ""
    return f"{sheet}第 {fault.row} 行{column}" if fault.row else sheet or "整个文件"
