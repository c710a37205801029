"""The window with another role's eyes: the headmaster sees what that role may do; nothing can be written meanwhile."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NoReturn

from PySide6.QtCore import QObject, Slot
from sqlalchemy.orm import Session

from kqdesk import school as homes
from kqdesk.app.locking import Locking
from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice
from kqdesk.desk.form import FormDialog, FormPanel
from kqdesk.desk.seat import Books, Seat
from kqdesk.desk.shell import Shell
from kqdesk.kernel.errors import NotAllowed
from kqdesk.security.guard import Rights
from kqdesk.security.roles import Role
from kqdesk.store.actions import card_of
from kqdesk.store.attachments import Attachments
from kqdesk.store.store import UndoState

READ_ONLY = "{role}可以做「{act}」。您现在只是以{role}的眼光查看，没有真的做；要做请先点上面的「回到自己」。"
NO_UNDO = "您现在只是在查看，没有可以撤销的。要撤销请先点上面的「回到自己」。"
NO_FILE = "您现在只是在查看，不能放入或删除文件。请先点上面的「回到自己」。"
BANNER = "正在以「{role}」的眼光查看：只能看，什么都不会被改动。证件号一律打码显示。"


class SeenBooks:
    """The store as a role sees it: reads go through, every write is answered with what that role may do."""

    def __init__(self, store: Books, rights: Rights, role: Role) -> None:
        self._store, self._rights, self._role = store, rights, role

    def clock(self) -> datetime:
        """The store's."""
        return self._store.clock()

    def reading(self) -> AbstractContextManager[Session]:
        """The store's: its read lanes cannot write by themselves."""
        return self._store.reading()

    def position(self) -> int:
        """The store's."""
        return self._store.position()

    def run(self, act: Callable[..., Any], actor: str, /, **kw: Any) -> NoReturn:
        """NotAllowed, either as that role would read it, or saying that it would be let through."""
        card = card_of(act)
        self._rights.check((self._role,), card.name, card.label)
        raise NotAllowed(READ_ONLY.format(role=self._role.label, act=card.label))

    def undo(self, actor: str) -> NoReturn:
        """Nothing is taken back."""
        raise NotAllowed(NO_UNDO)

    redo = undo

    def undo_state(self, actor: str) -> UndoState:
        """Nothing to take back."""
        return UndoState(None, None)


class SeenFiles(Attachments):
    """Photos and scans that can be looked at only."""

    def __init__(self, files: Attachments) -> None:
        super().__init__(files.folder, files.cipher)

    def keep(self, content: bytes) -> NoReturn:
        """NotAllowed."""
        raise NotAllowed(NO_FILE)

    def forget(self, digests: Collection[str]) -> NoReturn:
        """NotAllowed."""
        raise NotAllowed(NO_FILE)


class Looking(QObject):
    """Begins and ends a look. A locked screen ends it."""

    def __init__(self, desk: Desk, shell: Shell, locking: Locking) -> None:
        super().__init__(shell)
        self._desk, self._shell, self._locking = desk, shell, locking
        self.role: Role | None = None
        locking.covered.connect(self.end)

    @Slot()
    def ask(self) -> None:
        """Which role?"""
        try:
            self._locking.school.expect_head("看别的角色看到什么，")
        except NotAllowed as wrong:
            self._desk.tell(str(wrong), kind="refused")
            return
        self.end()
        choices = tuple((role, role.label) for role in Role)
        field = Choice(name="role", label="角色", choices=choices, required=True)

        def save(values: dict[str, Any], panel: FormPanel) -> None:
            panel.done(None)
            self.begin(values["role"])

        panel = FormPanel(self._desk, "看看别的角色看到什么", (field,), save, save_text="开始查看")
        FormDialog(self._shell, panel).open()

    def begin(self, role: Role) -> None:
        """From now on with that role's eyes."""
        school = self._locking.school
        self.role = role
        seat = Seat("", school.staff.name, f"{role.label}（查看）")
        books = SeenBooks(school.store, homes.rights(), role)
        self._desk.look_through(books, seat, SeenFiles(school.attachments))
        self._shell.show_looking((BANNER.format(role=role.label), "回到自己", self.end))

    @Slot()
    def end(self) -> None:
        """With her own eyes again; repeating is harmless."""
        if self.role is None:
            return
        self.role = None
        school = self._locking.school
        self._desk.look_through(school.store, self._locking.seat_of(school), school.attachments)
        self._shell.show_looking(None)
