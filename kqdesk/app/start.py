"""What a start of the window is given, and the demo school it opens when there is no other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kqdesk.kernel.progress import Progress
from kqdesk.security.kdf import PRODUCTION, Profile

DEMO_PASSWORD = "随便试试不要紧-演练学校"
"""Opens the demo school only, whose people are all made up; shown on its sign-in page."""
DEMO_HINT = f"演练学校，两位操作人的密码都是：{DEMO_PASSWORD}"
DEMO_BANNER = (
    "演练学校：这里的人和数据都是编出来的，放心点、放心改。正式使用，或换了电脑要从备份恢复，点右边。"
)

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
