"""满意度问卷 on paper: a form a person ticks, that can be read back from a scan or typed as digits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Page, Part
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.scanning.forms import FormLayout, code_text, frame
from kqdesk.printing.sheet import Box, Code, Line, Mark, Rect, Sheet, Vertical
from kqdesk.printing.styles import GREY, Align, FontFace
from kqdesk.rooms.followup.papers import form_layout as form
from kqdesk.rooms.followup.queries import QuestionnaireRow
from kqdesk.rooms.followup.rules.form_sheet import FormCode, write_code
from kqdesk.rooms.followup.terms import Audience

_BEGAN = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
_ENDS = ("很不满意", "很满意")


@dataclass(frozen=True, slots=True)
class FormPaper:
    """The forms of one questionnaire: ``copies`` sheets numbered from ``first_no``. ``address``: of the page, may be ""."""

    school: str
    school_code: str
    questionnaire: QuestionnaireRow
    copies: int
    first_no: int
    address: str = ""


def first_number(now: datetime) -> int:
    """Where the sheets of a print made now begin to count, so that no two prints have the same numbers."""
    return max(1, int((now - _BEGAN).total_seconds()) // 10 * 64 % 2_000_000_000)


def form_parts(paper: FormPaper) -> Part:
    """One A4 sheet a copy."""
    layout = form.layout_for(paper.questionnaire.scale, len(paper.questionnaire.questions))
    sheets = [_sheet(paper, layout, paper.first_no + n) for n in range(paper.copies)]
    return Part(sheets, page=Page(numbered=False), bookmark=paper.questionnaire.cohort)


def _sheet(paper: FormPaper, layout: FormLayout, number: int) -> Sheet:
    code = FormCode(paper.school_code, paper.questionnaire.id, number)
    marks = [*frame(code_text(layout, write_code(code))), *_head(paper), *_table(paper, layout)]
    return Sheet((*marks, *_words(paper, layout)))


def _head(paper: FormPaper) -> list[Mark]:
    one, centre = paper.questionnaire, Align.CENTRE
    is_learner = one.audience is Audience.LEARNER
    title = "学员满意度问卷" if is_learner else "用人单位满意度问卷"
    asked = (
        "您好！请在每一行打一个勾（√），说说您对这个班的看法。不用写姓名，交给班主任或放进问卷箱。"
        if is_learner
        else "您好！贵单位有职工参加了这个班的培训。请在每一行打一个勾（√），盖不盖章都可以。"
    )
    trainer = f"　培训师：{one.trainer}" if one.trainer else ""
    return [
        Box(22, 9.5, 140, 5, paper.school, size=9, colour=GREY, align=centre),
        Box(22, 15, 140, 11, title, FontFace.SONG_BOLD, 20, centre),
        Box(22, 30, 140, 7, f"{one.cohort}{trainer}", FontFace.KAI, 13, centre, floor=8),
        Box(12, 41, 186, 13, asked, size=11, wrap=True, leading=1.5, vertical=Vertical.TOP),
        Box(12, 57, 186, 8, f"问卷号 {one.shown_code}", FontFace.HEI, 12, Align.RIGHT),
    ]


def _table(paper: FormPaper, layout: FormLayout) -> list[Mark]:
    centre, first = Align.CENTRE, layout.rows[0]
    bottom = layout.rows[-1][0].y + layout.rows[-1][0].height
    right = first[-1].x + first[-1].width
    ends = {1: _ENDS[0], len(first) - 1: _ENDS[1]}
    marks: list[Mark] = [
        Box(first[0].x, form.TOP, first[0].width, form.HEAD_MM, "问题", FontFace.HEI, 11, centre)
    ]
    for score, box in enumerate(first[1:], 1):
        half = form.HEAD_MM / 2
        marks += [
            Box(box.x, form.TOP + 0.5, box.width, half, str(score), FontFace.HEI, 12, centre),
            Box(box.x, form.TOP + half, box.width, half, ends.get(score, ""), size=8, align=centre, floor=5),
        ]
    for at, (row, (_, words)) in enumerate(zip(layout.rows, paper.questionnaire.questions, strict=True), 1):
        area = row[0]
        marks.append(
            Box(area.x + 2, area.y + 0.8, area.width - 4, area.height - 1.6, f"{at}. {words}", size=12, wrap=True, floor=8)
        )  # fmt: skip
        marks.append(Line(area.x, area.y, right, area.y))
    marks += [Line(box.x, form.TOP, box.x, bottom) for box in first[1:]]
    marks.append(Rect(form.LEFT, form.TOP, right - form.LEFT, bottom - form.TOP, 1.0))
    return marks


def _words(paper: FormPaper, layout: FormLayout) -> list[Mark]:
    """Room to write, and how else the form can be answered."""
    top = layout.rows[-1][0].y + layout.rows[-1][0].height + 5
    height = form.WORDS_BOTTOM - top - 8
    marks: list[Mark] = [
        Box(form.LEFT, top, 120, 7, "您的意见和建议：", FontFace.HEI, 11),
        Rect(form.LEFT, top + 8, form.WIDTH, height, 0.5),
    ]
    said = "本表可扫描登记：请拍全四个角上的方块，不要遮住二维码。"
    marks.append(Box(46, 281, 140, 4.6, said, size=8.5, colour="#333333"))
    if paper.address:
        marks += [
            Code(160, 264, 20, paper.address),
            Box(46, 268, 110, 8, "也可以用手机扫右边的码填写，不用登录，不记姓名。", size=10, align=Align.RIGHT),
        ]  # fmt: skip
    return marks


def forms_pdf(papers: Sequence[FormPaper]) -> bytes:
    """The forms for the preview."""
    return pdf_bytes("满意度问卷", [form_parts(paper) for paper in papers])


def print_forms(papers: Sequence[FormPaper], path: Path, progress: Progress = Quiet()) -> int:
    """Into a file; the number of pages."""
    return write_pdf(path, "满意度问卷", [form_parts(paper) for paper in papers], progress=progress)
