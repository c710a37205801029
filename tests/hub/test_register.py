"""Invitations, joining, locking, revoking: who is whose PC is the register's word alone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqdesk.kernel.errors import UserError
from kqdesk.security.signing import Signer
from kqdesk.sync.envelope import Refused
from kqdesk.sync.invitation import ALPHABET, BadInvitation, Invitation, print_code, read_code
from kqdesk.sync.register import SchoolCard
from tests.hub.conftest import LANTING, QIXIAN, Hub

CODES = st.builds(
    Invitation,
    st.binary(min_size=10, max_size=10),
    st.one_of(st.just(b""), st.binary(min_size=16, max_size=16)),
).filter(lambda one: one.fingerprint != bytes(16))


@given(CODES)
def test_a_printed_code_is_read_back_however_it_is_typed(invitation: Invitation) -> None:
    code = print_code(invitation)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert (read_code(code), read_code(typed)) == (invitation, invitation)
    assert [len(group) for group in code.split("-")] == [5] * 9


@given(CODES, st.integers(0, 44), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_seen(invitation: Invitation, place: int, char: str) -> None:
    code = print_code(invitation).replace("-", "")
    wrong = code[:place] + char + code[place + 1 :]

    if wrong != code:
        with pytest.raises(BadInvitation):
            read_code(wrong)


@pytest.mark.parametrize("typed", ["", "ABC", "U" * 45, "0" * 46])
def test_what_is_no_code_is_said(typed: str) -> None:
    with pytest.raises(BadInvitation):
        read_code(typed)


def test_schools_are_listed_by_code_and_renamed_by_adding_again(hub: Hub) -> None:
    hub.register.add_school(QIXIAN, "齐贤成校")

    assert hub.register.schools() == [
        SchoolCard(LANTING, "柯桥区兰亭街道成人文化技术学校"),
        SchoolCard(QIXIAN, "齐贤成校"),
    ]


@pytest.mark.parametrize("code", ["", "三三", "a b", "x" * 25])
def test_a_code_nobody_can_type_is_refused(hub: Hub, code: str) -> None:
    with pytest.raises(UserError):
        hub.register.add_school(code, "某校")


def test_a_code_lets_one_pc_in_and_answers_it_again(hub: Hub) -> None:
    secret, one, other = hub.register.invite(LANTING), Signer.fresh(), Signer.fresh()

    card = hub.register.enrol(secret, one.public, "教务")
    again = hub.register.enrol(secret, one.public, "教务")
    with pytest.raises(Refused) as refused:
        hub.register.enrol(secret, other.public, "别人")

    assert (card.school, card.station, again.station) == (LANTING, f"{LANTING}.1", f"{LANTING}.1")
    assert refused.value.kind == "used"


def test_a_code_is_good_for_seven_days(hub: Hub) -> None:
    secret = hub.register.invite(LANTING)
    hub.clock.forward(days=7, seconds=1)

    with pytest.raises(Refused) as refused:
        hub.register.enrol(secret, Signer.fresh().public, "教务")

    assert refused.value.kind == "invitation"


def test_a_revoked_pc_needs_a_new_key(hub: Hub) -> None:
    gone = hub.join()
    hub.register.revoke(LANTING, gone.card.station)

    with pytest.raises(Refused) as refused:
        hub.register.enrol(hub.register.invite(LANTING), gone.signer.public, "教务")
    back = hub.join()

    assert refused.value.kind == "revoked"
    assert back.card.station == f"{LANTING}.2"


def test_a_pc_of_another_school_is_not_there(hub: Hub) -> None:
    station = hub.join(QIXIAN)

    with pytest.raises(UserError):
        hub.register.lock(LANTING, station.card.station, locked=True)

    assert [card.locked for card in hub.register.stations(QIXIAN)] == [False]


def test_seen_is_written_once_a_minute(hub: Hub) -> None:
    card = hub.join().card
    began = hub.clock()

    hub.register.saw(card, "0.1.0")
    hub.clock.forward(seconds=30)
    hub.register.saw(hub.register.stations(LANTING)[0], "0.1.0")
    soon = hub.register.stations(LANTING)[0].seen
    hub.clock.forward(seconds=31)
    hub.register.saw(hub.register.stations(LANTING)[0], "0.2.0")
    later = hub.register.stations(LANTING)[0]

    assert soon == began
    assert (later.seen, later.version) == (began + timedelta(seconds=61), "0.2.0")
