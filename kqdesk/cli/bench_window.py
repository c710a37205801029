"""One start of the window for ``bench start``, in a process of its own; prints when it was ready and how big it is.

``python -m kqdesk.cli.bench_window HOME`` opens a home made by ``bench_home`` with the recovery code from stdin, which
costs no argon2; without HOME it is the floor: the Qt modules and one empty window.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Open, tell, leave at once."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    told = _open_home(Path(arguments[0])) if arguments else _open_nothing()
    print(json.dumps(told), flush=True)
    os._exit(0)  # the measure is the start; the home was a throw-away


def _open_nothing() -> dict[str, float]:
    from PySide6.QtWidgets import QApplication, QWidget

    application = QApplication([])
    window = QWidget()
    window.resize(1366, 768)
    window.show()
    application.processEvents()
    return _told()


def _open_home(home: Path) -> dict[str, float]:
    from kqdesk import school
    from kqdesk.app.window import open_shell, start_application
    from kqdesk.desk.shots import settle

    application = start_application()
    imported = time.time()
    opened = school.open_with_recovery(home, code=sys.stdin.read(), clock=_now)
    signed_in = time.time()
    desk, shell = open_shell(opened, clock=_now)
    shell.show()
    settle(desk)
    application.processEvents()
    return {"imported": imported, "opened": signed_in} | _told()


def _told() -> dict[str, float]:
    return {"ready": time.time(), "cpu": time.process_time(), "rss": resident_bytes()}


def _now() -> datetime:
    return datetime.now(UTC)


def resident_bytes() -> float:
    """Memory this process holds now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return float(pages * os.sysconf("SC_PAGE_SIZE"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
