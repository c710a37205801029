"""The verify page's script and the program give the same answer, word for word, on every text."""

import json
import random
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import quickjs
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.resources import resource
from kqdesk.security.certificate_qr import decode, digest_of, encode
from kqdesk.security.certificate_verdict import IssuingKey, Verdict, verify_certificate
from kqdesk.security.signing import key_id
from tests.security.test_certificate import CLAIM, GOLDEN, KEY, SIGNER, TEXT

FOLDER = Path(resource("verify"))
DAY = date(2026, 7, 1)
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.fixture(scope="module")
def script() -> quickjs.Context:
    """The page's script as a phone would run it."""
    context = quickjs.Context()
    context.eval("var self = this;")  # tweetnacl looks for a window
    for name in ("nacl-fast.min.js", "verify.js"):
        context.eval((FOLDER / name).read_text("utf-8"))
    context.eval(
        "var nacl = self.nacl; function answer(text, lists) { return JSON.stringify(KQ.verify(text, lists)); }"
    )
    return context


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def lists_of(
    keys: list[IssuingKey],
    revoked: dict[str, date],
    registered: dict[str, bytes] | None,
    list_of: date | None = None,
) -> dict[str, Any]:
    """The lists as the page gets them."""
    return {
        "keys": [
            {"id": key_id(k.public).hex(), "public": k.public.hex(), "issuer": k.issuer, "issuer_name": k.issuer_name,
             "since": day(k.since), "until": day(k.until), "withdrawn": day(k.withdrawn)}
            for k in keys
        ],
        "revoked": {number: on.isoformat() for number, on in revoked.items()},
        "registered": None if registered is None else {number: digest.hex() for number, digest in registered.items()},
        "list_of": day(list_of),
    }  # fmt: skip


def by_page(script: quickjs.Context, text: str, lists: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(script.eval(f"answer({json.dumps(text)}, {json.dumps(lists)})"))
    return told


def by_program(verdict: Verdict) -> dict[str, Any]:
    claim = verdict.claim
    return {
        "standing": verdict.standing.value, "label": verdict.standing.label, "reason": verdict.reason,
        "claim": None if claim is None else {
            "number": claim.number, "name": claim.name, "issuer": claim.issuer, "issued": claim.issued.isoformat(),
            "course": claim.course, "minutes": claim.minutes,
        },
        "list_of": day(verdict.list_of), "issuer_name": verdict.issuer_name,
    }  # fmt: skip


def both(script: quickjs.Context, text: str, **given_lists: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    lists = {
        "keys": [KEY],
        "revoked": {},
        "registered": {CLAIM.number: digest_of(TEXT)},
        "list_of": DAY,
        **given_lists,
    }
    return by_page(script, text, lists_of(**lists)), by_program(verify_certificate(text, **lists))


@pytest.mark.parametrize(
    "vector",
    [v for group in ("valid", "malformed", "forged") for v in GOLDEN[group]],
    ids=lambda vector: vector["why"],
)
@pytest.mark.parametrize("registered", [None, {}], ids=["no register", "empty register"])
def test_the_page_agrees_on_every_golden_vector(script, vector: dict[str, str], registered):
    keys = [IssuingKey(bytes.fromhex(public), "") for public in GOLDEN["publics"]]

    page, program = both(script, vector["text"], keys=keys, registered=registered)

    assert page == program


NEWER = encode(CLAIM, SIGNER, "v.example.gov.cn").replace("v.example.gov.cn", "w.example.gov.cn")
LISTS: list[tuple[str, dict[str, Any], str]] = [
    ("registered", {}, "valid"),
    ("revoked", {"revoked": {CLAIM.number: DAY}}, "revoked"),
    ("not reported", {"registered": {}}, "unreported"),
    ("no register", {"registered": None, "list_of": None}, "unreported"),
    ("only the number known", {"registered": {CLAIM.number: b""}}, "valid"),
    ("another paper of this number", {"registered": {CLAIM.number: bytes(8)}}, "revoked"),
    ("another school's key", {"keys": [IssuingKey(SIGNER.public, "330603099", "别的学校")]}, "invalid"),
    ("key not valid yet", {"keys": [IssuingKey(SIGNER.public, "", "", date(2027, 1, 1))]}, "invalid"),
    ("key expired", {"keys": [IssuingKey(SIGNER.public, "", "", None, date(2026, 1, 1))]}, "invalid"),
    (
        "stolen key, not registered",
        {"keys": [IssuingKey(SIGNER.public, "", withdrawn=DAY)], "registered": {}},
        "invalid",
    ),
    ("stolen key, registered", {"keys": [IssuingKey(SIGNER.public, "", withdrawn=DAY)]}, "valid"),
    ("nobody's key", {"keys": []}, "invalid"),
]


@pytest.mark.parametrize(("why", "lists", "standing"), LISTS, ids=[why for why, *_ in LISTS])
def test_each_of_the_four_answers_in_the_same_words(script, why: str, lists: dict[str, Any], standing: str):
    page, program = both(script, TEXT, **lists)

    assert page == program
    assert page["standing"] == standing


def test_the_host_of_a_square_changes_nothing(script):
    page, program = both(script, NEWER)

    assert page == program
    assert page["standing"] == "valid"


@pytest.mark.parametrize("seed", range(3))
def test_no_mutated_square_is_valid_on_the_page(script, seed: int):
    rng, signs = random.Random(seed), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_KQ1: #"
    for _ in range(40):
        letters = list(TEXT)
        for _ in range(rng.randint(1, 3)):
            place = rng.randrange(4, len(letters))
            letters[place] = rng.choice(signs)
        text = "".join(letters)

        page, program = both(script, text)

        assert page == program
        assert text == TEXT or page["standing"] == "invalid"


def test_a_second_form_of_the_same_signature_is_refused_by_both(script):
    square = decode(TEXT)
    twin = int.from_bytes(square.signature[32:], "little") + ORDER
    import base64  # noqa: PLC0415 -- only this forgery needs it

    forged = square.signed + square.signature[:32] + twin.to_bytes(32, "little")
    text = "KQ1:" + base64.urlsafe_b64encode(forged).decode().rstrip("=")

    page, program = both(script, text)

    assert page == program
    assert page["standing"] == "invalid"


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_all_gets_the_same_answer(script, text: str):
    page, program = both(script, text)

    assert page == program


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=70, max_size=200))
def test_any_bytes_behind_the_prefix_get_the_same_answer(script, blob: bytes):
    import base64  # noqa: PLC0415 -- only here and above

    text = "KQ1:" + base64.urlsafe_b64encode(b"\x01\x01" + blob).decode().rstrip("=")

    page, program = both(script, text)

    assert page == program


def test_hidden_signs_are_the_programs_own(script):
    ranges = json.loads(script.eval("JSON.stringify(KQ.HIDDEN)"))
    page = {code for first, last in ranges for code in range(first, last + 1)}
    program = {n for n in range(0x110000) if unicodedata.category(chr(n)) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    blanks = json.loads(script.eval("JSON.stringify(KQ.BLANKS)"))

    assert program - page == set()
    assert {unicodedata.category(chr(n)) for n in page - program} <= {
        "Cn"
    }  # a newer Unicode than this Python's
    assert {code for first, last in blanks for code in range(first, last + 1)} == {
        n for n in range(0x110000) if chr(n).isspace()
    }


def test_the_page_loads_nothing_from_elsewhere():
    page = (FOLDER / "index.html").read_text("utf-8")
    own = (FOLDER / "page.js").read_text("utf-8") + (FOLDER / "verify.js").read_text("utf-8")

    assert "default-src 'none'" in page
    assert "innerHTML" not in own
    assert "fetch(" not in own
    assert "XMLHttpRequest" not in own
