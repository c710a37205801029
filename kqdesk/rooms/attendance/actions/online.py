"""Online study: a platform's list taken in as one step, then accepted or sent back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.attendance.model import OnlineStudy
from kqdesk.rooms.attendance.queries import online_known, online_learners
from kqdesk.store.actions import Writing, action

MOST_MINUTES = 24 * 60  # of one line: a day


@dataclass(frozen=True)
class OnlineLine:
    """One line of a platform's list, matched with a learner of the cohort."""

    enrolment_id: str
    title: str
    on: date
    minutes: int


@dataclass(frozen=True)
class OnlineTaken:
    """What an import did: lines added, lines that were there already."""

    added: int
    same: int


@action("导入网上学习")
def import_online(
    w: Writing, *, cohort_id: str, platform: str, origin: str, lines: Sequence[OnlineLine]
) -> OnlineTaken:
    """Take in a platform's list for a cohort, to be accepted afterwards; a list taken in twice adds nothing."""
    words = platform.strip()
    if not words:
        raise UserError("请写是哪个平台的记录。")
    on_roll = {one.enrolment_id for one in online_learners(w.session, cohort_id)}
    if any(line.enrolment_id not in on_roll for line in lines):
        raise UserError("名单里有人刚离开这个班。请重新核对再导入。")
    if any(not 0 < line.minutes <= MOST_MINUTES or line.on > school_day(w.now) for line in lines):
        raise UserError("有的记录时长或日期不对：一条最多一天，日期不能在今天以后。")
    known = online_known(w.session, on_roll)
    fresh = {(line.enrolment_id, words, line.title, line.on): line for line in lines}
    rows = [
        {
            "enrolment_id": line.enrolment_id, "platform": words, "title": line.title, "on": line.on,
            "minutes": line.minutes, "origin": origin,
        }
        for key, line in fresh.items() if key not in known
    ]  # fmt: skip
    if rows:
        w.session.execute(insert(OnlineStudy), rows)
    w.note(f"{words} {len(rows)} 条")
    return OnlineTaken(len(rows), len(lines) - len(rows))


@action("认可网上学习")
def accept_online(w: Writing, *, record_ids: Sequence[str]) -> int:
    """These minutes count from now on, as the rule pack says; returns how many lines."""
    rows = [row for row in _rows(w, record_ids) if row.accepted_at is None]
    for row in rows:
        row.accepted_at, row.accepted_by = w.now, w.actor
    w.note(f"{len(rows)} 条")
    return len(rows)


@action("退回网上学习")
def remove_online(w: Writing, *, record_ids: Sequence[str]) -> int:
    """Take lines away that do not belong here; returns how many."""
    rows = _rows(w, record_ids)
    for row in rows:
        w.session.delete(row)
    w.note(f"{len(rows)} 条")
    return len(rows)


def _rows(w: Writing, record_ids: Sequence[str]) -> list[OnlineStudy]:
    rows = list(w.session.scalars(select(OnlineStudy).where(OnlineStudy.id.in_(record_ids))))
    if not rows:
        raise UserError("请先选要办理的记录。")
    return rows
