"""Identity numbers: every kind, every fault, and the check digit against an independent library."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from kqdesk.kernel.national_id import (
    IdFault,
    IdKind,
    IdNumber,
    birth_date,
    check_character,
    claimed_kind,
    parse_id,
    sex_digit,
    to_18,
)

TODAY = date(2026, 3, 10)


def kind_of(written: str, **more: object) -> str:
    found = parse_id(written, today=TODAY, **more)  # type: ignore[arg-type]  # claimed, typed
    return found.kind if isinstance(found, IdFault) else str(found.kind)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("330603199001010016", "resident"),
        ("330621197012310026", "resident"),
        ("33062119750615019x", "resident"),
        ("３３０６９８１９８４０７２１９７００", "resident"),
        (" 330699 19670912 8385\n", "resident"),
        ("'33062119750615019X", "resident"),
        ('="33062119750615019X"', "resident"),
        ("\u200b33062119750615019\u200eX\ufeff", "resident"),
        ("33062119750615019×", "resident"),
        ("810000199001010019", "hmt_residence"),
        ("820000198808080023", "hmt_residence"),
        ("83000019850505003X", "hmt_residence"),
        ("933156198501010018", "foreign_residence"),
        ("VNM330681022464", "foreign_residence"),
        ("330699650627472", "resident15"),
        ("H12345678", "hmt_permit"),
        ("911124198108030028", "id_check_digit"),
        ("330698200407151706", "id_check_digit"),
        ("330621195902290021", "id_date_impossible"),
        ("33069919802206954", "id_format"),
        ("3306971975504253061", "id_format"),
        ("5226992O0411182510", "id_format"),
        ("330603********0016", "id_format"),
        ("待补", "id_format"),
        ("3.30699E+17", "id_precision_lost"),
        ("3.3069919640114e+17", "id_precision_lost"),
        ("330697196804299000", "id_precision_lost"),
        ("330699651327472", "id_date_impossible"),
    ],
)
def test_a_number_is_read_or_its_fault_is_named(written: str, kind: str) -> None:
    assert kind_of(written) == kind


def test_a_number_loses_what_does_not_belong_to_it() -> None:
    assert parse_id("'３３０６２１ 1975 0615 019x", today=TODAY) == IdNumber(
        IdKind.RESIDENT, "33062119750615019X"
    )


def test_some_papers_need_their_name() -> None:
    assert kind_of("12345678") == "id_format"
    assert kind_of("12345678", claimed=claimed_kind("台湾居民来往大陆通行证")) == "taiwan_permit"
    assert kind_of("AB1234567", claimed=claimed_kind("外国护照")) == "foreign_passport"
    assert claimed_kind("居民身份证") is None


def test_in_text_files_a_number_ending_in_000_is_not_trusted() -> None:
    full = next(
        f"330697{year}0101{part}000"
        for year in range(1950, 2000)
        for part in range(10)
        if check_character(f"330697{year}0101{part}00") == "0"
    )
    assert kind_of(full) == "resident"
    assert kind_of(full, typed=False) == "id_precision_lost"


def test_the_number_tells_birth_and_sex() -> None:
    assert birth_date("33062119750615019X") == date(1975, 6, 15)
    assert birth_date("330699650627472") == date(1965, 6, 27)
    assert birth_date("VNM330681022464") is None
    assert sex_digit("330603199001010016") == "1"
    assert sex_digit("330621197012310026") == "2"
    assert sex_digit("VNM330681022464") is None


def test_fifteen_digits_become_eighteen() -> None:
    assert to_18("330699650627472") == "330699196506274729"
    assert to_18("330603199001010016") == "330603199001010016"


def test_nobody_is_born_tomorrow_or_was_a_hundred_and_thirty() -> None:
    for first17 in ("33060320260311001", "33060318900101001"):
        assert kind_of(first17 + check_character(first17)) == "id_date_impossible"


@settings(max_examples=200)
@given(st.text(alphabet="0123456789", min_size=17, max_size=17))
def test_the_check_character_agrees_with_stdnum(first17: str) -> None:
    assert check_character(first17) == ric.calc_check_digit(first17 + "0")


@settings(max_examples=150)
@given(st.text(max_size=30))
def test_any_text_is_read_or_faulted_in_chinese(written: str) -> None:
    found = parse_id(written, today=TODAY)

    assert isinstance(found, IdNumber) or found.reason.endswith("。")
