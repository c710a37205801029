"""Official forms about the whole school: the shipped ones, named cells, rows by township, fields without a number named."""

import io

import docx
import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from kqdesk.excel.templates import look, unknown
from kqdesk.kernel.resources import resource
from kqdesk.rooms.reports import actions, queries, rules, sheets
from kqdesk.rooms.reports.page.screen import SAMPLES
from kqdesk.rooms.reports.terms import Scope
from kqdesk.store.attachments import Attachments
from kqdesk.store.store import Store
from tests.reports.test_frozen import TODAY, target
from tests.reports.test_reports import kept
from tests.reports.world import make_world


def filled(
    store: Store, clerk: str, files: Attachments, content: bytes, key: str
) -> tuple[bytes, tuple[str, ...]]:
    row = kept(store, clerk, files, content, "统计", Scope.STATISTICS)
    with store.reading() as session:
        values = queries.forms(session, Scope.STATISTICS, key, today=TODAY, actor=clerk)
    [(_, made)] = sheets.made_forms(row, values, files.read)
    return made, sheets.lacking(row, values)


@pytest.mark.parametrize("name", [name for name, _ in SAMPLES])
def test_the_shipped_forms_ask_for_known_fields_only(name: str):
    looked = look(resource(f"templates/{name}").read_bytes(), name)

    assert unknown(looked, rules.field_names(Scope.STATISTICS)) == ()
    assert len(looked.spots) >= 10


def test_the_shipped_workbook_is_filled_and_names_what_it_lacks(
    store: Store, clerk: str, attachments: Attachments
):
    make_world(store, clerk)
    content = resource(f"templates/{SAMPLES[0][0]}").read_bytes()

    made, lacking = filled(store, clerk, attachments, content, "school-2025")

    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    cells = {cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert [sheet[f"{column}4"].value for column in "ABCF"] == [1, 8, 0, 2]
    assert {"兰亭街道", "钱清街道", "社会培训"} <= cells
    assert "统计期间：2025学年（2025.9—2026.8）　数据截至：2026年3月2日" in cells
    assert set(lacking) == {"教职工数", "专任教师数", "校长"}


def test_the_shipped_letter_is_filled(store: Store, clerk: str, attachments: Attachments):
    make_world(store, clerk)
    target(store, clerk, "social_training", 100)
    content = resource(f"templates/{SAMPLES[1][0]}").read_bytes()

    made, _ = filled(store, clerk, attachments, content, "calendar-2026")

    paper = docx.Document(io.BytesIO(made))
    lines = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in paper.tables[0].rows}
    assert "社会培训44人次，老年教育培训26人次" in "".join(one.text for one in paper.paragraphs)
    assert lines["社会培训"] == ["人次", "100", "44", "44%"]


def test_a_named_cell_is_a_field_and_a_wrong_name_is_pointed_out(
    store: Store, clerk: str, attachments: Attachments
):
    make_world(store, clerk)
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["B2"] = 0
    book.defined_names["社会培训"] = DefinedName("社会培训", attr_text="'Sheet'!$B$2")
    book.defined_names["Own_Name"] = DefinedName("Own_Name", attr_text="'Sheet'!$A$1")
    book.save(out)
    made, _ = filled(store, clerk, attachments, out.getvalue(), "calendar-2026")
    book.defined_names["社会培训班"] = DefinedName("社会培训班", attr_text="'Sheet'!$C$3")
    book.save(out)
    [wrong] = unknown(look(out.getvalue(), "表.xlsx"), rules.field_names(Scope.STATISTICS))

    assert openpyxl.load_workbook(io.BytesIO(made)).active["B2"].value == 44
    assert wrong.words == "“Sheet”C3（名称）的“社会培训班”不是这里有的字段，是不是“社会培训”。"


def test_numbers_the_program_cannot_know_come_from_the_schools_own_entries(store: Store, clerk: str):
    make_world(store, clerk)
    store.run(
        actions.add_macro, clerk, title="教职工数", hundredths=600, unit="人", area="本校", as_of=TODAY, source="校务会",
    )  # fmt: skip
    with store.reading() as session:
        [form] = queries.forms(session, Scope.STATISTICS, "school-2025", today=TODAY, actor=clerk)
        periods = queries.makeable(session, Scope.STATISTICS)
        nobody = queries.forms(session, Scope.STATISTICS, "nothing", today=TODAY, actor=clerk)

    assert (form.values["教职工数"], form.values.get("专任教师数")) == (
        6,
        None,
    )
    assert periods[0].words == "2026学年 2026年9月1日至2027年8月31日"
    assert nobody == []
