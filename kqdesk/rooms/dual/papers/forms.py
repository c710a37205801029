"""One learner on paper: how her credits came about, and the form of a graduate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Fields, Gap, Page, Part, Standing, Text, Together
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.sheet import Picture
from kqdesk.printing.spans import Span
from kqdesk.printing.styles import NOTE, SUBTITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Cell, Column, Grid

QUIET = Quiet()


@dataclass(frozen=True, slots=True)
class CreditPaper:
    """学分认定表: every line behind a credit sum. ``total`` in words, such as 81 or 至少 81; ``id_number`` masked."""

    school: str
    name: str
    id_number: str
    level: str
    cohort: str
    on: date
    total: str
    verdict: str
    lines: tuple[Mapping[str, Any], ...]
    packs: tuple[str, ...]
    lacking: tuple[str, ...] = ()


_CREDIT_COLUMNS = (
    Column("项目", mm=44, align=Align.LEFT),
    Column("怎样算出来的", align=Align.LEFT, size=9.5, wrap=True),
    Column("学分", mm=18),
    Column("依据", mm=42, align=Align.LEFT, size=8, wrap=True),
)


def credit_sheet(paper: CreditPaper) -> Part:
    """学分认定表 (测算): parts in bold, below each what it rests on, down to lessons, papers and certificates."""
    rows = [_credit_row(line) for line in paper.lines]
    rows.append([Cell("合计（测算）", columns=2, face=FontFace.HEI), Cell(paper.total, face=FontFace.HEI_BOLD, size=12), ""])  # fmt: skip
    notes = [f"测算：{paper.verdict}"]
    if paper.lacking:
        notes.append(f"还缺：{'、'.join(paper.lacking)}。")
    notes.append(
        f"规则包：{'；'.join(paper.packs) or '没有启用的规则包'}。能不能毕业以发证机关的学历证书为准。"
    )
    return Part(
        [
            Text("学分认定表（测算）", TITLE),
            Text(paper.level, SUBTITLE),
            Fields([("姓名", paper.name), ("证件号码", paper.id_number), ("班级", paper.cohort or "—"),
                    ("测算日期", f"{paper.on:%Y年%m月%d日}")], columns=2),
            Grid(_CREDIT_COLUMNS, rows, row_mm=7, head_mm=8.5),
            Together([Gap(2), Text("\n".join(notes), NOTE), Gap(8),
                      Fields([("学员签名", "＿＿＿＿＿＿"), ("经办人", "＿＿＿＿＿＿"), ("学校（盖章）", "＿＿＿＿＿＿")])]),
        ],
        page=Page(header_left=paper.school, header_right=paper.name),
        bookmark=paper.name,
    )  # fmt: skip


def _credit_row(line: Mapping[str, Any]) -> list[str | Cell]:
    credits = "未配置" if line["credits"] is None else str(line["credits"])
    if line["depth"] == 0:
        return [
            Cell(line["title"], face=FontFace.HEI),
            line["words"],
            Cell(credits, face=FontFace.HEI),
            line["source"],
        ]
    return [f"　{line['title']}", line["words"], "" if line["credits"] == 0 else credits, line["source"]]


def credit_sheets_pdf(papers: Sequence[CreditPaper], progress: Progress = QUIET) -> bytes:
    """For the preview, a part a learner."""
    return pdf_bytes("学分认定表", [credit_sheet(paper) for paper in papers], progress=progress)


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """毕业生登记表 of one graduate; whole numbers, because it goes to the issuing office only."""

    school: str
    title: str
    level: str
    name: str
    sex: str
    birth: str
    ethnicity: str
    id_number: str
    phone: str
    hukou: str
    address: str
    employer: str
    job: str
    education: str
    cohort: str
    applied_on: date
    skill: str
    credits: str
    marks: tuple[tuple[str, str], ...] = ()
    photo: bytes | None = None


_FORM = tuple(Column("", share=share) for share in (1.1, 1.6, 1.0, 1.4, 1.0, 1.4))


def registration_form(paper: RegistrationForm) -> Part:
    """One A4: person, studies, marks, certificates, and the three opinions to be written and stamped."""
    head = FontFace.HEI

    def ask(words: str) -> Cell:
        return Cell(words, face=head, size=10)

    def wide(words: str, columns: int = 5) -> Cell:
        return Cell(words, columns=columns, align=Align.LEFT)

    marks = "　".join(f"{subject} {words}" for subject, words in paper.marks) or "—"
    rows: list[list[str | Cell]] = [
        [ask("姓名"), Cell(paper.name, face=FontFace.KAI, size=14), ask("性别"), paper.sex, ask("民族"), paper.ethnicity],
        [ask("出生日期"), paper.birth, ask("原学历"), paper.education, ask("联系电话"), paper.phone],
        [ask("证件号码"), wide(paper.id_number)],
        [ask("户籍所在地"), wide(paper.hukou)],
        [ask("现住址"), wide(paper.address)],
        [ask("工作单位"), wide(paper.employer, 3), ask("岗位"), paper.job],
        [ask("报读层次"), wide(paper.level, 1), ask("班级"), wide(paper.cohort, 3)],
        [ask("文化课成绩"), wide(marks)],
        [ask("技能证书"), wide(paper.skill or "—")],
        [ask("学分测算"), wide(paper.credits)],
    ]  # fmt: skip
    stamp, sign = "（盖章）", "（签名）"
    opinions = [
        [ask(who), Cell(f"\n\n\n{end}　　　　　　　年　　月　　日　", columns=5, align=Align.RIGHT)]
        for who, end in (
            ("自我鉴定", sign), ("学校意见", stamp), ("区教育部门\n意见", stamp), ("发证机关\n意见", stamp),
        )
    ]  # fmt: skip
    photo = [Standing(Picture(0, 0, 26, 36, paper.photo), left=148, after=2)] if paper.photo else [Gap(2)]
    return Part(
        [
            Text("成人双证制教育培训毕业生登记表", TITLE),
            Text([Span(f"{paper.title}　编号：＿＿＿＿＿＿＿＿＿")], SUBTITLE),
            *photo,
            Grid(_FORM, rows, head=None, row_mm=9.5, size=10.5),
            Grid(_FORM, opinions, head=None, row_mm=24, size=10),
            Text("本表由学校填写，本人核对签名；学历证书编号由发证机关填写。", NOTE),
        ],
        page=Page(header_left=paper.school, header_right=paper.name),
        bookmark=paper.name,
    )


def registration_forms_pdf(papers: Sequence[RegistrationForm], progress: Progress = QUIET) -> bytes:
    """For the preview and the packet, a part a graduate."""
    return pdf_bytes("毕业生登记表", [registration_form(paper) for paper in papers], progress=progress)
