"""Papers of 办公室: the recovery sheet, printed when a home is made and kept in a locked cupboard."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kqdesk.printing.blocks import Fields, Gap, Rule, Text
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.styles import (
    BODY,
    HEADING,
    NOTE,
    PLAIN,
    SEAL_RED,
    SIGNATURE,
    TITLE,
    Align,
    FontFace,
    TextStyle,
)
from kqdesk.printing.table import Cell, Column, Grid

_STEPS = (
    "一、这张纸能打开学校的全部数据，和公章一样重要。请打印两份：一份锁进学校的柜子，一份交校长保管。",
    "二、忘了密码、换了电脑或者从备份恢复时，打开程序，点“用恢复码进入”，照着输入上面的九组字。大小写和短横不要紧。",
    "三、不要拍照，不要发到微信，不要存进电脑。",
    "四、怀疑被别人看过：在“设置 · 操作人”里换一个新的恢复码，旧的马上作废，重新打印这张纸。",
)


@dataclass(frozen=True, slots=True)
class RecoveryPaper:
    """All the sheet shows; ``code`` as nine groups with hyphens."""

    school: str
    code: str
    made_on: date


def story(paper: RecoveryPaper) -> list[Text | Fields | Gap | Rule | Grid]:
    """The sheet as blocks."""
    groups = paper.code.split("-")
    rows = [
        [Cell(group, face=FontFace.HEI_BOLD, size=18) for group in groups[n : n + 3]] for n in range(0, 9, 3)
    ]
    return [
        Text("恢 复 码", TITLE),
        Text(paper.school, TextStyle(face=FontFace.HEI, size=14, align=Align.CENTRE, after=4)),
        Rule(1.5, colour=SEAL_RED, before=1, after=6),
        Text("从左到右、从上到下共九组，一组四个字：", PLAIN),
        Grid([Column("")] * 3, rows, head=None, row_mm=16, after=6),
        Text("怎么用，怎么收", HEADING),
        *(Text(step, BODY) for step in _STEPS),
        Gap(8),
        Fields(
            [
                ("打印日期", f"{paper.made_on:%Y年%m月%d日}"),
                ("保管人签名", "＿＿＿＿＿＿"),
                ("存放地点", "＿＿＿＿＿＿"),
            ],
            columns=3,
        ),
        Text("新码启用后，请把旧的恢复码纸剪碎。", NOTE),
        Text(paper.school, SIGNATURE),
    ]


def recovery_sheet(paper: RecoveryPaper) -> bytes:
    """The sheet as PDF bytes, for the preview; it is not kept on disk."""
    return pdf_bytes(f"恢复码 {paper.school}", story(paper))


def print_recovery_sheet(paper: RecoveryPaper, path: Path) -> None:
    """The sheet as a file that was asked for."""
    write_pdf(path, f"恢复码 {paper.school}", story(paper))
