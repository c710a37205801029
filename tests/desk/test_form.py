"""Forms: reading values, faults under fields, saving, and never losing what was typed."""

from datetime import date, time
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt

from kqdesk.desk.fields import Date, Money, Number, Pick, Text, Time, Unreadable
from kqdesk.desk.form import Form, FormPanel
from tests.desk import fakes


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (Text(name="a", label="甲"), "  陈秀英 ", "陈秀英"),
        (Text(name="a", label="甲"), "   ", None),
        (Number(name="a", label="甲"), "１２", 12),
        (Number(name="a", label="甲", places=2), "3.25", Decimal("3.25")),
        (Money(name="a", label="甲"), "1,200.5", 120_050),
        (Money(name="a", label="甲"), "0.07元", 7),
        (Date(name="a", label="甲"), "20260302", date(2026, 3, 2)),
        (Date(name="a", label="甲"), "2026年3月2日", date(2026, 3, 2)),
        (Date(name="a", label="甲"), "2026.3.2", date(2026, 3, 2)),
        (Time(name="a", label="甲"), "18：30", time(18, 30)),
        (Time(name="a", label="甲"), "930", time(9, 30)),
    ],
)
def test_a_text_is_read(field, text, value):
    assert field.read(text) == value


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        (Number(name="a", label="学时"), "很多", "学时要填数字，“很多”不是数字。"),
        (Number(name="a", label="学时"), "1.5", "学时要填整数。"),
        (Number(name="a", label="学时", most=40), "41", "学时不能大于 40。"),
        (Number(name="a", label="学时"), "NaN", "学时要填整数。"),
        (Money(name="a", label="押金"), "1.234", "押金要填金额，如 1200 或 1200.50。"),
        (Date(name="a", label="出生日期"), "2026-02-30", "出生日期：没有“2026-02-30”这一天。"),
        (Date(name="a", label="出生日期"), "昨天", "出生日期认不出，请写成 2026-03-02 这样。"),
        (Time(name="a", label="上课"), "25:00", "上课认不出，请写成 18:30 这样。"),
        (Text(name="a", label="姓名", longest=2), "一二三", "姓名最多 2 个字。"),
    ],
)
def test_a_text_that_cannot_be_read_says_why(field, text, sentence):
    with pytest.raises(Unreadable) as caught:
        field.read(text)

    assert str(caught.value) == sentence


def panel(qtbot, desk, save=None, **kw):
    made = FormPanel(desk, "新建学员", fakes.FIELDS, save or (lambda values, panel: None), **kw)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_faults_stand_under_their_fields_and_nothing_is_saved(qtbot, small_desk):
    saved = []
    form = panel(qtbot, small_desk, lambda values, p: saved.append(values))
    form.form.inputs["count"].setText("401")

    form.submit()

    assert saved == []
    assert form.form.faults() == {"name": "请填写姓名。", "count": "学时不能大于 400。"}


def test_enter_walks_and_ctrl_enter_saves(qtbot, small_desk):
    saved = []
    form = panel(qtbot, small_desk, lambda values, p: saved.append(values))
    form.form.focus_first()

    qtbot.keyClicks(form.form.inputs["name"], "Anna")
    qtbot.keyClick(form.form.inputs["name"], Qt.Key.Key_Return)
    walked = form.form.inputs["sex"].hasFocus()
    qtbot.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert walked
    assert [(v["name"], v["sex"], v["born"], v["tutor"], v["note"]) for v in saved] == [
        ("Anna", None, None, None, None)
    ]


def test_a_refused_save_keeps_every_word(qtbot, small_desk, shelf):
    form = panel(qtbot, small_desk, lambda values, p: p.run(fakes.add_thing, name=values["name"]))
    closed = []
    form.closed.connect(lambda: closed.append(True))
    form.form.inputs["name"].setText("重名")

    form.submit()
    qtbot.waitUntil(lambda: not small_desk.is_busy)

    assert form.note.text == "已经有一件叫“重名”的了，请换个名称。"
    assert form.form.inputs["name"].text() == "重名"
    assert closed == []


def test_a_saved_form_closes(qtbot, small_desk, shelf):
    form = panel(qtbot, small_desk, lambda values, p: p.run(fakes.add_thing, name=values["name"]))
    form.form.inputs["name"].setText("赵小兰")

    with qtbot.waitSignals([form.saved, form.closed]):
        form.submit()

    assert shelf.things[-1].name == "赵小兰"


def test_who_was_slower_may_load_again(qtbot, small_desk, shelf):
    first = shelf.things[0]

    def save(values, p):
        p.run(fakes.rename_thing, thing_id=first.id, name=values["name"], seen=p.seen)

    form = panel(qtbot, small_desk, save, load=lambda s: {"name": s.things[0].name})
    qtbot.waitUntil(lambda: form.form.inputs["name"].text() == "陈秀英")
    shelf.run(fakes.rename_thing, "other", thing_id=first.id, name="别人改的")
    form.form.inputs["name"].setText("我改的")
    form.submit()
    qtbot.waitUntil(lambda: form.note.text != "")
    refused = form.note.text, form.form.inputs["name"].text()

    form.note._button.click()
    qtbot.waitUntil(lambda: form.form.inputs["name"].text() == "别人改的")

    assert refused == ("这条记录刚才被别人改过，请重新载入后再改。", "我改的")
    assert form.seen == 1


def test_escape_with_unsaved_words_asks_once(qtbot, small_desk):
    form = panel(qtbot, small_desk)
    closed = []
    form.closed.connect(lambda: closed.append(True))
    qtbot.keyClicks(form.form.inputs["name"], "a")

    form.leave()
    asked = form.note.text, list(closed)
    form.leave()

    assert asked == ("还有没保存的内容。再按一次 Esc 就不保存直接关闭。", [])
    assert closed == [True]


def test_a_row_is_picked_while_typing(qtbot, small_desk):
    form = panel(qtbot, small_desk)
    edit = form.form.inputs["tutor"]
    edit.setFocus()

    edit.setText("章国")
    edit.textEdited.emit("章国")
    qtbot.waitUntil(lambda: edit.completer().popup().isVisible())
    with pytest.raises(Unreadable):
        edit.value()
    qtbot.keyClick(edit.completer().popup(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: edit.text() == "章国平")

    assert edit.value() == f"{3:032x}"


def test_a_pick_is_shown_by_its_title(qtbot, small_desk):
    form = Form(small_desk, fakes.FIELDS, {"tutor": Pick("t7", "沈月琴"), "name": "陈秀英"})
    qtbot.addWidget(form)

    values = form.values()

    assert (values["tutor"], values["name"]) == ("t7", "陈秀英")
