"""Incidents with personal data (个人信息保护法 第五十七条), and what only a person can say of the self-check."""

from datetime import date, datetime

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.privacy.model import DataBreach, SelfCheckAnswer
from kqdesk.rooms.privacy.rules.selfcheck import ASKED
from kqdesk.rooms.privacy.terms import BreachState, Holds
from kqdesk.store.actions import Writing, action


@action("登记安全事件")
def record_breach(
    w: Writing,
    *,
    title: str,
    happened: str,
    found_at: datetime | None = None,
    kinds: str | None = None,
    person_count: int | None = None,
    cause: str | None = None,
    harm: str | None = None,
    measures: str | None = None,
    told_people: str | None = None,
) -> str:
    """Something happened: lost stick, wrong mail, a stranger at the desk. Returns its id."""
    row = DataBreach(
        title=_needed(title, "事件"), happened=_needed(happened, "经过"), found_at=_past(w, found_at), kinds=kinds,
        person_count=person_count, cause=cause, harm=harm, measures=measures, told_people=told_people,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    w.note(row.title)
    return row.id


@action("修改安全事件")
def change_breach(
    w: Writing,
    *,
    breach_id: str,
    title: str,
    happened: str,
    kinds: str | None = None,
    person_count: int | None = None,
    cause: str | None = None,
    harm: str | None = None,
    measures: str | None = None,
    told_people: str | None = None,
    seen: int | None = None,
) -> None:
    """More is known now."""
    row = _breach(w, breach_id)
    fresh = {
        "title": _needed(title, "事件"), "happened": _needed(happened, "经过"), "kinds": kinds, "person_count": person_count,
        "cause": cause, "harm": harm, "measures": measures, "told_people": told_people,
    }  # fmt: skip
    w.check_fresh(row, fresh, seen)
    for name, value in fresh.items():
        setattr(row, name, value)
    w.note(row.title)


@action("登记事件报告")
def report_breach(
    w: Writing, *, breach_id: str, reported_to: str, reported_at: datetime | None = None
) -> None:
    """Told to the authority that watches over it; when and to whom."""
    row = _breach(w, breach_id)
    row.reported_to, row.reported_at = _needed(reported_to, "报告给谁"), _past(w, reported_at)
    w.note(f"{row.title}，{row.reported_to}")


@action("事件结案")
def close_breach(w: Writing, *, breach_id: str) -> None:
    """Measures taken, those concerned told. UserError while it was reported to nobody or measures are missing."""
    row = _breach(w, breach_id)
    missing = [
        words
        for words, value in (
            ("采取的措施", row.measures),
            ("报告给谁", row.reported_to),
            ("怎样告诉本人", row.told_people),
        )
        if not value
    ]
    if missing:
        raise UserError(f"还没有填写{'、'.join(missing)}，不能结案。不用报告或不用告诉的，也请写明为什么。")
    row.state = BreachState.CLOSED
    w.note(row.title)


@action("填写自查说明")
def answer_self_check(w: Writing, *, item: str, holds: Holds, proof: str | None, on: date) -> None:
    """What a person says of an item the program cannot see for itself."""
    if item not in ASKED:
        raise UserError("这一条由程序自己核对，不用填写。")
    if holds is Holds.YES and not (proof or "").strip():
        raise UserError("请写明证明在哪里：哪份制度、哪个文件夹、哪年哪月。")
    w.session.add(
        SelfCheckAnswer(
            item=item, holds=holds, proof=(proof or "").strip() or None, answered_on=on, answered_by=w.actor
        )
    )
    w.note(ASKED[item])


def _past(w: Writing, at: datetime | None) -> datetime:
    if at is not None and at > w.now:
        raise UserError("时间不能在现在以后。")
    return at or w.now


def _breach(w: Writing, breach_id: str) -> DataBreach:
    row = w.session.get(DataBreach, breach_id)
    if row is None or row.state is BreachState.CLOSED:
        raise UserError("这件事已经结案，或刚被撤销了登记。请刷新这一页。")
    return row


def _needed(text: str, label: str) -> str:
    trimmed = (text or "").strip()
    if not trimmed:
        raise UserError(f"请填写{label}。")
    return trimmed
