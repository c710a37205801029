"""证书区审核: certificates the school approved and the district passes or sends back, where the rule pack wants it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from kqdesk.hub.counter import DISTRICT_SCHOOL, Counter
from kqdesk.hub.officers import Seated
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.certificates.queries.hub_reviews import (
    REVIEW,
    WaitingCertificate,
    waiting_certificates,
    waiting_counts,
)
from kqdesk.rooms.certificates.terms import REVIEWED
from kqdesk.rooms.office.queries.district_packs import schools_with

MOST = 150  # on one page: a form of the hub has at most 200 fields
NONE_CHOSEN = "请先勾选证书。"
NO_REASON = "退回要写明原因，学校会看到。"


class ReviewDesk:
    """What the pages ask and write."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    def names(self) -> dict[str, str]:
        """School code → name."""
        return {card.code: card.name for card in self.counter.register.schools()}

    def reviewing(self) -> set[str]:
        """Schools whose rule packs have the district review certificates."""
        counter = self.counter
        today = school_day(counter.clock())
        with counter.reading() as conn:
            return schools_with(conn, counter.table, REVIEWED, on=today, district=DISTRICT_SCHOOL)

    def counts(self) -> list[tuple[str, str, int]]:
        """(code, name, how many wait) of every school that is reviewed, most first."""
        names, reviewing = self.names(), self.reviewing()
        with self.counter.reading() as conn:
            counts = waiting_counts(conn, self.counter.table)
        found = [(code, names[code], counts.get(code, 0)) for code in names if code in reviewing]
        return sorted(found, key=lambda one: (-one[2], one[0]))

    def waiting(self, school: str) -> list[WaitingCertificate]:
        """Of one school; UserError when the district does not review it."""
        if school not in self.reviewing():
            raise UserError("这所学校的证书不用区里审核（规则包里没有这样定）。")
        with self.counter.reading(school) as conn:
            return waiting_certificates(conn, self.counter.table, school, opened=self.counter.opened)

    def review(self, who: Seated, school: str, form: Mapping[str, str]) -> int:
        """Pass or send back what is ticked; how many."""
        accepted, words = form.get("act") == "accept", form.get("words", "").strip()
        chosen = [one for one in self.waiting(school)[:MOST] if f"c_{one.id}" in form]
        if not chosen:
            raise UserError(NONE_CHOSEN)
        if not accepted and not words:
            raise UserError(NO_REASON)
        rows = [
            {
                "id": self.counter.new_id(), "certificate_id": one.id, "accepted": accepted, "words": words or None,
                "reviewed_by": who.officer.name, "reviewed_at": self.counter.clock(),
            }
            for one in chosen
        ]  # fmt: skip
        said = "证书审核通过" if accepted else f"证书退回（{words}）"
        self.counter.write(who, school, {REVIEW: rows}, f"{said}：{len(rows)} 张")
        return len(rows)


def review_routes(routes: APIRouter, counter: Counter) -> None:
    """The schools, and one school's certificates."""
    desk, frame = ReviewDesk(counter), counter.frame
    Who = Annotated[Seated, Depends(frame.officer)]
    Form = Annotated[dict[str, str], Depends(frame.form)]

    def shown(who: Seated, school: str, fault: str = "", status: int = 200) -> Response:
        name = desk.names().get(school, school)
        rows = desk.waiting(school)
        return frame.page(
            "certificate_review.html", who, status=status, school=school, name=name, rows=rows[:MOST], count=len(rows),
            fault=fault,
        )  # fmt: skip

    @routes.get("/certificates")
    def schools(who: Who) -> Response:
        return frame.page("certificate_schools.html", who, schools=desk.counts())

    @routes.get("/certificates/{school}")
    def one(who: Who, school: str) -> Response:
        return shown(who, school)

    @routes.post("/certificates/{school}")
    def review(who: Who, school: str, form: Form) -> Response:
        frame.expect_sender(who, form)
        try:
            desk.review(who, school, form)
        except UserError as wrong:
            return shown(who, school, str(wrong), 422)
        return frame.go(f"/certificates/{school}")
