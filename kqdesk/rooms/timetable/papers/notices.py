"""What goes on the door and into the group chat when a lesson changes, and the call list for those without a phone app."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from kqdesk.printing.blocks import Block, Fields, Gap, Page, Part, Text
from kqdesk.printing.styles import BODY, LETTER, NOTE, SIGNATURE, TITLE, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid
from kqdesk.rooms.timetable.queries import Callee, ChangeLine, LessonRow, Standing, Unprinted
from kqdesk.rooms.timetable.rules.days import clock, day_word
from kqdesk.rooms.timetable.terms import ChangeKind


@dataclass(frozen=True, slots=True)
class Notice:
    """One changed lesson as it is told. ``following``: the cohort's next lessons, so that nobody comes in vain."""

    school: str
    phone: str
    cohort: str
    number: int
    kind: ChangeKind
    before: Standing
    after: Standing
    reason: str
    printed_on: date
    following: tuple[Standing, ...] = ()

    @property
    def title(self) -> str:
        """停课通知 · 调课通知 · 代课通知 · 恢复上课通知."""
        return {
            ChangeKind.CANCELLED: "停课通知",
            ChangeKind.SUBSTITUTED: "代课通知",
            ChangeKind.REVIVED: "恢复上课通知",
        }.get(self.kind, "调课通知")


def notice_of(
    row: LessonRow,
    change: ChangeLine,
    school: str,
    phone: str,
    printed_on: date,
    following: Sequence[Standing] = (),
) -> Notice:
    """The notice of a lesson's change."""
    return Notice(
        school, phone, row.cohort, row.number, change.kind, change.before, change.after, change.reason, printed_on,
        tuple(following),
    )  # fmt: skip


def notice_sentences(paper: Notice) -> list[str]:
    """What happened and what to do, as a person would say it; shared by the paper and the chat text."""
    before, after = paper.before, paper.after
    what = f"「{paper.cohort}」第 {paper.number} 次课"
    why = f"因{paper.reason.removeprefix('因')}" if paper.reason else "因教学安排调整"
    where = f"在{before.place}" if before.place else ""
    if paper.kind is ChangeKind.CANCELLED:
        return [
            f"原定 {before.time_words} {where}的{what}，{why}停课一次。",
            "补课时间定下后另行通知，请不要白跑。",
        ]
    if paper.kind is ChangeKind.REVIVED:
        return [f"{what}照常上课：{after.time_words}，{after.place or '地点不变'}。"]
    if paper.kind is ChangeKind.SUBSTITUTED:
        return [
            f"{after.time_words} 的{what}，{why}，由{after.trainer}培训师代课（原{before.trainer or '未定'}）。",
            f"时间、地点不变{f'：{after.place}' if after.place else ''}。",
        ]
    told = [f"{what}{why}调整：", f"原：{before.time_words} {before.place}".rstrip()]
    told.append(f"改为：{after.time_words} {after.place}".rstrip())
    if before.trainer != after.trainer:
        told.append(f"由{after.trainer}培训师上课。")
    return told


def notice(paper: Notice) -> Part:
    """A4 upright, for the door of the site."""
    blocks: list[Block] = [Text(paper.title, TITLE), Gap(6), Text("各位学员：", BODY)]
    blocks += [Text(sentence, LETTER) for sentence in notice_sentences(paper)]
    if paper.following:
        blocks += [Gap(4), Text("接下来的课：", BODY)]
        rows = [[one.time_words, one.trainer, one.place] for one in paper.following]
        columns = (
            Column("时间", mm=62, size=12),
            Column("培训师", mm=30, size=12, face=FontFace.KAI),
            Column("地点", size=12, align=Align.LEFT),
        )
        blocks.append(Grid(columns, rows, row_mm=9))
    if paper.phone:
        blocks += [Gap(3), Text(f"咨询电话：{paper.phone}", BODY)]
    day = f"{paper.printed_on.year}年{paper.printed_on.month}月{paper.printed_on.day}日"
    blocks += [Gap(14), Text(f"{paper.school}\n{day}", SIGNATURE)]
    return Part(blocks, page=Page(numbered=False), bookmark=f"{paper.title} {paper.cohort}")


def chat_text(paper: Notice) -> str:
    """The same for the group chat: short lines, the school's name at the end."""
    lines = [f"【{paper.title}】", *notice_sentences(paper)]
    if paper.following and paper.kind is ChangeKind.CANCELLED:
        lines.append(f"下一次课：{paper.following[0].time_words} {paper.following[0].place}".rstrip())
    lines.append("收到请回复，谢谢。")
    lines.append(f"—— {paper.school}{f'　{paper.phone}' if paper.phone else ''}")
    return "\n".join(lines)


def call_list(paper: Notice, people: Sequence[Callee]) -> Part:
    """Whom to call, with a box to tick; the sentence to say stands on top."""
    columns = (
        Column("序号", mm=12),
        Column("姓名", mm=28, face=FontFace.KAI, size=12),
        Column("身份", mm=22),
        Column("电话", mm=40),
        Column("已通知", mm=20),
        Column("备注"),
    )
    rows = [[one.name, one.role, one.phone or "没有登记", "", ""] for one in people]
    return Part(
        [
            Text("通知电话名单", TITLE),
            Fields([("班级", paper.cohort), ("事由", paper.title), ("人数", f"{len(people)} 人")]),
            *(Text(sentence, BODY) for sentence in notice_sentences(paper)),
            Gap(2),
            Grid(columns, rows, numbered=True, row_mm=8.5),
            Text("含个人电话，用完请收好或销毁。", NOTE),
        ],
        page=Page(header_left=paper.school, header_right=paper.cohort),
        bookmark="通知电话名单",
    )


@dataclass(frozen=True, slots=True)
class DaySheet:
    """One evening at one site as it hangs on its door. ``changed``: lesson id → what changed since the last print."""

    school: str
    site: str
    on: date
    lessons: tuple[LessonRow, ...]
    changed: tuple[tuple[str, str], ...]
    printed_on: date


def day_sheets(
    changes: Sequence[Unprinted], lessons: Sequence[LessonRow], school: str, printed_on: date
) -> list[DaySheet]:
    """One sheet for each day and site that something changed on: the day left, and the day gone to."""
    told: dict[tuple[date, str], dict[str, str]] = {}
    for change in changes:
        told.setdefault((change.lesson.on, change.lesson.site), {})[change.lesson_id] = change.what
        was = change.was
        if was is not None and (was.on, was.place.partition("·")[0]) != (
            change.lesson.on,
            change.lesson.site,
        ):
            told.setdefault((was.on, was.place.partition("·")[0]), {})
    sheets = []
    for (on, site), marks in sorted(told.items()):
        here = tuple(row for row in lessons if row.on == on and row.site == site)
        sheets.append(DaySheet(school, site, on, here, tuple(sorted(marks.items())), printed_on))
    return sheets


def day_sheet(paper: DaySheet) -> Part:
    """A4 upright: the day's lessons of the site, changed ones in Hei with what changed."""
    changed = dict(paper.changed)
    columns = (
        Column("时间", mm=32, size=13),
        Column("班级", size=13, align=Align.LEFT, wrap=True),
        Column("培训师", mm=28, size=13, face=FontFace.KAI),
        Column("教室", mm=34, size=12),
        Column("变动", mm=26, size=12, face=FontFace.HEI),
    )
    rows: list[list[str | Cell]] = []
    for row in paper.lessons:
        what = changed.get(row.id, "")
        face = FontFace.HEI if what else None
        cells = (f"{clock(row.start_minute)}—{clock(row.end_minute)}", row.cohort, row.trainer, row.classroom)
        rows.append([*(Cell(words, face=face) for words in cells), what])
    empty = [Text("这一天这里没有课。", LETTER)] if not rows else []
    day = f"{paper.printed_on.year}年{paper.printed_on.month}月{paper.printed_on.day}日"
    return Part(
        [
            Text(f"{paper.site or '上课地点待定'}　{day_word(paper.on)}课程安排", TITLE),
            Gap(2),
            *([Grid(columns, rows, row_mm=13, head_mm=10)] if rows else empty),
            Text(f"以这一张为准，以前贴出的同一天安排作废。{paper.school} {day}印", NOTE),
        ],
        page=Page(numbered=False),
        bookmark=f"{day_word(paper.on)} {paper.site}",
    )


def change_list(changes: Sequence[Unprinted], school: str, printed_on: date) -> Part:
    """What is different from the last published timetable, by day, for the file and for the trainers' wall."""
    columns = (
        Column("班级", mm=38, align=Align.LEFT, wrap=True),
        Column("变动", mm=18, face=FontFace.HEI),
        Column("原来", align=Align.LEFT, wrap=True, size=9.5),
        Column("现在", align=Align.LEFT, wrap=True, size=9.5),
    )
    rows: list[list[str | Cell]] = []
    for on, group in groupby(changes, key=lambda change: change.lesson.on):
        rows.append(
            [Cell(day_word(on), columns=len(columns), align=Align.LEFT, face=FontFace.HEI, fill="#F1F4F8")]
        )
        for change in group:
            was = change.was.words if change.was else "—"
            rows.append([change.lesson.cohort, change.what, was, change.now.words])
    day = f"{printed_on.year}年{printed_on.month}月{printed_on.day}日"
    return Part(
        [Text("课表变动一览", TITLE), Grid(columns, rows, row_mm=8), Text(f"{school} {day}印", NOTE)],
        page=Page(header_left=school),
        bookmark="课表变动一览",
    )
