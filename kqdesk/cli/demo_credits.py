"""The demo's accounts and forms: credits booked and sent to the credit bank, a design for pre-printed blanks, two
forms of the district's filled in."""

import io
from collections.abc import Sequence
from datetime import timedelta

import docx
import openpyxl

from kqdesk.cli.demo_story import Story
from kqdesk.excel.templates import look
from kqdesk.rooms.attendance import actions as attendance
from kqdesk.rooms.certificates import actions as certificates
from kqdesk.rooms.certificates import papers
from kqdesk.rooms.certificates import queries as register
from kqdesk.rooms.certificates.rules import Spot
from kqdesk.rooms.certificates.terms import SpotKind
from kqdesk.rooms.credits import actions, queries
from kqdesk.rooms.credits.rules import AnswerLine
from kqdesk.rooms.credits.terms import AccountState, Answer, CreditUnit
from kqdesk.rooms.reports import actions as forms
from kqdesk.rooms.reports.queries import forms as form_values
from kqdesk.rooms.reports.queries import templates
from kqdesk.rooms.reports.sheets import made_forms, write_forms
from kqdesk.rooms.reports.terms import Scope

MOST_SENT, ANSWERED = 8, 6
BLANKS, BLANK_COUNT = "区统一结业证书", 200
_SPOTS = (
    Spot(SpotKind.SERIAL_NO, 1900, 480, 800, 70, 105, "song", "right"),
    Spot(SpotKind.BODY, 720, 680, 1850, 680, 200, "kai"),
    Spot(SpotKind.ISSUER, 1500, 1440, 1080, 90, 180, "kai", "centre"),
    Spot(SpotKind.AWARDED_ON, 1500, 1540, 1080, 80, 160, "kai", "centre"),
    Spot(SpotKind.PHOTO, 360, 620, 300, 400),
    Spot(SpotKind.QR, 360, 1450, 290, 290),
)


def keep_credits(story: Story) -> None:
    """The first senior cohort's rolls are locked, most of its learners' credits booked, achievements sent and answered."""
    seniors = [lead for lead in story.cohorts if lead.what == "senior"]
    for lead in seniors[:1]:
        for day, lesson_id in zip(lead.days, lead.lesson_ids, strict=True):
            if day < story.today:
                story.do(attendance.lock_roll, lesson_id=lesson_id)
    rows = [row for row in story.read(queries.accounts, on=story.today) if row.due]
    chosen = [row.id for n, row in enumerate(rows) if n % 4 != 3]
    booked = story.do(actions.book_due, person_ids=chosen) if chosen else 0
    for n, person_id in enumerate(chosen[:MOST_SENT]):
        is_open = n % 4 != 3
        story.do(
            actions.keep_account, person_id=person_id, state=AccountState.OPEN if is_open else AccountState.APPLIED,
            bank_number=f"ZJ3306{n:010d}" if is_open else None,
            opened_on=story.today - timedelta(days=40) if is_open else None,
        )  # fmt: skip
    if chosen:
        story.do(
            actions.book_by_paper, person_id=chosen[0], unit=CreditUnit.DEPT_POINT, hundredths=250,
            paper="示例街道〔2026〕3 号", words="社区志愿服务", earned_on=story.today - timedelta(days=9),
        )  # fmt: skip
    claims, answers = _send(story)
    story.facts["credits"] = {"booked": booked, "claims": claims, "answers": answers}


def _send(story: Story) -> tuple[int, int]:
    """One batch to the credit bank; most of it comes back, one line returned."""
    ready = [one.source_key for one in story.read(queries.achievements) if not one.lacks][:MOST_SENT]
    if not ready:
        return 0, 0
    batch = story.do(actions.draw_batch, source_keys=ready)
    story.do(actions.send_batch, batch_id=batch, sent_on=story.today - timedelta(days=2))
    sent = story.read(queries.claims, batch)
    lines = [
        AnswerLine(
            n, one.external_no, Answer.RETURNED if n == ANSWERED else Answer.ACCEPTED,
            None if n == ANSWERED else 150, "证书照片不清楚" if n == ANSWERED else "", story.today, one.name,
        )
        for n, one in enumerate(sent[:ANSWERED], 1)
    ]  # fmt: skip
    return len(sent), int(story.do(actions.take_answers, lines=lines))


def lay_out_papers(story: Story) -> None:
    """A design for the district's blanks with its stock, and two official forms kept as templates and filled."""
    story.do(
        certificates.receive_blanks,
        kind=BLANKS,
        count=BLANK_COUNT,
        received_on=story.today - timedelta(days=30),
    )
    story.do(
        certificates.keep_design,
        title=f"{BLANKS}（套打）",
        width=2970,
        height=2100,
        on_blanks=True,
        spots=_SPOTS,
    )
    kept = [
        _keep(story, "结业名册", Scope.COHORT, "结业名册.xlsx", _register()),
        _keep(story, "学员登记表", Scope.LEARNER, "学员登记表.docx", _letter()),
    ]
    story.facts["templates"] = kept


def fill_papers(story: Story) -> None:
    """The forms of the first senior cohort, and three certificates on the district's blanks."""
    cohort = next(lead.id for lead in story.cohorts if lead.what == "senior")
    for row in story.read(templates):
        found = story.read(form_values, row.scope, cohort, today=story.today, actor=story.clerk)
        made = made_forms(row, found, story.school.attachments.read)
        kind = row.kind if len(made) == 1 else "zip"
        write_forms(story.folder("exports") / f"{row.title}.{kind}", made)
    [design] = story.read(register.designs)
    sheets = story.read(register.papers_of, story.certificates[:3])
    if sheets:
        out = story.folder("papers") / "结业证书套打.pdf"
        story.facts["papers"][out.name] = papers.print_certificates(sheets, out, design=design)


def _keep(story: Story, title: str, scope: Scope, name: str, content: bytes) -> str:
    looked = look(content, name)
    story.do(
        forms.keep_template, title=title, scope=scope, file_name=name, kind=looked.kind,
        digest=story.school.attachments.keep(content), size=len(content), asks=[spot.name for spot in looked.spots],
    )  # fmt: skip
    return title


def _register() -> bytes:
    """A list as a district sends it: one row with fields, the rest is made."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名册"
    lines: Sequence[Sequence[str]] = (
        ("{{学校名称}}结业名册",), ("班级：{{班级}}", "", "", "班主任：{{班主任}}"),
        ("序号", "姓名", "证件号码", "面授学时", "技能证书", "学分合计"),
        ("{{学员.序号}}", "{{学员.姓名}}", "{{学员.证件号码}}", "{{学员.面授学时}}", "{{学员.技能证书职业}}", "{{学员.学分合计}}"),
        ("", "", "", "", "填表日期", "{{打印日期}}"),
    )  # fmt: skip
    for line in lines:
        sheet.append(line)
    for column, width in zip("ABCDEF", (8, 14, 24, 12, 16, 14), strict=True):
        sheet.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _letter() -> bytes:
    """A form for one person."""
    paper = docx.Document()
    paper.add_heading("{{学校名称}}学员登记表", 1)
    rows = (
        ("姓名", "{{姓名}}", "性别", "{{性别}}"),
        ("证件号码", "{{证件号码}}", "电话", "{{电话}}"),
        ("班级", "{{班级}}", "学号", "{{学号}}"),
        ("文化程度", "{{文化程度}}", "村社", "{{村社}}"),
    )
    table = paper.add_table(rows=0, cols=4, style="Table Grid")
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    paper.add_paragraph("{{打印日期}}")
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()
