"""The exported list and its proof: whole when untouched, refused for any change, and safe to open in a spreadsheet."""

import csv
import json
from pathlib import Path
from random import Random

import openpyxl
import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Quiet
from kqdesk.rooms.places.actions import add_village
from kqdesk.rooms.safekeeping.queries import Asked
from kqdesk.rooms.safekeeping.sheets import Exported, check_proof, export_journal
from tests.safekeeping.conftest import Ground


def export(ground: Ground, path: Path, asked: Asked | None = None) -> Exported:
    return export_journal(
        path,
        asked or Asked(),
        reading=ground.store.reading,
        signer=ground.school.issuer(),
        by="沈月琴",
        filter_words="全部",
        now=ground.clock(),
        progress=Quiet(),
    )


def test_the_list_is_masked_and_its_proof_holds(ground: Ground, tmp_path: Path) -> None:
    made = export(ground, tmp_path / "操作记录.xlsx")

    found = check_proof(made.proof)
    sheet = openpyxl.load_workbook(made.table).active
    everything = "".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)

    assert (found.is_whole, found.entries, found.header.head) == (True, 10, 10)
    assert found.header.key == ground.school.issuer().public.hex()
    assert sheet.max_row == 11
    assert "村社 由「溪南村」改为「谢坞村」" in everything
    assert "13988887777" not in everything
    assert "谢坞村12号" not in everything
    assert "王阿毛" not in made.proof.read_text("utf-8")


def test_a_filtered_list_has_a_proof_of_its_own(ground: Ground, tmp_path: Path) -> None:
    made = export(ground, tmp_path / "王阿毛.csv", Asked(about="王阿毛"))

    found = check_proof(made.proof)

    assert (found.is_whole, found.entries, found.header.head) == (True, 5, 10)


def test_nothing_found_writes_nothing(ground: Ground, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="没有可导出的"):
        export(ground, tmp_path / "空.xlsx", Asked(about="没有这个人"))

    assert list(tmp_path.glob("空*")) == []


@pytest.mark.parametrize("which", ["proof", "table"])
def test_any_change_of_a_bit_is_found(ground: Ground, tmp_path: Path, which: str) -> None:
    made = export(ground, tmp_path / "记录.csv")
    path = made.proof if which == "proof" else made.table
    whole, rng = path.read_bytes(), Random(3)
    passed = 0

    for _ in range(200):
        raw = bytearray(whole)
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        path.write_bytes(raw)
        try:
            passed += check_proof(made.proof).is_whole
        except UserError:
            continue

    assert passed == 0


def test_a_line_taken_out_is_named_even_by_who_signs_anew(ground: Ground, tmp_path: Path) -> None:
    made = export(ground, tmp_path / "记录.csv")
    lines = made.proof.read_bytes().splitlines(keepends=True)
    made.proof.write_bytes(b"".join([*lines[:4], *lines[5:]]))

    faults = check_proof(made.proof).faults

    assert faults[0] == "签名不符：校验文件被改过，或没有拷完。"
    assert "应有 10 条，只有 9 条。" in faults


def test_an_entry_rewritten_is_named(ground: Ground, tmp_path: Path) -> None:
    made = export(ground, tmp_path / "记录.csv")
    lines = made.proof.read_text("utf-8").splitlines(keepends=True)
    entry = json.loads(lines[3])
    entry[0][3] = "somebody else"
    lines[3] = json.dumps(entry) + "\n"
    made.proof.write_text("".join(lines), "utf-8")

    assert f"第 {entry[0][0]} 条的内容与它的封存值不符。" in check_proof(made.proof).faults


def test_a_list_without_its_proof_or_another_file_is_said(ground: Ground, tmp_path: Path) -> None:
    made = export(ground, tmp_path / "记录.xlsx")
    made.table.unlink()
    alone = check_proof(made.proof)
    (tmp_path / "别的.kqproof").write_text("你好", "utf-8")

    assert alone.is_whole
    assert any("没有找到清单" in one for one in alone.remarks)
    with pytest.raises(UserError, match="不是操作记录的校验文件"):
        check_proof(tmp_path / "别的.kqproof")


def test_text_never_becomes_a_formula(ground: Ground, tmp_path: Path) -> None:
    ground.act(add_village, name="=HYPERLINK(1)", township_code="330603008")

    sheet = openpyxl.load_workbook(export(ground, tmp_path / "记录.xlsx").table).active
    text = export(ground, tmp_path / "记录.csv").table.read_text("utf-8-sig")
    lines = list(csv.reader(text.splitlines()))

    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


def test_a_broken_chain_is_remarked(ground: Ground, tmp_path: Path) -> None:
    made = export_journal(
        tmp_path / "记录.csv",
        Asked(),
        reading=ground.store.reading,
        signer=ground.school.issuer(),
        by="沈月琴",
        filter_words="全部",
        now=ground.clock(),
        chain_fault="操作记录第 3 条与封存时不一致。",
    )

    assert any("第 3 条" in one for one in check_proof(made.proof).remarks)
