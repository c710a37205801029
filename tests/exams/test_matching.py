"""Lists from outside: shuffled rows, the wrong rows, the same person twice, a mark of 800, and what taking them does."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from openpyxl import Workbook

from kqdesk.excel.reading import Refused
from kqdesk.kernel.errors import InputFaults, NotAllowed, UserError
from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.exams import actions, queries, rules
from kqdesk.rooms.exams.actions import ListTaken
from kqdesk.rooms.exams.rules import Known, ListLine, Points, Standing
from kqdesk.rooms.exams.sheets import read_list
from kqdesk.rooms.exams.terms import Organiser, ScoreFlag
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER
from tests.exams.school import Made, make_school

ON = date(2026, 2, 28)
FULL = dict.fromkeys(
    (Subject.CHINESE, Subject.MATHEMATICS, Subject.NATURAL_SCIENCE, Subject.SOCIAL_SCIENCE, Subject.CIVICS),
    100,
)
ONE = Known(
    "p1",
    "k1",
    "陈一",
    "330621198001010001",
    ticket_no="T1",
    hall="第1考场",
    seat_no=1,
    marks={Subject.CHINESE: Points(780)},
)
TWO = Known("p2", "", "沈二", "330621198001010002")


def line(row: int, known: Known, **more) -> ListLine:
    return ListLine("Sheet1", row, id_number=known.id_number, name=known.name, **more)


def match(*lines: ListLine) -> rules.Matching:
    return rules.match(lines, [ONE, TWO], FULL)


def test_each_line_finds_its_person_by_number_and_says_what_would_change():
    same = line(2, ONE, marks={Subject.CHINESE: Points(780)})
    other = line(2, ONE, marks={Subject.CHINESE: Points(80)})
    fresh = line(3, TWO, ticket_no="T2", hall="第1考场", seat_no=2)
    by_ticket = replace(same, id_number="", ticket_no="T1")

    assert [m.standing for m in match(same, fresh).matched] == [Standing.SAME, Standing.ENTERS]
    assert match(other).matched[0].differs[0].words == "语文 78 → 8"
    assert match(by_ticket).matched[0].known is ONE


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([line(2, ONE), line(9, ONE, hall="第4考场")], "在「Sheet1」第 9 行（第4考场）又出现了一次"),
        ([line(2, ONE, hall="一", seat_no=3), line(3, TWO, hall="一", seat_no=3)], "一 3 号座位也给了沈二"),
        ([replace(line(2, ONE), name="沈二")], "这个号码在这里是“陈一”，名单上是“沈二”"),
        ([line(3, TWO, ticket_no="T1")], "已经是陈一的"),
        ([ListLine(None, 4, name="陈一")], "不能只凭姓名对人"),
        ([line(2, ONE, marks={Subject.SCIENCE: Points(800)})], "这场考试没有科学"),
    ],
)
def test_what_must_be_mended_first(lines: list[ListLine], reason: str):
    assert any(reason in fault.reason for fault in match(*lines).faults)


def test_strangers_are_passed_over_and_ours_who_are_missing_are_named():
    found = match(ListLine("Sheet1", 2, id_number="330602197001010009", name="外校"))

    assert [one.name for one in found.strangers] == ["外校"]
    assert [one.name for one in found.unmentioned] == ["陈一"]
    assert found.faults == ()


# -- files ----------------------------------------------------------------------------------------


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(6,))


@pytest.fixture
def sitting(store: Store, clerk: str, made: Made) -> str:
    key = store.run(
        actions.open_sitting,
        clerk,
        title="市统考",
        on=ON,
        programme_id=made.programme,
        organiser=Organiser.CITY,
    ).value
    store.run(actions.add_candidates, clerk, sitting_id=key, cohort_ids=made.cohorts)
    return key


def people(store: Store, sitting: str) -> list[queries.CandidateRow]:
    with store.reading() as session:
        return queries.candidates(session, sitting)


def workbook(path: Path, heads: list[str], rows: list[list[object]]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["绍兴市成人高中文化课考试成绩"])
    sheet.append(heads)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def read(path: Path):
    return read_list(path, full_marks=FULL, integer_marks=True)


def test_a_shuffled_file_of_the_city_is_matched_taken_checked_by_another_and_undone(
    store: Store, clerk: str, head: str, sitting: str, tmp_path: Path
):
    rows = [
        [77, p.name, f"K{n:03d}", "柯桥职教中心", 3, n, p.id_number, 60 + n, "缺考", 80]
        for n, p in enumerate(people(store, sitting), 1)
    ]
    Random(5).shuffle(rows)
    heads = "科学 姓名 准考证号 考点 考场号 座位号 身份证号 语文 数学 公民道德与法律基础"
    found = read(workbook(tmp_path / "city.xlsx", heads.split(), rows))

    def take(**kw):
        return store.run(
            actions.import_list,
            clerk,
            sitting_id=sitting,
            lines=found.lines,
            file_name="city.xlsx",
            signer=CLERK_SIGNER,
            **kw,
        ).value

    assert (found.faults, take()) == ([], ListTaken(0, 6, 24, 0))
    assert take() == ListTaken(0, 0, 0, 0)
    with store.reading() as session:
        sheet = queries.score_sheet(session, sitting)
        halls = queries.halls_of(session, sitting)
    chinese, mathematics = sheet.papers[0].id, sheet.papers[1].id
    assert {row.ticket_no: row.cells[chinese].points.tenths for row in sheet.rows} == {
        f"K{n:03d}": (60 + n) * 10 for n in range(1, 7)
    }
    assert {row.cells[mathematics].points.flag for row in sheet.rows} == {ScoreFlag.ABSENT}
    assert [(hall.centre, hall.name, hall.capacity) for hall in halls] == [("柯桥职教中心", "第3考场", 6)]
    with pytest.raises(NotAllowed, match="要由另一个人"):
        store.run(actions.confirm_imported, clerk, sitting_id=sitting, signer=CLERK_SIGNER)
    assert store.run(actions.confirm_imported, head, sitting_id=sitting, signer=HEAD_SIGNER).value == 24
    store.undo(head)
    store.undo(clerk)
    store.undo(clerk)
    assert {p.ticket_no for p in people(store, sitting)} == {""}


def test_a_mark_of_800_is_refused_by_its_cell_and_nothing_is_taken(
    store: Store, clerk: str, sitting: str, tmp_path: Path
):
    one, two, *_ = people(store, sitting)
    path = workbook(
        tmp_path / "a.xlsx",
        ["姓名", "身份证号", "语文"],
        [[one.name, one.id_number, 78], [two.name, two.id_number, 800]],
    )

    [fault] = read(path).faults

    assert (fault.letter, fault.row, fault.value) == ("C", 4, "800")
    assert fault.reason == "满分是 100 分，800 分超出了范围，请看卷面核对。"


def test_a_list_with_a_line_a_subject_is_folded_and_contradictions_named(
    store: Store, sitting: str, tmp_path: Path
):
    one, *_ = people(store, sitting)
    rows = [
        [one.name, one.id_number, "语文", 70],
        [one.name, one.id_number, "数学", 61],
        [one.name, one.id_number, "语文", 71],
    ]

    found = read(workbook(tmp_path / "long.xlsx", ["姓名", "身份证号码", "科目", "成绩"], rows))

    assert [dict(one.marks) for one in found.lines] == [
        {Subject.CHINESE: Points(700), Subject.MATHEMATICS: Points(610)}
    ]
    assert [fault.reason for fault in found.faults] == ["语文在「Sheet」第 3 行还有一个不同的分数。"]


def test_id_numbers_spoilt_by_the_spreadsheet_and_files_that_are_no_list(tmp_path: Path):
    spoilt = read(
        workbook(tmp_path / "n.xlsx", ["姓名", "身份证号", "语文"], [["陈一", 330621198001010000, 70]])
    )

    assert "数字格式" in spoilt.faults[0].reason
    with pytest.raises(Refused):
        read(workbook(tmp_path / "x.xlsx", ["货物", "单价"], [["布", 3]]))


def test_differences_stay_unless_the_list_is_to_win(store: Store, clerk: str, sitting: str, tmp_path: Path):
    one, *_ = people(store, sitting)
    with store.reading() as session:
        paper = queries.papers_of(session, sitting)[0].id
    entry = actions.Entry(one.id, paper, Points(780))
    store.run(actions.enter_scores, clerk, sitting_id=sitting, entries=[entry], signer=CLERK_SIGNER)
    lines = read(
        workbook(tmp_path / "d.xlsx", ["姓名", "身份证号", "语文"], [[one.name, one.id_number, 80]])
    ).lines

    def take(wins: bool) -> ListTaken:
        return store.run(
            actions.import_list,
            clerk,
            sitting_id=sitting,
            lines=lines,
            file_name="d.xlsx",
            signer=CLERK_SIGNER,
            takes_differences=wins,
        ).value

    assert (take(wins=False), take(wins=True)) == (ListTaken(0, 0, 0, 1), ListTaken(0, 0, 1, 0))


def test_a_list_with_faults_or_without_our_people_is_refused_whole(store: Store, clerk: str, sitting: str):
    one, *_ = people(store, sitting)
    twice = [
        ListLine(None, 2, id_number=one.id_number, name=one.name, hall="一"),
        ListLine(None, 3, id_number=one.id_number, name=one.name, hall="二"),
    ]

    for lines, kind, words in (
        (twice, InputFaults, "2 处要改"),
        ([ListLine(None, 2, id_number="X1", name="外")], UserError, "没有本校的人"),
    ):
        with pytest.raises(kind, match=words):
            store.run(
                actions.import_list,
                clerk,
                sitting_id=sitting,
                lines=lines,
                file_name="x",
                signer=CLERK_SIGNER,
            )
