"""Villages, firms, sites, classrooms and the townships a school serves, over a real store."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.rooms.places import actions, queries
from kqdesk.rooms.places.rules import clean_credit_code, credit_code_fault
from kqdesk.store.store import Store

LANTING, KEQIAO = "330603008", "330603001"
CODE = "91110000600037341L"


def test_a_village_is_made_changed_retired_and_found_again(store: Store, clerk: str):
    village = store.run(actions.add_village, clerk, name=" 兰亭村 ", township_code=LANTING).value

    store.run(
        actions.change_village,
        clerk,
        village_id=village,
        name="兰亭村",
        township_code=LANTING,
        code="330603008201",
    )
    store.run(actions.retire_village, clerk, village_id=village)

    with store.reading() as session:
        assert queries.villages(session) == []
        [row] = queries.villages(session, with_retired=True)
        assert (row.name, row.township, row.code, row.is_active) == (
            "兰亭村",
            "兰亭街道",
            "330603008201",
            False,
        )
    store.undo(clerk)
    with store.reading() as session:
        assert [row.name for row in queries.villages(session, text="ltc")] == ["兰亭村"]


def test_one_township_has_one_village_of_a_name(store: Store, clerk: str):
    store.run(actions.add_village, clerk, name="新民村", township_code=LANTING)

    with pytest.raises(UserError, match="这个镇街已经有“新民村”了"):
        store.run(actions.add_village, clerk, name="新民村", township_code=LANTING)
    store.run(actions.add_village, clerk, name="新民村", township_code=KEQIAO)


@pytest.mark.parametrize(
    ("code", "sentence"), [("330603101", "不是柯桥区现在的 16 个镇街"), ("1", "不是柯桥区现在的 16 个镇街")]
)
def test_a_township_must_be_one_of_today(store: Store, clerk: str, code: str, sentence: str):
    with pytest.raises(UserError, match=sentence):
        store.run(actions.add_village, clerk, name="兰亭村", township_code=code)


def test_a_firm_keeps_its_credit_code_clean_and_alone(store: Store, clerk: str):
    firm = store.run(
        actions.add_firm, clerk, name="绍兴蓝桥印染有限公司", credit_code=" ９1110000600037341l "
    ).value

    with store.reading() as session:
        assert queries.firm_form(session, firm)["credit_code"] == CODE
    with pytest.raises(UserError, match="已经登记在“绍兴蓝桥印染有限公司”名下"):
        store.run(actions.add_firm, clerk, name="另一家", credit_code=CODE)
    store.run(
        actions.change_firm, clerk, firm_id=firm, name="绍兴蓝桥印染有限公司", kind="firm", credit_code=CODE
    )


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("9111000060003734", "统一社会信用代码是 18 位，现在是 16 位。"),
        ("91110000600037341A", "统一社会信用代码对不上校验位，可能有一位抄错了。请对照营业执照再看一遍。"),
    ],
)
def test_a_wrong_credit_code_is_refused(store: Store, clerk: str, written: str, sentence: str):
    with pytest.raises(UserError) as refused:
        store.run(actions.add_firm, clerk, name="某公司", credit_code=written)

    assert str(refused.value) == sentence


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_never_passes(place: int, character: str):
    wrong = CODE[:place] + character + CODE[place + 1 :]

    assert (credit_code_fault(wrong) is None) == (wrong == CODE or uscc.is_valid(wrong))
    assert wrong == CODE or credit_code_fault(wrong) is not None
    assert credit_code_fault(clean_credit_code(CODE.lower())) is None


def test_a_site_counts_its_classrooms_and_seats(store: Store, clerk: str):
    village = store.run(actions.add_village, clerk, name="兰亭村", township_code=LANTING).value
    site = store.run(
        actions.add_site, clerk, name="文化礼堂", township_code=LANTING, village_id=village
    ).value
    for name, seats in (("大厅", 60), ("小教室", 20)):
        room = store.run(actions.add_classroom, clerk, site_id=site, name=name, capacity=seats).value
    store.run(actions.retire_classroom, clerk, classroom_id=room)

    with store.reading() as session:
        [row] = queries.sites(session)
        assert (row.where, row.classroom_count, row.seat_count) == ("兰亭村", 1, 60)
        assert [one.title for one in queries.classrooms(session)] == ["文化礼堂 大厅"]
        assert queries.villages(session)[0].site_count == 1


def test_rooms_of_a_retired_site_are_not_offered(store: Store, clerk: str):
    site = store.run(actions.add_site, clerk, name="老校区").value
    store.run(actions.add_classroom, clerk, site_id=site, name="101", capacity=30)

    store.run(actions.retire_site, clerk, site_id=site)

    with store.reading() as session:
        assert queries.classrooms(session) == []
        assert [row.is_active for row in queries.classrooms(session, with_retired=True)] == [False]


@pytest.mark.parametrize("seats", [0, -1, 2001])
def test_seats_must_be_a_room(store: Store, clerk: str, seats: int):
    site = store.run(actions.add_site, clerk, name="文化礼堂").value

    with pytest.raises(UserError, match="座位数要在 1 到 2000 之间"):
        store.run(actions.add_classroom, clerk, site_id=site, name="大厅", capacity=seats)


def test_a_save_over_somebody_elses_change_is_refused(store: Store, clerk: str, head: str):
    site = store.run(actions.add_site, clerk, name="文化礼堂").value
    seen = store.position()
    store.run(actions.change_site, head, site_id=site, name="兰亭村文化礼堂")

    with pytest.raises(StaleRecord):
        store.run(actions.change_site, clerk, site_id=site, name="礼堂", seen=seen)


def test_the_townships_served_are_dated(store: Store, clerk: str):
    store.run(actions.set_area, clerk, township_codes=(LANTING, KEQIAO), since=date(2024, 1, 1))
    store.run(actions.set_area, clerk, township_codes=(LANTING,), since=date(2026, 1, 1))

    with store.reading() as session:
        rows = [(row.township, row.since, row.until) for row in queries.school_areas(session)]

    assert rows == [
        ("柯桥街道", date(2024, 1, 1), date(2026, 1, 1)),
        ("兰亭街道", date(2024, 1, 1), None),
    ]


def test_everything_can_be_found_by_name_and_initials(store: Store, clerk: str):
    village = store.run(actions.add_village, clerk, name="兰亭村", township_code=LANTING).value
    site = store.run(
        actions.add_site, clerk, name="兰亭学校", township_code=LANTING, village_id=village
    ).value
    store.run(actions.add_classroom, clerk, site_id=site, name="201 教室", capacity=40)
    store.run(actions.add_firm, clerk, name="蓝天印染", township_code=LANTING)

    with store.reading() as session:
        assert [(hit.tab, hit.title) for hit in queries.find(session, "lt", 9)] == [
            ("villages", "兰亭村"), ("firms", "蓝天印染"), ("sites", "兰亭学校"), ("classrooms", "兰亭学校 201 教室"),
        ]  # fmt: skip
        assert [hit.title for hit in queries.find(session, "201", 9)] == ["兰亭学校 201 教室"]
        assert queries.find(session, "没有这个", 9) == []
