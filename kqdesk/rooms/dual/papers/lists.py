"""Lists of graduates: the roster that goes to the issuing office, the masked list on the notice board, the receipt book."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Fields, Gap, Page, Part, Text, Together
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.styles import BODY, NOTE, SIGNATURE, SUBTITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid

QUIET = Quiet()
LANDSCAPE = True


@dataclass(frozen=True, slots=True)
class Graduate:
    """One line. ``id_number`` whole on the roster, masked on the posted list."""

    name: str
    sex: str
    id_number: str
    cohort: str
    skill: str
    credits: str
    diploma_no: str = ""


@dataclass(frozen=True, slots=True)
class GraduateList:
    """A batch on paper. ``until`` empty: nobody has said how long it is posted."""

    school: str
    title: str
    level: str
    on: date
    until: date | None
    lines: tuple[Graduate, ...]
    phone: str = ""
    receiver: str = ""


def graduate_roster(paper: GraduateList) -> Part:
    """毕业生名册, whole numbers, for county or city."""
    columns = (
        Column("序号", mm=11), Column("姓名", mm=24, face=FontFace.KAI, size=12), Column("性别", mm=12), Column("证件号码", mm=44, size=10),
        Column("班级", align=Align.LEFT, size=9.5), Column("技能证书", align=Align.LEFT, size=9), Column("学分测算", mm=24, size=9.5),
        Column("学历证书编号", mm=40),
    )  # fmt: skip
    rows = [
        (one.name, one.sex, one.id_number, one.cohort, one.skill, one.credits, one.diploma_no)
        for one in paper.lines
    ]
    return Part(
        [
            Text("成人双证制教育培训毕业生名册", TITLE),
            Text(f"{paper.title}（{paper.level}）", SUBTITLE),
            Fields([("学校", paper.school), ("报送", paper.receiver or "＿＿＿＿＿＿"), ("人数", f"{len(rows)} 人"),
                    ("日期", f"{paper.on:%Y年%m月%d日}")], columns=4),
            Grid(columns, rows, numbered=True, row_mm=7, head_mm=9),
            Together([Gap(4), Fields([("经办人", "＿＿＿＿＿＿"), ("审核人", "＿＿＿＿＿＿"), ("校长", "＿＿＿＿＿＿")])]),
        ],
        page=Page(landscape=LANDSCAPE, header_left=paper.school, header_right=paper.title),
        bookmark="毕业生名册",
    )  # fmt: skip


def posted_list(paper: GraduateList) -> Part:
    """公示: names and masked numbers, how long, and whom to tell."""
    columns = (
        Column("序号", mm=14), Column("姓名", mm=36, face=FontFace.KAI, size=13), Column("证件号码", mm=56),
        Column("班级", align=Align.LEFT),
    )  # fmt: skip
    rows = [(one.name, one.id_number, one.cohort) for one in paper.lines]
    until = (
        f"公示时间：{paper.on:%Y年%m月%d日} 至 {paper.until:%Y年%m月%d日}。"
        if paper.until
        else "公示时间：＿＿＿＿＿＿＿＿。"
    )
    phone = f"联系电话：{paper.phone}。" if paper.phone else ""
    return Part(
        [
            Text("公　　示", TITLE),
            Text(
                f"经本人申请、学校审核，下列 {len(rows)} 人拟申报{paper.title}（{paper.level}），现予公示。{until}"
                f"有不同意见的，请在公示期内向学校书面或电话反映。{phone}",
                BODY,
            ),
            Gap(2),
            Grid(columns, rows, numbered=True, row_mm=8, head_mm=9),
            Together([Gap(6), Text(f"{paper.school}\n{paper.on:%Y年%m月%d日}", SIGNATURE)]),
        ],
        page=Page(),
        bookmark="公示",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One diploma in the receipt book; blank when nobody has come yet. ``taker_number`` masked."""

    name: str
    level: str
    number: str
    handed_on: str = ""
    taker: str = ""
    relation: str = ""
    taker_number: str = ""
    note: str = ""


def receipt_book(school: str, title: str, lines: Sequence[ReceiptLine]) -> Part:
    """学历证书领取签收册: a line to sign for each diploma."""
    columns = (
        Column("序号", mm=11), Column("姓名", mm=24, face=FontFace.KAI, size=12), Column("层次", mm=20), Column("证书编号", mm=44, size=10),
        Column("领取日期", mm=26), Column("领取人", mm=24), Column("关系", mm=18), Column("代领人证件号码", mm=42, size=9.5),
        Column("签名", mm=28), Column("备注", align=Align.LEFT, size=9),
    )  # fmt: skip
    rows = [
        (one.name, one.level, one.number, one.handed_on, one.taker, one.relation, one.taker_number, "", one.note)
        for one in lines
    ]  # fmt: skip
    return Part(
        [
            Text("学历证书领取签收册", TITLE),
            Text(title, SUBTITLE),
            Grid(columns, rows, numbered=True, row_mm=9, head_mm=9),
            Text("代领须附委托书和双方证件复印件。证书遗失不补发原证，由发证机关出具毕业证明书。", NOTE),
        ],
        page=Page(landscape=LANDSCAPE, header_left=school),
        bookmark="签收册",
    )


def roster_pdf(paper: GraduateList, progress: Progress = QUIET) -> bytes:
    """For the preview and the packet."""
    return pdf_bytes("毕业生名册", [graduate_roster(paper)], progress=progress)


def posted_list_pdf(paper: GraduateList, progress: Progress = QUIET) -> bytes:
    """For the preview."""
    return pdf_bytes("公示", [posted_list(paper)], progress=progress)


def receipt_book_pdf(
    school: str, title: str, lines: Sequence[ReceiptLine], progress: Progress = QUIET
) -> bytes:
    """For the preview."""
    return pdf_bytes("签收册", [receipt_book(school, title, lines)], progress=progress)
