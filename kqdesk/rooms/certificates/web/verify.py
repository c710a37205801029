"""证书验证 on the hub, for anybody: a square's text or link in, what it is worth out. No sign-in, and not too often.

Shows only what the certificate itself says, the name masked; whether it is revoked is asked of the school's own rows.
"""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from kqdesk.hub.counter import Counter
from kqdesk.kernel.resources import resource
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.certificates.queries.hub_register import hub_keys, hub_register
from kqdesk.security.certificate_qr import BadQr, Claim, decode
from kqdesk.security.certificate_verdict import Verdict, verify_certificate
from kqdesk.security.masking import mask_name

LONGEST = 2_000  # characters; a square's text has at most 560
_KEPT = {"Cache-Control": "public, max-age=3600"}


class Verifier:
    """What the page asks."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    def verdict(self, text: str) -> Verdict:
        """有效 · 已撤销 · 未登记 · 无效, by the keys and the register of the school the square names."""
        text = text.strip()[:LONGEST]
        try:
            claim: Claim | None = decode(text).claim
        except BadQr:
            claim = None
        names = {card.code: card.name for card in self.counter.register.schools()}
        if claim is None or claim.issuer not in names:
            # a school this hub does not know: its keys are none of ours, the verdict says so
            return verify_certificate(text, keys=(), revoked={}, registered=None)
        school, counter = claim.issuer, self.counter
        with counter.reading(school) as conn:
            keys = hub_keys(conn, counter.table, school, names[school])
            registered, revoked = hub_register(conn, counter.table, school, claim.number, counter.opened)
            seen = self._seen(conn, school)
        return verify_certificate(text, keys=keys, revoked=revoked, registered=registered, list_of=seen)

    def _seen(self, conn: Connection, school: str) -> date | None:
        """The day of the school's last batch: its register is as of then."""
        books = self.counter.core.books
        at = books.run(conn, "SELECT batch_at FROM hub_school WHERE school=?", (school,)).scalar_one_or_none()
        return school_day(datetime.fromisoformat(str(at))) if at else None


def verify_routes(routes: APIRouter, counter: Counter) -> None:
    """The form, a link, the link of a printed square."""
    verifier, frame = Verifier(counter), counter.frame
    Form = Annotated[dict[str, str], Depends(counter.public_form)]

    def shown(text: str = "", *, is_asked: bool = False) -> Response:
        found = verifier.verdict(text) if is_asked else None
        claim = found.claim if found is not None else None
        name = mask_name(claim.name) if claim is not None else ""
        return frame.page("verify.html", None, found=found, claim=claim, name=name, text=text[:LONGEST])

    @routes.get("/v")
    @routes.get("/c")
    def ask(request: Request) -> Response:
        counter.public_visit(request)
        return shown()

    @routes.post("/v")
    def answer(form: Form) -> Response:
        text = form.get("text", "")
        return shown(text, is_asked=bool(text.strip()))

    @routes.get("/v/verify.js")
    def script() -> Response:
        content = resource("hub/verify.js").read_bytes()
        return Response(content, 200, _KEPT, "text/javascript; charset=utf-8")

    @routes.get("/v/{text:path}")
    def link(request: Request, text: str) -> Response:
        counter.public_visit(request)
        return shown(text, is_asked=True)
