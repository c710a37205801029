"""程序: which version runs, a newer one from a file or from the hub, one step back. Each is one click with a backup before."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QGridLayout, QLabel, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.job import Job
from kqdesk.desk.parts import Note, Push, label
from kqdesk.desk.renewal import Release, Renewal, Standing
from kqdesk.desk.tabs import Tab, TabbedPage
from kqdesk.kernel.disk import MIB

NOTHING = "没有"
_FACTS = ("现在的版本", "下次启动", "可以回到", "数据站发来的", "数据版本")


class ProgramTab(Tab):
    """The program on this PC."""

    key, title, primary, primary_icon = "program", "程序升级", "从文件升级…", "upload"

    def __init__(self, page: TabbedPage) -> None:
        super().__init__(page)
        self.shown: Standing | None = None
        self.facts: dict[str, QLabel] = {name: label("") for name in _FACTS}
        self.note = Note()
        self.offer = Push("升级到它", self.take_offer, icon_name="download")
        self.back = Push("回到上一个版本", self.go_back, icon_name="undo")
        self.quit = Push("现在退出，再打开就是新版本", self.leave, look="primary", icon_name="exit")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addWidget(self.note)
        self.box = self._facts_box()
        column.addWidget(self.box)
        for button in (self.quit, self.offer, self.back):
            button.hide()
            column.addWidget(button)
        words = label(
            "升级文件（.kqupdate）由区里发来，或用 U 盘拷来。升级前会先备份，用数据的副本试一遍，"
            "对得上才切换；旧版本留着，学校的数据不会动。随时可以中断，断电也不要紧。",
            "second",
        )
        words.setWordWrap(True)
        column.addWidget(words)
        column.addStretch(1)

    def _facts_box(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for row, (name, words) in enumerate(self.facts.items()):
            words.setWordWrap(True)
            words.setAccessibleName(name)
            grid.addWidget(label(name, "second"), row, 0)
            grid.addWidget(words, row, 1)
        grid.setColumnStretch(1, 1)
        return box

    def arrive(self, context: Mapping[str, Any]) -> None:
        """``update``: a file that was double-clicked; nothing is done before somebody presses the button."""
        path = context.get("update")
        if path is not None:
            self.note.say(
                f"升级文件 {Path(path).name}：要现在升级吗？",
                "info",
                ("升级", partial(self.apply, Path(path))),
            )

    # -- asking -----------------------------------------------------------------------------------

    @property
    def renewal(self) -> Renewal | None:
        """None in a demo school."""
        return self.desk.seat.renewal

    def reload(self) -> None:
        renewal = self.renewal
        self.box.setVisible(renewal is not None)
        if renewal is None:
            self.note.say("演练学校里不升级程序。请回到自己的学校再升级。", "info")
            return
        self.desk.read(partial(_standing, renewal), self.show_standing, owner=self, only="program")

    def show_standing(self, found: Standing) -> None:
        """Five facts, and the buttons that can be pressed now."""
        self.shown = found
        told = (
            f"{found.running}（{found.released} 发布）",
            f"{found.next} 版" if found.next else f"{found.running} 版",
            f"{found.before} 版" if found.before else NOTHING,
            "　".join(part for part in (f"{found.offered} 版", found.notes) if part)
            if found.offered
            else NOTHING,
            f"{found.data_version}",
        )
        for name, words in zip(_FACTS, told, strict=True):
            self.facts[name].setText(words)
        self.quit.setVisible(bool(found.next))
        self.offer.setVisible(bool(found.offered) and found.offered != found.next)
        self.offer.setText(f"升级到 {found.offered} 版")
        self.back.setVisible(bool(found.before) and found.before != found.running)
        if found.next and found.before == found.running:
            self.back.setVisible(True)
        self.back.setText(f"回到 {found.before} 版")
        if found.refused:
            self.note.say(found.refused, "info")

    # -- doing ------------------------------------------------------------------------------------

    def start_new(self) -> None:
        """The filled button: a file from a stick."""
        name, _ = QFileDialog.getOpenFileName(self, "选择升级文件", "", "kqdesk 升级文件 (*.kqupdate)")
        if name:
            self.apply(Path(name))

    @Slot()
    def take_offer(self) -> None:
        """The one the hub sent."""
        renewal = self.renewal
        if renewal is not None:
            self.desk.start(lambda _: renewal.offered(), self._offered, owner=self, failed=self._refused)

    def _offered(self, release: Release | None) -> None:
        if release is None:
            self.note.say("数据站发来的文件不在了或坏了，下次同步会重新取。", "refused")
            self.reload()
        else:
            self.apply(release.path)

    def apply(self, path: Path) -> None:
        """Look, then back up, unpack, try and switch; everything stays as it was when anything is wrong."""
        renewal = self.renewal
        if renewal is None:
            self.reload()
            return

        def work(job: Job) -> tuple[Release, str]:
            release = renewal.look(path)
            return release, renewal.apply(path, job)

        self.note.hide()
        self.desk.start(work, self._applied, title="升级程序", owner=self, failed=self._refused)

    def _applied(self, done: tuple[Release, str]) -> None:
        release, version = done
        size = f"{release.size / MIB:,.0f} MB"
        self.note.say(f"{version} 版已经装好（{size}），数据也用副本试过了。退出再打开，就是新版本。", "told")
        self.reload()

    @Slot()
    def go_back(self) -> None:
        """The version before, from the next start on."""
        renewal = self.renewal
        if renewal is not None:
            self.desk.start(
                lambda _: renewal.back(), self._went_back, title="回退程序", owner=self, failed=self._refused
            )

    def _went_back(self, version: str) -> None:
        self.note.say(f"下次启动回到 {version} 版。", "told")
        self.reload()

    def _refused(self, wrong: Any) -> None:
        self.note.say(str(wrong), "refused")
        self.reload()

    @Slot()
    def leave(self) -> None:
        """Close the window; typed drafts are kept as always."""
        window = self.window()
        if isinstance(window, QWidget) and QApplication.instance() is not None:
            window.close()


def _standing(renewal: Renewal, session: Session) -> Standing:
    return renewal.standing()
