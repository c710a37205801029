"""What a square is worth, by this home's keys and register."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.certificates.model import CompletionCertificate, SigningKey
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.office.queries import school_card
from kqdesk.security.certificate_qr import BadQr, decode, digest_of
from kqdesk.security.certificate_verdict import IssuingKey, Verdict, verify_certificate
from kqdesk.security.signing import key_id

# -- verification ---------------------------------------------------------------------------------


def issuing_keys(session: Session) -> list[IssuingKey]:
    """The school's own keys with its code and name; two statements."""
    school = school_card(session)
    code, name = (school.code, school.name) if school else ("", "")
    found = session.scalars(select(SigningKey).order_by(SigningKey.since, SigningKey.id))
    return [IssuingKey(bytes.fromhex(k.public_key), code, name, k.since, k.until) for k in found]


def verdict(session: Session, text: str, today: date) -> Verdict:
    """有效 · 已撤销 · 未登记 · 无效 for a square's text, by this home's keys and register; a fixed few statements."""
    try:
        number = decode(text.strip()).claim.number
    except BadQr:
        number = ""
    registered, revoked = register(session, number)
    return verify_certificate(
        text, keys=issuing_keys(session), revoked=revoked, registered=registered, list_of=today
    )


def register(session: Session, number: str | None = None) -> tuple[dict[str, bytes], dict[str, date]]:
    """Number → digest of the paper, number → day it was revoked; of one number or of all. One statement."""
    wanted = select(
        CompletionCertificate.serial_no,
        CompletionCertificate.state,
        CompletionCertificate.qr_text,
        CompletionCertificate.revoked_on,
    ).where(CompletionCertificate.state != CertificateState.DRAWN)
    if number is not None:
        wanted = wanted.where(CompletionCertificate.serial_no == number)
    registered: dict[str, bytes] = {}
    revoked: dict[str, date] = {}
    for no, state, qr, on in session.execute(wanted):
        registered[no] = digest_of(qr) if qr else b""
        if state is CertificateState.REVOKED and on is not None:
            revoked[no] = on
    return registered, revoked


def page_lists(session: Session, today: date) -> dict[str, Any]:
    """What the verify page needs to answer without a network: keys, numbers with digests, revocations. No names."""
    registered, revoked = register(session)
    school = school_card(session)
    return {
        "title": school.name if school else "",
        "list_of": today.isoformat(),
        "keys": [
            {
                "id": key_id(key.public).hex(), "public": key.public.hex(), "issuer": key.issuer,
                "issuer_name": key.issuer_name, "since": _day(key.since), "until": _day(key.until),
                "withdrawn": _day(key.withdrawn),
            }
            for key in issuing_keys(session)
        ],
        "registered": {number: digest.hex() for number, digest in registered.items()},
        "revoked": {number: on.isoformat() for number, on in revoked.items()},
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
