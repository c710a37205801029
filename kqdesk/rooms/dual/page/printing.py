"""Papers of 双证 made of what the page shows."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from kqdesk.desk.page import Page
from kqdesk.desk.preview import PdfPreview
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.dual import papers, rules, sheets
from kqdesk.rooms.dual.page.why import WORDS
from kqdesk.rooms.dual.papers import CreditPaper, Graduate, GraduateList, ReceiptLine, RegistrationForm
from kqdesk.rooms.dual.queries import ApplicationRow, BatchRow, Board, BoardRow, DiplomaRow, id_numbers
from kqdesk.rooms.dual.terms import Relation
from kqdesk.rooms.office.queries import SchoolCard, school_card
from kqdesk.rooms.people.terms import education_label, ethnicity_label
from kqdesk.security.masking import mask_id
from kqdesk.store.attachments import Attachments

SEX = {"1": "男", "2": "女"}


def show(page: Page, title: str, make: Callable[[Any], bytes]) -> None:
    """Lay out in a job, then the preview."""
    page.desk.start(make, partial(_preview, page, title), title=f"排版{title}", owner=page)


def _preview(page: Page, title: str, pdf: bytes) -> None:
    PdfPreview(page.desk, title, pdf, f"{title}.pdf", page).open()


def _school(page: Page) -> SchoolCard | None:
    with page.desk.store.reading() as session:
        return school_card(session)


# -- the credit sheet -----------------------------------------------------------------------------


def print_credits(page: Page, board: Board, rows: Sequence[BoardRow]) -> None:
    """学分认定表 of these learners; says so when nobody is chosen."""
    if not rows:
        page.desk.tell("请先在列表里选学员。", kind="refused")
        return
    show(page, "学分认定表", partial(_credits_pdf, page, board, list(rows)))


def _credits_pdf(page: Page, board: Board, rows: Sequence[BoardRow], job: Any) -> bytes:
    card = _school(page)
    with page.desk.store.reading() as session:
        numbers = id_numbers(session, [row.person_id for row in rows])
    school, today = card.name if card else "", page.desk.today()
    found = [credit_paper(school, board, row, today, numbers.get(row.person_id, "")) for row in rows]
    return papers.credit_sheets_pdf(found, job)


def credit_paper(school: str, board: Board, row: BoardRow, on: Any, id_number: str = "") -> CreditPaper:
    """One learner's explanation as paper, her number masked."""
    kept = rules.frozen(row.learner, board.rules, row.reckoning)
    return CreditPaper(
        school, row.name, mask_id(id_number), row.level.label, row.cohort, on, row.reckoning.words, WORDS[row.reckoning.reach],
        kept.lines, kept.packs, kept.lacking,
    )  # fmt: skip


# -- graduates ------------------------------------------------------------------------------------


def credit_words(row: ApplicationRow) -> str:
    """81 · 至少 81 / 90."""
    shown = str(row.credits) if row.is_whole else f"至少 {row.credits}"
    return f"{shown} / {row.threshold}" if row.threshold is not None else shown


def graduate(row: ApplicationRow, *, is_masked: bool) -> Graduate:
    """One line of a list."""
    number = mask_id(row.id_number) if is_masked else row.id_number
    return Graduate(
        row.name, SEX.get(row.sex, ""), number, row.cohort, row.skill, credit_words(row), row.diploma_no
    )


def graduate_list(card: SchoolCard | None, batch: BatchRow, rows: Sequence[ApplicationRow], on: Any, *, is_masked: bool) -> GraduateList:  # fmt: skip
    """A batch as a list."""
    return GraduateList(
        card.name if card else "", batch.title, batch.level.label, batch.posted_on or on, batch.posted_until,
        tuple(graduate(row, is_masked=is_masked) for row in rows), (card.phone or "") if card else "", batch.submitted_to,
    )  # fmt: skip


def registration(
    card: SchoolCard | None, batch: BatchRow, row: ApplicationRow, photo: bytes | None
) -> RegistrationForm:
    """毕业生登记表 of one applicant, marks taken from her frozen explanation."""
    exam = _exam_lines(row.lines)
    return RegistrationForm(
        card.name if card else "", batch.title, batch.level.label, row.name, SEX.get(row.sex, ""),
        f"{row.birth_date:%Y-%m-%d}" if row.birth_date else "", ethnicity_label(row.ethnicity_code) if row.ethnicity_code else "",
        row.id_number, row.phone, row.hukou, row.address, row.employer, row.job,
        education_label(row.education_code) if row.education_code else "", row.cohort, row.applied_on, row.skill,
        credit_words(row), exam, photo,
    )  # fmt: skip


def _exam_lines(lines: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """(subject, mark) of the part 文化考试: the words after the sitting's name."""
    found, is_exam = [], False
    for line in lines:
        if line["depth"] == 0:
            is_exam = line["title"] in ("文化考试", "文化学分")
        elif is_exam:
            words = str(line["words"]).split("（另有")[0]
            found.append((line["title"], words.rsplit("：", 1)[-1] if "：" in words else words))
    return tuple(found)


def photo_of(kept: Attachments, row: ApplicationRow) -> bytes | None:
    """Her picture; None when there is none or its file is missing."""
    try:
        return kept.read(row.photo, "照片") if row.photo else None
    except UserError:
        return None


def forms_pdf(page: Page, batch: BatchRow, rows: Sequence[ApplicationRow], job: Any) -> bytes:
    """毕业生登记表 of everybody."""
    card, kept = _school(page), page.desk.attachments
    return papers.registration_forms_pdf(
        [registration(card, batch, row, photo_of(kept, row)) for row in rows], job
    )


def roster_pdf(page: Page, batch: BatchRow, rows: Sequence[ApplicationRow], job: Any) -> bytes:
    """毕业生名册."""
    return papers.roster_pdf(
        graduate_list(_school(page), batch, rows, page.desk.today(), is_masked=False), job
    )


def posted_pdf(page: Page, batch: BatchRow, rows: Sequence[ApplicationRow], job: Any) -> bytes:
    """公示."""
    return papers.posted_list_pdf(
        graduate_list(_school(page), batch, rows, page.desk.today(), is_masked=True), job
    )


def packet(page: Page, path: Path, batch: BatchRow, rows: Sequence[ApplicationRow], job: Any) -> str:
    """The .zip for county or city; its SHA-256."""
    files = {
        "毕业生登记表.pdf": forms_pdf(page, batch, rows, job),
        "毕业生名册.pdf": roster_pdf(page, batch, rows, job),
        "公示.pdf": posted_pdf(page, batch, rows, job),
        "学分说明.pdf": _frozen_credits_pdf(page, batch, rows, job),
    }
    lines = [graduate(row, is_masked=False) for row in rows]
    roster = [(g.name, g.sex, g.id_number, g.cohort, g.skill, g.credits, g.diploma_no, "") for g in lines]
    return sheets.write_packet(path, roster, files, job)


def _frozen_credits_pdf(page: Page, batch: BatchRow, rows: Sequence[ApplicationRow], job: Any) -> bytes:
    card = _school(page)
    found = [
        CreditPaper(
            card.name if card else "", row.name, mask_id(row.id_number), batch.level.label, row.cohort, row.applied_on,
            credit_words(row), "以申请当日的规则包计算。", row.lines, row.packs, row.lacking,
        )
        for row in rows
    ]  # fmt: skip
    return papers.credit_sheets_pdf(found, job)


def digest_words(digest: str) -> str:
    """The first and last eight digits, as people compare them."""
    return f"{digest[:8]}…{digest[-8:]}" if len(digest) == hashlib.sha256().digest_size * 2 else digest


# -- the receipt book -----------------------------------------------------------------------------


def receipts_pdf(page: Page, rows: Sequence[DiplomaRow], job: Any) -> bytes:
    """学历证书领取签收册."""
    card = _school(page)
    title = f"{page.desk.today():%Y年%m月}"
    return papers.receipt_book_pdf(card.name if card else "", title, [receipt_line(row) for row in rows], job)


def receipt_line(row: DiplomaRow) -> ReceiptLine:
    """One diploma with who took it; a proxy's number masked."""
    is_proxy = row.relation is not None and row.relation is not Relation.SELF
    return ReceiptLine(
        row.name, row.level.label, row.number, f"{row.handed_on:%Y-%m-%d}" if row.handed_on else "", row.taker,
        row.relation.label if row.relation else "", mask_id(row.taker_number) if is_proxy else "",
        f"证明书 {row.proof_no}" if row.proof_no else "",
    )  # fmt: skip
