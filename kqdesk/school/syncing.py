"""What an open home does with its hub: rounds over the line or by a packet, invitations, the school's PCs.

``Syncing`` is the desk's ``Exchange``. Who the hub is and the station's own key lie in the vault (``membership``);
what was sent and what came is the sync client's. A round is done by one thread at a time; a second one that comes
meanwhile is told so. Nothing is asked of a home whose restored data nobody has looked at yet.
"""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from secrets import randbits
from threading import Lock
from typing import Any

import msgspec

from kqdesk.backup import restoring
from kqdesk.backup.policy import Reason
from kqdesk.desk.exchange import Invite, Numbers, Offer, Peer, Round
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.kernel.progress import Progress
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.queries import school_card
from kqdesk.school.fetching import Fetching
from kqdesk.school.home import School
from kqdesk.school.membership import Wire, clean_url, drive, read_membership, write_membership
from kqdesk.school.numbering import leases_due
from kqdesk.school.opening import machine_name
from kqdesk.school.own_hub import OwnHub
from kqdesk.school.updates import Program
from kqdesk.security.signing import Signer
from kqdesk.sync import line as lines
from kqdesk.sync import packet
from kqdesk.sync.asking import Ask
from kqdesk.sync.client import Client, RoundReport
from kqdesk.sync.invitation import Invitation, read_code
from kqdesk.sync.line import Address, Line, Membership
from kqdesk.sync.packet import Parties
from kqdesk.sync.spoken import spoken

NOT_JOINED = "这台电脑还没有加入数据站。请在“数据交换”里用邀请码加入，或把它设为本校的数据站。"
BUSY = "正在同步，请等这一次做完。"
RESTORED = "刚恢复过备份，同步先停着。请先看看数据对不对，在“审计与备份 · 备份”里点“没问题”，再同步。"
OTHER_SCHOOL = "这个邀请码是给“{other}”（{code}）的，不是本校。请向管数据站的人要本校的邀请码。"
STATIONS = Ask("GET", "/v1/stations")
Dial = Callable[[Membership], Wire]


class Syncing:
    """Sync of one open home. Every method may block: off the UI thread only."""

    def __init__(
        self,
        school: School,
        *,
        dial: Dial | None = None,
        rng: Random | None = None,
        own: OwnHub | None = None,
        fetching: Fetching | None = None,
    ) -> None:
        self._school = school
        self._fetching = fetching or Fetching(Program.found(os.environ))
        self._dial = dial or (lambda who: Line(who, clock=school.store.clock))
        self._rng = rng or Random(randbits(128))
        self._lock = Lock()
        self._trouble = ""
        self._client: Client | None = None
        self.own = own or OwnHub(school.layout.home / "hub")

    def sit(self, school: School) -> None:
        """Somebody else is at the desk of the same home."""
        self._school = school

    def wake_hub(self) -> None:
        """Start the school's own hub again, if it lives on this PC."""
        if self.own.is_made:
            self.own.start()

    # -- how it stands ----------------------------------------------------------------------------

    @property
    def client(self) -> Client:
        """The sync client of this home."""
        if self._client is None:
            school = self._school
            self._client = Client(school.store, school.store.clock, self._rng, school.attachments)
        return self._client

    def membership(self) -> Membership | None:
        """What the hub told this PC when it joined; None before."""
        return read_membership(self._school)

    def numbers(self) -> Numbers:
        """The honest numbers; all of them nought before a hub was joined."""
        who = self.membership()
        if who is None:
            return Numbers(own_hub=self.own.address())
        waits = self._waits()
        found = self.client.standing()
        stop = RESTORED if waits else found.stop
        return Numbers(
            found.unsent, found.conflicts, found.held, found.last_round, who.address.host, who.station, stop,
            asks=_asks(stop),
            trouble=self._trouble, own_hub=self.own.address(),
        )  # fmt: skip

    # -- rounds -----------------------------------------------------------------------------------

    def sync(self, progress: Progress) -> Round:
        """One whole round with the hub. ``Unreachable`` when it did not get through: nothing is lost, try later."""
        who = self._joined()
        with self._alone():
            self.client.trust(who.hub_key)
            return self._round(self._dial(who), progress)

    def _round(self, wire: Wire, progress: Progress) -> Round:
        self._expect_ready()
        try:
            told = drive(self.client.round(), wire, progress)
            if told.finished:
                self._lease(wire, progress)
                self._fetching.go(self._school.layout, wire, self._school.store.clock())
        finally:
            wire.close()
        self._trouble = (wire.trouble or lines.BROKE) if told.broke else ""
        if told.broke and not (told.sent or told.received):
            raise Unreachable(self._trouble)
        return self._told_of(told)

    def _told_of(self, told: RoundReport) -> Round:
        return Round(told.sent, told.received, told.conflicts, told.tables, self.numbers())

    def _lease(self, wire: Wire, progress: Progress) -> None:
        """Numbers for the time without network."""
        store = self._school.store
        with store.reading() as session:
            due = list(leases_due(session, school_day(store.clock())))
        for one in due:
            drive(self.client.lease(one.kind, one.year, above=one.above, count=one.count), wire, progress)

    def _expect_ready(self) -> None:
        if self._waits():
            raise UserError(RESTORED)

    def _waits(self) -> bool:
        """Whether a restore still waits for a word; the sync core is told of it once, before anything is sent."""
        layout = self._school.layout
        note = restoring.sync_waits(layout)
        if note and not note.get("told_sync"):
            self.client.note_restored()
            restoring.mark(layout, note | {"told_sync": True})
        return bool(note)

    @contextmanager
    def _alone(self) -> Generator[None, None, None]:
        if not self._lock.acquire(blocking=False):
            raise UserError(BUSY)
        try:
            yield
        finally:
            self._lock.release()

    def allow_removal(self) -> None:
        """A person looked at what would go and lets it through, once."""
        self._school.expect_leader("放行删除")
        self.client.allow_removal()

    def confirm_restored(self) -> None:
        """Somebody looked at what was restored: sync goes on, as a new life of this station."""
        self._school.expect_restorer()
        if self._waits():
            restoring.confirm(self._school.layout)

    def begin_anew(self) -> None:
        """A person says that this home was restored or copied: the station goes on under a new incarnation."""
        self._school.expect_leader("重新开始同步")
        self.client.new_incarnation()

    # -- joining ----------------------------------------------------------------------------------

    def look(self, code: str) -> Offer:
        """What a code says, without network; UserError when it was mistyped."""
        return Offer(spoken(read_code(code).fingerprint))

    def join(self, url: str, code: str, progress: Progress) -> str:
        """Become a station of the hub the code is of, now or instead of the one before; the school's name there.

        Everything this PC has goes there by itself, nothing is typed again. UserError or ``Unreachable``: as before.
        """
        school, invitation = self._school, read_code(code)
        school.expect_leader("加入数据站")
        with self._alone():
            progress.step(0, 3, "正在联系数据站")
            address = Address(clean_url(url), invitation.fingerprint)
            who = self._known_at(address)
            if who is None:
                who = self._enrol(address, invitation, progress)
                self.client.change_hub(address.host)
            write_membership(school, who)
            self._trouble = ""
            progress.step(2, 3, "同步")
            with suppress(
                Unreachable
            ):  # at once: what is edited before the hub has the rows would be asked about
                self.client.trust(who.hub_key)
                self._round(self._dial(who), progress)
        return who.school_name

    def _known_at(self, address: Address) -> Membership | None:
        """The membership as it is there, when the hub of now only moved or changed its certificate; else None."""
        before = self.membership()
        if before is None:
            return None
        moved = replace(before, url=address.url, fingerprint=address.fingerprint)
        wire = self._dial(moved)
        try:
            return moved if wire.ask(STATIONS).status == 200 else None
        finally:
            wire.close()

    def _enrol(self, address: Address, invitation: Invitation, progress: Progress) -> Membership:
        """A new station of another hub; nothing is changed here yet but for a backup and a last round with the old one."""
        school = self._school
        who = lines.enrol(address, invitation, signer=Signer.fresh(), name=machine_name())
        if who.school != school.store.school:
            raise UserError(OTHER_SCHOOL.format(other=who.school_name, code=who.school))
        progress.step(1, 3, "先备份一次")
        school.back_up(Reason.MANUAL)
        self._part(progress)
        return who

    def _part(self, progress: Progress) -> None:
        """One more round with the hub that is left, if it can be reached: what it has and this PC lacks comes along."""
        before = self.membership()
        if before is not None:
            with suppress(UserError):
                self._round(self._dial(before), progress)

    def become_hub(self, progress: Progress) -> Invite:
        """Run the school's own hub on this PC, join it, and give the invitation for the next PC."""
        school = self._school
        school.expect_leader("把这台电脑设为数据站")
        progress.step(0, 3, "正在准备数据站")
        with school.store.reading() as session:
            card = school_card(session)
        self.own.make(school.store.school, card.name if card else school.store.school)
        progress.step(1, 3, "正在启动数据站")
        self.own.start()
        code = self.own.invite(school.store.school)
        self.join(self.own.local_url(), code, progress)
        return self.invite()

    def invite(self) -> Invite:
        """A one-time code for one more PC of this school."""
        self._school.expect_leader("邀请电脑")
        who = self._joined()
        code = str(self._told(Ask("POST", "/v1/invite", msgspec.msgpack.encode({})))["code"])
        is_ours = self.own.is_made and who.url == self.own.local_url()
        return Invite(self.own.url() if is_ours else who.url, code, spoken(read_code(code).fingerprint))

    # -- the school's PCs -------------------------------------------------------------------------

    def peers(self) -> list[Peer]:
        """Every PC of the school as the hub knows it."""
        found = self._told(STATIONS)
        return [
            Peer(
                str(one["station"]), str(one["name"]), _moment(one.get("seen")), bool(one.get("locked")),
                bool(one.get("is_me")), str(one.get("version") or ""), bool(one.get("revoked")),
            )
            for one in found
        ]  # fmt: skip

    def set_lock(self, station: str, *, is_locked: bool) -> None:
        """Keep a PC that was lost or lent from exchanging anything, or let it in again."""
        self._school.expect_leader("暂停电脑")
        self._told(
            Ask(
                "POST", "/v1/stations/lock", msgspec.msgpack.encode({"station": station, "locked": is_locked})
            )
        )

    def _told(self, ask: Ask) -> Any:
        """The hub's answer to one question outside a round."""
        wire = self._dial(self._joined())
        try:
            reply = wire.ask(ask)
        finally:
            wire.close()
        if reply.status == 0:
            raise Unreachable(wire.trouble)
        told: Any = None
        with suppress(msgspec.DecodeError, ValueError):
            told = msgspec.msgpack.decode(reply.body)
        if reply.status != 200:
            words = told.get("words") if isinstance(told, dict) else ""
            raise UserError(
                str(words) or f"数据站没有答应（{reply.status}）。请升级程序，或联系管数据站的人。"
            )
        return told

    # -- packets ----------------------------------------------------------------------------------

    def write_packet(self, target: Path, progress: Progress) -> int:
        """What would go over the line, into a file for the hub; how many rows are on their way."""
        who = self._joined()
        with self._alone():
            self._expect_ready()
            progress.step(0, 0, "正在写数据包")
            packet.write_asks(target, self._parties(who), self.client.packet_asks())
        return self.numbers().unsent

    def read_packet(self, source: Path, progress: Progress) -> Round:
        """Take in what the hub answered to a packet of this PC."""
        who = self._joined()
        with self._alone():
            recorded = packet.read_answers(source, self._parties(who))
            self._expect_ready()
            self.client.trust(who.hub_key)
            told = drive(self.client.round(), recorded, progress)
            self._trouble = ""
            return self._told_of(told)

    def _parties(self, who: Membership) -> Parties:
        return Parties(who.school, who.station, Signer(who.seed), who.hub_key)

    def _joined(self) -> Membership:
        who = self.membership()
        if who is None:
            raise UserError(NOT_JOINED)
        return who


def _moment(text: object) -> datetime | None:
    if not text:
        return None
    with suppress(ValueError):
        found = datetime.fromisoformat(str(text))
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _asks(stop: str) -> str:
    """What a person may answer to a stop: each sentence of the sync core names its button."""
    if "允许删除" in stop:
        return "removal"
    return "incarnation" if "这是恢复或复制来的" in stop else ""
