"""Files from outside: every hostile or broken one gets one refusal and one sentence, and the parent lives."""

import io
import random
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from kqdesk.excel import prescan
from kqdesk.excel.reading import BookFacts, Refused, stream_workbook
from kqdesk.kernel.child import GivenUp
from tests.excel.workbooks import CLOSING, OPENING, row, saved, xlsx, zipped

HEAD = '<?xml version="1.0"?>'
GOOD = xlsx(HEAD + OPENING + row(1, "姓名", "电话") + row(2, "王一", "16000000001") + CLOSING)


def entity_bomb() -> bytes:
    names = "abcdefgh"
    entities = '<!ENTITY a "lolololol">' + "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in pairwise(names)
    )
    return xlsx(f"{HEAD}<!DOCTYPE w [{entities}]>{OPENING}{row(1, '&h;')}{CLOSING}")


def far_corner() -> bytes:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return xlsx(HEAD + OPENING + cells + CLOSING)


def far_corner_unsaid() -> bytes:
    """The row number is wrong, so that only the fast reader sees how far the cell lies."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="XFD1048576"><v>1</v></c></row>'
    return xlsx(HEAD + OPENING + cells + CLOSING)


def zip_bomb() -> bytes:
    return xlsx(HEAD + OPENING + "<row><c><v>1</v></c></row>" * 1_200_000 + CLOSING)


def many_entries() -> bytes:
    return zipped({f"xl/x{number}.xml": "" for number in range(3_000)})


def climbing_names() -> bytes:
    return xlsx(HEAD + OPENING + CLOSING, **{"..__..__evil.xml": "x"})


def compound(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2048 + stream.encode("utf-16-le") + b"\x00" * 512


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "entity bomb": (entity_bomb, {"damaged"}),
    "one cell in the far corner": (far_corner, {"too_large"}),
    "far corner behind a wrong row number": (far_corner_unsaid, {"too_large"}),
    "zip bomb": (zip_bomb, {"too_large"}),
    "three thousand entries": (many_entries, {"too_large"}),
    "names that climb out": (climbing_names, {"damaged"}),
    "cut off": (lambda: GOOD[: len(GOOD) // 2], {"damaged"}),
    "no workbook in the zip": (lambda: zipped({"word/document.xml": "<w/>"}), {"wrong_format"}),
    "a workbook part is missing": (
        lambda: zipped({"[Content_Types].xml": "<T/>", "xl/styles.xml": "<s/>"}),
        {"damaged"},
    ),
    "password": (lambda: compound("EncryptedPackage"), {"password"}),
    "Word of old": (lambda: compound("WordDocument"), {"wrong_format"}),
    "xls cut off": (lambda: compound("Workbook"), {"damaged"}),
    "PDF": (lambda: b"%PDF-1.7 ....", {"wrong_format"}),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), {"wrong_format"}),
    "random bytes": (lambda: random.Random(1).randbytes(5_000), {"wrong_format", "damaged"}),
    "blank": (lambda: b" \r\n\r\n", {"empty"}),
    "nothing": (lambda: b"", {"empty"}),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_with_one_sentence(case: str, tmp_path: Path) -> None:
    make, kinds = HOSTILE[case]
    path = saved(tmp_path, "名单.xlsx", make())

    with pytest.raises(Refused) as refused:
        list(stream_workbook(path))

    assert refused.value.kind in kinds
    assert "名单.xlsx" in str(refused.value)
    assert "Error" not in str(refused.value)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path, "名单.xlsx", GOOD)

    parts = list(stream_workbook(path))

    assert [row.cells for row in parts[1]] == [["姓名", "电话"], ["王一", "16000000001"]]  # type: ignore[union-attr]  # rows
    assert isinstance(parts[-1], BookFacts)


def test_empty_formatted_cells_far_out_do_no_harm(tmp_path: Path) -> None:
    far = '<row r="3"><c r="XFD3" s="1"/></row><row r="1048576" s="1"/>'
    path = saved(tmp_path, "名单.xlsx", xlsx(HEAD + OPENING + row(1, "姓名", "电话") + far + CLOSING))

    assert [len(part) for part in stream_workbook(path) if isinstance(part, list)] == [1]


def test_a_missing_file_is_a_sentence_too(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        list(stream_workbook(tmp_path / "没有.xlsx"))

    assert refused.value.kind == "unreadable"


def test_the_kind_is_told_by_the_content() -> None:
    assert prescan.scan(GOOD).kind == "xlsx"
    assert prescan.scan("姓名,电话\n".encode("gb18030")).kind == "text"
    assert prescan.scan("姓名,电话\n".encode("utf-16")).kind == "text"
    assert prescan.scan("姓名\t电话\n王一\t16000000001\n".encode("utf-16-le")).kind == "text"
    assert prescan.scan("\ufeff <HTML><body><table>".encode()).kind == "html"


@pytest.mark.parametrize("seed", range(150))
def test_mutated_files_never_break_the_scan(seed: int) -> None:
    dice = random.Random(seed)
    content = bytearray(GOOD)
    for _ in range(dice.randint(1, 12)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    if seed % 3 == 0:
        del content[dice.randrange(len(content)) :]

    try:
        kind = prescan.scan(bytes(content)).kind
    except GivenUp as given_up:
        kind = given_up.kind

    assert kind in {"xlsx", "xlsb", "ods", "text", "html", "xls", *prescan.REFUSALS}


def test_encrypted_zip_entries_mean_a_password() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<w/>")
    content = bytearray(out.getvalue())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(GivenUp) as given_up:
        prescan.scan(bytes(content))

    assert given_up.value.kind == "password"
