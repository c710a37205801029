"""Which township is meant."""

import pytest

from kqdesk.rooms.places.rules import (
    TownshipMatch,
    clean_coordinates,
    coordinates_fault,
    township_by_code,
    township_in,
    township_of,
    townships,
)


@pytest.mark.parametrize(
    ("written", "code", "match"),
    [
        ("平水镇", "330603105", TownshipMatch.EXACT),
        ("浙江省绍兴市柯桥区安昌街道", "330603007", TownshipMatch.EXACT),
        ("柯桥区柯桥街道", "330603001", TownshipMatch.EXACT),
        ("安昌街道上庙村", "330603007", TownshipMatch.EXACT),
        ("330603010", "330603010", TownshipMatch.EXACT),
        ("330603107200", "330603107", TownshipMatch.EXACT),
        ("齐贤", "330603005", TownshipMatch.SHORT),
        ("柯桥", "330603001", TownshipMatch.SHORT),
        ("齐贤镇", "330603005", TownshipMatch.OLD_NAME),
        ("绍兴县兰亭镇", "330603008", TownshipMatch.OLD_NAME),
        ("330603104", "330603011", TownshipMatch.OLD_CODE),
        ("330603110201", "330603010", TownshipMatch.OLD_CODE),
        ("扬汛桥", "330603010", TownshipMatch.MISSPELT),
        ("杨讯桥街道", "330603010", TownshipMatch.MISSPELT),
        ("钱青街道", "330603009", TownshipMatch.MISSPELT),
        ("平水街道", "330603105", TownshipMatch.MISSPELT),
    ],
)
def test_a_township_is_recognised_and_how(written: str, code: str, match: TownshipMatch) -> None:
    found = township_of(written)

    assert found is not None
    assert (found.township.code, found.match) == (code, match)


@pytest.mark.parametrize(
    "written", ["孙端街道", "马山街道", "柯桥区", "", "330602001", "33060300", "略", "诸暨市"]
)
def test_a_place_outside_is_nothing(written: str) -> None:
    assert township_of(written) is None


def test_every_name_and_code_leads_to_its_township() -> None:
    for one in townships():
        for written in (one.name, one.stem, one.code, *one.former_codes, *one.former_names, *one.misspelt):
            found = township_of(written)
            assert found is not None, written
            assert found.township == one
    assert len(townships()) == 16
    assert len({one.code for one in townships()}) == 16


def test_a_heading_names_one_township_or_none() -> None:
    named = township_in("2026年平水镇溪南村成人学历提升排摸花名册")

    assert named is not None
    assert named.code == "330603105"
    assert township_in("平水镇、王坛镇名单") is None
    assert township_in("名单") is None
    assert township_by_code("330603105") == named


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("30.0817,120.4953", "30.0817,120.4953"),
        ("120.4953， 30.0817", "30.0817,120.4953"),
        ("北纬30.1 东经120.5", "30.1,120.5"),
        ("", None),
        ("兰亭", None),
        ("30.1", None),
        ("91.2,182.5", None),
    ],
)
def test_coordinates_are_read_in_either_order_and_nonsense_is_none(written: str, kept: str | None):
    assert clean_coordinates(written) == kept
    assert (coordinates_fault(written) is None) == (kept is not None)
