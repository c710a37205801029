"""操作记录: every act as a sentence with old and new values, found by its filters, masked, reveals noted."""

from datetime import date
from random import Random

import pytest

from kqdesk.kernel.errors import NotAllowed
from kqdesk.rooms.office.actions import change_staff
from kqdesk.rooms.people.actions import edit_person
from kqdesk.rooms.safekeeping import queries
from kqdesk.rooms.safekeeping.actions import note_check, reveal_entry
from kqdesk.rooms.safekeeping.queries import Asked, EntryDetail
from kqdesk.rooms.safekeeping.terms import Sort
from kqdesk.security.roles import Role
from kqdesk.store import audit
from tests.safekeeping.conftest import Ground

DAY = date(2026, 3, 2)


def words(ground: Ground, **asked) -> list[str]:
    """The lines of a search, newest first."""
    with ground.store.reading() as session:
        numbers = queries.asked_numbers(session, Asked(**asked))
        return [row.words for row in queries.entry_rows(session, [queries.key_of(n) for n in numbers])]


def detail(ground: Ground, text: str) -> EntryDetail:
    """The newest entry whose words begin so."""
    with ground.store.reading() as session:
        rows = queries.entry_rows(
            session, [queries.key_of(n) for n in queries.asked_numbers(session, Asked())]
        )
        found = next(row for row in rows if row.words.startswith(text))
        return queries.entry_detail(session, found.number)


def test_the_whole_story_newest_first(ground: Ground) -> None:
    assert words(ground) == [
        "删除人员：李夏明",
        "查看完整证件号：王阿毛 330699********1238",
        "修改人员：王阿毛",
        "撤销：修改人员：王阿毛",
        "修改人员：王阿毛",
        "新建人员：李夏明",
        "新建人员：王阿毛",
        "添加操作人：章国平（审计）",
        "新建村社：溪南村",
        "建立学校：兰亭街道成校",
    ]


def test_a_change_has_old_and_new_of_its_own_time(ground: Ground) -> None:
    told = detail(ground, "修改人员：王阿毛")
    with ground.store.reading() as session:
        first = queries.entry_detail(session, told.entry.number - 2, is_whole=True)

    assert [(one.row, one.label, one.old, one.new) for one in told.lines] == [
        ("人员「王阿毛」", "村社", "溪南村", "谢坞村")
    ]
    assert sorted((one.label, one.old, one.new) for one in first.lines) == [
        ("现住址", "", "谢坞村12号"),
        ("电话", "13812345678", "13988887777"),
    ]


def test_numbers_are_masked_until_the_right_is_shown_and_the_look_is_noted(ground: Ground) -> None:
    made = detail(ground, "新建人员：王阿毛")
    shown = {one.label: one.new for one in made.lines}
    whole = ground.act(reveal_entry, number=made.entry.number, limit=300)

    assert (shown["证件号码"], shown["电话"], shown["姓名"]) == (
        "330699********1238",
        "138****5678",
        "王阿毛",
    )
    assert made.has_masked
    assert {one.label: one.new for one in whole.lines}["电话"] == "13812345678"
    assert words(ground)[0] == f"查看操作记录的完整内容：第 {made.entry.number} 条"


def test_the_reveal_is_refused_without_the_right(ground: Ground) -> None:
    ground.act(change_staff, staff_id=ground.guo, name="章国平", role=Role.AUDITOR, sees_full_ids=False)

    with pytest.raises(NotAllowed, match="没有查看完整号码的权限"):
        ground.store.run(reveal_entry, ground.guo, number=4, limit=300)


def test_an_undo_says_what_it_took_back(ground: Ground) -> None:
    told = detail(ground, "撤销：")

    assert (told.entry.sort, told.undone, told.entry.touched) == (Sort.UNDO, "第 6 条", "修改人员 1 条")


def test_a_look_changes_nothing(ground: Ground) -> None:
    told = detail(ground, "查看完整证件号")

    assert (told.entry.sort, told.total, told.lines) == (Sort.LOOK, 0, ())


def test_a_deletion_keeps_what_was_there(ground: Ground) -> None:
    told = detail(ground, "删除人员")

    assert {(one.op, one.label, one.old) for one in told.lines} >= {("删除", "姓名", "李夏明")}


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 10),
        ({"since": DAY, "until": DAY}, 10),
        ({"since": date(2026, 3, 3)}, 0),
        ({"until": date(2026, 3, 1)}, 0),
        ({"sort": Sort.UNDO}, 1),
        ({"sort": Sort.LOOK}, 1),
        ({"heads": ("新建人员", "修改人员")}, 5),
        ({"heads": ("新建人员",), "sort": Sort.UNDO}, 0),
        ({"about": "王阿毛"}, 5),
        ({"about": "李夏明"}, 2),  # she is gone; her name is not
        ({"about": "溪南"}, 1),  # the village by its entry's words; nobody lives there now
        ({"about": "没有这个人"}, 0),
    ],
)
def test_filters(ground: Ground, asked: dict, count: int) -> None:
    assert len(words(ground, **asked)) == count


def test_the_filter_of_a_person_who_acted(ground: Ground) -> None:
    ground.act(note_check, ground.guo, found="全部完好")

    assert words(ground, actor=ground.guo) == ["核对操作记录：全部完好"]


def test_the_last_check_and_where_the_journal_ends(ground: Ground) -> None:
    ground.act(note_check, found="全部完好")
    ground.act(edit_person, person_id=ground.mao, changes={"village": "阮港村"})

    with ground.store.reading() as session:
        check = queries.last_check(session)
        head = audit.head(session)

    assert (check.who, check.words, check.head) == ("沈月琴", "全部完好", 12)
    assert check.seal == head[1].hex()


def test_every_version_of_a_column_is_told_whatever_came_later(ground: Ground) -> None:
    rng = Random(5)
    villages = ["溪南村", "谢坞村", "阮港村", "张溇村"]
    told, before = [], "谢坞村"
    for _ in range(40):
        fresh = rng.choice([one for one in villages if one != before])
        ground.act(edit_person, person_id=ground.mao, changes={"village": fresh})
        told.append((before, fresh))
        before = fresh

    with ground.store.reading() as session:
        newest = audit.head(session)[0]
        found = [
            (line.old, line.new)
            for number in range(newest - 39, newest + 1)
            for line in queries.entry_detail(session, number).lines
        ]

    assert found == told


def test_a_million_unfiltered_ids_cost_nothing(ground: Ground) -> None:
    with ground.store.reading() as session:
        numbers = queries.asked_numbers(session, Asked())

    assert isinstance(numbers, range)
