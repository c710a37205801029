"""招生简章 of one class or several, with a code to scan; and the words for the group chat."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kqdesk.printing.blocks import Block, Fields, Gap, Page, Part, Rule, Standing, Text, Together
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.sheet import Code
from kqdesk.printing.styles import BODY, HEADING, NOTE, SEAL_RED, SUBTITLE, TITLE, Align
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.cohorts.papers.class_list import chinese_date
from kqdesk.rooms.cohorts.queries import CohortRow
from kqdesk.rooms.cohorts.rules import yuan

QR_MM = 34
LONGEST_QR = 600
"""Characters of plain text a phone still reads well from a code of that size."""
WEEKDAYS = "一二三四五六日"
COLUMNS = (
    Column("班级", align=Align.LEFT, wrap=True), Column("学什么", share=1.2, align=Align.LEFT, wrap=True),
    Column("时间", mm=38, align=Align.LEFT, wrap=True, size=9.5), Column("地点", mm=32, align=Align.LEFT, wrap=True, size=9.5),
    Column("名额", mm=14), Column("费用", mm=22, wrap=True, size=9.5),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offered:
    """One class as people are told of it."""

    title: str
    subject: str
    summary: str
    kinds: str
    when: str
    place: str
    trainer: str
    seats: int
    fee: str


@dataclass(frozen=True, slots=True)
class Leaflet:
    """招生简章; ``address``: what the code opens, "" = the code holds the facts as text."""

    school: str
    phone: str
    where: str
    classes: tuple[Offered, ...]
    address: str
    on: date


def fee_words(fee: int | None, deposit: int | None) -> str:
    """免费; 学费 300 元，押金 100 元; "" when nobody said."""
    parts = []
    if fee is not None:
        parts.append(f"学费 {_short(fee)} 元" if fee else "免费")
    if deposit:
        parts.append(f"押金 {_short(deposit)} 元")
    return "，".join(parts)


def _short(fen: int) -> str:
    return yuan(fen).removesuffix(".00")


def day_words(day: date) -> str:
    """3月10日（周二）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def as_offered(row: CohortRow, summary: str = "") -> Offered:
    """A class from its row of the list."""
    begins = f"{day_words(row.starts_on)}开班" if row.starts_on else ""
    return Offered(
        row.title, row.subject, summary, row.kind_words, "，".join(part for part in (begins, row.meets) if part),
        "·".join(part for part in (row.site, row.classroom) if part), row.trainer, row.capacity,
        fee_words(row.fee, row.deposit),
    )  # fmt: skip


def qr_text(paper: Leaflet) -> str:
    """What the code says: the address, or the facts as plain text."""
    if paper.address:
        return paper.address
    lines = [f"{paper.school} 招生"]
    for one in paper.classes:
        lines.append("；".join(part for part in (one.title, one.when, one.place, one.fee) if part))
    lines.append(f"报名电话 {paper.phone}" if paper.phone else "")
    return "\n".join(line for line in lines if line)[:LONGEST_QR]


def leaflet(paper: Leaflet) -> Part:
    """One A4 page for the notice board: one class in full, several as a table."""
    body = _alone(paper.classes[0]) if len(paper.classes) == 1 else [_together(paper.classes)]
    contact = [("报名电话", paper.phone), ("报名地点", paper.where)]
    scan = "扫一扫，网上报名" if paper.address else "扫一扫，存下开班信息"
    return Part(
        [
            Text(paper.school, replace(SUBTITLE, size=16, leading=24)),
            Text("招　生　简　章", replace(TITLE, size=28, leading=42, colour=SEAL_RED)),
            Rule(points=1.5, colour=SEAL_RED, before=1, after=4),
            *body,
            Gap(6),
            Together(
                [
                    Fields([pair for pair in contact if pair[1]], columns=1, row_mm=8),
                    Gap(2),
                    Standing(Code(0, 0, QR_MM, qr_text(paper), level="L"), left=70, after=2),
                    Text(scan, replace(NOTE, align=Align.CENTRE)),
                    Gap(4),
                    Text(f"{paper.school}\n{chinese_date(paper.on)}", replace(BODY, align=Align.RIGHT, indent=0)),
                ]
            ),
        ],
        page=Page(numbered=False),
        bookmark=paper.classes[0].title if len(paper.classes) == 1 else "招生简章",
    )  # fmt: skip


def _alone(one: Offered) -> list[Block]:
    facts = [
        ("课　　程", one.subject if one.subject != one.title else ""), ("学习内容", one.summary), ("班级类型", one.kinds),
        ("上课时间", one.when), ("上课地点", one.place), ("培 训 师", one.trainer), ("招生名额", f"{one.seats} 人"),
        ("费　　用", one.fee),
    ]  # fmt: skip
    words = replace(BODY, size=15, leading=28, indent=0)
    said = [Text(f"{name}：{text}", words) for name, text in facts if text]
    return [Text(one.title, replace(HEADING, size=20, leading=34, align=Align.CENTRE)), Gap(3), *said]


def _together(classes: Sequence[Offered]) -> Grid:
    rows = [
        (
            one.title, "。".join(part for part in (one.subject, one.summary) if part), one.when, one.place,
            str(one.seats), one.fee,
        )
        for one in classes
    ]  # fmt: skip
    return Grid(COLUMNS, rows, row_mm=11)


def leaflet_pdf(paper: Leaflet) -> bytes:
    """For the preview."""
    return pdf_bytes("招生简章", [leaflet(paper)])


# -- the words for the group chat ------------------------------------------------------------------


def opening_text(one: Offered, school: str, phone: str, on: date) -> str:
    """开班通知."""
    return _notice(
        f"【开班通知】{one.title}",
        [*_facts(one), "请已报名的学员准时到课，有事请提前请假。"],
        school,
        phone,
        on,
    )


def moved_text(before: Offered, after: Offered, school: str, phone: str, on: date) -> str:
    """调整通知: only what is different, old and new; the facts again when nothing is."""
    names = (
        ("when", "时间"),
        ("place", "地点"),
        ("trainer", "培训师"),
        ("title", "班级名称"),
        ("fee", "费用"),
    )
    changed = [
        f"{words}：{getattr(before, name) or '未定'} → {getattr(after, name) or '未定'}"
        for name, words in names
        if getattr(before, name) != getattr(after, name)
    ]
    lines = [*changed, "其他不变，请互相转告。"] if changed else ["以下面的安排为准：", *_facts(after)]
    return _notice(f"【调整通知】{before.title}", lines, school, phone, on)


def cancelled_text(one: Offered, reason: str, is_paid: bool, school: str, phone: str, on: date) -> str:
    """停办通知; where somebody has paid it says that the money comes back."""
    lines = [
        f"因{reason}，本班不办了，给您带来不便，请谅解。" if reason else "本班不办了，给您带来不便，请谅解。"
    ]
    if is_paid:
        lines.append("已经交费的学员，请凭收据到学校办理退费。")
    lines.append("想转到别的班，请和我们联系。")
    return _notice(f"【停办通知】{one.title}", lines, school, phone, on)


def _facts(one: Offered) -> list[str]:
    facts = (("时间", one.when), ("地点", one.place), ("培训师", one.trainer), ("费用", one.fee))
    return [f"{name}：{text}" for name, text in facts if text]


def _notice(head: str, lines: Sequence[str], school: str, phone: str, on: date) -> str:
    ask = [f"咨询电话：{phone}"] if phone else []
    return "\n".join([head, *lines, *ask, f"{school}　{chinese_date(on)}"])
