"""Which certificate a hub must show: one signed by a public authority, or the very one the invitation named.

A named certificate is fetched first, with nothing said to whoever shows it, and compared by its fingerprint; only
then is it trusted, and it alone. That its time has not begun is no fault (an old PC that lost its clock says 2015);
that it is over is one, and the sentence names both causes.
"""

import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography import x509

from kqdesk.sync.invitation import fingerprint_of

_NO_CHECK_TIME = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME: the ssl module does not name it
_EXPIRED, _NOT_YET = 10, 9  # OpenSSL's verify codes
CHANGED = (
    "数据站的证书和加入时不一样了：可能是它换了证书，也可能有人在中间冒充。"
    "请给管数据站的人打电话核对指纹；确实换了，就用新的邀请码在“数据交换”里重新加入。"
)
EXPIRED = (
    "数据站的证书过期了（{until}到期），或者这台电脑的日期不对（现在是 {now}）。"
    "先看看电脑的日期；日期对，就请管数据站的人换证书。数据都在本机，没有丢。"
)
UNTRUSTED = "数据站（{host}）的证书不可信：{why}。请向管数据站的人要一个新的邀请码，它会带上正确的指纹。"


class CertificateFault(Exception):
    """Not the certificate that was expected; the text says so to people."""


def parts_of(url: str) -> tuple[str, int]:
    """Host and port of a hub's address."""
    found = urlsplit(url)
    return found.hostname or "", found.port or (80 if found.scheme == "http" else 443)


def trusting(url: str, fingerprint: bytes, seconds: float, now: datetime | None = None) -> ssl.SSLContext:
    """A context that accepts this hub and nobody else. ``CertificateFault``, or OSError when nobody answers."""
    host, port = parts_of(url)
    if not fingerprint:
        return _public(host, port, seconds)
    der = _shown(host, port, seconds)
    if fingerprint_of(der) != fingerprint:
        raise CertificateFault(CHANGED)
    until = x509.load_der_x509_certificate(der).not_valid_after_utc
    now = now or datetime.now(UTC)
    if until < now:
        raise CertificateFault(EXPIRED.format(until=f"{until:%Y-%m-%d} ", now=f"{now:%Y-%m-%d}"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # the one certificate is the identity, whatever the address is called
    context.verify_flags = ssl.VerifyFlags(ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME)
    context.load_verify_locations(cadata=ssl.DER_cert_to_PEM_cert(der))
    return context


def _public(host: str, port: int, seconds: float) -> ssl.SSLContext:
    """The system's authorities; tried once so that a fault is told by its reason."""
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), seconds) as wire,
            context.wrap_socket(wire, server_hostname=host),
        ):
            return context
    except ssl.SSLCertVerificationError as wrong:
        raise CertificateFault(_why(host, wrong)) from wrong
    except ssl.SSLError as wrong:
        raise ConnectionError(str(wrong)) from wrong


def _why(host: str, wrong: ssl.SSLCertVerificationError) -> str:
    if wrong.verify_code in (_EXPIRED, _NOT_YET):
        return EXPIRED.format(until="已经", now=f"{datetime.now(UTC):%Y-%m-%d}")
    return UNTRUSTED.format(host=host, why=wrong.verify_message)


def _shown(host: str, port: int, seconds: float) -> bytes:
    """The certificate whoever listens there shows; nothing is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((host, port), seconds) as wire:
        wire.settimeout(seconds)
        try:
            with context.wrap_socket(wire, server_hostname=host) as dressed, suppress(ssl.SSLError, OSError):
                der = dressed.getpeercert(binary_form=True)
                if der:
                    return der
        except ssl.SSLError as wrong:
            raise ConnectionError(str(wrong)) from wrong
    raise ConnectionError("no certificate")
