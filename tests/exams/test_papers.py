"""Tickets, door lists and score sheets: what they say, how many fit, nothing cut."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl

from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.exams import papers, sheets
from kqdesk.rooms.exams.papers import DoorLine, DoorList, ScoreLine, ScorePaper, Ticket, TicketPaper
from kqdesk.rooms.exams.queries import ExamPolicy, PaperRow, ScoreCell, ScoreRow, ScoreSheet, SittingRow
from kqdesk.rooms.exams.rules import Points
from kqdesk.rooms.exams.terms import Organiser, ScoreFlag, SittingState
from kqdesk.rooms.office.rules import Band

ON = date(2026, 4, 12)
TIMES = (TicketPaper("语文", "08:30—10:00"), TicketPaper("公民道德与法律基础", "14:50—16:20"))
TICKET = Ticket(
    "柯桥区兰亭街道成人文化技术学校", "春季考试", ON, "成校本部", "2604120101", "陈㛃一", "女", "330621********019X",
    "兰亭高中1班", "第1考场", "1", TIMES,
)  # fmt: skip
LINE = ScoreLine(
    "2604120101", "阿卜杜热合曼·买买提明·吐尔逊江", "兰亭高中1班", {"语文": "80"}, frozenset({"社会科学"})
)
SHEET = ScorePaper(
    "某校", "春季考试", ON, "第1考场", ("语文", "社会科学"), (LINE,), True, "沈月琴", "章国平", "2026-04-20"
)


def flat(text: str) -> str:
    return "".join(text.split())


def test_four_tickets_a_page_with_rare_names_and_times():
    pdf = papers.tickets_pdf([replace(TICKET, seat_no=str(n)) for n in range(1, 6)])

    text = flat(page_text(pdf, 0))

    assert page_count(pdf) == 2
    assert text.count("准考证号2604120101") == 4
    assert "陈㛃一" in text
    assert "4月12日08:30—10:00" in text
    assert "330621********019X" in text


def test_a_score_sheet_strikes_out_what_is_not_sat_and_keeps_long_names_whole():
    text = flat(page_text(papers.score_sheets_pdf([SHEET]), 0))

    assert "阿卜杜热合曼·买买提明·吐尔逊江" in text
    assert "80／" in text
    assert "登分人：沈月琴复核人：章国平" in text


def test_a_blank_score_sheet_has_names_but_no_marks():
    blank = replace(
        SHEET, lines=(replace(LINE, marks={}),), is_filled=False, entered_by="", checked_by="", locked=""
    )

    text = flat(page_text(papers.score_sheets_pdf([blank]), 0))

    assert "80" not in text.replace("2604120101", "")
    assert "登分人：＿" in text


def test_seventy_candidates_run_over_pages_with_the_head_repeated():
    many = replace(SHEET, lines=tuple(replace(LINE, ticket_no=f"26041201{n:02d}") for n in range(1, 71)))

    pdf = papers.score_sheets_pdf([many])

    assert page_count(pdf) == 3
    assert all("准考证号" in page_text(pdf, n) for n in range(3))


def test_thirty_names_fit_on_one_door_list():
    lines = tuple(DoorLine(str(n), f"26041201{n:02d}", "陈学一", "兰亭高中1班") for n in range(1, 31))

    pdf = papers.door_lists_pdf([DoorList("某校", "春季考试", ON, "第1考场", "成校本部·201", TIMES, lines)])

    assert page_count(pdf) == 1
    assert "第1考场考生名单" in flat(page_text(pdf, 0))


def test_marks_out_to_excel_with_grades(tmp_path: Path):
    sitting = SittingRow(
        "s",
        "春季考试",
        Organiser.SCHOOL,
        DualLevel.SENIOR,
        ON,
        "",
        SittingState.LOCKED,
        1,
        1,
        2,
        2,
        2,
        2,
        2,
        0,
        0,
    )
    cells = [
        ScoreCell("x", Points(800), Points(), "a", "b", False),
        ScoreCell("y", Points(flag=ScoreFlag.ABSENT), Points(), "a", "b", False),
    ]
    rows = tuple(
        ScoreRow(str(n), f"26041201{n:02d}", "=陈", "1班", "第1考场", "h", n, frozenset({"p"}), {"p": cell})
        for n, cell in enumerate(cells, 1)
    )
    policy = ExamPolicy((Band("A", 80, 10), Band("D", 0, 1)), 100, True, 2, 30)
    sheet = ScoreSheet(sitting, (PaperRow("p", Subject.CHINESE, 510, 600, 100),), rows, policy)

    count = sheets.write_scores(tmp_path / "scores.xlsx", sheet)

    found = [
        [cell.value for cell in row]
        for row in openpyxl.load_workbook(tmp_path / "scores.xlsx").active.iter_rows()
    ]
    assert count == 2
    assert found[0] == ["准考证号", "姓名", "班级", "考场", "座位号", "语文", "语文等第"]
    assert [row[5:] for row in found[1:]] == [["80", "A"], ["缺考", ""]]
    assert found[1][1] == "=陈"
