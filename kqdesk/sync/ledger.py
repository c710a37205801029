"""The hub's own tables beside the rows: numbering, batches, who wrote what, history, tombstones, leases, files."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

from kqdesk.store.hub_tables import BY_SCHOOL, partition

HUB = 0
"""Origin of what the hub itself writes (mending, merging)."""


def ledger_metadata(*, postgres: bool = False) -> MetaData:
    """The tables; every one has ``school`` first in its key, so that the second wall stands around each."""
    made = MetaData()
    _standing(made)
    _rows(made, postgres)
    _beside(made)
    return made


def _text(name: str, *, key: bool = False, empty: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=empty and not key)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=False, autoincrement=False)


def _standing(made: MetaData) -> None:
    Table(  # one row a school; held for update from the first to the last statement of a batch
        "hub_school",
        made,
        _text("school", key=True),
        _number("head"),  # newest version given out
        _text("mark"),  # of the history up to it
        _number("entries"),  # newest number of hub_entry
        _number("epoch"),
        _text("resumes"),  # JSON [[epoch, newest version that survived when it began]]
        _text("batch_at", empty=True),
        _text("batch_station", empty=True),
    )
    Table(  # one life of one station
        "hub_origin",
        made,
        _text("school", key=True),
        _number("no", key=True),
        _text("station"),
        _number("incarnation"),
        _text("why"),
        _text("at"),
        _number("last"),  # newest batch
        _number("retired"),  # 1: a later life took its place
    )
    Table(
        "hub_batch",
        made,
        _text("school", key=True),
        _number("origin", key=True),
        _number("number", key=True),
        _text("sha256"),
        _number("first"),
        _number("head"),  # the school's head after it
        _text("mark"),
        Column("result", LargeBinary, nullable=False),
        _text("at"),
    )
    Index("ix_hub_batch_head", made.tables["hub_batch"].c.school, made.tables["hub_batch"].c.head)


def _rows(made: MetaData, postgres: bool) -> None:
    Table(
        "hub_entry",
        made,
        _text("school", key=True),
        _number("no", key=True),
        _number("origin"),
        _text("kind"),
        _text("at"),
        _text("actor"),
        _text("station"),
        _text("label"),  # sealed: it may name a person
    )
    history = Table(
        "hub_history",
        made,
        _text("school", key=True),
        _text("tbl", key=True),
        _text("row_id", key=True),
        _number("version", key=True),
        Column("part", Integer, primary_key=True, autoincrement=False),
        _number("entry"),
        _number("origin"),
        _text("op"),  # I U D
        _text(
            "before", empty=True
        ),  # JSON of the changed columns, of the whole row for D; gone once erased by law
        sqlite_with_rowid=False,
        postgresql_partition_by=BY_SCHOOL if postgres else None,
    )
    if postgres:
        partition(history)
    for name in ("hub_tombstone", "hub_foreign"):
        table = Table(
            name,
            made,
            _text("school", key=True),
            _text("tbl", key=True),
            _text("row_id", key=True),
            _number("version"),
            _number("entry"),
            _number("origin"),
            *([_text("extra")] if name == "hub_foreign" else []),  # a row of a table nobody here knows
        )
        Index(f"ix_{name}_version", table.c.school, table.c.version)
    Table("hub_top", made, _text("school", key=True), _text("tbl", key=True), _number("version"))


def _beside(made: MetaData) -> None:
    erased = Table(
        "hub_erased",
        made,
        _text("school", key=True),
        _text("tbl", key=True),
        _text("row_id", key=True),
        _number("version"),
    )
    Index("ix_hub_erased_version", erased.c.school, erased.c.version)
    Table(
        "hub_lease",
        made,
        _text("school", key=True),
        _text("kind", key=True),
        _number("year", key=True),
        _number("first", key=True),
        _number("last"),
        _text("station"),
        _number("incarnation"),
        _text("token"),
        _text("at"),
        _number("epoch"),
    )
    Table(  # bodies nobody may use before somebody looked: another body under a used number, values of other types
        "hub_quarantine",
        made,
        _text("school", key=True),
        _text("sha256", key=True),
        _text("station"),
        _number("incarnation"),
        _number("number"),
        _text("why"),
        _text("at"),
        Column("body", LargeBinary, nullable=False),  # sealed
    )
    Table(
        "hub_file",
        made,
        _text("school", key=True),
        _text("digest", key=True),
        _text("sha256"),
        _number("size"),
        _number("have"),
        _text("station"),
        _text("at"),
    )
