"""Where things lie: the platform's folder for a school's data, and what is in such a folder (a home).

school.db        the encrypted database          attachments/  photos and scans, encrypted
kqdesk.keys      the key file (.1 its mirror)    backups/      verified copies
kqdesk.tries     wrong passwords, counted        drafts/       typed and not saved, encrypted
kqdesk.head      where the journal ended         vault/        secrets that never sync
kqdesk.lock      one process per home            logs/         no name, no number
kqdesk.making    a school being made; until it is gone there is none
kqdesk.restoring a restore under way             kqdesk.restored  sync waits until somebody confirms
ballast          64 MB to give back on a full disk   updates/  newer programs, fetched from the hub
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "KQDESK_HOME"


def default_home(environ: Mapping[str, str]) -> Path:
    """``KQDESK_HOME`` when set, else the platform's folder for a program's data; the folder need not exist."""
    chosen = environ.get(HOME_VARIABLE, "").strip()
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(platformdirs.user_data_path("kqdesk", appauthor=False)) / "school"


@dataclass(frozen=True, slots=True)
class HomeLayout:
    """Every path of one home; nothing else in the program spells them."""

    home: Path
    database: Path
    keys: Path
    tries: Path
    head: Path
    lock: Path
    making: Path
    restoring: Path
    restored: Path
    ballast: Path
    attachments: Path
    backups: Path
    drafts: Path
    vault: Path
    logs: Path
    updates: Path

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders in it."""
        return (self.attachments, self.backups, self.drafts, self.vault, self.logs)

    @property
    def exists(self) -> bool:
        """Whether a school was made here, to the end: its database or its key file is there."""
        if self.making.exists():
            return False
        return self.database.exists() or self.keys.exists() or self.restoring.exists()

    def prepare(self) -> None:
        """Make the folders, for this user's eyes only; repeating is harmless."""
        for folder in (self.home, *self.folders):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def unmake(self) -> None:
        """Take away what a making left that failed or was killed; only for a home that was not there before."""
        ours = ("school.db*", "kqdesk.keys*", "kqdesk.head*", "kqdesk.tries", "ballast", "vault/*")
        for path in (found for pattern in ours for found in self.home.glob(pattern)):
            path.unlink(missing_ok=True)
        self.making.unlink(missing_ok=True)  # last: as long as it stands there is no school here


def home_layout(home: Path) -> HomeLayout:
    """The paths of ``home``; touches nothing."""
    return HomeLayout(
        home=home,
        database=home / "school.db",
        keys=home / "kqdesk.keys",
        tries=home / "kqdesk.tries",
        head=home / "kqdesk.head",
        lock=home / "kqdesk.lock",
        making=home / "kqdesk.making",
        restoring=home / "kqdesk.restoring",
        restored=home / "kqdesk.restored",
        ballast=home / "ballast",
        attachments=home / "attachments",
        backups=home / "backups",
        drafts=home / "drafts",
        vault=home / "vault",
        logs=home / "logs",
        updates=home / "updates",
    )
