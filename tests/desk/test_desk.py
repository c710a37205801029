"""The bridge between threads: results on the UI thread, cancel, dead owners, faults."""

import sys
from threading import Event, current_thread, main_thread

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel

from kqdesk.desk.desk import BUG, PROGRESS, Desk, Seat
from kqdesk.kernel.errors import UserError
from tests.desk import fakes


def test_a_read_works_off_the_ui_thread_and_answers_on_it(qtbot, small_desk, shelf):
    answers = []

    small_desk.read(lambda s: len(s.things), lambda n: answers.append((n, current_thread() is main_thread())))

    qtbot.waitUntil(lambda: answers != [])
    assert answers == [(30, True)]
    assert [name.startswith("desk-read") for name in shelf.threads] == [True]


def test_an_act_is_announced_before_its_answer_arrives(qtbot, small_desk, shelf):
    heard = []
    small_desk.saved.connect(lambda label: heard.append(label))
    small_desk.changed.connect(lambda tables: heard.append(tables))

    small_desk.run(fakes.add_thing, then=heard.append, name="赵小兰")

    qtbot.waitUntil(lambda: len(heard) == 3)
    assert heard == ["新建物品", frozenset({"thing"}), "赵小兰"]
    assert shelf.threads[0].startswith("desk-write")


def test_nothing_is_called_for_a_widget_that_is_gone(qtbot, small_desk):
    answers, owner, go = [], QLabel(), Event()
    small_desk.start(lambda job: go.wait(5), answers.append, owner=owner)

    shiboken6.delete(owner)
    go.set()

    qtbot.waitUntil(lambda: not small_desk.is_busy)
    assert answers == []


def test_only_the_newest_of_several_reads_is_delivered(qtbot, small_desk):
    answers, go = [], Event()

    small_desk.read(lambda s: go.wait(5) and "old", answers.append, owner=small_desk, only="list")
    small_desk.read(lambda s: "new", answers.append, owner=small_desk, only="list")
    go.set()

    qtbot.waitUntil(lambda: not small_desk.is_busy)
    assert answers == ["new"]


def test_a_user_error_goes_to_the_one_who_asked_or_into_the_bar(qtbot, small_desk):
    failed, said = [], []
    small_desk.noticed.connect(lambda notice: said.append((notice.text, notice.kind)))

    small_desk.run(fakes.add_thing, name="重名", failed=lambda error: failed.append(str(error)))
    small_desk.run(fakes.add_thing, name="重名")

    qtbot.waitUntil(lambda: not small_desk.is_busy)
    words = "已经有一件叫“重名”的了，请换个名称。"
    assert failed == [words]
    assert said == [(words, "refused")]


def test_a_bug_is_one_sentence_and_its_words_stay_out_of_the_log(qtbot, small_desk, caplog):
    said, broke = [], []
    small_desk.noticed.connect(lambda notice: said.append((notice.text, notice.kind)))
    small_desk.broke.connect(broke.append)

    small_desk.run(fakes.fail, name="陈秀英")

    qtbot.waitUntil(lambda: not small_desk.is_busy)
    logged = caplog.text
    caplog.clear()
    assert said == [(BUG, "broke")]
    assert [type(e) for e in broke] == [ZeroDivisionError]
    assert "ZeroDivisionError" in logged
    assert "Traceback" not in logged
    assert "陈秀英" not in logged


def test_a_callback_that_fails_does_not_stop_the_bridge(qtbot, small_desk, caplog):
    answers = []

    small_desk.read(lambda s: 1, lambda n: n / 0)
    small_desk.read(lambda s: 2, answers.append)

    qtbot.waitUntil(lambda: not small_desk.is_busy)
    caplog.clear()
    assert answers == [2]


def test_cancelled_work_ends_without_a_result_and_is_said(qtbot, small_desk):
    answers, said = [], []
    small_desk.told.connect(said.append)

    def count(job):
        n = 0
        while True:
            n += 1
            job.step(n, 0)

    job = small_desk.start(count, answers.append, title="导入花名册")
    with qtbot.waitSignal(job.ended):
        job.cancel()

    assert answers == []
    assert said == ["已取消：导入花名册"]


def test_progress_comes_about_ten_times_a_second(qtbot, small_desk):
    seen = []

    def count(job):
        for n in range(20_000):
            job.step(n + 1, 20_000)
        return "done"

    job = small_desk.start(count, seen.append, title="计数")
    job.progressed.connect(lambda done, total, note: seen.append(done))

    qtbot.waitUntil(lambda: "done" in seen)
    assert seen[-2:] == [20_000, "done"]
    assert len(seen) < 60


def test_the_running_job_takes_the_place_of_progress(qtbot, small_desk):
    seen = []

    def act(store, *, progress):
        """导入"""
        progress.step(3, 3)
        return "imported"

    job = small_desk.run(act, then=seen.append, long="导入花名册", progress=PROGRESS)
    job.progressed.connect(lambda done, total, note: seen.append((done, total)))

    qtbot.waitUntil(lambda: not small_desk.is_busy)
    assert seen == [(3, 3), "imported"]


def test_undo_and_redo_name_the_act(qtbot, small_desk, shelf):
    said = []
    small_desk.told.connect(said.append)

    small_desk.run(fakes.add_thing, name="赵小兰")
    small_desk.undo()
    small_desk.redo()
    qtbot.waitUntil(lambda: not small_desk.is_busy)
    small_desk.undo()
    small_desk.undo()

    qtbot.waitUntil(lambda: not small_desk.is_busy)
    assert said == ["已撤销：新建物品", "已恢复：新建物品", "已撤销：新建物品", "没有可以撤销的。"]
    assert len(shelf.things) == 30


def test_read_seen_tells_the_position_before_the_rows(qtbot, small_desk):
    seen = []

    small_desk.read_seen(lambda s: "rows", lambda position, rows: seen.append((position, rows)))

    qtbot.waitUntil(lambda: not small_desk.is_busy)
    assert seen == [(0, "rows")]


def test_close_waits_for_an_act_that_began(themed, shelf):
    desk, began = Desk(shelf, Seat("c", "沈月琴")), Event()

    def slow(store):
        """慢"""
        began.set()
        store.things.clear()

    desk.run(slow)
    began.wait(5)
    desk.close()
    desk.run(fakes.add_thing, name="晚了")

    assert shelf.things == []
    assert not desk.is_busy


def test_a_user_error_from_a_query_is_shown(qtbot, small_desk):
    said = []
    small_desk.told.connect(said.append)

    def query(session):
        raise UserError("数据文件读不出来。")

    small_desk.read(query, said.append)

    qtbot.waitUntil(lambda: not small_desk.is_busy)
    assert said == ["数据文件读不出来。"]


@pytest.mark.parametrize("word", [None, True])
def test_qt_keeps_the_reference_counts(themed, word):
    """PySide6 6.12 loses one reference to None or True a call on CPython 3.11 and aborts; never take it."""
    label = QLabel()
    before = sys.getrefcount(word)

    for _ in range(500):
        label.setText("字")
        label.parent()
        label.setEnabled(True)

    assert abs(sys.getrefcount(word) - before) < 50
