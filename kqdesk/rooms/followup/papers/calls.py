"""回访名单: whom to call, with room to write down what was said; 跟踪统计表: what it adds up to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Gap, Page, Part, Text, Together
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.styles import HEADING, NOTE, PLAIN, SIGNATURE, SMALL_TITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.followup.queries import Bands, CallRow, OutcomeTable
from kqdesk.rooms.followup.terms import NextStudy, Work
from kqdesk.security.masking import mask_phone

COLUMNS = (
    Column("序号", mm=10), Column("姓名", mm=19, face=FontFace.KAI, size=12), Column("村社", mm=20, size=9.5),
    Column("电话", mm=25, size=9.5), Column("哪次培训（几个月后）", align=Align.LEFT, size=9, wrap=True),
    Column("应回访日", mm=19, size=9), Column("日期", mm=14), Column("方式", mm=11), Column("就业", mm=11),
    Column("单位、岗位", mm=36), Column("现收入", mm=13), Column("参训前", mm=13), Column("再学习", mm=13),
)  # fmt: skip
SHARES = (
    Column("期次", mm=24), Column("指标", mm=30), Column("人数", mm=22), Column("占", mm=22), Column("比例", mm=22),
    Column("怎么算的", align=Align.LEFT, size=9, wrap=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallPaper:
    """A list to take along. ``shows_phones``: whole numbers, else masked."""

    school: str
    title: str
    rows: tuple[CallRow, ...]
    bands: Bands
    on: date
    shows_phones: bool


def call_part(paper: CallPaper) -> Part:
    """A4 landscape, the head on every page, what the numbers in the empty columns mean below."""
    lines = [
        (
            row.name, row.village, row.phone if paper.shows_phones else mask_phone(row.phone), row.words,
            f"{row.on:%Y-%m-%d}", "", "", "", "", "", "", "",
        )
        for row in paper.rows
    ]  # fmt: skip
    keys = (
        "方式：1 电话　2 上门　3 书面　4 微信",
        "就业：" + _numbered([one.label for one in Work]),
        "收入（每月）：" + (_numbered([words for _, words in paper.bands.rows]) or "规则包未配置"),
        "再学习：" + _numbered([one.label for one in NextStudy]),
    )
    return Part(
        [
            Text(f"{paper.school}学员回访名单", SMALL_TITLE),
            Text(f"{paper.title}　共 {len(paper.rows)} 人　{paper.on:%Y-%m-%d} 打印", replace(PLAIN, align=Align.CENTRE, after=2)),
            Grid(COLUMNS, lines, numbered=True, row_mm=10, size=10),
            Together([Text("\n".join(keys), NOTE), Text("名单含个人信息，用完收回，妥善保管。没联系上的写日期和“没人接”。", NOTE)]),
        ],
        page=Page(landscape=True, header_left=paper.school, header_right=f"回访 {paper.on:%Y-%m-%d}"),
        bookmark=paper.title,
    )  # fmt: skip


def _numbered(words: Sequence[str]) -> str:
    return "　".join(f"{n} {one}" for n, one in enumerate(words, 1))


def calls_pdf(paper: CallPaper) -> bytes:
    """For the preview."""
    return pdf_bytes("回访名单", [call_part(paper)])


def print_calls(paper: CallPaper, path: Path, progress: Progress = Quiet()) -> int:
    """Into a file; the number of pages."""
    return write_pdf(path, "回访名单", [call_part(paper)], progress=progress)


@dataclass(frozen=True, slots=True)
class OutcomePaper:
    """What the calls of a period add up to."""

    school: str
    table: OutcomeTable
    on: date


def outcome_part(paper: OutcomePaper) -> Part:
    """A4 upright: wave by wave, each share with its people and its meaning."""
    table = paper.table
    blocks: list[Block] = [
        Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
        Text("增收跟踪统计表", TITLE),
        Text(f"应回访日 {table.since:%Y-%m-%d} 至 {table.until:%Y-%m-%d}", replace(PLAIN, align=Align.CENTRE, after=3)),
    ]  # fmt: skip
    for wave in table.waves:
        lines = [
            (
                f"{wave.months} 个月后",
                one.title,
                f"{len(one.part)} 人",
                f"{len(one.whole)} 人",
                one.words,
                one.meaning,
            )
            for one in wave.shares
        ]
        blocks += [Grid(SHARES, lines, row_mm=9), Gap(4)]
    if not table.waves:
        blocks.append(Text("这段时间里没有应回访的人。", HEADING))
    blocks += [
        Text("按人算：同一个人同一期次只算一次，有几次培训的合在一起；每一项只算说了这一项的人。", NOTE),
        Text(f"{paper.school}（盖章）\n{paper.on.year}年{paper.on.month}月{paper.on.day}日", SIGNATURE),
    ]
    return Part(
        blocks, page=Page(header_left=paper.school, header_right="增收跟踪"), bookmark="增收跟踪统计表"
    )


def outcome_pdf(paper: OutcomePaper) -> bytes:
    """For the preview."""
    return pdf_bytes("增收跟踪统计表", [outcome_part(paper)])


def print_outcome(paper: OutcomePaper, path: Path, progress: Progress = Quiet()) -> int:
    """Into a file; the number of pages."""
    return write_pdf(path, "增收跟踪统计表", [outcome_part(paper)], progress=progress)
