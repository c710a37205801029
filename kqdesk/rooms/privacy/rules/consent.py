"""Which notice counts on a day, how a person stands to it, when an answer is due. Pure."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from kqdesk.kernel.resources import resource
from kqdesk.rooms.privacy.terms import Basis, ConsentState, Purpose

MONDAY_TO_FRIDAY = 5


@dataclass(frozen=True)
class Version:
    """A published notice: its number and its first day."""

    number: int
    effective_from: date


@dataclass(frozen=True)
class Draft:
    """A shipped text to start from; ``{school}`` and ``{phone}`` stand for the school's own."""

    title: str
    basis: Basis
    needs_consent: bool
    body: str


@cache
def shipped_drafts() -> Mapping[Purpose, Draft]:
    """The texts that come with the program (``resources/privacy/notices.toml``)."""
    written = tomllib.loads(resource("privacy/notices.toml").read_text("utf-8"))
    return {
        Purpose(key): Draft(part["title"], Basis(part["basis"]), part["needs_consent"], part["body"].strip())
        for key, part in written.items()
    }


def filled(body: str, *, school: str, phone: str | None) -> str:
    """The shipped text with the school's own name and telephone in it."""
    return body.replace("{school}", school).replace("{phone}", phone or "＿＿＿＿＿＿")


def version_in_force(versions: Iterable[Version], on: date) -> Version | None:
    """The newest version whose day has come; None when nothing was published."""
    begun = [version for version in versions if version.effective_from <= on]
    return max(begun, key=lambda version: version.number, default=None)


def consent_state(in_force: Version | None, given: int | None, *, withdrawn: bool) -> ConsentState:
    """How a person stands to a purpose. ``given``: the newest version she agreed to, None for none.

    R-PRI-01: a new version asks everybody again; withdrawn stays withdrawn until somebody agrees anew
    (个人信息保护法 第十四、十五条).
    """
    if withdrawn:
        return ConsentState.WITHDRAWN
    if given is None:
        return ConsentState.MISSING
    if in_force is not None and given < in_force.number:
        return ConsentState.OUTDATED
    return ConsentState.GIVEN


def needs_guardian(birth_date: date | None, on: date, age: int | None) -> bool:
    """R-PRI-02: below ``age`` full years a guardian agrees (个人信息保护法 第三十一条); unknown birth or age: no."""
    if birth_date is None or age is None:
        return False
    years = on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
    return years < age


def answer_due(
    received: date, days: int | None, holidays: Iterable[date], workdays: Iterable[date]
) -> date | None:
    """The last day to answer: ``days`` working days after the day it came in; None = 未配置.

    holidays: days off besides weekends; workdays: weekend days that are worked (调休).
    """
    if days is None:
        return None
    off, on = set(holidays), set(workdays)
    day = received
    left = days
    while left > 0:
        day += timedelta(days=1)
        is_working = day in on or (day.weekday() < MONDAY_TO_FRIDAY and day not in off)
        left -= is_working
    return day
