"""The frame of every page officers see: templates, the house's look, who is signed in, and forms that cannot be forged.

Pages of rooms (their ``web.py``) are built with it: ``Depends(frame.officer)`` to ask who is there, ``Depends(frame.form)``
for what a form sent, ``frame.page(…)`` to answer. A form is taken only from our own pages: same origin, and the
session's token in it.
"""

import hmac
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from string import Template
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kqdesk.hub.limits import Limits, Purse, whole_body
from kqdesk.hub.officers import Officers, Seated
from kqdesk.kernel.errors import NotAllowed
from kqdesk.kernel.resources import resource

COOKIE = "__Host-kqdesk"
CSRF = "csrf"
NOT_YOURS = "这个页面已经过期，刚才的操作没有做。请返回重新打开页面再试。"
ONLY_LOOKING = "审计账号只能查看，不能修改。"
_MOST_FIELDS = 200


class SignInFirst(Exception):
    """Nobody is signed in: the sign-in page comes first."""


@dataclass(frozen=True)
class Frame:
    """What all pages share."""

    officers: Officers
    clock: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    tries: Purse = field(init=False)

    def __post_init__(self) -> None:
        """Fill the purse of sign-ins."""
        object.__setattr__(self, "tries", Purse(self.limits.address_per_second, self.limits.address_burst))

    # ------------------------------------------------------------------ who is there

    def officer(self, request: Request) -> Seated:
        """Who is signed in; ``SignInFirst`` when nobody is."""
        token = request.cookies.get(COOKIE, "")
        seated = self.officers.seated(token) if token else None
        if seated is None:
            raise SignInFirst
        return seated

    async def form(self, request: Request) -> dict[str, str]:
        """The fields of a form sent from one of our own pages; NotAllowed from anywhere else."""
        if not _is_ours(request):
            raise NotAllowed(NOT_YOURS)
        body = await whole_body(request.stream(), self.limits.form, self.limits.body_seconds)
        try:
            return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except (UnicodeDecodeError, ValueError) as wrong:
            raise NotAllowed(NOT_YOURS) from wrong

    def expect_sender(self, seated: Seated, form: Mapping[str, str]) -> None:
        """NotAllowed unless the form carries this session's token and the officer may change things."""
        if not hmac.compare_digest(form.get(CSRF, "").encode("utf-8"), seated.csrf.encode("utf-8")):
            raise NotAllowed(NOT_YOURS)
        if not seated.officer.may_change:
            raise NotAllowed(ONLY_LOOKING)

    # ------------------------------------------------------------------ answering

    def page(self, template: str, seated: Seated | None, *, status: int = 200, **values: object) -> Response:
        """A page of ``resources/hub`` for whoever is signed in."""
        token = Markup('<input type="hidden" name="{}" value="{}">').format(
            CSRF, seated.csrf if seated else ""
        )
        shown = {"seated": seated, "token": token, "style": self.style_name, **values}
        text = self._templates.get_template(template).render(shown)
        return HTMLResponse(text, status, {"Cache-Control": "no-store"})

    def go(self, path: str) -> Response:
        """After a form was taken: on to another page, so that a reload sends nothing twice."""
        return RedirectResponse(path, status_code=303)

    def open_session(self, token: str, path: str) -> Response:
        """Hand out a session's cookie and go on."""
        answer = self.go(path)
        answer.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="strict")
        return answer

    def close_session(self, path: str) -> Response:
        """Take the cookie back and go on."""
        answer = self.go(path)
        answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return answer

    # ------------------------------------------------------------------ the look

    @cached_property
    def style_sheet(self) -> str:
        """The style sheet with the theme's tokens put in."""
        tokens = tomllib.loads(resource("theme/tokens.toml").read_text("utf-8"))
        faces = ", ".join(f'"{name}"' for name in tokens["type"]["families"])
        sizes = {f"space_{name}": f"{pixels}px" for name, pixels in tokens["space"].items()}
        sizes |= {f"radius_{name}": f"{pixels}px" for name, pixels in tokens["radius"].items()}
        sizes |= {f"size_{name}": f"{pixels}px" for name, pixels in tokens["size"]["large"].items()}
        text = resource("hub/hub.css").read_text("utf-8")
        return Template(text).substitute(tokens["colour"] | sizes, families=faces)

    @cached_property
    def style_name(self) -> str:
        """Its path; another text, another name, so that browsers may keep it."""
        return f"/static/{sha256(self.style_sheet.encode('utf-8')).hexdigest()[:12]}.css"

    @cached_property
    def _templates(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(resource("hub")), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip


def _is_ours(request: Request) -> bool:
    """Whether the browser says the form stands on a page of this very host."""
    site = request.headers.get("sec-fetch-site", "")  # what no page can forge; older browsers do not send it
    if site:
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host", "-")
