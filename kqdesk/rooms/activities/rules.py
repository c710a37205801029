"""What an activity counts, what speaks against confirming it, and the words for the group chat. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from kqdesk.rooms.activities.terms import ActivityState, Evidence, NoticeKind

COUNTING = frozenset({ActivityState.HELD, ActivityState.CONFIRMED})
"""States whose attendances count; a planned or cancelled activity has none."""
_WEEKDAYS = "一二三四五六日"


def attendances(state: ActivityState, headcount: int | None, known: int) -> int:
    """人次 of one activity: each who came once, named or not. Never fewer than signed in by name."""
    return max(headcount or 0, known) if state in COUNTING else 0


def walk_ins(headcount: int | None, known: int) -> int:
    """How many came without signing in by name."""
    return max((headcount or 0) - known, 0)


def headcount_fault(headcount: int, known: int, held_on: date, today: date) -> str | None:
    """Why a head-count cannot be right, in a sentence; None when it can."""
    if held_on > today:
        return f"活动在 {held_on:%Y-%m-%d}，还没有举办，不能登记实到人次。"
    if headcount < 1:
        return "实到人次要填 1 以上的整数。没有办成的，请用「取消活动」。"
    if headcount < known:
        return f"实到 {headcount} 人次，比已签到的 {known} 人还少。请核对。"
    return None


def confirm_fault(
    state: ActivityState,
    headcount: int | None,
    wanted: frozenset[Evidence] | None,
    there: frozenset[Evidence],
) -> str | None:
    """Why an activity cannot be confirmed yet; ``wanted``: what the rule pack asks for, None = 未配置, nothing is asked."""
    if state is ActivityState.CONFIRMED:
        return "这个活动已经确认过了。"
    if state is ActivityState.CANCELLED:
        return "这个活动已取消，不能确认。"
    if not headcount:
        return "还没有登记实到人次，不能确认。"
    lacking = [one.label for one in Evidence if one in (wanted or ()) and one not in there]
    if lacking:
        return f"规则包要求有{'、'.join(lacking)}才能确认。请先放入。"
    return None


def reopen_fault(confirmed_on: date, today: date, days: int | None) -> str | None:
    """Why a confirmed activity stays closed; ``days``: how long the rule pack lets it be corrected, None = no limit set."""
    if days is not None and today > confirmed_on + timedelta(days=days):
        return f"活动确认已超过 {days} 天（规则包），不能再改。数字有差错请在报表里用更正说明。"
    return None


def clock_words(start: int | None, end: int | None) -> str:
    """Minutes of the day as 18:30—20:30; "" when not given."""
    return "—".join(f"{one // 60:02d}:{one % 60:02d}" for one in (start, end) if one is not None)


def times_fault(start: int | None, end: int | None) -> str | None:
    """An end needs a start before it."""
    if end is not None and (start is None or end <= start):
        return "结束时间要在开始时间之后。"
    return None


def day_words(day: date) -> str:
    """3月5日（周四）."""
    return f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


@dataclass(frozen=True)
class NoticeFacts:
    """What a notice says; ``reason`` only when it is cancelled."""

    school: str
    topic: str
    kind: str
    held_on: date
    clock: str
    place: str
    speaker: str
    audience: str
    reason: str = ""
    phone: str = ""


def notice(kind: NoticeKind, facts: NoticeFacts) -> str:
    """The text to paste into a group chat: no name of a learner, no number but the school's own."""
    when = f"{day_words(facts.held_on)}{' ' + facts.clock if facts.clock else ''}"
    lines = [f"【{kind.label}】{facts.topic}（{facts.kind}）"]
    if kind is NoticeKind.CANCELLED:
        why = f"因{facts.reason}，" if facts.reason else ""
        lines.append(f"原定{when}的活动，{why}取消。给您带来不便，请谅解，并请互相转告。")
    else:
        lines.append(f"{'现改为' if kind is NoticeKind.CHANGE else '时间'}：{when}")
        shown = (("地点", facts.place), ("主讲", facts.speaker), ("对象", facts.audience))
        lines += [f"{name}：{words}" for name, words in shown if words]
        lines.append(
            "请以这次通知为准，并请互相转告。" if kind is NoticeKind.CHANGE else "欢迎参加，请互相转告。"
        )
    lines.append(f"{facts.school}{'　电话 ' + facts.phone if facts.phone else ''}")
    return "\n".join(lines)
