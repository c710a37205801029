"""The demo's pictures: every page of the window at 1366×768, drawn by the program itself without a screen."""

import os
import sys

from kqdesk.cli.demo_story import Story


def take_pictures(story: Story) -> None:
    """A PNG of each page as the clerk sees it, in the order of the navigation."""
    need_no_screen()
    try:
        from kqdesk.app.pages import PAGES
        from kqdesk.app.window import open_shell, start_application
        from kqdesk.desk.shots import grab, settle
    except ImportError as missing:
        story.facts["pages"] = []
        story.call.warn(f"这台机器缺少图形组件（{missing.name or missing}），没有画页面图片；其他都做好了。")
        return
    application = start_application()
    folder = story.folder("pages")
    desk, shell = open_shell(story.school, clock=story.clock)
    try:
        for n, page in enumerate(PAGES, 1):
            story.progress.step(n, len(PAGES), page.title)
            shell.go(page.key)
            settle(desk)
            grab(shell, folder / f"{n:02d}-{page.key}-{page.title}.png")
    finally:
        desk.close()
        shell.close()
        shell.deleteLater()
        application.processEvents()
    story.facts["pages"] = sorted(path.name for path in folder.iterdir())


def need_no_screen() -> None:
    """Without a display Qt draws into memory; its word on what that cannot do is of use to nobody."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
