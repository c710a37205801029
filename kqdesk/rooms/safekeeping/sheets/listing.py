"""操作记录 as a list to read and print: .xlsx or .csv, masked, text never a formula; its proof lies beside it."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from kqdesk.excel.writing import OutColumn, replacing, write_table
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.queries import school_card
from kqdesk.rooms.safekeeping.queries import Asked, EntryRow, asked_numbers, entry_rows, key_of, sentences
from kqdesk.rooms.safekeeping.sheets.proof import (
    FORMAT,
    PROOF_ENDING,
    VERSION,
    Header,
    file_hash,
    write_proof,
)
from kqdesk.security.signing import Signer
from kqdesk.store import audit

COLUMNS = (
    OutColumn("编号", 10, "number"), OutColumn("时间", 20), OutColumn("操作人", 12), OutColumn("电脑", 14),
    OutColumn("类型", 8), OutColumn("做了什么", 40), OutColumn("涉及", 30), OutColumn("改了什么", 80),
    OutColumn("封存值", 20),
)  # fmt: skip
_AT_ONCE = 200
_ROWS_TOLD = 20  # changed rows written out for one entry; an import of 60,000 has its number
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Reading = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Exported:
    """The two files, and how many entries they hold."""

    table: Path
    proof: Path
    count: int


def export_journal(
    path: Path,
    asked: Asked,
    *,
    reading: Reading,
    signer: Signer,
    by: str,
    filter_words: str,
    now: datetime,
    chain_fault: str = "",
    progress: Progress = Quiet(),
) -> Exported:
    """Write the list to ``path`` (.xlsx or .csv) and the proof beside it. UserError when nothing was asked for.

    chain_fault: what the check of the whole chain found just before; empty when it is whole.
    """
    with reading() as session:
        numbers = asked_numbers(session, asked)
        if not numbers:
            raise UserError("按这些条件没有操作记录，没有可导出的。请放宽条件再试。")
        rows = _rows(session, numbers, progress)
        _write(path, rows)
        head, seal = audit.head(session)
        card = school_card(session)
        header = Header(
            format=FORMAT, version=VERSION, school=card.code if card else "", school_name=card.name if card else "",
            home_id=audit.home_id(session), key=signer.public.hex(), at=now.isoformat(timespec="seconds"), by=by,
            filter=filter_words, file=path.name, sha256=file_hash(path), rows=len(numbers), head=head,
            head_hash=seal.hex(), chain=chain_fault,
        )  # fmt: skip
        proof = path.with_suffix(PROOF_ENDING)
        write_proof(proof, header, audit.links(session, reversed(numbers)), signer)
    return Exported(path, proof, len(numbers))


def _write(path: Path, rows: Iterator[Sequence[object]]) -> None:
    if path.suffix.lower() != ".csv":
        write_table(path, "操作记录", COLUMNS, rows)
        return
    with replacing(path) as draft, draft.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([column.title for column in COLUMNS])
        writer.writerows([_safe(value) for value in row] for row in rows)


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _rows(session: Session, numbers: Sequence[int], progress: Progress) -> Iterator[Sequence[object]]:
    for start in range(0, len(numbers), _AT_ONCE):
        progress.step(start, len(numbers), f"第 {start:,} 条")
        part = [key_of(number) for number in numbers[start : start + _AT_ONCE]]
        links = {link.entry[0]: link.hash.hex() for link in _links(session, part)}
        for row in entry_rows(session, part):
            yield _line(session, row, links[row.number])


def _links(session: Session, keys: Sequence[str]) -> Iterator[audit.Link]:
    return audit.links(session, [int(key, 16) for key in keys])


def _line(session: Session, row: EntryRow, seal: str) -> Sequence[object]:
    changed = "；".join(sentences(session, row.number, most=_ROWS_TOLD)) if row.touched else ""
    at = f"{row.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    return (
        row.number, at, row.who, row.station, row.sort.label, row.words, row.touched, changed[:32_000], seal,
    )  # fmt: skip
