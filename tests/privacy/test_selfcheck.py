"""The self-check says what is, not what should be: a fact that is wrong turns its item red, and only that one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kqdesk.backup.policy import Reason
from kqdesk.kernel.places import home_layout
from kqdesk.rooms.privacy import actions, queries
from kqdesk.rooms.privacy.rules.selfcheck import ASKED, Answer, Facts, judge
from kqdesk.rooms.privacy.terms import Holds
from kqdesk.school import NewSchool, make
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.store import engine
from kqdesk.store.store import Store
from tests.conftest import KEY, Clock

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GOOD = Facts(
    now=NOW, is_encrypted=True, cipher="SQLCipher", sqlite=(3, 53, 4), program="1.0", slots=3, cost_holds=True,
    given_passwords=0, stale_slots=0, staff=3, leaders=1, clerks=2, refuses_weak=True, locks_after=5, idle_minutes=10,
    actions=90, actions_without_row=0, entries=400, first_entry=date(2025, 9, 1), chain_fault=None, unwatched=(),
    audit_months=6, backup_at=NOW, drilled_at=NOW, copied_at=NOW, signed=12, signature_faults=(), masks=True, looks=4,
    terms_unset=0, purposes_unpublished=0, cleanup_on=date(2026, 1, 5), requests_late=0, breaches_late=0, listens=False,
    largest_import=40 << 20,
    answers={key: Answer(Holds.YES, "制度汇编", date(2026, 1, 1), "章国平") for key in ASKED},
)  # fmt: skip
LONG_AGO = NOW - timedelta(days=40)


def test_all_is_well_only_when_all_is_well():
    assert {item.holds for item in judge(GOOD)} == {Holds.YES}


@pytest.mark.parametrize(
    ("wrong", "title", "holds"),
    [
        ({"is_encrypted": False}, "存储加密", Holds.NO),
        ({"is_encrypted": None}, "存储加密", Holds.NO),
        ({"stale_slots": 1}, "一人一号，密码有保护", Holds.NO),
        ({"cost_holds": False}, "一人一号，密码有保护", Holds.NO),
        ({"given_passwords": 1}, "一人一号，密码有保护", Holds.PARTLY),
        ({"refuses_weak": False}, "密码复杂度", Holds.NO),
        ({"locks_after": 9}, "登录失败处理、超时退出", Holds.NO),
        ({"idle_minutes": None}, "登录失败处理、超时退出", Holds.PARTLY),
        ({"actions_without_row": 1}, "按角色授权，最小权限", Holds.NO),
        ({"staff": 1}, "按角色授权，最小权限", Holds.PARTLY),
        ({"signature_faults": ("某处签名不对。",)}, "重要的事两个人办，各自签名", Holds.NO),
        ({"chain_fault": "第 3 条不一致"}, "每个人的重要操作都有记录，防篡改", Holds.NO),
        ({"unwatched": ("人员",)}, "每个人的重要操作都有记录，防篡改", Holds.NO),
        ({"listens": True}, "不开端口，外来数据先检查", Holds.PARTLY),
        ({"sqlite": (3, 40, 0)}, "软件版本", Holds.NO),
        ({"backup_at": None}, "本地备份，恢复演练", Holds.NO),
        ({"backup_at": LONG_AGO}, "本地备份，恢复演练", Holds.PARTLY),
        ({"drilled_at": None}, "本地备份，恢复演练", Holds.PARTLY),
        ({"copied_at": None}, "异地存放", Holds.NO),
        ({"copied_at": LONG_AGO}, "异地存放", Holds.PARTLY),
        ({"masks": False}, "打码和查看留痕", Holds.NO),
        ({"purposes_unpublished": 2}, "告知和同意", Holds.PARTLY),
        ({"terms_unset": 1}, "保存期限和到期清理", Holds.PARTLY),
        ({"cleanup_on": date(2024, 1, 1)}, "保存期限和到期清理", Holds.PARTLY),
        ({"requests_late": 1}, "查阅、更正、删除", Holds.NO),
        ({"breaches_late": 1}, "安全事件报告", Holds.NO),
        ({"answers": {}}, ASKED["rules"], Holds.ASK),
    ],
)
def test_a_wrong_fact_is_named(wrong: dict[str, Any], title: str, holds: Holds):
    items = {item.title: item.holds for item in judge(replace(GOOD, **wrong))}

    assert items[title] is holds


def test_an_answer_is_good_for_a_year():
    old = {"rules": Answer(Holds.YES, "x", date(2025, 1, 1), "章国平")}

    [item] = [one for one in judge(replace(GOOD, answers=old)) if one.asked == "rules"]

    assert (item.holds, item.sentence) == (Holds.ASK, "上次确认是 2025-01-01，满一年了，请重新确认。")


def holds_of(store: Store, home: Path, now: datetime) -> dict[str, Holds]:
    with store.reading() as session:
        items = queries.check_items(
            session, layout=home_layout(home), now=now, chain_fault=store.verify_chain(), idle_minutes=10
        )
    return {item.title: item.holds for item in items}


def test_a_real_home_is_read(tmp_path: Path, clock: Clock):
    new = NewSchool("330603008", "兰亭成校", "沈月琴", Role.HEADMASTER, "shui xiang 2026 wu")
    school, _ = make(tmp_path / "home", new, clock=clock, profile=CHEAPEST)
    try:
        store = school.store
        before = holds_of(store, school.layout.home, clock.now)
        school.back_up(Reason.MANUAL)
        store.run(
            actions.answer_self_check, school.staff.id, item="rules", holds=Holds.YES, proof="制度汇编第 3 页",
            on=clock.now.date(),
        )  # fmt: skip
        after = holds_of(store, school.layout.home, clock.now)
    finally:
        school.close()

    assert before["存储加密"] is Holds.YES
    assert before["一人一号，密码有保护"] is Holds.NO  # the cheapest cost of tests lies below the floor
    assert before["本地备份，恢复演练"] is Holds.NO
    assert after["本地备份，恢复演练"] is Holds.PARTLY
    assert (before[ASKED["rules"]], after[ASKED["rules"]]) == (Holds.ASK, Holds.YES)


def test_a_table_without_its_trigger_is_named(store: Store, clock: Clock):
    raw = engine.connect(store.path, KEY)
    raw.execute("DROP TRIGGER journal_person_update")
    raw.close()

    assert holds_of(store, store.home, clock.now)["每个人的重要操作都有记录，防篡改"] is Holds.NO
