"""The demo's prints and sheets: every kind of paper once, by the same road as ``kqdesk print``, and the Excel files."""

from kqdesk.cli.demo_story import SCHOOL_NAME, Story
from kqdesk.cli.paper_wish import Wish
from kqdesk.cli.papers import PAPERS, print_paper
from kqdesk.cli.people import roster_rows
from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.rooms.attendance import queries as rolls
from kqdesk.rooms.cohorts import queries as rosters
from kqdesk.rooms.cohorts.terms import EnrolmentState
from kqdesk.rooms.exams import queries as sittings
from kqdesk.rooms.office.papers import RecoveryPaper, print_recovery_sheet
from kqdesk.rooms.people import queries as people
from kqdesk.rooms.people.sheets import write_roster

ROSTER_COLUMNS = (OutColumn("班级编号"), OutColumn("班级", 28), OutColumn("序号", 8, "number"), OutColumn("姓名"),
                  OutColumn("状态"), OutColumn("村社", 14), OutColumn("单位", 24))  # fmt: skip
RATE_COLUMNS = (OutColumn("班级", 28), OutColumn("序号", 8, "number"), OutColumn("姓名"), OutColumn("到课率"),
                OutColumn("提醒", 40))  # fmt: skip
EXAM = "成人高中"
ONE_COHORT = ("enrolment-proof", "class-file")
ONE_PERSON = (
    "personal-list",
    "life-line",
)
"""Papers one prints for a few people, not for the whole school."""


def print_papers(story: Story) -> None:
    """Every kind of paper once; the recovery sheet too: this school holds nobody who exists."""
    folder = story.folder("papers")
    nos = {lead.id: row.no for lead in story.cohorts if (row := story.read(rosters.cohort_card, lead.id))}
    senior = next(lead.id for lead in story.cohorts if lead.what == "senior")
    first = nos[senior]
    somebody = next(row.id_number for row in story.read(rosters.roster, senior) if row.id_number)
    printed = {}
    for paper, (title, _, _) in PAPERS.items():
        out = folder / f"{title.split('（')[0]}.pdf"
        cohorts = [first] if paper in ONE_COHORT else []
        persons = [somebody] if paper in ONE_PERSON else []
        wish = Wish(story.school, out, today=story.today, cohorts=cohorts, persons=persons, sitting=EXAM)
        printed[out.name] = print_paper(paper, wish)
    out = folder / "恢复码纸.pdf"
    print_recovery_sheet(RecoveryPaper(SCHOOL_NAME, story.recovery_code, story.today), out)
    story.facts["papers"] = printed | {out.name: 1}


def write_sheets(story: Story) -> None:
    """Roster, class rosters, attendance and marks as .xlsx."""
    folder = story.folder("exports")
    with story.school.store.reading() as session:
        write_roster(folder / "花名册.xlsx", roster_rows(people.roster_export(session)))
    write_table(folder / "班级名册.xlsx", "班级名册", ROSTER_COLUMNS, _class_lines(story))
    write_table(folder / "到课率.xlsx", "到课率", RATE_COLUMNS, _rate_lines(story))
    sheet = story.read(sittings.score_sheet, story.sitting)
    columns = [
        OutColumn("准考证号", 16),
        OutColumn("姓名"),
        *(OutColumn(p.subject.label, 14) for p in sheet.papers),
    ]
    rows = [
        [row.ticket_no, row.name, *(_points(row, paper.id) for paper in sheet.papers)] for row in sheet.rows
    ]
    write_table(folder / "成绩.xlsx", "成绩", columns, rows)
    story.facts["exports"] = sorted(path.name for path in folder.iterdir())


def _points(row: sittings.ScoreRow, paper_id: str) -> str:
    cell = row.cells.get(paper_id)
    return cell.points.words if cell else ""


def _class_lines(story: Story) -> list[list[object]]:
    return [
        [card.no, card.title, row.roll_no, row.name, row.state.label, row.village, row.employer]
        for lead in story.cohorts
        if (card := story.read(rosters.cohort_card, lead.id))
        for row in story.read(rosters.roster, lead.id)
        if row.state is not EnrolmentState.WITHDRAWN
    ]


def _rate_lines(story: Story) -> list[list[object]]:
    return [
        [lead.title, row.roll_no, row.name, _share(row), row.warning]
        for lead in story.cohorts
        if lead.days and lead.days[0] < story.today
        for row in story.read(rolls.learner_rates, lead.id, on=story.today)
    ]


def _share(row: rolls.LearnerRates) -> str:
    share = row.rates.of_held
    return "" if share is None else f"{round(share * 100)} %"
