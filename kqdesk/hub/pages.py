"""The first pages of the hub: sign-in, schools with their freshness, one school with its PCs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kqdesk.hub.frame import Frame, NavLink
from kqdesk.hub.officers import Seated
from kqdesk.hub.overview import Ledger, SchoolLine, ago, school_line, school_lines
from kqdesk.hub.switchboard import address_of
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.resources import resource
from kqdesk.sync.envelope import Refused
from kqdesk.sync.invitation import Invitation, print_code
from kqdesk.sync.register import Register, StationCard
from kqdesk.sync.spoken import spoken

Ledgers = Callable[[], Mapping[str, Ledger]]
"""What the hub's books say of every school."""
_KEPT = {"Cache-Control": "public, max-age=604800"}
LINKS = (NavLink("学校与电脑", "/schools", "管理", 90),)
DONE = {"lock": "已暂停", "unlock": "已恢复", "revoke": "已停用"}


@dataclass(frozen=True)
class FirstPages:
    """What the pages stand on."""

    frame: Frame
    register: Register
    ledgers: Ledgers
    clock: Callable[[], datetime]
    fingerprint: bytes

    def schools(self) -> list[SchoolLine]:
        """Every school, the quietest first."""
        return school_lines(
            self.register.schools(), self.register.all_stations(), self.ledgers(), self.clock()
        )

    def school(self, code: str) -> SchoolLine:
        """One school; UserError when there is none."""
        card = self.register.school(code)
        return school_line(card, self.register.stations(code), self.ledgers(), self.clock())

    def station(self, code: str, station: str) -> StationCard:
        """One PC of a school; UserError when there is none."""
        found = self.register.station(station)
        if found is None or found.school != code:
            raise UserError("这所学校没有这台电脑。")
        return found

    def change(self, who: Seated, code: str, station: str, act: str) -> None:
        """Lock, unlock or revoke a PC."""
        if act == "revoke":
            card = self.register.revoke(code, station)
        else:
            card = self.register.lock(code, station, locked=act == "lock")
        self.frame.officers.note(who.officer, code, f"{DONE[act]} {card.name}（{card.station}）")

    def acts(self, code: str) -> list[tuple[str, str, str]]:
        """What officers did with a school: when in words, who, what."""
        now = self.clock()
        return [(ago(now, act.at), act.officer, act.words) for act in self.frame.officers.acts(code)]

    def page(self, who: Seated, code: str, invitation: str = "") -> Response:
        """One school's page."""
        words, acts = spoken(self.fingerprint), self.acts(code)
        school = self.school(code)
        return self.frame.page(
            "school.html", who, school=school, acts=acts, invitation=invitation, words=words
        )

    def invite(self, who: Seated, code: str) -> str:
        """The text of a new invitation."""
        self.frame.officers.note(who.officer, code, "发出一个邀请码")
        return print_code(Invitation(self.register.invite(code), self.fingerprint))


def first_pages(pages: FirstPages) -> APIRouter:
    """Their routes."""
    routes = APIRouter(include_in_schema=False)
    _sign_in_routes(routes, pages.frame)
    _school_routes(routes, pages)
    _station_routes(routes, pages)
    return routes


def _sign_in_routes(routes: APIRouter, frame: Frame) -> None:
    Form = Annotated[dict[str, str], Depends(frame.form)]
    Who = Annotated[Seated, Depends(frame.officer)]

    @routes.get("/static/{name}.css")
    def style(name: str) -> Response:
        return Response(frame.style_sheet, 200, _KEPT, "text/css; charset=utf-8")

    @routes.get("/static/{name}.js")
    def script(name: str) -> Response:
        found = next((text for path, text in frame.scripts.values() if path == f"/static/{name}.js"), None)
        if found is None:
            raise HTTPException(404)
        return Response(found, 200, {**_KEPT, "Content-Encoding": "gzip"}, "text/javascript; charset=utf-8")

    @routes.get("/static/icon.svg")
    def icon() -> Response:
        return Response(resource("icons/exchange.svg").read_bytes(), 200, _KEPT, "image/svg+xml")

    @routes.get("/sign-in")
    def sign_in_page() -> Response:
        return frame.page("sign_in.html", None, name="", fault="")

    @routes.post("/sign-in")
    def sign_in(request: Request, form: Form) -> Response:
        name = form.get("name", "").strip()
        try:
            frame.tries.spend(address_of(request))
            token = frame.officers.sign_in(name, form.get("password", ""))
        except UserError as wrong:
            status = wrong.status if isinstance(wrong, Refused) else 403
            return frame.page("sign_in.html", None, status=status, name=name, fault=str(wrong))
        return frame.open_session(token, frame.home)

    @routes.post("/sign-out")
    def sign_out(request: Request, who: Who, form: Form) -> Response:
        frame.officers.sign_out(request.cookies.get("__Host-kqdesk", ""))
        return frame.close_session("/sign-in")


def _school_routes(routes: APIRouter, pages: FirstPages) -> None:
    frame = pages.frame
    Form = Annotated[dict[str, str], Depends(frame.form)]
    Who = Annotated[Seated, Depends(frame.officer)]

    @routes.get("/")
    def first(who: Who) -> Response:
        return frame.go(frame.home)

    @routes.get("/schools")
    def schools(who: Who) -> Response:
        return frame.page("schools.html", who, schools=pages.schools())

    @routes.post("/schools")
    def add_school(who: Who, form: Form) -> Response:
        frame.expect_sender(who, form)
        card = pages.register.add_school(form.get("code", "").strip(), form.get("name", ""))
        frame.officers.note(who.officer, card.code, f"登记学校 {card.name}")
        return frame.go(f"/schools/{card.code}")

    @routes.get("/schools/{code}")
    def school(code: str, who: Who) -> Response:
        return pages.page(who, code)

    @routes.post("/schools/{code}/invite")
    def invite(code: str, who: Who, form: Form) -> Response:
        frame.expect_sender(who, form)
        return pages.page(who, code, pages.invite(who, code))


def _station_routes(routes: APIRouter, pages: FirstPages) -> None:
    frame = pages.frame
    Form = Annotated[dict[str, str], Depends(frame.form)]
    Who = Annotated[Seated, Depends(frame.officer)]

    @routes.get("/schools/{code}/stations/{station}/revoke")
    def ask_revoke(code: str, station: str, who: Who) -> Response:
        card = pages.station(code, station)
        return frame.page("revoke.html", who, school=pages.school(code), station=card)

    @routes.post("/schools/{code}/stations/{station}/{act}")
    def change(code: str, station: str, act: str, who: Who, form: Form) -> Response:
        frame.expect_sender(who, form)
        if act not in DONE:
            raise UserError("没有这个操作。")
        pages.change(who, code, station, act)
        return frame.go(f"/schools/{code}")
