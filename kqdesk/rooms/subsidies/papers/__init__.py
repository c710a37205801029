"""Papers of 奖补: the list on the notice board, the payment list to sign, the slip for whoever claims, a firm's fund check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Fields, Gap, Page, Part, Text, Together
from kqdesk.printing.document import pdf_bytes, write_pdf
from kqdesk.printing.styles import BODY, HEADING, NOTE, SIGNATURE, SUBTITLE, TITLE, Align, FontFace
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.office.rules.packs import version_words
from kqdesk.rooms.office.rules.rulewords import money
from kqdesk.rooms.subsidies.queries import BatchRow, ClaimCard, ClaimRow, FundRow, evidence_words
from kqdesk.rooms.subsidies.rules import Line, capitals

POSTED, PAYMENT, SLIP, FUND = "奖补公示名单", "奖补发放表", "奖补申领受理单", "职工教育经费检查表"
__all__ = [
    "FUND", "PAYMENT", "POSTED", "SLIP", "BatchPaper", "FundPaper", "SlipPaper", "fund_part", "payment_part", "pdf",
    "posted_part", "print_parts", "slip_part",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BatchPaper:
    """A batch on paper; numbers and accounts are masked by the paper itself."""

    school: str
    phone: str
    batch: BatchRow
    rows: tuple[ClaimRow, ...]
    on: date


@dataclass(frozen=True, slots=True)
class SlipPaper:
    """One claim as its claimant is told of it."""

    school: str
    phone: str
    card: ClaimCard
    on: date


@dataclass(frozen=True, slots=True)
class FundPaper:
    """One firm's years."""

    school: str
    firm: str
    credit_code: str
    rows: tuple[FundRow, ...]
    on: date


def posted_part(paper: BatchPaper) -> Part:
    """公示: names and masked numbers, what for, how much, how long, whom to tell. No account on it."""
    batch = paper.batch
    columns = (
        Column("序号", mm=12), Column("姓名或名称", mm=34, face=FontFace.KAI, size=12), Column("证件号码", mm=46, size=10),
        Column("凭什么", align=Align.LEFT, size=10, wrap=True), Column("金额（元）", mm=26, align=Align.RIGHT),
    )  # fmt: skip
    rows = [
        (row.name, row.id_masked, row.subject, money(row.amount_fen or 0).removesuffix(" 元"))
        for row in paper.rows
    ]
    period = (
        f"公示时间：{batch.posted_on:%Y年%m月%d日} 至 {batch.posted_until:%Y年%m月%d日}。"
        if batch.posted_on and batch.posted_until
        else "公示时间：＿＿＿＿＿＿＿＿。"
    )
    phone = f"联系电话：{paper.phone}。" if paper.phone else ""
    total = sum(row.amount_fen or 0 for row in paper.rows)
    said = (
        f"根据{batch.rule.paper_no}《{batch.rule.title}》，经本人申请、学校审核，下列 {len(rows)} 笔拟发放奖补 {money(total)}，"
        f"现予公示。{period}有不同意见的，请在公示期内向学校书面或电话反映。{phone}"
    )
    blocks: list[Block] = [
        Text("公　　示", TITLE), Text(said, BODY), Gap(2), Grid(columns, rows, numbered=True, row_mm=8, head_mm=9),
        Together([Gap(6), Text(f"{paper.school}\n{paper.on:%Y年%m月%d日}", SIGNATURE)]),
    ]  # fmt: skip
    return Part(
        blocks, page=Page(header_left=paper.school, header_right=batch.no), bookmark=f"{POSTED} {batch.no}"
    )


def payment_part(paper: BatchPaper) -> Part:
    """发放表: one line a claim with the last four of its account and a place to sign; the sum in words."""
    batch = paper.batch
    columns = (
        Column("序号", mm=12), Column("姓名或名称", mm=30, face=FontFace.KAI, size=12), Column("证件号码", mm=44, size=10),
        Column("凭什么", align=Align.LEFT, size=9.5, wrap=True), Column("金额（元）", mm=24, align=Align.RIGHT),
        Column("开户行", mm=34, size=9.5), Column("收款账号", mm=42, size=9.5), Column("领款人签名", mm=30),
    )  # fmt: skip
    rows = [
        (
            row.name, row.id_masked, row.subject, money(row.amount_fen or 0).removesuffix(" 元"), row.bank,
            row.account_masked, "",
        )
        for row in paper.rows
    ]  # fmt: skip
    total = sum(row.amount_fen or 0 for row in paper.rows)
    head = [
        ("批次", batch.no), ("规则", f"{batch.rule_id} {version_words(batch.pack_version)}"), ("笔数", f"{len(rows)} 笔"),
        ("合计", money(total)),
    ]  # fmt: skip
    signs = [
        ("经办人", batch.drawn_by or "＿＿＿＿"),
        ("审核人", batch.checked_by or "＿＿＿＿"),
        ("校长", "＿＿＿＿＿＿"),
    ]
    blocks: list[Block] = [
        Text(PAYMENT, TITLE), Text(batch.title, SUBTITLE), Fields(head, columns=4),
        Grid(columns, rows, numbered=True, row_mm=8.5, head_mm=9),
        Together([Gap(2), Text(f"合计（大写）：{capitals(total)}", BODY), Gap(3), Fields(signs, columns=3)]),
    ]  # fmt: skip
    page = Page(landscape=True, header_left=paper.school, header_right=batch.no)
    return Part(blocks, page=page, bookmark=f"{PAYMENT} {batch.no}")


def slip_part(paper: SlipPaper) -> Part:
    """受理单: what was claimed, every line of the verdict, which papers were handed in, what comes next."""
    row, rule = paper.card.row, paper.card.rule
    head = [
        ("姓名或名称", row.name), ("证件号码", row.id_masked), ("受理日期", f"{row.claimed_on:%Y-%m-%d}"),
        ("规则", f"{row.rule_id} {rule.title if rule else ''}"), ("凭什么", row.subject), ("取得日期", f"{row.achieved_on:%Y-%m-%d}"),
        ("金额", money(row.amount_fen) if row.amount_fen is not None else "未配置"), ("受理人", row.taken_by),
        ("收款账号", row.account_masked or "没有登记"),
    ]  # fmt: skip
    papers = evidence_words(row.papers) or "没有"
    next_step = "学校审核、公示以后报区里审核，同意了由财政发到收款账户。有变动会打电话告诉您。"
    blocks: list[Block] = [
        Text(SLIP, TITLE), Text(rule.paper_no if rule else "", SUBTITLE), Fields(head, columns=3),
        Text("金额怎么来的", HEADING), Text("；".join(row.working) or "未配置", BODY), Text("逐条核对", HEADING),
        _lines(paper.card.lines), Text(f"已收材料：{papers}。", BODY), Text(next_step, NOTE),
        Together([Gap(6), Text(f"{paper.school}（盖章）\n{paper.on:%Y年%m月%d日}", SIGNATURE)]),
    ]  # fmt: skip
    return Part(
        blocks, page=Page(header_left=paper.school, header_right=paper.phone), bookmark=f"{SLIP} {row.name}"
    )


def fund_part(paper: FundPaper) -> Part:
    """One firm: each year's sums in 元, which paper counted, every line with its standing."""
    blocks: list[Block] = [
        Text(FUND, TITLE), Text(paper.firm, SUBTITLE),
        Fields([("信用代码", paper.credit_code or "—"), ("检查日期", f"{paper.on:%Y-%m-%d}"), ("检查单位", paper.school)], columns=3),
    ]  # fmt: skip
    for row in sorted(paper.rows, key=lambda one: one.year):
        check = row.check
        base = f"{check.base.paper_no}《{check.base.title}》" if check.base else "扣除比例未配置"
        blocks += [
            Text(f"{row.year} 年　{check.standing.label}", HEADING),
            Text(f"适用：{base}", NOTE),
            _lines(check.lines),
        ]
    blocks.append(
        Together(
            [
                Gap(4),
                Fields(
                    [("检查人", "＿＿＿＿＿＿"), ("企业确认", "＿＿＿＿＿＿"), ("日期", "＿＿＿＿＿＿")],
                    columns=3,
                ),
            ]
        )
    )
    return Part(
        blocks, page=Page(header_left=paper.school, header_right=paper.firm), bookmark=f"{FUND} {paper.firm}"
    )


def _lines(lines: Sequence[Line]) -> Grid:
    columns = (
        Column("条件", align=Align.LEFT, size=10, wrap=True), Column("资料", align=Align.LEFT, size=10, wrap=True),
        Column("出自", align=Align.LEFT, mm=44, size=9.5, wrap=True), Column("核对", mm=20),
    )  # fmt: skip
    rows = [("　" * line.depth + line.words, line.value, line.source, line.standing.label) for line in lines]
    return Grid(columns, rows, row_mm=7.5)


def pdf(title: str, parts: Sequence[Part], progress: Progress = Quiet()) -> bytes:
    """For the preview."""
    return pdf_bytes(title, parts, progress=progress)


def print_parts(path: Path, title: str, parts: Sequence[Part], progress: Progress = Quiet()) -> int:
    """Into a file; returns the number of pages."""
    return write_pdf(path, title, parts, progress=progress)
