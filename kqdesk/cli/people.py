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
    from kqdesk.rooms.past.sheets import PastRead
    from kqdesk.rooms.people.queries import PersonHit
    from kqdesk.rooms.people.sheets import RosterPerson, RosterRead
    from kqdesk.school import School

FAULTS_SHOWN = 12
FIND_LIMIT = 20


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.set_defaults(word=word)
    if word == "find":
        parser.add_argument("text", metavar="TEXT", help="姓名、拼音、首字母、证件尾号、电话或村社")
        parser.add_argument("--limit", type=int, default=FIND_LIMIT, metavar="N", help="最多几个人")
        return
    whats = ["people", "past"] if word == "import" else ["people"]
    parser.add_argument("what", choices=whats, metavar="|".join(whats), help="花名册；past 是历史台账")
    parser.add_argument("file", type=Path, metavar="FILE", help="Excel、CSV 或文本文件")
    if word == "import":
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入；不需要密码")
        parser.add_argument(
            "--township", metavar="CODE", help="只要这个镇街的人（名称或代码），用于全区的基础名单"
        )
        parser.add_argument(
            "--split", type=Path, metavar="FOLDER", help="不导入，按镇街分成几份工作簿存到这个文件夹"
        )
        parser.add_argument("--faults", type=Path, metavar="OUT.xlsx", help="把有问题的格子标红另存一份")


def run(call: Call, options: argparse.Namespace) -> int:
    """Do one of the three."""
    if options.word == "find":
        return find_people(call, options.text, options.limit)
    if options.word == "export":
        return export_people(call, options.file)
    if options.what == "past":
        return import_past(call, options.file, is_dry=options.dry_run, faults=options.faults)
    if options.split:
        return split_people(call, options.file, options.split)
    return import_people(
        call, options.file, is_dry=options.dry_run, faults=options.faults, township=options.township
    )


def split_people(call: Call, file: Path, folder: Path) -> int:
    """A district's list as one workbook a township; nothing is stored. 3 when rows with faults were left out."""
    from kqdesk.rooms.people.sheets import split_by_township

    existing_file(file)
    if not folder.is_dir():
        raise UserError(f"没有文件夹「{folder}」。请先建好，或换一个。")
    read = read_file(call, file)
    made = split_by_township(read.people, folder, file.stem)
    lines = [f"{name}：{count} 人" for name, count in made]
    left = f"\n{len(read.held)} 行有错，没有分出去。" if read.held else ""
    call.answer({"townships": dict(made), "held": len(read.held)}, "\n".join(lines) + left)
    return 3 if read.held else 0


def read_file(call: Call, file: Path) -> "RosterRead":
    """The file as read; a refusal is answered before it is raised."""
    from kqdesk.excel.reading import Refused
    from kqdesk.rooms.people.sheets import read_roster

    try:
        with call.progress("读取") as progress:
            return read_roster(file, today=call.clock().astimezone().date(), progress=progress)
    except Refused as refused:
        if call.as_json:
            call.answer({"refused": refused.kind, "error": str(refused)}, "")
        raise


def keep_township(read: "RosterRead", wanted: str) -> None:
    """Only the people of one township of a district's list; UserError when there is no such township."""
    from kqdesk.rooms.places.rules import township_of

    found = township_of(wanted)
    if found is None:
        raise UserError(f"「{wanted}」不在柯桥区的 16 个镇街里。")
    read.people = [person for person in read.people if person.township_code == found.township.code]


def import_people(
    call: Call, file: Path, *, is_dry: bool, faults: Path | None, township: str | None = None
) -> int:
    """Read the file; a dry run shows what it says, a real run stores the rows without faults. 3 when there are faults.

    A real run reads files with headings that were put right before (in the window) as they were put right then.
    """
    from kqdesk.rooms.people.sheets import as_json

    existing_file(file)
    if faults:
        writable_target(faults, ".xlsx")
    if is_dry:
        read = sifted(read_file(call, file), township, faults)
        call.answer(as_json(read), _dry_text(read))
    else:
        with call.school() as school:
            read, note = read_as_before(call, school, file)
            sifted(read, township, faults)
            told = store_roster(call, school, read)
        call.answer(
            told | ({"layout": note} if note else {}), (f"{note}\n" if note else "") + _real_text(told)
        )
    if read.faults and not call.as_json:
        call.warn(_fault_lines(read, faults))
    return 3 if read.faults else 0


def sifted(read: "RosterRead", township: str | None, faults: Path | None) -> "RosterRead":
    """Only the people asked for, and the faults written where they were asked for."""
    from kqdesk.rooms.people.sheets import write_faults

    if township:
        keep_township(read, township)
    if faults and read.faults:
        write_faults(read, faults)
    return read


def read_as_before(call: Call, school: "School", file: Path) -> "tuple[RosterRead, str]":
    """The file, by the layout that is remembered of its headings; and the sentence that says so, "" when none is."""
    from kqdesk.excel.reading import Refused
    from kqdesk.rooms.people.queries import Layout, layout_for
    from kqdesk.rooms.people.sheets import PURPOSE, read_remembered

    def known(fingerprint: str) -> Layout | None:
        with school.store.reading() as session:
            return layout_for(session, purpose=PURPOSE, fingerprints=[fingerprint])

    try:
        with call.progress("读取") as progress:
            found = read_remembered(file, known, today=call.clock().astimezone().date(), progress=progress)
        if not found.read.rows:
            raise Refused("no_roster", file)
    except Refused as refused:
        if call.as_json:
            call.answer({"refused": refused.kind, "error": str(refused)}, "")
        raise
    one = found.layout
    said = f"这种表以前对照过（{one.title}，{one.kept_on:%Y-%m-%d}），已照那次的列对照读。" if one else ""
    return found.read, said


def import_past(call: Call, file: Path, *, is_dry: bool, faults: Path | None) -> int:
    """An old ledger: a dry run shows what it says, a real run takes in the lines without faults. 3 when there are faults."""
    from kqdesk.rooms.past.sheets import as_json as told_of
    from kqdesk.rooms.past.sheets import read_past, write_past_faults

    existing_file(file)
    if faults:
        writable_target(faults, ".xlsx")
    with call.progress("读取") as progress:
        read = read_past(file, today=call.clock().astimezone().date(), progress=progress)
    if faults and read.faults:
        write_past_faults(read, faults)
    told: dict[str, Any] = dict(told_of(read))
    if not is_dry:
        told |= store_past(call, read)
    done = "没有写入任何数据" if is_dry else f"花名册新增 {told['created']} 人，请放扫描件并由另一人核对"
    call.answer(
        told, f"{read.path.name}：{read.rows} 行，可以补录 {len(read.lines)} 行，{read.held} 行有错。{done}。"
    )
    if read.faults and not call.as_json:
        call.warn("\n".join(f"  {_where(fault)}：{fault.reason}" for fault in read.faults[:FAULTS_SHOWN]))
    return 3 if read.faults else 0


def store_past(call: Call, read: "PastRead") -> dict[str, Any]:
    """The ledger, its lines and the people in them, as one undo step; returns the counts."""
    from kqdesk.backup.policy import Reason
    from kqdesk.rooms.past import actions
    from kqdesk.rooms.past.rules import year_of
    from kqdesk.rooms.people import queries

    years = sorted({year for line in read.lines if (year := year_of(line))})
    head = {
        "title": read.path.stem,
        "first_year": years[0] if years else None,
        "last_year": years[-1] if years else None,
    }
    with call.school() as school, call.progress("导入") as progress:
        with school.store.reading() as session:
            plan = queries.plan_import(session, read.people, progress, follows_all=True)
        school.back_up(Reason.IMPORT)
        outcome = school.store.run(
            actions.import_ledger, school.staff.id, plan=plan, lines=read.lines, head=head, file_name=read.path.name,
            faults=read.held, progress=progress,
        )  # fmt: skip
    return {"created": outcome.value.created, "unsure": outcome.value.suspects}


def store_roster(call: Call, school: "School", read: "RosterRead") -> dict[str, Any]:
    """Compare with everybody known and write what is new, as one undo step; returns the counts."""
    from kqdesk.backup.policy import Reason
    from kqdesk.rooms.people import actions, queries

    with call.progress("导入") as progress:
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
        + (f"报名意愿 {told['wishes']} 条。" if told["wishes"] else "")
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
