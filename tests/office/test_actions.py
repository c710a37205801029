"""Founding, people, settings, and rule packs by two persons, over a real store."""

from datetime import date
from pathlib import Path

import pytest

from kqdesk.kernel.errors import NotAllowed, StaleRecord, UserError
from kqdesk.rooms.office import actions, queries
from kqdesk.rooms.office.model import RulePack
from kqdesk.rooms.office.terms import Certainty, PackState
from kqdesk.security.guard import Rights
from kqdesk.security.roles import Role
from kqdesk.store.actions import CARDS
from kqdesk.store.store import Store
from tests.conftest import CLERK, CLERK_SIGNER, HEAD, HEAD_SIGNER, Clock, new_store

TODAY = date(2026, 3, 2)
FOUNDER = "f0" * 16
SIGNERS = {CLERK: CLERK_SIGNER, HEAD: HEAD_SIGNER}


def set_minimum_rate(store: Store, actor: str, rate: int | None = 75) -> str:
    return store.run(
        actions.set_pack_value, actor, key="attendance.minimum_rate", value=rate, source="区教〔2026〕1号第五条",
        mark=Certainty.SEED, effective_from=TODAY, signer=SIGNERS.get(actor),
    ).value  # fmt: skip


def minimum_rate(store: Store) -> int | None:
    with store.reading() as session:
        found = queries.pack_value(session, "attendance.minimum_rate", on=TODAY)
    return found.number if found else None


def test_the_first_run_makes_a_school_its_first_person_and_its_rules(tmp_path: Path):
    store = new_store(tmp_path / "school.db", Clock())

    store.run(actions.found_school, FOUNDER, name="柯桥区安昌街道成校", person_name="沈月琴", role=Role.CLERK)

    with store.reading() as session:
        card, staff, packs = (
            queries.school_card(session),
            queries.staff_list(session),
            queries.active_packs(session),
        )
    store.close()
    assert card is not None
    assert (card.name, card.code, card.region_code) == ("柯桥区安昌街道成校", "330603008", "330603")
    assert [(row.id, row.name, row.role) for row in staff] == [(FOUNDER, "沈月琴", Role.CLERK)]
    assert sorted(pack.key for pack in packs) == ["keqiao", "policies", "privacy", "subsidies", "zj-2008"]


def test_a_school_is_founded_once_and_everything_begins_there(tmp_path: Path):
    store = new_store(tmp_path / "school.db", Clock())
    store.run(actions.found_school, FOUNDER, name="柯桥区安昌街道成校", person_name="沈月琴", role=Role.CLERK)

    with pytest.raises(UserError, match="学校已经建好了"):
        store.run(actions.found_school, "f1" * 16, name="x", person_name="y", role=Role.CLERK)
    with pytest.raises(UserError, match="学校是从这一步开始的"):
        store.undo(FOUNDER)
    store.close()


def test_a_trainer_cannot_found_a_school(tmp_path: Path):
    store = new_store(tmp_path / "school.db", Clock())

    with pytest.raises(UserError, match="第一位操作人要是校长或教务"):
        store.run(actions.found_school, FOUNDER, name="x", person_name="y", role=Role.TRAINER)
    store.close()


def test_a_number_counts_only_after_a_second_person_put_it_in_force(store: Store, clerk: str, head: str):
    store.run(actions.load_packs, head)
    draft = set_minimum_rate(store, clerk)

    assert minimum_rate(store) is None
    with pytest.raises(NotAllowed, match="请另一位操作人来启用"):
        store.run(actions.activate_pack, clerk, pack_id=draft, signer=CLERK_SIGNER)
    store.run(actions.activate_pack, head, pack_id=draft, signer=HEAD_SIGNER)

    assert minimum_rate(store) == 75
    with pytest.raises(UserError, match="规则包已经启用，不能撤销"):
        store.undo(head)


def test_several_edits_gather_in_one_draft_and_all_their_authors_are_first_persons(
    store: Store, clerk: str, head: str
):
    store.run(actions.load_packs, head)
    draft = set_minimum_rate(store, clerk)

    again = store.run(
        actions.set_pack_value, head, key="credit.bands", value=[{"grade": "合格", "lowest": 0, "credits": 5}],
        source="市教〔2026〕2号", mark=Certainty.SEED, effective_from=date(2026, 9, 1), signer=HEAD_SIGNER,
    )  # fmt: skip

    assert again.value == draft
    assert again.label == "修改规则：考试等第与学分"
    with pytest.raises(NotAllowed):
        store.run(actions.activate_pack, head, pack_id=draft, signer=HEAD_SIGNER)


def test_a_draft_can_be_thrown_away_and_the_next_one_starts_from_what_counts(
    store: Store, clerk: str, head: str
):
    store.run(actions.load_packs, head)
    first = set_minimum_rate(store, clerk)
    store.run(actions.discard_draft, clerk, pack_id=first)

    second = set_minimum_rate(store, head, 60)
    store.run(actions.activate_pack, clerk, pack_id=second, signer=CLERK_SIGNER)

    assert minimum_rate(store) == 60
    with pytest.raises(UserError, match="现在不是“草案”状态"):
        store.run(actions.activate_pack, clerk, pack_id=second, signer=CLERK_SIGNER)


def test_a_retired_version_gives_way_to_the_one_before(store: Store, clerk: str, head: str):
    store.run(actions.load_packs, head)
    for rate, first, second in ((60, clerk, head), (80, head, clerk)):
        pack = set_minimum_rate(store, first, rate)
        store.run(actions.activate_pack, second, pack_id=pack, signer=SIGNERS[second])

    store.run(actions.retire_pack, head, pack_id=pack, reason="文件收回")

    assert minimum_rate(store) == 60


def test_a_pack_file_comes_in_as_a_draft(store: Store, clerk: str, head: str):
    text = (Path(__file__).parent / "packs" / "jinhua-like.toml").read_text("utf-8")

    pack = store.run(actions.enter_pack, clerk, text=text, signer=CLERK_SIGNER).value

    with store.reading() as session:
        row = session.get(RulePack, pack)
        assert row is not None
        assert (row.state, row.version, row.entered_by) == (PackState.DRAFT, 1, clerk)
    with pytest.raises(UserError, match="已经有一份草案"):
        store.run(actions.enter_pack, head, text=text, signer=HEAD_SIGNER)


def test_loading_packs_twice_adds_nothing(store: Store, clerk: str):
    assert [store.run(actions.load_packs, clerk).value for _ in range(2)] == [5, 0]


def test_people_come_change_and_leave_but_are_never_deleted(store: Store, clerk: str, head: str):
    new = store.run(actions.add_staff, clerk, name="俞建国", role=Role.TRAINER).value
    store.run(actions.change_staff, clerk, staff_id=new, name="俞建国", role=Role.CLERK, sees_full_ids=True)
    store.run(actions.leave_staff, head, staff_id=new, on=TODAY)

    with store.reading() as session:
        rows = {row.id: row for row in queries.staff_list(session)}
        assert (rows[new].role, rows[new].left_on) == (Role.CLERK, TODAY)
        assert queries.role_of(session, new) is None
        assert queries.staff_names(session)[new] == "俞建国"
        assert new not in {row.id for row in queries.staff_list(session, with_left=False)}
    store.run(actions.return_staff, head, staff_id=new)
    with store.reading() as session:
        assert queries.role_of(session, new) is Role.CLERK


def test_the_last_who_can_run_the_school_stays(store: Store, clerk: str, head: str):
    store.run(actions.leave_staff, clerk, staff_id=head, on=TODAY)

    with pytest.raises(UserError, match="学校至少要留一位校长或教务"):
        store.run(
            actions.change_staff, clerk, staff_id=clerk, name="沈月琴", role=Role.TRAINER, sees_full_ids=False
        )
    with pytest.raises(UserError, match="不能给自己办离职"):
        store.run(actions.leave_staff, clerk, staff_id=clerk, on=TODAY)


def test_two_people_of_one_name_are_told_apart(store: Store, clerk: str):
    with pytest.raises(UserError, match="已经有一位操作人叫“章国平”"):
        store.run(actions.add_staff, clerk, name=" 章国平 ", role=Role.CLERK)


def test_a_form_that_read_an_older_school_is_refused(store: Store, clerk: str, head: str):
    seen = store.position()
    store.run(actions.edit_school, head, name="柯桥区兰亭街道社区学校", phone="0575-84000000")

    with pytest.raises(StaleRecord):
        store.run(actions.edit_school, clerk, name="兰亭成校", seen=seen)
    store.undo(head)

    with store.reading() as session:
        card = queries.school_card(session)
    assert card is not None
    assert card.name == "柯桥区兰亭街道成人文化技术学校"


def test_a_setting_is_kept_once(store: Store, clerk: str):
    store.run(actions.put_setting, clerk, key="print.offset_mm", value=[1, 2])
    store.run(actions.put_setting, clerk, key="print.offset_mm", value=[3, 4])

    with store.reading() as session:
        assert queries.setting(session, "print.offset_mm") == [3, 4]
        assert queries.setting(session, "nothing") is None
        assert queries.settings(session) == {"print.offset_mm": [3, 4]}


def test_the_guard_knows_roles_and_lets_only_the_first_founding_through(
    store: Store, tmp_path: Path, clerk: str
):
    founding, retiring = CARDS["office.found_school"], CARDS["office.retire_pack"]
    guard = queries.rights_guard(Rights.parse('[office]\nretire_pack = ["headmaster"]\nfound_school = []'))
    empty = new_store(tmp_path / "empty.db", Clock())

    with empty.reading() as session:
        guard(session, FOUNDER, founding)
        with pytest.raises(NotAllowed, match="不在学校的操作人名单里"):
            guard(session, FOUNDER, retiring)
    empty.close()
    with store.reading() as session:
        with pytest.raises(NotAllowed, match="“停用规则包”要由校长来做"):
            guard(session, clerk, retiring)
        with pytest.raises(NotAllowed):
            guard(session, clerk, founding)
