"""Trainers over a real store: one act each for words, papers and times."""

from datetime import date
from typing import Any

import pytest

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.rooms.office import actions as office
from kqdesk.rooms.trainers import actions, queries
from kqdesk.rooms.trainers.actions import Qualification
from kqdesk.rooms.trainers.rules import Expiry, Span
from kqdesk.rooms.trainers.terms import PayLevel, TrainerSource
from kqdesk.store.store import Store
from tests.statements import count_statements

TODAY = date(2026, 3, 2)


def add(store: Store, actor: str, name: str = "单志明", **more: Any) -> str:
    given = {"source": TrainerSource.LOCAL_TALENT, "pay_level": PayLevel.MIDDLE, **more}
    return store.run(actions.add_trainer, actor, name=name, **given).value


def rows(store: Store, **asked: Any) -> list[queries.TrainerRow]:
    with store.reading() as session:
        return queries.trainers(session, on=TODAY, **asked)


def test_a_trainer_comes_with_her_specialities_in_one_act(store: Store, clerk: str):
    add(
        store,
        clerk,
        ticked=("非遗传承",),
        typed="黄酒酿造、开耙",
        phone=" 138 5750 0001 ",
        township_code="330603008",
    )

    [row] = rows(store)

    assert (row.name, row.initials, row.phone, row.township) == ("单志明", "szm", "13857500001", "兰亭街道")
    assert row.specialities == ("非遗传承", "黄酒酿造", "开耙")
    assert row.times_shown == ""
    store.undo(clerk)
    assert rows(store) == []


def test_changing_specialities_keeps_the_ones_that_stay(store: Store, clerk: str):
    trainer = add(store, clerk, ticked=("非遗传承", "智能生活"), typed="剪纸")

    store.run(
        actions.change_trainer, clerk, trainer_id=trainer, name="单志明", source=TrainerSource.VOLUNTEER,
        pay_level=PayLevel.FULL, ticked=("智能生活",), typed="书法",
    )  # fmt: skip

    [row] = rows(store)
    assert (row.specialities, row.source) == (("智能生活", "书法"), TrainerSource.VOLUNTEER)
    with store.reading() as session:
        form = queries.trainer_form(session, trainer)
    assert (form["ticked"], form["typed"]) == (("智能生活",), "书法")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": " "}, "请填写培训师姓名"),
        ({"name": "单？明"}, "不要用“？”代替"),
        ({"phone": "12345"}, "不是电话号码"),
        ({"id_number": "330621195902290021"}, "出生日期「19590229」不可能"),
        (
            {"agreement_from": date(2026, 2, 1), "agreement_to": date(2026, 1, 1)},
            "协议的结束日期早于开始日期",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_sentence(
    store: Store, clerk: str, more: dict[str, Any], sentence: str
):
    with pytest.raises(UserError, match=sentence):
        add(store, clerk, **{"name": "单志明", **more})

    assert rows(store) == []


def test_the_same_trainer_is_not_entered_twice(store: Store, clerk: str):
    add(store, clerk, phone="13857500001", id_number="330603199001010016")

    with pytest.raises(UserError, match="培训师“单志明”已经在库里了"):
        add(store, clerk, phone="13857500001")
    with pytest.raises(UserError, match="这个证件号码已经登记在另一位培训师名下"):
        add(store, clerk, "另一人", id_number="330603199001010016")
    add(store, clerk, phone="13857500009")


def test_papers_are_one_act_and_warn_by_the_pack(store: Store, clerk: str):
    store.run(office.load_packs, clerk)
    trainer = add(store, clerk)
    papers = [
        Qualification("教师资格证", "2009331"),
        Qualification("普通话等级证书", expires_on=date(2026, 4, 10)),
    ]

    store.run(actions.set_qualifications, clerk, trainer_id=trainer, papers=papers)

    [row] = rows(store)
    assert (row.qualification_count, row.next_expiry, row.expiry) == (
        2, ("普通话等级证书", date(2026, 4, 10)), Expiry.SOON,
    )  # fmt: skip
    with store.reading() as session:
        before = [paper.id for paper in queries.qualifications(session, trainer)]
    store.run(actions.set_qualifications, clerk, trainer_id=trainer, papers=papers[:1])
    with store.reading() as session:
        assert [paper.id for paper in queries.qualifications(session, trainer)] == before[:1]
    store.undo(clerk)
    assert rows(store)[0].qualification_count == 2


@pytest.mark.parametrize(
    ("paper", "sentence"),
    [
        (Qualification(" "), "资格证书要有名称"),
        (
            Qualification("教师证", issued_on=date(2026, 2, 1), expires_on=date(2026, 1, 1)),
            "“教师证”的有效期早于发证日期",
        ),
    ],
)
def test_a_paper_that_cannot_be_is_refused(store: Store, clerk: str, paper: Qualification, sentence: str):
    trainer = add(store, clerk)

    with pytest.raises(UserError, match=sentence):
        store.run(actions.set_qualifications, clerk, trainer_id=trainer, papers=[paper])


def test_the_week_is_one_act(store: Store, clerk: str):
    trainer = add(store, clerk)
    spans = [Span(2, 1080, 1170), Span(2, 1170, 1260), Span(6, 480, 690)]

    given = store.run(actions.set_availability, clerk, trainer_id=trainer, spans=spans).value

    assert given == 390
    assert rows(store)[0].times == (Span(2, 1080, 1260), Span(6, 480, 690))
    with pytest.raises(UserError, match="结束时间要在开始时间之后"):
        store.run(actions.set_availability, clerk, trainer_id=trainer, spans=[Span(1, 60, 60)])
    store.undo(clerk)
    assert rows(store)[0].times == ()


def test_a_disabled_trainer_is_not_offered_but_keeps_her_name(store: Store, clerk: str):
    trainer = add(store, clerk)

    store.run(actions.disable_trainer, clerk, trainer_id=trainer)

    assert rows(store) == []
    assert [row.is_active for row in rows(store, with_retired=True)] == [False]
    with store.reading() as session:
        assert queries.find(session, "szm", 5) == []
        assert queries.trainer_names(session) == {trainer: "单志明"}


def test_a_save_over_somebody_elses_change_is_refused(store: Store, clerk: str, head: str):
    trainer = add(store, clerk)
    seen = store.position()
    same = {"source": TrainerSource.LOCAL_TALENT, "pay_level": PayLevel.MIDDLE}
    store.run(actions.change_trainer, head, trainer_id=trainer, name="单志民", **same)

    with pytest.raises(StaleRecord):
        store.run(actions.change_trainer, clerk, trainer_id=trainer, name="单志明", seen=seen, **same)


def test_the_list_filters_by_words_category_and_phone_tail(store: Store, clerk: str):
    add(store, clerk, "单志明", ticked=("非遗传承",), phone="13857500001")
    add(store, clerk, "钱秀珍", typed="越剧", employer="兰亭成校", phone="13857500002")

    assert [row.name for row in rows(store, text="qx")] == ["钱秀珍"]
    assert [row.name for row in rows(store, text="越剧")] == ["钱秀珍"]
    assert [row.name for row in rows(store, text="0001")] == ["单志明"]
    assert [row.name for row in rows(store, speciality="非遗传承")] == ["单志明"]
    with store.reading() as session:
        assert [hit[1:] for hit in queries.find(session, "s", 5)] == [("单志明", "非遗传承")]


def test_more_trainers_ask_no_more_statements(store: Store, clerk: str):
    asked = (
        lambda session: queries.trainers(session, on=TODAY),
        lambda session: queries.find(session, "", 5),
    )
    add(store, clerk)
    one = count_statements(store, *asked)
    for name in ("钱秀珍", "王建军"):
        add(store, clerk, name, typed="剪纸")

    assert one == [6, 2]
    assert count_statements(store, *asked) == one
