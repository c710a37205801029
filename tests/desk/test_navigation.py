"""The left navigation, where it does more than lie there."""

from PySide6.QtWidgets import QPushButton, QWidget

from kqdesk.desk.navigation import Navigation
from kqdesk.desk.pages import GROUPS, PageSpec
from kqdesk.desk.theme import apply_theme


def test_the_page_that_is_open_is_in_sight_wherever_it_was_opened_from(qtbot, qapp):
    apply_theme(qapp)
    pages = [
        PageSpec(f"page{n}", f"页面{n}", "", GROUPS[-1], "home", lambda desk, context: QWidget())
        for n in range(40)
    ]
    nav = Navigation(pages)
    qtbot.addWidget(nav)
    nav.resize(200, 300)
    nav.show()
    qtbot.waitExposed(nav)
    buttons = {button.accessibleName(): button for button in nav.findChildren(QPushButton)}

    seen = []
    for n in (0, 39, 20):
        nav.mark(f"page{n}")
        seen.append(buttons[f"页面{n}"].visibleRegion().isEmpty())

    assert seen == [False, False, False]
