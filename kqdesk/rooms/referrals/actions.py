"""Everything that changes a referral: begun, a step on, a call, a proof."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.people.actions import edit_person
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.terms import education_label
from kqdesk.rooms.referrals import queries, rules
from kqdesk.rooms.referrals.model import Referral, ReferralContact
from kqdesk.rooms.referrals.terms import PROOF, ContactWay, ReferralState
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile, attached, put_in, take_out

GONE = "这条报读转介已经不在了。请刷新。"


@dataclass(frozen=True)
class Stepped:
    """What came of a step: how many went on, and what somebody must know, in sentences."""

    count: int
    told: tuple[str, ...]


@action("登记报读")
def refer(
    w: Writing,
    /,
    *,
    person_ids: Collection[str],
    state: ReferralState = ReferralState.APPLIED,
    on: date | None = None,
    **fields: Any,
) -> list[str]:
    """One referral for each of these people to the same programme; ``fields``: queries.FORM_FIELDS. Returns their ids.

    Who is on the way to the same college in the same year already is refused by name.
    """
    if state not in (ReferralState.INTENDED, ReferralState.APPLIED):
        raise UserError("先登记「有意向」或「已报名」，以后的录取、入学、毕业一步一步登记。")
    day = on or school_day(w.now)
    if day > school_day(w.now):
        raise UserError("日期不能在今天以后。")
    wanted = list(dict.fromkeys(person_ids))
    people = dict(w.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))).all())
    if not wanted or len(people) < len(wanted):
        raise UserError("请先选人；选的人已经不在花名册里的，请刷新后再选。")
    made = []
    for person_id in wanted:
        one = Referral(person_id=person_id, state=state, adviser_id=w.actor)
        if state is ReferralState.APPLIED:
            one.applied_on = day
        _fill(one, fields)
        made.append(one)
    _refuse_twins(w, made, people)
    w.session.add_all(made)
    w.session.flush()
    w.note(
        f"{made[0].college}：{'、'.join(people[one] for one in wanted[:3])}{f'等 {len(wanted)} 人' if len(wanted) > 3 else ''}"
    )
    return [one.id for one in made]


@action("修改报读")
def change_referral(w: Writing, /, *, referral_id: str, seen: int | None = None, **fields: Any) -> None:
    """Change college, programme, numbers, adviser; StaleRecord when somebody changed the same since ``seen``."""
    one = _referral(w, referral_id)
    w.check_fresh(one, fields, seen)
    _fill(one, fields)
    w.note(_name(w, one))


@action("报读进展")
def step_on(
    w: Writing,
    *,
    referral_ids: Collection[str],
    state: ReferralState,
    on: date | None = None,
    reason: str | None = None,
    college_no: str | None = None,
    diploma_no: str | None = None,
) -> Stepped:
    """Take referrals a step on (or back, with the reason); nothing is done when one of them cannot.

    Graduating raises the schooling on the roster; when the roster refuses, a sentence says what to do.
    ``college_no`` and ``diploma_no`` are one person's and only taken with one referral.
    """
    today = school_day(w.now)
    day, words, told = on or today, (reason or "").strip(), list[str]()
    ones = [_referral(w, referral_id) for referral_id in dict.fromkeys(referral_ids)]
    if len(ones) > 1 and (college_no or diploma_no):
        raise UserError("学号和证书编号一人一个，请一个人一个人登记。")
    for one in ones:
        fault = rules.step_fault(one.state, state, day, today, words, _last_day(one))
        if fault:
            raise UserError(f"{_name(w, one)}：{fault}")
        if one.state is ReferralState.GRADUATED:
            told.append(f"{_name(w, one)}在花名册里的学历没有跟着改回，请到花名册核对。")
        _step(one, state, day, words)
        one.college_no, one.diploma_no = college_no or one.college_no, diploma_no or one.diploma_no
        if state is ReferralState.GRADUATED:
            told += _raise_education(w, one)
    if concern := rules.diploma_number_concern(diploma_no):
        told.append(concern)
    w.note(
        f"{state.label}：{_name(w, ones[0])}" + (f"等 {len(ones)} 人" if len(ones) > 1 else "")
        if ones
        else ""
    )
    return Stepped(len(ones), tuple(told))


@action("登记报读联系")
def log_contact(
    w: Writing,
    *,
    referral_id: str,
    way: ContactWay,
    answer: str,
    on: date | None = None,
    next_on: date | None = None,
) -> str:
    """One call with its answer and when to ask again; returns its id."""
    one, day = _referral(w, referral_id), on or school_day(w.now)
    if not answer.strip():
        raise UserError("请写一下对方怎么说；没打通就写“没打通”。")
    if day > school_day(w.now):
        raise UserError("联系日期不能在今天以后；打算哪天再联系，填「下次联系」。")
    if next_on is not None and next_on < day:
        raise UserError("下次联系的日期要在这次联系之后。")
    line = ReferralContact(
        referral_id=referral_id,
        contacted_on=day,
        way=way,
        answer=answer.strip(),
        next_on=next_on,
        contacted_by=w.actor,
    )
    w.session.add(line)
    w.session.flush()
    w.note(_name(w, one))
    return line.id


@action("删除报读联系")
def remove_contact(w: Writing, *, referral_id: str, contact_id: str) -> None:
    """A line that was entered by mistake."""
    line = w.session.get(ReferralContact, contact_id)
    if line is None or line.referral_id != referral_id:
        raise UserError("这条联系记录已经不在了。请刷新。")
    w.note(f"{_name(w, _referral(w, referral_id))} {line.contacted_on:%Y-%m-%d}")
    w.session.delete(line)


@action("放入报读证明")
def put_proofs(w: Writing, *, referral_id: str, files: Sequence[KeptFile]) -> int:
    """录取通知, 学籍证明, 毕业证书; one that is there already is passed over. Returns how many are new."""
    one = _referral(w, referral_id)
    count = put_in(w, table="referral", row_id=referral_id, purpose=PROOF, files=files)
    w.note(f"{_name(w, one)} {count} 份")
    return count


@action("取出报读证明")
def take_out_proof(w: Writing, *, referral_id: str, attachment_id: str) -> None:
    """Take a file out again; its bytes stay until the clean-up, so that undo finds them."""
    take_out(w, table="referral", row_id=referral_id, attachment_id=attachment_id)


@action("删除报读")
def remove_referral(w: Writing, *, referral_id: str) -> None:
    """One that was entered by mistake: nobody called, no proof, no further step."""
    one = _referral(w, referral_id)
    calls = w.session.scalar(
        select(ReferralContact.id).where(ReferralContact.referral_id == referral_id).limit(1)
    )
    is_fresh = one.state in (ReferralState.INTENDED, ReferralState.APPLIED)
    if calls or not is_fresh or attached(w.session, "referral", [referral_id]):
        raise UserError("已经有进展、联系记录或证明的不能删除。不去读了请登记「没有报成」或「退学」。")
    w.note(_name(w, one))
    w.session.delete(one)


def _referral(w: Writing, referral_id: str) -> Referral:
    one = w.session.get(Referral, referral_id)
    if one is None:
        raise UserError(GONE)
    return one


def _name(w: Writing, one: Referral) -> str:
    person = w.session.get(Person, one.person_id)
    return person.name if person else ""


def _fill(one: Referral, fields: dict[str, Any]) -> None:
    unknown = fields.keys() - set(queries.FORM_FIELDS)
    if unknown:
        raise TypeError(f"not a field of a referral: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(one, name, (value.strip() or None) if type(value) is str else value)
    if not one.college:
        raise UserError("请填写院校名称。")


def _refuse_twins(w: Writing, made: Sequence[Referral], people: dict[str, str]) -> None:
    first = made[0]
    there = w.session.scalars(
        select(Referral.person_id).where(
            Referral.person_id.in_(list(people)),
            Referral.college == first.college,
            Referral.year == first.year,
            Referral.state.not_in((ReferralState.DECLINED, ReferralState.WITHDRAWN)),
        )
    ).all()
    if there:
        names = "、".join(dict.fromkeys(people[one] for one in there))
        raise UserError(f"{names} {first.year} 年已经登记过报读{first.college}，请在那一条上登记进展。")


def _last_day(one: Referral) -> date | None:
    days = [getattr(one, rules.DATE_OF[state]) for state in rules.WAY if state in rules.DATE_OF]
    return max((day for day in days if day), default=None)


def _step(one: Referral, state: ReferralState, day: date, reason: str) -> None:
    """Set the state and its day; a step back clears the days after it."""
    if one.state in rules.ENDED:
        one.ended_on = None
        for later in rules.WAY[rules.WAY.index(state) + 1 :]:
            setattr(one, rules.DATE_OF[later], None)
        if state in rules.DATE_OF and getattr(one, rules.DATE_OF[state]) is None:
            setattr(one, rules.DATE_OF[state], day)
    else:
        setattr(one, rules.DATE_OF[state], day)
    one.state, one.reason = state, reason or None


def _raise_education(w: Writing, one: Referral) -> list[str]:
    person = w.session.get_one(Person, one.person_id)
    code = rules.raised_code(one.level, person.education_code)
    if code is None:
        return []
    try:
        edit_person(w, person_id=person.id, changes={"education_code": code})
    except UserError as wrong:
        return [f"{person.name}在花名册里的学历没有改成{education_label(code)}：{wrong} 请在花名册里改好。"]
    return []
