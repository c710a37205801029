"""History of a change, locks, publishing and what differs from the last print, whom to call, who may stand in."""

from datetime import date

import pytest

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.office.model import Staff
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.timetable import actions, queries
from kqdesk.rooms.timetable.actions import LessonDraft, PlannedMove
from kqdesk.rooms.timetable.queries import By, ChangeLine, LessonRow, Unprinted
from kqdesk.rooms.timetable.rules.clashes import Ground, Slot
from kqdesk.rooms.timetable.rules.substitutes import Candidate, substitutes
from kqdesk.rooms.timetable.terms import ChangeKind, LessonState, Lock
from kqdesk.rooms.trainers.model import Trainer, TrainerSpeciality
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.timetable.conftest import Town
from tests.timetable.test_actions import TUESDAY, draft

THURSDAY = date(2026, 3, 5)
SPRING = (date(2026, 3, 1), date(2026, 6, 30))


@action("测试电话")
def give_phones(w: Writing, *, town: Town) -> None:
    w.session.get_one(Trainer, town.wang).phone = "13867500001"
    for n, person_id in enumerate(town.people):
        w.session.get_one(Person, person_id).phone = f"1395750000{n}"
    w.session.get_one(Staff, w.actor).sees_full_ids = True


@action("测试专长")
def give_specialities(w: Writing, *, trainer_id: str, words: list[str]) -> None:
    w.session.add_all([TrainerSpeciality(trainer_id=trainer_id, speciality=word) for word in words])


def put(store: Store, clerk: str, town: Town, *days: date) -> list[str]:
    done = store.run(actions.put_lessons, clerk, lessons=[draft(town, day) for day in days or (TUESDAY,)])
    made: list[str] = done.value
    return made


def publish(store: Store, clerk: str) -> int:
    count: int = store.run(actions.publish_lessons, clerk, first=SPRING[0], last=SPRING[1]).value
    return count


def lesson(store: Store, lesson_id: str) -> LessonRow:
    with store.reading() as session:
        row = queries.lesson_card(session, lesson_id)
    assert row is not None
    return row


def history(store: Store, lesson_id: str) -> list[ChangeLine]:
    with store.reading() as session:
        return queries.lesson_changes(session, [lesson_id])


def unprinted(store: Store) -> list[Unprinted]:
    with store.reading() as session:
        return queries.unprinted(session, *SPRING)


def test_every_change_is_kept_old_to_new_with_reason_and_name(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = put(store, clerk, town)

    store.run(actions.move_lesson, clerk, lesson_id=lesson_id, on=THURSDAY, reason="礼堂办喜事")
    store.run(actions.substitute_trainer, clerk, lesson_id=lesson_id, trainer_id=town.li, reason="生病")
    store.run(actions.cancel_lesson, clerk, lesson_id=lesson_id, reason="停电")

    moved, substituted, cancelled = history(store, lesson_id)
    place = "兰亭村礼堂·大教室"
    assert (moved.kind, moved.before.words, moved.after.words, moved.reason, moved.by) == (
        ChangeKind.MOVED, f"3月3日 周二 18:30–20:00 王水根 {place}", f"3月5日 周四 18:30–20:00 王水根 {place}", "礼堂办喜事",
        "沈月琴",
    )  # fmt: skip
    assert (substituted.before.trainer, substituted.after.trainer) == ("王水根", "李梅")
    assert (cancelled.after.is_cancelled, cancelled.reason) == (True, "停电")


def test_undo_takes_the_history_back_too(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = put(store, clerk, town)
    store.run(actions.cancel_lesson, clerk, lesson_id=lesson_id, reason="停电")

    store.undo(clerk)

    assert history(store, lesson_id) == []
    assert lesson(store, lesson_id).state is LessonState.PLANNED


def test_before_publishing_a_move_needs_no_reason_and_after_it_does(
    store: Store, clerk: str, town: Town
) -> None:
    [lesson_id] = put(store, clerk, town)
    store.run(actions.move_lesson, clerk, lesson_id=lesson_id, on=THURSDAY)
    publish(store, clerk)

    with pytest.raises(UserError, match="请写明原因"):
        store.run(actions.move_lesson, clerk, lesson_id=lesson_id, on=TUESDAY)

    assert lesson(store, lesson_id).on == THURSDAY


@pytest.mark.parametrize(
    ("lock", "change", "words"),
    [
        (Lock.TIME, {"on": THURSDAY}, "时间锁定"),
        (Lock.SITE, {"classroom_id": "small"}, "地点锁定"),
        (Lock.TRAINER, {"trainer_id": "li"}, "培训师锁定"),
    ],
)
def test_what_is_locked_stays(
    store: Store, clerk: str, town: Town, lock: Lock, change: dict[str, object], words: str
) -> None:
    [lesson_id] = put(store, clerk, town)
    store.run(actions.lock_lesson, clerk, lesson_id=lesson_id, locks=[lock])
    wish = {name: getattr(town, str(value), value) for name, value in change.items()}

    with pytest.raises(UserError, match=words):
        store.run(actions.move_lesson, clerk, lesson_id=lesson_id, reason="调", **wish)

    assert lesson(store, lesson_id).locks == {lock}


def test_only_what_differs_from_the_last_print_is_told(store: Store, clerk: str, town: Town) -> None:
    days = [TUESDAY, date(2026, 3, 10), date(2026, 3, 17), date(2026, 3, 24)]
    moved, cancelled, replaced, _ = put(store, clerk, town, *days)
    fresh = [(one.what, one.was) for one in unprinted(store)]
    first = publish(store, clerk)
    store.run(actions.move_lesson, clerk, lesson_id=moved, on=THURSDAY, reason="让路")
    store.run(actions.cancel_lesson, clerk, lesson_id=cancelled, reason="停电")
    store.run(actions.substitute_trainer, clerk, lesson_id=replaced, trainer_id=town.li, reason="王老师生病")

    told = [(one.lesson.on, one.what, one.was.on if one.was else None) for one in unprinted(store)]

    assert fresh == [("新增", None)] * 4
    assert first == 4
    assert told == [
        (THURSDAY, "调课", TUESDAY),
        (days[1], "停课", days[1]),
        (days[2], "代课", days[2]),
    ]
    assert publish(store, clerk) == 3
    assert unprinted(store) == []


def test_moved_and_moved_back_is_no_change(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = put(store, clerk, town)
    publish(store, clerk)
    store.run(actions.move_lesson, clerk, lesson_id=lesson_id, on=THURSDAY, reason="让路")
    store.run(actions.move_lesson, clerk, lesson_id=lesson_id, on=TUESDAY, reason="又空出来了")

    assert unprinted(store) == []


def test_what_was_never_given_out_and_is_cancelled_concerns_nobody(
    store: Store, clerk: str, town: Town
) -> None:
    [lesson_id] = put(store, clerk, town)
    store.run(actions.cancel_lesson, clerk, lesson_id=lesson_id, reason="人太少")

    assert unprinted(store) == []


def test_a_published_lesson_is_cancelled_not_deleted(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = put(store, clerk, town)
    publish(store, clerk)

    with pytest.raises(UserError, match="已经发布"):
        store.run(actions.remove_lessons, clerk, lesson_ids=[lesson_id])


def test_a_moved_lesson_that_was_not_published_can_be_deleted(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = put(store, clerk, town)
    store.run(actions.move_lesson, clerk, lesson_id=lesson_id, on=THURSDAY)

    store.run(actions.remove_lessons, clerk, lesson_ids=[lesson_id])

    assert history(store, lesson_id) == []


def test_the_call_list_is_masked_until_somebody_who_may_looks(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = put(store, clerk, town)
    store.run(actions.substitute_trainer, clerk, lesson_id=lesson_id, trainer_id=town.li, reason="生病")
    with pytest.raises(NotAllowed, match="没有查看完整电话的权限"):
        store.run(actions.reveal_call_list, clerk, lesson_id=lesson_id)
    store.run(give_phones, clerk, town=town)

    with store.reading() as session:
        masked = queries.callees(session, lesson_id)
    whole = store.run(actions.reveal_call_list, clerk, lesson_id=lesson_id).value

    assert [(one.name, one.role) for one in masked[:2]] == [("李梅", "培训师"), ("王水根", "原培训师")]
    assert [one.phone for one in masked[1:3]] == ["138****0001", "139****0000"]
    assert [one.phone for one in whole[1:3]] == ["13867500001", "13957500000"]
    assert len(whole) == 2 + 3


def test_a_plan_is_one_act_and_one_undo(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = put(store, clerk, town)
    move = PlannedMove(lesson_id, THURSDAY, 1110, 1200, town.li, town.hall, town.big)
    other = LessonDraft(town.trade, TUESDAY, 1110, 1200, 2, town.wang, town.hall, town.small)

    with pytest.raises(UserError, match="只有 2 个座位"):
        store.run(
            actions.apply_plan,
            clerk,
            puts=[LessonDraft(town.sewing, THURSDAY, 600, 690, 2, None, None, town.small)],
            moves=[move],
        )
    done = store.run(actions.apply_plan, clerk, puts=[other], moves=[move])

    assert done.label == "自动排课：新排 1 次，改动 1 次"
    assert (lesson(store, lesson_id).on, lesson(store, lesson_id).trainer) == (THURSDAY, "李梅")
    assert [line.kind for line in history(store, lesson_id)] == [ChangeKind.PLANNED]

    store.undo(clerk)

    assert lesson(store, lesson_id).on == TUESDAY
    with store.reading() as session:
        assert queries.term_lessons(session, By.COHORT, town.trade) == []


def test_a_plan_may_not_touch_what_was_locked_since(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = put(store, clerk, town)
    store.run(actions.lock_lesson, clerk, lesson_id=lesson_id, locks=[Lock.TIME])
    move = PlannedMove(lesson_id, THURSDAY, 1110, 1200, town.wang, town.hall, town.big)

    with pytest.raises(UserError, match="锁定了，方案不能用了"):
        store.run(actions.apply_plan, clerk, moves=[move])


def test_the_sequence_of_a_lesson_never_goes_back(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = put(store, clerk, town)
    seen = []
    for step in ("stand", "move", "undo"):
        if step == "move":
            store.run(actions.move_lesson, clerk, lesson_id=lesson_id, on=THURSDAY)
        if step == "undo":
            store.undo(clerk)
        with store.reading() as session:
            seen.append(queries.sequences(session, [lesson_id])[lesson_id])

    assert seen == [0, 1, 2]


def test_free_and_qualified_trainers_come_first_and_say_why(store: Store, clerk: str, town: Town) -> None:
    [lesson_id] = put(store, clerk, town)
    store.run(give_specialities, clerk, trainer_id=town.wang, words=["缝纫"])
    store.run(give_specialities, clerk, trainer_id=town.li, words=["缝纫", "书法"])

    with store.reading() as session:
        [offered] = queries.lesson_substitutes(session, lesson_id)

    assert (offered.name, offered.is_free, offered.is_qualified) == ("李梅", True, True)
    assert offered.reasons == ("这时有空", "专长：缝纫", "本周没有课")


def test_the_order_of_substitutes() -> None:
    wish = Slot("c", "缝纫班", TUESDAY, 1110, 1200, "own", "王水根", "hall", "礼堂", "北")
    busy = Slot("d", "电商班", TUESDAY, 1140, 1200, "busy", "忙", lesson_id="1")
    near = Slot("d", "电商班", TUESDAY, 900, 960, "near", "近", "hall", "礼堂", "北", lesson_id="2")
    sewing = frozenset({"缝纫"})
    candidates = [
        Candidate("busy", "忙", sewing),
        Candidate("other", "外行"),
        Candidate("plain", "内行", sewing),
        Candidate("near", "近", sewing),
        Candidate("knows", "教过", sewing, taught=3),
        Candidate("own", "王水根", sewing),
    ]

    found = substitutes(wish, Ground([busy, near]), candidates, sewing)

    assert [one.id for one in found] == ["knows", "near", "plain", "other", "busy"]
    assert [one.is_free for one in found] == [True, True, True, True, False]
    assert found[0].reasons == ("这时有空", "专长：缝纫", "教过本班 3 次", "本周没有课")
    assert "当天就在这一片" in found[1].reasons
