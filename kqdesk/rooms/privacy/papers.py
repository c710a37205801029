"""Papers of 个人信息保护: notice with signature line, one person's file, record of deletion, incident report, self-check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kqdesk.kernel.schoolday import CHINA
from kqdesk.printing.blocks import Fields, Gap, Page, Text
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.styles import BODY, HEADING, NOTE, PLAIN, SIGNATURE, TITLE, Align
from kqdesk.printing.table import Column, Grid
from kqdesk.rooms.privacy.queries import BreachRow, CleanupRow, Dossier, NoticeRow, RequestRow
from kqdesk.rooms.privacy.rules.selfcheck import CheckItem

Story = list[Text | Fields | Gap | Grid]
_LINE = "＿＿＿＿＿＿＿＿"
_WIDE = 8  # columns of a dossier's table that fit on a page; more go below each other


@dataclass(frozen=True, slots=True)
class School:
    """Whose paper it is."""

    name: str
    phone: str | None
    on: date


def notice_paper(school: School, notice: NoticeRow) -> bytes:
    """The notice to be read and signed, one for each person."""
    agree = "我已阅读并理解以上内容，单独同意按上述用途处理我的敏感个人信息。"
    known = "我已阅读并理解以上内容。"
    story: Story = [
        Text(notice.title, TITLE),
        *(Text(line, BODY) for line in notice.body.splitlines() if line.strip()),
        Gap(6),
        Text(
            f"处理依据：{notice.basis.label}。第 {notice.version} 版，{_day(notice.effective_from)}起生效。",
            NOTE,
        ),
        Gap(6),
        Text(agree if notice.needs_consent else known, BODY),
        Gap(10),
        Fields([("本人签名", _LINE), ("日期", "＿＿＿＿年＿＿月＿＿日")], columns=2, row_mm=11),
        Fields([("监护人签名", _LINE), ("与本人关系", _LINE)], columns=2, row_mm=11),
        Text("不满 14 周岁的由监护人签名。本表一式两份，学校、本人各执一份。", NOTE),
        Gap(6),
        Text(f"{school.name}\n{_day(school.on)}", SIGNATURE),
    ]
    return pdf_bytes(notice.title, story)


def dossier_paper(school: School, found: Dossier) -> bytes:
    """Everything known of one person, for herself."""
    story: Story = [
        Text("个人信息档案", TITLE),
        Fields([("姓名", found.name), ("证件号", found.id_masked), ("打印日期", _day(school.on))], columns=3),
        Text("以下是学校掌握的您的全部信息。发现有错，请到学校要求更正。", PLAIN),
    ]
    for section in found.sections:
        story.append(Text(f"{section.noun}（{len(section.rows)} 条）", HEADING))
        if len(section.rows) == 1 or len(section.titles) > _WIDE:
            story += [_listed(section.titles, row) for row in section.rows]
        elif section.titles:
            columns = [Column(title, align=Align.LEFT) for title in section.titles]
            story.append(Grid(columns, section.rows, size=9, row_mm=7, after=3))
    if found.files:
        story.append(Text(f"照片和扫描件（{len(found.files)} 份）", HEADING))
        story.append(Grid([Column("文件", align=Align.LEFT), Column("属于", align=Align.LEFT)], found.files, size=9, row_mm=7, after=3))  # fmt: skip
    story.append(Text("完整号码被查看、导出的记录", HEADING))
    story.append(Text("\n".join(found.looks) or "没有。", PLAIN))
    story += [Gap(8), Text(f"{school.name}\n{_day(school.on)}", SIGNATURE)]
    return pdf_bytes(f"个人信息档案 {found.name}", story, page=Page(header_left=school.name))


def _listed(titles: Sequence[str], row: Sequence[str]) -> Grid:
    pairs = [(title, value) for title, value in zip(titles, row, strict=True) if value]
    columns = [Column("项目", mm=42, align=Align.LEFT), Column("内容", align=Align.LEFT, wrap=True)]
    return Grid(columns, pairs, size=9.5, row_mm=7, after=3)


def cleanup_paper(school: School, row: CleanupRow) -> bytes:
    """The record of a deletion: how many of what, why, by whom; names nobody."""
    columns = [
        Column("数据", mm=46, align=Align.LEFT), Column("条数", mm=18), Column("保存期限", mm=24),
        Column("依据", align=Align.LEFT, wrap=True),
    ]  # fmt: skip
    done = f"{_moment(row.agreed_at)} 执行" if row.agreed_at else "尚未执行"
    story: Story = [
        Text("个人信息删除记录", TITLE),
        Fields([("学校", school.name), ("名称", row.title), ("状态", f"{row.state.label}（{done}）")], columns=1),
        Grid(columns, [(kind, str(n), term, source) for kind, n, term, source in row.summary], row_mm=9, after=4),
        Text(
            "所列数据已从数据库、操作记录、搜索和附件中删除，不能恢复。此前的备份按备份保存期限陆续删除；"
            "交到别处的备份请一并销毁。",
            PLAIN,
        ),
        Gap(8),
        Fields(
            [("提出人", row.proposed_by), ("提出时间", _moment(row.proposed_at)), ("签名", _LINE),
             ("同意人", row.agreed_by), ("同意时间", _moment(row.agreed_at) if row.agreed_at else ""), ("签名", _LINE)],
            columns=3, row_mm=11,
        ),
        Gap(6),
        Text(f"{school.name}\n{_day(school.on)}", SIGNATURE),
    ]  # fmt: skip
    return pdf_bytes(row.title, story)


def request_paper(school: School, row: RequestRow) -> bytes:
    """The answer to a person's request."""
    columns = [
        Column("处理", mm=20), Column("数据", mm=46, align=Align.LEFT), Column("条数", mm=18),
        Column("原因", align=Align.LEFT, wrap=True),
    ]  # fmt: skip
    story: Story = [
        Text("个人信息请求答复单", TITLE),
        Fields(
            [("请求", row.kind.label), ("收到日期", _day(row.received_on)),
             ("答复期限", _day(row.due_on) if row.due_on else "未配置"), ("状态", row.state.label)],
            columns=2,
        ),
    ]  # fmt: skip
    if row.wish:
        story.append(Text(f"要求：{row.wish}", BODY))
    if row.plan:
        story.append(Grid(columns, [(a, b, str(c), d) for a, b, c, d in row.plan], row_mm=8, after=4))
    if row.answer:
        story.append(Text(f"答复：{row.answer}", BODY))
    story += [
        Text("对答复不满意的，可以向区教育行政部门反映，或依法向人民法院起诉。", NOTE),
        Gap(10),
        Fields([("经办人签名", _LINE), ("本人签收", _LINE)], columns=2, row_mm=11),
        Text(f"{school.name}\n{_day(school.on)}", SIGNATURE),
    ]
    return pdf_bytes("个人信息请求答复单", story)


def breach_paper(school: School, row: BreachRow) -> bytes:
    """The report of an incident, as the watching authority wants it (个人信息保护法 第五十七条)."""
    lines = [
        ("事件", row.title), ("发现时间", _moment(row.found_at)), ("经过", row.happened), ("涉及的信息种类", row.kinds),
        ("涉及人数", "" if row.person_count is None else f"{row.person_count} 人"), ("原因", row.cause),
        ("可能造成的危害", row.harm), ("已采取的补救措施", row.measures), ("告知本人的情况", row.told_people),
        ("报告给", row.reported_to), ("报告时间", _moment(row.reported_at) if row.reported_at else ""),
        ("学校联系方式", school.phone or ""),
    ]  # fmt: skip
    columns = [Column("项目", mm=40, align=Align.LEFT), Column("内容", align=Align.LEFT, wrap=True)]
    story: Story = [
        Text("个人信息安全事件报告", TITLE),
        Fields([("报告单位", school.name), ("报告日期", _day(school.on))], columns=2),
        Grid(columns, lines, row_mm=12, after=6),
        Fields([("填报人", _LINE), ("校长", _LINE)], columns=2, row_mm=11),
        Text(f"{school.name}（盖章）\n{_day(school.on)}", SIGNATURE),
    ]
    return pdf_bytes(row.title, story)


def check_paper(school: School, items: Sequence[CheckItem]) -> bytes:
    """The self-check of this day."""
    columns = [
        Column("控制点", mm=22), Column("要求", mm=44, align=Align.LEFT, wrap=True), Column("结论", mm=22),
        Column("实际情况", align=Align.LEFT, wrap=True), Column("证明", mm=34, align=Align.LEFT, wrap=True),
    ]  # fmt: skip
    rows = [(one.clause, one.title, one.holds.label, one.sentence, one.proof) for one in items]
    story: Story = [
        Text("网络安全等级保护（二级）自查表", TITLE),
        Fields([("单位", school.name), ("自查日期", _day(school.on))], columns=2),
        Grid(columns, rows, size=9, row_mm=9, after=4),
        Text("结论由程序按当时的实际状态核对得出，“管理”各条由学校确认；条款以测评机构的文本为准。", NOTE),
        Gap(6),
        Fields([("自查人", _LINE), ("校长", _LINE)], columns=2, row_mm=11),
    ]
    return pdf_bytes("等保二级自查表", story, page=Page(landscape=True, header_left=school.name))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
