"""What is printed of 证书: the program's own certificate, the school's designs, test page, reconciliation."""

from collections.abc import Callable, Sequence
from pathlib import Path

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Page, Part
from kqdesk.printing.document import missing_glyphs, pdf_bytes, write_pdf
from kqdesk.printing.sheet import Picture, Sheet
from kqdesk.rooms.certificates.papers.designed import background_of, calibration_sheet, designed
from kqdesk.rooms.certificates.papers.own import LANDSCAPE, body, certificate, chinese_day
from kqdesk.rooms.certificates.papers.reconciliation import Reconciliation, reconciliation_part
from kqdesk.rooms.certificates.queries import CertificatePaper, DesignRow

__all__ = [
    "LANDSCAPE",
    "Reconciliation",
    "body",
    "calibration_pdf",
    "certificate",
    "certificates_pdf",
    "chinese_day",
    "print_certificates",
    "print_reconciliation",
    "reconciliation_pdf",
    "scan_pdf",
    "story",
]  # fmt: skip

QUIET = Quiet()
ReadFile = Callable[[str], bytes]
"""Digest → bytes of an attachment (``Attachments.read``)."""


def story(
    papers: Sequence[CertificatePaper],
    design: DesignRow | None = None,
    read: ReadFile | None = None,
    shift: tuple[float, float] = (0, 0),
) -> list[Part]:
    """Every certificate a sheet of one part, without page numbers. ``design`` None: the program's own.

    ``read`` gives photos and the design's picture; without it their places stay empty.
    """
    if not papers:
        return []
    _expect_drawable(papers)
    photos = [read(paper.photo) if read is not None and paper.photo else None for paper in papers]
    pairs = list(zip(papers, photos, strict=True))
    if design is None:
        return [Part([certificate(paper, photo, shift) for paper, photo in pairs], page=LANDSCAPE)]
    picture = read(design.background) if read is not None and design.background else None
    behind = background_of(design, picture)
    sheets = [designed(paper, design, behind, photo, shift) for paper, photo in pairs]
    return [Part(sheets, page=_page(design))]


def _expect_drawable(papers: Sequence[CertificatePaper]) -> None:
    """Nobody's certificate is printed with a box in her name: each is named with the character, before the first sheet."""
    lacking = [
        f"{paper.serial_no} {paper.name}（{'、'.join(missing)}）"
        for paper in papers
        if (missing := missing_glyphs(paper.name + paper.course_title))
    ]
    if lacking:
        more = f"等 {len(lacking)} 张" if len(lacking) > 5 else ""
        raise UserError(
            f"字体里缺这些证书上的字，一张都没有打印：{'；'.join(lacking[:5])}{more}。请核对字是否输对，对的请告诉维护人员补字。"
        )


def _page(design: DesignRow) -> Page:
    return Page(size=(design.width / 10, design.height / 10), numbered=False)


def certificates_pdf(
    papers: Sequence[CertificatePaper],
    progress: Progress = QUIET,
    *,
    design: DesignRow | None = None,
    read: ReadFile | None = None,
    shift: tuple[float, float] = (0, 0),
) -> bytes:
    """For the preview. UserError names a character the fonts do not have; then nothing is made."""
    return pdf_bytes("结业证书", story(papers, design, read, shift), progress=progress)


def print_certificates(
    papers: Sequence[CertificatePaper],
    path: Path,
    progress: Progress = QUIET,
    *,
    design: DesignRow | None = None,
    read: ReadFile | None = None,
) -> int:
    """Into a file; returns the number of pages."""
    return write_pdf(path, "结业证书", story(papers, design, read), progress=progress)


def calibration_pdf(design: DesignRow, shift: tuple[float, float] = (0, 0)) -> bytes:
    """套打校准页 for a printer's offset in millimetres."""
    return pdf_bytes("校准页", [Part([calibration_sheet(design, shift)], page=_page(design))])


def reconciliation_pdf(sheet: Reconciliation) -> bytes:
    """证书核对表, for the preview."""
    return pdf_bytes("证书核对表", [reconciliation_part(sheet)])


def print_reconciliation(sheet: Reconciliation, path: Path) -> int:
    """Into a file; returns the number of pages."""
    return write_pdf(path, "证书核对表", [reconciliation_part(sheet)])


def scan_pdf(content: bytes) -> bytes:
    """A scan for the preview: a PDF as it is, a picture on a page of A4."""
    if content.startswith(b"%PDF"):
        return content
    return pdf_bytes(
        "扫描件", [Part([Sheet([Picture(10, 10, 190, 277, content)])], page=Page(numbered=False))]
    )
