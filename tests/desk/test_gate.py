"""Signing in and the guided set-up, as widgets."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from kqdesk.desk.gate import SignIn, Step, Wizard


def test_enter_in_the_password_signs_in_and_a_refusal_says_why(themed, qtbot):
    panel = SignIn("兰亭街道成校", [("c", "沈月琴"), ("h", "章国平")])
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    asked = []
    panel.asked.connect(lambda *pair: asked.append(pair))
    panel.person.choose("h")

    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    empty = panel.note.text
    qtbot.keyClicks(panel.password, "secret")
    qtbot.keyClick(panel.password, Qt.Key.Key_Return)
    panel.refuse("密码不对，还可以试 4 次。")

    assert empty == "请输入密码。"
    assert asked == [("h", "secret")]
    assert (panel.note.text, panel.enter.isEnabled()) == ("密码不对，还可以试 4 次。", True)


def test_a_step_that_is_not_ready_keeps_one_there(themed, qtbot):
    faults = ["请填写校名。", None]
    steps = [
        Step("学校", "校名。", QLabel("a"), lambda: faults.pop(0)),
        Step("完成", "好了。", QLabel("b"), on_words="开始用"),
    ]
    wizard = Wizard("建自己的学校", steps)
    qtbot.addWidget(wizard)
    with qtbot.waitExposed(wizard):
        wizard.show()

    wizard.on.click()
    first = wizard.number, wizard.note.text
    wizard.on.click()
    second = wizard.number, wizard.on.text()
    with qtbot.waitSignal(wizard.finished):
        wizard.on.click()

    assert first == (0, "请填写校名。")
    assert second == (1, "开始用")
