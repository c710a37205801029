"""The forms of the 报读转介 page: refer people, a step on, a call, what is known of the programme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Date, Field, LongText, Number, Pick, RowPick, Text
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.office.queries import staff_list
from kqdesk.rooms.people import queries as people
from kqdesk.rooms.referrals import actions, queries, rules
from kqdesk.rooms.referrals.actions import Stepped
from kqdesk.rooms.referrals.queries import ReferralRow
from kqdesk.rooms.referrals.terms import ContactWay, ReferralState, Route, StudyLevel

ROUTES = tuple((one, one.label) for one in Route)
LEVELS = tuple((one, one.label) for one in StudyLevel)
WAYS = tuple((one, one.label) for one in ContactWay)
STARTS = tuple((one, one.label) for one in (ReferralState.APPLIED, ReferralState.INTENDED))


@dataclass(frozen=True)
class Offered:
    """What the forms suggest: colleges and programmes typed before, who works here, the person a link named."""

    colleges: tuple[str, ...]
    programmes: tuple[str, ...]
    staff: tuple[tuple[str, str], ...]
    person: Pick | None = None


def offered(person_id: str, session: Session) -> Offered:
    """Asked when a form opens; ``person_id`` may be ""."""
    card = people.person_card(session, person_id) if person_id else None
    return Offered(
        tuple(queries.colleges(session)),
        tuple(queries.programmes(session)),
        tuple((one.id, one.name) for one in staff_list(session, with_left=False)),
        Pick(person_id, card.name, card.id_masked) if card is not None else None,
    )


def _where(found: Offered) -> Sequence[Field]:
    return (
        Text(name="college", label="院校", required=True, longest=40, suggestions=found.colleges, placeholder="如：绍兴开放大学"),
        Text(name="programme", label="专业", longest=40, suggestions=found.programmes),
        Choice(name="route", label="途径", choices=ROUTES, required=True, is_half=True),
        Choice(name="level", label="层次", choices=LEVELS, required=True, is_half=True),
        Number(name="year", label="报读年份", required=True, least=2000, most=2100, is_half=True),
    )  # fmt: skip


def refer_panel(desk: Desk, found: Offered) -> FormPanel:
    """A person goes on to a college. Stays open: the next one often goes to the same programme."""
    fields = (
        RowPick(name="person_id", label="谁去读", required=True, find=_people, hint="姓名、拼音首字母、证件或电话后四位"),
        *_where(found),
        Choice(name="state", label="到哪一步", choices=STARTS, required=True, is_half=True),
        Date(name="on", label="报名日期", is_half=True),
        LongText(name="note", label="备注", lines=2),
    )  # fmt: skip

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        person_id = values.pop("person_id")
        panel.run(actions.refer, then=partial(_referred, panel), person_ids=[person_id], **values)

    today = desk.today()
    start = {"person_id": found.person, "year": today.year, "state": ReferralState.APPLIED, "on": today}
    return FormPanel(desk, "登记报读", fields, save, values=start, stays_open=True)


def _referred(panel: FormPanel, _: list[str]) -> None:
    panel.form.show_values({"person_id": None, "note": None})
    panel.note.say("已登记。可以接着选下一个人，院校、专业照旧。", "told")
    panel.form.focus_first()


def change_panel(desk: Desk, found: Offered, row: ReferralRow) -> FormPanel:
    """College, programme, numbers, who keeps in touch."""
    fields = (
        *_where(found),
        Choice(name="adviser_id", label="谁负责联系", choices=found.staff, is_half=True),
        Text(name="college_no", label="学号（考籍号）", longest=30, is_half=True),
        Text(name="diploma_no", label="毕业证书编号", longest=30, is_half=True),
        LongText(name="note", label="备注", lines=3),
    )

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.change_referral, referral_id=row.id, seen=panel.seen, **values)

    load = partial(_load, row.id)
    return FormPanel(desk, f"修改报读：{row.name}", fields, save, load=load)


def _load(referral_id: str, session: Session) -> Mapping[str, Any]:
    return queries.referral_form(session, referral_id=referral_id)


def step_panel(desk: Desk, rows: Sequence[ReferralRow], then: Any) -> FormPanel:
    """The next step of one or several; only steps that all of them can take are offered."""
    offered_states = [
        state for state in ReferralState if all(state in rules.next_states(row.state) for row in rows)
    ]
    is_one = len(rows) == 1
    fields: tuple[Field, ...] = (
        Choice(name="state", label="现在到哪一步", choices=[(one, one.label) for one in offered_states], required=True),
        Date(name="on", label="哪一天", required=True),
        Text(name="reason", label="原因", longest=60, hint="没有报成、退学，或改回前一步时要写"),
    )  # fmt: skip
    if is_one:
        fields += (
            Text(name="college_no", label="学号（考籍号）", longest=30, is_half=True),
            Text(name="diploma_no", label="毕业证书编号", longest=30, is_half=True),
        )

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.step_on, then=then, referral_ids=[row.id for row in rows], **values)

    title = f"进展：{rows[0].name}" if is_one else f"进展：{len(rows)} 人"
    going = [state for state in offered_states if state in rules.WAY]
    values = {"on": desk.today(), "state": going[0] if going else None}
    return FormPanel(desk, title, fields, save, values=values)


def stepped_words(done: Stepped) -> str:
    """What happened, with what somebody must still do."""
    return "".join((f"已登记 {done.count} 人。", *done.told))


def contact_panel(desk: Desk, row: ReferralRow) -> FormPanel:
    """One call."""
    fields = (
        Date(name="on", label="联系日期", required=True, is_half=True),
        Choice(name="way", label="方式", choices=WAYS, required=True, is_half=True),
        LongText(
            name="answer",
            label="怎么说的",
            required=True,
            lines=4,
            placeholder="如：想报会计专业，等家里商量",
        ),
        Date(name="next_on", label="下次联系", hint="到那天还没联系，会排在列表最前面"),
    )
    values = {"on": desk.today(), "way": ContactWay.PHONE}

    def save(typed: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.log_contact, referral_id=row.id, **typed)

    return FormPanel(desk, f"联系 {row.name}", fields, save, values=values)


def _people(session: Session, text: str, limit: int) -> list[Pick]:
    return [
        Pick(hit.id, hit.name, f"{hit.village} {hit.id_masked}".strip())
        for hit in people.find(session, text, limit)
    ]
