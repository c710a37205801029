"""What is printed of a cohort: the class list 班级花名册 and 在读证明 for one person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Fields, Gap, Page, Part, Span, Text, Together
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.styles import BODY, NOTE, SIGNATURE, SMALL_TITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.cohorts.queries import CohortRow, RosterRow
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.security.masking import mask_id, mask_phone

SEX_WORDS = {"1": "男", "2": "女"}
LIST_COLUMNS = (
    Column("序号", mm=12),
    Column("姓名", mm=27, face=FontFace.KAI, size=12),
    Column("性别", mm=12),
    Column("出生年月", mm=21),
    Column("证件号码", mm=37, size=9.5),
    Column("村社 / 单位", align=Align.LEFT, size=9.5, wrap=True),
    Column("联系电话", mm=24, size=9.5),
)


@dataclass(frozen=True, slots=True)
class ListLine:
    """One learner on the class list; numbers come masked or whole as the person printing may see them."""

    roll_no: str
    name: str
    sex: str
    birth: date | None
    id_number: str
    place: str
    phone: str


@dataclass(frozen=True, slots=True)
class ClassList:
    """班级花名册 of one cohort."""

    school: str
    cohort_no: str
    title: str
    subject: str
    kinds: str
    tutor: str
    trainer: str
    place: str
    starts_on: date | None
    ends_on: date | None
    lines: tuple[ListLine, ...]


@dataclass(frozen=True, slots=True)
class EnrolmentProof:
    """在读证明 for one person: what the school certifies on a day. ``number`` is the school's own file number or ""."""

    school: str
    name: str
    sex: str
    id_number: str
    cohort: str
    cohort_no: str
    subject: str
    since: date | None
    on: date
    number: str = ""


def chinese_date(day: date | None) -> str:
    """2026年3月2日; empty for None."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def class_list(paper: ClassList) -> Part:
    """A4 upright, head repeated, the cohort's facts above the table."""
    span = "至".join(part for part in (chinese_date(paper.starts_on), chinese_date(paper.ends_on)) if part)
    facts = [
        ("班级编号", paper.cohort_no), ("班级类型", paper.kinds), ("人数", f"{len(paper.lines)} 人"),
        ("课程（方案）", paper.subject), ("班主任", paper.tutor), ("培训师", paper.trainer),
    ]  # fmt: skip
    rows = [
        (
            line.roll_no, line.name, SEX_WORDS.get(line.sex, ""), f"{line.birth:%Y-%m}" if line.birth else "",
            line.id_number, line.place, line.phone,
        )
        for line in paper.lines
    ]  # fmt: skip
    return Part(
        [
            Text(paper.school, replace(SMALL_TITLE, face=FontFace.HEI, size=14, leading=22)),
            Text(f"{paper.title}花名册", TITLE),
            Fields(facts, columns=3),
            Fields([("上课地点", paper.place), ("起止日期", span)], columns=2),
            Gap(1),
            Grid(LIST_COLUMNS, rows, row_mm=7.5, blank_to=25),
            Text("证件号码、电话仅供教学管理使用，请妥善保管。", NOTE),
        ],
        page=Page(header_left=paper.school, header_right=paper.cohort_no),
        bookmark=f"{paper.cohort_no} {paper.title}",
    )


def print_class_lists(papers: Sequence[ClassList], path: Path, progress: Progress = Quiet()) -> int:
    """One file, one part a cohort; returns the number of pages."""
    return write_pdf(path, "班级花名册", [class_list(paper) for paper in papers], progress=progress)


def class_list_pdf(papers: Sequence[ClassList]) -> bytes:
    """The same for the preview."""
    return pdf_bytes("班级花名册", [class_list(paper) for paper in papers])


def enrolment_proof(paper: EnrolmentProof) -> Part:
    """One page with the place for the school's seal."""
    sex = SEX_WORDS.get(paper.sex, "")
    facts = [
        f"，{sex}" if sex else "",
        f"，身份证号 {paper.id_number}" if paper.id_number else "",
        f"，自{chinese_date(paper.since)}起" if paper.since else "，",
        f"在我校「{paper.cohort}」（班级编号 {paper.cohort_no}{'，' + paper.subject if paper.subject else ''}）学习，",
        "现为在读学员。",
    ]
    words: list[Span | str] = [
        "兹证明　",
        Span(f" {paper.name} ", face=FontFace.KAI, underline=True),
        "".join(facts),
    ]
    body = replace(BODY, size=16, leading=34)
    return Part(
        [
            Text(paper.number, replace(NOTE, align=Align.RIGHT)) if paper.number else Gap(4),
            Gap(12),
            Text("在　读　证　明", replace(TITLE, size=26, leading=40)),
            Gap(10),
            Text(words, body),
            Text("特此证明。", body),
            Gap(22),
            Together(
                [
                    Text(
                        f"{paper.school}（盖章）\n{chinese_date(paper.on)}",
                        replace(SIGNATURE, size=16, leading=32),
                    )
                ]
            ),
            Gap(16),
            Text("本证明只证明在读情况，不作其他用途。", NOTE),
        ],
        page=Page(numbered=False),
        bookmark=paper.name,
    )


def print_enrolment_proofs(papers: Sequence[EnrolmentProof], path: Path, progress: Progress = Quiet()) -> int:
    """One page a person; returns the number of pages."""
    return write_pdf(path, "在读证明", [enrolment_proof(paper) for paper in papers], progress=progress)


def enrolment_proof_pdf(papers: Sequence[EnrolmentProof]) -> bytes:
    """The same for the preview."""
    return pdf_bytes("在读证明", [enrolment_proof(paper) for paper in papers])


def as_class_list(
    card: CohortRow, rows: Sequence[RosterRow], school: str, *, shows_numbers: bool = False
) -> ClassList:
    """The list from what queries gave; ID and phone masked unless ``shows_numbers``."""
    lines = tuple(
        ListLine(
            str(row.roll_no or ""), row.name, row.sex, row.birth_date,
            row.id_number if shows_numbers else mask_id(row.id_number), row.village or row.employer,
            row.phone if shows_numbers else mask_phone(row.phone),
        )
        for row in rows
    )  # fmt: skip
    place = "·".join(part for part in (card.site, card.classroom) if part)
    return ClassList(
        school, card.no, card.title, card.subject, card.kind_words, card.tutor, card.trainer, place, card.starts_on,
        card.ends_on, lines,
    )  # fmt: skip


def as_enrolment_proof(card: CohortRow, row: RosterRow, school: str, on: date) -> EnrolmentProof:
    """The proof for one learner; it names her whole ID number, that is what it is asked for.

    UserError when she is not 在读: the paper would not be true.
    """
    if row.state is not EnrolmentState.ENROLLED:
        raise UserError(f"{row.name}现在是「{row.state.label}」，不能开在读证明。")
    since = row.applied_on if card.starts_on is None else max(filter(None, (card.starts_on, row.applied_on)))
    return EnrolmentProof(
        school, row.name, row.sex, row.id_number, card.title, card.no, card.subject, since, on
    )
