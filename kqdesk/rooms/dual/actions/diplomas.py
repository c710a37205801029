"""学历证书: imported from the organiser's list or typed in, never minted here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select

from kqdesk.kernel.errors import InputFaults, UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.catalogue.terms import DualLevel
from kqdesk.rooms.dual import queries
from kqdesk.rooms.dual.model import Diploma
from kqdesk.rooms.office.queries import pack_value
from kqdesk.rooms.past.queries import numbers_given
from kqdesk.rooms.past.rules import NumberGiven, is_hers
from kqdesk.rooms.past.terms import Part
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import root_of
from kqdesk.store.actions import Writing, action


@dataclass(frozen=True)
class DiplomaLine:
    """One line of the organiser's list. ``row`` counts from 1, for the sentence of a fault."""

    row: int
    id_number: str
    name: str
    number: str
    issued_on: date


@dataclass(frozen=True)
class LineFault:
    """What is wrong with one line; ``column`` is the field's name."""

    row: int
    column: str
    reason: str


@action("登记学历证书")
def record_diploma(
    w: Writing,
    *,
    person_id: str,
    level: DualLevel,
    number: str,
    issuer: str,
    issued_on: date,
    origin: str | None = None,
) -> str:
    """One diploma as its issuer gave it; a number is never recorded twice. Returns its id."""
    plain = _number(w, number)
    if w.session.scalar(
        select(Diploma.id).where(root_of(Diploma.person_id) == person_id, Diploma.level == level)
    ):
        raise UserError(f"这名学员已经登记了{level.label}学历证书。要改请用「修改学历证书」。")
    _refuse_taken(w, plain, person_id)
    row = Diploma(
        person_id=person_id, level=level, number=plain, issuer=_issuer(issuer), issued_on=_past(w, issued_on),
        origin=origin,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    raise_education(w, [person_id], level)
    w.note(w.session.get_one(Person, person_id).name)
    return row.id


@action("修改学历证书")
def change_diploma(
    w: Writing,
    *,
    person_id: str,
    level: DualLevel,
    number: str,
    issuer: str,
    issued_on: date,
    seen: int | None = None,
) -> None:
    """Mend a typing fault; the older version stays in the history."""
    row = _diploma(w, person_id, level)
    w.check_fresh(row, ("number", "issuer", "issued_on"), seen)
    plain = _number(w, number)
    _refuse_taken(w, plain, person_id)
    row.number, row.issuer, row.issued_on = plain, _issuer(issuer), _past(w, issued_on)
    w.note(plain)


@action("删除学历证书")
def remove_diploma(w: Writing, *, person_id: str, level: DualLevel) -> None:
    """Recorded by mistake."""
    row = _diploma(w, person_id, level)
    w.note(row.number)
    w.session.delete(row)


@action("导入学历证书")
def import_diplomas(
    w: Writing, *, level: DualLevel, issuer: str, lines: Sequence[DiplomaLine], origin: str | None = None
) -> int:
    """The organiser's whole list, matched by ID number, or nothing of it. InputFaults carries every fault.

    Lines that are recorded already in the same words are passed over. Returns how many are new.
    """
    if not lines:
        raise UserError("名单是空的。请把发证机关给的名单粘贴进来。")
    known = queries.people_by_number(w.session, [line.id_number.strip().upper() for line in lines])
    numbers = [line.number.strip() for line in lines]
    owner = _owners(w, numbers)
    past = numbers_given(w.session, Part.DIPLOMAS, numbers)
    holds = dict(
        w.session.execute(
            select(root_of(Diploma.person_id), Diploma.number).where(Diploma.level == level)
        ).all()
    )
    faults: list[LineFault] = []
    rows = []
    often: dict[str, list[str]] = {}
    for line in lines:
        often.setdefault(line.number.strip(), []).append(line.name.strip())
    twice = Counter(line.id_number.strip().upper() for line in lines)
    for line in lines:
        found = known.get(line.id_number.strip().upper())
        person_id = found.id if found else ""
        fault = _line_fault(w, line, found, often, twice, owner, holds) or _past_fault(line, found, past)
        if fault:
            faults.append(fault)
        elif holds.get(person_id) != line.number.strip():
            rows.append(
                {
                    "person_id": person_id, "level": level, "number": line.number.strip(), "issuer": _issuer(issuer),
                    "issued_on": line.issued_on, "origin": origin,
                }
            )  # fmt: skip
    if faults:
        raise InputFaults(f"名单里有 {len(faults)} 处要改，一条都没有导入。改好后再导入。", faults)
    if rows:
        w.session.execute(insert(Diploma), rows)
        raise_education(w, [str(row["person_id"]) for row in rows], level)
    w.note(f"{level.label} {len(rows)} 本")
    return len(rows)


def _owners(w: Writing, numbers: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Number → id and name of the person it is recorded for already."""
    found = w.session.execute(
        select(Diploma.number, Person.id, Person.name)
        .select_from(Diploma)
        .join(Person, Person.id == root_of(Diploma.person_id))
        .where(Diploma.number.in_(numbers))
    )
    return {number: (person_id, name) for number, person_id, name in found}


def raise_education(w: Writing, person_ids: Sequence[str], level: DualLevel) -> int:
    """R-DUA-14: who holds a diploma now has its education on the roster, as the pack says, unless hers is higher.

    Nothing happens while the pack leaves the code 未配置. Returns how many people changed.
    """
    on = school_day(w.now)
    becomes = pack_value(w.session, f"education.{level.value}_becomes", on=on)
    if becomes is None:
        return 0
    below = {code for one in DualLevel if one is level or level is DualLevel.SENIOR
             for found in [pack_value(w.session, f"education.{one.value}_admits", on=on)] if found for code in found.codes}  # fmt: skip
    people = w.session.scalars(select(Person).where(Person.id.in_(person_ids)))
    changed = [p for p in people if p.education_code is None or p.education_code in below]
    for person in changed:
        person.education_code = becomes.text
    return len(changed)


def _line_fault(
    w: Writing,
    line: DiplomaLine,
    found: queries.KnownPerson | None,
    often: Mapping[str, Sequence[str]],
    twice: Counter[str],
    owner: Mapping[str, tuple[str, str]],
    holds: dict[str, str],
) -> LineFault | None:
    """The first thing wrong with a line; None when it can be taken."""
    number = line.number.strip()
    checks = (
        (found is None, "id_number", "花名册里没有这个证件号，请先在花名册里补上或改正。"),
        (twice[line.id_number.strip().upper()] > 1, "id_number", "同一个证件号在名单里出现了两次。"),
        (found is not None and found.name != line.name.strip(), "name",
         f"花名册里是“{found.name if found else ''}”，名单上是“{line.name.strip()}”，请核对。"),
        (not number, "number", "没有证书编号。"),
        (len(often[number]) > 1, "number", f"编号 {number} 给了{'、'.join(often[number])}，请向发证机关核对。"),
        (found is not None and number in owner and owner[number][0] != found.id, "number",
         f"编号 {number} 已经登记在{owner.get(number, ('', ''))[1]}名下，名单上给了{line.name.strip()}，请向发证机关核对。"),
        (found is not None and holds.get(found.id, number) != number, "number",
         f"这名学员已经登记了另一个编号 {holds.get(found.id) if found else ''}。"),
        (line.issued_on > school_day(w.now), "issued_on", "发证日期在今天以后。"),
    )  # fmt: skip
    return next((LineFault(line.row, column, reason) for is_so, column, reason in checks if is_so), None)


def _past_fault(
    line: DiplomaLine, found: queries.KnownPerson | None, past: Mapping[str, NumberGiven]
) -> LineFault | None:
    """The number of a line that an old ledger gave to somebody else."""
    given = past.get(line.number.strip())
    if given is None or found is None or is_hers(given, found.id, found.name, found.id_number):
        return None
    return LineFault(
        line.row,
        "number",
        f"编号 {given.number} 已经在{given.words}里，名单上给了{line.name.strip()}，请核对。",
    )


def _diploma(w: Writing, person_id: str, level: DualLevel) -> Diploma:
    row = w.session.scalar(
        select(Diploma).where(root_of(Diploma.person_id) == person_id, Diploma.level == level)
    )
    if row is None:
        raise UserError(f"这名学员还没有登记{level.label}学历证书。")
    return row


def _number(w: Writing, number: str) -> str:
    if not number.strip():
        raise UserError("请填写证书编号。编号由发证机关给，本校不编。")
    return number.strip()


def _issuer(issuer: str) -> str:
    if not issuer.strip():
        raise UserError("请填写发证机关，例如“绍兴市教育局”。")
    return issuer.strip()


def _past(w: Writing, issued_on: date) -> date:
    if issued_on > school_day(w.now):
        raise UserError("发证日期不能在今天以后。")
    return issued_on


def _refuse_taken(w: Writing, number: str, person_id: str) -> None:
    other = w.session.scalar(
        select(Person.name)
        .join(Diploma, root_of(Diploma.person_id) == Person.id)
        .where(Diploma.number == number, Person.id != person_id)
    )
    if other:
        raise UserError(f"编号 {number} 已经登记在{other}名下。请核对，同一个编号不能给两个人。")
    given = numbers_given(w.session, Part.DIPLOMAS, [number]).get(number)
    person = w.session.get_one(Person, person_id)
    if given is not None and not is_hers(given, person_id, person.name, person.id_number):
        raise UserError(f"编号 {number} 已经在{given.words}里。请核对，同一个编号不能给两个人。")
