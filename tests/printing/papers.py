"""Made-up papers the printing tests share."""

from kqdesk.printing.blocks import Fields, Part, Text
from kqdesk.printing.styles import NOTE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid

NAMES = (
    "阮秋月",
    "㛃䶮",
    "陈𬭎",
    "王𬍛",
    "李𠅤",
    "赵𡋾",
    "阿卜杜热西提·买买提吐尔逊江",
    "欧阳娜娜",
    "单雄信",
    "仇保兴",
)
COLUMNS = (
    Column("序号", mm=12),
    Column("姓名", mm=24, face=FontFace.KAI, size=12),
    Column("住址", align=Align.LEFT),
    Column("签名", mm=30),
)


def class_list(count: int, cohort_no: str = "KQ-2026-017") -> Part:
    rows = [(NAMES[number % len(NAMES)], f"安昌街道第 {number + 1} 网格", "") for number in range(count)]
    return Part(
        [
            Text("秋季电工班花名册", TITLE),
            Fields([("班级编号", cohort_no), ("培训师", "王建国"), ("人数", str(count))]),
            Grid(COLUMNS, rows, numbered=True),
            Text("注：本表一式两份。", NOTE),
        ],
        bookmark=cohort_no,
    )
