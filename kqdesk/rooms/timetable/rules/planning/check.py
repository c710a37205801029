"""Every clash of a timetable with its problem, as sentences: what ``kqdesk check`` says. Pure.

Written against the problem's facts directly, not over what the planner uses, so that one finds the other's mistakes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from kqdesk.rooms.timetable.rules.planning.facts import clock_word, day_name, lesson_word
from kqdesk.rooms.timetable.rules.planning.problem import Placing, Problem


def clashes_of(problem: Problem, timetable: Sequence[Placing | None]) -> list[str]:
    """R-TIM-10: one sentence a clash, in the order of the lessons; lessons without a place are not clashes."""
    placed = [(n, at) for n, at in enumerate(timetable) if at is not None]
    return [
        *(sentence for n, at in placed for sentence in _alone(problem, n, at)),
        *_together(problem, placed),
        *_weeks(problem, placed),
    ]


def _when(problem: Problem, n: int, at: Placing) -> str:
    return (
        f"{lesson_word(problem, n)}（{day_name(problem, at.day)} {clock_word(problem, at.start)}，"
        f"教室 {problem.venues[at.venue].id}，培训师 {problem.trainers[at.trainer].id}）"
    )


def _alone(problem: Problem, n: int, at: Placing) -> Iterator[str]:
    """What speaks against one lesson by itself."""
    cohort, when = problem.cohorts[problem.lessons[n][0]], _when(problem, n, at)
    if not problem.in_block(at.start, cohort.hours):
        yield f"{when}不在一个时段之内。"
        if at.start + cohort.hours > problem.cells:
            return
    yield from _hours_of(problem, n, at)
    yield from _fitness(problem, n, at)
    for lock in problem.locks:
        if (lock.cohort, lock.k) == problem.lessons[n] and (lock.day, lock.start, lock.venue) != at[:3]:
            there = f"{day_name(problem, lock.day)} {clock_word(problem, lock.start)} {problem.venues[lock.venue].id}"
            yield f"{when}：这次课锁定在 {there}。"


def _hours_of(problem: Problem, n: int, at: Placing) -> Iterator[str]:
    """Whether class, venue and trainer are there at that time."""
    cohort = problem.cohorts[problem.lessons[n][0]]
    venue, trainer, when = problem.venues[at.venue], problem.trainers[at.trainer], _when(problem, n, at)
    bits = problem.bits(at.day, at.start, cohort.hours)
    if bits & ~cohort.allowed:
        yield f"{when}：班级这时不能上课。"
    if bits & ~venue.open:
        yield f"{when}：教室这时不开放。"
    if bits & ~trainer.available:
        yield f"{when}：培训师这时没空。"


def _fitness(problem: Problem, n: int, at: Placing) -> Iterator[str]:
    """Whether venue and trainer suit the class."""
    cohort = problem.cohorts[problem.lessons[n][0]]
    venue, trainer, when = problem.venues[at.venue], problem.trainers[at.trainer], _when(problem, n, at)
    if at.venue not in cohort.venues:
        yield f"{when}：这间教室不在本班能用的教室里。"
    if venue.capacity < cohort.size:
        yield f"{when}：教室只有 {venue.capacity} 座，班级有 {cohort.size} 人。"
    if lacking := cohort.needs - venue.equipment:
        yield f"{when}：教室没有 {'、'.join(sorted(lacking))}。"
    if cohort.speciality not in trainer.specialities:
        yield f"{when}：培训师不教「{cohort.speciality}」。"
    if cohort.trainer is not None and cohort.trainer != at.trainer:
        yield f"{when}：应由培训师 {problem.trainers[cohort.trainer].id} 上课。"


def _together(problem: Problem, placed: Sequence[tuple[int, Placing]]) -> Iterator[str]:
    """Two lessons that want the same, or the same person in two places."""
    shared = {frozenset(pair) for pair in problem.conflicts}
    for (n, a), (m, b) in combinations(placed, 2):
        c, d = problem.lessons[n][0], problem.lessons[m][0]
        if c == d:
            yield from _siblings(problem, (n, a), (m, b))
        if a.day != b.day:
            continue
        a_end, b_end = a.start + problem.cohorts[c].hours, b.start + problem.cohorts[d].hours
        both = f"{_when(problem, n, a)}与{_when(problem, m, b)}"
        if a.start < b_end and b.start < a_end:
            if a.venue == b.venue:
                yield f"{both}：同一教室同时有两个班。"
            if a.trainer == b.trainer:
                yield f"{both}：同一培训师同时在两处。"
            if c != d and frozenset((c, d)) in shared:
                yield f"{both}：两个班有共同的学员，时间撞上。"
        elif a.trainer == b.trainer and (minutes := _short_of(problem, a, a_end, b, b_end)):
            yield f"{both}：培训师赶路还差 {minutes} 分钟。"


def _siblings(problem: Problem, one: tuple[int, Placing], other: tuple[int, Placing]) -> Iterator[str]:
    (n, a), (m, b) = one, other
    cohort = problem.cohorts[problem.lessons[n][0]]
    both = f"{_when(problem, n, a)}与{_when(problem, m, b)}"
    if a.day == b.day:
        yield f"{both}：同一个班一天上了两次。"
    elif abs(a.day - b.day) < cohort.min_days_between:
        yield f"{both}：同一个班的课要隔 {cohort.min_days_between} 天。"
    if a.trainer != b.trainer:
        yield f"{both}：同一个班换了培训师。"


def _short_of(problem: Problem, a: Placing, a_end: int, b: Placing, b_end: int) -> int:
    """Minutes the way lacks; 0 when there is time."""
    here, there = problem.venues[a.venue].village, problem.venues[b.venue].village
    if here == there:
        return 0
    if a_end <= b.start:
        gap, way = problem.minutes[b.start] - problem.end_of(a_end), problem.travel[here][there]
    else:
        gap, way = problem.minutes[a.start] - problem.end_of(b_end), problem.travel[there][here]
    return max(0, way - gap)


def _weeks(problem: Problem, placed: Sequence[tuple[int, Placing]]) -> Iterator[str]:
    """What a trainer can take in a day and a week."""
    hours: Counter[tuple[int, int]] = Counter()
    lessons: Counter[int] = Counter()
    days: dict[int, set[int]] = defaultdict(set)
    for n, at in placed:
        hours[at.trainer, at.day] += problem.cohorts[problem.lessons[n][0]].hours
        lessons[at.trainer] += 1
        days[at.trainer].add(at.day)
    for (t, day), count in sorted(hours.items()):
        if count > problem.trainers[t].max_hours_day:
            yield f"培训师 {problem.trainers[t].id} {day_name(problem, day)}上 {count} 节，最多 {problem.trainers[t].max_hours_day} 节。"
    for t, count in sorted(lessons.items()):
        if count > problem.trainers[t].max_sessions_week:
            yield f"培训师 {problem.trainers[t].id} 一周上 {count} 次，最多 {problem.trainers[t].max_sessions_week} 次。"
        if len(days[t]) > problem.trainers[t].max_days_week:
            yield f"培训师 {problem.trainers[t].id} 一周来 {len(days[t])} 天，最多 {problem.trainers[t].max_days_week} 天。"
