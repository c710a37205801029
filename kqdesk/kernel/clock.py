"""Is the clock of this PC to be believed? Compared with the newest thing that was saved: the floor of time. Pure."""

from datetime import datetime, timedelta

from kqdesk.kernel.schoolday import CHINA

SLACK = timedelta(minutes=10)
"""Two PCs of a school differ by minutes; that is no fault."""
LONGEST_PAUSE = timedelta(days=400)
"""Nobody leaves the program alone for longer than a school year."""
OLDEST_YEAR = 2026
"""The program did not exist before."""
_REMEDY = "请先校准电脑的日期和时间，否则课表、考勤和证书上的日期会错。"


def clock_fault(now: datetime, last: datetime | None) -> str:
    """Why the clock cannot be right, as a sentence with what to do; empty when nothing speaks against it.

    now and ``last``, when the newest act was saved (None before the first), are aware. Dates are a reason to warn,
    never to refuse: the data must stay within reach.
    """
    shown = f"{now.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if now.year < OLDEST_YEAR:
        return f"电脑时间是 {shown}，比这个程序还早。{_REMEDY}"
    if last is None:
        return ""
    saved = f"{last.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if now < last - SLACK:
        return f"电脑时间是 {shown}，比最近一次保存（{saved}）还早：不是现在的时间不对，就是那时的不对。{_REMEDY}"
    if now > last + LONGEST_PAUSE:
        return f"电脑时间是 {shown}，离最近一次保存（{saved}）有 {(now - last).days} 天，像是日期设错了。{_REMEDY}"
    return ""
