"""The store's own bookkeeping: what kind of home this is, and the journal. Outside the journal itself."""

from sqlalchemy import BLOB, Column, Index, Integer, MetaData, String, Table, Text

bookkeeping = MetaData()

# key → value: school, home id, station, journal key (hex); written once when the home is made
home_fact = Table(
    "home_fact",
    bookkeeping,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

# hash NULL = open; at most one is, and only inside the transaction that writes it
journal_entry = Table(
    "journal_entry",
    bookkeeping,
    Column("id", Integer, primary_key=True),
    Column("kind", String(8), nullable=False),  # act · undo · redo · pull · migrate · look · erase
    Column("at", String(32), nullable=False),
    Column("actor", String(32), nullable=False),
    Column("station", String(32), nullable=False),
    Column("label", Text, nullable=False),
    Column("undoes", Integer),
    Column("first", Integer, nullable=False),  # id its first change has or would have
    Column("after", BLOB),  # 8 bytes a touched row, in order of first touch
    Column("hash", BLOB),
    Column("label_hash", String(64)),  # of the label's notes, once they were erased by law
)
Index("ix_journal_entry_actor", journal_entry.c.actor, journal_entry.c.id)

journal_change = Table(
    "journal_change",
    bookkeeping,
    Column("id", Integer, primary_key=True),
    Column("entry_id", Integer, nullable=False),
    Column("tbl", String(40), nullable=False),
    Column("row_id", String(32), nullable=False),
    Column("op", String(1), nullable=False),  # I U D
    Column("before", Text),  # NULL for I, the changed columns for U, the whole row for D; mac:hex once erased
)
Index("ix_journal_change_row", journal_change.c.tbl, journal_change.c.row_id)
