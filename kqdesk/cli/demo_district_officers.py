"""What the officers of the demo district did on the hub's pages: tasks, a department's sheet, rule packs, verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import sqlalchemy as sa

from kqdesk.hub.counter import Counter, Upload
from kqdesk.hub.officers import Seated
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.reports.rules import FIGURES
from kqdesk.rooms.reports.web.overview import district

SENT_BEFORE, ANSWER_WITHIN = (20, 9), (15, 14)
"""Days: when the two tasks were sent, and how long the schools had; the first is overdue, the second is not."""
BOTH = 2
REACHED = {
    "adult_schooling": 92,
    "college": 96,
    "skill_training": 74,
    "social_training": 83,
    "elderly_education": 101,
}
"""Percent of the district's targets that its schools have by now."""
_PACK = """
[pack]
key = "practice-year"
title = "年度任务和证书审核（演练示例，不是柯桥区的文件）"
scope = "district"
effective_from = {year}-01-01
paper = "演练用，没有文号"

[[items]]
key = "certificate.district_approval"
title = "结业证书要区里审核后才打印"
kind = "yes_no"
value = true
source = "演练示例"
mark = "unverified"
{targets}
"""
_TARGET = """
[[items]]
key = "{item}"
title = "全区今年{title}（演练）"
kind = "integer"
unit = "{unit}"
value = {value}
source = "演练示例，数字是照演练数据编的"
mark = "unverified"
"""


@dataclass(frozen=True)
class Officers:
    """Who sits at the pages: the one whose name is told, and the second person a pack needs."""

    counter: Counter
    first: Seated
    second: Seated

    @property
    def today(self) -> date:
        """The district's day."""
        return school_day(self.counter.clock())


def send_task(officers: Officers, which: int) -> str:
    """One of two tasks to every school, as of the counter's clock; its dispatch."""
    from kqdesk.rooms.supervision.web.tasks import TaskDesk

    desk, year = TaskDesk(officers.counter), officers.today.year
    due = {"due_on": (officers.today + timedelta(days=ANSWER_WITHIN[which])).isoformat()}
    told = (
        {
            "title": "教学点消防安全自查", "words": "每个教学点自查一遍，隐患列清单，写明整改期限。",
            "paper_no": f"柯教安〔{year}〕演练 11 号", "figures": "教学点 个\n查出隐患 处",
        },
        {
            "title": "共富夜校开班情况", "words": "报今年夜校开班数和学员数，附开班名单；没有开班的说明原因。",
            "paper_no": f"柯教成〔{year}〕演练 5 号", "figures": "夜校班 个\n夜校学员 人", "wants_files": "on",
        },
    )[which]  # fmt: skip
    return desk.send(officers.first, told | due, list(desk.names()))


def look_through(officers: Officers, dispatches: Sequence[str]) -> None:
    """Of the overdue task one answer is accepted, one goes back, whoever has not answered is reminded."""
    from kqdesk.rooms.supervision.web.tasks import TaskDesk

    desk, overdue = TaskDesk(officers.counter), dispatches[0]
    answered = [card for card in desk.cards(overdue) if card.answer is not None]
    for n, card in enumerate(answered[:BOTH]):
        form = {"answer": card.row.standing.answer_id or "", "words": "请写明三个教学点的名称。" if n else ""}
        desk.judge(officers.first, overdue, card.row.school, form, accepted=not n)
    desk.urge(officers.first, overdue)


def take_return(officers: Officers) -> str:
    """The labour office's sheet of the year so far, line by line beside the district's own; its id."""
    from kqdesk.rooms.supervision.web.returns import ReturnDesk

    desk = ReturnDesk(officers.counter)
    first, last = so_far(officers.today)
    own = desk.own(first, last)
    rows = [
        (title, unit, value * share // 100, note)
        for title, share, note in (
            ("职业技能培训", 91, "按补贴系统已审核的人次"),
            ("技能证书", 100, "按发证系统"),
            ("社会培训", 40, "只有本部门办的"),
        )
        for value, unit in [own[title]]
    ]
    rows.append(("创业培训", "人次", 36, "本系统不统计"))
    fields = {
        "department": "区人力社保局（示例）", "period_from": first.isoformat(), "period_to": last.isoformat(),
        "source": "职业技能提升行动补贴系统（示例）", "contact": "王工 0575-90000012",
        "overlap": "技能培训与成校同一批人的，约九成重复，不能相加。",
    }  # fmt: skip
    return desk.take(officers.first, fields, Upload(fields, "人力社保局填报.xlsx", _sheet(rows))).return_id


def so_far(today: date) -> tuple[date, date]:
    """The year until today."""
    return date(today.year, 1, 1), today


def _sheet(rows: Sequence[tuple[str, str, int, str]]) -> bytes:
    from kqdesk.excel.writing import OutColumn, write_table
    from kqdesk.rooms.supervision.terms import TEMPLATE_COLUMNS

    with TemporaryDirectory() as folder:
        path = Path(folder) / "部门填报.xlsx"
        columns = [OutColumn(TEMPLATE_COLUMNS[0], 30), OutColumn(TEMPLATE_COLUMNS[1], 8)]
        columns += [OutColumn(TEMPLATE_COLUMNS[2], 12, "number"), OutColumn(TEMPLATE_COLUMNS[3], 36)]
        write_table(path, "部门填报", columns, rows)
        return path.read_bytes()


def publish_packs(officers: Officers) -> tuple[str, str]:
    """This year's targets, from one officer confirmed by the other, at every school; and a draft of the next version.

    The targets fit what the demo's schools did, so that the overview can be read.
    """
    from kqdesk.rooms.office.web import PackDesk

    desk, found = PackDesk(officers.counter), district(officers.counter)
    plans = {key: max(2, found.total(key) * 100 // reached) for key, reached in REACHED.items()}
    published = desk.draft(officers.second, _pack(officers.today.year, plans))
    desk.publish(officers.first, published, list(desk.names()))
    plans["elderly_education"] += plans["elderly_education"] // 5
    return published, desk.draft(officers.second, _pack(officers.today.year, plans))


def _pack(year: int, plans: dict[str, int]) -> str:
    targets = "".join(
        _TARGET.format(
            item=FIGURES[key].target, title=FIGURES[key].title, unit=FIGURES[key].unit.label, value=value
        )
        for key, value in plans.items()
    )
    return _PACK.format(year=year, targets=targets)


def mark_twins(officers: Officers) -> int:
    """The schools of claims that stand twice are told; how many claims."""
    from kqdesk.rooms.subsidies.web import SubsidyDesk

    return SubsidyDesk(officers.counter).mark(officers.first)


# --- where to look ----------------------------------------------------------------------------------------------------


def places_to_see(officers: Officers, square: str, form: str) -> dict[str, str]:
    """What stands in the addresses of pages that show one thing. ``square``: a certificate's; ``form``: a form's token."""
    counter = officers.counter
    report, batch, lesson, certificate = (
        counter.table(name) for name in ("frozen_report", "subsidy_batch", "lesson", "completion_certificate")
    )
    busiest = sa.select(lesson.c.on).where(lesson.c.on > officers.today).group_by(lesson.c.on)
    with counter.reading() as conn:
        filed = conn.execute(
            sa.select(report.c.school, report.c.id).where(report.c.submitted_at.is_not(None))
        )
        waiting = conn.execute(sa.select(batch.c.school, batch.c.id).where(batch.c.state == "submitted"))
        approved = conn.execute(
            sa.select(certificate.c.school).where(certificate.c.state == "approved").limit(1)
        )
        day = conn.execute(busiest.order_by(sa.func.count().desc(), lesson.c.on).limit(1)).scalar()
        (filer, report_id), (claimer, batch_id) = sorted(filed.all())[-1], sorted(waiting.all())[-1]
        reviewed = approved.scalar() or filer
    return {
        "school": filer, "report": report_id, "batch": f"{claimer}/{batch_id}", "reviewed": reviewed,
        "day": (day or officers.today).isoformat(), "square": quote(square, safe=""), "form": form,
        "period": "/".join(day.isoformat() for day in so_far(officers.today)),
    }  # fmt: skip
