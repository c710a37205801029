"""The hub's side of a USB packet: whose it is, what it asks, and the pages that follow, as a round would have asked them."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from kqdesk.kernel.errors import UserError
from kqdesk.security.signing import Signer
from kqdesk.sync import packet
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.client import next_pull
from kqdesk.sync.packet import Parties
from kqdesk.sync.register import StationCard
from kqdesk.sync.wire import AskPull, Head, WireFault, decode, encode

STRANGER = "这个数据包来自本数据站不认识的电脑（{station}）。请先用邀请码让它加入。"
SHUT_OUT = "这个数据包来自{words}的电脑（{station}），没有读。请先在数据站上恢复它，或重新邀请。"


def answer_packet(
    source: Path,
    target: Path,
    *,
    signer: Signer,
    cards: Callable[[str], StationCard | None],
    answer: Callable[[StationCard, Ask], Reply],
) -> tuple[StationCard, int]:
    """Do what a station's packet asks, write the answers into ``target``; who it was and how many answers there are.

    UserError when the station is unknown, locked or revoked, or the packet is not from it or not whole.
    """
    school, station = packet.station_of(source)
    card = cards(station)
    if card is None or card.school != school:
        raise UserError(STRANGER.format(station=station))
    if card.revoked or card.locked:
        raise UserError(SHUT_OUT.format(words="已停用" if card.revoked else "已暂停", station=station))
    known = Epoch()

    def told(ask: Ask) -> Reply:
        return known.heard(ask, answer(card, ask))

    parties = Parties(school, station, signer, card.public_key)
    return card, packet.answer_asks(source, target, parties, told, known.following)


class Epoch:
    """What the hub said of its epoch in this packet: the pull is asked as the station will ask it once it knows."""

    def __init__(self) -> None:
        self._head: Head | None = None
        self._is_pulled = False

    def heard(self, ask: Ask, reply: Reply) -> Reply:
        """Note the answer to "where are you"."""
        if ask.path == "/v1/head" and reply.status == 200:
            self._head = decode(Head, reply.body)
        return reply

    def following(self, ask: Ask, reply: Reply) -> Ask | None:
        """The next page; after a pull by an old epoch, the same pull by the hub's own."""
        try:
            return next_pull(ask, reply) or self._again(ask)
        except WireFault:
            return None

    def _again(self, ask: Ask) -> Ask | None:
        if ask.path != "/v1/pull" or self._head is None or self._is_pulled:
            return None
        asked = decode(AskPull, ask.body)
        if asked.epoch == self._head.epoch:
            return None
        self._is_pulled = True
        since = (
            asked.since if asked.epoch == 0 or self._head.resume < 0 else min(asked.since, self._head.resume)
        )
        fresh = msgspec.structs.replace(asked, epoch=self._head.epoch, since=since, upto=0, table="", after=0)
        return Ask(ask.method, ask.path, encode(fresh))
