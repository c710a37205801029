"""What the window does for the data while nobody thinks of it: the journal checked, a backup when one is due."""

from PySide6.QtCore import QObject, QTimer, Slot

from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.school import School

CHECK_MS = 3_000
FIRST_MS = 60_000  # a minute after sitting down, when the first page has long been drawn
EVERY_MS = 600_000


class Care(QObject):
    """Looks every ten minutes whether a backup is due; the work is done off the UI thread."""

    def __init__(self, desk: Desk, school: School) -> None:
        super().__init__(desk)
        self._desk, self._school = desk, school
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(EVERY_MS)
        QTimer.singleShot(FIRST_MS, self, self.look)
        QTimer.singleShot(CHECK_MS, self, self.check)

    @Slot()
    def check(self) -> None:
        """Read the whole chain of the journal; what does not fit is said at once."""
        self._desk.start(lambda _: self._school.store.verify_chain(), self._checked, owner=self)

    def _checked(self, fault: str | None) -> None:
        if fault:
            self._desk.tell(f"{fault}请先别改数据，用 kqdesk doctor 查看，或从备份恢复。", kind="refused")

    @Slot()
    def look(self) -> None:
        """Make one if it is due; a fault is said in the message bar."""
        self._desk.start(self._work, self._told, owner=self)

    def _work(self, _: Job) -> str:
        made = self._school.look_after()
        return "" if made is None else "自动备份"

    def _told(self, sentence: str) -> None:
        if sentence:
            self._desk.saved.emit(sentence)
