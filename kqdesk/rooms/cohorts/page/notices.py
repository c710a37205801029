"""After a class is opened, moved or cancelled: the words for the group chat."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from kqdesk.desk.form import FormPanel
from kqdesk.rooms.cohorts import papers, queries
from kqdesk.rooms.cohorts.page import asking
from kqdesk.rooms.cohorts.page.asking import Tellable
from kqdesk.rooms.cohorts.page.telling import ChatPanel
from kqdesk.rooms.cohorts.queries import CohortRow
from kqdesk.rooms.cohorts.terms import CohortState

if TYPE_CHECKING:
    from kqdesk.rooms.cohorts.page.screen import CohortsPage


class Notices:
    """The page's hands for notices."""

    def __init__(self, page: "CohortsPage") -> None:
        self.page, self.desk = page, page.desk

    def offer(self, row: CohortRow) -> None:
        """群通知: of opening; of cancelling for a cancelled class."""
        if row.state is CohortState.CANCELLED:
            self._cancelled(row, "")
        else:
            self._ask(row, self._opening)

    def after_edit(self, before: CohortRow, _: Any) -> None:
        """Something was changed: when it is something people were told, offer to tell it again."""
        query = partial(queries.cohort_card, cohort_id=before.id)
        self.desk.read(query, partial(self._compare, before), owner=self.page, only="tell")

    def _compare(self, before: CohortRow, now: CohortRow | None) -> None:
        if now is not None and papers.as_offered(now) != replace(
            papers.as_offered(before), seats=now.capacity
        ):
            self.desk.tell(
                "班级的安排变了。",
                button=("告诉大家", partial(self._ask, now, partial(self._put_moved, before))),
            )

    def after_cancel(self, row: CohortRow, panel: FormPanel, _: Any) -> None:
        """A class is not held: offer to tell it."""
        reason = str((panel.form.values() or {}).get("reason") or "")
        self.desk.tell("班级已取消。", button=("告诉大家", partial(self._cancelled, row, reason)))

    def _ask(self, row: CohortRow, then: Any) -> None:
        query = partial(asking.tellable, row.id, self.desk.today())
        self.desk.read(query, partial(then, row), owner=self.page, only="tell")

    def _opening(self, row: CohortRow, told: Tellable) -> None:
        one = papers.as_offered(row)
        self._put("开班通知", papers.opening_text(one, told.school, told.phone, told.on))

    def _put_moved(self, before: CohortRow, now: CohortRow, told: Tellable) -> None:
        old, new = papers.as_offered(before), papers.as_offered(now)
        self._put("调整通知", papers.moved_text(old, new, told.school, told.phone, told.on))

    def _cancelled(self, row: CohortRow, reason: str) -> None:
        self._ask(row, partial(self._put_cancelled, reason))

    def _put_cancelled(self, reason: str, row: CohortRow, told: Tellable) -> None:
        one = papers.as_offered(row)
        words = papers.cancelled_text(one, reason, told.is_paid, told.school, told.phone, told.on)
        self._put("停办通知", words)

    def _put(self, title: str, words: str) -> None:
        panel = ChatPanel(title, words)
        panel.closed.connect(self.page.panel_closed)
        self.page.set_side(panel)
        panel.focus_first()
