"""Photos and scans between station and hub: after the rows, in parts, going on where the line broke.

A file is named in the rows by the digest its own station gave it; its identity on the way is the SHA-256 of the plain
bytes. It travels open inside the signed and encrypted line and is sealed anew with the keys of wherever it arrives.
"""

from collections.abc import Callable, Generator, Sequence
from hashlib import sha256
from typing import Any

from kqdesk.kernel.errors import UserError
from kqdesk.store.attachments import Attachments
from kqdesk.store.store import Store
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.wire import AskFiles, AskPart, FileNote, FilePart, Files, Got, encode

PART = 256 << 10
A_ROUND = 32 << 20  # bytes of files a round carries each way at most, so that rows are never kept waiting
_MANY = 1_000
Asking = Callable[[Ask, Any], Generator[Ask, Reply, Any]]


class Parcels:
    """One home's files on their way."""

    def __init__(self, store: Store, attachments: Attachments) -> None:
        self._store, self._attachments = store, attachments

    def carry(self, ask: Asking) -> Generator[Ask, Reply, int]:
        """Send what the hub lacks and fetch what is lacking here; how many files that were."""
        named = self._named()
        settled = self._settled()
        here = {digest for digest in named if self._attachments.path_of(digest).exists()}
        sent = yield from self._send(
            ask, [digest for digest in named if digest in here and digest not in settled]
        )
        got = yield from self._fetch(ask, [digest for digest in named if digest not in here])
        return sent + got

    def _named(self) -> list[str]:
        with self._store.asking() as conn:
            rows = conn.exec_driver_sql("SELECT DISTINCT digest FROM attachment ORDER BY id")
            return [row[0] for row in rows if len(row[0]) == 64 and row[0].isalnum()]

    def _settled(self) -> set[str]:
        with self._store.asking() as conn:
            return {row[0] for row in conn.exec_driver_sql("SELECT digest FROM sync_file")}

    def _note(self, note: FileNote, state: str) -> None:
        self._store.bookkeep(
            lambda conn: conn.exec_driver_sql(
                "INSERT INTO sync_file(digest,sha256,size,state) VALUES(?,?,?,?)"
                " ON CONFLICT(digest) DO UPDATE SET state=excluded.state",
                (note.digest, note.sha256, note.size, state),
            )
        )

    def _send(self, ask: Asking, digests: Sequence[str]) -> Generator[Ask, Reply, int]:
        done = budget = 0
        for start in range(0, len(digests), _MANY):
            part = list(digests[start : start + _MANY])
            there: Files = yield from ask(Ask("POST", "/v1/files/have", encode(AskFiles(part))), Files)
            whole = {note.digest: note for note in there.whole}
            for digest in part:
                if digest in whole:
                    self._note(whole[digest], "sent")
                elif budget < A_ROUND:
                    carried = yield from self._send_one(ask, digest, there.begun.get(digest, 0))
                    budget += carried
                    done += 1 if carried else 0
        return done

    def _send_one(self, ask: Asking, digest: str, begun: int) -> Generator[Ask, Reply, int]:
        try:
            content = self._attachments.read(digest)
        except UserError:  # damaged here: reading it says so to people; another station may have it whole
            return 0
        if not content:
            return 0
        note = FileNote(digest, sha256(content).hexdigest(), len(content))
        offset = begun if begun % PART == 0 and begun < len(content) else 0
        for _ in range(2 * (len(content) // PART + 2)):
            part = FilePart(note, offset, content[offset : offset + PART])
            got: Got = yield from ask(Ask("POST", "/v1/files/part", encode(part)), Got)
            if got.size == len(content):
                self._note(note, "sent")
                return len(content)
            offset = got.size
        return 0

    def _fetch(self, ask: Asking, digests: Sequence[str]) -> Generator[Ask, Reply, int]:
        done = budget = 0
        for start in range(0, len(digests), _MANY):
            part = list(digests[start : start + _MANY])
            there: Files = yield from ask(Ask("POST", "/v1/files/have", encode(AskFiles(part))), Files)
            for note in there.whole:
                if budget < A_ROUND:
                    budget += note.size
                    done += yield from self._fetch_one(ask, note)
        return done

    def _fetch_one(self, ask: Asking, note: FileNote) -> Generator[Ask, Reply, int]:
        content = bytearray()
        while len(content) < note.size:
            question = AskPart(note.digest, len(content))
            part: FilePart = yield from ask(Ask("POST", "/v1/files/read", encode(question)), FilePart)
            if not part.content or part.note != note:
                return 0
            content += part.content
        if sha256(content).hexdigest() != note.sha256:
            return 0
        self._attachments.keep_as(note.digest, bytes(content))
        self._note(note, "got")
        return 1
