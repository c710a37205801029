"""The photo on a person's card: click or drop a picture, Del takes it away; and many at once from a folder."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.intake import Brought, brought_by, from_path, portrait
from kqdesk.desk.job import Job
from kqdesk.desk.theme import icon, theme
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.people import actions, queries
from kqdesk.rooms.people.actions import KeptPhoto

PICTURES = "照片 (*.jpg *.jpeg *.png)"
_ENDINGS = {".jpg", ".jpeg", ".png"}


class PhotoBox(QToolButton):
    """Shows the photo of one person."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.person_id, self.digest = desk, "", ""
        height = theme().px("row") * 2
        self.setFixedSize(height * 3 // 4, height)
        self.setIconSize(QSize(height * 3 // 4 - 4, height - 4))
        self.setAcceptDrops(True)
        self.setAccessibleName("照片")
        self.clicked.connect(self.choose)
        self._show_none()

    def show_of(self, person_id: str, digest: str | None) -> None:
        """The photo of that person, or the place for one."""
        if (person_id, digest or "") == (self.person_id, self.digest):
            return
        self.person_id, self.digest = person_id, digest or ""
        if not digest:
            self._show_none()
            return
        files = self.desk.attachments
        self.desk.start(
            lambda _: files.read(digest, "照片"), partial(self._show, digest), owner=self, failed=self._lost
        )

    def _show_none(self) -> None:
        self.setIcon(icon("person"))
        self.setToolTip("放照片：点一下选文件，或把照片拖到这里")

    def _lost(self, _: UserError) -> None:
        self._show_none()
        self.setToolTip("照片文件不在这台电脑上，可以重新放一张")

    def _show(self, digest: str, content: bytes) -> None:
        picture = QPixmap()
        if digest == self.digest and picture.loadFromData(content):
            self.setIcon(QIcon(picture))
            self.setToolTip("换照片：点一下；拿掉按 Del")

    @Slot()
    def choose(self) -> None:
        """A file for this person."""
        path, _ = QFileDialog.getOpenFileName(self, "选照片", "", PICTURES)
        if path:
            self.take(from_path(Path(path)))

    def take(self, file: Brought) -> None:
        """Cut, keep and note it."""
        person, files = self.person_id, self.desk.attachments

        def work(_: Job) -> KeptPhoto:
            content = portrait(file.content(), file.name)
            return KeptPhoto(person, files.keep(content), file.name, len(content))

        self.desk.start(work, self._put, owner=self)

    def _put(self, photo: KeptPhoto) -> None:
        told = partial(self._told, "照片放好了。")
        self.desk.run(actions.put_photos, then=told, owner=self, photos=[photo])

    def _told(self, words: str, _: Any) -> None:
        self.desk.tell(words, undo=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.digest:
            told = partial(self._told, "照片拿掉了。")
            self.desk.run(actions.take_photo_away, then=told, owner=self, person_id=self.person_id)
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if brought_by(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = brought_by(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.take(files[0])


def put_folder(desk: Desk, owner: QWidget, folder: Path) -> None:
    """Every photo of a folder to the person its file is named after: ID number, else a name that only one person has."""
    files = desk.attachments

    def work(job: Job) -> tuple[list[KeptPhoto], list[str]]:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in _ENDINGS)
        with desk.store.reading() as session:
            owners = _owners(session, [path.stem.strip() for path in found])
        kept, left = [], []
        for number, path in enumerate(found, 1):
            job.step(number, len(found), path.name)
            person = owners.get(path.stem.strip())
            if person is None:
                left.append(path.name)
                continue
            try:
                content = portrait(from_path(path).content(), path.name)
            except UserError:
                left.append(path.name)
                continue
            kept.append(KeptPhoto(person, files.keep(content), path.name, len(content)))
        return kept, left

    desk.start(work, partial(_kept, desk, owner), title="放照片", owner=owner)


def _owners(session: Session, stems: list[str]) -> dict[str, str]:
    return queries.people_by_stem(session, stems)


def _kept(desk: Desk, owner: QWidget, found: tuple[list[KeptPhoto], list[str]]) -> None:
    kept, left = found
    words = f"{len(left)} 张没有放：{'、'.join(left[:5])}{' 等' if len(left) > 5 else ''}。" if left else ""
    if not kept:
        desk.tell(
            f"一张也没有放。照片的文件名要是证件号码或姓名（没有同名的人），例如 330621198001010011.jpg。{words}",
            kind="refused",
        )
        return
    desk.run(
        actions.put_photos,
        then=lambda count: desk.tell(f"{count} 人的照片放好了。{words}", undo=True),
        owner=owner,
        photos=kept,
    )
