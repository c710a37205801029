"""The whole class file: one PDF with index and bookmarks, and a ZIP of the originals with their check sums."""

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from kqdesk.excel.writing import replacing
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.binding import Sheaf, bind, is_bindable, measure, page_counts
from kqdesk.printing.blocks import Part
from kqdesk.printing.document import pdf_bytes, save_whole
from kqdesk.printing.preview import page_count
from kqdesk.rooms.classfile.papers.parts import cover_part, index_part, made_parts
from kqdesk.rooms.classfile.queries import Dossier
from kqdesk.rooms.classfile.terms import Paper
from kqdesk.store.attachments import AttachmentRow

Read = Callable[[str, str], bytes]
"""The bytes of an attachment by digest and name, as ``Attachments.read`` gives them."""

Leaf = tuple[Paper | None, Part, tuple[AttachmentRow, ...]]
"""A part, whose paper it begins (None for a following one), and the files bound in after it."""


def class_file_pdf(paper: Dossier, read: Read, *, progress: Progress = Quiet()) -> bytes:
    """The PDF: index, then each paper in the order of the list with what was put in.

    A file that cannot be opened, and office documents, stand on their cover page as 原件另存 and are in the ZIP only.
    """
    files = _all_files(paper)
    sheaves = {
        row.attachment_id: Sheaf(row.name, row.media, read(row.digest, row.name))
        for row in files
        if is_bindable(row.media)
    }
    counted = dict(zip(sheaves, measure(list(sheaves.values()), progress=progress), strict=True))
    leaves = _leaves(paper, counted)
    parts = [index_part(paper, {}), *(part for _, part, _ in leaves)]
    starts: dict[Paper, int] = {}
    inserts: list[tuple[int, AttachmentRow]] = []
    page, foreign = page_counts(parts[:1])[0], 0
    for count, (begins, _, rows) in zip(page_counts(parts[1:]), leaves, strict=True):
        if begins is not None:
            starts[begins] = page + foreign + 1
        page += count
        for row in rows:
            if counted.get(row.attachment_id):
                inserts.append((page, row))
                foreign += counted[row.attachment_id]
    base = pdf_bytes(
        f"{paper.card.row.cohort.title} 一班一档", [index_part(paper, starts), *parts[1:]], progress=progress
    )
    bound = [(after, sheaves[row.attachment_id]) for after, row in inserts]
    return bind(base, bound, progress=progress)


def print_class_file(paper: Dossier, read: Read, path: Path, *, progress: Progress = Quiet()) -> int:
    """The PDF as a file; returns the number of pages."""
    content = class_file_pdf(paper, read, progress=progress)
    save_whole(path, content)
    return page_count(content)


def zip_class_file(paper: Dossier, read: Read, path: Path, *, progress: Progress = Quiet()) -> int:
    """The PDF and every original as it was put in, with 校验.csv (SHA-256); returns the number of originals."""
    content = class_file_pdf(paper, read, progress=progress)
    names = _archive_names(paper)
    sums = [f"{sha256(content).hexdigest()},{PDF_NAME}"]
    with replacing(path) as draft, ZipFile(draft, "w", ZIP_STORED) as pack:
        pack.writestr(PDF_NAME, content)
        for number, (name, row) in enumerate(names):
            progress.step(number, len(names), row.name)
            original = read(row.digest, row.name)
            pack.writestr(name, original)
            sums.append(f"{sha256(original).hexdigest()},{name}")
        pack.writestr("校验.csv", "\ufeffSHA-256,文件\r\n" + "\r\n".join(sums) + "\r\n")
    return len(names)


PDF_NAME = "一班一档.pdf"


def _leaves(paper: Dossier, counted: dict[str, int]) -> list[Leaf]:
    leaves: list[Leaf] = []
    for item in paper.card.row.items:
        own: list[Leaf] = [(None, part, scans) for part, scans in made_parts(paper, item.paper)]
        files = paper.card.files.get(item.paper, ())
        if files:
            shown = [(row, counted.get(row.attachment_id, 0)) for row in files]
            own.append((None, cover_part(paper, item.paper, shown), files))
        leaves += [(item.paper if not n else None, part, rows) for n, (_, part, rows) in enumerate(own)]
    return leaves


def _all_files(paper: Dossier) -> list[AttachmentRow]:
    wanted = {item.paper for item in paper.card.row.items}
    put_in = [row for key, rows in paper.card.files.items() if key in wanted for row in rows]
    return [*put_in, *(row for rows in paper.scans.values() for row in rows)]


def _archive_names(paper: Dossier) -> Sequence[tuple[str, AttachmentRow]]:
    """A folder a paper, a folder a lesson for scans; no name twice, none that leaves its folder."""
    found: list[tuple[str, AttachmentRow]] = []
    taken: set[str] = set()
    for number, item in enumerate(paper.card.row.items, 1):
        folder = f"{number:02d} {_plain(item.paper.label)}"
        own = [(folder, row) for row in paper.card.files.get(item.paper, ())]
        if item.paper is Paper.SIGN_IN:
            own += [
                (f"{folder}/第{roll.lesson.number:02d}次 {roll.lesson.on:%Y-%m-%d}", row)
                for roll in paper.rolls
                for row in paper.scans.get(roll.lesson.id, ())
            ]
        for place, row in own:
            name = f"{place}/{_plain(row.name)}"
            stem, dot, kind = name.rpartition(".")
            copy = 2
            while name in taken:
                name, copy = f"{stem}（{copy}）{dot}{kind}", copy + 1
            taken.add(name)
            found.append((name, row))
    return found


def _plain(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(" .") or "文件"
