"""The user's own forms: fields known by scope, forms filled for cohorts and sittings, the page by keyboard."""

import io
import zipfile
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from kqdesk.desk import shots
from kqdesk.desk.desk import Desk
from kqdesk.desk.form import FormPanel
from kqdesk.excel.templates import look, unknown
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.reports import actions, queries, rules, sheets
from kqdesk.rooms.reports.page import ReportsPage
from kqdesk.rooms.reports.page.fieldlist import FieldList
from kqdesk.rooms.reports.terms import Scope
from kqdesk.store.attachments import Attachments
from kqdesk.store.store import Store
from tests.credits.test_actions import skill
from tests.exams.school import Made, make_school
from tests.statements import count_statements

TODAY = date(2026, 3, 2)


def workbook(*rows: list[str]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def letter(*lines: str) -> bytes:
    book = docx.Document()
    for line in lines:
        book.add_paragraph(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ROSTER = workbook(
    ["{{学校名称}}{{班级}}名册"], ["序号", "姓名"], ["{{学员.序号}}", "{{学员.姓名}}", "{{学员.证件号码}}"]
)
FORM = letter(
    "姓名：{{姓名}}　证件号码：{{证件号码}}", "班级：{{班级}}　学时：{{面授学时}}　技能：{{技能证书职业}}"
)


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(3, 2))


def kept(
    store: Store, clerk: str, files: Attachments, content: bytes, title: str, scope: Scope
) -> queries.TemplateRow:
    looked = look(content, title)
    store.run(
        actions.keep_template, clerk, title=title, scope=scope, file_name=f"{title}.{looked.kind}", kind=looked.kind,
        digest=files.keep(content), size=len(content), asks=[spot.name for spot in looked.spots],
    )  # fmt: skip
    with store.reading() as session:
        return queries.templates(session, text=title)[0]


def filled(store: Store, actor: str, row: queries.TemplateRow, subject: str, files: Attachments):
    with store.reading() as session:
        values = queries.forms(session, row.scope, subject, today=TODAY, actor=actor)
    return sheets.made_forms(row, values, files.read)


@pytest.mark.parametrize("scope", list(Scope))
def test_every_field_of_the_list_can_be_filled(store: Store, clerk: str, made: Made, scope: Scope):
    skill(store, clerk, made.people[0])
    names = rules.field_names(scope)
    content = workbook(*[[f"{{{{{name}}}}}"] for name in names])
    with store.reading() as session:
        found = (
            queries.forms(session, scope, made.cohorts[0], today=TODAY, actor=clerk)
            if scope is not Scope.SITTING
            else []
        )

    assert unknown(look(content, "全.xlsx"), names) == ()
    assert len(names) == len(set(names))
    for one in found:
        given = set(one.values) | {
            f"{name}.{key}" for name, rows in one.lists.items() for row in rows for key in row
        }
        assert given - set(names) == set()


def test_a_cohorts_form_has_a_row_for_each_learner(
    store: Store, clerk: str, made: Made, attachments: Attachments
):
    row = kept(store, clerk, attachments, ROSTER, "名册", Scope.COHORT)

    [(name, content)] = filled(store, clerk, row, made.cohorts[0], attachments)

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert name == "名册 2025-S1.xlsx"
    assert sheet["A1"].value == "柯桥区兰亭街道成人文化技术学校兰亭高中1班名册"
    assert [[cell.value for cell in line][:2] for line in sheet["A3:B5"]] == [
        [1, "陈学二1"], [2, "沈学三1"], [3, "章学四1"],
    ]  # fmt: skip
    assert sheet["C3"].value == "330621********0000"  # the clerk may not see whole numbers


def test_a_learners_form_is_made_for_everybody_with_her_own_papers(
    store: Store, clerk: str, made: Made, attachments: Attachments
):
    skill(store, clerk, made.people[1])
    row = kept(store, clerk, attachments, FORM, "登记表", Scope.LEARNER)

    forms = filled(store, clerk, row, made.cohorts[0], attachments)

    texts = {name: [p.text for p in docx.Document(io.BytesIO(content)).paragraphs] for name, content in forms}
    assert list(texts) == [f"登记表 2025-S1 {who}.docx" for who in ("陈学二1", "沈学三1", "章学四1")]
    assert texts["登记表 2025-S1 沈学三1.docx"][1] == "班级：兰亭高中1班　学时：40　技能：电工"
    assert texts["登记表 2025-S1 陈学二1.docx"][1] == "班级：兰亭高中1班　学时：20　技能："


def test_several_forms_are_one_archive_and_one_is_a_file(tmp_path: Path):
    sheets.write_forms(tmp_path / "a.zip", [("1.docx", b"one"), ("2.docx", b"two")])
    sheets.write_forms(tmp_path / "b.docx", [("1.docx", b"one")])

    assert zipfile.ZipFile(tmp_path / "a.zip").namelist() == ["1.docx", "2.docx"]
    assert (tmp_path / "b.docx").read_bytes() == b"one"


def test_a_template_with_an_unknown_field_or_none_is_refused(store: Store, clerk: str):
    given = {
        "title": "表",
        "scope": Scope.COHORT,
        "file_name": "表.xlsx",
        "kind": "xlsx",
        "digest": "0" * 64,
        "size": 9,
    }

    with pytest.raises(UserError, match=r"没有这些字段：学员\.工资"):
        store.run(actions.keep_template, clerk, asks=["学员.姓名", "学员.工资"], **given)
    with pytest.raises(UserError, match="文件里没有"):
        store.run(actions.keep_template, clerk, asks=[], **given)
    store.run(actions.keep_template, clerk, asks=["学员.姓名"], **given)
    with pytest.raises(UserError, match="已经有一个叫“表”的模板"):
        store.run(actions.keep_template, clerk, asks=["学员.姓名"], **given)


def test_names_of_files_are_whole_and_distinct():
    assert rules.file_name("登记/表", ["a:b", "", "c"], "docx") == "登记_表 a_b c.docx"
    assert rules.distinct(["a.docx", "b.docx", "a.docx"]) == ["a.docx", "b.docx", "a（2）.docx"]


def test_the_number_of_statements_does_not_grow(store: Store, clerk: str, made: Made):
    def ask(n: int):
        return lambda s: queries.forms(s, Scope.LEARNER, made.cohorts[n], today=TODAY, actor=clerk)

    few, many = count_statements(store, ask(1), ask(0))

    assert few == many


# -- the page -------------------------------------------------------------------------------------


def show(qtbot, desk: Desk) -> ReportsPage:
    page = ReportsPage(desk, {})
    qtbot.addWidget(page)
    page.resize(1166, 720)
    page.show()
    page.arrive({})
    shots.settle(desk)
    return page


def test_a_form_is_put_in_and_filled_by_keyboard(
    qtbot, desk: Desk, store: Store, made: Made, tmp_path: Path, monkeypatch
):
    source, target = tmp_path / "名册.xlsx", tmp_path / "out.xlsx"
    source.write_bytes(ROSTER)
    page = show(qtbot, desk)
    assert page.is_blank
    page.look_at(source)
    shots.settle(desk)
    panel = page.side
    assert isinstance(panel, FormPanel)
    assert panel.form.values() == {"title": "名册", "scope": Scope.COHORT}
    page.activateWindow()
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)
    page.table.select_row(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    shots.settle(desk)
    panel = page.side
    assert isinstance(panel, FormPanel)
    panel.form.show_values({"subject": made.cohorts[0]})
    monkeypatch.setattr(
        "kqdesk.rooms.reports.page.screen.QFileDialog.getSaveFileName", lambda *_: (str(target), "")
    )
    qtbot.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)

    assert openpyxl.load_workbook(target).active["B3"].value == "陈学二1"


def test_an_unknown_field_is_said_with_its_cell(qtbot, desk: Desk, made: Made, tmp_path: Path):
    source = tmp_path / "名册.xlsx"
    source.write_bytes(workbook(["{{学员.姓名}}", "{{学员.证件号}}"]))
    page = show(qtbot, desk)

    page.look_at(source)
    shots.settle(desk)

    assert (
        page.note.text
        == "“Sheet”B1的“学员.证件号”不是这里有的字段，是不是“学员.证件号码”。请改好存盘，再放入一次。"
    )
    assert page.side is None


def test_the_field_list_copies_what_stands_in_a_template(qtbot, desk: Desk, made: Made):
    page = show(qtbot, desk)
    page.show_fields()
    assert isinstance(page.side, FieldList)
    page.side.table.select_row(7)

    qtbot.keyClick(page.side.table, Qt.Key.Key_Return)

    assert QGuiApplication.clipboard().text() == "{{姓名}}"
