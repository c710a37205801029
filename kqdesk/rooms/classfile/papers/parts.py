"""The pages of a class file made from the records: index, timetable, roster, rolls, marks, completion, pay."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kqdesk.printing.blocks import Block, Fields, Gap, Page, Part, Text
from kqdesk.printing.styles import NOTE, PLAIN, SMALL_TITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid
from kqdesk.rooms.attendance.queries import RollSheet
from kqdesk.rooms.attendance.rules import hours_word, pay_sums, percent, yuan
from kqdesk.rooms.attendance.terms import Mark
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.classfile.queries import Dossier
from kqdesk.rooms.classfile.terms import Paper, Standing
from kqdesk.rooms.cohorts.papers import as_class_list, class_list
from kqdesk.rooms.followup.papers import ResultPaper, result_part
from kqdesk.rooms.timetable.papers import as_timetable, term_timetable
from kqdesk.rooms.timetable.queries import By
from kqdesk.rooms.timetable.rules.days import clock, day_word
from kqdesk.store.attachments import AttachmentRow

VALID = (CertificateState.APPROVED, CertificateState.PRINTED, CertificateState.HANDED_OUT)
INDEX = (
    Column("序号", mm=12), Column("材料", mm=38, align=Align.LEFT, face=FontFace.HEI),
    Column("情况", mm=18), Column("说明", align=Align.LEFT, wrap=True, size=9.5), Column("页码", mm=16),
)  # fmt: skip
ACROSS = 3  # learners beside each other on a roll's page


def index_part(paper: Dossier, pages: Mapping[Paper, int]) -> Part:
    """The first page: what is in the file, how complete it is, on which page of the file each paper begins."""
    row, items = paper.card.row, paper.card.row.items
    lines = [
        (str(n), item.paper.label, item.standing.label, item.words, str(pages.get(item.paper, "")))
        for n, item in enumerate(items, 1)
    ]
    there = sum(item.standing is Standing.THERE for item in items)
    waived = sum(item.standing is Standing.WAIVED for item in items)
    cohort = row.cohort
    facts = [
        ("班级编号", cohort.no), ("班级类型", cohort.kind_words), ("人数", f"{len(paper.roster)} 人"),
        ("课程（方案）", cohort.subject), ("班主任", cohort.tutor), ("培训师", cohort.trainer),
    ]  # fmt: skip
    blocks: list[Block] = [
        Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
        Text(f"{cohort.title}　一班一档", TITLE),
        Fields(facts),
        Fields(
            [("起止日期", _span(paper)), ("材料", f"要 {len(items) - waived} 项，齐 {there} 项")], columns=2
        ),
        Gap(1),
        Grid(INDEX, lines, row_mm=9),
        Gap(2),
    ]
    if row.archived is not None:
        missing = (
            f"归档时缺{row.archived.missing}，原因：{row.archived.reason}。" if row.archived.missing else ""
        )
        blocks.append(Text(f"{row.archived.by}于 {row.archived.at:%Y-%m-%d} 归档。{missing}", PLAIN))
    blocks.append(
        Text(
            f"{paper.on.year}年{paper.on.month}月{paper.on.day}日生成。页码是本文件里的第几页；放入的材料接在各项封页后面。",
            NOTE,
        )
    )
    return Part(blocks, page=_page(paper), bookmark="目录")


def made_parts(paper: Dossier, item: Paper) -> list[tuple[Part, tuple[AttachmentRow, ...]]]:
    """The pages of one paper from the records, each with the scans that follow it; empty when there is nothing yet."""
    match item:
        case Paper.TIMETABLE if paper.lessons:
            cohort = paper.card.row.cohort
            table = as_timetable(cohort.title, By.COHORT, paper.lessons, paper.school, paper.on)
            return [(replace(term_timetable(table), bookmark="课程表"), ())]
        case Paper.ROSTER if paper.roster:
            rows = as_class_list(
                paper.card.row.cohort, paper.roster, paper.school, shows_numbers=paper.shows_numbers
            )
            return [(replace(class_list(rows), bookmark="花名册"), ())]
        case Paper.SIGN_IN if paper.rolls:
            rolls = [(_roll(paper, roll), paper.scans.get(roll.lesson.id, ())) for roll in paper.rolls]
            return [(_rates(paper), ()), *rolls]
        case Paper.MARKS if paper.attempts:
            return [(_marks(paper), ())]
        case Paper.COMPLETION if paper.card.facts.finished:
            return [(_completion(paper), ())]
        case Paper.PAY if paper.pay:
            return [(_pay(paper), ())]
        case Paper.SATISFACTION if paper.satisfaction:
            return [
                (replace(result_part(ResultPaper(paper.school, card, paper.on)), bookmark="满意度"), ())
                for card in paper.satisfaction
            ]
    return []


def cover_part(paper: Dossier, item: Paper, files: Sequence[tuple[AttachmentRow, int]]) -> Part:
    """The page before what was put in under a paper: its files with pages; 0 pages = only in the ZIP of the originals."""
    lines = [
        (str(n), row.name, f"{row.added_at:%Y-%m-%d}", str(pages) if pages else "原件另存")
        for n, (row, pages) in enumerate(files, 1)
    ]
    columns = (
        Column("序号", mm=12),
        Column("文件", align=Align.LEFT, wrap=True),
        Column("放入日期", mm=28),
        Column("页数", mm=22),
    )
    return Part(
        [Gap(40), Text(item.label, TITLE), Gap(6), Grid(columns, lines)],
        page=_page(paper),
        bookmark=item.label,
    )


def _page(paper: Dossier) -> Page:
    return Page(header_left=paper.school, header_right=f"{paper.card.row.cohort.no} 一班一档")


def _span(paper: Dossier) -> str:
    row = paper.card.row.cohort
    days = [day for day in (row.starts_on, row.ends_on) if day]
    return " 至 ".join(f"{day.year}年{day.month}月{day.day}日" for day in days)


def _rates(paper: Dossier) -> Part:
    columns = (
        Column("序号", mm=12), Column("姓名", mm=26, face=FontFace.KAI, size=12), *(Column(mark.label) for mark in Mark),
        Column("已上课\n出勤率", mm=24), Column("应修学时\n完成率", mm=24), Column("学时", mm=16),
    )  # fmt: skip
    rows = [
        (
            str(one.roll_no or ""), one.name, *(str(one.counts[mark] or "") for mark in Mark), percent(one.rates.of_held),
            percent(one.rates.of_due), hours_word(one.rates.hours),
        )
        for one in paper.rates
    ]  # fmt: skip
    title = Text("考勤汇总", TITLE)
    words = f"已点名 {len(paper.rolls)} 次。空着的百分数：规则包里迟到、请假怎样算还没有定。"
    return Part(
        [title, Gap(1), Grid(columns, rows, row_mm=7, head_mm=11), Text(words, NOTE)],
        page=_page(paper),
        bookmark="签到表",
    )


def _roll(paper: Dossier, roll: RollSheet) -> Part:
    one, rows = roll.lesson, roll.rows
    high = -(-len(rows) // ACROSS)
    group = (Column("序号", mm=10), Column("姓名", face=FontFace.KAI, size=11.5), Column("考勤", mm=17))
    lines = []
    for n in range(high):
        line: list[str | Cell] = []
        for k in range(ACROSS):
            row = rows[n + k * high] if n + k * high < len(rows) else None
            line += (
                [str(row.roll_no or ""), row.name, row.mark.label if row.mark else ""]
                if row
                else ["", "", ""]
            )
        lines.append(line)
    given = [row.mark for row in rows]
    counts = "　".join(f"{mark.label} {given.count(mark)}" for mark in Mark if given.count(mark))
    count = len(paper.scans.get(one.id, ()))
    scan = f"签到表扫描件 {count} 份，附后" if count else "没有签到表扫描件"
    corrected = [f"{row.name}：{row.correction}" for row in rows if row.correction]
    return Part(
        [
            Text(f"第 {one.number} 次课　考勤", TITLE),
            Fields(
                [
                    ("时间", f"{day_word(one.on)} {clock(one.start_minute)}—{clock(one.end_minute)}"),
                    ("培训师", one.trainer), ("学时", str(one.study_hours)),
                ]
            ),
            Fields([("课题", one.topic), ("地点", one.place)], columns=2),
            Fields([("应到", f"{len(rows)} 人　{counts}"), ("签到表", scan)], columns=2),
            Gap(1),
            Grid(group * ACROSS, lines, row_mm=7),
            *([Text("更正：" + "；".join(corrected), NOTE)] if corrected else []),
        ],
        page=_page(paper),
        bookmark=f"签到 第 {one.number} 次 {day_word(one.on)}",
    )  # fmt: skip


def _marks(paper: Dossier) -> Part:
    subjects = list(dict.fromkeys(one.subject for found in paper.attempts.values() for one in found))
    columns = (
        Column("序号", mm=12),
        Column("姓名", mm=28, face=FontFace.KAI, size=12),
        *(Column(s.label) for s in subjects),
    )
    rows = []
    for learner in paper.roster:
        latest = {one.subject: one for one in paper.attempts.get(learner.person_id, ())}
        points = [latest[subject].points.words if subject in latest else "" for subject in subjects]
        rows.append((str(learner.roll_no or ""), learner.name, *points))
    words = "只列已锁定的成绩；同一科考过几次的列最近一次。"
    return Part(
        [Text("成绩", TITLE), Gap(1), Grid(columns, rows, row_mm=7), Text(words, NOTE)],
        page=_page(paper),
        bookmark="成绩",
    )


def _completion(paper: Dossier) -> Part:
    issued = {one.person_id: one for one in paper.certificates if one.state in VALID}
    columns = (
        Column("序号", mm=12), Column("姓名", mm=28, face=FontFace.KAI, size=12), Column("学籍", mm=20), Column("学时", mm=18),
        Column("结业证书编号"), Column("发证日期", mm=30),
    )  # fmt: skip
    hours = {one.person_id: hours_word(one.rates.hours) for one in paper.rates}
    rows = []
    for one in paper.roster:
        found = issued.get(one.person_id)
        rows.append(
            (
                str(one.roll_no or ""), one.name, one.state.label, hours.get(one.person_id, ""),
                found.serial_no if found else "", f"{found.awarded_on:%Y-%m-%d}" if found else "",
            )
        )  # fmt: skip
    return Part(
        [Text("结业名单", TITLE), Gap(1), Grid(columns, rows, row_mm=7)],
        page=_page(paper),
        bookmark="结业名单",
    )


def _pay(paper: Dossier) -> Part:
    columns = (
        Column("培训师", mm=26, face=FontFace.KAI, size=12), Column("级别", mm=30), Column("课次", mm=16),
        Column("计酬学时", mm=22), Column("金额（元）", mm=28, align=Align.RIGHT), Column("说明", align=Align.LEFT, size=9, wrap=True),
    )  # fmt: skip
    sums = pay_sums(paper.pay)
    rows = [
        (
            one.trainer,
            one.level.label,
            str(one.lessons),
            str(one.hours),
            yuan(one.amount_fen),
            "；".join(one.remarks),
        )
        for one in sums
    ]
    rows.append(
        (
            "合计",
            "",
            str(len(paper.pay)),
            str(sum(one.hours for one in sums)),
            yuan(sum(one.amount_fen for one in sums)),
            "",
        )
    )
    words = "取自已批准的课酬表；签收在当月的课酬发放表上。"
    return Part(
        [Text("课酬", TITLE), Gap(1), Grid(columns, rows, row_mm=8), Text(words, NOTE)],
        page=_page(paper),
        bookmark="课酬发放表",
    )
