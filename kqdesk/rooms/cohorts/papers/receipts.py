"""收据 of money taken or given back: A5 lying, one for the learner and one for the school, cut apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kqdesk.printing.blocks import A5, Fields, Gap, Page, Part, Rule, Text
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.styles import GREY, NOTE, SMALL_TITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid
from kqdesk.rooms.cohorts.papers.class_list import chinese_date
from kqdesk.rooms.cohorts.queries import MoneyRow
from kqdesk.rooms.cohorts.rules import in_words, yuan
from kqdesk.rooms.cohorts.terms import FeeAct

COPIES = ("第一联　交款人", "第二联　学校存根")
COLUMNS = (
    Column("项目", mm=30),
    Column("摘要", align=Align.LEFT, wrap=True),
    Column("金额（元）", mm=34, align=Align.RIGHT),
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One line of the ledger as the paper says it; ``amount`` in 分, never negative."""

    school: str
    number: str
    name: str
    cohort: str
    act: FeeAct
    kind: str
    amount: int
    method: str
    payer: str
    reason: str
    on: date
    by: str


def as_receipt(row: MoneyRow, name: str, cohort: str, school: str) -> Receipt:
    """The paper of one ledger line."""
    return Receipt(
        school, row.receipt_no, name, cohort, row.act, row.kind.label, abs(row.amount),
        row.method.label if row.method else "", row.payer or name, row.reason, row.on, row.by,
    )  # fmt: skip


def receipt(paper: Receipt, copy: str) -> Part:
    """One copy on A5."""
    title = {FeeAct.REFUNDED: "退　费　单", FeeAct.REVERSED: "冲　正　单"}.get(paper.act, "收　款　收　据")
    who = "领款人" if paper.act is FeeAct.REFUNDED else "交款人"
    about = "；".join(part for part in (f"{paper.cohort}", paper.reason) if part)
    rows: list[Sequence[str | Cell]] = [
        (paper.kind, about, yuan(paper.amount)),
        (
            Cell(f"合计人民币（大写）：{in_words(paper.amount)}", columns=2, align=Align.LEFT),
            f"￥{yuan(paper.amount)}",
        ),
    ]
    return Part(
        [
            Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=12, leading=16)),
            Text(title, replace(TITLE, size=18, leading=26)),
            Fields([("收据号", paper.number), ("日期", chinese_date(paper.on)), ("方式", paper.method)], columns=3),
            Fields([("学员", paper.name), (who, paper.payer)], columns=2),
            Gap(1),
            Grid(COLUMNS, rows, row_mm=9),
            Gap(4),
            Fields([("收款单位（盖章）", ""), ("经手人", paper.by), (f"{who}（签名）", "")], columns=3),
            Rule(points=0.5, colour=GREY, before=2, after=1),
            Text(copy, replace(NOTE, align=Align.RIGHT)),
        ],
        page=Page(size=A5, landscape=True, numbered=False),
        bookmark=f"{paper.number} {copy[:3]}",
    )  # fmt: skip


def receipt_pdf(papers: Sequence[Receipt]) -> bytes:
    """Both copies of each."""
    return pdf_bytes("收据", [receipt(paper, copy) for paper in papers for copy in COPIES])
