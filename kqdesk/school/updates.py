"""A newer program for an open home: a backup first, its database steps tried on a copy of the data, then the switch.

``Updates`` is the desk's ``Renewal``. What it never does: write the school's database. The new version does that at its
own first start, on a copy again; so going back is one click until then, and afterwards the sentence names the backup.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kqdesk import RELEASED, VERSION
from kqdesk.backup import shelf as backups
from kqdesk.backup.policy import Reason
from kqdesk.desk.renewal import Release, Standing
from kqdesk.kernel.disk import LOW_SPACE
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.places import HomeLayout
from kqdesk.kernel.progress import Progress
from kqdesk.kernel.resources import migrations_folder
from kqdesk.kernel.schoolday import CHINA
from kqdesk.school.home import School
from kqdesk.store import engine, migrations
from kqdesk.updating import applying, rules
from kqdesk.updating.applying import Care
from kqdesk.updating.layout import Installed, installed, layout_of, this_platform
from kqdesk.updating.manifest import release_keys
from kqdesk.updating.packing import UpdateFile, look
from kqdesk.updating.rules import Here
from kqdesk.updating.shelf import Inbox, opened

MIGRATED = (
    "{before} 版打不开现在的数据：数据已经由新版本升级过（数据版本 {found}，{before} 版只到 {known}）。"
    "{backup}请先把情况告诉发布的人；一定要回去，就先“从备份恢复”那一份，再回退程序，那以后录的要重录。"
)
BACKUP_THERE = "升级数据之前的备份还在：{name}（{at}）。"
NO_BACKUP = "没有找到升级数据之前的备份。"


@dataclass(frozen=True)
class Program:
    """The program on this PC: where its versions lie, what runs, whose updates it takes."""

    installed: Installed | None
    keys: Sequence[bytes]
    running: str = VERSION
    platform: str = field(default_factory=this_platform)
    kind: str = ""

    @classmethod
    def found(cls, environ: Mapping[str, str]) -> "Program":
        """As this process was started."""
        where = installed(environ)
        return cls(where, release_keys(), kind=layout_of(where))

    @property
    def newest(self) -> str:
        """The newest version that was switched to: versions never go back from there."""
        there = self.installed.pointer().now if self.installed is not None else self.running
        return there if rules.is_newer(there, self.running) else self.running

    @property
    def here(self) -> Here:
        """What the rules look at."""
        return Here(self.newest, self.platform, self.kind)

    def folder(self) -> Installed:
        """UserError where there are no versions beside each other."""
        if self.installed is None:
            kind = rules.FOR_PACKAGES.format(file="kqdesk_新版本.deb")
            raise UserError(kind if self.kind == rules.PACKAGE else rules.NO_VERSIONS)
        return self.installed


def looked(program: Program, path: Path) -> Release:
    """What an update file says, and whether it fits; UserError when it is none."""
    file = look(path, program.keys)
    told = file.manifest
    return Release(
        path, told.version, told.released, told.size, told.notes, rules.refusal(told.facts, program.here)
    )


def apply_without_home(program: Program, path: Path, progress: Progress) -> str:
    """Update a program that has no school yet: nothing to back up, nothing to try."""
    file = applying.checked(path, program.here, program.keys)
    return applying.apply(file, program.folder(), applying.NO_HOME, progress)


@dataclass(frozen=True)
class Updates:
    """Program updates beside an open home."""

    school: School
    program: Program
    low: int = LOW_SPACE

    # -- how it stands ----------------------------------------------------------------------------

    def standing(self) -> Standing:
        """The version that runs, the next one, the one before, and what the hub sent."""
        program, refused, following, before = self.program, "", "", ""
        try:
            pointer = program.folder().pointer()
        except UserError as wrong:
            refused = str(wrong)
        else:
            following = pointer.now if pointer.now != program.running else ""
            before = pointer.before
        release = self.offered()
        return Standing(
            program.running, RELEASED, _data_version(self.school), following, before, refused,
            release.version if release else "", release.notes if release else "",
        )  # fmt: skip

    def look(self, path: Path) -> Release:
        """See ``Renewal``."""
        return looked(self.program, path)

    @property
    def inbox(self) -> Inbox:
        """Where files from the hub lie."""
        return Inbox(self.school.layout.updates)

    def offered(self) -> Release | None:
        """What the hub sent, whole and genuine; a damaged one is taken away."""
        path = self.inbox.waiting(self.program.newest)
        if path is None or not self.program.keys:
            return None
        return self.look(path) if opened(path, self.program.keys) is not None else None

    # -- doing ------------------------------------------------------------------------------------

    def apply(self, path: Path, progress: Progress) -> str:
        """Backup, unpack, try, switch; the version of the next start. UserError: everything as before."""
        self.school.expect_leader("升级程序")
        program = self.program
        sweep(program)
        file: UpdateFile = applying.checked(path, program.here, program.keys)
        care = Care(partial(self.school.back_up, Reason.UPDATE), self.rehearse)
        version = applying.apply(file, program.folder(), care, progress, low=self.low)
        self.inbox.forget(version)
        return version

    def rehearse(self, steps: Path) -> None:
        """The new program's database steps on a copy of this school's data."""
        school = self.school
        migrations.rehearse(school.layout.database, school.key.raw_pragma, steps, now=school.store.clock())

    def back(self) -> str:
        """The version before, from the next start on; refused once the data was migrated past it."""
        self.school.expect_leader("回退程序")
        program = self.program.folder()
        before = applying.way_back(program)
        steps = applying.database_steps(program.folder(before))
        known = migrations.latest(steps if steps.is_dir() else migrations_folder())
        found = _data_version(self.school)
        if found > known:
            told = _backup_words(self.school.layout, known)
            raise UserError(MIGRATED.format(before=before, found=found, known=known, backup=told))
        return applying.go_back(program)


def _data_version(school: School) -> int:
    with closing(engine.connect(school.layout.database, school.key.raw_pragma())) as raw:
        return int(raw.execute("PRAGMA user_version").fetchone()[0])


def _backup_words(home: HomeLayout, known: int) -> str:
    """The newest good backup that the older program can open."""
    for one in backups.backups_in(home.backups):
        if one.manifest is not None and not one.fault and one.manifest.data_version <= known:
            at = one.manifest.made_at.astimezone(CHINA)
            return BACKUP_THERE.format(name=one.path.name, at=f"{at:%Y-%m-%d %H:%M}")
    return NO_BACKUP


def sweep(program: Program) -> None:
    """Before a change: away with what a broken-off update left."""
    if program.installed is not None:
        program.installed.sweep(program.running)


__all__ = ["Program", "Updates", "apply_without_home", "looked", "sweep"]
