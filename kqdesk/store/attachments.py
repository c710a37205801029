"""Photos, scans and papers: encrypted files named by their content, and the journaled index of what belongs to whom.

The bytes are kept first (``Attachments.keep``, by a job), the row that names them is written by an action
(``attach``): a kill in between leaves a file nobody names, never a row without its file. The same bytes are kept
once. Names are a keyed digest, so a folder listing does not tell which known picture is in it.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, Session

from kqdesk.kernel.disk import atomic_write, disk_fault
from kqdesk.kernel.errors import NotAllowed, Unreachable, UserError
from kqdesk.kernel.progress import Progress
from kqdesk.store.actions import Writing
from kqdesk.store.base import Base, about, field

LARGEST = 32 << 20  # bytes of one file; a 600 dpi colour page has about 12 MB as JPEG
MISSING = "附件「{name}」的文件不在本机：它可能还没有从别的电脑同步过来，或被移走了。请同步，或从备份恢复。"
TOO_LARGE = (
    "这个文件有 {size} MB，超过了一份附件最多 {most} MB 的上限。请降低扫描分辨率（150–300 dpi 就够）再放入。"
)


class Attachment(Base):
    """One file that belongs to one row of any table."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_owner", "school", "owner_table", "owner_id"),
        about("附件", title="name"),
    )

    owner_table: Mapped[str] = field("所属表")
    owner_id: Mapped[str] = field("所属行")
    purpose: Mapped[str] = field(
        "用途"
    )  # photo, scan, proof, original …: a word the owning room defines in its terms
    digest: Mapped[str] = field("文件", index=True)
    name: Mapped[str] = field("文件名", secret=True)
    media: Mapped[str] = field("类型")  # image/jpeg, application/pdf …
    size: Mapped[int] = field("字节数")
    page: Mapped[int] = field("页", default=1)
    added_at: Mapped[datetime] = field("放入时间")
    added_by: Mapped[str] = field("放入人")


@dataclass(frozen=True)
class AttachmentRow:
    """One attachment as pages and papers see it."""

    attachment_id: str
    owner_id: str
    purpose: str
    digest: str
    name: str
    media: str
    size: int
    page: int
    added_at: datetime


@dataclass(frozen=True)
class KeptFile:
    """A file whose bytes are kept already; an action names it in its row."""

    digest: str
    name: str  # as it was called where it came from
    media: str  # application/pdf, image/jpeg …
    size: int  # bytes


@dataclass(frozen=True)
class Cipher:
    """How files are named and sealed; made from the school's file keys by the composition root."""

    name: Callable[[bytes], str]  # content -> digest, 64 hex digits
    seal: Callable[[bytes, str], bytes]  # (content, digest) -> sealed
    unseal: Callable[[bytes, str], bytes]  # (sealed, digest) -> content; UserError when not whole
    is_newest: Callable[[bytes], bool]  # first LEAD bytes of a file -> sealed with the key that seals now


LEAD = 16  # bytes that are enough to tell with which key a file was sealed


class Attachments:
    """The folder of encrypted files of one home. Thread-safe: every file is written once, under its own name."""

    def __init__(self, folder: Path, cipher: Cipher) -> None:
        self.folder, self.cipher = folder, cipher

    def keep(self, content: bytes) -> str:
        """Keep the bytes durably and return their digest; the same bytes again cost nothing. UserError when too large."""
        if len(content) > LARGEST:
            raise UserError(TOO_LARGE.format(size=len(content) >> 20, most=LARGEST >> 20))
        digest = self.digest_of(content)
        self.keep_as(digest, content)
        return digest

    def keep_as(self, digest: str, content: bytes) -> None:
        """Keep the bytes under the name the rows of another station have for them; sealed with this home's keys."""
        path = self.path_of(digest)
        if not path.exists():
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                atomic_write(path, self.cipher.seal(content, digest))
            except OSError as wrong:
                raise disk_fault(wrong, self.folder) from wrong

    def read(self, digest: str, name: str = "") -> bytes:
        """The bytes; UserError with the next step when the file is missing or not whole."""
        try:
            sealed = self.path_of(digest).read_bytes()
        except FileNotFoundError:
            raise UserError(MISSING.format(name=name or digest[:8])) from None
        except OSError as wrong:
            raise disk_fault(wrong, self.folder) from wrong
        return self.cipher.unseal(sealed, digest)  # the seal is bound to the digest: other bytes do not open

    def digest_of(self, content: bytes) -> str:
        """64 hex digits, keyed by the home."""
        return self.cipher.name(content)

    def path_of(self, digest: str) -> Path:
        """Where the file of that digest lies."""
        if len(digest) != 64 or not digest.isalnum():
            raise ValueError(f"not a digest: {digest!r}")
        return self.folder / digest[:2] / digest

    def kept(self) -> Iterable[str]:
        """The digests of all files here."""
        return (path.name for path in sorted(self.folder.glob("??/*")) if len(path.name) == 64)

    def reseal(self, progress: Progress | None = None) -> int:
        """Seal with the newest key what was sealed with a former one (after a rotation); returns how many.

        Each file is replaced whole or not at all, so it may be broken off at any moment and done again. A file that
        is not whole is left as it is: reading it says what to do.
        """
        old = [digest for digest in self.kept() if not self.cipher.is_newest(self._lead(digest))]
        done = 0
        for number, digest in enumerate(old):
            if progress is not None:
                progress.step(number, len(old))
            try:
                atomic_write(self.path_of(digest), self.cipher.seal(self.read(digest), digest))
            except OSError as wrong:
                raise disk_fault(wrong, self.folder) from wrong
            except (Unreachable, NotAllowed):  # the disk, or somebody locked meanwhile
                raise
            except UserError:
                continue
            done += 1
        return done

    def _lead(self, digest: str) -> bytes:
        with self.path_of(digest).open("rb") as stream:
            return stream.read(LEAD)

    def forget(self, digests: Collection[str]) -> None:
        """Delete files nobody names any more (erasing a person, yearly clean-up); a missing one is fine."""
        try:
            for digest in digests:
                path = self.path_of(digest)
                if path.exists():
                    path.write_bytes(os.urandom(min(path.stat().st_size, 1 << 20)))
                path.unlink(missing_ok=True)
        except OSError as wrong:
            raise disk_fault(wrong, self.folder) from wrong


def attach(
    w: Writing,
    *,
    table: str,
    row_id: str,
    purpose: str,
    digest: str,
    name: str,
    media: str,
    size: int,
    page: int = 1,
) -> str:
    """Note inside an action that a kept file belongs to a row; returns the attachment's id."""
    row = Attachment(
        owner_table=table,
        owner_id=row_id,
        purpose=purpose,
        digest=digest,
        name=name,
        media=media,
        size=size,
        page=page,
        added_at=w.now,
        added_by=w.actor,
    )
    w.session.add(row)
    w.session.flush()
    return row.id


def detach(w: Writing, *, attachment_id: str) -> None:
    """Take the row away inside an action; the file stays until the clean-up, so that undo finds it."""
    row = w.session.get(Attachment, attachment_id)
    if row is not None:
        w.session.delete(row)
        w.session.flush()


def put_in(w: Writing, *, table: str, row_id: str, purpose: str, files: Sequence[KeptFile]) -> int:
    """Attach inside an action what is not there yet, one of each; how many are new. UserError when all were there."""
    there = {row.digest for row in attached(w.session, table, [row_id], purpose).get(row_id, ())}
    fresh = {file.digest: file for file in files if file.digest not in there}
    if files and not fresh:
        raise UserError("这些文件已经放过了，没有重复放入。")
    for file in fresh.values():
        attach(
            w, table=table, row_id=row_id, purpose=purpose, digest=file.digest, name=file.name, media=file.media,
            size=file.size,
        )  # fmt: skip
    return len(fresh)


def take_out(w: Writing, *, table: str, row_id: str, attachment_id: str) -> None:
    """Detach a row's own file inside an action and note its name; UserError when it is not, or no longer, the row's."""
    file = w.session.get(Attachment, attachment_id)
    if file is None or (file.owner_table, file.owner_id) != (table, row_id):
        raise UserError("这份材料已经不在了。请刷新。")
    w.note(file.name)
    detach(w, attachment_id=attachment_id)


def attached(
    session: Session, table: str, row_ids: Collection[str], purpose: str | None = None
) -> dict[str, list[AttachmentRow]]:
    """What belongs to those rows, by row, in the order it was added; one statement per 5,000 rows."""
    found: dict[str, list[AttachmentRow]] = defaultdict(list)
    wanted = list(row_ids)
    for start in range(0, len(wanted), 5000):
        query = (
            select(Attachment)
            .where(Attachment.owner_table == table, Attachment.owner_id.in_(wanted[start : start + 5000]))
            .order_by(Attachment.added_at, Attachment.page, Attachment.id)
        )
        if purpose is not None:
            query = query.where(Attachment.purpose == purpose)
        for row in session.scalars(query):
            found[row.owner_id].append(
                AttachmentRow(
                    row.id,
                    row.owner_id,
                    row.purpose,
                    row.digest,
                    row.name,
                    row.media,
                    row.size,
                    row.page,
                    row.added_at,
                )
            )
    return dict(found)
