"""Pinyin of names, and when two entries are one person."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.people.rules import SAME, SUSPECT, Identity, likeness, most_like, pinyin_of
from kqdesk.rooms.people.sheets import RosterPerson, read_roster

TODAY = date(2026, 3, 10)
ROSTERS = Path(__file__).resolve().parents[3] / "shared" / "data" / "rosters"
ONE = Identity("a", "王一川", birth_date=date(1980, 1, 2), village="上庙村", phone="16000000001")


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("单霞", "shanxia", "sx"),
        ("仇丽", "qiuli", "ql"),
        ("区敏", "oumin", "om"),
        ("解明", "xieming", "xm"),
        ("查杰", "zhajie", "zj"),
        ("曾玉", "zengyu", "zy"),
        ("吕美", "lvmei", "lm"),
        ("欧阳慧慧", "ouyanghuihui", "oyhh"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("吉克阿木·尔古", "jikeamuergu", "jkameg"),
        ("TRAN VAN BINH", "tranvanbinh", "tvb"),
        ("王重阳", "wangzhongyang", "wzy"),
    ],
)
def test_names_are_romanised_with_their_surname(name: str, full: str, initials: str) -> None:
    assert pinyin_of(name) == (full, initials)


@settings(max_examples=100)
@given(st.text(max_size=10))
def test_any_name_can_be_romanised(name: str) -> None:
    full, initials = pinyin_of(name)

    assert len(initials) <= max(len(full), 1)


def test_equal_numbers_settle_it() -> None:
    one = replace(ONE, id_number="330699650627472")
    other = Identity("b", "另一个", id_number="330699196506274729")

    assert likeness(one, other).score == SAME
    assert likeness(one, replace(ONE, id_number="330603199001010016")).score == 0


def test_name_birth_and_village_make_a_suspect() -> None:
    assert likeness(ONE, replace(ONE, key="b", phone=None)).score >= SUSPECT
    assert likeness(ONE, Identity("b", "王一川", phone="16000000001")).score >= SUSPECT
    assert likeness(ONE, Identity("b", "王一川", village="上庙村")).score < SUSPECT
    assert likeness(ONE, replace(ONE, birth_date=date(1981, 1, 2))).score == 0


def test_the_most_likely_is_found() -> None:
    others = [Identity("b", "王一川"), replace(ONE, key="c", village=None), Identity("d", "李四")]

    best = most_like(ONE, others)

    assert best is not None
    assert best[0].key == "c"
    assert most_like(ONE, others[:1]) is None


@pytest.mark.skipif(not ROSTERS.is_dir(), reason="the rosters are not beside this checkout")
def test_the_same_people_of_two_files_are_recognised() -> None:
    truth = json.loads((ROSTERS / "pairs.truth.json").read_text("utf-8"))
    read = {name: read_roster(ROSTERS / name, today=TODAY) for name in truth["files"]}
    everybody = {
        (name, person.sheet, person.row): identity(person)
        for name, one in read.items()
        for person in [*one.people, *(held.person for held in one.held)]
    }

    for pair in truth["pairs"] + truth["not_pairs"]:
        sides = [everybody[pair[side]["file"], pair[side]["sheet"], pair[side]["row"]] for side in ("a", "b")]
        assert (likeness(*sides).score == SAME) is pair["same_person"]


def identity(person: RosterPerson) -> Identity:
    return Identity(
        str(person.row), person.name or "", person.id_number, person.birth_date, person.village, person.phone
    )
