"""The bound PDF: index, bookmarks, foreign pages; the ZIP of the originals."""

from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest

from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.attendance import actions as attendance
from kqdesk.rooms.attendance.terms import SCAN
from kqdesk.rooms.classfile import actions, papers, queries
from kqdesk.rooms.classfile.queries import Dossier
from kqdesk.rooms.classfile.terms import Paper
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import Attachments, KeptFile, attach
from kqdesk.store.store import Store
from tests.attendance.conftest import Cohort
from tests.classfile.conftest import png, two_pages
from tests.conftest import Clock


@action("测试扫描件")
def put_scan(w: Writing, *, lesson_id: str, file: KeptFile) -> None:
    attach(
        w, table="lesson", row_id=lesson_id, purpose=SCAN, digest=file.digest, name=file.name, media=file.media, size=file.size
    )  # fmt: skip


def keep(attachments: Attachments, name: str, media: str, content: bytes) -> KeptFile:
    return KeptFile(attachments.keep(content), name, media, len(content))


@pytest.fixture
def full(
    store: Store, clerk: str, head: str, head_signer, held: Cohort, clock: Clock, attachments: Attachments
) -> Dossier:
    """The class with a reply of two pages, a damaged and a Word file, a photo, a scan, an approved pay sheet."""
    files = {
        Paper.APPROVAL: [keep(attachments, "批复.pdf", "application/pdf", two_pages())],
        Paper.NOTICE: [
            keep(attachments, "通知.pdf", "application/pdf", b"%PDF-1.7 broken"),
            keep(attachments, "通知.docx", "application/zip", b"PK\x03\x04 words"),
        ],
        Paper.PHOTOS: [
            keep(attachments, "照片.png", "image/png", png()),
            keep(attachments, "照片.png", "image/png", png("red")),
        ],
    }
    for paper, own in files.items():
        store.run(actions.put_papers, clerk, cohort_id=held.id, paper=paper, files=own)
    scan = keep(attachments, "签到.png", "image/png", png("white"))
    store.run(put_scan, clerk, lesson_id=held.lessons[1], file=scan)
    clock.forward(days=3)
    sheet = store.run(attendance.draw_pay_sheet, clerk, month="2026-03").value
    store.run(attendance.approve_pay_sheet, head, sheet_id=sheet, signer=head_signer)
    with store.reading() as session:
        found = queries.dossier(session, held.id, actor=clerk, now=clock.now, on=clock.now.date())
    assert found is not None
    return found


def outline(pdf: bytes) -> dict[str, int]:
    document = pypdfium2.PdfDocument(pdf)
    found = {mark.get_title(): mark.get_dest().get_index() + 1 for mark in document.get_toc()}
    document.close()
    return found


def test_index_names_the_page_on_which_each_paper_begins(full: Dossier, attachments: Attachments) -> None:
    pdf = papers.class_file_pdf(full, attachments.read)

    marks, index = outline(pdf), page_text(pdf, 0)
    assert list(marks)[:5] == ["目录", "开班申请批复", "招生通知", "课程表", "花名册"]
    assert (marks["开班申请批复"], marks["招生通知"]) == (2, 5)  # a cover and two pages between
    assert marks["签到 第 3 次 3月3日 周二"] - marks["签到 第 2 次 3月2日 周一"] == 2  # a record and its scan
    assert "课酬发放表" in marks
    for label in ("开班申请批复", "招生通知", "课程表", "花名册", "签到表", "上课照片", "课酬发放表"):
        line = next(line for line in index.splitlines() if f" {label} " in f" {line} ")
        assert line.split()[-1] == str(marks[label])
    assert "批复一" in page_text(pdf, 2)
    assert "原件另存" in page_text(pdf, marks["招生通知"] - 1)
    assert page_count(pdf) >= 14


def test_an_empty_class_prints_its_list(
    store: Store, clerk: str, cohort: Cohort, attachments: Attachments
) -> None:
    with store.reading() as session:
        found = queries.dossier(session, cohort.id, actor=clerk, now=store.clock(), on=store.clock().date())
    assert found is not None

    pdf = papers.class_file_pdf(found, attachments.read)

    assert page_count(pdf) == 1
    assert "一班一档" in page_text(pdf, 0)


def test_the_zip_has_every_original_and_its_sum(
    full: Dossier, attachments: Attachments, tmp_path: Path
) -> None:
    path = tmp_path / "档案.zip"
    count = papers.zip_class_file(full, attachments.read, path)
    with ZipFile(path) as pack:
        names = pack.namelist()
        photo = pack.read("07 上课照片/照片（2）.png")
        sums = pack.read("校验.csv").decode("utf-8-sig").splitlines()

    assert count == 6
    assert names == [
        "一班一档.pdf", "01 开班申请批复/批复.pdf", "02 招生通知/通知.pdf", "02 招生通知/通知.docx",
        "06 签到表/第02次 2026-03-02/签到.png", "07 上课照片/照片.png", "07 上课照片/照片（2）.png", "校验.csv",
    ]  # fmt: skip
    assert f"{sha256(photo).hexdigest()},07 上课照片/照片（2）.png" in sums
    assert len(sums) == 8


def test_the_pdf_file_is_whole_or_not_there(full: Dossier, attachments: Attachments, tmp_path: Path) -> None:
    pages = papers.print_class_file(full, attachments.read, tmp_path / "档案.pdf")

    assert pages == page_count((tmp_path / "档案.pdf").read_bytes())
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
