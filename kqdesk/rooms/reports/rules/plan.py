"""Targets against what is done: the share that should be done by now, a forecast, what is behind and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from kqdesk.rooms.reports.rules.entries import training
from kqdesk.rooms.reports.rules.facts import Facts
from kqdesk.rooms.reports.rules.figures import FIGURES, Figure, FigureKind, counted, plain, said, still_ahead
from kqdesk.rooms.reports.rules.period import Period
from kqdesk.rooms.reports.terms import Unit

LEAST_DAYS = 30
"""A forecast from less of the year would be a guess."""
LEAST_BEFORE = 10
"""With fewer counted by this day last year, its shape says nothing."""
_NOTHING = {
    "adult_schooling": "今年还没有人取得学历证书，也没有人在读双证班。",
    "college": "今年还没有人从报读的院校毕业。",
}
TARGETED = tuple(key for key, kind in FIGURES.items() if kind.target)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a figure may come to by the end of the period, and in words how that was reckoned."""

    value: int
    method: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One figure against its target. ``target`` None: nobody entered one. ``due``: what should be done by now.

    ``ahead``: learners of running classes who would count before the end. ``before``: (by this day a year ago, in that
    whole year), None when that year has no rows. ``turned_away``: learners whose class ended and who came too little.
    """

    figure: Figure
    period: Period
    target: int | None = None
    source: str = ""
    ahead: int = 0
    before: tuple[int, int] | None = None
    turned_away: int = 0

    @property
    def kind(self) -> FigureKind:
        """What it is."""
        return self.figure.kind

    @property
    def done(self) -> int:
        """What counts so far."""
        return self.figure.value

    @property
    def percent(self) -> int | None:
        """Done of the target, whole per cent downwards, so that 100 is only said when it is reached."""
        return self.done * 100 // self.target if self.target else None

    @property
    def due_percent(self) -> int:
        """The share of the period that is over, whole per cent."""
        return self.period.days_gone * 100 // self.period.days

    @property
    def is_behind(self) -> bool:
        """R-REP-17: less is done of the target than is over of the time."""
        return bool(self.target) and self.done * self.period.days < (self.target or 0) * self.period.days_gone

    @property
    def forecast(self) -> Forecast | None:
        """See ``forecast``."""
        return forecast(self.figure, self.period, self.before, self.ahead)

    @property
    def sentence(self) -> str:
        """The line in plain words: target, done, forecast."""
        if self.target is None:
            return f"{self.kind.title}完成 {self.figure.shown}，还没有填年度目标。"
        told = f"{self.kind.title}目标 {said(self.kind, self.target)}，完成 {self.figure.shown}（{self.percent}%），时间过了 {self.due_percent}%。"
        expected = self.forecast
        if expected is None:
            return told
        gap = expected.value - self.target
        words = "够得着目标" if gap >= 0 else f"差目标 {plain(self.kind, -gap)} {self.kind.unit.label}"
        return f"{told}{expected.method}，估计期末约 {said(self.kind, expected.value)}，{words}。"


def forecast(figure: Figure, period: Period, before: tuple[int, int] | None, ahead: int) -> Forecast | None:
    """R-REP-18: by the shape of last year where it had enough by this day, else by equal days; never below what is done.

    None in the first month, when the period is over, and for a mean.
    """
    done, gone = figure.value, period.days_gone
    if figure.kind.is_mean or gone < LEAST_DAYS or period.end >= period.last:
        return None
    if before is not None and before[0] >= LEAST_BEFORE:
        likely = (done * before[1] * 2 + before[0]) // (2 * before[0])
        method = f"照去年的走势（去年到这一天 {before[0]:,}，全年 {before[1]:,}）推算"
    else:
        likely = (done * period.days * 2 + gone) // (2 * gone)
        method = "没有去年可比的数，按到今天平均每天的进度推算"
    if done + ahead > likely and figure.key != "adult_schooling":
        return Forecast(done + ahead, f"在开的班都结业就有 {ahead:,}，比按进度推算的多，以它为准")
    return Forecast(max(likely, done), method)


def reasons(line: PlanLine) -> tuple[str, ...]:
    """Why a line is behind, the most telling first, at most three sentences; empty when it is not behind."""
    if not line.is_behind:
        return ()
    unit, found = line.kind.unit.label, []
    if not line.done and not line.ahead:
        found.append(_NOTHING.get(line.kind.key, "今年还没有计入这一项的班和活动。"))
    if line.before is not None and line.done < line.before[0]:
        found.append(f"比去年同期少 {line.before[0] - line.done:,} {unit}。")
    if line.turned_away:
        found.append(f"{line.turned_away:,} 个学员的班已结束、出勤没有达到最低出勤率，没有计入。")
    if line.kind.key == "adult_schooling" and line.ahead:
        found.append(f"{line.ahead:,} 人在读双证班，还没有拿到学历证书。")
    elif line.ahead:
        lacking = (line.target or 0) - line.done - line.ahead
        rest = f"还要另找 {lacking:,} {unit}" if lacking > 0 else "结业后就够了"
        found.append(f"在开的班结业后最多再加 {line.ahead:,} {unit}，{rest}。")
    elif line.done and line.kind.unit is Unit.ATTENDANCES:
        found.append("现在没有在开的班能再计入这一项。")
    return tuple(found[:3])


def turned_away(facts: Facts, figure: str) -> int:
    """Learners whose class counts for a target and is over, but who do not count: they came too little."""
    met = {one.member.id for one in training(facts, figure).entries}
    return sum(
        1 for one in facts.enrolments
        if (cohort := facts.cohorts.get(one.cohort_id)) and cohort.counts_for == figure
        and facts.period.has(cohort.ends_on) and one.state in ("enrolled", "completed") and one.id not in met
    )  # fmt: skip


def plan_lines(
    facts: Facts, before: tuple[Facts, Facts] | None, targets: Mapping[str, tuple[int, str]]
) -> tuple[PlanLine, ...]:
    """Every figure that has a yearly target of the district or of the school. ``targets``: figure → (value, source).

    ``before``: facts of the same days a year earlier, and of that whole year.
    """
    made = []
    for key in (*TARGETED, *(one for one in targets if one not in TARGETED and one in FIGURES)):
        figure = counted(facts, key)
        value, source = targets.get(key, (None, ""))
        earlier = None if before is None else (counted(before[0], key).value, counted(before[1], key).value)
        is_training = key in ("skill_training", "social_training", "elderly_education")
        made.append(
            PlanLine(
                figure, facts.period, value, source, still_ahead(facts, key), earlier if earlier and earlier[1] else None,
                turned_away(facts, key) if is_training else 0,
            )
        )  # fmt: skip
    return tuple(made)
