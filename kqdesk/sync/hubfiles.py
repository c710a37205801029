"""Photos and scans at the hub: kept in sealed parts as they arrive, whole once their SHA-256 is right, never in the way of rows."""

import os
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kqdesk.kernel.disk import atomic_write
from kqdesk.kernel.errors import UserError
from kqdesk.store.attachments import LARGEST
from kqdesk.sync.asking import Reply
from kqdesk.sync.books import HubBooks
from kqdesk.sync.wire import AskFiles, AskPart, FileNote, FilePart, Files, Got, WireFault, decode, encode

PART = 256 << 10
_NONCE = 12
_DIGEST = 64
_MOST_NAMES = 5_000
DAMAGED = "数据站里的一份附件已损坏，请在还有它的电脑上重新同步，或从数据站的备份恢复。"


class HubFiles:
    """The folder ``files`` of a hub's home. ``key``: 32 bytes, outside the database."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder, self._gcm = folder, AESGCM(key)

    def answer(self, books: HubBooks, school: str, station: str, now: str, path: str, body: bytes) -> Reply:
        """``have``, ``part`` (send one) and ``read`` (get one) under ``/v1/files/``."""
        if path.endswith("/have"):
            return Reply(200, encode(self._have(books, school, decode(AskFiles, body))))
        if path.endswith("/part"):
            return Reply(200, encode(self._take(books, school, station, now, decode(FilePart, body))))
        if path.endswith("/read"):
            found = self._read(books, school, decode(AskPart, body))
            return Reply(404) if found is None else Reply(200, encode(found))
        return Reply(404)

    # ------------------------------------------------------------------ what there is

    def _have(self, books: HubBooks, school: str, ask: AskFiles) -> Files:
        if len(ask.digests) > _MOST_NAMES:
            raise WireFault("more names than a question may have")
        with books.reading() as conn:
            rows = list(
                books.by_ids(
                    conn,
                    "digest,sha256,size,have FROM hub_file",
                    "school=? AND digest",
                    ask.digests,
                    (school,),
                )
            )
        whole = [FileNote(row[0], row[1], row[2]) for row in rows if row[2] == row[3]]
        return Files(whole, {row[0]: row[3] for row in rows if row[2] != row[3]})

    def _note(self, books: HubBooks, school: str, digest: str) -> tuple[str, int, int] | None:
        with books.reading() as conn:
            sql = "SELECT sha256,size,have FROM hub_file WHERE school=? AND digest=?"
            row = books.run(conn, sql, (school, digest)).one_or_none()
        return None if row is None else (row[0], int(row[1]), int(row[2]))

    # ------------------------------------------------------------------ parts

    def _take(self, books: HubBooks, school: str, station: str, now: str, part: FilePart) -> Got:
        note = part.note
        _expect_note(note, part)
        there = self._note(books, school, note.digest)
        if there is not None and there[2] == there[1]:
            return Got(there[1])  # whole; another body under its name is never taken
        if there is not None and there[:2] != (note.sha256, note.size):
            there = None  # begun by somebody who named other bytes: begins anew
        have = there[2] if there else 0
        if part.offset != have or len(part.content) != min(PART, note.size - have):
            return Got(have)
        self._write(school, note.digest, have // PART, part.content)
        have += len(part.content)
        if have == note.size and not self._is_whole(school, note):
            have = 0
        with books.writing(school) as (conn, _):
            books.run(
                conn,
                "INSERT INTO hub_file(school,digest,sha256,size,have,station,at) VALUES(?,?,?,?,?,?,?)"
                " ON CONFLICT(school,digest) DO UPDATE SET sha256=excluded.sha256,size=excluded.size,"
                "have=excluded.have,station=excluded.station,at=excluded.at",
                (school, note.digest, note.sha256, note.size, have, station, now),
            )
        return Got(have)

    def _read(self, books: HubBooks, school: str, ask: AskPart) -> FilePart | None:
        there = self._note(books, school, ask.digest)
        if (
            there is None
            or there[1] != there[2]
            or ask.offset % PART
            or not 0 <= ask.offset < max(1, there[1])
        ):
            return None
        content = self._open(school, ask.digest, ask.offset // PART) if there[1] else b""
        return FilePart(FileNote(ask.digest, there[0], there[1]), ask.offset, content)

    def whole(self, books: HubBooks, school: str, digest: str) -> bytes | None:
        """All bytes of a file, for the hub's own pages; None while it is not all here."""
        there = self._note(books, school, digest)
        if there is None or there[1] != there[2]:
            return None
        return b"".join(self._open(school, digest, number) for number in range(-(-there[1] // PART)))

    def _is_whole(self, school: str, note: FileNote) -> bool:
        digest = sha256()
        for number in range(-(-note.size // PART)):
            digest.update(self._open(school, note.digest, number))
        return digest.hexdigest() == note.sha256

    def _path(self, school: str, digest: str, number: int) -> Path:
        folder = self.folder / sha256(school.encode()).hexdigest()[:16] / digest[:2]
        return folder / f"{digest}.{number:04d}"

    def _write(self, school: str, digest: str, number: int, content: bytes) -> None:
        path, nonce = self._path(school, digest, number), os.urandom(_NONCE)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic_write(path, nonce + self._gcm.encrypt(nonce, content, path.name.encode()))

    def _open(self, school: str, digest: str, number: int) -> bytes:
        path = self._path(school, digest, number)
        try:
            sealed = path.read_bytes()
            return self._gcm.decrypt(sealed[:_NONCE], sealed[_NONCE:], path.name.encode())
        except (FileNotFoundError, InvalidTag, ValueError):
            raise UserError(DAMAGED) from None


def _expect_note(note: FileNote, part: FilePart) -> None:
    names = (note.digest, note.sha256)
    if any(len(name) != _DIGEST or not set(name) <= set("0123456789abcdef") for name in names):
        raise WireFault("a file's name is wrong")
    if not 0 < note.size <= LARGEST or not 0 <= part.offset < note.size or len(part.content) > PART:
        raise WireFault("a file's size is wrong")
