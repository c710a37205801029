"""What a certificate's square is worth: 有效 · 已撤销 · 未登记 · 无效, with the reason. Pure: lists in, verdict out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kqdesk.security.certificate_qr import PURPOSE, BadQr, Claim, Square, decode
from kqdesk.security.signing import key_id, verify


class Standing(StrEnum):
    """The four answers."""

    VALID = "valid"
    REVOKED = "revoked"
    UNREPORTED = "unreported"
    INVALID = "invalid"

    @property
    def label(self) -> str:
        """As shown."""
        return {"valid": "有效", "revoked": "已撤销", "unreported": "未登记", "invalid": "无效"}[self.value]


@dataclass(frozen=True, slots=True)
class IssuingKey:
    """A public key that certificates may be signed with; both days included, None for open."""

    public: bytes
    issuer: str
    """The school code its papers must carry; empty when it may sign for any."""
    issuer_name: str = ""
    """The school's name, to be shown."""
    since: date | None = None
    until: date | None = None
    withdrawn: date | None = None
    """Lost or stolen on that day: its papers count only when they are in the register."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, its reason as a sentence, and what the paper should say (None when nothing can be trusted)."""

    standing: Standing
    reason: str
    claim: Claim | None = None
    revoked: date | None = None
    list_of: date | None = None
    """The day the register and revocation list are of; None: no list."""
    issuer_name: str = ""


def verify_certificate(
    text: str,
    *,
    keys: Iterable[IssuingKey],
    revoked: Mapping[str, date],
    registered: Mapping[str, bytes] | None,
    list_of: date | None = None,
) -> Verdict:
    """The verdict on a square's text; never raises.

    ``revoked``: number → day. ``registered``: number → the paper's digest (``certificate_qr.digest_of``; empty bytes
    when only the number is known), or None when no register is at hand.
    """
    try:
        square = decode(text.strip())
    except BadQr as error:
        return Verdict(Standing.INVALID, f"{error}。", list_of=list_of)
    matching = [key for key in keys if key_id(key.public) == square.key]
    signing = next(
        (key for key in matching if verify(key.public, PURPOSE, square.signed, square.signature)), None
    )
    if signing is None:
        why = (
            "签名不对，内容可能被改动过。" if matching else "签名的钥匙不在认可的名单里，不是认可的学校所发。"
        )
        return Verdict(Standing.INVALID, why, list_of=list_of)
    fault = _key_fault(signing, square.claim)
    if fault:
        return Verdict(Standing.INVALID, fault, square.claim, list_of=list_of)
    return replace(_standing(square, signing, revoked, registered, list_of), issuer_name=signing.issuer_name)


def _key_fault(signing: IssuingKey, claim: Claim) -> str:
    if signing.issuer and signing.issuer != claim.issuer:
        return f"签名的钥匙属于{signing.issuer}，证书上写的却是{claim.issuer}。"
    if (signing.since and claim.issued < signing.since) or (signing.until and claim.issued > signing.until):
        return f"发证日期 {claim.issued:%Y-%m-%d} 不在签名钥匙的有效期内。"
    return ""


def _standing(
    square: Square,
    signing: IssuingKey,
    revoked: Mapping[str, date],
    registered: Mapping[str, bytes] | None,
    list_of: date | None,
) -> Verdict:
    claim = square.claim
    if claim.number in revoked:
        day = revoked[claim.number]
        return Verdict(Standing.REVOKED, f"签名正确，但已于 {day:%Y-%m-%d} 撤销。", claim, day, list_of)
    if registered is None or claim.number not in registered:
        if signing.withdrawn is not None:
            why = f"签名的钥匙已于 {signing.withdrawn:%Y-%m-%d} 停用，登记簿里也没有这个编号。"
            return Verdict(Standing.INVALID, why, claim, list_of=list_of)
        why = (
            "签名正确，这里没有登记簿可查，请向发证学校核实。"
            if registered is None
            else ("签名正确，但登记簿里还没有这个编号，可能尚未上报，请向发证学校核实。")
        )
        return Verdict(Standing.UNREPORTED, why, claim, list_of=list_of)
    digest = registered[claim.number]
    if digest and digest != square.digest:
        return Verdict(Standing.REVOKED, "签名正确，但这个编号已换发新证，这一张作废。", claim, None, list_of)
    return Verdict(Standing.VALID, "签名正确，登记簿里有这张证书。", claim, list_of=list_of)
