"""What a start of the window is given, and the demo school it opens when there is no other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kqdesk.kernel.progress import Progress
from kqdesk.security.kdf import PRODUCTION, Profile

if TYPE_CHECKING:
    from kqdesk.app.reporting import Reporter

DEMO_PASSWORD = "随便试试不要紧-演练学校"
"""Opens the demo school only, whose people are all made up; shown on its sign-in page."""
DEMO_HINT = f"演练学校，两位操作人的密码都是：{DEMO_PASSWORD}"
DEMO_BANNER = "演练学校：这里的人和数据都是编出来的，放心点、放心改；打印出来的都印着“演练”，不会上报。"

FIRST_VARIABLE, LOOK_FIRST = "KQDESK_FIRST", "practice"
"""Set so by whoever only wants to look, as the start script does: the first window is the practice school."""

MakeDemo = Callable[[Path, str, Progress], None]
"""(home, password, progress): builds a fictional school there with two people who sign in."""


@dataclass(frozen=True)
class Start:
    """What the command line hands over."""

    home: Path
    demo_home: Path
    make_demo: MakeDemo | None
    clock: Callable[[], datetime]
    profile: Profile = PRODUCTION
    file: Path | None = None  # what was double-clicked: a packet or an update
    reporter: "Reporter | None" = None  # 生成问题报告
    practises: bool = False  # the very first window is the practice school instead of the ways to begin
