"""What is printed of 排摸: a list a village or firm, and a form a person, both with what is known and a row code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Fields, Page, Part, Standing, Text
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.sheet import Code
from kqdesk.printing.styles import NOTE, PLAIN, SMALL_TITLE, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid
from kqdesk.rooms.catalogue.terms import Category, Project
from kqdesk.rooms.people.terms import Sex, education_label
from kqdesk.rooms.survey.queries import AnswerRow
from kqdesk.rooms.survey.rules import pairs, shown_code
from kqdesk.rooms.survey.terms import ANSWER_LABELS, EIGHT, TimeWish

LIST_COLUMNS = (
    Column("排摸码", mm=21, size=9.5), Column("姓名", mm=16, face=FontFace.KAI), Column("户籍所在地", align=Align.LEFT, size=9),
    Column("年龄", mm=9), Column("性别", mm=9), Column("学历", mm=16, size=9),
    Column("就业单位", mm=30, align=Align.LEFT, size=9), Column("就业岗位", mm=17, size=9),
    Column("学历提升\n意愿", mm=17), Column("学习途径", mm=17, size=9), Column("想学的技能", mm=26, size=9),
    Column("方便时间\n（填序号）", mm=17), Column("课程门类\n（填序号）", mm=17), Column("工程\n（填序号）", mm=14),
    Column("结果", mm=15, size=9),
)  # fmt: skip
RESULT = "□拒答\n□没联系上"


@dataclass(frozen=True, slots=True)
class AskingList:
    """The list of one village or firm."""

    school: str
    round_title: str
    place: str
    until: date
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True)
class AskingForm:
    """The form of one person."""

    school: str
    round_title: str
    until: date
    row: AnswerRow


def asking_list(paper: AskingList) -> Part:
    """A4 across: one row a person, known cells filled in, the numbers of the choices below the title."""
    blocks: list[Block] = [
        Text(f"{_titled(paper.round_title)}花名册", SMALL_TITLE),
        Fields([("村社/企业", paper.place), ("人数", f"{len(paper.rows)}"), ("请在此日前交回", f"{paper.until:%Y-%m-%d}")]),
        Text(_legend(), NOTE),
        Grid(LIST_COLUMNS, [_list_row(row) for row in paper.rows], row_mm=9.5, head_mm=11, size=10, head_size=9),
        Text("印好的内容不对就划掉改在旁边。排摸码是登记时找人用的，请不要涂改。填表人：____________　电话：____________　日期：____________", NOTE),
    ]  # fmt: skip
    page = Page(landscape=True, header_left=paper.school, header_right=paper.place)
    return Part(blocks, page=page, bookmark=paper.place)


def _list_row(row: AnswerRow) -> tuple[str | Cell, ...]:
    return (
        shown_code(row.code), row.name, *_eight(row)[:6], row.wish or "□有　□无", row.learning_path or "",
        "、".join(row.skills), _numbers(row.times, pairs(TimeWish)), _numbers(row.categories, pairs(Category)),
        _numbers(row.projects, pairs(Project)), RESULT,
    )  # fmt: skip


def _eight(row: AnswerRow) -> tuple[str, ...]:
    """The eight fields of the provincial plan, in its order."""
    return (
        row.hukou or "", str(row.age) if row.age is not None else "", Sex(row.sex).label if row.sex else "",
        education_label(row.education_code), row.employer or "", row.job or "", row.wish or "", row.learning_path or "",
    )  # fmt: skip


def _numbers(chosen: Sequence[str], choices: Sequence[tuple[str, str]]) -> str:
    return " ".join(str(n) for n, (value, _) in enumerate(choices, 1) if value in chosen)


def _legend() -> str:
    named = (("方便时间", pairs(TimeWish)), ("课程门类", pairs(Category)), ("工程", pairs(Project)))
    return "\n".join(
        f"{title}：" + "　".join(f"{n} {label}" for n, (_, label) in enumerate(choices, 1))
        for title, choices in named
    )


def _titled(title: str) -> str:
    return title if title.endswith("排摸") else f"{title}排摸"


def asking_form(paper: AskingForm) -> Part:
    """One A4 page a person: the code to scan, the eight fields, wishes to tick."""
    row = paper.row
    known = list(zip((ANSWER_LABELS[name] for name in EIGHT), _eight(row), strict=True))
    lines = [
        ("排摸码", shown_code(row.code)), ("姓名", row.name), ("证件号码", row.id_masked),
        ("电话", row.phone_masked), ("村社", row.village or ""),
    ]  # fmt: skip
    columns = (Column("", mm=32, face=FontFace.HEI), Column("", align=Align.LEFT, wrap=True))
    ticks = [
        ("学历提升意愿", _ticks([("有", "有"), ("无", "无")], [row.wish or ""])),
        (
            "学习途径",
            row.learning_path or "□ 成人双证制　□ 自学考试　□ 成人高考　□ 开放教育　□ 其他 ________",
        ),
        ("想学的技能", "、".join(row.skills) or " "),
        ("方便的时间", _ticks(pairs(TimeWish), row.times)),
        ("课程门类", _ticks(pairs(Category), row.categories, 5)),
        ("六大工程", _ticks(pairs(Project), row.projects, 2)),
        ("没有问到", "□ 拒答　□ 联系不上"),
        ("备注", row.note or " "),
    ]
    blocks: list[Block] = [
        Standing(Code(0, 0, 24, row.code), left=150, after=0),
        Text(f"{_titled(paper.round_title)}登记表", SMALL_TITLE),
        Fields(lines, columns=2),
        Grid(columns, [*known[:6], *ticks], head=None, row_mm=12),
        Text(f"印好的内容不对就划掉改在旁边。{paper.until:%Y年%m月%d日}前交回{paper.school}。", NOTE),
        Text(
            "本表只用于安排学历提升和技能培训，学校按规定保管。\n填表人签名：____________　日期：____________",
            PLAIN,
        ),
    ]
    return Part(
        blocks, page=Page(header_left=paper.school, header_right=shown_code(row.code)), bookmark=row.name
    )


def _ticks(choices: Sequence[tuple[str, str]], chosen: Sequence[str], a_line: int = 4) -> str:
    """Boxes with their numbers, ``a_line`` in a line, so that no choice is broken in two."""
    numbered = len(choices) > 2
    boxes = [
        f"{'☑' if value in chosen else '□'} {f'{n} ' if numbered else ''}{label}"
        for n, (value, label) in enumerate(choices, 1)
    ]
    return "\n".join("　".join(boxes[at : at + a_line]) for at in range(0, len(boxes), a_line))


def lists_pdf(papers: Sequence[AskingList], progress: Progress = Quiet()) -> bytes:
    """For the preview; one part a village or firm."""
    return pdf_bytes("排摸花名册", [asking_list(paper) for paper in papers], progress=progress)


def forms_pdf(papers: Sequence[AskingForm], progress: Progress = Quiet()) -> bytes:
    """For the preview; one page a person."""
    return pdf_bytes("排摸登记表", [asking_form(paper) for paper in papers], progress=progress)


def print_lists(papers: Sequence[AskingList], path: Path, progress: Progress = Quiet()) -> int:
    """Into a file; the number of pages."""
    return write_pdf(path, "排摸花名册", [asking_list(paper) for paper in papers], progress=progress)
