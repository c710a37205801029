"""The form of a contact: how it ended, work, pay, study."""

from functools import partial
from typing import Any

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Check, Choice, Date, Field, LongText, RowPick, Text
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.followup import actions, queries
from kqdesk.rooms.followup.page.asking import VisitGround, person_picks
from kqdesk.rooms.followup.queries import VisitRow
from kqdesk.rooms.followup.terms import NextStudy, Outcome, VisitWay, Work


def _choices(kind: Any) -> list[tuple[Any, str]]:
    return [(one, one.label) for one in kind]


def _fields(ground: VisitGround, *, is_new: bool) -> tuple[Field, ...]:
    bands = [(code, words) for code, words in ground.bands.rows]
    who: tuple[Field, ...] = (RowPick(name="person_id", label="学员", required=True, find=person_picks),)
    if not is_new or ground.person is not None:
        who = ()
    roster: tuple[Field, ...] = (
        Check(name="to_roster", label="花名册的单位、岗位也改成这样"),
    ) if is_new else ()  # fmt: skip
    return (
        *who,
        Date(name="contacted_on", label="回访日期", required=True, is_half=True, readonly=not is_new),
        Choice(name="way", label="方式", choices=_choices(VisitWay), required=True, is_half=True),
        Choice(name="outcome", label="结果", choices=_choices(Outcome), required=True, is_half=True),
        Date(name="next_on", label="下次联系", is_half=True, hint="没联系上时填"),
        Choice(name="work", label="就业情况", choices=_choices(Work), is_half=True),
        Choice(name="study", label="再学习", choices=_choices(NextStudy), is_half=True),
        Text(name="employer", label="单位", longest=60, is_half=True),
        Text(name="job", label="岗位", longest=30, is_half=True),
        *roster,
        Choice(name="pay_band", label="现在的月收入", choices=bands, is_half=True),
        Choice(name="pay_before", label="参训前的月收入", choices=bands, is_half=True),
        LongText(name="note", label="备注", lines=2),
    )  # fmt: skip


def visit_panel(desk: Desk, ground: VisitGround, then: Any, *, visit: VisitRow | None = None) -> FormPanel:
    """A new contact, or a correction of ``visit``."""
    name = f"：{ground.person.title}" if ground.person else ""
    if visit is None:
        values = {
            "contacted_on": desk.today(), "way": VisitWay.PHONE, "outcome": Outcome.ANSWERED,
            "employer": ground.employer, "job": ground.job, "to_roster": True,
        }  # fmt: skip
        save = partial(_record, ground, then)
        return FormPanel(desk, f"登记回访{name}", _fields(ground, is_new=True), save, values=values)
    load = partial(queries.visit_form, follow_up_id=visit.id)
    return FormPanel(
        desk, f"修改回访{name}", _fields(ground, is_new=False), partial(_change, visit.id), load=load
    )


def _record(ground: VisitGround, then: Any, values: dict[str, Any], panel: FormPanel) -> None:
    if ground.person is not None:
        values["person_id"] = ground.person.value
        if values.get("study") is NextStudy.COLLEGE:
            values["referral_id"] = ground.referral_id
    panel.run(actions.record_visit, then=then, **values)


def _change(follow_up_id: str, values: dict[str, Any], panel: FormPanel) -> None:
    panel.run(actions.change_visit, follow_up_id=follow_up_id, seen=panel.seen, **values)
