"""The window: pages built when opened, links, Ctrl+K, undo by name, cover, jobs, text sizes."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from kqdesk.desk import shots
from kqdesk.desk.frame import IdleWatch, SyncWords
from kqdesk.desk.help import HelpDialog, help_text
from kqdesk.desk.jobs import time_left
from kqdesk.desk.palette import matches
from kqdesk.desk.theme import TEXT_SIZES, apply_theme, read_tokens
from tests.desk import fakes

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def test_pages_are_built_when_first_opened_and_get_their_context(shell):
    shell.desk.open("other", cohort="c7")
    shell.desk.open("other", cohort="c8")

    assert shell.page.contexts == [{"cohort": "c7"}, {"cohort": "c8"}]
    assert set(shell._built) == {"home", "things", "other"}


def test_alt_left_goes_back_with_the_context_there_was(qtbot, shell):
    shell.desk.open("other", cohort="c7")
    other = shell.page
    shell.desk.open("things")

    qtbot.keyClick(shell, Qt.Key.Key_Left, ALT)

    assert shell.page is other
    assert other.contexts[-1] == {"cohort": "c7"}


def test_a_page_that_watches_reloads_now_or_when_next_shown(qtbot, shell):
    page = shell.page
    before = page.loads
    shell.desk.announce(frozenset({"thing"}))
    shell.desk.announce(frozenset({"something_else"}))
    after = page.loads
    shell.go("other")
    shell.desk.announce(frozenset({"thing"}))
    hidden = page.loads
    shell.stack.setCurrentWidget(page)

    assert (after - before, hidden - after, page.loads - hidden) == (1, 0, 1)


def test_ctrl_k_finds_and_enter_opens(qtbot, shell):
    qtbot.keyClick(shell, Qt.Key.Key_K, CTRL)
    box = shell.palette_box
    box.edit.setText("欧阳")
    qtbot.waitUntil(lambda: any(line.title == "欧阳小红" for line in box.model.lines))

    qtbot.keyClick(box.edit, Qt.Key.Key_Return)

    assert not box.isVisible()
    assert shell.page_key == "things"
    assert shell.page.search.text() == "欧阳小红"


def test_ctrl_k_opens_a_page_by_initials_with_the_arrows(qtbot, shell):
    qtbot.keyClick(shell, Qt.Key.Key_K, CTRL)
    box = shell.palette_box
    box.edit.setText("k")
    qtbot.waitUntil(lambda: not shell.desk.is_busy)
    titles = [line.title for line in box.model.lines]

    qtbot.keyClick(box.edit, Qt.Key.Key_Down)
    qtbot.keyClick(box.edit, Qt.Key.Key_Return)

    assert titles == ["页面", "课表", "考勤", "课程目录", "考试"]
    assert shell.page_key == "other"


def test_initials_match_from_the_start():
    assert [matches(text, "花名册") for text in ("hm", "名册", "mc", "")] == [True, True, False, False]


def test_undo_names_the_act_on_the_button_and_by_keys(qtbot, shell, shelf):
    shell.desk.run(fakes.add_thing, name="赵小兰")
    qtbot.waitUntil(lambda: shell.top.undo_button.text() == "撤销：新建物品")
    tip = shell.top.undo_button.toolTip()

    shell.page.table.setFocus()
    qtbot.keyClick(shell.page.table, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: shell.top.redo_button.isVisible())

    assert tip == "撤销：新建物品　Ctrl+Z"
    assert shell.bar.text == "已撤销：新建物品"
    assert shell.top.undo_button.toolTip() == "没有可以撤销的　Ctrl+Z"
    assert len(shelf.things) == 30


def test_ctrl_z_in_a_field_takes_back_the_typing_first(qtbot, shell, shelf):
    shell.desk.run(fakes.add_thing, name="赵小兰")
    qtbot.waitUntil(lambda: not shell.desk.is_busy)
    shell.page.search.setFocus()
    qtbot.keyClicks(shell.page.search, "abc")

    qtbot.keyClick(shell.page.search, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: not shell.desk.is_busy)

    assert shell.page.search.text() == ""
    assert len(shelf.things) == 31


def test_the_job_strip_shows_and_cancels(qtbot, shell):
    strip = shell.strip.jobs

    def work(job):
        for n in range(10_000):
            job.step(n, 10_000, "读表")
            time.sleep(0.002)

    shell.desk.start(work, title="导入花名册")
    qtbot.waitUntil(lambda: "/10000 · 读表" in strip.words)
    strip.cancel()
    qtbot.waitUntil(strip.isHidden)

    assert shell.bar.text == "已取消：导入花名册"


def test_time_left_is_said_when_it_is_known():
    assert [time_left(0, 10, 9_000), time_left(5, 10, 500), time_left(5, 10, 9_000), time_left(1, 100, 9_000)] == [
        "", "", "还要约 9 秒", "还要约 15 分钟",
    ]  # fmt: skip


def test_the_cover_hides_and_disables_the_work(qtbot, shell):
    shell.cover(QLabel("登录"))
    covered = shell.is_covered, shell.centralWidget().isEnabled(), shell.screen_cover.size() == shell.size()
    shell.uncover()

    assert covered == (True, False, True)
    assert (shell.is_covered, shell.centralWidget().isEnabled()) == (False, True)


def test_no_key_reaches_the_work_behind_the_cover(qtbot, shell, shelf):
    shell.desk.run(fakes.add_thing, name="赵小兰")
    qtbot.waitUntil(lambda: not shell.desk.is_busy)
    shell.help()
    dialog = shell.findChild(HelpDialog)

    shell.cover(QLabel("登录"))
    hidden = not dialog.isVisible()
    qtbot.keyClick(shell, Qt.Key.Key_Z, CTRL)
    qtbot.keyClick(shell, Qt.Key.Key_K, CTRL)
    qtbot.keyClick(shell, Qt.Key.Key_7, ALT)
    qtbot.waitUntil(lambda: not shell.desk.is_busy)

    assert (hidden, len(shelf.things), shell.palette_box.isVisible(), shell.page_key) == (
        True,
        31,
        False,
        "things",
    )
    shell.uncover()
    assert dialog.isVisible()
    dialog.close()


def test_ctrl_l_and_idleness_ask_for_the_lock(qtbot, shell):
    with qtbot.waitSignal(shell.lock_asked):
        qtbot.keyClick(shell, Qt.Key.Key_L, CTRL)

    watch = IdleWatch(shell, minutes=0.0005)
    with qtbot.waitSignal(watch.idle):
        pass


def test_sync_numbers_are_hidden_until_there_is_a_hub(shell):
    before = shell.strip.sync.isHidden()
    asked: list[str] = []
    shell.set_sync(
        SyncWords(
            "待上传 12 · 待下载 0 · 待确认 3 · 上次同步 10:32",
            "数据站 hub.example",
            lambda: asked.append("go"),
        )
    )
    shell.strip.sync.click()

    assert before
    assert shell.strip.sync.text() == "待上传 12 · 待下载 0 · 待确认 3 · 上次同步 10:32"
    assert asked == ["go"]


def test_help_has_the_keys_of_the_page(qtbot, shell):
    shell.help()

    dialog = shell.findChild(HelpDialog)
    text = dialog.text.toPlainText()
    assert "Ctrl+N" in text
    assert "新建学员" in text
    assert help_text(fakes.PAGES[0]).startswith("# ")


def test_alt_numbers_open_the_first_pages(qtbot, shell):
    qtbot.keyClick(shell, Qt.Key.Key_7, ALT)

    assert shell.page_key == "other"


def test_an_empty_page_says_what_it_is_for(qtbot, shell, shelf):
    shelf.things.clear()

    shell.page.reload()
    qtbot.waitUntil(lambda: shell.page.is_blank)

    assert shell.page.foot.text() == "共 0 人"


def too_narrow(window: QWidget) -> list[str]:
    """Words of labels and buttons that are given less room than they need."""
    found = []
    for widget in (*window.findChildren(QLabel), *window.findChildren(QAbstractButton)):
        if not widget.isVisible() or not widget.text() or (isinstance(widget, QLabel) and widget.wordWrap()):
            continue
        need = widget.minimumSizeHint()
        if widget.width() < need.width() or widget.height() < need.height():
            found.append(widget.text())
    return found


@pytest.mark.parametrize("text_size", TEXT_SIZES)
def test_no_word_is_cut_at_any_text_size(themed, shell, text_size):
    shell.desk.run(fakes.add_thing, name="赵小兰")
    shell.set_text_size(text_size)
    shell.show_demo("这是演练用的示例学校，人和成绩都是编的，可以随便试。", "建我自己的学校", shell.find)
    shell.set_sync(SyncWords("待上传 120 · 待下载 12 · 待确认 3 · 上次同步 10:32", "", shell.find))
    shell.page.create()
    shell.desk.tell("已导入 412 人，3 行有问题没有导入。", undo=True)
    shell.resize(1366, 768)
    settled = shots.settle(shell.desk)
    cut, size = too_narrow(shell), (shell.width(), shell.height())
    apply_theme(themed)

    assert settled
    assert cut == []
    assert size == (1366, 768)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("ground", "surface", "head", "hover", "primary_soft")


@pytest.mark.parametrize(
    ("fore", "ground"),
    [
        *((f, g) for f in ("text", "second", "faint", "primary") for g in GROUNDS),
        *((t, f"{t}_soft") for t in ("success", "warning", "danger", "seal")),
        ("second", "neutral_soft"),
        ("on_primary", "primary"),
        ("on_primary", "primary_hover"),
        ("on_primary", "danger"),
        ("danger", "surface"),
    ],
)
def test_words_stand_out_from_their_ground(fore, ground):
    colours = read_tokens().colours

    assert round(contrast(colours[fore], colours[ground]), 2) >= 4.5


def test_a_picture_has_the_size_asked_for(shell, tmp_path):
    path = shots.grab(shell, tmp_path / "shots" / "things.png")

    picture = QImage(str(path))
    assert (picture.width(), picture.height()) == (1366, 768)
