"""Two PCs of one school and a hub on this machine's own port: joining, edits that meet, two values of one field, packets."""

import errno
from datetime import timedelta
from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.kernel.progress import Quiet
from kqdesk.rooms.exchange.actions import settle_conflict
from kqdesk.rooms.exchange.terms import Choice
from kqdesk.rooms.people.actions import edit_person
from kqdesk.school import NewSchool
from kqdesk.school.joining import Coming, Joiner
from kqdesk.school.syncing import Syncing
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.envelope import Refused
from kqdesk.sync.own_numbers import own_spans
from tests.conftest import Clock
from tests.sync_desk.homes import FIRST, SECOND, Pc
from tests.sync_desk.hubs import SCHOOL, LiveHub, live_hub


def test_a_new_pc_has_everything_and_opens_with_her_own_password(
    tmp_path: Path, clock: Clock, first: Pc, mao: str, second: Pc
) -> None:
    name, numbers = second.person(mao).name, second.syncing.numbers()
    second.school.close()

    again = homes.open_with_password(
        tmp_path / "second", who="章国平", password=SECOND, clock=clock, profile=CHEAPEST
    )
    try:
        who = again.staff
        people = [found for _, found in homes.people(tmp_path / "second")]
    finally:
        again.close()

    assert name == "王阿毛"
    assert (numbers.station, numbers.conflicts, numbers.stop) == (f"{SCHOOL}.2", 0, "")
    assert (who.name, who.role, people) == ("章国平", Role.HEADMASTER, ["章国平"])


def test_different_fields_meet_in_silence(first: Pc, second: Pc, mao: str) -> None:
    first.act(edit_person, person_id=mao, changes={"village": "谢坞村"})
    second.act(edit_person, person_id=mao, changes={"phone": "13988887777"})

    for pc in (first, second, first):
        pc.sync()

    for pc in (first, second):
        found = pc.person(mao)
        assert (found.village, found.phone) == ("谢坞村", "13988887777")
        assert (pc.conflicts(), pc.syncing.numbers().unsent, pc.faults()) == ([], 0, (None, None))


def test_the_same_field_asks_on_both_and_one_answer_settles_it(
    first: Pc, second: Pc, mao: str, clock: Clock
) -> None:
    first.act(edit_person, person_id=mao, changes={"village": "谢坞村"})
    clock.forward(minutes=1)
    second.act(edit_person, person_id=mao, changes={"village": "兰渚山村"})
    for pc in (first, second, first):
        pc.sync()
    asked = [
        [(row.field, row.shown.words, row.kept.words) for row in pc.conflicts()] for pc in (first, second)
    ]
    shows = [pc.person(mao).village for pc in (first, second)]
    numbers = [pc.syncing.numbers().conflicts for pc in (first, second)]

    second.act(settle_conflict, conflict_id=second.conflicts()[0].id, chosen=Choice.KEPT)
    second.sync()
    first.sync()

    assert asked == [[("村社", "兰渚山村", "谢坞村")]] * 2
    assert (shows, numbers) == (["兰渚山村"] * 2, [1, 1])
    for pc in (first, second):
        assert (pc.person(mao).village, pc.conflicts(), pc.faults()) == ("谢坞村", [], (None, None))


def test_every_value_is_findable_where_it_was_typed_and_at_the_hub(
    first: Pc, second: Pc, mao: str, hub: LiveHub, clock: Clock
) -> None:
    first.act(edit_person, person_id=mao, changes={"village": "甲村"})
    first.act(edit_person, person_id=mao, changes={"village": "乙村"})
    first.sync()
    clock.forward(minutes=1)
    second.sync()
    second.act(edit_person, person_id=mao, changes={"village": "丙村"})
    second.sync()
    first.sync()

    told = [sentence for line in first.school.store.history("person", mao) for sentence in line.sentences]
    pulled = [
        line.label for line in first.school.store.history("person", mao) if line.label.startswith("同步收到")
    ]

    assert any("甲村" in sentence for sentence in told)
    assert any("乙村" in sentence and "丙村" in sentence for sentence in told)
    assert len(pulled) == 1
    assert "丙村" == second.person(mao).village == first.person(mao).village


def test_a_round_with_nothing_to_do_says_so(first: Pc, second: Pc) -> None:
    second.sync()
    first.sync()
    first.sync()

    told = first.sync()

    assert (told.sent, told.received, told.conflicts, told.tables) == (0, 0, 0, frozenset())


def test_no_network_loses_nothing_and_says_where_it_wanted_to(first: Pc, mao: str) -> None:
    who = first.syncing.membership()
    first.act(edit_person, person_id=mao, changes={"village": "谢坞村"})
    gone = Syncing(first.school, dial=lambda _: Nobody())

    with pytest.raises(Unreachable, match="连不上"):
        gone.sync(Quiet())

    assert who is not None
    assert gone.numbers().unsent > 0
    assert gone.numbers().trouble == "连不上。"
    assert first.sync().sent > 0


class Nobody:
    """A line on which nobody answers."""

    trouble = "连不上。"

    def ask(self, _: Ask) -> Reply:
        return Reply(0)

    def close(self) -> None:
        """Nothing to hang up."""


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError(errno.ENOSPC, "full"), "数据站的磁盘已满，这次没有收下。数据都在本机，请通知数据站管理员。"),
        (Refused("limit"), "请求太频繁，请稍等再试。"),
        (ZeroDivisionError(), "数据站出了问题，这次没有收下。数据都在本机，请通知数据站管理员。"),
    ],
)
def test_a_hub_in_trouble_is_waited_out_with_its_reason(
    first: Pc, mao: str, hub: LiveHub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    fault: Exception, words: str,
) -> None:  # fmt: skip
    def refuse(*_: object) -> None:
        raise fault

    first.act(edit_person, person_id=mao, changes={"village": "谢坞村"})
    with monkeypatch.context() as during:
        during.setattr(hub.opened.core, "answer", refuse)
        with pytest.raises(Unreachable, match=words):
            first.sync()
        caplog.clear()
        unsent, stop, trouble = (
            first.syncing.numbers().unsent,
            first.syncing.numbers().stop,
            first.syncing.numbers().trouble,
        )
    caplog.clear()

    assert (unsent > 0, stop, trouble) == (True, "", words)
    assert first.sync().sent > 0


def test_a_revoked_pc_stops_with_the_reason_and_keeps_its_data(
    first: Pc, second: Pc, mao: str, hub: LiveHub
) -> None:
    hub.opened.register.revoke(SCHOOL, f"{SCHOOL}.2")
    second.act(edit_person, person_id=mao, changes={"village": "谢坞村"})

    second.sync()
    numbers = second.syncing.numbers()

    assert "已被停用" in numbers.stop
    assert (numbers.unsent > 0, second.person(mao).village) == (True, "谢坞村")


def test_a_locked_pc_waits_and_goes_on_when_let_in(first: Pc, second: Pc, mao: str) -> None:
    first.syncing.set_lock(f"{SCHOOL}.2", is_locked=True)
    second.act(edit_person, person_id=mao, changes={"village": "谢坞村"})
    second.sync()
    stop = second.syncing.numbers().stop
    first.syncing.set_lock(f"{SCHOOL}.2", is_locked=False)

    second.sync()
    first.sync()

    assert "已被暂停" in stop
    assert second.syncing.numbers().stop == ""
    assert first.person(mao).village == "谢坞村"


def test_the_schools_pcs(first: Pc, second: Pc) -> None:
    found = first.syncing.peers()

    assert [(one.station, one.is_me, one.is_locked) for one in found] == [
        (f"{SCHOOL}.1", True, False), (f"{SCHOOL}.2", False, False),
    ]  # fmt: skip
    assert all(one.seen is not None for one in found)


def test_an_invitation_from_a_pc_lets_the_next_one_in(tmp_path: Path, clock: Clock, first: Pc) -> None:
    invite = first.syncing.invite()

    school, code = Joiner(tmp_path / "third", clock=clock, profile=CHEAPEST).join(
        Coming(invite.url, invite.code, "沈月琴", SECOND), Quiet()
    )
    school.close()

    assert len(code) > 40
    assert first.syncing.look(invite.code).words == invite.words


def test_a_name_that_is_not_on_the_list_is_refused_and_nothing_stays(
    tmp_path: Path, clock: Clock, hub: LiveHub, first: Pc
) -> None:
    joiner = Joiner(tmp_path / "third", clock=clock, profile=CHEAPEST)
    code = hub.invite()

    with pytest.raises(UserError, match=r"没有“谁”。名单里有：(沈月琴、章国平|章国平、沈月琴)"):
        joiner.join(Coming(hub.url, code, "谁", SECOND), Quiet())
    left = [
        path.name for path in (tmp_path / "third").iterdir() if path.is_file() and path.name != "kqdesk.lock"
    ]
    school, _ = joiner.join(Coming(hub.url, code, "沈月琴", SECOND), Quiet())
    school.close()

    assert left == []


def test_a_school_of_another_code_does_not_join_here(tmp_path: Path, clock: Clock, hub: LiveHub) -> None:
    other = NewSchool("330603012", "齐贤成校", "别人", Role.CLERK, FIRST)
    school, _ = homes.make(tmp_path / "other", other, clock=clock, profile=CHEAPEST)
    syncing = Syncing(school)
    try:
        with pytest.raises(UserError, match="不是本校"):
            syncing.join(hub.url, hub.invite(), Quiet())
        assert syncing.numbers().host == ""
    finally:
        school.close()


def test_both_pcs_sign_and_each_signature_holds_on_the_other(first: Pc, second: Pc) -> None:
    second.sync()
    first.sync()
    for pc in (first, second):
        with pc.school.store.reading() as session:
            keys = (
                session.connection()
                .exec_driver_sql(
                    "SELECT s.name,k.station,k.until FROM staff_key k JOIN staff s ON s.id=k.staff_id ORDER BY k.since,s.name"
                )
                .all()
            )
        assert [(name, station == f"{SCHOOL}.2", until) for name, station, until in keys] == [
            ("沈月琴", False, None), ("章国平", True, None),
        ]  # fmt: skip


def test_numbers_are_leased_and_never_meet(first: Pc, second: Pc) -> None:
    second.sync()
    year = first.school.store.clock().year
    spans = []
    for pc in (first, second):
        with pc.school.store.reading() as session:
            spans.append(own_spans(session, "certificate", year))

    assert [len(one or []) for one in spans] == [1, 1]
    (a, b), (c, d) = spans[0][0], spans[1][0]
    assert b < c or d < a


def test_moving_to_the_districts_hub_takes_everything_along(
    tmp_path: Path, first: Pc, second: Pc, mao: str, clock: Clock
) -> None:
    second.sync()
    with live_hub(tmp_path / "district") as district:
        first.syncing.join(district.url, district.invite(), Quiet())
        with district.opened.engine.connect() as conn:
            there = conn.exec_driver_sql("SELECT count(*) FROM person").scalar_one()
        second.syncing.join(district.url, district.invite(), Quiet())
        second.act(edit_person, person_id=mao, changes={"village": "谢坞村"})
        second.sync()
        first.sync()

        assert (there, first.syncing.numbers().unsent) == (1, 0)
        assert (first.person(mao).village, first.conflicts(), second.conflicts()) == ("谢坞村", [], [])
        assert first.syncing.numbers().host == district.url.removeprefix("https://")


def test_a_day_later_nothing_has_to_be_done_again(first: Pc, second: Pc, clock: Clock) -> None:
    clock.now += timedelta(days=1)

    told = second.sync()

    assert told.sent + told.received >= 0
    assert second.syncing.numbers().stop == ""
