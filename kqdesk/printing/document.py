"""From a story to a PDF file: the door the rooms' papers go through.

    def class_list(paper: ClassList) -> Part:            # pure: dataclass in, description out
        return Part([Text(paper.title, TITLE), Fields(...), Grid(...)], bookmark=paper.cohort_no)

    def print_class_lists(papers: Sequence[ClassList], path: Path) -> None:
        write_pdf(path, "班级花名册", [class_list(paper) for paper in papers])

reportlab is loaded by the first paper, not by the import of this module: the window opens half a second sooner.
"""

import errno
import os
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from kqdesk.kernel.errors import Unreachable
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Page, Part
from kqdesk.printing.styles import FontFace

QUIET = Quiet()
UPRIGHT = Page()


def engine() -> Any:
    """The drawing half, loaded now if it was not yet (0.3 s)."""
    return import_module("kqdesk.printing.engine")


def as_parts(story: Iterable[Block | Part], page: Page) -> list[Part]:
    """Loose blocks become one part on ``page``; parts stay as they are."""
    parts: list[Part] = []
    loose: list[Block] = []
    for piece in story:
        if isinstance(piece, Part):
            parts.append(piece)
        else:
            loose.append(piece)
    if loose and parts:
        raise TypeError("a story is either blocks or parts")
    return parts or [Part(loose, page)]


def pdf_bytes(
    title: str,
    story: Iterable[Block | Part],
    *,
    page: Page = UPRIGHT,
    author: str = "",
    progress: Progress = QUIET,
) -> bytes:
    """The PDF in memory; the same story gives the same bytes.

    ``story`` is blocks (drawn on ``page``) or parts (each with its own page and page numbers); ``title`` and
    ``author`` are the file's properties. UserError names every character no font has, a picture that cannot be read,
    a row higher than a page; Cancelled when ``progress`` says so.
    """
    content, _ = engine().render(title, as_parts(story, page), author, progress)
    return bytes(content)


def write_pdf(
    path: Path,
    title: str,
    story: Iterable[Block | Part],
    *,
    page: Page = UPRIGHT,
    author: str = "",
    progress: Progress = QUIET,
) -> int:
    """Like ``pdf_bytes``, into a file; returns the number of pages.

    The file appears whole or not at all (an older one of that name stays until then). Unreachable when the disk is
    full, write-protected, gone, or the file is open elsewhere.
    """
    content, pages = engine().render(title, as_parts(story, page), author, progress)
    save_whole(path, content)
    return int(pages)


def missing_glyphs(text: str, face: FontFace = FontFace.SONG) -> list[str]:
    """The characters of ``text`` that no font can draw, named like 字「𡋾」(U+212FE); normally none."""
    return list(engine().missing(text, face))


def save_whole(path: Path, content: bytes) -> None:
    """Write beside the target, make durable, then rename over it."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        remove_quietly(beside)
        raise Unreachable(disk_sentence(error, path)) from error


def remove_quietly(path: Path) -> None:
    """A disk that does not even let us clean up has been reported already."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def disk_sentence(error: OSError, path: Path) -> str:
    """What a person can do about a file that could not be written."""
    name = f"「{path.name}」"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"磁盘空间不够，{name}没有写成。请清理磁盘或换一个位置再试。"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY):
        return f"{name}写不进去：文件夹不许写入，或者文件正被别的程序打开。请关掉它，或换一个位置再试。"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"{name}没有写成：文件夹「{path.parent.name}」不在了。请另选一个文件夹。"
    if error.errno in (errno.EISDIR, errno.ENAMETOOLONG, errno.EINVAL):
        return f"{name}不能用作文件名。请换一个名字。"
    return f"{name}没有写成：磁盘没有响应（{error.strerror or error}）。请检查 U 盘或磁盘后再试。"
