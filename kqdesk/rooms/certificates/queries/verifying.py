"""What a square is worth, by this home's keys and register."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kqdesk.rooms.certificates.model import CompletionCertificate, SigningKey
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.office.queries import school_card
from kqdesk.security.certificate_qr import BadQr, decode, digest_of
from kqdesk.security.certificate_verdict import IssuingKey, Verdict, verify_certificate

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
    found = session.execute(
        select(
            CompletionCertificate.serial_no,
            CompletionCertificate.state,
            CompletionCertificate.qr_text,
            CompletionCertificate.revoked_on,
        ).where(
            CompletionCertificate.serial_no == number, CompletionCertificate.state != CertificateState.DRAWN
        )
    ).all()
    registered = {no: digest_of(qr) if qr else b"" for no, _, qr, _ in found}
    revoked = {no: on for no, state, _, on in found if state is CertificateState.REVOKED and on is not None}
    return verify_certificate(
        text, keys=issuing_keys(session), revoked=revoked, registered=registered, list_of=today
    )
