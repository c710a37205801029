"""The same four people in the shapes files really come in: words round phones, old encodings, forms' exports."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from kqdesk.rooms.people.sheets import read_roster
from tests.people.rosters import number, phone

TODAY = date(2026, 3, 10)
PEOPLE = [("王建国", number(0), phone(0)), ("李小芳", number(1), phone(1)), ("欧阳慧慧", number(2), phone(2))]


def lines(mark: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(mark.join(row) for row in (head, *rows))


HEAD = ("姓名", "身份证号", "电话")
VARIANTS: dict[str, tuple[Callable[[], str], str]] = {
    "words round phones": (
        lambda: lines(",", HEAD, [(n, i, f"手机:{t}（本人） 家里没有") for n, i, t in PEOPLE]), "utf-8",
    ),
    "phones with a nought behind": (lambda: lines(",", HEAD, [(n, i, f"{t}.0") for n, i, t in PEOPLE]), "utf-8"),
    "columns kept apart by blanks": (lambda: lines("    ", HEAD, PEOPLE), "gb18030"),
    "columns kept apart by wide blanks": (lambda: lines("\u3000\u3000", HEAD, PEOPLE), "utf-8"),
    "big 5": (lambda: lines(",", ("姓名", "身份證號碼", "聯繫電話"), [("王建國", *PEOPLE[0][1:]), *PEOPLE[1:2]]), "big5"),
    "headings in traditional characters": (lambda: lines("\t", ("姓名", "身份證號碼", "聯繫電話"), PEOPLE), "utf-16"),
    "headings of an English form": (lambda: lines(",", ("Name", "ID Card No.", "Mobile"), PEOPLE), "utf-8-sig"),
    "a questionnaire's export": (
        lambda: lines(",", ("Q1_您的姓名", "Q2.请输入您的身份证号码", "Q3、您的手机号码（必填）"), PEOPLE), "utf-8",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", VARIANTS)
def test_a_variant_is_read(tmp_path: Path, shape: str) -> None:
    written, encoding = VARIANTS[shape]
    path = tmp_path / "名单.txt"
    path.write_bytes(written().encode(encoding))

    read = read_roster(path, today=TODAY)

    count = 2 if shape == "big 5" else 3
    assert read.faults == []
    assert [(p.id_number, p.phone) for p in read.people] == [(i, t) for _, i, t in PEOPLE[:count]]


@pytest.mark.parametrize("written", ["电话 1600000000", "16000000001转人工?", "短号 661234"])
def test_what_is_no_phone_stays_one_fault(tmp_path: Path, written: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(lines(",", HEAD, [("王建国", number(0), written)]), "utf-8")

    read = read_roster(path, today=TODAY)

    assert [fault.kind for fault in read.faults] == ["phone_invalid"]
