"""Reads ``kqtt-1``, the neutral format of a planning problem, and says everything that is wrong with it. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from kqdesk.kernel.errors import InputFaults
from kqdesk.rooms.timetable.rules.planning.faults import Faults
from kqdesk.rooms.timetable.rules.planning.problem import Cohort, Lock, Placing, Problem, Trainer, Venue

LARGEST_FILE = 32 * 1024 * 1024  # bytes; 200 classes take 80 thousand
MOST = {
    "days": 14, "hours": 96, "blocks": 96, "villages": 400, "venues": 1000, "trainers": 2000, "classes": 3000,
    "conflicts": 50_000, "fixed": 10_000,
}  # fmt: skip
MOST_LESSONS = 4000
MOST_OPTIONS = 1_000_000  # placings of all lessons together; 200 classes have 18 thousand
FORMAT = "kqtt-1"


def read_text(content: bytes, what: str = "题目文件") -> Any:
    """The JSON of a file from outside. InputFaults when it is none, too large, or holds NaN."""
    if len(content) > LARGEST_FILE:
        raise InputFaults(
            f"{what}有 {len(content) // 1_048_576} MB，超过 {LARGEST_FILE // 1_048_576} MB，没有读。"
        )

    def no_number(word: str) -> Any:
        raise ValueError(f"{word} 不是数")

    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=no_number)
    except UnicodeDecodeError as wrong:
        raise InputFaults(f"{what}不是 UTF-8 文本，读不出来。请确认选对了文件。") from wrong
    except RecursionError as wrong:
        raise InputFaults(f"{what}嵌套太深，读不出来。") from wrong
    except ValueError as wrong:
        at = (
            f"第 {wrong.lineno} 行第 {wrong.colno} 列"
            if isinstance(wrong, json.JSONDecodeError)
            else str(wrong)[:60]
        )
        raise InputFaults(f"{what}不是完整的 JSON（{at}），读不出来。请重新导出。") from wrong


def read_problem(raw: Any) -> Problem:
    """The problem of one JSON value. InputFaults with every fault when it cannot be planned as it stands."""
    faults = Faults()
    top = faults.record(raw, "题目")
    if top.get("format", FORMAT) != FORMAT:
        faults.add("format", f"应为 {FORMAT}，写的是 {str(top.get('format'))[:40]}")
    if faults.found:
        raise _refused(faults)
    problem = _Reader(top, faults).problem()
    if problem is None or faults.found:
        raise _refused(faults)
    return problem


def _refused(faults: Faults) -> InputFaults:
    count = len(faults.found) + faults.more
    sentences = list(faults.found)
    if faults.more:
        sentences.append(f"……还有 {faults.more} 处")
    return InputFaults(f"题目有 {count} 处错误，没有排课。请改好后再排：", sentences)


class _Reader:
    """One reading; every part is read as far as it can be, so that all faults come out at once."""

    def __init__(self, top: Mapping[str, Any], faults: Faults) -> None:
        self._top, self._faults = top, faults
        self._days = 7
        self._minutes: tuple[int, ...] = ()

    def problem(self) -> Problem | None:
        """The problem, or None when even its frame is broken; faults are noted on the way."""
        faults, top = self._faults, self._top
        lists = {name: faults.listing(top.get(name, []), name, most) for name, most in MOST.items()}
        for name in ("days", "hours", "villages", "classes"):
            if not lists[name] and name not in faults.broken:
                faults.add(name, "没有内容")
        self._days, self._minutes = len(lists["days"]), self._clock(lists["hours"])
        if faults.found:
            return None
        travel = self._travel(len(lists["villages"]))
        blocks = tuple(self._block(one, n) for n, one in enumerate(lists["blocks"]))
        venues = tuple(self._venue(one, n, len(travel)) for n, one in enumerate(lists["venues"]))
        trainers = tuple(self._trainer(one, n, len(travel)) for n, one in enumerate(lists["trainers"]))
        sizes = (len(travel), len(venues), len(trainers))
        cohorts = tuple(self._cohort(one, n, sizes) for n, one in enumerate(lists["classes"]))
        for name, ids in (("venues", venues), ("trainers", trainers), ("classes", cohorts)):
            faults.unique(name, [one.id for one in ids])
        if sum(one.per_week for one in cohorts) > MOST_LESSONS:
            faults.add(
                "classes", f"一周共 {sum(one.per_week for one in cohorts)} 次课，超过 {MOST_LESSONS} 次"
            )
        conflicts = tuple(self._pair(one, n, len(cohorts)) for n, one in enumerate(lists["conflicts"]))
        locks = tuple(self._lock(one, n, cohorts, len(venues)) for n, one in enumerate(lists["fixed"]))
        self._one_lock_each(locks, cohorts)
        problem = Problem(
            str(top.get("name", ""))[:80], tuple(str(day)[:20] for day in lists["days"]), self._minutes, blocks,
            tuple(str(one)[:40] for one in lists["villages"]), travel, venues, trainers, cohorts, conflicts, locks,
        )  # fmt: skip
        if not faults.found and (count := _options_at_most(problem)) > MOST_OPTIONS:
            faults.add("classes", f"要试的位置约有 {count} 个，超过 {MOST_OPTIONS} 个，请分几次排")
        if not faults.found and top.get("published") is not None:
            problem.published.update(read_lessons(problem, top["published"], faults, "published"))
        return problem

    def _clock(self, hours: list[Any]) -> tuple[int, ...]:
        minutes = []
        for n, one in enumerate(hours):
            found = re.fullmatch(r"(\d{1,2}):(\d{2})", one) if isinstance(one, str) else None
            if not found or int(found[1]) > 23 or int(found[2]) > 59:
                self._faults.add(f"hours[{n}]", f"应写成 18:30，写的是 {str(one)[:20]}")
                return ()
            minutes.append(int(found[1]) * 60 + int(found[2]))
            if n and minutes[n] - minutes[n - 1] < 60:
                self._faults.add(f"hours[{n}]", "每格 60 分钟，后一格要在前一格开始至少 60 分钟以后")
        return tuple(minutes)

    def _block(self, one: Any, n: int) -> tuple[int, int]:
        first, end = self._faults.integers(one, f"blocks[{n}]", 2, 0, len(self._minutes)) or (0, 0)
        if first >= end:
            self._faults.add(f"blocks[{n}]", f"从 {first} 到 {end} 是空的，结束要大于开始")
        return first, end

    def _travel(self, villages: int) -> tuple[tuple[int, ...], ...]:
        rows = self._faults.listing(self._top.get("travel_min", []), "travel_min", 400)
        if len(rows) != villages:
            self._faults.add("travel_min", f"有 {len(rows)} 行，村社有 {villages} 个，两者要一样多")
            return tuple((0,) * villages for _ in range(villages))
        found = []
        for n, row in enumerate(rows):
            found.append(self._faults.integers(row, f"travel_min[{n}]", villages, 0, 1440) or (0,) * villages)
        return tuple(found)

    def _spans(self, raw: Any, where: str) -> int:
        """[[day, from, to)] as the bits of the week."""
        cells, bits = len(self._minutes), 0
        for n, one in enumerate(self._faults.listing(raw, where, 2000)):
            day, start, end = self._faults.integers(one, f"{where}[{n}]", 3, 0, max(self._days, cells)) or (
                0,
                0,
                1,
            )
            if day >= self._days or end > cells:
                self._faults.add(
                    f"{where}[{n}]", f"第 {day} 天 {start}–{end} 超出一周 {self._days} 天、每天 {cells} 格"
                )
            elif start >= end:
                self._faults.add(f"{where}[{n}]", f"第 {day} 天 {start}–{end} 自相矛盾：结束要大于开始")
            else:
                bits |= ((1 << end - start) - 1) << day * cells + start
        return bits

    def _venue(self, raw: Any, n: int, villages: int) -> Venue:
        faults, where = self._faults, f"venues[{n}]"
        one = faults.record(raw, where)
        return Venue(
            faults.name(one, "id", where),
            faults.integer(one, "village", where, 0, villages - 1),
            faults.integer(one, "capacity", where, 0, 100_000),
            faults.words(one.get("equipment", []), f"{where}.equipment"),
            self._spans(one.get("open", []), f"{where}.open"),
        )

    def _trainer(self, raw: Any, n: int, villages: int) -> Trainer:
        faults, where = self._faults, f"trainers[{n}]"
        one = faults.record(raw, where)
        return Trainer(
            faults.name(one, "id", where),
            faults.integer(one, "home", where, 0, villages - 1),
            faults.words(one.get("specialities", []), f"{where}.specialities"),
            self._spans(one.get("available", []), f"{where}.available"),
            faults.integer(one, "max_sessions_week", where, 0, 1000, 1000),
            faults.integer(one, "max_days_week", where, 0, 14, 14),
            faults.integer(one, "max_hours_day", where, 0, 96, 96),
            faults.integer(one, "pay", where, 0, 10_000_000, 0),
        )

    def _cohort(self, raw: Any, n: int, sizes: tuple[int, int, int]) -> Cohort:
        faults, where = self._faults, f"classes[{n}]"
        villages, venues, trainers = sizes
        one = faults.record(raw, where)
        usable = faults.listing(one.get("venues", []), f"{where}.venues", MOST["venues"])
        known = faults.integers(usable, f"{where}.venues", len(usable), 0, venues - 1) or ()
        trainer = None
        if one.get("trainer") is not None:
            trainer = faults.integer(one, "trainer", where, 0, trainers - 1)
        return Cohort(
            faults.name(one, "id", where),
            str(one.get("kind", ""))[:40],
            faults.integer(one, "village", where, 0, villages - 1),
            str(one.get("speciality", ""))[:80],
            faults.integer(one, "size", where, 0, 100_000),
            faults.words(one.get("needs", []), f"{where}.needs"),
            faults.integer(one, "hours", where, 1, len(self._minutes)),
            faults.integer(one, "per_week", where, 1, 14),
            self._spans(one.get("allowed", []), f"{where}.allowed"),
            tuple(dict.fromkeys(known)),
            trainer,
            faults.integer(one, "min_days_between", where, 0, 14, 1),
        )

    def _pair(self, raw: Any, n: int, cohorts: int) -> tuple[int, int]:
        a, b = self._faults.integers(raw, f"conflicts[{n}]", 2, 0, cohorts - 1) or (0, 0)
        if a == b and raw == [a, b]:
            self._faults.add(f"conflicts[{n}]", f"班级 {a} 与它自己")
        return a, b

    def _lock(self, raw: Any, n: int, cohorts: tuple[Cohort, ...], venues: int) -> Lock:
        faults, where = self._faults, f"fixed[{n}]"
        one = faults.record(raw, where)
        c = faults.integer(one, "c", where, 0, len(cohorts) - 1)
        k = faults.integer(one, "k", where, 0, cohorts[c].per_week - 1)
        day = faults.integer(one, "d", where, 0, self._days - 1)
        start = faults.integer(one, "h", where, 0, len(self._minutes) - 1)
        return Lock(c, k, day, start, faults.integer(one, "v", where, 0, venues - 1))

    def _one_lock_each(self, locks: tuple[Lock, ...], cohorts: tuple[Cohort, ...]) -> None:
        seen: dict[tuple[int, int], Lock] = {}
        for n, lock in enumerate(locks):
            if seen.setdefault((lock.cohort, lock.k), lock) != lock:
                name = cohorts[lock.cohort].id
                self._faults.add(
                    f"fixed[{n}]", f"班级 {name} 的第 {lock.k + 1} 次课锁定了两个不同的地方，自相矛盾"
                )


def _options_at_most(problem: Problem) -> int:
    """Placings of all lessons, counted without listing them."""
    return sum(
        one.per_week
        * len(one.venues)
        * len(problem.candidates[c])
        * min(one.allowed.bit_count(), len(problem.days) * len(problem.starts[one.hours]))
        for c, one in enumerate(problem.cohorts)
    )


def read_lessons(problem: Problem, raw: Any, faults: Faults, where: str) -> dict[tuple[int, int], Placing]:
    """(cohort, k) → placing of the lessons of a solution; unknown ids and doubles are faults."""
    top = faults.record(raw, where)
    classes = {one.id: c for c, one in enumerate(problem.cohorts)}
    venues = {one.id: v for v, one in enumerate(problem.venues)}
    trainers = {one.id: t for t, one in enumerate(problem.trainers)}
    found: dict[tuple[int, int], Placing] = {}
    for n, entry in enumerate(faults.listing(top.get("lessons", []), f"{where}.lessons", MOST_LESSONS)):
        here = f"{where}.lessons[{n}]"
        one = faults.record(entry, here)
        c = faults.known(one, "class", here, classes)
        v, t = faults.known(one, "venue", here, venues), faults.known(one, "trainer", here, trainers)
        k = faults.integer(one, "k", here, 0, problem.cohorts[c].per_week - 1) if c is not None else 0
        day = faults.integer(one, "day", here, 0, len(problem.days) - 1)
        start = faults.integer(one, "start", here, 0, problem.cells - 1)
        if c is None or v is None or t is None:
            continue
        if (c, k) in found:
            faults.add(here, f"班级 {problem.cohorts[c].id} 的第 {k + 1} 次课写了两次")
        found[c, k] = Placing(day, start, v, t)
    return found
