"""What is masked, who may look, what is due."""

from datetime import UTC, datetime, timedelta

import pytest

from kqdesk.rooms.safekeeping import rules
from kqdesk.security.roles import Role

NOW = datetime(2026, 3, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "text", "shown"),
    [
        ("name", "王阿毛", "王阿毛"),
        ("id_number", "33060319700101123X", "330603********123X"),
        ("phone2", "13812345678", "138****5678"),
        ("bank_number", "6222021234567890", "************7890"),
        ("address", "溪南村 3 号", "（不显示）"),
        ("address", "", ""),
    ],
)
def test_a_secret_column_is_masked_by_what_it_is(column: str, text: str, shown: str) -> None:
    assert rules.mask(column, text) == shown


def test_who_may_look_and_who_may_keep() -> None:
    readers = {role for role in Role if rules.may_read(role)}
    keepers = {role for role in Role if rules.may_keep(role)}

    assert readers == {Role.HEADMASTER, Role.CLERK, Role.AUDITOR, Role.DISTRICT}
    assert keepers == {Role.HEADMASTER, Role.CLERK}
    assert not rules.may_read(None)


@pytest.mark.parametrize(
    ("days_ago", "says"),
    [
        (None, "还没有把备份拷到 U 盘过"),
        (0, ""),
        (7, ""),
        (8, "8 天前（7 天提醒一次）"),
        (-30, "请先校准时间"),
    ],
)
def test_the_reminder_to_carry_a_copy_away(days_ago: int | None, says: str) -> None:
    copied = None if days_ago is None else NOW - timedelta(days=days_ago)

    told = rules.carry_reminder(NOW, copied, 7)

    assert (told == "") if says == "" else says in told


@pytest.mark.parametrize(
    ("days_ago", "is_due"), [(None, True), (0, False), (6, False), (7, True), (-3, True)]
)
def test_drill_and_check_are_due_once_a_week(days_ago: int | None, is_due: bool) -> None:
    last = None if days_ago is None else NOW - timedelta(days=days_ago)

    assert rules.is_week_old(NOW, last) is is_due


def test_what_was_touched_in_words() -> None:
    touched = [("人员", "I", 1412), ("学籍", "U", 3), ("班级", "D", 1), ("课次", "I", 9)]

    assert rules.touched_words(touched) == "新增人员 1,412 条，修改学籍 3 条，删除班级 1 条，另有 1 类"


def test_a_change_in_words() -> None:
    assert rules.change_words("村社", "溪南村", "") == "村社 由「溪南村」改为「空」"
    assert rules.change_words("村社", "", "溪南村") == "村社「溪南村」"
