"""The job strip at the foot: what is being done, how far, how long still, 取消."""

from PySide6.QtCore import QElapsedTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from kqdesk.desk.job import Job
from kqdesk.desk.parts import Push

SURE_AFTER = 2_000  # milliseconds before a guess of the time left is worth saying


class JobStrip(QWidget):
    """Shows the newest job; when several run, how many others there are."""

    emptied = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._jobs: list[tuple[Job, QElapsedTimer]] = []
        self._words, self._bar = QLabel(), QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._bar.setAccessibleName("进度")
        self._stop: QPushButton = Push("取消", self.cancel, look="link")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._words, self._bar, self._stop):
            row.addWidget(widget)
        self.hide()

    @property
    def words(self) -> str:
        """What the strip says now; "" when nothing runs."""
        return self._words.text() if self._jobs else ""

    @Slot(object)
    def add(self, job: Job) -> None:
        """A job began."""
        clock = QElapsedTimer()
        clock.start()
        self._jobs.append((job, clock))
        job.progressed.connect(self._on_progress)
        job.ended.connect(self._on_ended)
        self._show()

    def cancel(self) -> None:
        """Ask the job that is shown to stop."""
        if self._jobs:
            self._jobs[-1][0].cancel()
            self._words.setText(f"正在取消：{self._jobs[-1][0].title}…")
            self._stop.setEnabled(False)

    @Slot()
    def _on_ended(self) -> None:
        ended = self.sender()
        self._jobs = [(j, c) for j, c in self._jobs if j is not ended]
        self._stop.setEnabled(True)
        if self._jobs:
            self._show()
        else:
            self.hide()
            self.emptied.emit()

    @Slot(int, int, str)
    def _on_progress(self, _done: int, _total: int, _note: str) -> None:
        self._show()

    def _show(self) -> None:
        job, clock = self._jobs[-1]
        if job.is_cancelled:
            return
        done, total, note = job.latest
        parts = [job.title, f"{done}/{total}" if total else (f"{done}" if done else ""), note]
        parts.append(time_left(done, total, clock.elapsed()))
        if len(self._jobs) > 1:
            parts.append(f"另有 {len(self._jobs) - 1} 件在做")
        self._words.setText(" · ".join(part for part in parts if part))
        self._bar.setRange(0, max(total, 0))  # 0..0 shows "busy" when nobody knows how much there is
        self._bar.setValue(done)
        self._stop.setVisible(job.cancellable)
        self.show()


def time_left(done: int, total: int, elapsed_ms: int) -> str:
    """还要约 3 分钟; "" while it is too early to say."""
    if done <= 0 or done >= total or elapsed_ms < SURE_AFTER:
        return ""
    seconds = round(elapsed_ms / done * (total - done) / 1000)
    if seconds < 60:
        return f"还要约 {max(seconds, 1)} 秒"
    return f"还要约 {round(seconds / 60)} 分钟"
