"""奖状 of 学习之星 and 典型, the posting before it, the list of those honoured, the words to publish."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Gap, Page, Part, Span, Text, Together
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.sheet import Box, Line, Mark, Rect, Sheet, Vertical
from kqdesk.printing.styles import BODY, GREY, HEADING, NOTE, SEAL_RED, SIGNATURE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.followup.queries import HonourRow

WIDE, HIGH, GOLD = 297.0, 210.0, "#B08A3C"
LIST = (
    Column("序号", mm=12), Column("姓名", mm=24, face=FontFace.KAI, size=12), Column("类别", mm=22), Column("称号", mm=36),
    Column("镇街", mm=22), Column("主要事迹", align=Align.LEFT, size=9.5, wrap=True),
)  # fmt: skip
_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class HonourPaper:
    """Who is honoured, as printed on a day."""

    school: str
    rows: tuple[HonourRow, ...]
    on: date


def _corner(x: float, y: float, right: int, down: int) -> tuple[Mark, ...]:
    return (
        Line(x, y, x + 20 * right, y, 1.8, GOLD), Line(x, y, x, y + 20 * down, 1.8, GOLD),
        Rect(min(x, x + 4.5 * right), min(y, y + 4.5 * down), 4.5, 4.5, 0, fill=SEAL_RED),
    )  # fmt: skip


BACKGROUND: tuple[Mark, ...] = (
    Rect(9, 9, WIDE - 18, HIGH - 18, 3.2, SEAL_RED),
    Rect(12, 12, WIDE - 24, HIGH - 24, 0.8, GOLD),
    *_corner(16, 16, 1, 1), *_corner(WIDE - 16, 16, -1, 1), *_corner(16, HIGH - 16, 1, -1), *_corner(WIDE - 16, HIGH - 16, -1, -1),
    Box(60, 27, WIDE - 120, 30, "奖　状", FontFace.SONG_BOLD, 58, Align.CENTRE, colour=SEAL_RED),
    Line(112, 60, WIDE - 112, 60, 0.9, GOLD),
)  # fmt: skip


def award_sheet(school: str, row: HonourRow) -> Sheet:
    """One 奖状, A4 landscape. Awarded ones only; any other says that it is a specimen."""
    said: list[Span | str] = [
        Span(row.name, face=FontFace.SONG_BOLD, size=28), " 同志：\n",
        "在终身学习中勤奋好学、学以致用，事迹突出，被评为",
        Span(f"「{row.title}」", face=FontFace.SONG_BOLD, size=25), "。特发此状，以资鼓励。",
    ]  # fmt: skip
    marks: list[Mark] = [
        Box(42, 72, WIDE - 84, 66, said, FontFace.KAI, 24, vertical=Vertical.TOP, wrap=True, leading=1.8),
        Box(150, 146, 108, 10, school, FontFace.KAI, 18, Align.CENTRE, floor=11),
        Box(150, 158, 108, 8, chinese_day(row.awarded_on) if row.awarded_on else "", FontFace.KAI, 16, Align.CENTRE),
        Box(150, 167, 108, 6, "（盖章）", size=10, align=Align.CENTRE, colour=GREY),
    ]  # fmt: skip
    if row.awarded_on is None:
        words = "样张：还没有表彰，不能作凭证"
        marks.append(Box(60, 19, WIDE - 120, 7, words, FontFace.HEI, 12, Align.CENTRE, colour=SEAL_RED))
    return Sheet(marks, background=BACKGROUND)


def chinese_day(day: date) -> str:
    """2026-03-02 → 二〇二六年三月二日."""
    return f"{''.join(_DIGITS[int(one)] for one in str(day.year))}年{_small(day.month)}月{_small(day.day)}日"


def _small(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def award_part(paper: HonourPaper) -> Part:
    """All of them, one sheet each."""
    sheets = [award_sheet(paper.school, row) for row in paper.rows]
    return Part(sheets, page=Page(landscape=True, numbered=False), bookmark="奖状")


def award_pdf(paper: HonourPaper) -> bytes:
    """For the preview."""
    return pdf_bytes("奖状", [award_part(paper)])


def print_awards(paper: HonourPaper, path: Path, progress: Progress = Quiet()) -> int:
    """Into a file; the number of pages."""
    return write_pdf(path, "奖状", [award_part(paper)], progress=progress)


def honour_list_part(paper: HonourPaper, *, is_posting: bool) -> Part:
    """公示 before the award, or 表彰名单 after it."""
    lines = [(row.name, row.kind.label, row.title, row.township, row.reasons) for row in paper.rows]
    until = max((row.posted_until for row in paper.rows if row.posted_until), default=None)
    year = max((row.year for row in paper.rows), default=paper.on.year)
    title = f"{year} 年度学习之星、学习典型{'公示' if is_posting else '表彰名单'}"
    words = (
        "经推荐、审批，拟表彰下列人员，现予公示。"
        + (f"公示期到 {until:%Y年%m月%d日}。" if until else "")
        + "如有不同意见，请在公示期内向我校反映。"
        if is_posting
        else "经推荐、审批、公示，决定对下列人员予以表彰，号召大家向他们学习。"
    )
    blocks: list[Block] = [
        Text(title, TITLE),
        Text(words, BODY),
        Gap(2),
        Grid(LIST, lines, numbered=True, row_mm=11),
        Together([
            Gap(6),
            Text(f"{paper.school}（盖章）\n{paper.on.year}年{paper.on.month}月{paper.on.day}日", SIGNATURE),
        ]),
    ]  # fmt: skip
    return Part(blocks, page=Page(header_left=paper.school), bookmark=title)


def honour_list_pdf(paper: HonourPaper, *, is_posting: bool) -> bytes:
    """For the preview."""
    return pdf_bytes("公示" if is_posting else "表彰名单", [honour_list_part(paper, is_posting=is_posting)])


def print_honour_list(paper: HonourPaper, path: Path, progress: Progress = Quiet()) -> int:
    """表彰名单 into a file; the number of pages."""
    return write_pdf(path, "表彰名单", [honour_list_part(paper, is_posting=False)], progress=progress)


def publish_words(school: str, row: HonourRow) -> str:
    """What is put into the group chat or on the school's account: no number, no phone, no address."""
    town = f"（{row.township}）" if row.township else ""
    return f"【{row.kind.label}】{row.name}{town}\n{row.title}\n\n{row.reasons}\n\n—— {school}"


def story_part(paper: HonourPaper) -> Part:
    """典型事迹: each with her reasons in full, to be hung out."""
    blocks: list[Block] = [Text("学习典型事迹", TITLE)]
    for row in paper.rows:
        blocks += [
            Text(f"{row.name}　{row.title}", replace(HEADING, size=15)), Text(row.reasons, BODY), Gap(3),
        ]  # fmt: skip
    blocks.append(Text(f"{paper.school}　{paper.on:%Y-%m-%d}", NOTE))
    return Part(blocks, page=Page(header_left=paper.school), bookmark="学习典型事迹")
