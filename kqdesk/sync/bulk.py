"""Many new rows at once: what hangs on them is made afterwards, in one go."""

from sqlalchemy import Connection, Table

BULK = 200
"""From this many new rows on, what a table derives from them is made at the end instead of row by row."""


class Bulk:
    """Around many new rows: what the table derives from them rests, and is made at once afterwards.

    So do its indexes, when most of its rows will be new: sorted at once they cost a third.
    """

    def __init__(self, conn: Connection, table: Table, count: int) -> None:
        self._conn = conn
        pause, resume = table.info.get("bulk", ((), ())) if count >= BULK else ((), ())
        resting = _indexes_to_rest(conn, table, count)
        self._before = [*pause, *(f'DROP INDEX "{name}"' for name, _ in resting)]
        self._after = [*(sql for _, sql in resting), *resume]

    def __enter__(self) -> None:
        for sql in self._before:
            self._conn.exec_driver_sql(sql)

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            for sql in self._after:
                self._conn.exec_driver_sql(sql)


def _indexes_to_rest(conn: Connection, table: Table, count: int) -> list[tuple[str, str]]:
    """(name, statement that makes it); none when the table holds more rows than will come."""
    if count < BULK or conn.exec_driver_sql(f'SELECT 1 FROM "{table.name}" LIMIT 1 OFFSET {count}').first():
        return []
    own = {  # a row that points into its own table is looked up by these while rows come
        index.name
        for index in table.indexes
        for column in index.columns
        if any(key.column.table is table for key in column.foreign_keys)
    }
    found = conn.exec_driver_sql(
        "SELECT name,sql FROM sqlite_master WHERE type='index' AND tbl_name=? AND sql IS NOT NULL",
        (table.name,),
    )
    return [(name, sql) for name, sql in found.all() if name not in own]
