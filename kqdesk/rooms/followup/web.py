"""The satisfaction form by QR code: no sign-in, one class a token, nobody's name, rate limited."""

import re
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from kqdesk.hub.counter import Counter, NavLink
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.followup import rules
from kqdesk.rooms.followup.queries.public import PublicForm, is_answered, public_form
from kqdesk.rooms.followup.terms import AnswerWay

LINKS: tuple[NavLink, ...] = ()
MOST_WORDS = 500
GONE = "没有这份问卷。请扫纸上的二维码，或向班主任要新的。"
_ID = re.compile(r"[0-9a-f]{32}")


def pages(counter: Counter) -> APIRouter:
    """``/s/TOKEN``."""
    routes = APIRouter(include_in_schema=False)
    Form = Annotated[dict[str, str], Depends(counter.public_form)]

    @routes.get("/s/{token}")
    def ask(request: Request, token: str) -> Response:
        counter.public_visit(request)
        found = _form(counter, token)
        if found is None or found.closed or _said(request, token):
            return _end(counter, found, _said(request, token))
        return _page(counter, found, counter.new_id(), {}, "")

    @routes.post("/s/{token}")
    def answer(request: Request, token: str, form: Form) -> Response:
        found = _form(counter, token)
        key = form.get("id", "")
        if found is None or not _ID.fullmatch(key):
            return _end(counter, None, False)
        with counter.reading(found.school) as connection:
            is_again = is_answered(connection, counter.table, found.school, key)
        if is_again or found.closed:
            return _end(counter, found, is_again)
        scores = tuple(_score(form.get(f"q{n}", "")) for n in range(len(found.questions)))
        words = form.get("words", "").strip()
        fault = rules.scores_fault(scores, len(found.questions), found.scale) or _words_fault(words)
        if fault:
            return _page(counter, found, key, form, fault)
        row = {
            "id": key, "questionnaire_id": found.questionnaire_id, "way": AnswerWay.WEB, "scores": list(scores),
            "words": words or None, "answered_on": school_day(counter.clock()),
        }  # fmt: skip
        counter.write_public(found.school, {"satisfaction_answer": [row]}, "满意度手机填写")
        done = _end(counter, found, True)
        done.set_cookie(
            _cookie(token),
            "1",
            max_age=180 * 86_400,
            path=f"/s/{token}",
            secure=True,
            httponly=True,
            samesite="lax",
        )
        return done

    return routes


def _form(counter: Counter, token: str) -> PublicForm | None:
    if not _ID.fullmatch(token):
        return None
    with counter.reading() as connection:
        return public_form(connection, counter.table, token, today=school_day(counter.clock()))


def _page(counter: Counter, found: PublicForm, key: str, form: Mapping[str, str], fault: str) -> Response:
    chosen = [form.get(f"q{n}", "") for n in range(len(found.questions))]
    return counter.frame.page(
        "followup_form.html", None, status=422 if fault else 200, form=found, school_name=_name(counter, found), key=key,
        chosen=chosen, words=form.get("words", ""), fault=fault, most=MOST_WORDS,
    )  # fmt: skip


def _end(counter: Counter, found: PublicForm | None, is_said: bool) -> Response:
    """Thanks, or why nothing is asked."""
    if found is None:
        sentence = GONE
    elif is_said:
        sentence = "您的评价已经收到，谢谢！不记姓名，学校只看合在一起的结果。"
    else:
        sentence = found.closed
    return counter.frame.page(
        "followup_thanks.html", None, status=404 if found is None else 200, sentence=sentence, is_said=is_said
    )


def _name(counter: Counter, found: PublicForm) -> str:
    return counter.register.school(found.school).name


def _cookie(token: str) -> str:
    return f"kqdesk-s-{token[:8]}"


def _said(request: Request, token: str) -> bool:
    return request.cookies.get(_cookie(token)) == "1"


def _score(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else None


def _words_fault(words: str) -> str | None:
    return f"意见最多 {MOST_WORDS} 个字。" if len(words) > MOST_WORDS else None
