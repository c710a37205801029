"""What the statements behind figures share: the lookup of tables, the school asked for, the classes of a period."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, Table

from kqdesk.rooms.reports.rules.period import Period

Tables = Callable[[str], Table]
"""Name → table: the desk's or the hub's."""


class Asking:
    """The statements, each a method; a link joins on school and id, because the hub keys its rows so."""

    def __init__(self, connection: Connection, tables: Tables, period: Period, school: str | None) -> None:
        self.conn, self.table, self.period, self.school = connection, tables, period, school

    def rows(self, wanted: Any) -> list[Any]:
        """What a select finds."""
        return list(self.conn.execute(wanted))

    def mine(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        """The condition that keeps to one school; none when every school is asked."""
        return () if self.school is None else (table.c.school == self.school,)

    def in_time(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Of the period, up to the day rows are known."""
        return column.between(self.period.first, self.period.end)

    def ends(self) -> Any:
        """Cohort → day of its last lesson that was not cancelled."""
        lesson = self.table("lesson")
        return (
            sa.select(lesson.c.school, lesson.c.cohort_id, sa.func.max(lesson.c.on).label("last"))
            .where(lesson.c.state != "cancelled", *self.mine(lesson))
            .group_by(lesson.c.school, lesson.c.cohort_id)
            .subquery("ends")
        )

    def classes(self, *columns: Any, with_end: bool = False) -> Select[Any]:
        """Cohorts that touch the period; ``with_end``: and the day of their last lesson, as ``last``."""
        cohort, ends = self.table("cohort"), self.ends()
        first, last = self.period.first, self.period.last
        over = sa.func.coalesce(ends.c.last, cohort.c.ends_on, first)
        return (
            sa.select(*columns, *((ends.c.last,) if with_end else ()))
            .select_from(
                cohort.outerjoin(
                    ends, sa.and_(ends.c.cohort_id == cohort.c.id, ends.c.school == cohort.c.school)
                )
            )
            .where(over >= first, sa.func.coalesce(cohort.c.starts_on, last) <= last, *self.mine(cohort))
        )
