"""The square on a certificate: golden vectors shared with the web page, mutants, the four answers, numbers."""

import base64
import json
import random
from datetime import date
from pathlib import Path

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.errors import UserError
from kqdesk.security.certificate_number import (
    DEFAULT_PATTERN,
    BadPattern,
    check_character,
    expand_number,
    number_is_whole,
)
from kqdesk.security.certificate_qr import BadQr, Claim, decode, digest_of, encode
from kqdesk.security.certificate_verdict import IssuingKey, Standing, Verdict, verify_certificate
from kqdesk.security.signing import Signer

GOLDEN = json.loads((Path(__file__).parent / "golden_qr.json").read_text("utf-8"))
SIGNER = Signer(bytes(range(32)))
SCHOOL = "330603001"
CLAIM = Claim("330603001202600017K", "张三丰", SCHOOL, date(2026, 6, 30), "电工（初级）", 40 * 45)
KEY = IssuingKey(SIGNER.public, SCHOOL, "柯桥区平水镇成校", date(2026, 1, 1), date(2027, 3, 31))
TEXT = encode(CLAIM, SIGNER)


def claim_of(vector: dict[str, object]) -> Claim:
    fields = dict(vector["claim"])  # type: ignore[call-overload]
    return Claim(**{**fields, "issued": date.fromisoformat(fields["issued"])})


def judged(text: str, **lists: object) -> Verdict:
    given_lists = {"keys": [KEY], "revoked": {}, "registered": {CLAIM.number: digest_of(TEXT)}, **lists}
    return verify_certificate(text, **given_lists)  # type: ignore[arg-type]


# --- golden vectors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", GOLDEN["valid"], ids=lambda vector: vector["why"])
def test_golden_texts_are_made_and_read_byte_for_byte(vector: dict[str, str]) -> None:
    signer = Signer(bytes.fromhex(vector["seed"]))

    made = encode(claim_of(vector), signer, vector["host"])
    read = decode(vector["text"])

    assert made == vector["text"]
    assert (read.claim, read.host, read.digest.hex()) == (claim_of(vector), vector["host"], vector["digest"])
    assert signer.public.hex() == vector["public"]
    verdict = verify_certificate(
        vector["text"], keys=[IssuingKey(signer.public, "")], revoked={}, registered=None
    )
    assert verdict.standing is Standing.UNREPORTED


@pytest.mark.parametrize("vector", GOLDEN["malformed"], ids=lambda vector: vector["why"])
def test_golden_malformed_texts_are_refused(vector: dict[str, str]) -> None:
    with pytest.raises(BadQr):
        decode(vector["text"])


@pytest.mark.parametrize("vector", GOLDEN["forged"], ids=lambda vector: vector["why"])
def test_golden_forgeries_are_invalid(vector: dict[str, str]) -> None:
    keys = [IssuingKey(bytes.fromhex(public), "") for public in GOLDEN["publics"]]

    decode(vector["text"])
    verdict = verify_certificate(vector["text"], keys=keys, revoked={}, registered=None)

    assert verdict.standing is Standing.INVALID


def test_there_are_twenty_golden_vectors() -> None:
    assert sum(len(GOLDEN[group]) for group in ("valid", "malformed", "forged")) >= 20


# --- the text -----------------------------------------------------------------------------------------------------


def test_the_square_is_small_enough_for_the_corner_of_a_paper() -> None:
    with_host = encode(CLAIM, SIGNER, "v.example.gov.cn")

    square = segno.make(with_host, error="m", boost_error=False, micro=False)

    assert square.symbol_size(border=0)[0] <= 57
    assert with_host.startswith("https://v.example.gov.cn/c#")


texts = st.text(
    alphabet=st.characters(blacklist_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=10
)


@given(
    number=texts,
    name=texts,
    issuer=texts,
    course=texts,
    minutes=st.integers(0, 65535),
    issued=st.dates(date(2000, 1, 1), date(2179, 6, 6)),
)
@settings(max_examples=80)
def test_what_is_signed_is_what_is_read(
    number: str, name: str, issuer: str, course: str, minutes: int, issued: date
) -> None:
    claim = Claim(number, name, issuer, issued, course, minutes)

    assert decode(encode(claim, SIGNER)).claim == claim


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "张" * 21},
        {"name": " 张三"},
        {"name": "张\u202e三"},
        {"course": "电工\n"},
        {"minutes": 65536},
        {"minutes": -1},
        {"issued": date(1999, 12, 31)},
    ],
)
def test_what_cannot_be_written_is_refused_when_made(fields: dict[str, object]) -> None:
    whole = {name: getattr(CLAIM, name) for name in Claim.__slots__}

    with pytest.raises((ValueError, OverflowError)):
        encode(Claim(**{**whole, **fields}), SIGNER)


@given(text=st.text(max_size=60))
@settings(max_examples=80)
def test_any_text_at_all_raises_nothing_but_bad_qr(text: str) -> None:
    for candidate in (text, "KQ1:" + text, "https://h/c#" + text):
        with pytest.raises(BadQr):
            decode(candidate)


@given(blob=st.binary(max_size=290))
@settings(max_examples=120)
def test_any_bytes_at_all_are_refused_or_read_but_never_verify(blob: bytes) -> None:
    text = "KQ1:" + base64.urlsafe_b64encode(b"\1\1" + blob).decode().rstrip("=")

    assert judged(text).standing is Standing.INVALID


def test_a_thousand_mutants_and_none_verifies() -> None:
    rng = random.Random(20260302)
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    standings = set()

    for _ in range(1000):
        at, sign = rng.randrange(4, len(TEXT)), rng.choice(signs)
        mutant = rng.choice(
            [
                TEXT[:at] + sign + TEXT[at + 1 :],
                TEXT[:at] + TEXT[at + 1 :],
                TEXT[:at] + sign + TEXT[at:],
                TEXT[:at],
                TEXT[:at] + TEXT[at + 1 : at + 2] + TEXT[at : at + 1] + TEXT[at + 2 :],
            ]
        )
        if mutant != TEXT:
            standings.add(judged(mutant).standing)

    assert standings == {Standing.INVALID}
    assert judged(TEXT).standing is Standing.VALID


# --- the four answers ---------------------------------------------------------------------------------------------


def test_valid() -> None:
    verdict = judged(TEXT + "\n", list_of=date(2026, 7, 1))

    assert verdict.standing.label == "有效"
    assert (verdict.claim, verdict.list_of) == (CLAIM, date(2026, 7, 1))
    assert verdict.issuer_name == "柯桥区平水镇成校"


def test_revoked_says_when() -> None:
    verdict = judged(TEXT, revoked={CLAIM.number: date(2026, 8, 1)})

    assert (verdict.standing.label, verdict.revoked) == ("已撤销", date(2026, 8, 1))
    assert verdict.reason == "签名正确，但已于 2026-08-01 撤销。"


def test_a_number_issued_anew_makes_the_old_paper_void() -> None:
    verdict = judged(TEXT, registered={CLAIM.number: b"\0" * 8})

    assert verdict.standing is Standing.REVOKED
    assert "换发新证" in verdict.reason


def test_not_yet_reported() -> None:
    unknown, no_register = judged(TEXT, registered={}), judged(TEXT, registered=None)

    assert [unknown.standing.label, no_register.standing.label] == ["未登记", "未登记"]
    assert unknown.reason != no_register.reason


def test_a_number_known_without_digest_is_valid() -> None:
    assert judged(TEXT, registered={CLAIM.number: b""}).standing is Standing.VALID


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (IssuingKey(Signer(bytes(32)).public, SCHOOL), "不在认可的名单里"),
        (IssuingKey(SIGNER.public, "别的学校"), "属于别的学校"),
        (IssuingKey(SIGNER.public, SCHOOL, since=date(2026, 7, 1)), "不在签名钥匙的有效期内"),
        (IssuingKey(SIGNER.public, SCHOOL, until=date(2026, 6, 29)), "不在签名钥匙的有效期内"),
    ],
)
def test_invalid_says_why(key: IssuingKey, words: str) -> None:
    verdict = judged(TEXT, keys=[key])

    assert verdict.standing.label == "无效"
    assert words in verdict.reason


def test_a_stolen_key_counts_only_for_what_is_registered() -> None:
    stolen = IssuingKey(SIGNER.public, SCHOOL, withdrawn=date(2026, 9, 1))

    assert judged(TEXT, keys=[stolen]).standing is Standing.VALID
    assert judged(TEXT, keys=[stolen], registered={}).standing is Standing.INVALID


# --- numbers ------------------------------------------------------------------------------------------------------


def test_the_default_number() -> None:
    number = expand_number(DEFAULT_PATTERN, region="330603", school="001", year=2026, serial=17)

    assert number == "330603001202600017" + check_character("330603001202600017")
    assert number_is_whole(DEFAULT_PATTERN, number)


def test_a_pattern_of_another_district() -> None:
    pattern = "柯成教结字〔{year}〕第{school:3}-{serial:4}{check}号"

    number = expand_number(pattern, region="330603", school="7", year=2026, serial=42)

    assert number[:-2] == "柯成教结字〔2026〕第007-0042"
    assert number_is_whole(pattern, number)
    assert not number_is_whole(pattern, number.replace("0042", "0024"))


@given(serial=st.integers(1, 99999), at=st.integers(0, 17), sign=st.sampled_from("0123456789"))
@settings(max_examples=80)
def test_one_wrong_digit_is_always_noticed(serial: int, at: int, sign: str) -> None:
    number = expand_number(DEFAULT_PATTERN, region="330603", school="001", year=2026, serial=serial)
    typed = number[:at] + sign + number[at + 1 :]

    assert number_is_whole(DEFAULT_PATTERN, typed) == (typed == number)


@pytest.mark.parametrize(
    "pattern",
    ["", "{year}", "{serial}", "{serial:5}{serial:5}", "{serial:5}{name}", "{serial:5", "{serial:0}"],
)
def test_a_pattern_that_cannot_number_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern, match="证书编号规则"):
        expand_number(pattern, region="1", school="1", year=2026, serial=1)


def test_a_serial_that_no_longer_fits_is_refused() -> None:
    with pytest.raises(UserError, match="超过了 5 位"):
        expand_number(DEFAULT_PATTERN, region="1", school="1", year=2026, serial=100000)
