"""Who invigilates: checked when chosen by hand, and chosen by the program."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Watch:
    """A room with those who invigilate, and the cohorts that sit in it."""

    hall: str
    invigilators: Sequence[str]
    cohort_ids: Collection[str]


def invigilation_faults(
    watches: Sequence[Watch],
    names: Mapping[str, str],
    teaches: Mapping[str, Collection[str]],
    *,
    per_hall: int | None,
    own_cohort_allowed: bool,
) -> list[str]:
    """R-EXA-06: enough different invigilators a room, nobody in two rooms, none who teaches a cohort in the room.

    ``teaches``: trainer → cohorts. ``per_hall`` None (未配置): the number is not checked.
    """
    faults = []
    for watch in watches:
        if per_hall is not None and len(set(watch.invigilators)) < per_hall:
            faults.append(f"{watch.hall}要 {per_hall} 名监考，现在 {len(set(watch.invigilators))} 名。")
        for trainer in [] if own_cohort_allowed else watch.invigilators:
            if set(teaches.get(trainer, ())) & set(watch.cohort_ids):
                faults.append(f"{watch.hall}：{names.get(trainer, '监考')}教这个考场里的班，请换人监考。")
    places = Counter(trainer for watch in watches for trainer in set(watch.invigilators))
    faults += [
        f"{names.get(t, '一名监考')}同时排在 {n} 个考场，只能在一个。" for t, n in places.items() if n > 1
    ]
    return faults


def assign_invigilators(
    halls: Sequence[Watch],
    trainers: Sequence[str],
    teaches: Mapping[str, Collection[str]],
    *,
    per_hall: int,
    own_cohort_allowed: bool,
) -> dict[str, list[str]]:
    """R-EXA-09: room → its invigilators: nobody in two rooms, none who teaches a cohort in the room unless allowed.

    Those already chosen stay. As many places as possible are filled (augmenting paths), every room's first before any
    room's second. ``trainers``: who is free that day, most wanted first.
    """
    chosen = {watch.hall: [one for one in watch.invigilators if one] for watch in halls}
    fixed = {one for own in chosen.values() for one in own}
    free = [one for one in trainers if one not in fixed]
    fit = {
        watch.hall: [
            t for t in free if own_cohort_allowed or not set(teaches.get(t, ())) & set(watch.cohort_ids)
        ]
        for watch in halls
    }
    place: dict[str, str] = {}
    for n in range(per_hall):
        for watch in halls:
            if len(chosen[watch.hall]) <= n:
                _seat(watch.hall, fit, place, {t for t, hall in place.items() if hall == watch.hall})
    for trainer in free:
        if trainer in place:
            chosen[place[trainer]].append(trainer)
    return chosen


def _seat(hall: str, fit: Mapping[str, Sequence[str]], place: dict[str, str], seen: set[str]) -> bool:
    """Find one more invigilator for a room, moving others on where that helps."""
    for trainer in fit[hall]:
        if trainer in seen:
            continue
        seen.add(trainer)
        if trainer not in place or (place[trainer] != hall and _seat(place[trainer], fit, place, seen)):
            place[trainer] = hall
            return True
    return False
