"""The district's numbers out of what is kept of every school: targets, who is behind, one figure by its groups."""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kqdesk.hub.counter import Counter
from kqdesk.hub.freshness import last_seen
from kqdesk.hub.overview import ago
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.rules import shipped_packs
from kqdesk.rooms.reports.rules import FIGURES, Figure, FigureKind, Period, PlanLine, calendar_year
from kqdesk.rooms.reports.rules.figures import plain, said
from kqdesk.rooms.reports.terms import Breakdown
from kqdesk.rooms.reports.web.kept import BEFORE, KEPT, TARGETED


@dataclass(frozen=True)
class Progress:
    """One figure against what was planned. ``shares``: what the schools' own targets come to, 0 for one school."""

    line: PlanLine
    shares: int = 0

    @property
    def kind(self) -> FigureKind:
        """What it is."""
        return self.line.kind

    @property
    def value(self) -> int:
        """What counts so far."""
        return self.line.done

    @property
    def plan(self) -> int | None:
        """None: nobody set one."""
        return self.line.target

    @property
    def shown(self) -> str:
        """With its unit."""
        return self.line.figure.shown

    @property
    def ahead(self) -> int:
        """Still to come from open classes."""
        return self.line.ahead

    @property
    def number(self) -> str:
        """Without it."""
        return plain(self.kind, self.value)

    @property
    def expected(self) -> int | None:
        """What should have been reached by now, if every day brought the same."""
        if self.plan is None or self.kind.is_mean:
            return None
        return self.plan * self.line.period.days_gone // self.line.period.days

    @property
    def is_behind(self) -> bool:
        """Less than the days that are over would ask for."""
        return not self.kind.is_mean and self.line.is_behind

    @property
    def percent(self) -> int | None:
        """Of the plan, rounded down."""
        return self.line.percent

    @property
    def lag(self) -> float:
        """Share of what is expected by now that is missing; 0 when nothing is, or nothing is planned."""
        return max(0.0, 1 - self.value / self.expected) if self.expected else 0.0


@dataclass(frozen=True)
class SchoolProgress:
    """One school. ``seen``: when one of its PCs was last there, in words; ``is_reckoned``: whether there are numbers."""

    code: str
    name: str
    seen: str
    tone: str
    figures: tuple[Progress, ...]
    is_reckoned: bool

    @property
    def behind(self) -> tuple[Progress, ...]:
        """The figures that are."""
        return tuple(one for one in self.figures if one.is_behind)

    @property
    def lag(self) -> float:
        """The worst of them."""
        return max((one.lag for one in self.figures), default=0.0)

    @property
    def has_plan(self) -> bool:
        """Whether anybody gave it targets of its own."""
        return any(one.plan for one in self.figures)


@dataclass(frozen=True)
class District:
    """Everything the pages of the district stand on. ``kept``: school → text; ``names``: every school of the hub."""

    period: Period
    names: Mapping[str, str]
    kept: Mapping[str, Any]
    earlier: Mapping[str, Any]
    """What is kept of the year before, by school; empty when that year itself is shown."""

    def total(self, key: str) -> int:
        """The district's number: all schools together, a mean weighted by the people it is a mean of."""
        if not FIGURES[key].is_mean:
            return sum(self.of(code, key)["value"] for code in self.kept)
        weights = [(self.of(code, key)["value"], self.of(code, key)["of"] or 0) for code in self.kept]
        people = sum(count for _, count in weights)
        return round(sum(value * count for value, count in weights) / people) if people else 0

    def of(self, school: str, key: str) -> Mapping[str, Any]:
        """What is kept of a school's figure."""
        figures: Mapping[str, Mapping[str, Any]] = self.kept[school]["figures"]
        return figures.get(key) or {"value": 0, "of": None, "lacks": [], "ahead": 0, "groups": {}}

    def plan(self, key: str) -> int | None:
        """The district's own number for the year, as the rule pack most schools use has it."""
        found = Tally(
            body["targets"][FIGURES[key].key]
            for body in self.kept.values()
            if body["targets"].get(key) is not None
        )
        return found.most_common(1)[0][0] if found else None

    def progress(self, key: str, school: str | None = None) -> Progress:
        """A figure of the district, or of one school against its own share."""
        codes = [school] if school is not None else list(self.kept)
        if school is None:
            value, plan = self.total(key), self.plan(key)
        else:
            value, plan = self.of(school, key)["value"], self.kept[school]["own"].get(key)
        ahead = sum(self.of(code, key)["ahead"] for code in codes)
        line = PlanLine(Figure(key, value), self.period, plan, "", ahead, self._before(key, codes))
        return Progress(
            line, sum(body["own"].get(key, 0) for body in self.kept.values()) if school is None else 0
        )

    def _before(self, key: str, codes: Iterable[str]) -> tuple[int, int] | None:
        """By this day a year ago, and in that whole year."""
        figures = [self.earlier[code]["figures"][key] for code in codes if code in self.earlier]
        whole = sum(one["value"] for one in figures)
        return (sum(one["by_now"] for one in figures), whole) if whole else None

    def targets(self) -> list[Progress]:
        """The district's yearly targets."""
        return [self.progress(key) for key in TARGETED]

    def lacks(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Titles of pack items that some school had not set while these were counted."""
        return titles(item for code in self.kept for key in keys for item in self.of(code, key)["lacks"])

    def groups(self, key: str, by: Breakdown) -> list[tuple[str, str, int]]:
        """(key, words, number) of all schools together; empty when this split is not kept."""
        counts: dict[str, int] = {}
        words: dict[str, str] = {}
        for code in self.kept:
            for part, label, value in self.of(code, key)["groups"].get(by.value, ()):
                counts[part], words[part] = counts.get(part, 0) + value, label
        if by in (Breakdown.MONTH, Breakdown.AGE):
            return [(part, words[part], counts[part]) for part in sorted(counts)]
        return [
            (part, words[part], counts[part])
            for part in sorted(counts, key=lambda part: (part == "", -counts[part], part))
        ]

    def splits(self, key: str) -> list[Breakdown]:
        """By what a figure can be looked at here."""
        found = {name for code in self.kept for name in self.of(code, key)["groups"]}
        return [by for by in Breakdown if by.value in found]


def titles(items: Iterable[str]) -> tuple[str, ...]:
    """What pack items are called, each once; one no shipped pack knows stays its key."""
    known = {item.key: item.title for pack in shipped_packs() for item in pack.items}
    return tuple(dict.fromkeys(known.get(item, item) for item in items))


def district(counter: Counter, *, before: bool = False) -> District:
    """The whole district in this year, or in the one before."""
    names = {card.code: card.name for card in counter.register.schools()}
    today = counter.clock().astimezone(CHINA).date()
    earlier = _kept(counter, BEFORE, names, today.year - 1)
    if before:
        return District(calendar_year(today.year - 1), names, earlier, {})
    return District(
        calendar_year(today.year, until=today), names, _kept(counter, KEPT, names, today.year), earlier
    )


def _kept(counter: Counter, name: str, names: Mapping[str, str], year: int) -> dict[str, Any]:
    found = counter.shelf.all(name)
    return {code: one.body for code, one in found.items() if code in names and one.body["year"] == year}


def schools(counter: Counter, found: District) -> list[SchoolProgress]:
    """Every school, the furthest behind first, those without numbers at the end."""
    now, seen = counter.clock(), last_seen(counter)
    rows = []
    for code, name in found.names.items():
        is_there = code in found.kept
        figures = tuple(found.progress(key, code) for key in TARGETED) if is_there else ()
        then = seen.get(code)
        tone = (
            "neutral"
            if then is None
            else "success"
            if (now - then).days < 1
            else "warning"
            if (now - then).days < 7
            else "danger"
        )
        rows.append(SchoolProgress(code, name, ago(now, then), tone, figures, is_there))
    return sorted(rows, key=lambda row: (not row.is_reckoned, not row.has_plan, -row.lag, row.code))


def forecast(one: Progress) -> str:
    """Where the year ends when it goes on like this, how that was reckoned, and what is missing; "" when nobody can say."""
    line, expected = one.line, one.line.forecast
    if expected is None or not one.plan:
        return ""
    part = f"{expected.method}，到年底约 {said(one.kind, expected.value)}，是计划的 {expected.value * 100 // one.plan}%"
    if expected.value >= one.plan:
        return f"{part}，够得着。"
    days, left = (line.period.last - line.period.end).days, one.plan - one.value
    return (
        f"{part}；还差 {said(one.kind, left)}，平均每月要 {said(one.kind, -(-left * 30 // max(days, 30)))}。"
    )


def in_short(one: Progress) -> str:
    """The same in one breath, for a tile: 到年底约 362 人，还差 1,877 人."""
    expected = one.line.forecast
    if expected is None or not one.plan:
        return ""
    left = one.plan - one.value
    rest = f"，还差 {said(one.kind, left)}" if left > 0 else ""
    return f"到年底约 {said(one.kind, expected.value)}{rest}。"


def month_line(found: District, key: str) -> list[tuple[str, int, int | None]]:
    """(Month, reached up to its end, planned up to its end); months ahead have no number of their own."""
    plan, total, rows = found.plan(key), 0, []
    for n, (part, label, value) in enumerate(found.groups(key, Breakdown.MONTH), start=1):
        total += value
        if date.fromisoformat(f"{part}-01") <= found.period.end:
            rows.append((label, total, None if plan is None else plan * n // 12))
    return rows
