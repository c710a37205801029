"""Roles, the authorisation table, masks, signatures, the vault, passwords."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.errors import NotAllowed
from kqdesk.security.datakey import DataKey
from kqdesk.security.guard import Guard, Rights
from kqdesk.security.masking import mask_bank, mask_id, mask_phone
from kqdesk.security.passwords import weakness
from kqdesk.security.roles import Role
from kqdesk.security.signing import Signer, key_id, verify
from kqdesk.security.vault import BrokenSeal, seal, unseal

TABLE = """
[people]
add = ["clerk", "liaison"]
[certificates]
draw = ["clerk"]
approve = ["headmaster", "district"]
print = ["*"]
[exams.marks]
check = ["headmaster"]
"""


def test_roles_have_their_words() -> None:
    assert [role.label for role in Role] == ["校长", "教务", "任课教师", "村联络员", "区管理员", "审计"]


def test_the_table_names_actions_by_section_and_key() -> None:
    rights = Rights.parse(TABLE)

    assert rights.actions == {
        "people.add",
        "certificates.draw",
        "certificates.approve",
        "certificates.print",
        "exams.marks.check",
    }
    assert rights.roles_for("certificates.print") == set(Role)
    assert rights.missing(["people.add", "people.merge"]) == {"people.merge"}


def test_who_may_and_who_may_not() -> None:
    rights = Rights.parse(TABLE)

    allowed = {role.value for role in Role if rights.allows({role}, "certificates.approve")}

    assert allowed == {"headmaster", "district"}
    assert rights.allows({Role.TRAINER, Role.HEADMASTER}, "certificates.approve")
    assert not rights.allows(set(), "certificates.print")


def test_a_refusal_names_the_roles_needed() -> None:
    guard = Guard(Rights.parse(TABLE), {"p1": {Role.CLERK}, "p2": {Role.HEADMASTER}}.__getitem__)

    guard.check("p2", "certificates.approve")
    with pytest.raises(NotAllowed) as told:
        guard.check("p1", "certificates.approve", "批准证书")

    assert str(told.value) == "“批准证书”要由校长或区管理员来做，您现在的身份是教务。请找校长或区管理员办理。"
    assert guard.allows("p1", "certificates.draw")


def test_an_action_without_a_row_is_nobodys() -> None:
    with pytest.raises(LookupError, match=r"people\.erase"):
        Rights.parse(TABLE).check(set(Role), "people.erase")


@pytest.mark.parametrize(
    ("table", "fault"), [('[a]\nb = ["king"]', ValueError), ('[a]\nb = "clerk"', TypeError)]
)
def test_a_row_with_an_unknown_role_is_our_bug(table: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        Rights.parse(table)


# --- masks --------------------------------------------------------------------------------------------------------


def test_masks_as_the_papers_show_them() -> None:
    assert mask_id("33062119850307019X") == "330621********019X"
    assert mask_phone("13812341234") == "138****1234"
    assert mask_phone("057584121234") == "********1234"
    assert mask_bank("6222021211001234567") == "***************4567"
    assert [mask_id(None), mask_phone(""), mask_bank(None)] == ["", "", ""]


def test_a_number_too_short_is_hidden_whole() -> None:
    assert [mask_id("3306211985"), mask_phone("1381"), mask_bank("1234567")] == ["*" * 10, "****", "*******"]


@given(number=st.text(alphabet="0123456789X", max_size=24))
@settings(max_examples=80)
def test_masks_keep_the_length_and_hide_at_least_what_they_show_last(number: str) -> None:
    for mask in (mask_id, mask_phone, mask_bank):
        shown = mask(number)

        assert len(shown) == len(number)
        assert not number or shown.count("*") >= min(4, len(number))
        assert all(sign in ("*", own) for sign, own in zip(shown, number, strict=True))


# --- signatures and the vault -------------------------------------------------------------------------------------


def test_a_signature_holds_for_its_purpose_message_and_key_only() -> None:
    signer, other = Signer(bytes(range(32))), Signer.fresh()

    signature = signer.sign("mark-check", b"marks")

    assert verify(signer.public, "mark-check", b"marks", signature)
    assert not verify(signer.public, "certificate", b"marks", signature)
    assert not verify(signer.public, "mark-check", b"Marks", signature)
    assert not verify(other.public, "mark-check", b"marks", signature)
    assert not verify(b"short", "mark-check", b"marks", b"")
    assert Signer(signer.seed).public == signer.public
    assert len(key_id(signer.public)) == 4


def test_the_vault_opens_for_its_home_name_and_label_only() -> None:
    key = DataKey(bytes(32))
    sealed = seal(key, b"issuing seed", home_id="h", name="issuing")

    assert unseal(key, sealed, home_id="h", name="issuing") == b"issuing seed"
    for key_used, body, home, name, label in [
        (DataKey(bytes([1] * 32)), sealed, "h", "issuing", "vault"),
        (key, sealed, "h2", "issuing", "vault"),
        (key, sealed, "h", "other", "vault"),
        (key, sealed, "h", "issuing", "drafts"),
        (key, b"KQV2" + sealed[4:], "h", "issuing", "vault"),
        (key, sealed[:-1], "h", "issuing", "vault"),
        (key, b"", "h", "issuing", "vault"),
    ]:
        with pytest.raises(BrokenSeal, match="已损坏或不是本校的"):
            unseal(key_used, body, home_id=home, name=name, label=label)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("abc", "至少 10 个"),
        ("1111111111", "重复"),
        ("1234567890", "太容易"),
        ("abcdefghijk", "太容易"),
        ("password123", "太容易"),
        ("wangfang13812341234", "太容易"),
        ("kqdesk2026", "太容易"),
        ("x" * 300, "最多"),
        ("鉴湖边上第3棵柳树呀", ""),
        ("correct horse battery", ""),
    ],
)
def test_weak_passwords_are_answered_with_what_is_weak(password: str, words: str) -> None:
    found = weakness(password, known=("wangfang", "13812341234"))

    assert (words in found) if words else (found == "")
