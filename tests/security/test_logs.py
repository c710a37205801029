"""The log: no name, number, key or SQL value reaches the file, whatever somebody logs."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.security.logs import start_logging, stop_logging, without_names, without_numbers

log = logging.getLogger("kqdesk.tests.logs")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    handler = start_logging(tmp_path)
    yield tmp_path
    stop_logging(handler)


def written(folder: Path) -> str:
    return (folder / "kqdesk.log").read_text("utf-8")


def test_our_words_stay_what_came_from_people_goes(folder: Path) -> None:
    log.info("已导入 %d 行，最后一行 %s", 300, "张三丰 33062119850307019X")

    assert "已导入 300 行，最后一行 〔3字〕 〔号码〕" in written(folder).replace(",", "，")


def test_only_listed_fields_are_written(folder: Path) -> None:
    log.info("imported", extra={"action": "people.add", "rows": 3, "phone": "secret", "ms": 1.5})

    assert written(folder).strip().endswith("imported action=people.add rows=3 ms=1.5")


def test_an_exception_keeps_its_place_and_loses_its_values(folder: Path) -> None:
    def enrol() -> None:
        raise ValueError("张三丰 13812341234 [parameters: ('李四', 'x')]")

    def enrol_all() -> None:
        try:
            enrol()
        except ValueError as error:
            raise RuntimeError("cannot enrol 王五") from error

    try:
        enrol_all()
    except RuntimeError:
        log.info("failed", exc_info=True)

    text = written(folder)
    for secret in ("张三丰", "13812341234", "李四", "王五", "raise ValueError"):
        assert secret not in text
    assert "ValueError: 〔3字〕 〔号码〕 [SQL]" in text
    assert "RuntimeError: cannot enrol 〔2字〕" in text
    assert "enrol" in text


def test_times_and_counts_are_no_numbers_of_people() -> None:
    line = "2026-03-02 09:00:00,123 INFO rows=60000 ms=12.5 entry=0195f3c4-7b2a-7c11-9d1e-0242ac120002"

    assert without_numbers(line) == line


@pytest.mark.parametrize(
    "secret",
    [
        "33062119850307019X",
        "330621850307019",
        "13812341234",
        "138 1234 1234",
        "６２２２０２１２１１００１２３４５６７",
        "XV7C-QTYQ-0000-0000-0000-0000-0000-0000-HHHH",
        "ab" * 32,
    ],
)
def test_every_kind_of_number_goes(secret: str) -> None:
    assert without_numbers(f"row {secret}, next") == "row 〔号码〕, next"
    assert without_numbers(f"身份证{secret}号") == "身份证〔号码〕号"


@given(name=st.text(alphabet="张王李陈㐀𠮷\ue123·", min_size=1, max_size=6))
@settings(max_examples=40)
def test_no_name_of_any_script_block_survives(name: str) -> None:
    assert without_names(f"enrol {name}!") == f"enrol 〔{len(name)}字〕!"
