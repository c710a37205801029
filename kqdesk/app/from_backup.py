"""A new PC: three steps from a stick and the recovery sheet back to work. Nothing is written before the code fits."""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from kqdesk import school as homes
from kqdesk.app.first_run import PASSWORDS, twice
from kqdesk.app.gate import WIDE
from kqdesk.app.rescue import BACKUP_FILES, title_of
from kqdesk.backup import container, entrance
from kqdesk.backup.container import ENDING, Container
from kqdesk.backup.entrance import Way
from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Text
from kqdesk.desk.form import Form
from kqdesk.desk.gate import Step, Wizard
from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push, label
from kqdesk.desk.table import TableView
from kqdesk.kernel.disk import MIB
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.office.queries import StaffRow, staff_list
from kqdesk.school import School
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.security.roles import Role

MOST = 30  # backups of one stick that are shown
FOUND = (
    Column[Container]("做于", lambda r: title_of(r), width=260, is_strong=True),
    Column[Container]("学校代码", lambda r: r.manifest.school, width=110),
    Column[Container]("人员", lambda r: f"{r.manifest.counts.get('person', 0):,}", kind="number", width=80),
    Column[Container]("在哪里", lambda r: str(r.path.parent)),
)


class FromBackup(QWidget):
    """选备份 · 恢复码 · 您. Emits the open home. ``is_restored``: it was restored before and lacks only a person."""

    made = Signal(object)
    cancelled = Signal()

    def __init__(
        self,
        desk: Desk,
        home: Path,
        *,
        clock: Callable[[], datetime],
        profile: Profile = PRODUCTION,
        path: Path | None = None,
        is_restored: bool = False,
    ) -> None:
        super().__init__()
        self._desk, self._home, self._clock, self._profile = desk, home, clock, profile
        self._chosen: Container | None = None
        self._is_restored = is_restored
        self._staff: dict[str, str] = {}
        self.code = Form(
            desk, (Text(name="code", label="恢复码", required=True, hint="大小写、空格和短横都不要紧。"),)
        )
        self.who: Form | None = None
        self.wizard = Wizard("从备份恢复", self._steps())
        self.wizard.setFixedWidth(WIDE + 160)
        self.wizard.cancelled.connect(self._on_cancelled)
        self.wizard.moved.connect(self._on_moved)
        self.wizard.finished.connect(self._finish)
        column = QVBoxLayout(self)
        column.addWidget(self.wizard)
        if is_restored:
            self.wizard.show_step(1)
        elif path is not None:
            self.look_at(path)
        else:
            desk.start(_on_sticks, self.show_found, owner=self)

    def _steps(self) -> list[Step]:
        self.table = TableView(FOUND, key=lambda one: one.path)
        self.table.setMinimumHeight(190)
        self.table.picked.connect(self._on_picked)
        self.about = label("正在看插着的 U 盘……", "second")
        self.about.setWordWrap(True)
        first = _stacked(
            self.table, self.about, Push("选备份文件…", self.ask_file, icon_name="folder", keys="Ctrl+O")
        )
        self._last = QWidget()
        self._last_column = QVBoxLayout(self._last)
        self._last_column.setContentsMargins(0, 0, 0, 0)
        return [
            Step("选备份", "插上拷过备份的 U 盘，选最近的一份。", first, self._check_file),
            Step(
                "恢复码",
                "照着建校时打印、锁在柜子里的那张恢复码纸输入。",
                _stacked(self.code),
                lambda: None if self.code.values() is not None else "请照着纸输入恢复码。",
                "恢复",
            ),
            Step(
                "您",
                "数据都回来了。说一下您是谁，给自己设一个新密码；同事的密码由您在“设置 · 操作人”里重设。",
                self._last,
                self._check_who,
                "设好了，开始使用",
            ),
        ]

    # -- the file ---------------------------------------------------------------------------------

    def show_found(self, found: list[Container]) -> None:
        """Backups on the sticks; the newest is chosen."""
        self.table.show_rows(found)
        if found and self._chosen is None:
            self.table.select_row(0)
        elif not found:
            self.about.setText("没有在 U 盘上找到备份。请插上 U 盘，再点“选备份文件…”。")

    @Slot()
    def ask_file(self) -> None:
        """The file dialog."""
        name, _ = QFileDialog.getOpenFileName(self, "选一份备份", "", BACKUP_FILES)
        if name:
            self.look_at(Path(name))

    def look_at(self, path: Path) -> None:
        """Every byte of the file, then what it says of itself."""
        self._desk.start(
            lambda _: container.open_whole(path), self._on_looked, owner=self, failed=self._refuse
        )

    def _on_looked(self, found: Container) -> None:
        self.table.show_rows([found])
        self.table.select_row(0)

    @Slot(list)
    def _on_picked(self, rows: list[Container]) -> None:
        if not rows:
            return
        self._chosen = rows[0]
        told = self._chosen.manifest
        self.wizard.note.hide()
        self.about.setText(
            f"选了：{title_of(self._chosen)}，学校代码 {told.school}，人员 {told.counts.get('person', 0):,} 人，"
            f"到第 {told.entries:,} 步操作，{self._chosen.path.stat().st_size / MIB:,.1f} MB。"
        )

    def _check_file(self) -> str | None:
        return None if self._chosen is not None else "请先选一份备份文件。"

    # -- the code ---------------------------------------------------------------------------------

    @Slot(int)
    def _on_moved(self, number: int) -> None:
        self.wizard.back.setVisible(number == 1 and not self._is_restored)
        if number == 1:
            self.code.focus_first()
        if number == 2 and not self._staff:
            self.wizard.on.setEnabled(False)
            self.wizard.note.say("正在恢复，大的学校要一两分钟，请不要关机……", "info")
            self._desk.start(
                self._restore, self._on_restored, owner=self, failed=self._on_code_failed, cancellable=False
            )

    def _restore(self, _: Job) -> list[StaffRow]:
        code = (self.code.values() or {})["code"]
        if not self._is_restored:
            assert self._chosen is not None
            entrance.restore(
                self._home, self._chosen.path, Way(code=code), clock=self._clock, profile=self._profile
            )
            self._is_restored = True
        opened = homes.open_with_recovery(self._home, code=code, clock=self._clock)
        try:
            with opened.store.reading() as session:
                return staff_list(session, with_left=False)
        finally:
            opened.close()

    def _on_restored(self, staff: list[StaffRow]) -> None:
        self._staff = {row.id: row.name for row in staff}
        choices = tuple((row.id, f"{row.name}（{row.role.label}）") for row in staff)
        self.who = Form(
            self._desk,
            (Choice(name="who", label="您是谁", choices=choices, required=True), *PASSWORDS),
            {"who": min(staff, key=lambda row: row.role is not Role.HEADMASTER).id},
        )
        self._last_column.addWidget(self.who)
        self.wizard.note.hide()
        self.wizard.on.setEnabled(True)
        self.who.focus_first()

    def _on_code_failed(self, wrong: UserError) -> None:
        self.wizard.on.setEnabled(True)
        self.wizard.show_step(1)
        self._refuse(wrong)

    # -- the person -------------------------------------------------------------------------------

    def _check_who(self) -> str | None:
        values = self.who.values() if self.who is not None else None
        if values is None:
            return "还有红字的地方没有填好。" if self._staff else "正在恢复，请稍等。"
        return twice(values, self._staff[values["who"]])

    @Slot()
    def _finish(self) -> None:
        assert self.who is not None
        values: dict[str, Any] = self.who.values() or {}
        code = (self.code.values() or {})["code"]
        self.wizard.on.setEnabled(False)
        self._desk.start(
            partial(self._recover, code, values), self.made.emit, owner=self, failed=self._on_failed, cancellable=False
        )  # fmt: skip

    def _recover(self, code: str, values: dict[str, Any], _: Job) -> School:
        who = values["who"]
        return homes.recover(
            self._home, code=code, who=who, name=self._staff[who], password=values["password"],
            clock=self._clock, profile=self._profile,
        )  # fmt: skip

    def _on_failed(self, wrong: UserError) -> None:
        self.wizard.on.setEnabled(True)
        self._refuse(wrong)

    def _refuse(self, wrong: object) -> None:
        self.wizard.note.say(str(wrong), "refused")

    @Slot()
    def _on_cancelled(self) -> None:
        if self._staff:
            self._refuse("数据已经恢复好了，只差设一个密码。")
        else:
            self.cancelled.emit()


def _stacked(*widgets: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    return made


def _on_sticks(_: Job) -> list[Container]:
    """Backups on what is plugged in, newest first; a glance at each, nothing of other folders."""
    return backups_under(_roots())


def _roots() -> list[Path]:
    if sys.platform == "win32":
        return [root for letter in "DEFGHIJKLMNOPQRSTUVWXYZ" if (root := Path(f"{letter}:/")).exists()]
    return [stick for base in ("/media", "/run/media", "/Volumes", "/mnt") for stick in _below(Path(base))]


def _below(base: Path) -> Iterator[Path]:
    """A mount point lies one or two folders deep: /media/STICK, /run/media/WHO/STICK."""
    with suppress(OSError):
        for folder in sorted(base.iterdir()):
            if folder.is_dir():
                yield folder
                with suppress(OSError):
                    yield from (one for one in sorted(folder.iterdir()) if one.is_dir())


def backups_under(roots: list[Path]) -> list[Container]:
    """Readable backups in these folders and one below, newest first."""
    found: dict[Path, Container] = {}
    for root in roots:
        for pattern in (f"*{ENDING}", f"*/*{ENDING}"):
            with suppress(OSError):
                for path in islice(sorted(root.glob(pattern), reverse=True), MOST):
                    with suppress(UserError):
                        found[path] = container.glance(path)
    return sorted(found.values(), key=lambda one: one.manifest.made_at, reverse=True)[:MOST]
