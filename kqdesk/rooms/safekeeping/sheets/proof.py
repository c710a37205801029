"""The proof beside an exported 操作记录: the chain's links, its head, the list's hash, signed by the school's key.

A text file, one JSON value a line: a header, one line an entry (oldest first), the signature over every byte before
it. Who has it can check without this program's data that no entry and no line of the list was changed since, and,
with two proofs or the head the district keeps, that nothing was slipped in between.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec

from kqdesk.excel.writing import replacing
from kqdesk.kernel.disk import disk_fault
from kqdesk.kernel.errors import UserError
from kqdesk.security.signing import Signer, key_id, verify
from kqdesk.store.audit import Link

PROOF_ENDING = ".kqproof"
FORMAT, VERSION, PURPOSE = "kqdesk.journal-proof", 1, "journal-proof"
_LONGEST = 64 << 20  # bytes a line may have: an import of two million rows
_CHUNK = 1 << 20


class Header(msgspec.Struct, frozen=True):
    """What the proof says of itself."""

    format: str
    version: int
    school: str  # code
    school_name: str
    home_id: str
    key: str  # the school's public key, hex
    at: str  # ISO 8601 with zone
    by: str
    filter: str
    file: str
    sha256: str  # of the list
    rows: int
    head: int  # the newest entry of the whole journal
    head_hash: str
    chain: str  # what the check of the whole chain found when this was made; empty = whole


class _Line(msgspec.Struct, frozen=True, array_like=True):
    entry: list[Any]  # id, kind, at, actor, station, label, undoes, first
    prev: str
    hash: str
    body: str


class _End(msgspec.Struct, frozen=True):
    signature: str


@dataclass(frozen=True)
class Proved:
    """What a check found. ``faults`` is empty when everything holds; ``remarks`` are to be known all the same."""

    header: Header
    entries: int
    faults: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Nothing was changed."""
        return not self.faults


def write_proof(path: Path, header: Header, links: Iterable[Link], signer: Signer) -> None:
    """Write the proof whole or not at all; ``links`` oldest first. Unreachable when the place cannot be written."""
    with replacing(path) as draft, draft.open("wb") as out:
        hashed = hashlib.sha256()
        for raw in _written(header, links):
            out.write(raw)
            hashed.update(raw)
        signature = signer.sign(PURPOSE, hashed.digest()).hex()
        out.write(msgspec.json.encode(_End(signature)) + b"\n")


def _written(header: Header, links: Iterable[Link]) -> Iterator[bytes]:
    yield msgspec.json.encode(header) + b"\n"
    for link in links:
        body = base64.b64encode(link.body).decode()
        line = _Line(list(link.entry), link.prev.hex(), link.hash.hex(), body)
        yield msgspec.json.encode(line) + b"\n"


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hex."""
    hashed = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            hashed.update(chunk)
    return hashed.hexdigest()


# --- checking --------------------------------------------------------------------------------------------------------


def check_proof(path: Path, table: Path | None = None) -> Proved:
    """Check a proof and, when there is one, the list it belongs to. UserError when the file is no proof at all."""
    table = table or _beside(path)
    try:
        with path.open("rb") as stream:
            return _checked(path, stream, table)
    except OSError as wrong:
        raise disk_fault(wrong, path) from wrong
    except (ValueError, TypeError):  # msgspec's errors are ValueErrors
        raise UserError(
            f"「{path.name}」读不出来：它不是操作记录的校验文件，或已经损坏。请找原来导出的那一份。"
        ) from None


def _beside(path: Path) -> Path | None:
    found = [path.with_suffix(ending) for ending in (".xlsx", ".csv")]
    return next((one for one in found if one.exists()), None)


def _checked(path: Path, stream: IO[bytes], table: Path | None) -> Proved:
    hashed = hashlib.sha256()
    first = stream.readline(_LONGEST)
    hashed.update(first)
    header = msgspec.json.decode(first, type=Header)
    if header.format != FORMAT:
        raise ValueError("another kind of file")
    if header.version > VERSION:
        raise UserError(f"「{path.name}」由更新版本的程序导出。请先升级程序，再核对。")
    chain = _Chain(header)
    signature = ""
    while line := stream.readline(_LONGEST):
        if line.startswith(b"{"):
            signature = msgspec.json.decode(line, type=_End).signature
            break
        hashed.update(line)
        chain.take(msgspec.json.decode(line, type=_Line))
    is_signed = not stream.read(1) and verify(_unhex(header.key), PURPOSE, hashed.digest(), _unhex(signature))
    faults = [] if is_signed else ["签名不符：校验文件被改过，或没有拷完。"]
    faults += chain.faults()
    remarks = [
        f"签名的是学校 {header.school} 的钥匙 {key_id(_unhex(header.key)).hex()}，请与学校公布的对照。"
    ]
    if table is None:
        remarks.append(f"没有找到清单「{header.file}」，只核对了校验文件。请把两个文件放在一起。")
    elif not hmac.compare_digest(file_hash(table), header.sha256):
        faults.append(f"清单「{table.name}」与导出时不一样，被改过或另存过。请用原来的那一份。")
    if header.chain:
        remarks.append(f"导出的当时，全部记录已经对不上：{header.chain}")
    return Proved(header, chain.count, tuple(faults), tuple(remarks))


class _Chain:
    """Takes the links one by one and remembers what does not fit."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self.count = 0
        self._before: tuple[int, str] | None = None
        self._bad: list[int] = []
        self._gaps: list[int] = []

    def take(self, line: _Line) -> None:
        """One more, oldest first."""
        number = int(line.entry[0])
        hashed = hashlib.sha256(_unhex(line.prev))
        hashed.update(msgspec.json.encode(line.entry))
        hashed.update(base64.b64decode(line.body, validate=True))
        if hashed.hexdigest() != line.hash:
            self._bad.append(number)
        if self._before is not None:
            before, seal = self._before
            if number <= before or (number == before + 1 and line.prev != seal):
                self._gaps.append(number)
        self._before = (number, line.hash)
        self.count += 1

    def faults(self) -> list[str]:
        """What does not fit, the entries named."""
        told = [f"第 {number:,} 条的内容与它的封存值不符。" for number in self._bad[:10]]
        told += [f"第 {number:,} 条与前一条接不上。" for number in self._gaps[:10]]
        if self.count != self._header.rows:
            told.append(f"应有 {self._header.rows:,} 条，只有 {self.count:,} 条。")
        if self._before is not None:
            number, seal = self._before
            head = (self._header.head, self._header.head_hash)
            if number > head[0] or (number == head[0] and seal != head[1]):
                told.append("最后一条与记下的结尾不符。")
        return told


def _unhex(text: str) -> bytes:
    return bytes.fromhex(text)
