"""Two entries of one human being made one, taken apart again, or marked as two people.

A merge moves what may move and leaves what is sealed (``queries.links``); the record of it (``person_alias``) says
which rows were moved and which fields changed, so that it can be taken apart long after an undo could.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.kernel.national_id import to_18
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.people.actions.person import checked, reading_of
from kqdesk.rooms.people.model import Person, PersonAlias, PersonDistinct, PersonDocument
from kqdesk.rooms.people.queries.links import Pointing, pointing_at, sealed_rows
from kqdesk.rooms.people.queries.matching import COLUMNS
from kqdesk.rooms.people.queries.twins import MERGED_COLUMNS
from kqdesk.rooms.people.terms import PHOTO
from kqdesk.store.actions import Writing, action
from kqdesk.store.base import Base

GONE = "其中一个人已经不在花名册里了，可能刚被删除或合并。请刷新名单。"


@dataclass(frozen=True)
class Merged:
    """What a merge did. ``stays``: (noun, rows) that are sealed or doubled and stay under the other entry."""

    winner_id: str
    moved: int
    sealed: tuple[tuple[str, int], ...]
    doubled: tuple[tuple[str, int], ...]


@action("合并人员")
def merge_people(
    w: Writing,
    *,
    one_id: str,
    other_id: str,
    chosen: Mapping[str, str],
    reason: str,
    seen: int | None = None,
) -> Merged:
    """Make two entries one; the one entered first (the smaller id) stays.

    chosen: column → id of the entry whose value counts; columns left out keep the staying entry's value, or take the
    other's where that is empty. StaleRecord when one of the two was changed after ``seen``.
    """
    winner_id, loser_id = sorted((one_id, other_id))
    winner, loser = _living(w, winner_id), _living(w, loser_id)
    if winner_id == loser_id:
        raise UserError("这是同一条记录，不用合并。请选另一个人。")
    for row in (winner, loser):
        w.check_fresh(row, MERGED_COLUMNS, seen)
    unknown = chosen.keys() - set(MERGED_COLUMNS)
    if unknown:
        raise TypeError(f"no such fields: {sorted(unknown)}")
    values = {c: _value(winner, loser, c, chosen.get(c)) for c in MERGED_COLUMNS}
    values |= checked({c: values[c] for c in COLUMNS}, today=school_day(w.now))
    found = pointing_at(w.session.connection(), loser_id, winner_id)
    moved = {one.key: list(one.moving) for one in found if one.moving}
    moved |= _move_files(w, loser, winner, values["photo"])
    made = _keep_number(w, winner, loser, values["id_number"])
    before = _write_values(winner, values)
    for one in found:
        _point(w, one.table, one.column, one.moving, winner_id)
    note_alias(
        w, loser, winner_id, reason=reason, before=before, moved=moved | ({"made": made} if made else {})
    )
    w.note(winner.name)
    return Merged(
        winner_id, sum(len(one.moving) for one in found),
        _counts(found, "sealed"), _counts(found, "doubled"),
    )  # fmt: skip


def note_alias(
    w: Writing,
    loser: Person,
    winner_id: str,
    *,
    reason: str,
    before: Mapping[str, Any] | None = None,
    moved: Mapping[str, list[str]] | None = None,
) -> str:
    """Mark ``loser`` as gone over into ``winner_id`` and keep the record of it; the record's id."""
    row = PersonAlias(
        loser_id=loser.id, winner_id=winner_id, reason=reason, loser_state=loser.state, before=dict(before or {}),
        moved=dict(moved or {}), merged_at=w.now, merged_by=w.actor,
    )  # fmt: skip
    w.session.add(row)
    loser.state, loser.merged_into_id = "merged", winner_id
    w.session.flush()
    return row.id


@action("拆开合并")
def unmerge_people(w: Writing, *, alias_id: str, reason: str) -> int:
    """Two people after all: rows that were moved go back, fields that still are as the merge left them, too.

    Rows that came later stay where they are. Returns how many rows went back. UserError while the staying entry has
    itself been merged into another.
    """
    alias = w.session.get(PersonAlias, alias_id)
    if alias is None or alias.undone_at is not None:
        raise StaleRecord("这次合并已经拆开了。请刷新。")
    loser, winner = (
        w.session.get_one(Person, alias.loser_id),
        w.session.get_one(Person, alias.winner_id),
    )
    if winner.state == "merged":
        raise UserError(f"{winner.name}后来又并入了另一个人。请先拆开那一次，再拆这一次。")
    w.session.flush()
    back = 0
    for key, ids in alias.moved.items():
        if key == "made":
            _discard(w, ids)
        elif key == "attachment.owner_id":
            _point(w, "attachment", "owner_id", ids, loser.id)
        else:
            back += _give_back(w, key, ids, alias.winner_id, loser.id)
    _restore(winner, alias.before)
    loser.state, loser.merged_into_id = alias.loser_state, None
    alias.undone_at, alias.undone_by = w.now, w.actor
    _mark_distinct(w, loser.id, winner.id, reason)
    w.note(winner.name)
    return back


@action("记为不是同一人")
def mark_distinct(w: Writing, *, one_id: str, other_id: str, reason: str) -> None:
    """Two people who are alike and are two: they are not offered again, here and at every station."""
    one, other = _living(w, one_id), _living(w, other_id)
    if one.id == other.id:
        raise UserError("这是同一条记录。请选另一个人。")
    _mark_distinct(w, one.id, other.id, reason)
    w.note(f"{one.name}、{other.name}" if one.name != other.name else one.name)


def _mark_distinct(w: Writing, one_id: str, other_id: str, reason: str) -> None:
    first, second = sorted((one_id, other_id))
    same = (PersonDistinct.one_id == first, PersonDistinct.other_id == second)
    if w.session.scalar(select(PersonDistinct.id).where(*same).limit(1)) is None:
        w.session.add(
            PersonDistinct(
                one_id=first, other_id=second, reason=reason, decided_on=school_day(w.now), decided_by=w.actor
            )
        )


def _living(w: Writing, person_id: str) -> Person:
    row = w.session.get(Person, person_id)
    if row is None or row.state == "merged":
        raise StaleRecord(GONE)
    return row


def _value(winner: Person, loser: Person, column: str, whose: str | None) -> Any:
    mine, theirs = getattr(winner, column), getattr(loser, column)
    if whose is None:
        return theirs if mine in (None, "") else mine
    if whose not in (winner.id, loser.id):
        raise TypeError(f"{whose} is none of the two")
    return mine if whose == winner.id else theirs


def _write_values(winner: Person, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set what differs; returns column → [as it was, as it is], as JSON can hold it."""
    before: dict[str, list[Any]] = {}
    for column, value in (dict(values) | reading_of(values["name"])).items():
        old = getattr(winner, column)
        if old != value:
            before[column] = [_plain(old), _plain(value)]
            setattr(winner, column, value)
    return before


def _restore(winner: Person, before: Mapping[str, Sequence[Any]]) -> None:
    for column, (old, chosen) in before.items():
        if _plain(getattr(winner, column)) == chosen:
            is_date = column in ("birth_date", "consent_on")
            setattr(winner, column, date.fromisoformat(old) if is_date and old else old)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _keep_number(w: Writing, winner: Person, loser: Person, number: str | None) -> list[str]:
    """The ID number that was not chosen stays findable as an earlier paper of the person."""
    made = []
    for row in (winner, loser):
        if row.id_number and (number is None or to_18(row.id_number) != to_18(number)):
            paper = PersonDocument(
                person_id=winner.id, kind=row.id_kind or "", number=row.id_number, replaced_on=school_day(w.now),
                note="合并时留下",
            )  # fmt: skip
            w.session.add(paper)
            w.session.flush()
            made.append(paper.id)
    return made


def _discard(w: Writing, ids: Sequence[str]) -> None:
    for row in w.session.scalars(select(PersonDocument).where(PersonDocument.id.in_(ids))):
        w.session.delete(row)


def _move_files(w: Writing, loser: Person, winner: Person, photo: str | None) -> dict[str, list[str]]:
    """The loser's scans go along; her photo only when it is the one that was chosen."""
    attachment = Base.metadata.tables["attachment"].c
    ids = list(
        w.session.execute(
            select(attachment.id).where(
                attachment.owner_table == "person", attachment.owner_id == loser.id,
                or_(attachment.purpose != PHOTO, attachment.digest == photo),
            )
        ).scalars()
    )  # fmt: skip
    _point(w, "attachment", "owner_id", ids, winner.id)
    return {"attachment.owner_id": ids} if ids else {}


def _point(w: Writing, name: str, column: str, ids: Sequence[str], target: str) -> None:
    if not ids:
        return
    w.session.flush()
    table = Base.metadata.tables[name]
    w.session.execute(table.update().where(table.c.id.in_(ids)).values({column: target}))
    w.session.expire_all()


def _give_back(w: Writing, key: str, ids: Sequence[str], winner_id: str, loser_id: str) -> int:
    name, column = key.split(".")
    table = Base.metadata.tables[name]
    still = list(
        w.session.execute(
            select(table.c.id).where(table.c.id.in_(ids), table.c[column] == winner_id)
        ).scalars()
    )
    stays = sealed_rows(w.session.connection(), table, column, still)
    going = [row for row in still if row not in stays]
    _point(w, name, column, going, loser_id)
    return len(going)


def _counts(found: Sequence[Pointing], which: str) -> tuple[tuple[str, int], ...]:
    return tuple((one.noun, len(getattr(one, which))) for one in found if getattr(one, which))
