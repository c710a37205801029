"""What is printed of an activity: the sign-in sheet 签到表 and the record 活动记录表 with its photos."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from kqdesk.printing.blocks import Block, Fields, Gap, Page, Part, Standing, Text, Together
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.sheet import Picture
from kqdesk.printing.styles import NOTE, SMALL_TITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid
from kqdesk.rooms.activities.queries import ActivityCard, ActivityRow
from kqdesk.rooms.activities.terms import Evidence

SIGN_COLUMNS = (
    Column("序号", mm=12),
    Column("姓名", mm=26, face=FontFace.KAI, size=12),
    Column("村社 / 单位", align=Align.LEFT),
    Column("联系电话", mm=32),
    Column("签名", mm=36),
)
RECORD_COLUMNS = (
    Column("", mm=26),
    Column("", align=Align.LEFT),
    Column("", mm=26),
    Column("", align=Align.LEFT),
)
PHOTO_MM, PHOTO_LEFT = (81, 54), 46  # in the middle of A4 upright
LEAST_LINES, MOST_LINES = 20, 200


@dataclass(frozen=True, slots=True)
class ActivitySheet:
    """签到表 of one activity; ``names`` are those signed in already, blank lines follow."""

    school: str
    topic: str
    on: date
    clock: str
    place: str
    speaker: str
    names: tuple[tuple[str, str], ...]  # (name, village)
    lines: int


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    """活动记录表: (label, words) facts in pairs, the account of it, at most four photos as bytes."""

    school: str
    topic: str
    facts: tuple[tuple[str, str], ...]
    summary: str
    photos: tuple[bytes, ...] = ()


def sign_in_sheet(paper: ActivitySheet) -> Part:
    """A4 upright, head repeated, blank lines for everybody expected."""
    rows = [(name, village, "", "") for name, village in paper.names]
    when = f"{chinese_day(paper.on)}　{paper.clock}".strip()
    return Part(
        [
            Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
            Text("活动签到表", TITLE),
            Fields([("主题", paper.topic)], columns=1),
            Fields([("时间", when), ("主讲", paper.speaker)], columns=2),
            Fields([("地点", paper.place)], columns=1),
            Gap(1),
            Grid(SIGN_COLUMNS, rows, numbered=True, row_mm=9, blank_to=paper.lines),
            Text("请本人签名，不得代签。联系电话仅用于本次活动，可以不填。", NOTE),
        ],
        page=Page(header_left=paper.school, header_right=f"{paper.on:%Y-%m-%d}"),
        bookmark=paper.topic,
    )


def activity_record(paper: ActivityRecord) -> Part:
    """One page for the file: facts in a table, what happened, photos, who signs."""
    head = FontFace.HEI
    rows: list[list[str | Cell]] = [[Cell("主题", face=head), Cell(paper.topic, columns=3, align=Align.LEFT)]]
    for left, right in zip(paper.facts[::2], paper.facts[1::2], strict=True):
        rows.append([Cell(left[0], face=head), left[1], Cell(right[0], face=head), right[1]])
    rows.append([Cell("活动情况", face=head), Cell(paper.summary, columns=3, align=Align.LEFT, wrap=True)])
    story: list[Block] = [
        Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
        Text("活动记录表", TITLE),
        Gap(2),
        Grid(RECORD_COLUMNS, rows, head=None, row_mm=11, size=11),
        Gap(4),
    ]
    width, height = PHOTO_MM
    story += [Standing(Picture(0, 0, width, height, one), left=PHOTO_LEFT) for one in paper.photos]
    story.append(Together([Gap(4), Fields([("记录人", ""), ("校长", ""), ("日期", "")], columns=3)]))
    return Part(story, page=Page(header_left=paper.school, numbered=False), bookmark=paper.topic)


def sign_in_pdf(paper: ActivitySheet) -> bytes:
    """For the preview."""
    return pdf_bytes("活动签到表", [sign_in_sheet(paper)])


def activity_record_pdf(paper: ActivityRecord) -> bytes:
    """For the preview."""
    return pdf_bytes("活动记录表", [activity_record(paper)])


def as_sign_in_sheet(card: ActivityCard, school: str) -> ActivitySheet:
    """The sheet of a card: names known so far, then as many blank lines as are expected, in whole pages of twenty."""
    row = card.row
    wanted = max(row.expected or 0, len(card.attendees), LEAST_LINES)
    names = tuple((one.name, one.village) for one in card.attendees)
    return ActivitySheet(
        school, row.topic, row.held_on, row.clock, row.place, row.speaker, names, min(wanted, MOST_LINES)
    )


def as_activity_record(card: ActivityCard, school: str, read: Callable[[str, str], bytes]) -> ActivityRecord:
    """The record of a card; ``read(digest, name)`` gives a photo's bytes. Pictures only, four at most."""
    photos = [one for one in card.files if one.purpose == Evidence.PHOTO and one.media.startswith("image/")]
    return ActivityRecord(
        school, card.row.topic, record_facts(card.row), card.row.summary,
        tuple(read(one.digest, one.name) for one in photos[:4]),
    )  # fmt: skip


def record_facts(row: ActivityRow) -> tuple[tuple[str, str], ...]:
    """What stands in the table of the record, in pairs."""
    known = f"{row.headcount or ''} 人次" + (f"（签到 {row.known} 人）" if row.known else "")
    return (
        ("日期", chinese_day(row.held_on)), ("时间", row.clock), ("地点", row.place), ("主讲", row.speaker),
        ("形式", row.kind.label), ("参加对象", row.audience), ("所属工程", row.project.label if row.project else ""),
        ("合办单位", row.organiser), ("预计人数", f"{row.expected} 人" if row.expected else ""),
        ("实到", known if row.headcount else ""),
    )  # fmt: skip


def chinese_day(day: date) -> str:
    """2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"


def picture_pdf(title: str, content: bytes) -> bytes:
    """A photo as one page, to be looked at and printed."""
    return pdf_bytes(title, [Part([Standing(Picture(0, 0, 172, 240, content))], page=Page(numbered=False))])
