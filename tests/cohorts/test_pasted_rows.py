"""Rows copied from the roster or from Excel put people into a class: one person a row, titles left out."""

from kqdesk.rooms.cohorts.queries.entering import people_pasted
from kqdesk.rooms.people.actions import add_person


def test_whole_rows_are_one_person_each(store, clerk) -> None:
    ids = [
        store.run(add_person, clerk, fields={"name": name, "phone": phone}).value
        for name, phone in (("王阿毛", "13812345678"), ("李夏明", "13988887777"), ("李夏明", "13900000001"))
    ]
    text = "姓名\t性别\t电话\n王阿毛\t男\t138****5678\n李夏明\t女\t13988887777\n赵无人\t女\t\n李夏明\t女\t"

    with store.reading() as session:
        found = people_pasted(session, text)

    assert found.person_ids == tuple(ids[:2])
    assert found.unknown == ("赵无人",)
    assert found.several == ("李夏明",)
