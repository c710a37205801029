"""First steps of a new school that no table tells of: a sheet printed, a backup made, the hub joined."""

from collections.abc import Mapping

from kqdesk.backup.container import ENDING
from kqdesk.desk.desk import Desk
from kqdesk.desk.preview import TAKEN
from kqdesk.rooms.home.terms import First

SHEET = "签到表"


def beside(desk: Desk) -> Mapping[First, bool]:
    """Each with its tick; a practice school has no hub to join."""
    seat = desk.seat
    told = {First.SHEET: SHEET in desk.memory.recall(TAKEN, {}).get(seat.actor_id, ())}
    if seat.keeper is not None:
        told[First.BACKUP] = any(seat.keeper.layout.backups.glob(f"*{ENDING}"))
    if seat.exchange is not None:
        told[First.HUB] = bool(seat.exchange.numbers().host)
    return told
