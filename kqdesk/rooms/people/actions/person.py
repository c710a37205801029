"""One person of 花名册: entered, changed, removed, looked at whole, given a photo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import NotAllowed, StaleRecord, UserError
from kqdesk.kernel.national_id import IdFault, birth_date, parse_id, sex_digit, to_18
from kqdesk.kernel.schoolday import school_day
from kqdesk.kernel.text import plain, read_name, read_phones
from kqdesk.rooms.office.queries import may_see_full_ids
from kqdesk.rooms.people.model import Person, PersonDocument
from kqdesk.rooms.people.queries.matching import COLUMNS
from kqdesk.rooms.people.rules import pinyin_of
from kqdesk.rooms.people.terms import PHOTO
from kqdesk.security.masking import mask_id
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import attach, attached, detach

EDITABLE = frozenset(COLUMNS)
GONE = "这个人已经不在花名册里了，可能刚被删除或合并。请刷新名单。"


@dataclass(frozen=True)
class Revealed:
    """The whole numbers of one person, for eyes that may see them."""

    id_number: str
    phone: str
    phone2: str


@dataclass(frozen=True)
class KeptPhoto:
    """A photo that lies among the attachments already."""

    person_id: str
    digest: str
    name: str
    size: int


def reading_of(name: str) -> dict[str, str | None]:
    """The two columns a name is searched by."""
    full, initials = pinyin_of(name)
    return {"name_pinyin": full or None, "name_initials": initials or None}


@action("新建人员")
def add_person(w: Writing, *, fields: Mapping[str, Any], origin: str = "手工录入") -> str:
    """Enter one person; the id. UserError when a field is wrong or the ID number is somebody's already."""
    values = checked(fields, today=school_day(w.now))
    _refuse_taken(w, values.get("id_number"), "")
    row = Person(**values, **reading_of(values["name"]), origin=origin)
    w.session.add(row)
    w.session.flush()
    w.note(row.name)
    return row.id


@action("放照片")
def put_photos(w: Writing, *, photos: Sequence[KeptPhoto]) -> int:
    """Photos of these people, each in the place of an older one; returns how many."""
    if not photos:
        raise UserError("没有可以放的照片。")
    for one in photos:
        attach(
            w, table="person", row_id=one.person_id, purpose=PHOTO, digest=one.digest, name=one.name,
            media="image/jpeg", size=one.size,
        )  # fmt: skip
        w.session.get_one(Person, one.person_id).photo = one.digest
    w.note(f"{len(photos)} 人")
    return len(photos)


@action("拿掉照片")
def take_photo_away(w: Writing, *, person_id: str) -> None:
    """The wrong picture: the person has none any more."""
    person = w.session.get_one(Person, person_id)
    person.photo = None
    for row in attached(w.session, "person", [person_id], PHOTO).get(person_id, []):
        detach(w, attachment_id=row.attachment_id)
    w.note(person.name)


@action("修改人员")
def edit_person(w: Writing, *, person_id: str, changes: Mapping[str, Any], seen: int | None = None) -> None:
    """Change the given columns; StaleRecord when somebody changed one of them after ``seen``."""
    row = _person(w, person_id)
    w.check_fresh(row, changes, seen)
    before = {column: getattr(row, column) for column in COLUMNS}
    values = checked({**before, **changes}, today=school_day(w.now))
    if values["id_number"] != row.id_number:
        _refuse_taken(w, values["id_number"], person_id)
        _keep_old_number(w, row, values["id_number"])
    for column, value in (values | reading_of(values["name"])).items():
        if getattr(row, column) != value:
            setattr(row, column, value)
    w.note(row.name)


@action("删除人员")
def remove_person(w: Writing, *, person_id: str) -> None:
    """Take a person off the roster; UserError while anything (an enrolment, a mark …) speaks of her."""
    row = _person(w, person_id)
    used = _used_by(w, person_id)
    if used:
        raise UserError(f"{row.name}还有{'、'.join(used)}记录，不能删除。要先处理那些记录，或者保留这个人。")
    w.note(row.name)
    for paper in w.session.scalars(select(PersonDocument).where(PersonDocument.person_id == person_id)):
        w.session.delete(paper)
    w.session.delete(row)


@action("查看完整证件号", looks=True)
def reveal_person(w: Writing, *, person_id: str) -> Revealed:
    """Whole ID number and phones; changes nothing, but the look stays in the journal. NotAllowed without the right."""
    if not may_see_full_ids(w.session, w.actor):
        raise NotAllowed("您没有查看完整证件号的权限。需要时请校长在「办公室」里给您开通。")
    row = _person(w, person_id)
    w.note(f"{row.name} {mask_id(row.id_number)}")
    return Revealed(row.id_number or "", row.phone or "", row.phone2 or "")


def checked(fields: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """Every editable column made uniform, sex and birth date filled from the ID number; UserError names what is wrong."""
    unknown = fields.keys() - EDITABLE
    if unknown:
        raise TypeError(f"no such fields: {sorted(unknown)}")
    values: dict[str, Any] = {c: plain(v) or None if isinstance(v, str) else v for c, v in fields.items()}
    values = dict.fromkeys(COLUMNS) | values
    name = read_name(values["name"] or "")
    if not name.text or name.is_damaged:
        raise UserError(
            "请填写姓名。"
            if not name.text
            else f"姓名「{name.text}」里有字没有传过来，请照身份证补上这个字。"
        )
    values["name"] = name.text
    for column in ("phone", "phone2"):
        phones = read_phones(values[column] or "")
        if phones is None:
            raise UserError(f"电话「{values[column]}」不对。手机应为 11 位数字，座机带区号。")
        values[column] = phones.first
    return _with_number(values, today)


def _with_number(values: dict[str, Any], today: date) -> dict[str, Any]:
    if not values["id_number"]:
        return values | {"id_kind": None}
    number = parse_id(values["id_number"], today=today)
    if isinstance(number, IdFault):
        raise UserError(number.reason)
    values |= {"id_number": number.number, "id_kind": number.kind.value}
    sex, born = sex_digit(number.number), birth_date(number.number)
    if sex and values["sex"] not in (None, sex):
        raise UserError("性别与身份证号不一致。请看哪一个对。")
    if born and values["birth_date"] not in (None, born):
        raise UserError(f"出生日期与身份证号里的 {born} 不一致。请看哪一个对。")
    return values | {"sex": values["sex"] or sex, "birth_date": values["birth_date"] or born}


def _person(w: Writing, person_id: str) -> Person:
    row = w.session.get(Person, person_id)
    if row is None:
        raise StaleRecord(GONE)
    return row


def _keep_old_number(w: Writing, row: Person, number: str | None) -> None:
    """A number she had stays findable; the old 15-digit form of the new one is no other paper."""
    if row.id_number and row.id_kind and number and to_18(row.id_number) != to_18(number):
        w.session.add(
            PersonDocument(
                person_id=row.id, kind=row.id_kind, number=row.id_number, replaced_on=school_day(w.now)
            )
        )


def _refuse_taken(w: Writing, id_number: str | None, but: str) -> None:
    if not id_number:
        return
    numbers = {id_number, to_18(id_number)}
    other = w.session.scalar(
        select(Person)
        .where(Person.id_number.in_(numbers), Person.id != but, Person.merged_into_id.is_(None))
        .limit(1)
    )
    if other is not None:
        place = f"（{other.village}）" if other.village else ""
        raise UserError(f"这个证件号已经是{other.name}{place}的。请打开那个人修改，不要重复建。")


def _used_by(w: Writing, person_id: str) -> list[str]:
    """Chinese nouns of the tables that still point at the person."""
    links = [
        (table, column)
        for table in Person.metadata.sorted_tables
        if table.name != PersonDocument.__tablename__  # goes with her
        for column in table.c
        if any(key.target_fullname == "person.id" for key in column.foreign_keys)
    ]
    found = (
        str(table.info.get("label", table.name))
        for table, column in links
        if w.session.execute(select(column).where(column == person_id).limit(1)).first()
    )
    return list(dict.fromkeys(found))
