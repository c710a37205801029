"""The forms of the 活动 page: what is planned, how many came, who signed in, a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.fields import Choice, Date, Field, LongText, Number, Pick, RowPick, Text, Time
from kqdesk.desk.form import FormPanel
from kqdesk.rooms.activities import actions, queries
from kqdesk.rooms.activities.queries import ActivityRow
from kqdesk.rooms.activities.terms import ActivityKind, CountedAs
from kqdesk.rooms.cohorts.queries import Pasted, people_pasted, people_to_enrol
from kqdesk.rooms.cohorts.terms import Project
from kqdesk.rooms.places.queries import sites, township_name
from kqdesk.rooms.places.rules import townships
from kqdesk.rooms.trainers.queries import find as find_trainers
from kqdesk.rooms.trainers.queries import trainer_names

KINDS = tuple((kind, kind.label) for kind in ActivityKind)
COUNTED = tuple((one, f"{one.label}（人次）") for one in CountedAs)
PROJECTS = tuple((one, one.label) for one in Project)


@dataclass(frozen=True)
class Offered:
    """What the form of an activity chooses from."""

    sites: tuple[tuple[str, str], ...]


def offered(session: Session) -> Offered:
    """Asked when a form opens."""
    return Offered(tuple((site.id, site.name) for site in sites(session)))


def activity_fields(found: Offered) -> Sequence[Field]:
    """In the order a clerk decides it: what, when, where, who, how it counts."""
    towns = tuple((town.code, township_name(town.code)) for town in townships())
    return (
        Text(name="topic", label="主题", required=True, longest=60, placeholder="如：中老年人防诈骗讲座"),
        Choice(name="kind", label="形式", choices=KINDS, required=True, is_half=True),
        Date(name="held_on", label="日期", required=True, is_half=True),
        Time(name="starts_at", label="开始", is_half=True),
        Time(name="ends_at", label="结束", is_half=True),
        Choice(name="site_id", label="教学点", choices=found.sites, is_half=True),
        Text(
            name="place", label="或地点（文字）", longest=40, placeholder="如：州山村文化礼堂", is_half=True
        ),
        RowPick(name="trainer_id", label="培训师", find=_trainers, placeholder="姓名、首字母", is_half=True),
        Text(name="speaker", label="或主讲人（文字）", longest=30, is_half=True),
        Text(name="audience", label="参加对象", longest=30, is_half=True),
        Number(name="expected", label="预计人数", unit="人", least=1, most=100_000, is_half=True),
        Choice(name="counted_as", label="计入指标", choices=COUNTED, hint="不选就不计入区里的人次指标"),
        Choice(name="project", label="所属工程（六大工程）", choices=PROJECTS),
        Choice(name="township_code", label="镇街", choices=towns, hint="不选就按教学点", is_half=True),
        Text(name="organiser", label="合办单位", longest=40, is_half=True),
        LongText(name="note", label="备注", lines=2),
    )


def _trainers(session: Session, text: str, limit: int) -> Sequence[Pick]:
    return [Pick(*found) for found in find_trainers(session, text, limit)]


def plan_panel(desk: Desk, found: Offered) -> FormPanel:
    """A new activity."""

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.add_activity, **stored(values))

    return FormPanel(
        desk, "新建活动", activity_fields(found), save, values={"kind": ActivityKind.LECTURE, "held_on": desk.today()}
    )  # fmt: skip


def change_panel(desk: Desk, found: Offered, row: ActivityRow) -> FormPanel:
    """The same for one that is planned."""

    def load(session: Session) -> Mapping[str, Any]:
        values = queries.activity_form(session, activity_id=row.id)
        trainer_id = values["trainer_id"]
        names = trainer_names(session) if trainer_id else {}
        return {
            **values,
            "starts_at": _clock(values["start_minute"]),
            "ends_at": _clock(values["end_minute"]),
            "trainer_id": Pick(trainer_id, names.get(trainer_id, "")) if trainer_id else None,
        }

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.change_activity, activity_id=row.id, seen=panel.seen, **stored(values))

    return FormPanel(desk, "修改活动", activity_fields(found), save, load=load)


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Form values as columns: times of day become minutes."""
    kept = {name: value for name, value in values.items() if name not in ("starts_at", "ends_at")}
    return kept | {
        "start_minute": _minutes(values.get("starts_at")),
        "end_minute": _minutes(values.get("ends_at")),
    }


def _minutes(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute


def _clock(minutes: int | None) -> time | None:
    return None if minutes is None else time(*divmod(minutes, 60))


def headcount_panel(desk: Desk, row: ActivityRow) -> FormPanel:
    """How many came, and how it was."""
    hint = (
        f"已签到 {row.known} 人；没签到的也算在内。"
        if row.known
        else "签到的、没签到的都算，一个人算一人次。"
    )
    fields = (
        Number(name="headcount", label="实到", unit="人次", required=True, least=1, most=100_000, hint=hint),
        LongText(name="summary", label="活动情况（印在活动记录表上）", lines=5),
    )
    values = {"headcount": row.headcount or row.known or None, "summary": row.summary}

    def save(typed: dict[str, Any], panel: FormPanel) -> None:
        panel.run(actions.record_headcount, activity_id=row.id, **typed)

    return FormPanel(desk, f"登记人次：{row.topic}", fields, save, values=values)


class SignInPanel(FormPanel):
    """Known people who came: one by search, many by pasting a column. Stays open for the next."""

    def __init__(self, desk: Desk, row: ActivityRow) -> None:
        self._row = row
        fields = (
            RowPick(name="person_id", label="找一个人", find=_offer, hint="姓名、拼音首字母、证件或电话后四位"),
            LongText(
                name="pasted", label="或者粘贴一列名单", lines=7, placeholder="姓名、身份证号或电话，一行一个",
                hint="不在花名册里的不用加：登记人次时算进总数就行。",
            ),
        )  # fmt: skip
        super().__init__(desk, f"签到：{row.topic}", fields, self._resolve, save_text="签到", stays_open=True)
        self._ids: list[str] = []

    def _resolve(self, values: dict[str, Any], _: FormPanel) -> None:
        picked = [values["person_id"]] if values.get("person_id") else []
        query = partial(_pasted, values.get("pasted") or "")
        self.desk.read(query, partial(self._take, picked), owner=self, only="pasted")

    def _take(self, picked: list[str], found: Pasted) -> None:
        self._ids = [*picked, *found.person_ids]
        trouble = []
        if found.unknown:
            more = "……" if len(found.unknown) > 6 else ""
            trouble.append(f"花名册里没有：{'、'.join(found.unknown[:6])}{more}")
        if found.several:
            trouble.append(f"同名不止一人，请用证件号：{'、'.join(found.several[:6])}")
        if trouble:
            button = (f"先签其余 {len(self._ids)} 人", self.go) if self._ids else None
            self.note.say("；".join(trouble) + "。", "refused", button)
        elif not self._ids:
            self.note.say("请先找一个人，或粘贴一列名单。", "refused")
        else:
            self.go()

    def go(self) -> None:
        """Sign in those that were found."""
        self.run(actions.sign_in, activity_id=self._row.id, person_ids=self._ids, then=self._said)

    def _said(self, count: int) -> None:
        again = len(set(self._ids)) - count
        self.form.show_values({"person_id": None, "pasted": None})
        self.note.say(f"已签到 {count} 人" + (f"，{again} 人早就签过" if again else "") + "。", "told")
        self.form.focus_first()


def reason_panel(desk: Desk, title: str, act: Any, activity_id: str) -> FormPanel:
    """One line of why, then the act."""
    fields = (Text(name="reason", label="原因", required=True, longest=60),)

    def save(values: dict[str, Any], panel: FormPanel) -> None:
        panel.run(act, activity_id=activity_id, **values)

    return FormPanel(desk, title, fields, save, save_text="确定")


def _offer(session: Session, text: str, limit: int) -> Sequence[Pick]:
    return [Pick(one.id, one.name, one.note) for one in people_to_enrol(session, text, limit)]


def _pasted(text: str, session: Session) -> Pasted:
    return people_pasted(session, text)
