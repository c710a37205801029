"""Everything that changes an activity: planned, held and counted, signed in, proved, confirmed, cancelled."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.activities import queries, rules
from kqdesk.rooms.activities.model import Activity, ActivityAttendee
from kqdesk.rooms.activities.terms import ActivityState, Evidence
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Site
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile, attached, put_in, take_out

GONE = "这个活动已经不在了。请刷新。"
CLOSED = "活动已确认，不能再改。确有差错，请校长用「重新打开活动」并写明原因。"
FINAL = "活动已确认，人次已计入统计，不能撤销。确有差错，请校长用「重新打开活动」并写明原因。"


@action("新建活动")
def add_activity(w: Writing, /, **fields: Any) -> str:
    """Plan an activity; ``fields``: queries.FORM_FIELDS. The township is the site's when none is given. Returns its id."""
    one = Activity()
    _fill(w, one, fields)
    w.session.add(one)
    w.session.flush()
    w.note(one.topic)
    return one.id


@action("修改活动")
def change_activity(w: Writing, /, *, activity_id: str, seen: int | None = None, **fields: Any) -> None:
    """Change what is planned; StaleRecord when somebody changed the same fields since ``seen``."""
    one = _open_activity(w, activity_id)
    w.check_fresh(one, fields, seen)
    _fill(w, one, fields)
    if one.state is ActivityState.HELD and one.held_on > school_day(w.now):
        raise UserError("已登记实到人次的活动，日期不能改到今天以后。")
    w.note(one.topic)


@action("删除活动")
def remove_activity(w: Writing, *, activity_id: str) -> None:
    """Take back one that was entered by mistake: planned, nobody signed in, no file."""
    one = _open_activity(w, activity_id)
    if (
        one.state is not ActivityState.PLANNED
        or _known(w, activity_id)
        or attached(w.session, "activity", [activity_id])
    ):
        raise UserError("已经登记人次、签到或放过文件的活动不能删除。不办了请用「取消活动」。")
    w.note(one.topic)
    w.session.delete(one)


@action("登记活动人次")
def record_headcount(w: Writing, *, activity_id: str, headcount: int, summary: str | None = None) -> None:
    """How many came (人次), signed in by name or not; the activity counts from now on."""
    one = _open_activity(w, activity_id)
    fault = rules.headcount_fault(headcount, len(_known(w, activity_id)), one.held_on, school_day(w.now))
    if fault:
        raise UserError(fault)
    one.headcount, one.summary, one.state = headcount, (summary or "").strip() or None, ActivityState.HELD
    w.note(f"{one.topic} {headcount} 人次")


@action("活动签到")
def sign_in(w: Writing, *, activity_id: str, person_ids: Collection[str]) -> int:
    """Known people who came; those signed in before are passed over. Returns how many are new.

    Never more names than heads: a head-count that was entered lower rises with them.
    """
    one = _open_activity(w, activity_id)
    if one.held_on > school_day(w.now):
        raise UserError(f"活动在 {one.held_on:%Y-%m-%d}，还没有举办，不能签到。")
    there = _known(w, activity_id)
    fresh = [person_id for person_id in dict.fromkeys(person_ids) if person_id not in there]
    known = set(w.session.scalars(select(Person.id).where(Person.id.in_(fresh))))
    if len(known) < len(fresh):
        raise UserError("有人已经不在花名册里了。请刷新后再试。")
    w.session.add_all([ActivityAttendee(activity_id=activity_id, person_id=person_id) for person_id in fresh])
    if one.headcount is not None:
        one.headcount = max(one.headcount, len(there) + len(fresh))
    w.note(f"{one.topic} {len(fresh)} 人")
    return len(fresh)


@action("取消活动签到")
def sign_out(w: Writing, *, activity_id: str, attendee_ids: Collection[str]) -> int:
    """Take names off again; the head-count stays, it was counted apart. Returns how many."""
    one = _open_activity(w, activity_id)
    rows = w.session.scalars(
        select(ActivityAttendee).where(
            ActivityAttendee.activity_id == activity_id, ActivityAttendee.id.in_(list(attendee_ids))
        )
    ).all()
    for row in rows:
        w.session.delete(row)
    w.note(f"{one.topic} {len(rows)} 人")
    return len(rows)


@action("放入活动材料")
def put_files(w: Writing, *, activity_id: str, purpose: Evidence, files: Sequence[KeptFile]) -> int:
    """Photos or the scanned sign-in sheet; one that is there already is passed over. Returns how many are new."""
    one = _open_activity(w, activity_id)
    count = put_in(w, table="activity", row_id=activity_id, purpose=purpose.value, files=files)
    w.note(f"{one.topic} {purpose.label} {count} 份")
    return count


@action("取出活动材料")
def take_out_file(w: Writing, *, activity_id: str, attachment_id: str) -> None:
    """Take a file out again; its bytes stay until the clean-up, so that undo finds them."""
    _open_activity(w, activity_id)
    take_out(w, table="activity", row_id=activity_id, attachment_id=attachment_id)


@action("确认活动", final=FINAL)
def confirm_activity(w: Writing, *, activity_id: str) -> None:
    """Close it: the number is the school's word from now on. Asks for the files the rule pack wants."""
    one = _activity(w, activity_id)
    there = frozenset(
        Evidence(row.purpose) for row in attached(w.session, "activity", [activity_id]).get(activity_id, ())
    )
    wanted = queries.evidence_wanted(w.session, school_day(w.now))
    fault = rules.confirm_fault(one.state, one.headcount, wanted, there)
    if fault:
        raise UserError(fault)
    one.state, one.confirmed_at, one.confirmed_by = ActivityState.CONFIRMED, w.now, w.actor
    w.note(f"{one.topic} {one.headcount} 人次")


@action("重新打开活动")
def reopen_activity(w: Writing, *, activity_id: str, reason: str) -> None:
    """A confirmed one may be corrected again, for as long as the rule pack says; the reason stays with it."""
    one = _activity(w, activity_id)
    if one.state is not ActivityState.CONFIRMED or one.confirmed_at is None:
        raise UserError("这个活动没有确认，可以直接改。")
    limit = pack_value(w.session, "activity.correct_days", on=school_day(w.now))
    fault = rules.reopen_fault(
        school_day(one.confirmed_at), school_day(w.now), None if limit is None else limit.number
    )
    if fault:
        raise UserError(fault)
    one.state, one.reopened_at, one.reopen_reason = ActivityState.HELD, w.now, _said(reason)
    w.note(f"{one.topic}：{one.reopen_reason}")


@action("取消活动")
def cancel_activity(w: Writing, *, activity_id: str, reason: str) -> None:
    """It will not be held, or was not; it counts nothing, an entered head-count goes. The reason stays."""
    one = _open_activity(w, activity_id)
    if _known(w, activity_id):
        raise UserError("有人签到的活动不能取消。签到登记错了的，请先取消签到。")
    one.state, one.cancel_reason, one.headcount = ActivityState.CANCELLED, _said(reason), None
    w.note(f"{one.topic}：{one.cancel_reason}")


@action("恢复活动")
def restore_activity(w: Writing, *, activity_id: str) -> None:
    """A cancelled one will be held after all."""
    one = _activity(w, activity_id)
    if one.state is not ActivityState.CANCELLED:
        raise UserError("这个活动没有取消。")
    one.state, one.cancel_reason = ActivityState.PLANNED, None
    w.note(one.topic)


def _activity(w: Writing, activity_id: str) -> Activity:
    one = w.session.get(Activity, activity_id)
    if one is None:
        raise UserError(GONE)
    return one


def _open_activity(w: Writing, activity_id: str) -> Activity:
    one = _activity(w, activity_id)
    if one.state is ActivityState.CONFIRMED:
        raise UserError(CLOSED)
    if one.state is ActivityState.CANCELLED:
        raise UserError("这个活动已取消。要办请先「恢复活动」。")
    return one


def _known(w: Writing, activity_id: str) -> set[str]:
    return set(
        w.session.scalars(
            select(ActivityAttendee.person_id).where(ActivityAttendee.activity_id == activity_id)
        )
    )


def _fill(w: Writing, one: Activity, fields: dict[str, Any]) -> None:
    unknown = fields.keys() - set(queries.FORM_FIELDS)
    if unknown:
        raise TypeError(f"not a field of an activity: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(
            one, name, (value.strip() or None) if isinstance(value, str) and type(value) is str else value
        )
    if not one.topic:
        raise UserError("请填写活动主题。")
    fault = rules.times_fault(one.start_minute, one.end_minute)
    if fault:
        raise UserError(fault)
    if not one.township_code and one.site_id:
        site = w.session.get(Site, one.site_id)
        one.township_code = site.township_code if site else None


def _said(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise UserError("请写明原因。")
    return words
