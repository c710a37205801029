"""What is done with the chosen learners of a class: leaving, transfers, the waiting list, money."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.cohorts import actions
from kqdesk.rooms.cohorts.actions import Enrolled
from kqdesk.rooms.cohorts.page import asking, panels, paying
from kqdesk.rooms.cohorts.page.asking import Found
from kqdesk.rooms.cohorts.page.learner import LearnerPanel
from kqdesk.rooms.cohorts.queries import CohortRow, LearnerCard, MoneyRow
from kqdesk.rooms.cohorts.terms import EnrolmentState

if TYPE_CHECKING:
    from kqdesk.rooms.cohorts.page.screen import CohortsPage

REASONED = {
    "withdraw": ("办理退学", actions.withdraw),
    "suspend": ("办理休学", actions.suspend),
    "resume": ("办理复学", actions.resume),
    "decline": ("放弃名额", actions.decline),
}
AT_ONCE = {"complete": actions.complete, "admit_waiting": actions.admit_waiting}


class LearnerSteps:
    """The page's hands for learners; it lives as long as the page."""

    def __init__(self, page: "CohortsPage") -> None:
        self.page, self.desk = page, page.desk
        self._missed, self._limit = 0, 0
        self._asks_away = ""  # the class for which the no-show question stands above the list

    # -- showing ------------------------------------------------------------------------------------

    def show(self, found: Found) -> None:
        """The learner's card at the right, and what the waiting list needs."""
        page = self.page
        if isinstance(page.side, LearnerPanel):
            if found.learner is None:
                page.set_side(None)
            else:
                page.side.show_card(found.learner)
        elif found.learner is not None and page.side is None:
            panel = LearnerPanel(self.desk.memory)
            panel.asked.connect(self.on_card)
            panel.closed.connect(self.close_card)
            panel.show_card(found.learner)
            page.set_side(panel)
        self._say_answers(found)

    def close_card(self) -> None:
        """Esc on a learner's card."""
        self.page.enrolment_id = None
        self.page.set_side(None)
        self.page.card.table.setFocus()

    def _say_answers(self, found: Found) -> None:
        if self._asks_away == self.page.cohort_id:
            return
        offered = [row for row in found.learners if row.state is EnrolmentState.OFFERED]
        late = [row for row in offered if row.answer_by is not None and row.answer_by < self.desk.today()]
        if late:
            words = f"{'、'.join(row.name for row in late[:3])} 过了答复期限，名额可以给下一位。"
            self.page.note.say(words, "refused", ("转给下一位", self.pass_over))
        elif offered:
            names = "、".join(row.name for row in offered[:3])
            ends = min((row.answer_by for row in offered if row.answer_by), default=None)
            until = f"，最晚 {ends:%m-%d} 答复" if ends else ""
            words = (
                f"有空名额，轮到 {names}{until}。打电话问好以后，选中再点“学籍变动”：候补转入，或放弃名额。"
            )
            self.page.note.say(words, "info")

    # -- doing --------------------------------------------------------------------------------------

    def pass_over(self) -> None:
        """Overdue offers go to the next."""
        self.page.note.hide()
        if self.page.cohort_id:
            self.desk.run(actions.pass_over, cohort_id=self.page.cohort_id, owner=self.page)

    def do(self, what: str) -> None:
        """One of the learner menu's lines for the chosen ones."""
        chosen = self.page.chosen()
        if not chosen:
            return
        ids = [row.id for row in chosen]
        count = chosen[0].name if len(chosen) == 1 else f"{len(chosen)} 人"
        if what in AT_ONCE:
            self.desk.run(AT_ONCE[what], enrolment_ids=ids, owner=self.page)
        elif what == "transfer":
            self._ask_transfer(count, ids)
        else:
            title, act = REASONED[what]
            is_free = what in ("resume", "decline")
            self.page.open_panel(
                panels.reason_panel(self.desk, f"{title}：{count}", act, optional=is_free, enrolment_ids=ids)
            )

    def _ask_transfer(self, who: str, ids: list[str]) -> None:
        then = partial(self._show_transfer, who, ids)
        self.desk.read(asking.running, then, owner=self.page, only="transfer")

    def _show_transfer(self, who: str, ids: list[str], cohorts: list[CohortRow]) -> None:
        others = [row for row in cohorts if row.id != self.page.cohort_id]
        self.page.open_panel(paying.TransferPanel(self.desk, who, ids, others, self._transferred))

    def _transferred(self, done: Enrolled) -> None:
        waiting = f"，新班满了，候补 {done.waiting} 人" if done.waiting else ""
        self.desk.tell(f"已转班 {done.enrolled + done.waiting} 人{waiting}。", undo=True)

    def ask_about_no_shows(self, context: Mapping[str, Any]) -> None:
        """R-COH-06: those who missed too many lessons in a row; one button takes their places back."""
        ids = str(context["no_shows"]).split(",")
        self._asks_away = str(context.get("cohort") or "")
        self._missed, self._limit = int(context["missed"]), int(context["limit"])
        words = f"{len(ids)} 人连续缺课 {self._missed} 次以上（规则：{self._limit} 次取消名额）。先打电话问一问，真不来了再取消。"
        self.page.note.say(words, "refused", ("取消名额", partial(self._release, ids)))

    def _release(self, ids: list[str]) -> None:
        self._asks_away = ""
        self.page.note.hide()
        self.desk.run(
            actions.release_places, enrolment_ids=ids, missed=self._missed, limit=self._limit, failed=self._refused,
            owner=self.page,
        )  # fmt: skip

    def _refused(self, error: UserError) -> None:
        self.page.note.say(str(error), "refused")

    # -- one learner's card -------------------------------------------------------------------------

    def on_card(self, what: str) -> None:
        """One of the learner card's buttons."""
        panel = self.page.side
        if not isinstance(panel, LearnerPanel) or not isinstance(panel.card, LearnerCard):
            return
        card, line = panel.card, panel.money.current()
        then = partial(self._print_receipt, card.row.id)
        if what == "pay":
            self.page.open_panel(paying.pay_panel(self.desk, card, self.page.card.row, then))
        elif what == "refund":
            self.page.open_panel(paying.refund_panel(self.desk, card, then))
        elif what == "transfer":
            self._ask_transfer(card.row.name, [card.row.id])
        elif what == "person":
            self.desk.open("people", person=card.row.person_id)
        else:
            self._with_line(what, card, line)

    def _with_line(self, what: str, card: LearnerCard, line: MoneyRow | None) -> None:
        if line is None or not line.receipt_no:
            self.page.note.say("请先在收费流水里选一笔有收据号的。", "refused")
        elif what == "reverse":
            then = partial(self._print_receipt, card.row.id)
            self.page.open_panel(paying.reverse_panel(self.desk, line, then))
        else:
            self._print_receipt(card.row.id, line.id)

    def _print_receipt(self, enrolment_id: str, entry_id: str) -> None:
        work = partial(asking.receipt_pdf, self.desk, enrolment_id, entry_id)
        self.desk.start(work, partial(self.page.preview, "收据"), title="生成收据", owner=self.page)
