"""What goes on around one person: her papers, who looks after her, what was spoken, courses she put her name down for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.kernel.national_id import IdFault, parse_id, to_18
from kqdesk.kernel.schoolday import school_day
from kqdesk.kernel.text import plain
from kqdesk.rooms.office.model import Staff
from kqdesk.rooms.people.actions.person import GONE
from kqdesk.rooms.people.model import Person, PersonContact, PersonDocument, SheetLayout, SignUp
from kqdesk.rooms.people.terms import ContactAnswer, ContactWay, SignUpState
from kqdesk.store.actions import Writing, action


@action("登记证件")
def add_document(
    w: Writing,
    *,
    person_id: str,
    number: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
    in_use: bool = False,
    note: str | None = None,
) -> str:
    """Another paper of a person; ``in_use``: it takes the place of the one she had. Its id; UserError names what is wrong."""
    person = _person(w, person_id)
    found = parse_id(number, today=school_day(w.now))
    if isinstance(found, IdFault):
        raise UserError(found.reason)
    if valid_from and valid_until and valid_until < valid_from:
        raise UserError("有效期止不能早于有效期起。")
    _refuse_other(w, found.number, person)
    if person.id_number and to_18(person.id_number) == to_18(found.number):
        raise UserError("这个证件号已经在这个人的资料里了。")
    row = PersonDocument(
        person_id=person_id, kind=found.kind.value, number=found.number, valid_from=valid_from, valid_until=valid_until,
        note=plain(note or "") or None,
    )  # fmt: skip
    if in_use:
        row.kind, row.number = person.id_kind or row.kind, person.id_number or row.number
        row.replaced_on = school_day(w.now) if person.id_number else None
        person.id_kind, person.id_number = found.kind.value, found.number
    w.session.add(row)
    w.session.flush()
    w.note(person.name)
    return row.id


@action("删除证件")
def remove_document(w: Writing, *, document_id: str) -> None:
    """A paper entered by mistake."""
    row = w.session.get(PersonDocument, document_id)
    if row is None:
        raise StaleRecord("这个证件已经删掉了。请刷新。")
    w.note(_person(w, row.person_id).name)
    w.session.delete(row)


@action("登记联系")
def add_contact(
    w: Writing,
    *,
    person_id: str,
    way: ContactWay,
    answer: ContactAnswer,
    words: str | None = None,
    contacted_on: date | None = None,
    next_on: date | None = None,
) -> str:
    """Somebody of the school spoke with her; ``next_on``: when it has to be done again. Its id."""
    person = _person(w, person_id)
    day = contacted_on or school_day(w.now)
    if day > school_day(w.now):
        raise UserError("联系日期不能在今天以后。还没联系的，把日期写在「下次联系」里。")
    if next_on is not None and next_on < day:
        raise UserError("下次联系不能早于这次联系。")
    row = PersonContact(
        person_id=person_id, contacted_on=day, way=way, answer=answer, words=plain(words or "") or None, next_on=next_on,
        staff_id=w.actor,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    w.note(f"{person.name} {answer.label}")
    return row.id


@action("删除联系记录")
def remove_contact(w: Writing, *, contact_id: str) -> None:
    """A contact entered by mistake."""
    row = w.session.get(PersonContact, contact_id)
    if row is None:
        raise StaleRecord("这条联系记录已经删掉了。请刷新。")
    w.note(_person(w, row.person_id).name)
    w.session.delete(row)


@action("指定联络人")
def set_adviser(w: Writing, *, person_ids: Collection[str], adviser_id: str | None) -> int:
    """Who of the school looks after these people; None takes her away. Returns how many changed."""
    staff = w.session.get(Staff, adviser_id) if adviser_id else None
    if adviser_id and (staff is None or staff.left_on is not None):
        raise UserError("请选一位在职的操作人。")
    changed = 0
    for person_id in person_ids:
        row = _person(w, person_id)
        if row.adviser_id != adviser_id:
            row.adviser_id, changed = adviser_id, changed + 1
    w.note(f"{staff.name if staff else '无'}，{changed} 人")
    return changed


@action("登记报名意愿")
def sign_up(w: Writing, *, person_ids: Collection[str], course: str, signed_on: date | None = None) -> int:
    """These people put their names down for a course at the desk or on the phone; returns how many are new."""
    words = plain(course)
    if not words:
        raise UserError("请写想学的课程。")
    for person_id in person_ids:
        _person(w, person_id)
    day = signed_on or school_day(w.now)
    added = add_wishes(
        w, [{"person_id": one, "course": words, "signed_on": day} for one in person_ids], "手工登记"
    )
    w.note(f"{words} {added} 人")
    return added


def add_wishes(w: Writing, wishes: Sequence[Mapping[str, Any]], origin: str) -> int:
    """Names for courses: person_id, course, signed_on each. One that is still open is not put down again."""
    ids = sorted({str(wish["person_id"]) for wish in wishes})
    known = {
        (row.person_id, row.course)
        for part in _parts(ids)
        for row in w.session.scalars(
            select(SignUp).where(SignUp.person_id.in_(part), SignUp.state == SignUpState.OPEN)
        )
    }
    fresh = {
        (str(wish["person_id"]), str(wish["course"])): wish
        for wish in wishes
        if (str(wish["person_id"]), str(wish["course"])) not in known
    }
    w.session.add_all(
        SignUp(person_id=person_id, course=course, signed_on=wish.get("signed_on"), origin=origin)
        for (person_id, course), wish in fresh.items()
    )
    w.session.flush()
    return len(fresh)


@action("处理报名意愿")
def settle_sign_ups(w: Writing, *, sign_up_ids: Collection[str], state: SignUpState) -> int:
    """These wishes were placed in a cohort, dropped, or are open again; returns how many changed."""
    rows = w.session.scalars(select(SignUp).where(SignUp.id.in_(list(sign_up_ids)))).all()
    changed = [row for row in rows if row.state is not state]
    for row in changed:
        row.state = state
    w.note(f"{state.label} {len(changed)} 条")
    return len(changed)


@action("记住表格对照")
def keep_layout(
    w: Writing,
    *,
    purpose: str,
    fingerprint: str,
    title: str,
    headings: Sequence[str],
    titles: Mapping[str, str],
) -> str:
    """How the columns of such files are to be read from now on, at every station; the record's id."""
    row = w.session.scalars(
        select(SheetLayout)
        .where(SheetLayout.purpose == purpose, SheetLayout.fingerprint == fingerprint)
        .order_by(SheetLayout.id.desc())
    ).first()
    if row is None:
        row = SheetLayout(
            purpose=purpose,
            fingerprint=fingerprint,
            title=title,
            headings=[],
            titles={},
            kept_on=school_day(w.now),
        )
        w.session.add(row)
    row.title, row.headings, row.titles, row.kept_on = title, list(headings), dict(titles), school_day(w.now)
    w.session.flush()
    w.note(title)
    return row.id


@action("忘掉表格对照")
def forget_layout(w: Writing, *, layout_id: str) -> None:
    """Such files are read by the program's own judgement again."""
    row = w.session.get(SheetLayout, layout_id)
    if row is None:
        raise StaleRecord("这个对照已经删掉了。请刷新。")
    w.note(row.title)
    w.session.delete(row)


def _person(w: Writing, person_id: str) -> Person:
    row = w.session.get(Person, person_id)
    if row is None or row.state == "merged":
        raise StaleRecord(GONE)
    return row


def _refuse_other(w: Writing, number: str, person: Person) -> None:
    numbers = {number, to_18(number)}
    other = w.session.scalars(
        select(Person).where(
            Person.id_number.in_(numbers), Person.id != person.id, Person.merged_into_id.is_(None)
        )
    ).first()
    if other is not None:
        raise UserError(f"这个证件号是{other.name}的。如果是同一个人，请用「合并」。")


def _parts(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + 500] for start in range(0, len(ids), 500)]
