"""How many statements a question asks: a page must not ask more when there are more rows."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from kqdesk.store.store import Store


def count_statements(store: Store, *queries: Callable[[Session], Any]) -> list[int]:
    """Statements each query sends in one read session."""
    counts = []
    with store.reading() as session:
        connection = session.connection()
        asked: list[str] = []

        def note(_conn: object, _cursor: object, sql: str, *_: object) -> None:
            asked.append(sql)

        event.listen(connection, "before_cursor_execute", note)
        for query in queries:
            asked.clear()
            query(session)
            counts.append(len(asked))
        event.remove(connection, "before_cursor_execute", note)
    return counts
