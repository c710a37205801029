"""What travels between station and hub: msgpack, columnar by table with the column names once, zstd.

Everything that comes in is foreign: limits are checked while inflating, types while decoding, shapes before use.
Columns nobody here knows are carried on. Values are the raw stored ones of SQLite: text, whole numbers, nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec
import zstandard

from kqdesk.kernel.errors import UserError

VERSION = 1
LARGEST = 8 << 20  # bytes of a message once inflated
MOST_ROWS = 5_000  # of a batch or page
ROOMY = 6 << 20  # what a batch or page is filled to, so that its frame fits, too
_LEVEL = 3
_WIDEST_ID = 64
_LONGEST_NAME = 63  # PostgreSQL's; no name of ours comes near
OURS = frozenset(
    {"id", "school", "hub_version", "hub_entry", "hub_origin", "hub_extra"}
)  # columns that never travel as such

Value = str | int | None
M = TypeVar("M", bound=msgspec.Struct)
WRONG = "收到的同步数据不完整或格式不对，没有采用。请再同步一次；仍然这样，请升级程序。"


class WireFault(UserError):
    """A message that is no message: cut, bloated, of other types. Nothing of it was used."""

    def __init__(self, why: str) -> None:
        super().__init__(WRONG)
        self.why = why


class Entries(msgspec.Struct, omit_defaults=True):
    """Who did it, column by column; rows name an entry by its place here."""

    kinds: list[str] = []
    at: list[str] = []  # ISO, UTC, milliseconds
    actors: list[str] = []
    stations: list[str] = []
    labels: list[str] = []


class Group(msgspec.Struct, omit_defaults=True):
    """Rows of one table with the same columns; ``gone`` rows have no columns."""

    table: str
    ids: list[str]
    numbers: list[
        int
    ]  # in a batch: version the row had when frozen (0 = unknown to the hub); in a page: its version
    entries: list[int]  # place in ``Entries``
    columns: list[str] = []
    values: list[list[Value]] = []  # a list a column
    empty: list[str] = []  # columns that hold nothing in every row
    whole: bool = False  # every column of the row is here: it was made, or made again
    gone: bool = False


class Batch(msgspec.Struct, omit_defaults=True):
    """Changed rows of one station, frozen; ``number`` counts up without a gap within an incarnation."""

    incarnation: int
    number: int
    schema: int
    groups: list[Group]
    entries: Entries
    cursor: int = 0  # how far the station had pulled
    erased: list[tuple[str, str]] = []  # (table, row id): by law, history forgets them, too
    version: int = VERSION


class Receipt(msgspec.Struct, omit_defaults=True):
    """What became of a batch: its distinct rows have the versions ``first``, ``first``+1 …, in order of appearance."""

    number: int
    first: int
    rows: int
    unlike: list[int] = []  # places of rows that are not at the hub as they were sent: they come by pull
    conflicts: int = 0


class Refusal(msgspec.Struct, omit_defaults=True):
    """Why not; ``words`` is for people. ``want``: the batch number the hub needs next."""

    kind: str  # gap · rewound · other_body · missing · wrong · epoch · unknown_life
    words: str = ""
    want: int = 0


class AskIncarnation(msgspec.Struct):
    """A new life of a station's records begins; its number is drawn by lot, so that no two are ever the same.

    ``former``: the life it takes the place of; what still comes from that one is refused.
    """

    number: int
    why: str
    former: int = 0


class Incarnation(msgspec.Struct):
    """Number of that life."""

    number: int


class AskHead(msgspec.Struct, omit_defaults=True):
    """Where the station stands."""

    incarnation: int
    epoch: int
    cursor: int
    mark: str  # of the hub's history at ``cursor``
    acked: int  # newest batch the hub has answered
    frozen: int  # newest batch there is
    schema: int


class Head(msgspec.Struct, omit_defaults=True):
    """Where the hub stands. ``resume``: newest version that survived when this epoch began."""

    epoch: int
    head: int
    mark: str
    last: int  # newest batch it has of this incarnation
    resume: int = 0
    sha256: str = ""  # of that batch: another body means that a copy of this home sent it


class AskPull(msgspec.Struct, omit_defaults=True):
    """The next page: rows with ``since`` < version ≤ ``upto`` (0 = whatever is newest now), table by table."""

    incarnation: int
    epoch: int
    since: int
    upto: int = 0
    table: str = ""  # where to go on
    after: int = 0  # version of the last row had of that table
    only: list[str] = []  # these tables alone, for repair


class Page(msgspec.Struct, omit_defaults=True):
    """Rows in their newest form, tombstones too. ``table`` empty: the pull is at ``upto``."""

    epoch: int
    since: int
    upto: int
    mark: str
    head: int
    groups: list[Group]
    entries: Entries
    table: str = ""
    after: int = 0
    erased: list[tuple[str, str]] = []


class AskHashes(msgspec.Struct, omit_defaults=True):
    """Table → the columns that count."""

    incarnation: int
    cursor: int
    tables: dict[str, list[str]]


class Hashes(msgspec.Struct, omit_defaults=True):
    """Table → (rows, hash), as it stands at ``head``."""

    head: int
    tables: dict[str, tuple[int, str]]


class AskNumbers(msgspec.Struct, omit_defaults=True):
    """Lease ``count`` numbers above ``above``; the same ``token`` gets the same lease. ``standing``: where it stands."""

    standing: AskHead
    token: str
    kind: str
    year: int
    count: int
    above: int = 0


class Lease(msgspec.Struct, frozen=True):
    """Numbers that belong to one life of one station, for good."""

    kind: str
    year: int
    first: int
    last: int


class FileNote(msgspec.Struct, frozen=True):
    """A kept file: its name in the rows, SHA-256 of the plain bytes (hex), its size."""

    digest: str
    sha256: str
    size: int


class AskFiles(msgspec.Struct, omit_defaults=True):
    """Which of these has the hub whole?"""

    digests: list[str]


class Files(msgspec.Struct, omit_defaults=True):
    """Those it has, and how many bytes of those that are under way."""

    whole: list[FileNote]
    begun: dict[str, int] = {}


class AskPart(msgspec.Struct, omit_defaults=True):
    """The bytes of a file from ``offset`` on, at most a part of them."""

    digest: str
    offset: int


class FilePart(msgspec.Struct, omit_defaults=True):
    """Some bytes of a file at ``offset``."""

    note: FileNote
    offset: int
    content: bytes


class Got(msgspec.Struct):
    """How many bytes of the file the hub has now."""

    size: int


def encode(message: msgspec.Struct) -> bytes:
    """As it travels."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(msgspec.msgpack.encode(message))


def size_of(message: msgspec.Struct) -> int:
    """Bytes once inflated."""
    return len(msgspec.msgpack.encode(message))


def decode(kind: type[M], body: bytes) -> M:
    """The message again; WireFault when it is anything else."""
    try:
        message = msgspec.msgpack.decode(inflate(body), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:  # ValidationError is a DecodeError
        raise WireFault(f"{kind.__name__}: {wrong}") from None
    if isinstance(message, Batch | Page):
        _expect_shape(message.groups, message.entries, message.erased)
    return message


def inflate(body: bytes, most: int = LARGEST) -> bytes:
    """The bytes inside; WireFault as soon as there are more than ``most``, whatever the frame promises."""
    got = bytearray()
    try:
        stream = zstandard.ZstdDecompressor(max_window_size=most).stream_reader(
            body, read_across_frames=False
        )
        while part := stream.read(min(1 << 18, most + 1 - len(got))):
            got += part
            if len(got) > most:
                raise WireFault("larger than any message")
    except zstandard.ZstdError as wrong:
        raise WireFault(str(wrong)) from None
    return bytes(got)


def distinct(groups: Iterable[Group]) -> list[tuple[str, str]]:
    """(table, row id) of every row, once, in order of appearance: the order of a batch's versions."""
    return list(dict.fromkeys((group.table, row_id) for group in groups for row_id in group.ids))


def _expect_shape(groups: Sequence[Group], entries: Entries, erased: Sequence[Any]) -> None:
    count = len(entries.kinds)
    if any(len(column) != count for column in (entries.at, entries.actors, entries.stations, entries.labels)):
        raise WireFault("entries of unlike length")
    if sum(len(group.ids) for group in groups) > 4 * MOST_ROWS or len(erased) > 4 * MOST_ROWS:
        raise WireFault("more rows than a message may have")
    for group in groups:
        _expect_group(group, count)


def _expect_group(group: Group, entries: int) -> None:
    rows = len(group.ids)
    if len(group.numbers) != rows or len(group.entries) != rows or len(group.values) != len(group.columns):
        raise WireFault("columns of unlike length")
    if any(len(column) != rows for column in group.values):
        raise WireFault("columns of unlike length")
    if any(not 0 <= place < entries for place in group.entries):
        raise WireFault("a row names no entry")
    if any(not 0 < len(row_id) <= _WIDEST_ID for row_id in group.ids) or len(set(group.ids)) != rows:
        raise WireFault("ids are wrong")
    if any(not 0 <= number < 1 << 62 for number in group.numbers):
        raise WireFault("versions are wrong")
    columns = [*group.columns, *group.empty]
    if any(not _is_name(name) for name in (group.table, *columns)) or len(set(columns)) != len(columns):
        raise WireFault("names are wrong")
    if OURS & set(columns) or group.gone == bool(columns):
        raise WireFault("columns are wrong")
    if any(_is_wide(column) for column in group.values if int in set(map(type, column))):
        raise WireFault("a number is too large")


def _is_wide(column: Sequence[Value]) -> bool:
    return any(isinstance(value, int) and not -(1 << 63) <= value < 1 << 63 for value in column)


def _is_name(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_NAME and name.isascii() and name.isidentifier()
