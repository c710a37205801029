"""Sign-up lists: 接龙 from a chat group, exports of forms, several courses a row, the district's list by township."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.model import SignUp
from kqdesk.rooms.people.sheets import RosterRead, read_roster, split_by_township
from kqdesk.rooms.people.terms import SignUpState
from kqdesk.store.store import Store
from tests.people.rows import WANG, everybody

TODAY = date(2026, 3, 10)
CHAIN = f"""#接龙
养老护理员培训班报名
请大家3月20日前接龙
例 0. 张三 13800000000

1. 陈建国 15400001234 溪南村
2、李小芳 15400002345 西式面点
3. 王建国 {WANG}
4．赵 15411
"""
FORM = """序号,提交答卷时间,所用时间,来源,来自IP,1.您的姓名：,2.请输入您的手机号码,3.您所在的村（社区）,4.您想学的课程（可多选）,5.您的其他要求
1,2026/3/2 20:11:05,35秒,微信,10.0.0.1(浙江-绍兴),陈建国,15400001234,溪南村,养老护理┋西式面点,晚上有空
2,2026/3/2 20:12:31,28秒,微信,10.0.0.2(浙江-绍兴),李小芳,15400002345,溪北村,直播带货,
3,2026/3/3 08:00:00,20秒,微信,10.0.0.3(浙江-绍兴),陈建国,15400001234,溪南村,直播带货,
"""


def read(tmp_path: Path, text: str, name: str = "接龙.txt", encoding: str = "utf-8") -> RosterRead:
    path = tmp_path / name
    path.write_text(text, encoding)
    return read_roster(path, today=TODAY)


def take(store: Store, actor: str, found: RosterRead) -> actions.ImportCounts:
    with store.reading() as session:
        plan = queries.plan_import(session, found.people)
    return store.run(actions.import_roster, actor, plan=plan, file_name=found.path.name).value


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_chain_from_a_chat_group(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, CHAIN, encoding=encoding)

    assert found.rows == 4
    assert [(p.row, p.name, p.phone, p.village, p.courses, p.id_number) for p in found.people] == [
        (6, "陈建国", "15400001234", "溪南村", ("养老护理员培训班",), None),
        (7, "李小芳", "15400002345", None, ("西式面点",), None),
        (8, "王建国", None, None, ("养老护理员培训班",), WANG),
    ]
    assert [(f.row, f.kind) for f in found.faults] == [(9, "phone_invalid")]


def test_an_export_of_a_form(tmp_path: Path) -> None:
    found = read(tmp_path, FORM, "问卷.csv", "utf-8-sig")

    assert (found.faults, [w.kind for w in found.warnings]) == ([], ["id_missing"] * 2)
    assert [(p.name, p.phone, p.village, p.courses, p.signed_on, p.note) for p in found.people] == [
        (
            "陈建国",
            "15400001234",
            "溪南村",
            ("养老护理", "西式面点", "直播带货"),
            date(2026, 3, 2),
            "晚上有空",
        ),
        ("李小芳", "15400002345", "溪北村", ("直播带货",), date(2026, 3, 2), None),
    ]


def test_wishes_come_in_with_the_people_and_go_with_one_undo(
    store: Store, clerk: str, tmp_path: Path
) -> None:
    found = read(tmp_path, FORM, "问卷.csv", "utf-8-sig")

    first, again = take(store, clerk, found), take(store, clerk, found)

    assert (first.created, first.wishes) == (2, 4)
    assert (again.created, again.wishes) == (0, 0)
    with store.reading() as session:
        assert queries.wished_courses(session) == [("直播带货", 2), ("养老护理", 1), ("西式面点", 1)]
    store.undo(clerk)
    store.undo(clerk)
    with store.reading() as session:
        assert session.scalars(select(SignUp)).all() == []
    assert everybody(store) == []


def test_a_settled_wish_may_come_again(store: Store, clerk: str) -> None:
    person = store.run(actions.add_person, clerk, fields={"name": "陈建国"}).value
    store.run(actions.sign_up, clerk, person_ids=[person], course="养老护理")
    with store.reading() as session:
        [wish] = queries.sign_ups(session)

    store.run(actions.settle_sign_ups, clerk, sign_up_ids=[wish.id], state=SignUpState.DROPPED)

    assert store.run(actions.sign_up, clerk, person_ids=[person], course="养老护理").value == 1


def test_numbered_rosters_with_columns_are_no_chain(tmp_path: Path) -> None:
    text = f"序号,姓名,身份证号,电话\n1.,王建国,{WANG},15400001234\n2.,李四,,15400002345\n"

    found = read(tmp_path, text, "村.csv")

    assert [(p.name, p.courses) for p in found.people] == [("王建国", ()), ("李四", ())]


def test_a_districts_list_is_split(tmp_path: Path) -> None:
    text = "姓名,电话,镇街\n陈一,15400001111,兰亭街道\n陈二,15400002222,平水镇\n陈三,15400003333,兰亭镇\n陈四,15400004444,\n"
    found = read(tmp_path, text, "全区.csv")

    made = split_by_township(found.people, tmp_path, "全区")

    assert sorted(made) == [("兰亭街道", 2), ("平水镇", 1), ("没有镇街", 1)]
    again = read_roster(tmp_path / "全区 兰亭街道.xlsx", today=TODAY)
    assert [person.name for person in again.people] == ["陈一", "陈三"]
