"""When the school's data do not open, or the whole PC is gone: the last good copy is offered, and put back.

A damaged or missing database never opens as an empty school. Three ways lead here: a home that does not open, a
backup chosen in the window, and a new PC with a stick and the recovery sheet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from kqdesk.app.gate import Offer, Waiting
from kqdesk.backup import container, entrance, restoring, shelf
from kqdesk.backup.container import ENDING, Container
from kqdesk.backup.entrance import Way
from kqdesk.backup.restoring import Restored
from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.kernel.errors import NotAllowed, Unreachable, UserError
from kqdesk.kernel.places import HomeLayout, home_layout
from kqdesk.kernel.resources import migrations_folder
from kqdesk.kernel.schoolday import CHINA
from kqdesk.school import School
from kqdesk.security import keyfile
from kqdesk.security.kdf import Profile
from kqdesk.store import migrations
from kqdesk.store.head import HeadFile

if TYPE_CHECKING:
    from kqdesk.app.damaged import Damaged

BACKUP_FILES = f"学校备份 (*{ENDING})"


def wants_rescue(wrong: UserError) -> bool:
    """Whether a refusal to open means that the data are not what they should be: not a password, not a disk or lock."""
    return not isinstance(wrong, NotAllowed | Unreachable)


@dataclass(frozen=True)
class Gatehouse:
    """What the rescue needs of the program: where panels are shown, and what comes afterwards."""

    desk: Desk
    show: Callable[[QWidget], object]
    again: Callable[[str], object]  # begin anew, with a sentence to tell
    enter: Callable[[School], object]
    clock: Callable[[], datetime]
    profile: Profile


class Rescue(QObject):
    """Shows the panels and does the work of each way, off the UI thread."""

    def __init__(self, house: Gatehouse, parent: QObject) -> None:
        super().__init__(parent)
        self._house = house

    # -- a home that does not open ----------------------------------------------------------------

    def offer(
        self,
        home: Path,
        wrong: UserError,
        *,
        who: str = "",
        password: str = "",
        accept: Callable[[], object] | None = None,
    ) -> None:
        """Why it does not open, and the newest good backup with one button; ``accept``: go on with what is there."""
        from kqdesk.app.damaged import Damaged

        layout, known = home_layout(home), Way(who, password)
        panel = Damaged(self._house.desk, wrong, _people(layout), known, can_accept=accept is not None)
        panel.retry.connect(partial(self._house.again, ""))
        if accept is not None:
            panel.accepted.connect(accept)
        panel.restore_asked.connect(partial(self._restore_from, panel, home))
        panel.other_asked.connect(partial(self._choose, panel, home))
        panel.code_asked.connect(partial(self._by_code, home))
        self._house.show(panel)
        self._house.desk.start(
            partial(_found, layout, known, self._house.profile), panel.show_offer, owner=panel
        )

    def _choose(self, panel: "Damaged", home: Path) -> None:
        name, _ = QFileDialog.getOpenFileName(panel, "选一份备份", "", BACKUP_FILES)
        if name:
            work = partial(_looked_at, Path(name))
            self._house.desk.start(work, panel.show_offer, owner=panel, failed=panel.refuse)

    def _by_code(self, home: Path, path: Path | None) -> None:
        self.from_backup(home, path=path)

    def _restore_from(self, panel: "Damaged", home: Path, path: Path, who: str, password: str) -> None:
        house = self._house

        def work(_: Job) -> Restored:
            return entrance.restore(home, path, Way(who, password), clock=house.clock, profile=house.profile)

        panel.set_busy(is_busy=True)
        house.desk.start(work, self._restored, owner=panel, failed=panel.refuse, cancellable=False)

    def _restored(self, done: Restored) -> None:
        self._house.again(restored_words(done))

    # -- a backup chosen in the window -------------------------------------------------------------

    def restore_open(self, school: School, path: Path, code: str) -> None:
        """Put ``path`` in place of a home whose window has just been closed, and whose lock is still ours."""
        waiting = Waiting("正在恢复，现在的数据会先做成一份备份。")
        self._house.show(waiting)

        def work(_: Job) -> str:
            school.store.close()
            try:
                school.expect_restorer()
                done = restoring.restore(
                    school.layout,
                    path,
                    key=school.key,
                    code=code,
                    now=self._house.clock(),
                    known=migrations.latest(migrations_folder()),
                    by=school.staff.id,
                )
            except UserError as wrong:
                return str(wrong)
            finally:
                school.close()
            return restored_words(done)

        self._house.desk.start(work, self._house.again, owner=waiting, cancellable=False)

    # -- a new PC ---------------------------------------------------------------------------------

    def from_backup(self, home: Path, *, path: Path | None = None, is_restored: bool = False) -> None:
        """File, recovery code, who one is: then at work. ``is_restored``: only the last two are missing."""
        from kqdesk.app.from_backup import FromBackup

        house = self._house
        panel = FromBackup(
            house.desk, home, clock=house.clock, profile=house.profile, path=path, is_restored=is_restored
        )
        panel.made.connect(house.enter)
        panel.cancelled.connect(partial(house.again, ""))
        house.show(panel)


def restored_words(done: Restored) -> str:
    """What was done, and what comes now."""
    made = done.manifest.made_at.astimezone(CHINA)
    told = f"已恢复到 {made:%Y-%m-%d %H:%M} 的备份（第 {done.manifest.entries:,} 步操作）。请登录，核对一下最近的记录。"
    if done.before is not None:
        return told + "恢复前的数据也备份了，可以在“审计与备份”里回到恢复前。"
    return told + f"换下来的文件原样留在 {done.kept.name}。"


def _people(layout: HomeLayout) -> list[tuple[str, str]]:
    """Who can sign in, by the key file alone; nobody when that is damaged, too."""
    try:
        return [(slot.who, slot.name) for slot in keyfile.look(layout.keys).people()]
    except (UserError, OSError):
        return []


def _found(layout: HomeLayout, known: Way, profile: Profile, _: Job) -> Offer | None:
    """The newest backup of which every byte is right, and how many acts it lacks, when that can be known."""
    newest = shelf.newest_good(layout.backups)
    if newest is None or newest.manifest is None:
        return None
    lost: int | None = None
    if known.password:
        try:
            opened = keyfile.open_with_password(
                layout.keys, who=known.who, password=known.password, profile=profile
            )
        except UserError:
            return Offer(newest.path, newest.title, newest.size, newest.manifest.entries, None)
        left = HeadFile(layout.head, opened.key.subkey("mac"), newest.manifest.home_id).read()
        lost = max(0, left.entry_id - newest.manifest.entries) if left else None
        opened.key.wipe()
    return Offer(newest.path, newest.title, newest.size, newest.manifest.entries, lost)


def _looked_at(path: Path, _: Job) -> Offer:
    found = container.open_whole(path)
    return Offer(path, title_of(found), path.stat().st_size, found.manifest.entries, None)


def title_of(found: Container) -> str:
    """How a person names a backup: 2026年3月2日 12:00 导入之前."""
    reason = shelf.reason_of(found.manifest)
    made = found.manifest.made_at.astimezone(CHINA)
    return f"{made.year}年{made.month}月{made.day}日 {made:%H:%M} {reason.label if reason else ''}".strip()
