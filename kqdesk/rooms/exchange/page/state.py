"""同步: before a hub, the two ways to one; after it, the honest numbers, what stands in the way, and packets."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QGridLayout, QVBoxLayout, QWidget

from kqdesk.desk.exchange import Exchange, Invite, Numbers, Round
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.exchange.page.joining import InvitePanel, JoinPanel
from kqdesk.rooms.exchange.rules import station_words

ASKED = frozenset({"exchange", "exchange-ask"})
"""What ``desk.changed`` says: somebody joined, settled or let something through; a round is wanted."""
FACTS = ("数据站", "本机", "待上传", "待确认", "待下载", "上次同步", "本校数据站")
NONE = "这里不能同步"
NONE_WORDS = "演练学校的数据都是编的，不和任何人交换。建立自己的学校以后就能用。"
FIRST = "几台电脑用同一份数据"
FIRST_WORDS = (
    "区里发了邀请码，就加入区里的数据站；还没有，就把学校里一台常开的电脑设为本校数据站，"
    "其他电脑用邀请码加入。以后区里有了，再换过去，数据不用重录。"
)


class StateTab(Tab):
    """The numbers with their sentence each; the filled button is 立即同步."""

    key, title, primary, primary_icon = "state", "同步", "立即同步", "sync"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.shown = Numbers()
        self.stop, self.trouble = Note(), Note()
        self.facts = {name: label("", "second") for name in FACTS}
        self._names = {name: label(name) for name in FACTS}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stop)
        column.addWidget(self.trouble)
        column.addWidget(self._box())
        column.addStretch(1)
        self.tools = [
            Push("写数据包…", self.ask_target, icon_name="upload", tip="没有网络时：把要传的写到 U 盘"),
            Push("读回执…", self.ask_source, icon_name="download", tip="把数据站的回执从 U 盘读回来"),
            Push("邀请另一台电脑…", self.ask_invite, icon_name="add"),
            Push("换数据站…", self.move, look="link"),
        ]

    def _box(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(16, 14, 16, 14)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        for row, (name, words) in enumerate(self.facts.items()):
            words.setWordWrap(True)
            words.setAccessibleName(name)
            grid.addWidget(self._names[name], row, 0)
            grid.addWidget(words, row, 1)
        grid.setColumnStretch(1, 1)
        return box

    @property
    def exchange(self) -> Exchange | None:
        """Sync of the open home; None in a demo school."""
        return self.desk.seat.exchange

    # -- showing ----------------------------------------------------------------------------------

    def arrive(self, context: Mapping[str, Any]) -> None:
        """A packet that was double-clicked is read at once."""
        if "packet" in context:
            self.read_packet(Path(context["packet"]))

    def reload(self) -> None:
        exchange = self.exchange
        if exchange is None:
            for tool in self.tools:
                tool.hide()
            self.page.show_blank("exchange", NONE, NONE_WORDS)
            return
        self.desk.start(lambda _: exchange.numbers(), self.show_numbers, owner=self, failed=self._refuse)

    def show_numbers(self, found: Numbers) -> None:
        """What there is to say now."""
        self.shown = found
        if self.page.tab is not self:
            return
        for tool in self.tools:
            tool.setVisible(bool(found.host))
        if not found.host:
            self.page.show_blank(
                "exchange",
                FIRST,
                FIRST_WORDS,
                [
                    Push("用邀请码加入", self.join, look="primary", icon_name="link"),
                    Push("把这台电脑设为本校数据站", self.become_hub, icon_name="exchange"),
                ],
            )
            return
        if self.page.is_blank:
            self.page.show_body()
        for name, words in zip(FACTS, fact_words(found), strict=True):
            self.facts[name].setText(words)
            for widget in (self.facts[name], self._names[name]):
                widget.setVisible(bool(words))
        self._say_stop(found)
        self.page.set_foot("每 5 分钟自己同步一次，保存以后过一会儿也会同步；没有网就等有网再传。")

    def _say_stop(self, found: Numbers) -> None:
        button = {
            "removal": ("允许删除", self.let_through),
            "incarnation": ("这是恢复或复制来的", self.begin_anew),
        }
        _show(self.stop, found.stop, button.get(found.asks))
        _show(self.trouble, "" if found.stop else found.trouble, ("再试一次", self.start_new))

    # -- doing ------------------------------------------------------------------------------------

    def start_new(self) -> None:
        """立即同步."""
        exchange = self.exchange
        if exchange is not None and not self.shown.host:
            self.join()
        elif exchange is not None:
            self._work("与数据站同步", exchange.sync, self._synced)

    def _synced(self, found: Round) -> None:
        if found.tables:
            self.desk.announce(found.tables)
        self._tell(round_words(found))

    @Slot()
    def let_through(self) -> None:
        """The brake on mass deletion: a person has looked."""
        exchange = self.exchange
        if exchange is not None:
            self._work(
                "", lambda _: exchange.allow_removal(), lambda _: self._tell("好的，下一次同步就会照办。")
            )

    @Slot()
    def begin_anew(self) -> None:
        """This home was restored or copied from another PC: it goes on as a new life of the station."""
        exchange = self.exchange
        if exchange is not None:
            self._work(
                "", lambda _: exchange.begin_anew(), lambda _: self._tell("好的，下一次同步会先收齐再传。")
            )

    @Slot()
    def join(self) -> None:
        """The form at the right."""
        self._open_form(is_move=False)

    @Slot()
    def move(self) -> None:
        """To another hub: the district's, when there is one."""
        self._open_form(is_move=True)

    def _open_form(self, *, is_move: bool) -> None:
        if self.exchange is None:
            return
        panel = JoinPanel(self.desk, self.exchange, is_move=is_move)
        panel.joined.connect(self._joined)
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.form.focus_first()

    @Slot(str)
    def _joined(self, school: str) -> None:
        self._tell(f"已加入数据站（{school}）。数据正在自己传，您可以继续工作。")

    @Slot()
    def become_hub(self) -> None:
        """This PC keeps the school's data for the others."""
        exchange = self.exchange
        if exchange is not None:
            self._work("把这台电脑设为数据站", exchange.become_hub, self._is_hub)

    def _is_hub(self, invite: Invite) -> None:
        self._tell("这台电脑现在是本校的数据站。开着软件，别的电脑就能同步；右边是给下一台电脑的邀请。")
        self.show_invite(invite)

    @Slot()
    def ask_invite(self) -> None:
        """A code for one more PC."""
        exchange = self.exchange
        if exchange is not None:
            self._work("要一个邀请码", lambda _: exchange.invite(), self.show_invite)

    def show_invite(self, invite: Invite) -> None:
        """At the right, to be read out."""
        panel = InvitePanel(self.desk, invite)
        panel.closed.connect(self.page.close_side)
        self.page.set_side(panel)
        panel.setFocus()

    # -- packets ----------------------------------------------------------------------------------

    @Slot()
    def ask_target(self) -> None:
        """Where the packet goes."""
        name = f"交换-{self.shown.station}-{self.desk.today():%Y%m%d}.kqpacket"
        path, _ = QFileDialog.getSaveFileName(self, "把数据包写到 U 盘", name, "数据包 (*.kqpacket)")
        if path:
            self.write_packet(Path(path))

    def write_packet(self, target: Path) -> None:
        """What waits here, for the hub."""
        exchange = self.exchange
        if exchange is not None:
            self._work(
                "写数据包",
                lambda job: exchange.write_packet(target, job),
                lambda count: self._written(target, count),
            )

    def _written(self, target: Path, count: int) -> None:
        self._tell(
            f"已写好 {target.name}（{count:,} 条待上传）。请拿到数据站去读，再把回执带回来“读回执”；读回执以前都算没有传。"
        )

    @Slot()
    def ask_source(self) -> None:
        """Which packet came back."""
        path, _ = QFileDialog.getOpenFileName(self, "读数据站的回执", "", "数据包 (*.kqpacket)")
        if path:
            self.read_packet(Path(path))

    def read_packet(self, source: Path) -> None:
        """Take in what the hub answered."""
        exchange = self.exchange
        if exchange is not None:
            self._work("读回执", lambda job: exchange.read_packet(source, job), self._synced)

    # -- small pieces -----------------------------------------------------------------------------

    def _work(self, title: str, work: Callable[[Job], Any], then: Callable[[Any], object]) -> None:
        self.desk.start(work, then, title=title, owner=self, failed=self._refuse, cancellable=False)

    def _tell(self, sentence: str) -> None:
        self.page.note.say(sentence, "told")
        self.desk.changed.emit(ASKED)

    def _refuse(self, wrong: UserError) -> None:
        self.page.note.say(str(wrong), "refused")
        self.desk.changed.emit(frozenset({"exchange-look"}))


def _show(note: Note, words: str, button: tuple[str, Callable[[], object]] | None) -> None:
    if words:
        note.say(words, "refused", button)
    else:
        note.hide()


def fact_words(found: Numbers) -> tuple[str, ...]:
    """The facts in the order of ``FACTS``; "" hides a line."""
    last = found.last_round
    return (
        found.host,
        station_words(found.station),
        f"{found.unsent:,} 条在本机改过、数据站还没有的" if found.unsent else "没有，数据站都有了",
        f"{found.conflicts:,} 处有两个值，等人来选" if found.conflicts else "没有",
        f"{found.held:,} 条已经收到，等相关的记录到齐就自己放进来" if found.held else "",
        f"{last.astimezone(CHINA):%Y-%m-%d %H:%M}" if last else "还没有同步过",
        f"就是这台电脑（{found.own_hub.removeprefix('https://')}），软件开着别的电脑才能同步"
        if found.own_hub
        else "",
    )


def round_words(found: Round) -> str:
    """What a round did, in a sentence."""
    parts = [
        f"传出 {found.sent:,} 条" if found.sent else "",
        f"收到 {found.received:,} 条" if found.received else "",
    ]
    told = "，".join(part for part in parts if part) or "两边都是最新的"
    return f"同步好了：{told}。" + (
        f"有 {found.numbers.conflicts} 处要您确认。" if found.numbers.conflicts else ""
    )
