"""An open home: its store, its key, who sits there, and the care its data needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kqdesk.backup import ballast, making, shelf
from kqdesk.backup.container import Container
from kqdesk.backup.policy import Reason, due
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.homelock import HomeLock
from kqdesk.kernel.places import HomeLayout
from kqdesk.kernel.progress import Progress
from kqdesk.kernel.resources import resource
from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.office.actions.care import expect_head
from kqdesk.rooms.office.queries import StaffRow, rights_guard
from kqdesk.security.attachment_cipher import attachment_cipher
from kqdesk.security.datakey import DataKey
from kqdesk.security.file_keys import FILES, FileKeys
from kqdesk.security.guard import Rights
from kqdesk.security.roles import Role
from kqdesk.security.signing import Signer
from kqdesk.security.vault import Vault
from kqdesk.store.attachments import Attachments
from kqdesk.store.store import Guard, Store

NO_FILE_KEYS = (
    "打开照片和扫描件的钥匙文件 vault/files 不见了。其他数据都在；请从最近的备份恢复，它会把这个文件带回来。"
)
Clock = Callable[[], datetime]


@dataclass
class School:
    """An open home. ``close`` lets go of the file, wipes the key and gives the lock back."""

    layout: HomeLayout
    key: DataKey
    store: Store
    staff: StaffRow
    signer: Signer | None  # the person's own; None when the home was opened with the recovery code
    lock: HomeLock
    must_change: bool = False  # her password was given by somebody else: she sets her own first
    notices: tuple[str, ...] = ()
    """What the opening found that must be told once: a warning, not a refusal."""

    @property
    def vault(self) -> Vault:
        """Secrets that stay on this PC; NotAllowed at every use while the desk is locked."""
        return Vault(self.layout.vault, self.key, self.store.home_id)

    @property
    def attachments(self) -> Attachments:
        """Photos and scans of this home."""
        return Attachments(self.layout.attachments, attachment_cipher(self._file_keys))

    def _file_keys(self) -> FileKeys:
        held = self.vault.read(FILES)
        if held is None:
            raise UserError(NO_FILE_KEYS)
        return FileKeys.decode(held)

    def make_file_keys(self) -> None:
        """For a home that has none and no file either; one that lost them must not get others in silence."""
        if self.vault.read(FILES) is None and not any(self.attachments.kept()):
            self.vault.write(FILES, FileKeys.fresh().encode())

    def reseal_files(self, progress: Progress | None = None) -> int:
        """After a rotation: seal photos and scans with the newest key; may be broken off and done again."""
        return self.attachments.reseal(progress)

    def back_up(self, reason: Reason) -> Container:
        """A verified backup of this moment; UserError when it cannot be made."""
        return making.make(self.layout, self.key, reason=reason, now=self.store.clock())

    def keep_ballast(self) -> bool:
        """Make the file that is given back on a full disk, when there is room; a second's work, so not at opening."""
        return ballast.keep(self.layout.ballast)

    def look_after(self) -> Container | None:
        """What a home in use needs now and then: the ballast, and a backup when one is due (which is returned)."""
        self.keep_ballast()
        self.reseal_files()
        good = [one for one in shelf.backups_in(self.layout.backups) if one.manifest and not one.fault]
        last = good[0].manifest if good else None
        changed = last is None or last.entries != self.store.position()
        now = self.store.clock()
        reason = due(now.astimezone(CHINA), last.made_at if last else None, changed=changed)
        if reason is None:
            return None
        made = self.back_up(reason)
        shelf.tidy(self.layout, now)
        return made

    def expect_restorer(self) -> None:
        """NotAllowed unless this person may put a backup in place of the school's data."""
        self.expect_leader("恢复备份")

    def expect_leader(self, act: str) -> None:
        """NotAllowed unless this person is headmaster or clerk; ``act`` as people call it."""
        if self.staff.role not in (Role.HEADMASTER, Role.CLERK):
            raise NotAllowed(f"{act}要由校长或教务来做。")

    def expect_head(self, act: str) -> None:
        """NotAllowed unless this person is the headmaster, or the clerk of a school whose headmaster does not sign in."""
        with self.store.reading() as session:
            expect_head(session, self.staff.id, act)

    def issuer(self) -> Signer:
        """The school's certificate key from the vault; made the first time it is needed."""
        seed = self.vault.read("issuer")
        if seed is not None:
            return Signer(seed)
        fresh = Signer.fresh()
        self.vault.write("issuer", fresh.seed)
        return fresh

    def close(self) -> None:
        """Repeating is harmless."""
        self.store.close()
        self.key.wipe()
        self.lock.release()


@dataclass(frozen=True)
class NewSchool:
    """What the first-run page asks."""

    code: str
    name: str
    person: str
    role: Role
    password: str
    township_code: str | None = None
    is_demo: bool = False


def rights() -> Rights:
    """The one authorisation table."""
    return Rights.load(resource("rights.toml"))


def guard() -> Guard:
    """Asks the table with the role the actor holds now."""
    return rights_guard(rights())
