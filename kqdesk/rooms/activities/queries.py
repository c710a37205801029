"""What is asked of 活动: the list, one card with who signed in, and counts by month, kind and township."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from kqdesk.rooms.activities import rules
from kqdesk.rooms.activities.model import Activity, ActivityAttendee
from kqdesk.rooms.activities.terms import ActivityKind, ActivityState, CountedAs, Evidence
from kqdesk.rooms.cohorts.terms import Project
from kqdesk.rooms.office.queries import pack_value, staff_names
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.places.model import Site
from kqdesk.rooms.places.queries import township_name
from kqdesk.rooms.trainers.model import Trainer
from kqdesk.security.masking import mask_phone
from kqdesk.store.attachments import Attachment, AttachmentRow, attached

FORM_FIELDS = (
    "topic", "kind", "counted_as", "project", "held_on", "start_minute", "end_minute", "township_code", "site_id", "place",
    "trainer_id", "speaker", "organiser", "audience", "expected", "note",
)  # fmt: skip


@dataclass(frozen=True)
class ActivityRow:
    """One line of the list. ``known``: signed in by name; ``attendances``: 人次 that count."""

    id: str
    topic: str
    kind: ActivityKind
    counted_as: CountedAs | None
    project: Project | None
    state: ActivityState
    held_on: date
    clock: str
    township: str
    place: str
    speaker: str
    organiser: str
    audience: str
    expected: int | None
    headcount: int | None
    known: int
    photos: int
    scans: int
    summary: str
    reason: str
    note: str

    @property
    def attendances(self) -> int:
        """人次 that count; 0 while planned or cancelled."""
        return rules.attendances(self.state, self.headcount, self.known)

    @property
    def walk_ins(self) -> int:
        """Came without signing in by name."""
        return rules.walk_ins(self.headcount, self.known)


@dataclass(frozen=True)
class AttendeeRow:
    """Somebody who signed in. ``id`` is the sign-in's; the phone is masked."""

    id: str
    person_id: str
    name: str
    village: str
    phone: str


@dataclass(frozen=True)
class ActivityCard:
    """One activity with everything its panel shows."""

    row: ActivityRow
    attendees: tuple[AttendeeRow, ...]
    files: tuple[AttachmentRow, ...]
    confirmed: str  # who and when; "" while not
    lacking: str  # what speaks against confirming it now; "" when nothing


@dataclass(frozen=True)
class CountRow:
    """Activities and 人次 of one month, kind, target and township; ``known`` of them have names behind them."""

    month: str  # 2026-03
    kind: ActivityKind
    counted_as: CountedAs | None
    project: Project | None
    township_code: str
    activities: int
    attendances: int
    known: int


@dataclass(frozen=True)
class NameBehind:
    """One attendance of a known person: what a number in a report opens."""

    activity_id: str
    topic: str
    held_on: date
    person_id: str
    name: str
    village: str


def activities(
    session: Session,
    *,
    text: str = "",
    state: ActivityState | None = None,
    kind: ActivityKind | None = None,
    year: int | None = None,
    ids: Collection[str] | None = None,
) -> list[ActivityRow]:
    """Activities, the latest first; ``text`` in topic, place, speaker or organiser. Three statements."""
    wanted = _activities()
    if ids is not None:
        wanted = wanted.where(Activity.id.in_(ids))
    if state is not None:
        wanted = wanted.where(Activity.state == state)
    if kind is not None:
        wanted = wanted.where(Activity.kind == kind)
    if year is not None:
        wanted = wanted.where(Activity.held_on.between(date(year, 1, 1), date(year, 12, 31)))
    if text:
        columns = (
            Activity.topic,
            Activity.place,
            Site.name,
            Activity.speaker,
            Trainer.name,
            Activity.organiser,
        )
        wanted = wanted.where(or_(*(column.contains(text, autoescape=True) for column in columns)))
    found = session.execute(
        wanted.order_by(Activity.held_on.desc(), Activity.start_minute, Activity.id)
    ).all()
    known, files = _known(session), _files(session)
    return [_row(line, known, files) for line in found]


def _activities() -> Select[*tuple[Any, ...]]:
    return (
        select(Activity, Site.name, Trainer.name)
        .outerjoin(Site, Site.id == Activity.site_id)
        .outerjoin(Trainer, Trainer.id == Activity.trainer_id)
    )


def _known(session: Session) -> dict[str, int]:
    grouped = select(ActivityAttendee.activity_id, func.count()).group_by(ActivityAttendee.activity_id)
    return dict(session.execute(grouped).all())


def _files(session: Session) -> dict[tuple[str, str], int]:
    grouped = (
        select(Attachment.owner_id, Attachment.purpose, func.count())
        .where(Attachment.owner_table == "activity")
        .group_by(Attachment.owner_id, Attachment.purpose)
    )
    return {(owner, purpose): count for owner, purpose, count in session.execute(grouped)}


def _row(line: Sequence[Any], known: dict[str, int], files: dict[tuple[str, str], int]) -> ActivityRow:
    one, site, trainer = line
    place = "·".join(part for part in (site, one.place) if part)
    return ActivityRow(
        one.id, one.topic, one.kind, one.counted_as, one.project, one.state, one.held_on,
        rules.clock_words(one.start_minute, one.end_minute), township_name(one.township_code), place,
        "、".join(part for part in (trainer, one.speaker) if part), one.organiser or "", one.audience or "", one.expected,
        one.headcount, known.get(one.id, 0), files.get((one.id, Evidence.PHOTO), 0), files.get((one.id, Evidence.SCAN), 0),
        one.summary or "", one.cancel_reason or one.reopen_reason or "", one.note or "",
    )  # fmt: skip


def activity_card(session: Session, activity_id: str, *, on: date) -> ActivityCard | None:
    """One activity, who signed in, its files; None when it is gone."""
    found = activities(session, ids=[activity_id])
    if not found:
        return None
    row, one = found[0], session.get_one(Activity, activity_id)
    confirmed = ""
    if one.state is ActivityState.CONFIRMED and one.confirmed_at:
        confirmed = f"{staff_names(session).get(one.confirmed_by or '', '')} {one.confirmed_at:%Y-%m-%d} 确认"
    there = frozenset(e for e, count in ((Evidence.PHOTO, row.photos), (Evidence.SCAN, row.scans)) if count)
    lacking = rules.confirm_fault(row.state, row.headcount, evidence_wanted(session, on), there) or ""
    files = attached(session, "activity", [activity_id]).get(activity_id, [])
    return ActivityCard(row, tuple(attendees(session, activity_id)), tuple(files), confirmed, lacking)


def evidence_wanted(session: Session, on: date) -> frozenset[Evidence] | None:
    """What the rule pack in force asks for before an activity is confirmed; None = 未配置."""
    found = pack_value(session, "activity.evidence", on=on)
    return None if found is None else frozenset(Evidence(code) for code in found.codes)


def attendees(session: Session, activity_id: str) -> list[AttendeeRow]:
    """Who signed in, by name; one statement."""
    found = session.execute(
        select(ActivityAttendee.id, Person.id, Person.name, Person.village, Person.phone)
        .join(Person, Person.id == ActivityAttendee.person_id)
        .where(ActivityAttendee.activity_id == activity_id)
        .order_by(Person.name_pinyin, Person.name, ActivityAttendee.id)
    )
    return [
        AttendeeRow(row_id, person_id, name, village or "", mask_phone(phone or ""))
        for row_id, person_id, name, village, phone in found
    ]


def activity_form(session: Session, *, activity_id: str) -> dict[str, Any]:
    """The editable fields of one activity by name."""
    one = session.get_one(Activity, activity_id)
    return {name: getattr(one, name) for name in FORM_FIELDS}


def years(session: Session) -> list[int]:
    """Years with activities, newest first, for the filter."""
    found = session.scalars(select(func.strftime("%Y", Activity.held_on)).distinct())
    return sorted((int(year) for year in found), reverse=True)


def find(session: Session, text: str, limit: int) -> list[ActivityRow]:
    """Activities for Ctrl+K."""
    return activities(session, text=text)[:limit] if text else []


def counts(session: Session, *, since: date, until: date) -> list[CountRow]:
    """人次 from ``since`` to ``until`` (both counted) by month, kind, target, project, township; two statements."""
    known = _known(session)
    found = session.execute(
        select(
            Activity.id, func.strftime("%Y-%m", Activity.held_on), Activity.kind, Activity.counted_as, Activity.project,
            func.coalesce(Activity.township_code, ""), Activity.state, Activity.headcount,
        ).where(_counting(since, until))
    )  # fmt: skip
    sums: dict[tuple[Any, ...], list[int]] = {}
    for activity_id, month, kind, counted_as, project, township, state, headcount in found:
        line = sums.setdefault((month, kind, counted_as, project, township), [0, 0, 0])
        here = known.get(activity_id, 0)
        for at, number in enumerate((1, rules.attendances(state, headcount, here), here)):
            line[at] += number
    order = sorted(sums, key=lambda key: (key[0], key[1], key[2] or "", key[3] or "", key[4]))
    return [CountRow(*key, *sums[key]) for key in order]


def names_behind(
    session: Session,
    *,
    since: date,
    until: date,
    kind: ActivityKind | None = None,
    counted_as: CountedAs | None = None,
    township_code: str | None = None,
) -> list[NameBehind]:
    """The known attendances behind a count, by day and name; walk-ins have none. One statement."""
    wanted = (
        select(
            Activity.id,
            Activity.topic,
            Activity.held_on,
            Person.id,
            Person.name,
            func.coalesce(Person.village, ""),
        )
        .join(ActivityAttendee, ActivityAttendee.activity_id == Activity.id)
        .join(Person, Person.id == ActivityAttendee.person_id)
        .where(_counting(since, until))
        .order_by(Activity.held_on, Activity.id, Person.name_pinyin, Person.name, Person.id)
    )
    for column, value in (
        (Activity.kind, kind),
        (Activity.counted_as, counted_as),
        (func.coalesce(Activity.township_code, ""), township_code),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    return [NameBehind(*line) for line in session.execute(wanted)]


def _counting(since: date, until: date) -> Any:
    return and_(Activity.state.in_(rules.COUNTING), Activity.held_on.between(since, until))
