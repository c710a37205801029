"""The hub's certificate: one that was given, or one it makes for itself at its first start.

A self-made one is trusted by its fingerprint, which every invitation carries, and by nothing else; so it says only
what it must and lasts ten years. Its private key never leaves the folder.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kqdesk.kernel.disk import atomic_write, disk_fault
from kqdesk.kernel.errors import UserError
from kqdesk.sync.invitation import fingerprint_of

LASTS = timedelta(days=3653)
_SLACK = timedelta(days=2)
"""Begun so long ago, because the clocks of two PCs differ."""
UNREADABLE = "证书文件 {path} 读不出来，应当是 PEM 格式。请检查 --certificate 指的文件。"
OVER = "证书 {path} 已于 {until} 到期。请换上新证书再启动；学校的电脑这段时间不会丢数据。"


@dataclass(frozen=True)
class Certificate:
    """Where a certificate and its private key lie."""

    chain: Path
    key: Path

    def fingerprint(self) -> bytes:
        """The 16 bytes an invitation carries."""
        return fingerprint_of(_read(self.chain).public_bytes(Encoding.DER))

    def expect_valid(self, now: datetime) -> None:
        """UserError when its time is over."""
        until = _read(self.chain).not_valid_after_utc
        if until < now:
            raise UserError(OVER.format(path=self.chain, until=f"{until:%Y-%m-%d}"))


def own_certificate(home: Path, *, now: datetime, names: Sequence[str]) -> Certificate:
    """The self-made certificate of a hub's folder; made when there is none, for these host names and addresses."""
    found = Certificate(home / "certificate.pem", home / "certificate.key")
    if found.chain.exists() and found.key.exists():
        return found
    private = ec.generate_private_key(ec.SECP256R1())
    try:
        key = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        atomic_write(found.key, key)
        atomic_write(found.chain, _self_signed(private, now, names).public_bytes(Encoding.PEM), mode=0o644)
    except OSError as wrong:
        raise disk_fault(wrong, home) from wrong
    return found


def _self_signed(
    private: ec.EllipticCurvePrivateKey, now: datetime, names: Sequence[str]
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kqdesk hub")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + LASTS)
        .add_extension(
            x509.SubjectAlternativeName([_name(text) for text in dict.fromkeys(names)]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return made.sign(private, SHA256())


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text.encode("idna").decode("ascii"))


def _read(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0]
    except (ValueError, IndexError) as wrong:
        raise UserError(UNREADABLE.format(path=path)) from wrong
    except OSError as wrong:
        raise disk_fault(wrong, path) from wrong
