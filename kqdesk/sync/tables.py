"""What a station keeps of its sync, outside the journal: where it stands, what is on its way, what it cannot place yet."""

from sqlalchemy import BLOB, Column, Integer, String, Table, Text

from kqdesk.store.tables import bookkeeping

# key → value: incarnation, token, epoch, cursor, mark, frozen (journal change), acked, stop …
sync_ctl = Table(
    "sync_ctl",
    bookkeeping,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

# frozen batches; answered ones stay for 30 days: they rebuild a hub that was restored from an old backup
sync_outbox = Table(
    "sync_outbox",
    bookkeeping,
    Column("incarnation", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("body", BLOB, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("after_change", Integer, nullable=False),  # journal changes above this, up to …
    Column("upto_change", Integer, nullable=False),  # … this are in the freeze it belongs to
    Column("state", String(12), nullable=False),  # frozen · acked · refused
    Column("at", String(32), nullable=False),
)

# the hub's version of each row this station knows, and the hub's entry that made it
sync_version = Table(
    "sync_version",
    bookkeeping,
    Column("tbl", String(40), primary_key=True),
    Column("row_id", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("author", Integer),  # sync_author.no of who wrote it elsewhere; NULL: written here
    sqlite_with_rowid=False,
)

# who wrote what came by pull
sync_author = Table(
    "sync_author",
    bookkeeping,
    Column("no", Integer, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("at", String(32), nullable=False),
    Column("actor", String(32), nullable=False),
    Column("station", String(40), nullable=False),
    Column("label", Text, nullable=False),
)

# pages as they came; emptied when they are applied, all at once
sync_inbox = Table(
    "sync_inbox",
    bookkeeping,
    Column("no", Integer, primary_key=True),
    Column("body", BLOB, nullable=False),
)

# rows that came and cannot be placed yet: a parent is missing, or the row has changes of its own not sent yet
sync_hold = Table(
    "sync_hold",
    bookkeeping,
    Column("tbl", String(40), primary_key=True),
    Column("row_id", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", BLOB, nullable=False),
    Column("why", String(12), nullable=False),  # parent · unsent
    sqlite_with_rowid=False,
)

# columns (and whole tables) this version of the program does not know, kept for the next one; JSON
sync_extra = Table(
    "sync_extra",
    bookkeeping,
    Column("tbl", String(40), primary_key=True),
    Column("row_id", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("columns", Text, nullable=False),
    sqlite_with_rowid=False,
)

# numbers the hub gave this life of the station, never to be given to another
sync_lease = Table(
    "sync_lease",
    bookkeeping,
    Column("kind", String(24), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("next", Integer, nullable=False),
    Column("incarnation", Integer, nullable=False),
)

# files: what the hub has of those that are here, and which of those that are missing here are coming
sync_file = Table(
    "sync_file",
    bookkeeping,
    Column("digest", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", String(8), nullable=False),  # sent · got · coming
)
