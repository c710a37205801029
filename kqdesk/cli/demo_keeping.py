"""The demo's housekeeping: a person entered twice and merged, an old ledger typed in and checked, a place that falls free
and goes to the next in the queue, a trainer on leave."""

from datetime import date, timedelta
from typing import Any

from kqdesk.cli.demo_people import make_people
from kqdesk.cli.demo_story import Story
from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.rooms.cohorts import actions as cohorts
from kqdesk.rooms.cohorts import queries as rosters
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.rooms.past import actions as past
from kqdesk.rooms.past import queries as ledgers
from kqdesk.rooms.past.sheets import read_past
from kqdesk.rooms.people import actions as people
from kqdesk.rooms.people import queries as entries
from kqdesk.rooms.trainers import actions as trainers
from kqdesk.rooms.trainers.rules import Leave
from kqdesk.store.attachments import KeptFile

OLD_TITLES = (
    "序号", "姓名", "身份证号", "培训班", "培训时间", "学时", "工种", "等级", "证书编号", "发证机关", "发证日期",
)  # fmt: skip
OLD_LINES = 8


def keep_house(story: Story) -> None:
    """All four, in the order a clerk would meet them."""
    merge_twins(story)
    enter_past(story)
    move_queue(story)
    send_on_leave(story)


def merge_twins(story: Story) -> None:
    """At the counter somebody was entered without her paper who stands on the roster; found among the doubles, made one."""
    ids = story.read(entries.person_ids, descending=False)
    known = next(
        form
        for key in ids
        if (form := story.read(entries.person_form, key))["id_number"]
        and form["birth_date"]
        and form["village"]
    )
    told = {name: known[name] for name in ("name", "birth_date", "village", "township_code", "sex")}
    phone = make_people(story.people + 1, story.seed)[-1]["phone"]
    twin = story.do(people.add_person, fields={**told, "phone": phone}, origin="柜台登记")
    pairs = story.read(entries.duplicates)
    pair = next(one for one in pairs if twin in (one.one_id, one.other_id))
    story.do(
        people.merge_people, one_id=pair.one_id, other_id=pair.other_id, chosen={"phone": twin} if phone else {},
        reason="报名时没带身份证又登记了一次，核对后是同一人",
    )  # fmt: skip
    story.facts["merged"] = {"pairs_found": len(pairs), "reason": pair.reason}


def enter_past(story: Story) -> None:
    """A register of 2009 as a workbook and a scan: taken in by the clerk, compared with the paper by the headmaster."""
    ids = story.read(entries.person_ids, descending=False)
    forms = [story.read(entries.person_form, key) for key in ids[: 6 * OLD_LINES]]
    grown = [
        one
        for one in forms
        if one["id_number"] and one["birth_date"] and one["birth_date"] < date(1988, 1, 1)
    ]
    rows = [
        (
            str(n), one["name"], one["id_number"], "2009年缝纫工培训班", "2009.3.2-2009.5.30", "120", "缝纫工", "初级",
            f"0933{n:05d}", "绍兴县劳动局", "2009-6-15",
        )
        for n, one in enumerate(grown[:OLD_LINES], 1)
    ]  # fmt: skip
    path = story.folder("rosters") / "2009年缝纫工培训登记册.xlsx"
    write_table(path, "登记册", [OutColumn(title, 14) for title in OLD_TITLES], rows)
    read = read_past(path, today=story.today)
    plan = story.read(entries.plan_import, read.people, follows_all=True)
    head = {
        "title": "2009年缝纫工培训登记册",
        "first_year": 2009,
        "last_year": 2009,
        "kept_at": "档案室 3 柜 2 层",
    }
    story.do(
        past.import_ledger, plan=plan, lines=read.lines, head=head, file_name=path.name, faults=read.held
    )
    [ledger] = story.read(ledgers.ledgers)
    content = _scan([f"{row[0]}　{row[1]}　{row[3]}　{row[8]}" for row in rows])
    kept = KeptFile(story.school.attachments.keep(content), "登记册.pdf", "application/pdf", len(content))
    story.do(past.put_scans, ledger_id=ledger.id, files=[kept])
    story.approve(past.check_ledger, ledger_id=ledger.id)
    story.facts["past"] = {"lines": len(read.lines), "faults": len(read.faults)}


def _scan(lines: list[str]) -> bytes:
    from kqdesk.printing.blocks import Text
    from kqdesk.printing.document import pdf_bytes
    from kqdesk.printing.styles import BODY, TITLE

    title = "2009年缝纫工培训登记册"
    return pdf_bytes(title, [Text(title, TITLE), *(Text(line, BODY) for line in lines)])


def move_queue(story: Story) -> None:
    """One place of a full class falls free and is offered to the first who waits; she takes it, others go on waiting."""
    told: dict[str, Any] = {"waited": 0}
    for lead in story.cohorts:
        rows = story.read(rosters.roster, lead.id)
        waiting = [row for row in rows if row.state is EnrolmentState.WAITING]
        inside = [row for row in rows if row.state is EnrolmentState.ENROLLED]
        if not waiting or not inside:
            continue
        story.do(cohorts.withdraw, enrolment_ids=[inside[-1].id], reason="外出务工，不能来上课")
        offered = [row for row in story.read(rosters.roster, lead.id) if row.state is EnrolmentState.OFFERED]
        if offered:
            story.do(cohorts.admit_waiting, enrolment_ids=[offered[0].id])
        told = {
            "cohort": lead.title, "waited": len(waiting), "admitted": len(offered), "still_waiting": len(waiting) - len(offered),
        }  # fmt: skip
        break
    story.facts["queue"] = told


def send_on_leave(story: Story) -> None:
    """A trainer with lessons ahead is away for some days: they stand red on the timetable until somebody stands in."""
    lead, place = next(
        ((one, n) for n, one in enumerate(story.cohorts) if any(day > story.today for day in one.days)),
        (None, 0),
    )
    if lead is None:
        return
    first = next(day for day in lead.days if day > story.today)
    leave = Leave(first, first + timedelta(days=4), "参加市里的师资培训")
    story.do(trainers.set_leaves, trainer_id=story.trainer_ids[place], leaves=[leave])
    story.facts["leave"] = leave.days
