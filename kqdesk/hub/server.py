"""The web application: the line to stations, health, and officers' pages, each request logged and its answer guarded."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kqdesk.hub.described import ENDPOINTS, DescribedApp
from kqdesk.hub.frame import Frame, SignInFirst, asked_path
from kqdesk.hub.speech import Speech
from kqdesk.hub.switchboard import Switchboard, refusal_for
from kqdesk.kernel.clocks import seconds_now
from kqdesk.kernel.errors import NotAllowed, Unreachable, UserError
from kqdesk.sync.envelope import Refused, nonce_of, sign_reply

_log = logging.getLogger("kqdesk.hub")
_GUARD = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True)
class Served:
    """What an application is made of. ``ready`` raises Unreachable while the database does not answer."""

    switchboard: Switchboard
    frame: Frame
    pages: Sequence[APIRouter]
    ready: Callable[[], None]
    version: str


def make_app(served: Served) -> FastAPI:
    """The whole application."""
    app = DescribedApp(
        title="kqdesk hub", version=served.version, docs_url=None, redoc_url=None, openapi_url="/openapi.json"
    )
    line = served.switchboard

    async def ask(request: Request) -> Response:
        return await line.take(request)

    for one in ENDPOINTS:
        app.add_api_route(
            one.path, ask, methods=[one.method], summary=one.summary, operation_id=one.name,
            response_class=Response, openapi_extra=one.described(), responses=one.responses(),
        )  # fmt: skip
    app.include_router(_health(served))
    for routes in served.pages:
        app.include_router(routes)
    refusing = Refusing(line, served.frame)
    for kind in (SignInFirst, HTTPException, RequestValidationError, UserError, Exception):
        app.add_exception_handler(kind, refusing.told)
    app.add_middleware(Around)
    return app


def _health(served: Served) -> APIRouter:
    routes = APIRouter()

    @routes.get("/health", summary="Is the hub there and its database with it", operation_id="health")
    def health() -> dict[str, str]:
        served.ready()
        return {"status": "ok", "version": served.version}

    return routes


@dataclass(frozen=True)
class Refusing:
    """Whatever went wrong outside the line's own care: a signed refusal on the line, a page elsewhere."""

    line: Switchboard
    frame: Frame

    async def told(self, request: Request, wrong: Exception) -> Response:
        """The answer to a request that failed with ``wrong``."""
        if isinstance(wrong, SignInFirst):
            return self.frame.go("/sign-in")
        if isinstance(wrong, HTTPException):
            answer = self._refuse(request, Refused("method" if wrong.status_code == 405 else "missing"))
            answer.headers.update(wrong.headers or {})  # Allow
            return answer
        if isinstance(wrong, RequestValidationError):  # an address nobody's page gave out
            return self._refuse(request, Refused("missing"))
        if isinstance(wrong, NotAllowed):
            return self.frame.page("fault.html", None, status=403, words=str(wrong))
        return self._refuse(request, self._kind(wrong))

    def _kind(self, wrong: Exception) -> Refused:
        if isinstance(wrong, Refused):
            return wrong
        return Refused("busy") if isinstance(wrong, Unreachable) else refusal_for(wrong)

    def _refuse(self, request: Request, refused: Refused) -> Response:
        path = request.url.path
        if path.startswith("/v1/"):
            speech = Speech.of(request.headers)
            reply = speech.refuse(refused)
            headers = sign_reply(
                self.line.keys.signer, nonce_of(request.headers), reply, at=self.line.clock()
            )
            return Response(reply.body, reply.status, headers | {"Content-Type": speech.media})
        if path in ("/health", "/openapi.json"):
            reply = Speech(reads_json=True).refuse(refused)
            return Response(reply.body, reply.status, media_type="application/json")
        return self.frame.page("fault.html", None, status=refused.status, words=str(refused))


class Around:
    """Around every request: what it was and how it ended goes to the log, guarding headers to the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, note = seconds_now(), scope.setdefault("kqdesk.note", {})
        note |= {"method": scope["method"], "status": 500, "sent": 0}
        asked_path.set(scope["path"])

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                note["status"] = message["status"]
                if not scope["path"].startswith("/v1/"):
                    MutableHeaders(scope=message).update(_GUARD)
            elif message["type"] == "http.response.body":
                note["sent"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        finally:
            _write_down(scope, note, seconds_now() - began)


def _write_down(scope: Scope, note: dict[str, Any], seconds: float) -> None:
    """The route as it is declared, never the path as it was asked: a path may hold anything."""
    route = getattr(scope.get("route"), "path", "—")
    _log.info("request", extra={"request": {**note, "route": route, "ms": round(seconds * 1000, 1)}})
