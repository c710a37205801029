"""Who may stand in for a lesson, best first, each with the reasons for and against. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kqdesk.rooms.timetable.rules.clashes import Ground, Slot, clashes
from kqdesk.rooms.timetable.terms import ClashKind

OWN = (ClashKind.TRAINER, ClashKind.AVAILABILITY, ClashKind.LEAVE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trainer in use with what is known of her. ``taught``: lessons of this cohort she has held before."""

    id: str
    name: str
    specialities: frozenset[str] = frozenset()
    taught: int = 0


@dataclass(frozen=True, slots=True)
class Substitute:
    """One offered trainer. ``reasons``: for and against, in words; ``is_qualified``: shares what is taught."""

    id: str
    name: str
    is_free: bool
    is_qualified: bool
    needs_yes: bool
    reasons: tuple[str, ...]


def substitutes(
    wish: Slot, ground: Ground, candidates: Sequence[Candidate], wanted: frozenset[str]
) -> list[Substitute]:
    """R-TIM-05: free before not free, qualified before not, without warnings, taught the cohort, near that day, fewer lessons.

    ``wanted``: specialities of the lesson's own trainer and course; empty = everybody is taken as qualified.
    """
    load = _load(wish, ground)
    ranked = []
    for one in candidates:
        if one.id == wish.trainer_id:
            continue
        slot = replace(wish, trainer_id=one.id, trainer=one.name)
        found = [clash for clash in clashes(slot, ground) if clash.kind in OWN]
        near = _is_near(slot, ground)
        shared = one.specialities & wanted
        offered = Substitute(
            one.id,
            one.name,
            not any(clash.is_hard for clash in found),
            bool(shared) or not wanted,
            bool(found),
            _reasons(one, [clash.sentence for clash in found], shared, wanted, near, load.get(one.id, 0)),
        )
        order = (
            not offered.is_free, not offered.is_qualified, offered.needs_yes, -one.taught, not near,
            load.get(one.id, 0), -len(shared), one.name,
        )  # fmt: skip
        ranked.append((order, offered))
    return [offered for _, offered in sorted(ranked, key=lambda pair: pair[0])]


def _reasons(
    one: Candidate,
    against: Sequence[str],
    shared: frozenset[str],
    wanted: frozenset[str],
    near: bool,
    load: int,
) -> tuple[str, ...]:
    said = list(against) or ["这时有空"]
    if shared:
        said.append(f"专长：{'、'.join(sorted(shared))}")
    elif wanted:
        said.append("专长不同")
    if one.taught:
        said.append(f"教过本班 {one.taught} 次")
    if near:
        said.append("当天就在这一片")
    said.append(f"本周已有 {load} 次课" if load else "本周没有课")
    return tuple(said)


def _load(wish: Slot, ground: Ground) -> Mapping[str, int]:
    found: dict[str, int] = {}
    week = wish.on.isocalendar()[:2]
    for other in ground.lessons:
        if other.trainer_id and other.on.isocalendar()[:2] == week:
            found[other.trainer_id] = found.get(other.trainer_id, 0) + 1
    return found


def _is_near(slot: Slot, ground: Ground) -> bool:
    """She teaches in the same zone or site on that day anyway."""
    return any(
        other.trainer_id == slot.trainer_id
        and ((slot.zone and other.zone == slot.zone) or (slot.site_id and other.site_id == slot.site_id))
        for other in ground.others(slot)
    )
