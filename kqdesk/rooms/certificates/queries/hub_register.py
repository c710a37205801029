"""Keys and register of one school as they lie at the hub, for whoever verifies a certificate there."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.security.certificate_qr import digest_of
from kqdesk.security.certificate_verdict import IssuingKey

CERTIFICATE = "completion_certificate"


def hub_keys(
    connection: Connection, tables: Callable[[str], Table], school: str, name: str
) -> list[IssuingKey]:
    """The school's own keys with its code and name. One statement."""
    key = tables("signing_key")
    wanted = (
        select(key.c.public_key, key.c.since, key.c.until).where(key.c.school == school).order_by(key.c.id)
    )
    return [
        IssuingKey(bytes.fromhex(public), school, name, since, until)
        for public, since, until in connection.execute(wanted)
    ]


def hub_register(
    connection: Connection, tables: Callable[[str], Table], school: str, number: str, opened: Callable[[str, str, object], Any]
) -> tuple[dict[str, bytes], dict[str, date]]:  # fmt: skip
    """Of one number of one school: number → digest of the paper, number → day it was revoked. One statement."""
    row = tables(CERTIFICATE)
    wanted = select(row.c.state, row.c.qr_text, row.c.revoked_on).where(
        row.c.school == school, row.c.serial_no == number, row.c.state != CertificateState.DRAWN
    )
    registered: dict[str, bytes] = {}
    revoked: dict[str, date] = {}
    for state, qr, on in connection.execute(wanted):
        text = opened(CERTIFICATE, "qr_text", qr)
        registered[number] = digest_of(text) if text else b""
        if state == CertificateState.REVOKED and on is not None:
            revoked[number] = on
    return registered, revoked
