"""交付清单: the one page that goes along with what is delivered, so that whoever receives it can tell each file is the right one.

Also ``SHA256SUMS``, which ``sha256sum -c`` reads, and the two bills of materials (bill.py).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kqdesk.printing.blocks import Fields, Gap, Margins, Page, Part, Text
from kqdesk.printing.document import write_pdf
from kqdesk.printing.styles import HEADING, PLAIN, SMALL, SMALL_TITLE, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid

USES = (
    (".deb", "Debian、UOS、麒麟一类的桌面：双击，或 sudo apt install ./文件名"),
    (".tar.xz", "没有管理员权限的 Linux 桌面：解开，双击里面的 kqdesk"),
    ("-setup.exe", "Windows 10、11（64 位）：双击，不需要管理员权限"),
    (".kqupdate", "已经装好的程序：在窗口里“从文件升级程序”"),
    (".cdx.json", "组件清单（CycloneDX 1.5），给查软件成分的人"),
    (".txt", "组件与许可清单"),
)
"""Ending → what the file is for."""

NOT_DELIVERED = "stand-in"
"""In the name of a set-up that only proves that it compiles."""

GROUP = 16
"""Letters of a hash between two spaces: a person compares it with a screen."""


@dataclass(frozen=True)
class Delivered:
    """One file of the delivery."""

    name: str
    size: int  # bytes
    sha256: str

    @property
    def use(self) -> str:
        """What it is for, in words."""
        return next((words for ending, words in USES if self.name.endswith(ending)), "")


@dataclass(frozen=True)
class DeliverySheet:
    """What the page says."""

    version: str
    made_on: date
    files: Sequence[Delivered]
    tried: Sequence[str]
    never_run: Sequence[str]
    components: int


def delivered(folder: Path, version: str) -> list[Delivered]:
    """The files of this version in ``folder``, by name."""
    found = []
    for path in sorted(folder.iterdir()):
        is_ours = version in path.name and NOT_DELIVERED not in path.name
        if path.is_file() and is_ours and any(path.name.endswith(ending) for ending, _ in USES):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found.append(Delivered(path.name, path.stat().st_size, digest))
    return found


def sums(files: Sequence[Delivered]) -> str:
    """The lines that ``sha256sum -c`` reads."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in files)


COLUMNS = (
    Column("文件", mm=58, align=Align.LEFT, size=9, wrap=True),
    Column("大小（MB）", mm=20, align=Align.RIGHT, size=9),
    Column("用在哪里", align=Align.LEFT, size=9, wrap=True),
)


def _rows(files: Sequence[Delivered]) -> list[list[str | Cell]]:
    rows: list[list[str | Cell]] = []
    for file in files:
        rows.append([file.name, f"{file.size / 1_000_000:.1f}", file.use])
        grouped = " ".join(file.sha256[at : at + GROUP] for at in range(0, len(file.sha256), GROUP))
        rows.append([Cell(f"SHA-256  {grouped}", columns=3, align=Align.LEFT, size=8.5)])
    return rows


def delivery_sheet(sheet: DeliverySheet) -> Part:
    """The page."""
    return Part(
        [
            Text("成校工作台 kqdesk 交付清单", SMALL_TITLE),
            Fields(
                [
                    ("版本", sheet.version),
                    ("制作日期", f"{sheet.made_on:%Y-%m-%d}"),
                    ("组件", f"{sheet.components} 个"),
                ]
            ),
            Grid(COLUMNS, _rows(sheet.files), row_mm=7, head_face=FontFace.HEI),
            Gap(2),
            Text("核对方法", HEADING),
            Text(
                "收到文件后算一遍 SHA-256，与上表逐组比对，有一个字不同就不要安装：\n"
                "Windows 在文件夹里运行 certutil -hashfile 文件名 SHA256；Linux 运行 sha256sum 文件名。",
                SMALL,
            ),
            Text("实际试过的", HEADING),
            Text("\n".join(sheet.tried), SMALL),
            Text("没有实际运行过的", HEADING),
            Text("\n".join(sheet.never_run), SMALL),
            Text("数据", HEADING),
            Text(
                "升级、卸载都不动学校的数据。数据在各用户自己的文件夹里（Linux：~/.local/share/kqdesk；"
                "Windows：%LOCALAPPDATA%\\kqdesk），已加密；升级前程序会先做一份验证过的备份。",
                SMALL,
            ),
            Gap(4),
            Fields(
                [("交付人", "＿＿＿＿＿＿＿"), ("接收人", "＿＿＿＿＿＿＿"), ("日期", "＿＿＿＿＿＿＿")],
                style=PLAIN,
            ),
        ],
        page=Page(margins=Margins(top=16, right=16, bottom=14, left=16), numbered=False),
    )


def print_delivery_sheet(sheet: DeliverySheet, path: Path) -> int:
    """The page as a file; returns the number of pages."""
    return write_pdf(path, f"kqdesk {sheet.version} 交付清单", [delivery_sheet(sheet)])
