"""What can be seen by counting: more lessons asked of a trainer, a venue or a week than there is room for. Pure.

FET's way of explaining, and the first we try: it costs nothing and the sentence is the shortest.
"""

from collections import defaultdict

from kqdesk.rooms.timetable.rules.planning.facts import Reason, clock_word, day_name, lesson_word, span_words
from kqdesk.rooms.timetable.rules.planning.problem import Problem


def counted(problem: Problem) -> dict[int, list[Reason]]:
    """Lesson number → sentences that prove by counting that not all can have a place."""
    found: dict[int, list[Reason]] = defaultdict(list)
    for t in range(len(problem.trainers)):
        _trainer(problem, t, found)
    for v in range(len(problem.venues)):
        _venue(problem, v, found)
    _locks(problem, found)
    return dict(found)


def room_for(problem: Problem, bits: int, hours: int, most_a_day: int) -> int:
    """Cells of the week that lessons of at least ``hours`` cells can use at most."""
    total = 0
    for day in range(len(problem.days)):
        today = 0
        for first, end in problem.blocks or ((0, problem.cells),):
            run = 0
            for cell in range(first, end + 1):
                if cell < end and bits >> day * problem.cells + cell & 1:
                    run += 1
                else:
                    today += run if run >= hours else 0
                    run = 0
        total += min(today, most_a_day)
    return total


def _trainer(problem: Problem, t: int, found: dict[int, list[Reason]]) -> None:
    one = problem.trainers[t]
    classes = [c for c, cohort in enumerate(problem.cohorts) if cohort.trainer == t]
    lessons = [n for c in classes for n in problem.of_cohort[c]]
    if not lessons:
        return
    asked = sum(problem.cohorts[c].hours * problem.cohorts[c].per_week for c in classes)
    shortest = min(problem.cohorts[c].hours for c in classes)
    room = room_for(problem, one.available & _allowed(problem, classes), shortest, one.max_hours_day)
    if asked > room:
        words = f"培训师 {one.id} 能用的只有 {room} 节（{span_words(problem, one.available)}），已要求 {asked} 节。"
        _add(found, lessons, Reason(words, {"kind": "trainer_available", "trainer": one.id}))
    if len(lessons) > one.max_sessions_week:
        words = f"培训师 {one.id} 每周最多 {one.max_sessions_week} 次课，已要求 {len(lessons)} 次。"
        _add(found, lessons, Reason(words, {"kind": "max_sessions_week", "trainer": one.id}))


def _allowed(problem: Problem, classes: list[int]) -> int:
    bits = 0
    for c in classes:
        bits |= problem.cohorts[c].allowed
    return bits


def _venue(problem: Problem, v: int, found: dict[int, list[Reason]]) -> None:
    one = problem.venues[v]
    classes = [c for c, cohort in enumerate(problem.cohorts) if cohort.venues == (v,)]
    if not classes:
        return
    asked = sum(problem.cohorts[c].hours * problem.cohorts[c].per_week for c in classes)
    shortest = min(problem.cohorts[c].hours for c in classes)
    room = room_for(problem, one.open & _allowed(problem, classes), shortest, problem.cells)
    if asked > room:
        words = f"教室 {one.id} 能用的只有 {room} 节，只能在这里上的班级已要求 {asked} 节。"
        lessons = [n for c in classes for n in problem.of_cohort[c]]
        _add(found, lessons, Reason(words, {"kind": "venue_open", "venue": one.id}))


def _locks(problem: Problem, found: dict[int, list[Reason]]) -> None:
    """Two locks on one venue at one time."""
    locks = sorted(problem.lock_of.items())
    for place, (n, one) in enumerate(locks):
        bits = problem.bits(one.day, one.start, problem.cohorts[one.cohort].hours)
        for m, other in locks[place + 1 :]:
            there = problem.bits(other.day, other.start, problem.cohorts[other.cohort].hours)
            if one.venue == other.venue and bits & there:
                when = f"{day_name(problem, one.day)} {clock_word(problem, max(one.start, other.start))}"
                words = (
                    f"{lesson_word(problem, n)}和{lesson_word(problem, m)}都锁定在教室 {problem.venues[one.venue].id}，"
                    f"{when} 撞上。"
                )
                relaxation = {"kind": "unlock", "class": problem.cohorts[other.cohort].id, "k": other.k}
                _add(found, [n, m], Reason(words, relaxation))


def _add(found: dict[int, list[Reason]], lessons: list[int], reason: Reason) -> None:
    for n in lessons:
        found[n].append(reason)
