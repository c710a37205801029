"""Officers' pages of 督查: send a task to schools, see how far they are, accept or return an answer, urge, withdraw."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.responses import Response

from kqdesk.hub.counter import Counter
from kqdesk.hub.officers import Seated
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.supervision import papers, rules, sheets
from kqdesk.rooms.supervision.papers import SupervisionPaper
from kqdesk.rooms.supervision.queries import TaskCard, TaskRow, facts
from kqdesk.rooms.supervision.terms import STEP, TASK, StepKind, TaskSource

GONE = "这件督查已经不在了。请返回列表。"
NEWER = "学校刚刚又补充了答复。请看过最新的答复再认可或退回。"
NO_SCHOOL = "请选学校：给哪几所学校布置。"
PDF, XLSX = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    "open": "neutral", "answered": "warning", "returned": "warning", "accepted": "success", "withdrawn": "neutral",
}  # fmt: skip


class TaskDesk:
    """What the pages ask and write."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    def today(self) -> date:
        """The district's day."""
        return school_day(self.counter.clock())

    def names(self) -> dict[str, str]:
        """School code → name."""
        return {card.code: card.name for card in self.counter.register.schools()}

    def dispatches(self) -> list[tuple[TaskRow, rules.Tally]]:
        """Everything that was sent, one line a sending with how far the schools are; what is not done yet first."""
        with self.counter.reading() as conn:
            rows = facts.task_rows(conn, self.counter.table, today=self.today(), opened=self.counter.opened)
        by_dispatch: dict[str, list[TaskRow]] = {}
        for row in rows:
            if row.source is TaskSource.HUB:
                by_dispatch.setdefault(row.dispatch, []).append(row)
        found = [
            (several[0], rules.tally([(row.state, row.is_overdue) for row in several]))
            for several in by_dispatch.values()
        ]
        return sorted(found, key=lambda pair: (pair[1].is_done, pair[0].due_on, pair[0].dispatch))

    def cards(self, dispatch: str) -> list[TaskCard]:
        """One sending, school by school, whoever has to do something first; UserError when there is none."""
        counter, today = self.counter, self.today()
        with counter.reading() as conn:
            rows = facts.task_rows(conn, counter.table, today=today, opened=counter.opened, dispatch=dispatch)
            cards = [
                facts.task_card(
                    conn, counter.table, row.id, today=today, opened=counter.opened, school=row.school
                )
                for row in rows
                if row.source is TaskSource.HUB
            ]
        found = [card for card in cards if card is not None]
        if not found:
            raise UserError(GONE)
        order = {"answered": 0, "returned": 1, "open": 1, "accepted": 2, "withdrawn": 3}
        return sorted(
            found, key=lambda card: (order[card.row.state.value], not card.row.is_overdue, card.row.school)
        )

    def card(self, dispatch: str, school: str) -> TaskCard:
        """One school's."""
        found = next((card for card in self.cards(dispatch) if card.row.school == school), None)
        if found is None:
            raise UserError(GONE)
        return found

    def papers(self, dispatch: str, *, answered: bool) -> list[SupervisionPaper]:
        """To print: every school's notice, or the answers there are."""
        names, today = self.names(), self.today()
        return [
            SupervisionPaper(names.get(card.row.school, card.row.school), today, card)
            for card in sorted(self.cards(dispatch), key=lambda card: card.row.school)
            if not answered or card.answer is not None
        ]

    # ------------------------------------------------------------------ writing

    def send(self, who: Seated, form: Mapping[str, str], schools: list[str]) -> str:
        """A new task for these schools; its dispatch. UserError says what is missing, and nothing was sent."""
        title, words = form.get("title", "").strip(), form.get("words", "").strip()
        due_on, today = _day(form.get("due_on", ""), "到期日"), self.today()
        wanted = rules.read_wanted(form.get("figures", ""))
        fault = rules.task_fault(title, words, due_on, today, wanted, today)
        if fault or due_on < today:
            raise UserError(fault or "到期日不能在今天以前。")
        names = self.names()
        if not schools or set(schools) - set(names):
            raise UserError(NO_SCHOOL)
        dispatch = self.counter.new_id()
        for school in schools:
            row: dict[str, object] = {
                "id": self.counter.new_id(), "dispatch": dispatch, "source": TaskSource.HUB, "title": title, "words": words,
                "paper_no": form.get("paper_no", "").strip() or None, "issued_by": who.officer.name, "issued_on": today,
                "due_on": due_on, "figures": [[one.key, one.label, one.unit] for one in wanted],
                "wants_files": "wants_files" in form,
            }  # fmt: skip
            self.counter.write(who, school, {TASK: [row]}, f"布置督查：{title}")
        return dispatch

    def judge(
        self, who: Seated, dispatch: str, school: str, form: Mapping[str, str], *, accepted: bool
    ) -> None:
        """A verdict on the answer the officer saw."""
        card, words = self.card(dispatch, school), form.get("words", "").strip()
        fault = rules.verdict_fault(card.row.state, accepted=accepted, reason=words)
        if fault:
            raise UserError(fault)
        if form.get("answer") != card.row.standing.answer_id:
            raise UserError(NEWER)
        kind = StepKind.ACCEPT if accepted else StepKind.RETURN
        self._step(who, card, kind, words, answer=card.row.standing.answer_id)

    def urge(self, who: Seated, dispatch: str) -> int:
        """Remind every school that has to do something; how many."""
        waiting = [card for card in self.cards(dispatch) if card.row.state.is_ours]
        for card in waiting:
            self._step(who, card, StepKind.URGE, "")
        return len(waiting)

    def withdraw(self, who: Seated, dispatch: str, reason: str) -> None:
        """Ask nothing any more, of any school; what was answered stays."""
        if not reason.strip():
            raise UserError("请写明为什么撤回，学校会看到。")
        for card in self.cards(dispatch):
            if card.row.state.value not in ("withdrawn", "accepted"):
                self._step(who, card, StepKind.WITHDRAW, reason.strip())

    def _step(
        self, who: Seated, card: TaskCard, kind: StepKind, words: str, *, answer: str | None = None
    ) -> None:
        row: dict[str, object] = {
            "id": self.counter.new_id(), "task_id": card.row.id, "kind": kind, "answer_id": answer, "words": words or None,
            "figures": [], "files": [], "stepped_at": self.counter.clock(), "stepped_by": who.officer.name, "staff_id": None,
        }  # fmt: skip
        self.counter.write(who, card.row.school, {STEP: [row]}, f"督查{kind.label}：{card.row.title}")


def task_routes(routes: APIRouter, counter: Counter) -> None:
    """List, new task, one task, its files and papers."""
    desk = TaskDesk(counter)
    _list_routes(routes, desk)
    _judging_routes(routes, desk)
    _paper_routes(routes, desk)


def _list_routes(routes: APIRouter, desk: TaskDesk) -> None:
    frame = desk.counter.frame
    Who = Annotated[Seated, Depends(frame.officer)]
    Form = Annotated[dict[str, str], Depends(frame.form)]

    @routes.get("/supervision")
    def tasks(who: Who) -> Response:
        return frame.page("supervision_list.html", who, lines=desk.dispatches(), today=desk.today())

    @routes.get("/supervision/new")
    def new(who: Who) -> Response:
        return frame.page(
            "supervision_new.html", who, schools=desk.names(), form={}, chosen=set(desk.names()), fault=""
        )

    @routes.post("/supervision")
    def send(who: Who, form: Form) -> Response:
        frame.expect_sender(who, form)
        chosen = [code for code in desk.names() if f"school_{code}" in form]
        try:
            dispatch = desk.send(who, form, chosen)
        except UserError as wrong:
            return frame.page(
                "supervision_new.html", who, status=422, schools=desk.names(), form=form, chosen=set(chosen), fault=str(wrong)
            )  # fmt: skip
        return frame.go(f"/supervision/{dispatch}")

    @routes.get("/supervision/{dispatch}")
    def task(who: Who, dispatch: str) -> Response:
        return _shown(desk, who, dispatch)


def _judging_routes(routes: APIRouter, desk: TaskDesk) -> None:
    frame = desk.counter.frame
    Who = Annotated[Seated, Depends(frame.officer)]
    Form = Annotated[dict[str, str], Depends(frame.form)]

    def done(who: Seated, form: Mapping[str, str], dispatch: str, act: Callable[[], object]) -> Response:
        frame.expect_sender(who, form)
        try:
            act()
        except UserError as wrong:
            return _shown(desk, who, dispatch, fault=str(wrong), status=422)
        return frame.go(f"/supervision/{dispatch}")

    @routes.post("/supervision/{dispatch}/urge")
    def urge(who: Who, dispatch: str, form: Form) -> Response:
        return done(who, form, dispatch, lambda: desk.urge(who, dispatch))

    @routes.post("/supervision/{dispatch}/withdraw")
    def withdraw(who: Who, dispatch: str, form: Form) -> Response:
        return done(who, form, dispatch, lambda: desk.withdraw(who, dispatch, form.get("words", "")))

    @routes.post("/supervision/{dispatch}/{school}/accept")
    def accept(who: Who, dispatch: str, school: str, form: Form) -> Response:
        return done(who, form, dispatch, lambda: desk.judge(who, dispatch, school, form, accepted=True))

    @routes.post("/supervision/{dispatch}/{school}/return")
    def give_back(who: Who, dispatch: str, school: str, form: Form) -> Response:
        return done(who, form, dispatch, lambda: desk.judge(who, dispatch, school, form, accepted=False))


def _paper_routes(routes: APIRouter, desk: TaskDesk) -> None:
    frame = desk.counter.frame
    Who = Annotated[Seated, Depends(frame.officer)]

    @routes.get("/supervision/{dispatch}/notices.pdf")
    def notices(who: Who, dispatch: str) -> Response:
        return _file(
            "督查通知单.pdf", PDF, papers.notices_pdf(desk.papers(dispatch, answered=False)), shown=True
        )

    @routes.get("/supervision/{dispatch}/answers.pdf")
    def answers(who: Who, dispatch: str) -> Response:
        found = desk.papers(dispatch, answered=True)
        if not found:
            raise UserError("还没有学校答复，没有可打印的。")
        return _file("督查答复单.pdf", PDF, papers.replies_pdf(found), shown=True)

    @routes.get("/supervision/{dispatch}/answers.xlsx")
    def table(who: Who, dispatch: str) -> Response:
        cards = desk.cards(dispatch)
        return _file("督查答复汇总.xlsx", XLSX, sheets.answers_bytes(cards, desk.names()))

    @routes.get("/supervision/{dispatch}/{school}/files/{file_id}")
    def file(who: Who, dispatch: str, school: str, file_id: str) -> Response:
        card = desk.card(dispatch, school)
        found = next((one for one in card.files if one.id == file_id and one.is_sent), None)
        if found is None:
            raise UserError("没有这份材料，或学校还没有随答复交来。")
        content = desk.counter.file(school, found.digest)
        desk.counter.names_seen(who, f"打开督查材料：{card.row.title}", school)
        return _file(found.name, found.media, content)


def _shown(desk: TaskDesk, who: Seated, dispatch: str, *, fault: str = "", status: int = 200) -> Response:
    cards = desk.cards(dispatch)
    counts = rules.tally([(card.row.state, card.row.is_overdue) for card in cards])
    return desk.counter.frame.page(
        "supervision_task.html", who, status=status, cards=cards, first=cards[0], counts=counts, names=desk.names(),
        tones=TONES, fault=fault,
    )  # fmt: skip


def _file(name: str, media: str, content: bytes, *, shown: bool = False) -> Response:
    """A download under its own name; ``shown``: a PDF that the browser may show itself."""
    way = "inline" if shown else "attachment"
    headers = {
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return Response(content, 200, headers, media)


def _day(text: str, label: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"请写{label}，如 2026-03-31。") from None
