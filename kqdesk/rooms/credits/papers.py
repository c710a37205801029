"""What is printed of 学分: a learner's 学习账户 with every entry and what earned it, and her 成绩单."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.kernel.schoolday import school_day
from kqdesk.printing.blocks import Block, Fields, Gap, Page, Part, Text
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.styles import HEADING, NOTE, SIGNATURE, SMALL_TITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.credits.queries import Account, EntryRow, Transcript
from kqdesk.rooms.credits.rules import shown
from kqdesk.rooms.credits.terms import CreditUnit

TITLE_WORDS = "学习账户"
COLUMNS = (
    Column("取得日期", mm=24),
    Column("来源", mm=24),
    Column("说明", align=Align.LEFT, size=9.5, wrap=True),
    Column("数额", mm=18),
)
_SEX = {"1": "男", "2": "女"}


@dataclass(frozen=True, slots=True)
class AccountPaper:
    """One person's account as printed on a day."""

    school: str
    account: Account
    on: date


def account_part(paper: AccountPaper) -> Part:
    """A4 upright: who, the three balances side by side, then each unit's entries in order of time."""
    account = paper.account
    state = account.state.label if account.state else "未开户"
    blocks: list[Block] = [
        Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
        Text(TITLE_WORDS, TITLE),
        Fields(
            [
                ("姓名", account.name), ("性别", _SEX.get(account.sex, "")), ("证件号码", account.id_masked),
                ("学分银行", state), ("账号", account.bank_number), ("打印日期", f"{paper.on:%Y-%m-%d}"),
            ],
            columns=3,
        ),
        Fields([(unit.label, f"{shown(account.balances[unit])} {unit.word}") for unit in CreditUnit], columns=3),
    ]  # fmt: skip
    for unit in CreditUnit:
        entries = [entry for entry in account.entries if entry.unit is unit]
        if entries:
            blocks += [Text(unit.label, HEADING), _grid(entries)]
    if not account.entries:
        blocks.append(Text("还没有学分记录。", NOTE))
    blocks += [
        Gap(3),
        Text(
            "三种学分各算各的，不能相加；双证学分是测算，毕业以发证机关的学历证书为准。冲正的记录照样列出。",
            NOTE,
        ),
        Text(f"{paper.school}（盖章）", SIGNATURE),
    ]
    return Part(blocks, page=Page(header_left=paper.school, header_right=account.name), bookmark=account.name)


def _grid(entries: Sequence[EntryRow]) -> Grid:
    rows = [
        (f"{entry.earned_on:%Y-%m-%d}", entry.source.label, _words(entry), shown(entry.hundredths))
        for entry in sorted(entries, key=lambda entry: (entry.booked_at, entry.id))
    ]
    total = ("", "合计", "", shown(sum(entry.hundredths for entry in entries)))
    return Grid(COLUMNS, [*rows, total], row_mm=7.5)


def _words(entry: EntryRow) -> str:
    said = [words for *_, words in entry.proofs if words not in entry.words]  # one exam is its own proof
    parts = [entry.words, *(f"· {words}" for words in said)]
    if entry.rule:
        parts.append(f"依据：{entry.rule}")
    if entry.reason:
        parts.append(f"原因：{entry.reason}")
    return "\n".join([*parts, f"{school_day(entry.booked_at):%Y-%m-%d} {entry.booked_by}入账"])


def account_pdf(papers: Sequence[AccountPaper], progress: Progress = Quiet()) -> bytes:
    """For the preview; one part a person."""
    return pdf_bytes(TITLE_WORDS, [account_part(paper) for paper in papers], progress=progress)


def print_accounts(papers: Sequence[AccountPaper], path: Path, progress: Progress = Quiet()) -> int:
    """Into a file; returns the number of pages."""
    return write_pdf(path, TITLE_WORDS, [account_part(paper) for paper in papers], progress=progress)


# -- 成绩单 ---------------------------------------------------------------------------------------

TRANSCRIPT_WORDS = "学习成绩单"
_MARKS = (
    Column("日期", mm=24), Column("考试", align=Align.LEFT, wrap=True), Column("科目", mm=38), Column("分数", mm=20),
    Column("等第", mm=18),
)  # fmt: skip
_COURSES = (
    Column("班级或课程", align=Align.LEFT, wrap=True),
    Column("学时", mm=20),
    Column("结业证书编号", mm=56),
)
_SKILLS = (
    Column("职业（工种）", align=Align.LEFT, wrap=True), Column("等级", mm=28), Column("编号", mm=46),
    Column("发证机构", align=Align.LEFT, wrap=True), Column("发证日期", mm=24),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TranscriptPaper:
    """One person's transcript as printed on a day."""

    school: str
    transcript: Transcript
    on: date


def transcript_part(paper: TranscriptPaper) -> Part:
    """A4 upright: who, marks, hours and courses, skill certificates; what is not there has no table."""
    told = paper.transcript
    blocks: list[Block] = [
        Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
        Text(TRANSCRIPT_WORDS, TITLE),
        Fields(
            [("姓名", told.name), ("性别", _SEX.get(told.sex, "")), ("证件号码", told.id_masked),
             ("打印日期", f"{paper.on:%Y-%m-%d}")],
            columns=2,
        ),
    ]  # fmt: skip
    if told.marks:
        marks = [(f"{m.on:%Y-%m-%d}", m.sitting, m.subject, m.points, m.grade) for m in told.marks]
        blocks += [Text("文化课成绩", HEADING), Grid(_MARKS, marks)]
    if told.courses:
        courses = [(c.title, c.hours, c.proof) for c in told.courses]
        blocks += [Text("学时与结业", HEADING), Grid(_COURSES, courses)]
    if told.skills:
        skills = [
            (s.occupation, s.level, s.number, s.issuer, f"{s.on:%Y-%m-%d}" if s.on else "")
            for s in told.skills
        ]
        blocks += [Text("技能证书", HEADING), Grid(_SKILLS, skills)]
    if told.is_empty:
        blocks.append(Text("还没有锁定的成绩、学时和证书。", NOTE))
    words = "成绩和考勤锁定以后才列出；补考的和原来的都列出。本单由学校出具，学历以发证机关的证书为准。"
    blocks += [Gap(3), Text(words, NOTE), Text(f"{paper.school}（盖章）", SIGNATURE)]
    return Part(blocks, page=Page(header_left=paper.school, header_right=told.name), bookmark=told.name)


def transcript_pdf(papers: Sequence[TranscriptPaper], progress: Progress = Quiet()) -> bytes:
    """For the preview; one part a person."""
    return pdf_bytes(TRANSCRIPT_WORDS, [transcript_part(paper) for paper in papers], progress=progress)


def print_transcripts(papers: Sequence[TranscriptPaper], path: Path, progress: Progress = Quiet()) -> int:
    """Into a file; returns the number of pages."""
    return write_pdf(path, TRANSCRIPT_WORDS, [transcript_part(paper) for paper in papers], progress=progress)
