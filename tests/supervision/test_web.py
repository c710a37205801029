"""Officers' pages: a task goes out, the desk answers, the answer is judged; other departments' sheets come in."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from kqdesk.rooms.supervision import actions, queries, sheets
from kqdesk.rooms.supervision.queries import TaskCard
from kqdesk.rooms.supervision.terms import StepKind, TaskState
from kqdesk.security.roles import Role
from kqdesk.store.attachments import KeptFile
from tests.conftest import Clock
from tests.supervision.conftest import TODAY
from tests.supervision.district import LANTING, QIXIAN, District, Home

HEAD = {
    "department": "区总工会", "period_from": "2026-01-01", "period_to": "2026-12-31", "source": "工会培训平台",
    "contact": "陈工 84120000", "overlap": "与本系统技能培训有重复，约三成",
}  # fmt: skip


def dispatched(district: District, **more: str) -> str:
    fields = {
        "title": "夜校春季开班情况", "words": "报三月底前开班数。", "due_on": "2026-03-10", "figures": "新开夜校班 个",
        f"school_{LANTING}": "on", **more,
    }  # fmt: skip
    answer = district.send("/supervision", **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


def the_task(home: Home) -> TaskCard:
    with home.store.reading() as session:
        [row] = queries.tasks(session, today=TODAY)
        card = queries.task_card(session, row.id, today=TODAY)
    assert card is not None
    return card


def newest_answer(home: Home) -> str:
    found = the_task(home).row.standing.answer_id
    assert found is not None
    return found


def test_a_task_goes_to_the_desk_and_its_answer_back(
    district: District, home: Home, clerk: str, attachments, clock: Clock
) -> None:
    dispatch = dispatched(district, wants_files="on")
    home.sync()
    task = the_task(home)
    photo = b"\xff\xd8\xff" + b"photo" * 100
    kept = KeptFile(attachments.keep(photo), "开班.jpg", "image/jpeg", len(photo))
    home.store.run(actions.put_evidence, clerk, task_id=task.row.id, files=[kept])
    home.store.run(actions.answer, clerk, task_id=task.row.id, words="开了 2 个班。", figures={"n1": 2})
    home.sync()
    clock.forward(minutes=1)
    page = district.browser.get(f"/supervision/{dispatch}").text
    file = the_task(home).answer.files[0].id
    downloaded = district.browser.get(f"/supervision/{dispatch}/{LANTING}/files/{file}")
    returned = district.send(
        f"/supervision/{dispatch}/{LANTING}/return", answer=newest_answer(home), words="少报了周末班。"
    )
    home.sync()
    back = the_task(home)
    clock.forward(minutes=1)
    home.store.run(actions.answer, clerk, task_id=task.row.id, words="共 3 个班。", figures={"n1": 3})
    home.sync()
    clock.forward(minutes=1)
    accepted = district.send(f"/supervision/{dispatch}/{LANTING}/accept", answer=newest_answer(home))
    home.sync()

    assert (task.row.title, task.row.issued_by, task.row.due_on) == (
        "夜校春季开班情况",
        "金晓燕",
        date(2026, 3, 10),
    )
    assert "开了 2 个班。" in page
    assert "新开夜校班 <b>2</b> 个" in page
    assert (downloaded.content, downloaded.headers["content-type"]) == (photo, "image/jpeg")
    assert (returned.status_code, accepted.status_code) == (303, 303)
    assert (back.row.state, back.verdict.words, back.verdict.by) == (
        TaskState.RETURNED,
        "少报了周末班。",
        "金晓燕",
    )
    found = the_task(home)
    assert (found.row.state, [step.kind for step in reversed(found.steps)]) == (
        TaskState.ACCEPTED,
        [StepKind.ANSWER, StepKind.RETURN, StepKind.ANSWER, StepKind.ACCEPT],
    )
    assert sorted(act.words for act in district.hub.officers.acts(LANTING)) == [
        "布置督查：夜校春季开班情况", "打开督查材料：夜校春季开班情况", "督查认可：夜校春季开班情况", "督查退回：夜校春季开班情况",
    ]  # fmt: skip


def test_what_is_wrong_is_said_and_what_was_typed_stays(district: District) -> None:
    answer = district.send(
        "/supervision", title="督查", words="办", due_on="2026-03-01", school_330603008="on"
    )
    nobody = district.send("/supervision", title="督查", words="办", due_on="2026-03-09")

    assert (answer.status_code, nobody.status_code) == (422, 422)
    assert "到期日不能在布置日期以前。" in answer.text
    assert 'value="督查"' in answer.text
    assert "请选学校：给哪几所学校布置。" in nobody.text
    assert "还没有布置过督查" in district.browser.get("/supervision").text


def test_an_answer_that_came_meanwhile_is_looked_at_first(
    district: District, home: Home, clerk: str, clock: Clock
) -> None:
    dispatch = dispatched(district)
    home.sync()
    task = the_task(home).row.id
    home.store.run(actions.answer, clerk, task_id=task, words="2 个", figures={"n1": 2})
    home.sync()
    seen = newest_answer(home)
    clock.forward(minutes=1)
    home.store.run(actions.answer, clerk, task_id=task, words="3 个", figures={"n1": 3})
    home.sync()

    late = district.send(f"/supervision/{dispatch}/{LANTING}/accept", answer=seen)
    silent = district.send(f"/supervision/{dispatch}/{LANTING}/return", answer=newest_answer(home), words=" ")

    assert (late.status_code, silent.status_code) == (422, 422)
    assert "学校刚刚又补充了答复" in late.text
    assert "请写明为什么退回" in silent.text


def test_urging_and_withdrawing_reach_every_school(district: District, home: Home) -> None:
    dispatch = dispatched(district, **{f"school_{QIXIAN}": "on"})
    district.send(f"/supervision/{dispatch}/urge")
    home.sync()
    urged = the_task(home)
    district.send(f"/supervision/{dispatch}/withdraw", words="改由区里统一统计")
    home.sync()
    page = district.browser.get("/supervision").text

    assert [step.kind for step in urged.steps] == [StepKind.URGE]
    assert the_task(home).row.state is TaskState.WITHDRAWN
    assert "已撤回" in page
    assert sorted(act.words for act in district.hub.officers.acts(QIXIAN)) == [
        "布置督查：夜校春季开班情况", "督查催办：夜校春季开班情况", "督查撤回：夜校春季开班情况",
    ]  # fmt: skip


def test_papers_and_the_table_of_answers(district: District, home: Home, clerk: str) -> None:
    dispatch = dispatched(district, **{f"school_{QIXIAN}": "on"})
    home.sync()
    home.store.run(actions.answer, clerk, task_id=the_task(home).row.id, words="2 个", figures={"n1": 2})
    home.sync()

    notices = district.browser.get(f"/supervision/{dispatch}/notices.pdf")
    answers = district.browser.get(f"/supervision/{dispatch}/answers.pdf")
    table = district.browser.get(f"/supervision/{dispatch}/answers.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(table.content)).active

    assert notices.content.startswith(b"%PDF")
    assert answers.content.startswith(b"%PDF")
    assert [[cell.value for cell in row][:5] for row in sheet.iter_rows()][1:] == [
        ["柯桥区兰亭街道成人文化技术学校", "已答复", sheet["C2"].value, "2 个", 2],
        ["柯桥区齐贤街道成人文化技术学校", "待答复", sheet["C3"].value, None, None],
    ]


def test_an_auditor_looks_and_changes_nothing(district: District, home: Home) -> None:
    dispatch = dispatched(district)
    district.sign_in("审计员甲", Role.AUDITOR)

    page = district.browser.get(f"/supervision/{dispatch}")
    refused = [
        district.send(f"/supervision/{dispatch}/withdraw", words="x").status_code,
        district.send("/supervision", title="x").status_code,
        district.upload("/departments", "a.xlsx", b"x", **HEAD).status_code,
    ]

    assert page.status_code == 200
    assert "撤回" not in page.text
    assert refused == [403, 403, 403]


def test_nobody_sees_the_pages_without_signing_in(district: District) -> None:
    district.browser.cookies.clear()

    paths = ["/supervision", "/supervision/new", "/departments", "/departments/template.xlsx"]

    assert [district.browser.get(path).headers["location"] for path in paths] == ["/sign-in"] * 4


# --- other departments ---------------------------------------------------------------------------


def sheet_of(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "数据"
    book.active.append(["区总工会 2026 年培训情况"])
    for row in (("项目", "单位", "数量", "备注"), *rows):
        book.active.append(row)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_departments_sheet_stands_beside_own_figures(district: District) -> None:
    good = sheet_of(
        ("职业技能培训", "人次", 300, "含线上"),
        ("劳模报告会", "场", "12", None),
        ("女工培训", "人次", "无", None),
    )
    first = district.upload("/departments", "工会.xlsx", good, **HEAD)
    again = district.upload(
        "/departments", "工会2.xlsx", sheet_of(("职业技能培训", "人次", 320, None)), **HEAD
    )
    listed = district.browser.get("/departments").text
    old = district.browser.get(first.headers["location"]).text
    beside = district.browser.get("/departments/beside/2026-01-01/2026-12-31").text

    assert (first.status_code, again.status_code) == (303, 303)
    assert listed.count("第 1 版") == listed.count("第 2 版") == 1
    assert "旧版" in listed
    assert "劳模报告会" in old
    assert "已有更新的一版" in old
    assert "320" in beside
    assert "只并排，不相加" in beside
    assert "劳模报告会" not in beside  # of the older version


def test_faults_are_told_by_cell_and_nothing_is_taken(district: District) -> None:
    bad = sheet_of(
        ("职业技能培训", "人次", "约三百", None), ("", "场", 3, None), ("讲座", None, 2.5, None), ("讲座", "场", 5, None),
        ("讲座", "场", 6, None), ("护理培训", "人次", None, "未统计"),
    )  # fmt: skip
    answer = district.upload("/departments", "工会.xlsx", bad, **HEAD)
    red = district.upload("/departments", "工会.xlsx", bad, want="red", **HEAD)
    book = openpyxl.load_workbook(BytesIO(red.content))
    filled = {
        cell.coordinate
        for row in book.active.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb not in ("00000000", None)
    }

    assert answer.status_code == 422
    for cell, words in (
        ("数据 C3", "“约三百”不是数字；没有就填 0。"),
        ("数据 C5", "“2.5”不是整数。"),
        ("数据 A7", "和第 6 行写的是同一项，只留一行。"),
        ("数据 C8", "写了备注没有写数量；没有就填 0。"),
    ):
        assert cell in answer.text
        assert words in answer.text
    assert "一个数也没有收" in answer.text
    assert 'value="区总工会"' in answer.text
    assert {"C3", "C5", "A7"} <= filled
    assert "还没有部门报来的数" in district.browser.get("/departments").text


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("工会.xlsx", b"PK\x03\x04broken", "损坏|打不开|读不出"),
        ("工会.xlsx", b"", "请选表格文件"),
        ("工会.xlsx", sheet_of(), "一个数也没有读到"),
    ],
)
def test_a_file_that_is_none_says_what_to_do(district: District, name: str, body: bytes, said: str) -> None:
    answer = district.upload("/departments", name, body, **HEAD)

    assert answer.status_code == 422
    assert any(words in answer.text for words in said.split("|")), answer.text


def test_what_is_missing_around_the_numbers(district: District) -> None:
    body = sheet_of(("讲座", "场", 5, None))
    answer = district.upload("/departments", "a.xlsx", body, **(HEAD | {"overlap": " "}))

    assert "不重复也请写明“不重复”。" in answer.text


def test_the_empty_form_can_be_filled_and_read_back(district: District, tmp_path) -> None:
    content = district.browser.get("/departments/template.xlsx").content
    book = openpyxl.load_workbook(BytesIO(content))
    book.active["C2"] = 7
    path = tmp_path / "filled.xlsx"
    book.save(path)

    found = sheets.read_return(path)

    assert found.faults == []
    assert [line.told["amount"] for line in found.lines] == [7]
