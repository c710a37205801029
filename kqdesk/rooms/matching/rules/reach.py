"""How many minutes somebody needs to a site: along a straight line when both have coordinates, else by village and township. Pure."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from kqdesk.rooms.matching.terms import Reach

EARTH_METRES = 6_371_000


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where somebody lives or a site stands. ``point``: (latitude, longitude) in degrees, None when nobody measured."""

    township: str = ""
    village: str = ""
    firm: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Paces:
    """Minutes by nearness and metres a minute as the crow flies, from the rule pack; None = 未配置, that way is not reckoned."""

    same_village: int | None = None
    same_township: int | None = None
    elsewhere: int | None = None
    metres_a_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """``minutes`` None: cannot be said. ``reach`` tells how it was reckoned."""

    minutes: int | None
    reach: Reach


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> int:
    """Metres along the great circle between two points in degrees (haversine)."""
    (lat1, long1), (lat2, long2) = ((radians(part) for part in point) for point in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((long2 - long1) / 2) ** 2
    return round(2 * EARTH_METRES * asin(min(1.0, sqrt(half))))


def minutes_to(home: Whereabouts, site: Whereabouts, paces: Paces) -> Minutes:
    """R-MAT-03: minutes from where somebody lives (or works) to a site, and how they were reckoned."""
    if home.point and site.point and paces.metres_a_minute:
        return Minutes(-(-metres_between(home.point, site.point) // paces.metres_a_minute), Reach.LINE)
    if home.firm and home.firm == site.firm:
        return Minutes(paces.same_village, Reach.SAME_VILLAGE)
    if not home.township or not site.township:
        return Minutes(None, Reach.UNKNOWN)
    if home.township != site.township:
        return Minutes(paces.elsewhere, Reach.ELSEWHERE)
    if home.village and home.village == site.village:
        return Minutes(paces.same_village, Reach.SAME_VILLAGE)
    return Minutes(paces.same_township, Reach.SAME_TOWNSHIP)
