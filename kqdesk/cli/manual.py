"""``kqdesk manual``: the help of every page as one PDF, and the pictures in it, taken by the program of itself.

    kqdesk manual --out 手册.pdf            cover, contents with page numbers, a chapter a page, bookmarks
    kqdesk manual --pictures                every page of a practice school into resources/help/pictures (a release does it)

Pages, groups and keys come from the window's own list, so a new room is in both by itself.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call, WrongUsage, writable_target
from kqdesk.kernel.errors import Unreachable
from kqdesk.kernel.progress import Progress

if TYPE_CHECKING:
    from kqdesk.desk.pages import PageSpec
    from kqdesk.printing.blocks import Block, Part

WIDTH, MOST = 1024, 60 << 10  # pixels, and bytes of a picture
COLOURS = (64, 32, 16)
PEOPLE = 120
DRAWN = str.maketrans({"✕": "×", "✗": "×", "✓": "√", "✔": "√"})
"""Signs of the screen no paper font has."""
NO_SCREEN = "这台机器缺少图形组件（{name}），不能做手册。请在装了窗口程序的电脑上做。"


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument("--out", type=Path, metavar="FILE.pdf", help="手册写到这里")
    parser.add_argument(
        "--pictures",
        nargs="?",
        type=Path,
        const=Path(),
        metavar="DIR",
        help="重新拍每一页的图片；不写文件夹就放进程序里",
    )


def run(call: Call, options: argparse.Namespace) -> int:
    """Pictures first, when both are asked for."""
    if options.out is None and options.pictures is None:
        raise WrongUsage("要写 --out 手册.pdf，或 --pictures。")
    told: dict[str, Any] = {}
    try:
        if options.pictures is not None:
            told["pictures"] = take_pictures(call, options.pictures)
        if options.out is not None:
            target = writable_target(options.out, ".pdf")
            told |= {"file": str(target), "pages": write_manual(call, target)}
    except ImportError as missing:
        if not str(missing.name).startswith("PySide6"):
            raise
        raise Unreachable(NO_SCREEN.format(name=missing.name or missing)) from missing
    lines = [f"拍了 {len(told['pictures'])} 张图片。"] if "pictures" in told else []
    lines += [f"手册共 {told['pages']} 页：{told['file']}"] if "file" in told else []
    call.answer(told, "\n".join(lines))
    return 0


# --- pictures -----------------------------------------------------------------------------------------------------


def take_pictures(call: Call, folder: Path) -> list[str]:
    """Each page as the clerk sees it in a practice school; the names of the files."""
    from kqdesk.cli.demo import make_demo
    from kqdesk.desk.helpshelf import FOLDER

    target = folder if folder != Path() else FOLDER / "pictures"
    target.mkdir(parents=True, exist_ok=True)
    password = "随便试试不要紧-演练学校"
    with TemporaryDirectory() as scratch, call.progress("拍图片") as progress:
        home = Path(scratch) / "school-demo"
        make_demo(call, PEOPLE)(home, password, progress)
        return _photograph(call, home, password, target, progress)


def _photograph(call: Call, home: Path, password: str, target: Path, progress: Progress) -> list[str]:
    from kqdesk import school as homes
    from kqdesk.app.pages import PAGES
    from kqdesk.app.seating import open_shell, start_application
    from kqdesk.cli.demo_pages import need_no_screen
    from kqdesk.desk.shots import grab, settle

    need_no_screen()
    application = start_application()
    who = homes.people(home)[0][0]
    opened = homes.open_with_password(
        home, who=who, password=password, clock=call.clock, profile=call.key_profile
    )
    desk, shell = open_shell(opened, clock=call.clock)
    made = []
    try:
        for n, page in enumerate(PAGES, 1):
            progress.step(n, len(PAGES), page.title)
            shell.go(page.key)
            settle(desk)
            if shell.bar.isVisibleTo(shell):  # a picture of a fault is no help
                call.warn(f"{page.title}：{shell.bar.text}")
            made.append(shrink(grab(shell, target / f"{page.key}.png")))
    finally:
        desk.close()
        shell.close()
        shell.deleteLater()
        application.processEvents()
        opened.close()
    return made


def shrink(path: Path) -> str:
    """The same picture smaller, in few colours; its name."""
    from PIL import Image

    with Image.open(path) as taken:
        small = taken.convert("RGB")
    if small.width > WIDTH:
        small = small.resize((WIDTH, round(small.height * WIDTH / small.width)), Image.Resampling.LANCZOS)
    for shades in COLOURS:  # fewer when it is still too large
        small.quantize(shades, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= MOST:
            break
    return path.name


# --- the manual ---------------------------------------------------------------------------------------------------


def write_manual(call: Call, target: Path) -> int:
    """The whole manual; how many pages it has."""
    from kqdesk import VERSION
    from kqdesk.app.pages import PAGES
    from kqdesk.desk.pages import GROUPS
    from kqdesk.printing.binding import page_counts
    from kqdesk.printing.document import write_pdf

    pages = sorted(PAGES, key=lambda page: GROUPS.index(page.group))
    chapters = [chapter(page) for page in pages]
    day = call.clock().astimezone().date()
    counts = page_counts([cover(VERSION, day), contents(pages, {}), *chapters])
    starts, at = {}, sum(counts[:2])
    for page, count in zip(pages, counts[2:], strict=True):
        starts[page.key] = at + 1
        at += count
    parts = [cover(VERSION, day), contents(pages, starts), *chapters]
    return write_pdf(target, "kqdesk 使用手册", _counted(parts, counts), author="kqdesk")


def _counted(parts: Sequence["Part"], counts: Sequence[int]) -> list["Part"]:
    """Page numbers that count through."""
    found, before = [], 0
    for part, count in zip(parts, counts, strict=True):
        found.append(replace(part, page=replace(part.page, before=before, total=sum(counts))))
        before += count
    return found


def cover(version: str, day: Any) -> "Part":
    """The first page."""
    from kqdesk.printing.blocks import Gap, Page, Part, Text
    from kqdesk.printing.styles import SUBTITLE, TITLE

    blocks: list[Block] = [
        Gap(80),
        Text("kqdesk 使用手册", TITLE),
        Text("乡镇成人学校教务软件", SUBTITLE),
        Gap(100),
        Text(f"版本 {version}", SUBTITLE),
        Text(f"{day.year}年{day.month}月{day.day}日", SUBTITLE),
    ]
    return Part(blocks, Page(numbered=False), "封面")


def contents(pages: Sequence["PageSpec"], starts: dict[str, int]) -> "Part":
    """Every page under its group, with the page of the file its chapter begins on."""
    from kqdesk.printing.blocks import Page, Part, Text
    from kqdesk.printing.styles import SMALL_TITLE, Align, FontFace
    from kqdesk.printing.table import Cell, Column, Grid

    rows: list[list[Any]] = []
    group = ""
    for page in pages:
        if page.group != group:
            group = page.group
            rows.append([Cell(group, columns=3, align=Align.LEFT, face=FontFace.HEI, fill="#F0F3F7")])
        rows.append([page.title, page.sentence, str(starts.get(page.key, "000"))])
    columns = (
        Column("章", mm=34, align=Align.LEFT),
        Column("讲什么", align=Align.LEFT, wrap=True),
        Column("页", mm=16),
    )
    return Part([Text("目　录", SMALL_TITLE), Grid(columns, rows, row_mm=6, size=9.5)], Page(), "目录")


def chapter(page: "PageSpec") -> "Part":
    """One page's help with its picture."""
    from kqdesk.desk.helpshelf import picture_of, pieces, text_of
    from kqdesk.printing.blocks import Page, Part, Standing
    from kqdesk.printing.sheet import Picture

    blocks: list[Block] = []
    picture = picture_of(page.key)
    for piece in pieces(text_of(page).translate(DRAWN)):
        blocks += _blocks(piece)
        if picture is not None and piece.kind in ("text", "point"):
            blocks.append(Standing(Picture(0, 0, 174, 174 * 768 / 1366, picture), after=4))
            picture = None
    return Part(blocks, Page(header_left="kqdesk 使用手册", header_right=page.title), page.title)


def _blocks(piece: Any) -> list["Block"]:
    from kqdesk.printing.blocks import Gap, Text
    from kqdesk.printing.styles import HEADING, SMALL_TITLE, Align, FontFace, TextStyle
    from kqdesk.printing.table import Column, Grid

    body = TextStyle(FontFace.SONG, 11, 19, Align.LEFT, after=1)
    if piece.kind == "head1":
        return [Text(piece.text, SMALL_TITLE)]
    if piece.kind == "head2":
        return [Text(piece.text, HEADING)]
    if piece.kind == "table":
        head, *rows = piece.rows
        return [Grid([Column(title, align=Align.LEFT, wrap=True) for title in head], rows, row_mm=7), Gap(3)]
    if piece.kind == "point":
        return [Text(_spans(f"{piece.mark}　{piece.text}"), replace(body, left=5))]
    return [Text(_spans(piece.text), body)]


def _spans(text: str) -> list[Any]:
    """**bold** in the heavy face, `keys` as they are."""
    from kqdesk.printing.spans import Span
    from kqdesk.printing.styles import FontFace

    found: list[Any] = []
    for n, part in enumerate(text.replace("`", "").split("**")):
        if part:
            found.append(Span(part, face=FontFace.HEI_BOLD) if n % 2 else part)
    return found
