"""The list of trainers out and in, accounts, agreements."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.trainers import actions, queries, sheets
from kqdesk.rooms.trainers.actions import TrainersImported
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.rooms.trainers.rules import Expiry, Span, account_fault, free_on
from kqdesk.rooms.trainers.terms import PayLevel, TaxBasis, TrainerSource
from kqdesk.store.store import Store
from tests.scanning.conftest import without_child

__all__ = ["without_child"]
DAY = date(2026, 3, 2)
ROWS = (
    ("柯桥区共富培训师名单",),
    ("序号", "姓名", "联系电话", "来源类别", "职称", "专长", "工作单位", "聘期截止"),
    (
        1,
        "单志明",
        "13857500001",
        "乡土人才",
        "高级工程师（副高）",
        "面料检验、短视频",
        "柯岩纺织厂",
        "2027-02-28",
    ),
    (2, "钱秀珍", "138575", "退休干部", "", "越剧", "", ""),
    (3, "", "13857500003", "志愿者", "", "茶艺", "茶馆", ""),
)


def book(path: Path) -> Path:
    made = openpyxl.Workbook()
    for row in ROWS:
        made.active.append(row)
    made.save(path)
    return path


def test_a_list_is_read_and_faults_are_told_by_cell(tmp_path: Path) -> None:
    found = sheets.read_trainers(book(tmp_path / "名单.xlsx"), today=DAY)

    assert [(place[-5:], told["name"], told["pay_level"], told["words"], told["agreement_to"]) for place, told in ((line.place, line.told) for line in found.lines)] == [
        ("第 3 行", "单志明", PayLevel.ASSOCIATE, ["面料检验", "短视频"], date(2027, 2, 28)),
    ]  # fmt: skip
    assert [(fault.row, fault.reason) for fault in found.faults] == [
        (4, "“138575”不是电话号码。"), (5, "没有写姓名。"),
    ]  # fmt: skip


def test_importing_twice_changes_nothing_and_new_words_are_added(
    store: Store, clerk: str, tmp_path: Path
) -> None:
    lines = [dict(line.told) for line in sheets.read_trainers(book(tmp_path / "名单.xlsx"), today=DAY).lines]

    first = store.run(actions.import_trainers, clerk, lines=lines, file_name="名单.xlsx").value
    again = store.run(actions.import_trainers, clerk, lines=lines, file_name="名单.xlsx").value
    more = [{"name": "单志明", "phone": None, "words": ["茶艺"], "employer": "新厂"}]
    third = store.run(actions.import_trainers, clerk, lines=more, file_name="名单.xlsx").value

    assert (first, again, third) == (
        TrainersImported(1, 0, 0), TrainersImported(0, 0, 1), TrainersImported(0, 1, 0),
    )  # fmt: skip
    with store.reading() as session:
        [row] = queries.trainers(session, on=DAY)
    assert (row.specialities, row.employer, row.phone, row.source) == (
        ("面料检验", "短视频", "茶艺"), "新厂", "13857500001", TrainerSource.LOCAL_TALENT,
    )  # fmt: skip
    store.undo(clerk)
    store.undo(clerk)
    store.undo(clerk)
    with store.reading() as session:
        assert queries.trainers(session, on=DAY) == []


def test_the_exported_list_masks_phones(store: Store, clerk: str, tmp_path: Path) -> None:
    store.run(
        actions.add_trainer, clerk, name="单志明", source=TrainerSource.LOCAL_TALENT, pay_level=PayLevel.MIDDLE,
        phone="13857500001", agreement_to=date(2026, 3, 1),
    )  # fmt: skip
    with store.reading() as session:
        rows = queries.trainers(session, on=DAY)

    sheets.write_trainers(tmp_path / "out.xlsx", rows)

    line = [cell.value for cell in openpyxl.load_workbook(tmp_path / "out.xlsx").active[2]]
    assert (line[0], line[1], line[10]) == ("单志明", "138****0001", "聘用协议 2026-03-01")
    assert rows[0].expiry is Expiry.OVER


@pytest.mark.parametrize(
    ("written", "words"),
    [("1234", "12 到 30 位"), ("6222 0212 3456 7890 121", "校验位不对"), ("621700卡", "12 到 30 位")],
)
def test_wrong_accounts_are_refused(written: str, words: str) -> None:
    assert words in (account_fault(written) or "")


@given(st.text("0123456789", min_size=13, max_size=16))
def test_exactly_one_last_digit_makes_a_card_number(tail: str) -> None:
    good = [digit for digit in "0123456789" if account_fault(f"62{tail}{digit}") is None]

    assert len(good) == 1


def test_an_account_is_kept_plain_and_shown_masked(store: Store, clerk: str) -> None:
    made = store.run(
        actions.add_trainer,
        clerk,
        name="单志明",
        source=TrainerSource.LOCAL_TALENT,
        pay_level=PayLevel.MIDDLE,
    ).value
    with pytest.raises(UserError, match="开户行"):
        store.run(actions.set_account, clerk, trainer_id=made, bank=" ", account="201000123456789")

    store.run(
        actions.set_account, clerk, trainer_id=made, bank="柯桥农商银行", account="2010 0012 3456 789",
        tax_basis=TaxBasis.AFTER_TAX,
    )  # fmt: skip

    with store.reading() as session:
        [row] = queries.trainers(session, on=DAY)
        assert session.get_one(Trainer, made).bank_account == "201000123456789"
    assert (row.account, row.tax_basis) == ("***********6789", TaxBasis.AFTER_TAX)


def test_a_day_of_the_week_in_words() -> None:
    week = [Span(2, 18 * 60, 20 * 60), Span(2, 8 * 60, 9 * 60 + 30), Span(3, 600, 660)]

    assert [free_on(week, day) for day in (1, 2, 3)] == ["", "8:00—9:30、18:00—20:00", "10:00—11:00"]
