"""What the packs say of follow-up and satisfaction on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.office.rules import Pack, value

MONTHS, BANDS = "followup.months", "followup.pay_bands"
QUESTIONS, SCALE = "satisfaction.questions", "satisfaction.scale"
EMPLOYER_QUESTIONS = "satisfaction.employer_questions"
LEAST, GOOD_FROM = "satisfaction.least_shown", "satisfaction.good_from"
POSTING = "publicity.days"


@dataclass(frozen=True)
class Bands:
    """收入档 lowest first: (code, words). Empty = 未配置."""

    rows: tuple[tuple[str, str], ...] = ()

    def place(self, code: str | None) -> int | None:
        """Where a code stands from 0; None for none and for one the pack no longer has."""
        return next((at for at, (key, _) in enumerate(self.rows) if key == code), None)

    def words(self, code: str | None) -> str:
        """What people read; the code itself when the pack no longer has it."""
        return next((words for key, words in self.rows if key == code), code or "")


def months_on(packs: Sequence[Pack], on: date) -> tuple[int, ...]:
    """After how many months somebody who completed on that day is called; empty = 未配置."""
    found = value(packs, MONTHS, on)
    codes = found.codes if found else ()
    return tuple(sorted({int(code) for code in codes if code.isdigit() and int(code)}))


def bands_on(packs: Sequence[Pack], on: date) -> Bands:
    """The pay bands of a day."""
    return Bands(_labelled(packs, BANDS, on))


def _labelled(packs: Sequence[Pack], key: str, on: date) -> tuple[tuple[str, str], ...]:
    found = value(packs, key, on)
    return tuple((code, found.shape.labels.get(code, code)) for code in found.codes) if found else ()


@dataclass(frozen=True)
class FormPolicy:
    """Questions (key, words) and the highest score; ``rule`` names pack and version. Anything empty = 未配置."""

    questions: tuple[tuple[str, str], ...]
    scale: int | None
    rule: str


def form_policy(session: Session, key: str, on: date) -> FormPolicy:
    """The questions of ``key`` (QUESTIONS, EMPLOYER_QUESTIONS) on a day; one statement."""
    packs = active_packs(session)
    asked, scale = value(packs, key, on), value(packs, SCALE, on)
    rule = f"{asked.pack_title} 第 {asked.pack_version} 版" if asked else ""
    return FormPolicy(_labelled(packs, key, on), scale.number if scale else None, rule)


def least_shown(packs: Sequence[Pack], on: date) -> int | None:
    """How many forms there must be before results are shown; None = 未配置."""
    found = value(packs, LEAST, on)
    return found.number if found else None


def good_from(packs: Sequence[Pack], on: date) -> int | None:
    """From which score on somebody is satisfied; None = 未配置."""
    found = value(packs, GOOD_FROM, on)
    return found.number if found else None


def pay_bands(session: Session, on: date) -> Bands:
    """The pay bands of a day; one statement."""
    return bands_on(active_packs(session), on)


def followed_months(session: Session, on: date) -> tuple[int, ...]:
    """After how many months people are called; one statement. Empty = 未配置."""
    return months_on(active_packs(session), on)
