"""The contents of a key file, without the disk: slots that each hold the data key, and the MAC over all of them.

Every slot is AES-256-GCM; what surrounds its ciphertext (home, kind, whose, cost, salt, public key) is bound in, so
no parameter can be lowered and no slot carried to another home. The MAC, keyed by HKDF(data key), binds the list
itself: slots cannot be swapped in, left out or put back. Three kinds, one way of sealing:

person    key from a password by argon2id; holds the data key and that person's own Ed25519 seed
recovery  key from the printed 160-bit code
escrow    key agreed by X25519 with the district's public key
"""

import hmac
import os
from datetime import datetime
from enum import StrEnum

import msgspec
from argon2.exceptions import HashingError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kqdesk.security.datakey import KEY_BYTES, DataKey, RandomBytes, derive
from kqdesk.security.kdf import Cost, password_key
from kqdesk.security.signing import SEED_BYTES, Signer

FORMAT = "kqdesk.keys"
VERSION = 1
_SALT_BYTES, _NONCE_BYTES = 16, 12


class Kind(StrEnum):
    """Who can open a slot."""

    PERSON = "person"
    RECOVERY = "recovery"
    ESCROW = "escrow"


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way in. ``who`` is the person's id in the office, ``name`` what is shown at sign-in; both are readable."""

    id: str
    kind: Kind
    who: str
    name: str
    made: str
    """ISO 8601 with zone; for the rule that passwords get old."""
    cost: Cost | None
    salt: bytes
    """Random; in an escrow slot the one-time X25519 public key."""
    public: bytes
    """The person's Ed25519 public key, or the district's X25519 public key."""
    must_change: bool
    """The password was given out by somebody else and is good for one sign-in."""
    replaces: str
    """Id of the slot this one takes the place of; empty for none."""
    nonce: bytes = b""
    sealed: bytes = b""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole key file."""

    format: str
    version: int
    home: str
    generation: int
    """Goes up by one with every writing."""
    slots: tuple[Slot, ...]
    mac: bytes = b""

    def people(self) -> tuple[Slot, ...]:
        """The slots of persons, in the order they were added."""
        return tuple(slot for slot in self.slots if slot.kind is Kind.PERSON)


class WrongSecret(Exception):
    """The secret does not open this slot, or the slot was tampered with: nobody can tell which."""


def seal_person(
    key: DataKey,
    signer: Signer,
    password: str,
    *,
    home: str,
    who: str,
    name: str,
    cost: Cost,
    now: datetime,
    must_change: bool = False,
    replaces: str = "",
    random_bytes: RandomBytes = os.urandom,
) -> Slot:
    """A person's slot; ``now`` aware."""
    slot = Slot(
        id=random_bytes(8).hex(),
        kind=Kind.PERSON,
        who=who,
        name=name,
        made=now.isoformat(timespec="seconds"),
        cost=cost,
        salt=random_bytes(_SALT_BYTES),
        public=signer.public,
        must_change=must_change,
        replaces=replaces,
    )
    return _sealed(
        slot, home, password_key(password, slot.salt, cost), key.reveal() + signer.seed, random_bytes
    )


def seal_recovery(
    key: DataKey, code: bytes, *, home: str, now: datetime, random_bytes: RandomBytes = os.urandom
) -> Slot:
    """The slot of the printed code; the code is random, so no slow derivation is needed."""
    salt = random_bytes(_SALT_BYTES)
    slot = _impersonal(Kind.RECOVERY, "恢复码", salt, b"", now, random_bytes)
    return _sealed(slot, home, code, key.reveal(), random_bytes)


def seal_escrow(
    key: DataKey,
    public: bytes,
    *,
    home: str,
    name: str,
    now: datetime,
    random_bytes: RandomBytes = os.urandom,
) -> Slot:
    """A slot for the holder of an X25519 private key; ``public`` is its 32 bytes."""
    once = X25519PrivateKey.from_private_bytes(random_bytes(KEY_BYTES))
    slot = _impersonal(Kind.ESCROW, name, once.public_key().public_bytes_raw(), public, now, random_bytes)
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    return _sealed(slot, home, shared, key.reveal(), random_bytes)


def open_person(home: str, slot: Slot, password: str) -> tuple[DataKey, Signer]:
    """The data key and the person's own key; raises ``WrongSecret``."""
    if slot.cost is None:
        raise WrongSecret
    try:
        secret = password_key(password, slot.salt, slot.cost)
    except HashingError:  # parameters argon2 cannot work with: nothing we ever wrote
        raise WrongSecret from None
    plain = _opened(slot, home, secret)
    signer = Signer(plain[KEY_BYTES:]) if len(plain) == KEY_BYTES + SEED_BYTES else None
    if signer is None or signer.public != slot.public:
        raise WrongSecret
    return DataKey(plain[:KEY_BYTES]), signer


def open_recovery(home: str, slot: Slot, code: bytes) -> DataKey:
    """The data key; raises ``WrongSecret``."""
    return DataKey(_opened(slot, home, code))


def open_escrow(home: str, slot: Slot, private: bytes) -> DataKey:
    """The data key, for the district's X25519 private key; raises ``WrongSecret``."""
    try:
        shared = X25519PrivateKey.from_private_bytes(private).exchange(
            X25519PublicKey.from_public_bytes(slot.salt)
        )
    except ValueError:
        raise WrongSecret from None
    return DataKey(_opened(slot, home, shared))


def with_slots(header: Header, slots: tuple[Slot, ...], key: DataKey) -> Header:
    """The next generation of a header with these slots, MACed."""
    bare = msgspec.structs.replace(header, slots=slots, generation=header.generation + 1, mac=b"")
    return msgspec.structs.replace(bare, mac=_mac(bare, key))


def is_genuine(header: Header, key: DataKey) -> bool:
    """Whether this header was written by somebody who had ``key`` and stands as it was written."""
    return hmac.compare_digest(header.mac, _mac(msgspec.structs.replace(header, mac=b""), key))


def _mac(bare: Header, key: DataKey) -> bytes:
    return hmac.digest(key.subkey("keyfile-mac"), msgspec.json.encode(bare), "sha256")


def _impersonal(
    kind: Kind, name: str, salt: bytes, public: bytes, now: datetime, random_bytes: RandomBytes
) -> Slot:
    return Slot(
        id=random_bytes(8).hex(),
        kind=kind,
        who="",
        name=name,
        made=now.isoformat(timespec="seconds"),
        cost=None,
        salt=salt,
        public=public,
        must_change=False,
        replaces="",
    )


def _sealed(slot: Slot, home: str, secret: bytes, plain: bytes, random_bytes: RandomBytes) -> Slot:
    nonce = random_bytes(_NONCE_BYTES)
    box = AESGCM(_wrapping_key(slot, secret)).encrypt(nonce, plain, _bound(slot, home))
    return msgspec.structs.replace(slot, nonce=nonce, sealed=box)


def _opened(slot: Slot, home: str, secret: bytes) -> bytes:
    try:
        return AESGCM(_wrapping_key(slot, secret)).decrypt(slot.nonce, slot.sealed, _bound(slot, home))
    except (InvalidTag, ValueError):
        raise WrongSecret from None


def _wrapping_key(slot: Slot, secret: bytes) -> bytes:
    return derive(secret, label=f"slot/{slot.kind}", salt=slot.salt + slot.public)


def _bound(slot: Slot, home: str) -> bytes:
    """Everything of a slot but its ciphertext, in one unambiguous form."""
    bare = msgspec.structs.replace(slot, nonce=b"", sealed=b"")
    return msgspec.json.encode([FORMAT, VERSION, home, bare])
