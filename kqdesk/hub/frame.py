"""The frame of every page officers see: templates, the house's look, who is signed in, and forms that cannot be forged.

Pages of rooms (their ``web.py``) are built with it: ``Depends(frame.officer)`` to ask who is there, ``Depends(frame.form)``
for what a form sent, ``frame.page(…)`` to answer. A form is taken only from our own pages: same origin, and the
session's token in it.
"""

import gzip
import hmac
import tomllib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from string import Template
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kqdesk.hub.limits import Limits, Purse, whole_body
from kqdesk.hub.officers import Officers, Seated
from kqdesk.hub.overview import short_name
from kqdesk.kernel.errors import NotAllowed
from kqdesk.kernel.resources import resource

COOKIE = "__Host-kqdesk"
CSRF = "csrf"
NOT_YOURS = "这个页面已经过期，刚才的操作没有做。请返回重新打开页面再试。"
ONLY_LOOKING = "审计账号只能查看，不能修改。"
NO_NAMES = "您的账号只看数字，不能打开名单。确有需要请找数据站管理员开通（kqdesk hub officer add --names）。"
_MOST_FIELDS = 200
asked_path: ContextVar[str] = ContextVar("asked_path", default="/")
"""The path of the page that is asked for: the navigation shows where one is."""


@dataclass(frozen=True)
class NavLink:
    """A page in the navigation: what it is called, where it is; ``group`` stands above several, ``rank`` orders them."""

    text: str
    path: str
    group: str = ""
    rank: int = 50


@dataclass(frozen=True)
class Upload:
    """A form that came with a file: its fields, and the file's own name and bytes (both empty for none)."""

    fields: Mapping[str, str]
    name: str
    body: bytes


class SignInFirst(Exception):
    """Nobody is signed in: the sign-in page comes first."""


@dataclass(frozen=True)
class Frame:
    """What all pages share."""

    officers: Officers
    clock: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    links: Sequence[NavLink] = ()
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

    async def upload(self, request: Request, most: int) -> Upload:
        """The fields and the one file (at most ``most`` bytes) of a multipart form from one of our own pages."""
        if not _is_ours(request):
            raise NotAllowed(NOT_YOURS)
        body = await whole_body(request.stream(), most + self.limits.form, self.limits.body_seconds)

        async def once() -> AsyncGenerator[bytes, None]:
            yield body

        try:
            form = await MultiPartParser(
                request.headers, once(), max_files=1, max_fields=_MOST_FIELDS
            ).parse()
        except (MultiPartException, KeyError, UnicodeDecodeError) as wrong:
            raise NotAllowed(NOT_YOURS) from wrong
        fields = {key: value for key, value in form.multi_items() if isinstance(value, str)}
        files = [value for value in form.values() if isinstance(value, UploadFile)]
        name, content = (files[0].filename or "", await files[0].read()) if files else ("", b"")
        await form.close()
        return Upload(fields, name, content)

    def expect_token(self, seated: Seated, form: Mapping[str, str]) -> None:
        """NotAllowed unless the form carries this session's token; enough where a form changes nothing."""
        if not hmac.compare_digest(form.get(CSRF, "").encode("utf-8"), seated.csrf.encode("utf-8")):
            raise NotAllowed(NOT_YOURS)

    def expect_sender(self, seated: Seated, form: Mapping[str, str]) -> None:
        """The same, and the officer may change things."""
        self.expect_token(seated, form)
        if not seated.officer.may_change:
            raise NotAllowed(ONLY_LOOKING)

    def expect_names(self, seated: Seated) -> None:
        """NotAllowed unless the officer may open the names behind a number."""
        if not seated.officer.sees_names:
            raise NotAllowed(NO_NAMES)

    # ------------------------------------------------------------------ answering

    def page(self, template: str, seated: Seated | None, *, status: int = 200, **values: object) -> Response:
        """A page of ``resources/hub`` for whoever is signed in."""
        token = Markup('<input type="hidden" name="{}" value="{}">').format(
            CSRF, seated.csrf if seated else ""
        )
        shown = {
            "seated": seated, "token": token, "style": self.style_name, "nav_groups": self.groups, "here": self.here(),
            "chart_scripts": [path for path, _ in self.scripts.values()], **values,
        }  # fmt: skip
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

    # ------------------------------------------------------------------ the navigation

    @cached_property
    def groups(self) -> list[tuple[str, list[NavLink]]]:
        """The links in order, under the words they share."""
        ordered = sorted(self.links, key=lambda link: link.rank)
        return [(name, list(found)) for name, found in groupby(ordered, key=lambda link: link.group)]

    @property
    def home(self) -> str:
        """The page after sign-in."""
        return self.groups[0][1][0].path if self.links else "/schools"

    def here(self) -> str:
        """The path of the link whose page, or a page below it, is shown."""
        path = asked_path.get()
        fitting = [link.path for link in self.links if path == link.path or path.startswith(f"{link.path}/")]
        return max(fitting, key=len, default="")

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
    def scripts(self) -> dict[str, tuple[str, bytes]]:
        """The scripts of charts by name: path (another text, another name) and the text packed with gzip."""
        found = {}
        for name in ("echarts.min", "charts"):
            text = resource(f"hub/{name}.js").read_bytes()
            found[name] = (f"/static/{sha256(text).hexdigest()[:12]}.js", gzip.compress(text, 9, mtime=0))
        return found

    @cached_property
    def _templates(self) -> Environment:
        made = Environment(
            loader=FileSystemLoader(resource("hub")), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        made.filters["short"] = short_name
        return made


def _is_ours(request: Request) -> bool:
    """Whether the browser says the form stands on a page of this very host."""
    site = request.headers.get("sec-fetch-site", "")  # what no page can forge; older browsers do not send it
    if site:
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host", "-")
