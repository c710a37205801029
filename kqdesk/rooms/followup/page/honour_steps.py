"""The forms of an honour's way: how long it is posted, why it is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Date, LongText
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.dual.rules import posting_end
from kqdesk.rooms.followup import actions, queries
from kqdesk.rooms.followup.queries import HonourRow
from kqdesk.rooms.followup.terms import HonourState
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.office.terms import UNSET
from kqdesk.rooms.timetable.queries import calendar_between


@dataclass(frozen=True)
class Posting:
    """From when to when, as the pack says; ``until`` None = 未配置."""

    on: date
    until: date | None
    words: str


def posting_ground(today: date, session: Session) -> Posting:
    """The pack's working days from today on."""
    found = pack_value(session, queries.POSTING, on=today)
    if found is None:
        return Posting(today, None, f"规则包里公示几个工作日{UNSET}，请按学校规定填。")
    calendar = calendar_between(session, today, today + timedelta(days=60 + 2 * found.number))

    def is_workday(day: date) -> bool:
        return calendar.is_makeup(day) or (day.weekday() < 5 and not calendar.is_closed(day))

    until = posting_end(today, found.number, is_workday)
    return Posting(today, until, f"按规则包公示 {found.number} 个工作日。")


def post_panel(desk: Desk, ids: Sequence[str], ground: Posting) -> FormPanel:
    """From when to when."""
    fields = (
        Date(name="posted_on", label="公示开始", required=True, is_half=True),
        Date(name="posted_until", label="公示结束", required=True, is_half=True, hint=ground.words),
    )
    values = {"posted_on": ground.on, "posted_until": ground.until}
    return FormPanel(desk, f"公示 {len(ids)} 人", fields, partial(_post, tuple(ids)), values=values)


def _post(ids: tuple[str, ...], values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(actions.post_honours, honour_ids=ids, **values)


def reason_panel(desk: Desk, row: HonourRow) -> FormPanel:
    """Why it did not pass, or why it is taken back."""
    is_new = row.state is HonourState.NOMINATED
    act = actions.decline_honour if is_new else actions.withdraw_honour
    title = f"{'不通过' if is_new else '撤下'}：{row.name}"
    fields = (LongText(name="reason", label="原因", required=True, lines=4),)
    return FormPanel(desk, title, fields, partial(_end, act, row.id))


def _end(act: Any, honour_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(act, honour_id=honour_id, **values)
