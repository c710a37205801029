"""电脑: the school's PCs as the hub knows them; a lost one is kept out with one click."""

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from kqdesk.desk.cells import Column, Pill
from kqdesk.desk.exchange import Exchange, Invite, Numbers, Peer
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push
from kqdesk.desk.table import TableView
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.exchange import rules
from kqdesk.rooms.exchange.page.joining import InvitePanel


class StationsTab(Tab):
    """Asked of the hub each time: without network it says so and shows nothing old."""

    key, title, primary, primary_icon = "stations", "电脑", "邀请另一台电脑", "add"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.table = TableView(
            self._columns(), name="exchange.stations", memory=self.desk.memory, key=lambda r: r.station
        )
        self.table.add_menu("暂停或恢复", self.turn_lock, "lock")
        self.table.opened.connect(self._on_opened)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self.lock = Push("暂停或恢复", self.turn_lock, icon_name="lock", tip="电脑丢了、借出去了，就先暂停它")
        self.tools = [self.lock]

    def _columns(self) -> tuple[Column[Peer], ...]:
        return (
            Column("电脑", lambda r: rules.station_words(r.station, {r.station: r.name}), is_strong=True),
            Column("上次联系", self._seen, width=140),
            Column(
                "时间", lambda r: f"{r.seen.astimezone(CHINA):%Y-%m-%d %H:%M}" if r.seen else "", width=160
            ),
            Column("软件版本", lambda r: r.version, kind="code", width=110),
            Column("状态", lambda r: "", kind="pill", width=150, pill=self._pill),
        )

    def _seen(self, row: Peer) -> str:
        return rules.seen_words(row.seen, self.desk.store.clock())

    def _pill(self, row: Peer) -> Pill:
        if row.is_revoked:
            return Pill("已停用", "neutral", "remove")
        if row.is_locked:
            return Pill("已暂停", "warning", "lock")
        if row.is_me:
            return Pill("就是这台", "primary")
        if rules.is_silent(row.seen, self.desk.store.clock()):
            return Pill("好久没来", "warning", "waiting")
        return Pill("正常", "success")

    @property
    def exchange(self) -> Exchange | None:
        """Sync of the open home; None in a demo school."""
        return self.desk.seat.exchange

    def reload(self) -> None:
        exchange = self.exchange
        if exchange is None:
            self.show_missing()
            return
        self.desk.start(partial(_asked, exchange), self.show_found, owner=self, failed=self._refuse)

    def show_found(self, found: tuple[Numbers, list[Peer]]) -> None:
        """The PCs, this one too."""
        if self.page.tab is not self:
            return
        numbers, peers = found
        if not numbers.host:
            self.show_missing()
            return
        if self.page.is_blank:
            self.page.show_body()
        self.table.show_rows(peers)
        self.page.set_foot(f"共 {len(peers)} 台，都连到 {numbers.host}")

    def show_missing(self) -> None:
        """No hub yet: the way to one."""
        self.page.show_blank(
            "exchange", "还没有数据站", "加入数据站以后，这里列出学校的每一台电脑。",
            [Push("去加入", self._go_state, look="primary")],
        )  # fmt: skip

    @Slot()
    def _go_state(self) -> None:
        self.desk.open("exchange", tab="state")

    # -- doing ------------------------------------------------------------------------------------

    def start_new(self) -> None:
        """A code for one more PC."""
        exchange = self.exchange
        if exchange is not None:
            self.desk.start(
                lambda _: exchange.invite(), self.show_invite, title="要一个邀请码", owner=self, failed=self._refuse,
                cancellable=False,
            )  # fmt: skip

    def show_invite(self, invite: Invite) -> None:
        """At the right, to be read out."""
        panel = InvitePanel(self.desk, invite)
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.setFocus()

    @Slot(object)
    def _on_opened(self, _: Peer) -> None:
        self.turn_lock()

    @Slot()
    def turn_lock(self) -> None:
        """Keep the chosen PC out, or let it in again."""
        row, exchange = self.table.current(), self.exchange
        if row is None or exchange is None:
            self.page.note.say("请先在列表里选一台电脑。", "refused")
            return
        if row.is_me or row.is_revoked:
            words = (
                "不能暂停正在用的这台，请到另一台上操作。"
                if row.is_me
                else "这台已经停用，要再用请重新邀请。"
            )
            self.page.note.say(words, "refused")
            return
        is_locked = not row.is_locked
        self.desk.start(
            lambda _: exchange.set_lock(row.station, is_locked=is_locked),
            lambda _: self._locked(row, is_locked=is_locked),
            title="暂停电脑" if is_locked else "恢复电脑",
            owner=self,
            failed=self._refuse,
            cancellable=False,
        )

    def _locked(self, row: Peer, *, is_locked: bool) -> None:
        name = rules.station_words(row.station, {row.station: row.name})
        told = (
            f"{name}已暂停：它不能再和数据站交换数据，它自己的数据留在它那里。"
            if is_locked
            else f"{name}已恢复。"
        )
        self.page.note.say(told, "told", ("恢复它" if is_locked else "再暂停", self.turn_lock))
        self.reload()

    def _refuse(self, wrong: UserError) -> None:
        self.table.show_rows([])
        self.page.note.say(str(wrong), "refused", ("再试一次", self.reload))


def _asked(exchange: Exchange, job: Job) -> tuple[Numbers, list[Peer]]:
    job.step(0, 0)
    numbers = exchange.numbers()
    return numbers, exchange.peers() if numbers.host else []
