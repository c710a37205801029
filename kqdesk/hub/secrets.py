"""The one secret of a hub: 32 bytes from which every other key follows.

It lies in ``hub.keys`` beside the database, for one user's eyes only, or comes from ``KQDESK_HUB_KEY`` and is then
written nowhere. A copy must be kept apart from the database's backups: without it a backup cannot be opened, and with
both in one hand the encryption is worth nothing.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from kqdesk.kernel.disk import atomic_write, disk_fault
from kqdesk.kernel.errors import UserError
from kqdesk.security.datakey import DataKey, RandomBytes
from kqdesk.security.signing import Signer

KEY_VARIABLE = "KQDESK_HUB_KEY"
BAD_KEY = f"数据站的密钥读不出来：它应当是 64 位十六进制字符。请放回原来的 hub.keys，或检查 {KEY_VARIABLE}。"
OPEN_TO_OTHERS = "数据站的密钥文件 {path} 别的用户也能读。请先执行 chmod 600，再启动。"
LOST = "数据站的数据库在，密钥文件 {path} 不在。请把它从另外保管的地方放回来；没有它，数据库打不开。"
NOT_THIS = (
    "手上的密钥不是这个数据库的：各校电脑不认它，加密的栏目也读不出来。请把原来的 hub.keys 放回 {path}。"
)
_HEX = re.compile(r"[0-9a-fA-F]{64}")


class HubKeys:
    """Every key of one hub, all from the one secret."""

    def __init__(self, secret: bytes) -> None:
        self._key = DataKey(secret)
        self.signer = Signer(self._key.subkey("hub-sign"))
        """Signs replies; its public half is what stations remember."""

    @property
    def columns(self) -> bytes:
        """Encrypts the columns that are secret."""
        return self._key.subkey("hub-columns")

    @property
    def files(self) -> bytes:
        """Encrypts photos and scans."""
        return self._key.subkey("hub-files")

    @property
    def peers(self) -> bytes:
        """Turns an address into a word of the log that tells nobody where it is."""
        return self._key.subkey("hub-peers")

    @property
    def check(self) -> str:
        """What a database bears so that another hub's key is noticed; tells nothing of the key."""
        return self._key.subkey("hub-check").hex()

    def database(self) -> str:
        """SQLCipher's raw key."""
        return f"x'{self._key.subkey('hub-database').hex()}'"


def hub_keys(
    path: Path, environ: Mapping[str, str], *, used: bool, random_bytes: RandomBytes = os.urandom
) -> HubKeys:
    """The hub's keys from the environment, else from the file, made when there is none.

    used: there is data already, so a missing file is a fault and never a new key.
    """
    given = environ.get(KEY_VARIABLE, "").strip()
    if given:
        return HubKeys(_secret(given))
    try:
        if not path.exists():
            if used:
                raise UserError(LOST.format(path=path))
            atomic_write(path, random_bytes(32).hex().encode("ascii") + b"\n")
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise UserError(OPEN_TO_OTHERS.format(path=path))
        return HubKeys(_secret(path.read_text("ascii").strip()))
    except UnicodeDecodeError as wrong:
        raise UserError(BAD_KEY) from wrong
    except OSError as wrong:
        raise disk_fault(wrong, path) from wrong


def _secret(text: str) -> bytes:
    if not _HEX.fullmatch(text):
        raise UserError(BAD_KEY)
    return bytes.fromhex(text)
