"""证书核对表: numbers and blank papers, what was given, what is void, what must lie in the cupboard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kqdesk.printing.blocks import Block, Fields, Gap, Page, Part, Text
from kqdesk.printing.styles import HEADING, NOTE, TITLE, Align
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.certificates.queries import VoidRow
from kqdesk.rooms.certificates.rules import BlankFacts, NumberFacts

_NUMBERS = tuple(
    Column(title)
    for title in (
        "年份",
        "已领号",
        "已用号",
        "待审批",
        "已批准",
        "已打印",
        "已发放",
        "已撤销",
        "作废",
        "未用",
        "对不上",
    )
)
_BLANKS = (
    Column("空白证书", align=Align.LEFT),
    *(Column(t, mm=22) for t in ("入库", "打好", "打坏", "应剩", "盘点")),
)
_VOID = (
    Column("编号", mm=50),
    Column("日期", mm=26),
    Column("经手人", mm=26),
    Column("原因", align=Align.LEFT, wrap=True),
)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Everything on the sheet."""

    school: str
    numbers: Sequence[NumberFacts]
    blanks: Sequence[BlankFacts]
    void: Sequence[VoidRow]
    on: date


def reconciliation_part(sheet: Reconciliation) -> Part:
    """A4 lying: numbers by year, blanks by kind with a column to count by hand, the void register."""
    lines = [
        [str(n) for n in (f.year, f.leased, f.given, f.drawn, f.approved, f.printed, f.handed_out, f.revoked, f.void,
                          f.unused, f.missing or "0")]
        for f in sheet.numbers
    ]  # fmt: skip
    stock = [[b.kind, str(b.received), str(b.good), str(b.spoilt), str(b.left), ""] for b in sheet.blanks]
    blocks: list[Block] = [
        Text(f"{sheet.school}证书核对表", TITLE),
        Fields([("日期", f"{sheet.on:%Y-%m-%d}")]),
        Text("编号", HEADING),
        Grid(_NUMBERS, lines),
        Text("已用号＝待审批＋已批准＋已打印＋已发放＋已撤销＋作废；“对不上”应当是 0。", NOTE),
        Text("空白证书", HEADING),
        Grid(_BLANKS, stock, blank_to=3),
    ]
    if sheet.void:
        rows = [[v.serial_no, f"{v.on:%Y-%m-%d}", v.who, v.reason] for v in sheet.void]
        blocks += [Text("作废编号登记", HEADING), Grid(_VOID, rows)]
    blocks += [
        Gap(6),
        Fields([("盘点人", "＿＿＿＿＿＿"), ("复核人", "＿＿＿＿＿＿"), ("盘点日期", "＿＿＿＿＿＿")]),
    ]
    return Part(blocks, page=Page(landscape=True, header_left=sheet.school))
