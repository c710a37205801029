"""The packet that goes to county or city: roster, forms and posting in one .zip whose SHA-256 is kept; and diploma
lists read from a file."""

import hashlib
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kqdesk.excel.reading import Refused, stream_workbook
from kqdesk.excel.tables import Cell, Record, find_records
from kqdesk.excel.titles import Field, Titles
from kqdesk.excel.writing import OutColumn, replacing, write_table
from kqdesk.kernel.dates import read_date
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.kernel.text import compact, half_width

QUIET = Quiet()
COLUMNS = (
    OutColumn("姓名", 12), OutColumn("性别", 8), OutColumn("证件号码", 22), OutColumn("班级", 28), OutColumn("技能证书", 36),
    OutColumn("学分测算", 12), OutColumn("学历证书编号", 24), OutColumn("发证日期", 14),
)  # fmt: skip
_MOMENT = (2000, 1, 1, 0, 0, 0)  # no clock in the packet: the same papers make the same bytes


def write_packet(
    path: Path, roster: Iterable[Sequence[str]], papers: Mapping[str, bytes], progress: Progress = QUIET
) -> str:
    """Write the .zip: 毕业生名册.xlsx (its last two columns are for the issuer), the papers, and 清单.txt with the
    SHA-256 of each. ``roster``: texts in the order of COLUMNS. Returns the SHA-256 of the whole file. Unreachable when the place cannot be written."""
    with replacing(path) as draft:
        table = draft.with_suffix(".rows.xlsx")
        try:
            write_table(table, "毕业生名册", COLUMNS, roster, progress=progress)
            files = {"毕业生名册.xlsx": table.read_bytes(), **papers}
        finally:
            table.unlink(missing_ok=True)
        sums = "".join(
            f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(files.items())
        )
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as packet:
            for name, body in sorted({**files, "清单.txt": sums.encode()}.items()):
                packet.writestr(zipfile.ZipInfo(name, _MOMENT), body, zipfile.ZIP_DEFLATED)
        return hashlib.sha256(draft.read_bytes()).hexdigest()


FIELDS = (
    Field("id_number", [r"(?:考生|学员|本人)?(?:公民|居民)?(?:身份证件?|身份|证件)(?:号码?|编号)*", r"身份证"], anchor=True),
    Field("name", [r"(?:考生|学员|毕业生)?姓名"], anchor=True),
    Field("number", [r"(?:学历|毕业)?证书?(?:编号|号码?|证号)", r"(?:毕业证书?|证书)"], anchor=True),
    Field("issued_on", [r"(?:发证|毕业|颁发|签发)(?:日期|时间)"]),
)  # fmt: skip


@dataclass(frozen=True)
class DiplomaCells:
    """One line of an issuer's list as text, for the grid in which it is looked at before it is taken."""

    id_number: str
    name: str
    number: str
    issued_on: str


def read_diplomas(path: Path, *, today: date, progress: Progress = QUIET) -> list[DiplomaCells]:
    """The lines of an issuer's .xlsx by its headings, whatever their order. Refused when it is no such list."""
    titles = Titles(FIELDS, strangers=r"技能|职业|准考证|联系人", serial=r"序号|no\.?")
    lines: list[DiplomaCells] = []
    with closing(stream_workbook(path, progress=progress)) as parts:
        for event in find_records(parts, titles):
            if isinstance(event, Record) and not event.table.sheet.hidden and not event.is_sample:
                lines.append(_line(event, today))
    if not any(line.number for line in lines):
        raise Refused("no_roster", path)
    return [line for line in lines if line.id_number or line.name or line.number]


def _line(record: Record, today: date) -> DiplomaCells:
    cells = record.cells
    value = cells["issued_on"].value if "issued_on" in cells else None
    day = read_date(value, today=today) if value is not None else None
    return DiplomaCells(
        re.sub(r"\s", "", half_width(_text(cells.get("id_number")))).upper(),
        compact(_text(cells.get("name"))),
        _text(cells.get("number")),
        f"{day:%Y-%m-%d}" if day else _text(cells.get("issued_on")),
    )


def _text(cell: Cell | None) -> str:
    value = cell.value if cell else None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()
