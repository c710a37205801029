"""Widgets in cycles are deleted on the UI thread, whatever the workers do."""

import gc
import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kqdesk.desk.sweeper import DEEP, Sweeper


class Tangled(QObject):
    """A cycle that says on which thread it ended."""

    def __init__(self, ended: list[int]) -> None:
        super().__init__()
        self.me, self.ended = self, ended

    def __del__(self) -> None:
        self.ended.append(threading.get_ident())


def test_a_worker_that_allocates_collects_nothing(qtbot: QtBot) -> None:
    parent, ended = QObject(), []
    sweeper = Sweeper(lambda: False, parent)
    Tangled(ended)
    worker = threading.Thread(target=lambda: [[{}] for _ in range(200_000)])
    worker.start()
    worker.join()
    before = list(ended)

    for _ in range(DEEP):
        sweeper.sweep()

    assert not gc.isenabled()
    assert (before, ended) == ([], [threading.get_ident()])


def test_the_old_ones_wait_while_something_is_under_way(qtbot: QtBot) -> None:
    parent, ended = QObject(), []
    sweeper = Sweeper(lambda: True, parent)
    old = Tangled(ended)
    gc.collect(0)
    gc.collect(1)  # it is among the old ones now
    del old

    for _ in range(DEEP * 2):
        sweeper.sweep()

    assert ended == []
