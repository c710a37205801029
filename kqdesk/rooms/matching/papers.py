"""What is printed of the four lists: notices for villages, letters to colleges and firms, one page a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.printing.blocks import Block, Fields, Gap, Page, Part, Text, Together
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.styles import (
    BODY,
    HEADING,
    LETTER,
    NOTE,
    PLAIN,
    SIGNATURE,
    SMALL_TITLE,
    TITLE,
    Align,
    FontFace,
)
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.matching.queries import AdviceRow, FirmRow, IntakeRow, OfferRow, StudyPlan, VacancyRow
from kqdesk.rooms.matching.rules.policies import Policy
from kqdesk.rooms.matching.terms import UNSET, OfferKind, Outbound
from kqdesk.rooms.trainers.queries import TrainerRow
from kqdesk.security.masking import mask_phone

BLANK = "—"
STUDY = (
    Column("学什么", align=Align.LEFT, face=FontFace.HEI, size=10, wrap=True), Column("类别", mm=22, size=9, wrap=True),
    Column("谁来办", mm=30, size=9, wrap=True), Column("上课时间", mm=20, size=9, wrap=True),
    Column("地点", mm=26, size=9, wrap=True), Column("费用", mm=14, size=9), Column("报名", mm=26, size=8.5, wrap=True),
)  # fmt: skip
JOBS = (
    Column("岗位", align=Align.LEFT, face=FontFace.HEI, size=10, wrap=True), Column("用人单位", mm=32, size=9, wrap=True),
    Column("人数", mm=10, size=9), Column("要求", mm=30, align=Align.LEFT, size=9, wrap=True), Column("待遇", mm=22, size=9, wrap=True),
    Column("地点", mm=22, size=9, wrap=True), Column("联系", mm=24, size=8.5, wrap=True),
)  # fmt: skip
INTAKE = (
    Column("序号", mm=10), Column("姓名", mm=18, face=FontFace.KAI, size=12), Column("性别", mm=9), Column("年龄", mm=10),
    Column("现有学历", mm=26, size=9.5), Column("村社", mm=30, size=9.5), Column("联系电话", mm=26, size=9.5),
    Column("想读的专业", align=Align.LEFT, size=9.5, wrap=True),
)  # fmt: skip
ADVICE = (
    Column("序号", mm=10), Column("想学什么", mm=40, face=FontFace.HEI, size=10, wrap=True), Column("类别", mm=22, size=9.5),
    Column("人数", mm=14), Column("主要在哪里", align=Align.LEFT, size=9.5, wrap=True), Column("现有供给", mm=18, size=9.5),
)  # fmt: skip
TRAINERS = (
    Column("序号", mm=10), Column("姓名", mm=18, face=FontFace.KAI, size=12), Column("来源", mm=24, size=9.5),
    Column("级别", mm=22, size=9.5), Column("专长", align=Align.LEFT, size=9.5, wrap=True),
    Column("可上课时间", mm=44, size=9, wrap=True), Column("联系电话", mm=26, size=9.5),
)  # fmt: skip
FIRMS = (
    Column("能学什么", align=Align.LEFT, face=FontFace.HEI, size=10, wrap=True), Column("类别", mm=22, size=9, wrap=True),
    Column("合适的\n员工（人）", mm=17, size=9.5), Column("上课时间", mm=22, size=9, wrap=True), Column("地点", mm=28, size=9, wrap=True),
    Column("费用", mm=16, size=9), Column("报名", mm=26, size=8.5, wrap=True),
)  # fmt: skip
POLICIES = (
    Column("政策", mm=30, face=FontFace.HEI, size=10, wrap=True), Column("给什么", align=Align.LEFT, size=9, wrap=True),
    Column("给谁", mm=52, align=Align.LEFT, size=9, wrap=True), Column("到哪里办", mm=38, align=Align.LEFT, size=9, wrap=True),
    Column("什么时候办", mm=26, size=9, wrap=True), Column("带什么材料", mm=34, align=Align.LEFT, size=9, wrap=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends it: the school as its papers name it, and the day."""

    school: str
    phone: str
    address: str
    on: date

    @property
    def signature(self) -> Together:
        """Seal and day."""
        return Together(
            [
                Gap(8),
                Text(f"{self.school}（盖章）\n{self.on.year}年{self.on.month}月{self.on.day}日", SIGNATURE),
            ]
        )

    @property
    def ask(self) -> str:
        """Whom to ask: 咨询报名：…"""
        parts = [self.school, self.address, f"电话 {self.phone}" if self.phone else ""]
        return "咨询报名：" + "　".join(part for part in parts if part)


def study_notice(sender: Sender, rows: Sequence[OfferRow]) -> Part:
    """学习信息: a notice for the village board, what may be learned by kind."""
    grids: list[Block] = []
    dated = [
        row
        for row in rows
        if row.kind is not OfferKind.COURSE or row.times or row.starts_on or row.valid_until
    ]
    for kind in OfferKind:
        those = [row for row in dated if row.kind is kind]
        if those:
            grids += [
                Text(kind.label, HEADING),
                Grid(STUDY, [_study(row) for row in those], row_mm=9, head_mm=9),
            ]
    grids += _on_demand([row for row in rows if row not in dated])
    return Part(
        [
            Text("学习信息", TITLE),
            Text(
                f"{sender.on.year}年{sender.on.month}月　共 {len(rows)} 项，欢迎报名",
                replace(PLAIN, align=Align.CENTRE),
            ),
            *grids,
            Gap(3),
            Text(sender.ask, replace(BODY, indent=0)),
        ],
        page=Page(header_left=sender.school, header_right="学习信息"),
        bookmark="学习信息",
    )


def _on_demand(rows: Sequence[OfferRow]) -> list[Block]:
    """Courses without a time yet: a line a category, not a page of dashes."""
    if not rows:
        return []
    lines: dict[str, list[str]] = {}
    for row in rows:
        lines.setdefault(row.category.label if row.category else "其他", []).append(row.title)
    told = [Text(f"{category}：{'、'.join(titles)}", PLAIN) for category, titles in lines.items()]
    return [Text("人数够了就开班的课", HEADING), *told]


def _study(row: OfferRow) -> tuple[str, ...]:
    return (
        row.title + (f"\n{row.conditions}" if row.conditions else ""), row.path_words or row.kind.label, row.provider or BLANK,
        row.times_words or BLANK, row.place or BLANK, row.fee_words or BLANK, _sign_up(row),
    )  # fmt: skip


def _sign_up(row: OfferRow) -> str:
    contact = " ".join(part for part in (row.contact, row.phone) if part)
    return "\n".join(part for part in (row.valid_words, contact) if part)


def jobs_notice(sender: Sender, rows: Sequence[VacancyRow]) -> Part:
    """岗位信息: which firms look for whom."""
    lines = [
        (
            row.title, row.employer, str(row.wanted) if row.wanted else "若干", row.needs or BLANK, row.pay or BLANK,
            row.place or row.township or BLANK, f"{row.contact}\n{row.phone}".strip() or BLANK,
        )
        for row in rows
    ]  # fmt: skip
    return Part(
        [
            Text("岗位信息", TITLE),
            Text(
                f"{sender.on.year}年{sender.on.month}月　{len(rows)} 个岗位",
                replace(PLAIN, align=Align.CENTRE),
            ),
            Grid(JOBS, lines, row_mm=9, head_mm=9),
            Gap(3),
            Text(
                f"{sender.ask}。岗位由用人单位提供，以用人单位的解释为准；想先学再干的，可以到学校报名学习。",
                NOTE,
            ),
        ],
        page=Page(header_left=sender.school, header_right="岗位信息"),
        bookmark="岗位信息",
    )


def intake_letters(sender: Sender, rows: Sequence[IntakeRow], *, shows_numbers: bool) -> list[Part]:
    """生源信息: a letter to each college with the people who want to read there and could, each once."""
    return [
        _intake(sender, college, list(those), shows_numbers)
        for college, those in groupby(rows, key=lambda row: row.college)
    ]


def _intake(sender: Sender, college: str, rows: Sequence[IntakeRow], shows_numbers: bool) -> Part:
    people: dict[tuple[str, str], list[IntakeRow]] = {}
    for row in rows:
        people.setdefault((row.name, row.phone), []).append(row)
    lines = [
        (
            first.name, first.sex, str(first.age) if first.age is not None else "", first.education, first.village,
            first.phone if shows_numbers else mask_phone(first.phone), "、".join(row.programme for row in those),
        )
        for those in people.values()
        for first in those[:1]
    ]  # fmt: skip
    words = f"经排摸，现有 {len(lines)} 名社会人员有学历提升意愿并符合贵校专业的报读条件（名单附后），请接洽招生。"
    return Part(
        [
            Text("生源信息", TITLE), Gap(3), Text(f"{college or '有关院校'}：", replace(LETTER, indent=0)), Text(words, LETTER),
            Grid(INTAKE, lines, numbered=True, row_mm=8),
            Text("名单含个人信息，只用于招生接洽，请妥善保管，用后销毁。", NOTE), sender.signature,
        ],
        page=Page(header_left=sender.school, header_right="生源信息"), bookmark=college,
    )  # fmt: skip


def advice_letter(sender: Sender, rows: Sequence[AdviceRow]) -> Part:
    """专业课程开设建议: what people want that nobody teaches, and the rest."""
    gaps = [row for row in rows if not row.offers]
    words = (
        f"根据排摸，本地社会人员的学习需求如下，其中 {len(gaps)} 项还没有人开设，建议贵校结合专业力量安排。"
    )
    lines = [
        (row.wish, row.kind.label, str(row.people), "、".join(f"{name} {count} 人" for name, count in row.places), f"{row.offers} 项" if row.offers else "没有")
        for row in rows
    ]  # fmt: skip
    return Part(
        [
            Text("专业课程开设建议", TITLE),
            Gap(3),
            Text(words, LETTER),
            Grid(ADVICE, lines, numbered=True, row_mm=8),
            sender.signature,
        ],
        page=Page(header_left=sender.school, header_right="开设建议"),
        bookmark="专业课程开设建议",
    )


def trainers_list(sender: Sender, rows: Sequence[TrainerRow], *, shows_numbers: bool) -> Part:
    """可兼职教师信息 for colleges."""
    lines = [
        (row.name, row.source.label, row.pay_level.label, "、".join(row.specialities), row.times_shown,
         (row.phone or "") if shows_numbers else mask_phone(row.phone or ""))
        for row in rows
    ]  # fmt: skip
    return Part(
        [
            Text("可兼职教师信息", TITLE),
            Gap(2),
            Grid(TRAINERS, lines, numbered=True, row_mm=8),
            sender.signature,
        ],
        page=Page(header_left=sender.school, header_right="可兼职教师"),
        bookmark="可兼职教师信息",
    )


def firm_letters(sender: Sender, rows: Sequence[FirmRow], policies: Iterable[Policy] = ()) -> list[Part]:
    """学习培训供给信息: a letter to each firm, what its people could learn, which policies there are."""
    told = [policy for policy in policies if policy.audience.value == "firm"]
    return [_firm(sender, firm, list(those), told) for firm, those in groupby(rows, key=lambda row: row.firm)]


def _firm(sender: Sender, firm: str, rows: Sequence[FirmRow], told: Sequence[Policy]) -> Part:
    lines = [
        (one.offer.title, one.offer.path_words or one.offer.kind.label, str(one.people), one.offer.times_words or BLANK,
         one.offer.place or BLANK, one.offer.fee_words or BLANK, _sign_up(one.offer))
        for one in rows
    ]  # fmt: skip
    lead = "根据排摸，贵单位员工有学习意愿并符合条件的有以下几项，欢迎组织报名；人数够的，可以到厂里开班。"
    blocks: list[Block] = [
        Text("学习培训供给信息", TITLE), Gap(3), Text(f"{firm}：", replace(LETTER, indent=0)), Text(lead, LETTER),
        Grid(FIRMS, lines, row_mm=9, head_mm=11),
    ]  # fmt: skip
    for policy in told:
        blocks.append(Text(f"{policy.title}：{policy.words_of('gives')}", PLAIN))
    return Part(
        [*blocks, Text(sender.ask, NOTE), sender.signature],
        page=Page(header_left=sender.school, header_right="供给信息"),
        bookmark=firm,
    )


def personal_list(sender: Sender, plan: StudyPlan, adviser: str) -> Part:
    """个性化学习清单: one page a person — her way, what she can sign up for and why, policies, whom to ask."""
    steps = " → ".join(plan.steps)
    has = plan.education or "没有填"
    lead = [
        ("姓名", plan.name),
        ("现有学历", has),
        ("村社（单位）", plan.village),
        ("想学", "、".join(plan.wishes) or "没有说"),
    ]
    blocks: list[Block] = [
        Text("个性化学习清单", TITLE), Fields(lead, columns=2), Text("学历这条路", HEADING),
        Text(f"{has} → {steps}" if steps else "学历已经到本科，可以多学技能和生活类的课。", PLAIN), Text("现在能报的", HEADING),
    ]  # fmt: skip
    if plan.ways:
        lines = [
            (way.offer.title, way.offer.path_words or way.offer.kind.label, way.offer.times_words or BLANK, way.offer.place or BLANK,
             _sign_up(way.offer), way.why)
            for way in plan.ways
        ]  # fmt: skip
        columns = (
            Column("学什么", mm=32, face=FontFace.HEI, size=10, wrap=True), Column("类别", mm=24, size=9, wrap=True),
            Column("上课时间", mm=24, size=9, wrap=True), Column("地点", mm=26, size=9, wrap=True),
            Column("报名", mm=28, size=8.5, wrap=True), Column("为什么合适", align=Align.LEFT, size=9, wrap=True),
        )  # fmt: skip
        blocks.append(Grid(columns, lines, row_mm=9))
    else:
        blocks.append(Text("眼下没有正好合适的。您想学的我们记下了，开了班就通知您。", PLAIN))
    blocks += _more(plan)
    blocks.append(
        Together(
            [
                Gap(3),
                Text(f"联系人：{plan.adviser or adviser}", replace(BODY, indent=0)),
                Text(sender.ask, replace(BODY, indent=0)),
            ]
        )
    )
    return Part(
        blocks, page=Page(header_left=sender.school, header_right=f"{sender.on:%Y-%m-%d}"), bookmark=plan.name
    )


def _more(plan: StudyPlan) -> list[Block]:
    """Classes that open, policies and work, each only when there is some."""
    found: list[Block] = []
    if plan.cohorts:
        found.append(Text("马上要开的班", HEADING))
        found += [
            Text(f"{row.title}　{row.starts_on:%m月%d日}开班　{row.site}", PLAIN) for row in plan.cohorts
        ]
    if plan.policies:
        found.append(Text("能享受的政策", HEADING))
        found += [Text(f"{one.title}：{one.words_of('gives')}" + _where(one), PLAIN) for one in plan.policies]
    if plan.vacancies:
        found.append(Text("用得上的岗位", HEADING))
        found += [
            Text(f"{job.employer} {job.title}　{job.pay}　{job.contact} {job.phone}".rstrip(), PLAIN)
            for job in plan.vacancies
        ]
    return found


def _where(policy: Policy) -> str:
    where = policy.words_of("where")
    return "" if where == UNSET else f"（{where}）"


def policy_list(sender: Sender, rows: Sequence[Policy]) -> Part:
    """政策清单: A4 across, what is not set stays 未配置."""
    lines = [
        (one.title, *(one.words_of(part) for part in ("gives", "who", "where", "until", "papers")))
        for one in rows
    ]
    return Part(
        [
            Text("政策清单", SMALL_TITLE), Grid(POLICIES, lines, row_mm=10),
            Text("“未配置”是文件里没有写明的，以区里和有关部门的正式答复为准。", NOTE),
        ],
        page=Page(landscape=True, header_left=sender.school, header_right=f"{sender.on:%Y-%m-%d}"), bookmark="政策清单",
    )  # fmt: skip


def outbound_pdf(kind: Outbound, parts: Sequence[Part], progress: Progress = Quiet()) -> bytes:
    """For the preview."""
    return pdf_bytes(kind.label, parts, progress=progress)


def policies_pdf(sender: Sender, rows: Sequence[Policy]) -> bytes:
    """For the preview."""
    return pdf_bytes("政策清单", [policy_list(sender, rows)])
