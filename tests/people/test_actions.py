"""Adding, editing, removing, revealing; an import as one step that undo takes back."""

from datetime import date

import pytest

from kqdesk.kernel.errors import NotAllowed, StaleRecord, UserError
from kqdesk.rooms.office.model import Staff
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.actions import ImportCounts, Revealed
from kqdesk.rooms.people.terms import Decision
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.people.rows import CHEN, WANG, everybody, plan_of, row, take


@action("测试授权")
def _let_see(w: Writing, *, staff_id: str) -> None:
    staff = w.session.get(Staff, staff_id)
    assert staff is not None
    staff.sees_full_ids = True


@pytest.fixture
def wang(store: Store, clerk: str) -> str:
    """王建国 with ID number and phone."""
    fields = {"name": "王建国", "id_number": WANG, "phone": "154 0000 1234", "village": "溪南村"}
    return store.run(actions.add_person, clerk, fields=fields).value


def test_add_fills_sex_birth_and_reading(store: Store, wang: str) -> None:
    with store.reading() as session:
        card = queries.person_card(session, wang)
        hits = queries.find(session, "wjg")

    assert card is not None
    assert (card.sex, card.birth_date, card.id_kind) == ("1", date(1975, 3, 12), "resident")
    assert (card.id_masked, card.phone_masked) == ("330699********1238", "154****1234")
    assert [hit.id for hit in hits] == [wang]


def test_same_number_is_refused_with_whose_it_is(store: Store, clerk: str, wang: str) -> None:
    with pytest.raises(UserError) as refused:
        store.run(actions.add_person, clerk, fields={"name": "王建", "id_number": WANG})

    assert str(refused.value) == "这个证件号已经是王建国（溪南村）的。请打开那个人修改，不要重复建。"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "请填写姓名。"),
        ({"name": "王?国"}, "姓名「王?国」里有字没有传过来，请照身份证补上这个字。"),
        (
            {"name": "王国", "id_number": WANG[:-1] + "1"},
            "身份证号校验位不对，多半是抄错了一位。请对照证件逐位核对。",
        ),
        ({"name": "王国", "id_number": WANG, "sex": "2"}, "性别与身份证号不一致。请看哪一个对。"),
        ({"name": "王国", "phone": "12345"}, "电话「12345」不对。手机应为 11 位数字，座机带区号。"),
    ],
)
def test_wrong_fields_are_told(store: Store, clerk: str, fields: dict[str, str], sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        store.run(actions.add_person, clerk, fields=fields)

    assert str(refused.value) == sentence
    assert everybody(store) == []


def test_edit_renames_and_is_found_under_the_new_name(store: Store, clerk: str, wang: str) -> None:
    store.run(actions.edit_person, clerk, person_id=wang, changes={"name": "单建国"}, seen=store.position())

    with store.reading() as session:
        found = {
            text: [h.name for h in queries.find(session, text)]
            for text in ("sjg", "王", "单", "建国", "1234")
        }
    assert found == {"sjg": ["单建国"], "王": [], "单": ["单建国"], "建国": ["单建国"], "1234": ["单建国"]}


def test_edit_after_somebody_else_was_quicker(store: Store, clerk: str, head: str, wang: str) -> None:
    seen = store.position()
    store.run(actions.edit_person, head, person_id=wang, changes={"phone": "15400009999"})

    with pytest.raises(StaleRecord):
        store.run(actions.edit_person, clerk, person_id=wang, changes={"phone": "15400008888"}, seen=seen)
    store.run(actions.edit_person, clerk, person_id=wang, changes={"village": "溪北村"}, seen=seen)
    line = everybody(store)[0]
    assert (line["phone"], line["village"]) == ("15400009999", "溪北村")


def test_remove_and_undo(store: Store, clerk: str, wang: str) -> None:
    before = everybody(store)

    store.run(actions.remove_person, clerk, person_id=wang)
    assert everybody(store) == []
    store.undo(clerk)

    assert everybody(store) == before
    with store.reading() as session:
        assert [hit.id for hit in queries.find(session, "建国")] == [wang]


def test_reveal_needs_the_right_and_leaves_a_trace_undo_passes_over(
    store: Store, clerk: str, wang: str
) -> None:
    with pytest.raises(NotAllowed):
        store.run(actions.reveal_person, clerk, person_id=wang)
    store.run(_let_see, "system", staff_id=clerk)

    outcome = store.run(actions.reveal_person, clerk, person_id=wang)

    assert outcome.value == Revealed(WANG, "15400001234", "")
    assert outcome.label == "查看完整证件号：王建国 330699********1238"
    assert store.undo_state(clerk).undo == "新建人员：王建国"
    assert store.verify_chain() is None


# --- imports -----------------------------------------------------------------------------------------------

FILE = (
    row("王建国", WANG, phone="15400001234", village="溪南村", education_code="71"),
    row("陈㛃", CHEN, village="溪南村", ethnicity_code="01"),
    row("阿依古丽·买买提", birth_date=date(1990, 5, 1), village="溪南村", sex="2"),
    row("李四"),
)


def test_import_twice_is_the_same(store: Store, clerk: str) -> None:
    assert take(store, clerk, FILE) == ImportCounts(4, 0, 0, 0, 0)
    assert take(store, clerk, FILE) == ImportCounts(0, 0, 4, 0, 0)


def test_import_label_names_file_and_counts(store: Store, clerk: str) -> None:
    take(store, clerk, FILE)

    assert store.undo_state(clerk).undo == "导入花名册：村.xlsx，新增 4 人"


def test_import_updates_what_the_file_gives_and_never_blanks_out(store: Store, clerk: str) -> None:
    take(store, clerk, FILE)

    counts = take(store, clerk, [row("王建国", WANG, phone="15400005555", job="挡车工")])

    line = everybody(store)[0]
    assert counts == ImportCounts(0, 1, 0, 0, 0)
    assert (line["phone"], line["job"], line["village"], line["education_code"]) == (
        "15400005555",
        "挡车工",
        "溪南村",
        "71",
    )


def test_import_then_undo_leaves_the_same_people(store: Store, clerk: str) -> None:
    take(store, clerk, FILE[:2])
    before = everybody(store)

    take(store, clerk, [*FILE, row("王建国", WANG, job="质检员")][1:])
    assert everybody(store) != before
    store.undo(clerk)

    assert everybody(store) == before
    assert store.verify_rows() is None


def test_somebody_without_number_gets_it_later(store: Store, clerk: str) -> None:
    take(store, clerk, [row("王建国", birth_date=date(1975, 3, 12), village="溪南村")])

    assert take(store, clerk, [FILE[0]]) == ImportCounts(0, 1, 0, 0, 0)
    assert [line["id_number"] for line in everybody(store)] == [WANG]


def test_old_number_of_fifteen_is_the_same_person(store: Store, clerk: str) -> None:
    take(store, clerk, [row("王建国", WANG)])

    old = row(
        "王建国", id_kind="resident15", id_number=WANG[:6] + WANG[8:17], sex="1", birth_date=date(1975, 3, 12)
    )
    assert take(store, clerk, [old]) == ImportCounts(0, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("doubtful", "reason"),
    [
        (row("王建国", phone="15400001234"), "姓名、电话相同"),
        (row("王建国", birth_date=date(1975, 3, 12), village="溪北村"), "姓名、出生日期相同"),
        (row("张三", WANG), "证件号码相同，姓名不同：花名册里是王建国"),
    ],
)
def test_doubtful_rows_are_kept_apart(store: Store, clerk: str, doubtful: object, reason: str) -> None:
    take(store, clerk, FILE[:1])

    plan = plan_of(store, [doubtful])

    assert [suspect.reason for suspect in plan.suspects] == [reason]
    assert take(store, clerk, [doubtful]) == ImportCounts(0, 0, 0, 1, 0)
    assert len(everybody(store)) == 1


@pytest.mark.parametrize(("decision", "people"), [(Decision.CREATE, 2), (Decision.UPDATE, 1)])
def test_people_decide_about_doubtful_rows(store: Store, clerk: str, decision: Decision, people: int) -> None:
    take(store, clerk, FILE[:1])
    doubtful = row("王建国", phone="15400001234", job="驾驶员")

    counts = take(store, clerk, [doubtful], {0: decision})

    assert (counts.created, counts.updated, counts.suspects) == (2 - 1 if people == 2 else 0, 2 - people, 0)
    assert len(everybody(store)) == people


def test_same_name_other_person_is_new(store: Store, clerk: str) -> None:
    take(store, clerk, FILE[:1])

    other = row("王建国", "330697196001010039", village="溪南村")
    assert take(store, clerk, [other, row("王建国")]) == ImportCounts(2, 0, 0, 0, 0)


def test_two_equal_people_without_number_stay_two(store: Store, clerk: str) -> None:
    twins = [row("李四", job="务农"), row("李四", job="务农")]

    assert take(store, clerk, twins).created == 2
    assert take(store, clerk, twins) == ImportCounts(0, 0, 2, 0, 0)


def test_plan_that_is_out_of_date_is_refused(store: Store, clerk: str, head: str) -> None:
    plan = plan_of(store, FILE)
    store.run(actions.add_person, head, fields={"name": "王建国", "id_number": WANG})

    with pytest.raises(StaleRecord):
        store.run(actions.import_roster, clerk, plan=plan, file_name="村.xlsx")
    assert len(everybody(store)) == 1


def test_an_entry_about_something_else_does_not_spoil_a_plan(store: Store, clerk: str) -> None:
    plan = plan_of(store, FILE)
    store.run(_let_see, "system", staff_id=clerk)

    counts = store.run(actions.import_roster, clerk, plan=plan, file_name="村.xlsx").value

    assert counts.created == 4
