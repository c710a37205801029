"""The store: one action is one entry, seals hold, finals stay, history reads, lanes keep apart."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from kqdesk.kernel.errors import NotAllowed, StaleRecord, UserError
from kqdesk.rooms.exams.model import Candidate, Score, Sitting, SittingPaper
from kqdesk.rooms.exams.terms import SittingState
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Site, Village
from kqdesk.store.actions import ActionCard, Writing, action
from kqdesk.store.base import Base
from kqdesk.store.history import sentences
from kqdesk.store.ids import Ids
from kqdesk.store.store import Store
from tests.conftest import CLERK, HEAD, KEY, NOON, Clock


@action("测试加村")
def add_village(w: Writing, *, name: str) -> str:
    row = Village(name=name)
    w.session.add(row)
    w.session.flush()
    w.note(name)
    return row.id


@action("测试改村")
def rename_village(w: Writing, *, row_id: str, name: str, seen: int | None = None) -> None:
    row = w.session.get_one(Village, row_id)
    w.check_fresh(row, ["name"], seen)
    row.name = name


@action("测试改代码")
def recode_village(w: Writing, *, row_id: str, code: str) -> None:
    w.session.get_one(Village, row_id).code = code


@action("测试加点")
def add_site(w: Writing, *, village_id: str) -> str:
    row = Site(name="礼堂", village_id=village_id)
    w.session.add(row)
    w.session.flush()
    return row.id


@action("测试失败")
def fail_halfway(w: Writing) -> None:
    w.session.add(Village(name="半"))
    w.session.flush()
    raise UserError("到这里为止")


@action("测试批准", final="已批准，不能撤销；请用「冲正」。")
def approve(w: Writing, *, row_id: str) -> None:
    w.session.get_one(Village, row_id).code = "approved"


@action("测试考务")
def add_sitting(w: Writing) -> tuple[str, str]:
    person = Person(name="陈秀英")
    sitting = Sitting(title="春季", on=NOON.date())
    w.session.add_all([person, sitting])
    w.session.flush()
    candidate = Candidate(sitting_id=sitting.id, person_id=person.id)
    paper = SittingPaper(sitting_id=sitting.id, subject="chinese", start_minute=540, end_minute=660)
    w.session.add_all([candidate, paper])
    w.session.flush()
    return candidate.id, paper.id


@action("测试加分")
def add_score(w: Writing, *, candidate_id: str, paper_id: str) -> str:
    score = Score(candidate_id=candidate_id, paper_id=paper_id, points_tenths=800, entered_by=CLERK)
    w.session.add(score)
    w.session.flush()
    return score.id


@action("测试锁分")
def lock_all(w: Writing) -> None:
    for sitting in w.session.scalars(select(Sitting)):
        sitting.state = SittingState.LOCKED


@action("测试改分")
def change_score(w: Writing, *, row_id: str) -> None:
    w.session.get_one(Score, row_id).points_tenths = 990


def count(store: Store, table: type[Base]) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_one_action_is_one_entry_with_its_note(store: Store) -> None:
    before = store.position()

    outcome = store.run(add_village, CLERK, name="溪南村")

    assert outcome.entry_id == before + 1
    assert outcome.label == "测试加村：溪南村"
    assert outcome.tables == frozenset({"village"})


def test_a_failing_action_leaves_nothing(store: Store) -> None:
    before = store.position()

    with pytest.raises(UserError, match="到这里为止"):
        store.run(fail_halfway, CLERK)

    assert count(store, Village) == 0
    assert store.position() == before


def test_undo_and_redo_survive_a_restart(store: Store, clock: Clock) -> None:
    store.run(add_village, CLERK, name="溪南村")
    store.close()

    again = Store(store.path, lambda: KEY, clock=clock)
    state = again.undo_state(CLERK)
    again.undo(CLERK)
    undone = count(again, Village)
    again.redo(CLERK)

    assert (state.undo, state.redo) == ("测试加村：溪南村", None)
    assert undone == 0
    assert count(again, Village) == 1
    again.close()


def test_each_takes_back_only_their_own(store: Store) -> None:
    store.run(add_village, CLERK, name="甲")
    store.run(add_village, HEAD, name="乙")

    store.undo(CLERK)

    with store.reading() as session:
        assert list(session.scalars(select(Village.name))) == ["乙"]
    with pytest.raises(UserError, match="没有可以撤销的操作"):
        store.undo(CLERK)


def test_undo_refuses_when_the_same_field_was_changed_since(store: Store) -> None:
    row_id = store.run(add_village, CLERK, name="甲").value
    store.run(rename_village, CLERK, row_id=row_id, name="乙")
    store.run(rename_village, HEAD, row_id=row_id, name="丙")

    with pytest.raises(StaleRecord, match="「村社」在此之后又被修改"):
        store.undo(CLERK)


def test_undo_leaves_other_fields_alone(store: Store) -> None:
    row_id = store.run(add_village, CLERK, name="甲").value
    store.run(rename_village, CLERK, row_id=row_id, name="乙")
    store.run(recode_village, HEAD, row_id=row_id, code="207")

    store.undo(CLERK)

    with store.reading() as session:
        village = session.get_one(Village, row_id)
        assert (village.name, village.code) == ("甲", "207")


def test_undo_refuses_when_others_point_there_and_the_lane_stays_usable(store: Store) -> None:
    row_id = store.run(add_village, CLERK, name="甲").value
    store.run(add_site, HEAD, village_id=row_id)

    with pytest.raises(StaleRecord, match="有别的记录还用着它"):
        store.undo(CLERK)

    assert store.run(add_village, CLERK, name="乙").label == "测试加村：乙"


def test_a_final_act_is_not_undone_and_says_the_lawful_way(store: Store) -> None:
    row_id = store.run(add_village, CLERK, name="甲").value
    store.run(approve, CLERK, row_id=row_id)

    with pytest.raises(UserError, match="已批准，不能撤销；请用「冲正」。"):
        store.undo(CLERK)


def test_sealed_rows_refuse_change_and_undo(store: Store) -> None:
    candidate_id, paper_id = store.run(add_sitting, CLERK).value
    row_id = store.run(add_score, CLERK, candidate_id=candidate_id, paper_id=paper_id).value
    store.run(lock_all, HEAD)

    with pytest.raises(UserError, match="成绩已锁定"):
        store.run(change_score, CLERK, row_id=row_id)
    with pytest.raises(UserError, match="成绩已锁定"):
        store.undo(CLERK)


def test_a_form_that_is_stale_is_refused(store: Store) -> None:
    row_id = store.run(add_village, CLERK, name="甲").value
    seen = store.position()
    store.run(rename_village, HEAD, row_id=row_id, name="乙")

    with pytest.raises(StaleRecord, match="刚被别人改过"):
        store.run(rename_village, CLERK, row_id=row_id, name="丙", seen=seen)


def test_history_reads_as_sentences_and_hides_secrets(store: Store) -> None:
    row_id = store.run(add_village, CLERK, name="甲").value
    store.run(rename_village, HEAD, row_id=row_id, name="乙")
    store.run(add_site, CLERK, village_id=row_id)

    lines = store.history("village", row_id)

    assert [line.label for line in lines] == ["测试加点", "测试改村", "测试加村：甲"]
    assert [line.sentences for line in lines] == [
        ("新增教学点「礼堂」",),
        ("村社：名称 由「甲」改为「乙」",),
        ("新增村社「甲」",),
    ]
    told = sentences(lines, {CLERK: "沈月琴", HEAD: "章国平"})
    assert told[1].endswith("章国平 测试改村（村社：名称 由「甲」改为「乙」）")


def test_the_guard_is_asked_before_every_action(store: Store) -> None:
    asked = []

    def guard(session: Session, actor: str, card: ActionCard) -> None:
        asked.append((actor, card.name, card.label))
        raise NotAllowed("不行")

    store.guard = guard

    with pytest.raises(NotAllowed):
        store.run(add_village, CLERK, name="甲")
    assert asked == [(CLERK, "test_store.add_village", "测试加村")]
    assert count(store, Village) == 0


def test_read_lanes_cannot_write(store: Store) -> None:
    with store.reading() as session, pytest.raises(OperationalError, match="readonly"):
        session.connection().exec_driver_sql("DELETE FROM village")


def test_two_readers_work_while_one_writes(store: Store) -> None:
    seen: list[int] = []
    with store.reading() as first, store.reading() as second:
        first.scalar(select(func.count()).select_from(Village))
        second.scalar(select(func.count()).select_from(Village))
        writer = threading.Thread(
            target=lambda: seen.append(store.run(add_village, CLERK, name="甲").entry_id)
        )
        writer.start()
        writer.join(30)

        assert len(seen) == 1
        assert first.scalar(select(func.count()).select_from(Village)) == 0


def test_a_wrong_key_gives_one_sentence(store: Store) -> None:
    with pytest.raises(UserError, match="学校数据文件打不开"):
        Store(store.path, lambda: "x'" + "00" * 32 + "'", clock=Clock())


def test_a_foreign_file_gives_the_same_sentence(tmp_path: Path) -> None:
    path = tmp_path / "school.db"
    path.write_bytes(b"this is not a database" * 400)

    with pytest.raises(UserError, match="学校数据文件打不开"):
        Store(path, lambda: KEY, clock=Clock())


def test_the_file_holds_no_clear_text(store: Store) -> None:
    store.run(add_village, CLERK, name="canary-4711-溪南村")
    store.close()

    held = b"".join(path.read_bytes() for path in store.home.iterdir() if path.is_file())

    assert b"canary-4711" not in held
    assert "溪南村".encode() not in held


def test_integrity_and_chain_of_a_good_file(store: Store) -> None:
    store.run(add_village, CLERK, name="甲")

    assert (store.integrity(), store.verify_chain(), store.verify_rows()) == (None, None, None)


def test_ids_grow_even_when_the_clock_steps_back() -> None:
    clock = Clock()
    from random import Random  # noqa: PLC0415 -- only here

    ids = Ids(clock, Random(1))
    made = [ids.new() for _ in range(50)]
    clock.now -= timedelta(days=400)
    made += [ids.new() for _ in range(50)]

    assert made == sorted(set(made))
    assert {len(one) for one in made} == {32}
    assert {one[12] for one in made} == {"7"}


def test_every_table_keeps_the_house_rules() -> None:
    """id, school, labels; no float, no blob, no cascade, no unique business column."""
    for table in Base.metadata.sorted_tables:
        assert table.info["label"], table.name
        assert {"id", "school"} <= set(table.c.keys())
        for column in table.c:
            assert str(column.type.compile()) not in {"FLOAT", "REAL", "BLOB", "NUMERIC"}, column
            assert not column.unique, column
            assert column.name in {"id", "school"} or column.info["label"], column
            for key in column.foreign_keys:
                assert (key.ondelete, key.onupdate, key.deferrable, key.initially) == (
                    None,
                    None,
                    True,
                    "DEFERRED",
                )


def test_a_second_write_of_a_home_is_refused(store: Store) -> None:
    with pytest.raises(UserError, match="不能再新建"):
        Store.create(store.path, lambda: KEY, school="x", station="y", home_id="z", version=1)


def test_an_error_of_ours_is_not_dressed_up(store: Store) -> None:
    with pytest.raises(DatabaseError):
        store.run(_break, CLERK)


@action("测试坏句")
def _break(w: Writing) -> None:
    w.session.connection().exec_driver_sql("SELECT * FROM nowhere")
