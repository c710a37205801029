"""``kqdesk demo --district``: the sixteen township schools of a district, each with its own home, and a hub that has it all.

Every school walks a shorter story than the single demo; its rows reach the hub by the real rounds of sync, only without
a network between. Two schools have not been heard of for some days, a few people stand in two rosters.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call
from kqdesk.cli.demo_classes import furnish, load_catalogue, open_cohorts, plan_lessons
from kqdesk.cli.demo_district_school import (
    answer_tasks,
    bring_one_paper_twice,
    claim,
    enter_everybody,
    hold_activities,
    meet_neighbours,
    send_to_college,
    set_shares,
    submit_report,
)
from kqdesk.cli.demo_dual import bring_papers
from kqdesk.cli.demo_followup import ask_satisfaction
from kqdesk.cli.demo_lists import ask_and_match
from kqdesk.cli.demo_story import Place, Story, open_stage
from kqdesk.cli.demo_work import hold_exam, issue_certificates, take_rolls
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Quiet
from kqdesk.rooms.certificates import queries as register
from kqdesk.rooms.places.rules import townships
from kqdesk.security.kdf import Profile

if TYPE_CHECKING:
    from kqdesk.cli.demo_district_officers import Officers
    from kqdesk.hub_app import OpenHub
    from kqdesk.school.syncing import Syncing

OFFICER, SECOND_OFFICER = "沈建国", "马秀英"
HUB_URL = "https://127.0.0.1:8443"
LEAST, MOST = 20, 2_000
QUIET = 2
"""So many schools have not come for some days."""
UNMEASURED = Profile(aim_ms=None)
"""A password guess costs the least that is safe: sixteen homes with one password are not calibrated one by one."""
Step = tuple[str, Callable[[Story], Any]]


def run_district(call: Call, options: argparse.Namespace, out: Path, password: str) -> dict[str, Any]:
    """Sixteen homes in ``out/homes``, the hub in ``out/hub``, its pages in ``out/pages``; what was made."""
    from kqdesk.cli.demo_district_pages import save_pages
    from kqdesk.hub_app import open_hub

    if not LEAST <= options.people <= MOST:
        raise UserError(f"--district 时每所学校的 --people 要在 {LEAST} 到 {MOST} 之间。")
    began, rng = monotonic(), Random(options.seed)
    clock, call = Moment(call.clock()), replace(call, profile=call.profile or UNMEASURED)
    now = clock.now
    with (
        call.progress("演练") as progress,
        open_hub(out / "hub", clock=clock, environ={}, profile=call.key_profile) as hub,
    ):
        officers = _officers(hub, password)
        sent = _send_tasks(officers, clock)
        told = []
        for n, town in enumerate(townships()):
            progress.step(n, len(townships()), town.name)
            place = Place(town.code, town.name, town.stem, town.code)
            size = max(LEAST, round(options.people * rng.uniform(0.6, 1.4)))
            clock.now = now - timedelta(days=3 + 5 * n) if n < QUIET else now
            told.append(_school(call, Seat(hub, out, password, place, size, options.seed * 100 + n)))
        clock.now = now
        progress.step(len(told), len(told), "驾驶舱")
        seen = _work_through(hub, officers, sent, told)
        pages = save_pages(hub, OFFICER, password, out / "pages", seen)
    (out / "README.md").write_text(_readme(password, told[-1]["form"]), "utf-8")
    return {
        "out": str(out), "hub": str(out / "hub"), "officer": OFFICER, "second_officer": SECOND_OFFICER, "schools": told,
        "pages": pages, "people": sum(one["people"] for one in told), "seconds": round(monotonic() - began, 1),
    }  # fmt: skip


def _officers(hub: "OpenHub", password: str) -> "Officers":
    """Two, and every school of the district in the register."""
    from kqdesk.cli.demo_district_officers import Officers
    from kqdesk.hub.officers import Seated

    first = hub.officers.put(OFFICER, password, sees_names=True)
    second = hub.officers.put(SECOND_OFFICER, password)
    for town in townships():
        hub.register.add_school(town.code, Place(town.code, town.name, town.stem, town.code).school)
    return Officers(hub.counter(), Seated(first, ""), Seated(second, ""))


def _send_tasks(officers: "Officers", clock: "Moment") -> list[str]:
    """Before the schools come: one is overdue by now, one is not."""
    from kqdesk.cli.demo_district_officers import SENT_BEFORE, send_task

    now, sent = clock.now, []
    for which, days in enumerate(SENT_BEFORE):
        clock.now = now - timedelta(days=days)
        sent.append(send_task(officers, which))
    clock.now = now
    return sent


def _work_through(
    hub: "OpenHub", officers: "Officers", sent: Sequence[str], told: Sequence[dict[str, Any]]
) -> dict[str, str]:
    """What the officers do when the schools have sent everything; what stands in the addresses of pages."""
    from kqdesk.cli.demo_district_officers import (
        look_through,
        mark_twins,
        places_to_see,
        publish_packs,
        take_return,
    )

    keeper = hub.keeper()
    keeper.refresh()
    look_through(officers, sent)
    mark_twins(officers)
    published, draft = publish_packs(officers)
    made = {
        "overdue": sent[0],
        "task": sent[1],
        "return": take_return(officers),
        "pack": published,
        "draft": draft,
    }
    keeper.refresh()
    square, form = (next((one[key] for one in reversed(told) if one[key]), "") for key in ("square", "form"))
    return made | places_to_see(officers, square, form)


class Moment:
    """The hub's clock: the demo sets it back for the schools that came days ago."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """That moment."""
        return self.now


@dataclass(frozen=True)
class Seat:
    """What one school of the district is made of."""

    hub: "OpenHub"
    out: Path
    password: str
    place: Place
    people: int
    seed: int


def _school(call: Call, seat: Seat) -> dict[str, Any]:
    home = seat.out / "homes" / f"{seat.place.code}-{seat.place.stem}"
    home.parent.mkdir(exist_ok=True)
    story = open_stage(
        call, home, seat.out, people=seat.people, seed=seat.seed, password=seat.password, progress=Quiet(), place=seat.place
    )  # fmt: skip
    try:
        for title, step in WORK:
            with story.step(title):
                step(story)
        with story.step("交换"):
            syncing = _join(story, seat.hub)
            sent = syncing.sync(Quiet()).sent
            if answer_tasks(story):
                sent += syncing.sync(Quiet()).sent
        papers = story.read(register.papers_of, story.certificates[:1])
    finally:
        story.school.close()
    return {
        "code": seat.place.code, "name": seat.place.school, "people": seat.people, "sent": sent,
        "square": papers[0].qr_text if papers else "", "form": story.facts.get("form", ""), "seconds": story.seconds,
    }  # fmt: skip


WORK: Sequence[Step] = (
    ("花名册", enter_everybody),
    ("地方和培训师", furnish),
    ("课程目录", load_catalogue),
    ("排摸和四张清单", ask_and_match),
    ("开班入班", open_cohorts),
    ("邻镇来的人", meet_neighbours),
    ("排课", plan_lessons),
    ("点名", take_rolls),
    ("考试登分", hold_exam),
    ("双证", bring_papers),
    ("一证两报", bring_one_paper_twice),
    ("证书", issue_certificates),
    ("活动", hold_activities),
    ("报读", send_to_college),
    ("奖补", claim),
    ("满意度", ask_satisfaction),
    ("年度目标", set_shares),
    ("上报报表", submit_report),
)


# --- to the hub ---------------------------------------------------------------------------------------------------


class Inside:
    """A line to a hub in the same process: what the network would carry, without one."""

    trouble = ""

    def __init__(self, hub: "OpenHub", station: str) -> None:
        self._hub, self._station = hub, station

    def ask(self, ask: Any) -> Any:
        """The hub's answer."""
        from kqdesk.hub.database import for_school

        card = self._hub.register.station(self._station)
        if card is None:
            raise RuntimeError("the station has not joined")
        self._hub.register.saw(card, "")
        with for_school(card.school):
            return self._hub.core.answer(card, ask)

    def close(self) -> None:
        """Nothing is open."""


def _join(story: Story, hub: "OpenHub") -> "Syncing":
    """The school's PC becomes a station of the hub; what it sends with."""
    from kqdesk.school.membership import write_membership
    from kqdesk.school.syncing import Syncing
    from kqdesk.security.signing import Signer
    from kqdesk.sync.line import Membership

    place, signer = story.place, Signer.fresh()
    card = hub.register.enrol(hub.register.invite(place.code), signer.public, "教务办公室")
    syncing = Syncing(story.school, dial=lambda who: Inside(hub, who.station), rng=Random(story.seed))
    who = Membership(
        HUB_URL, hub.fingerprint, place.code, place.school, card.station, hub.keys.signer.public, signer.seed
    )
    write_membership(story.school, who)
    syncing.client.change_hub(who.address.host)
    return syncing


def _readme(password: str, form: str) -> str:
    return f"""# 演练的一个区

十六所虚构的成人学校和一个数据站，人和数都是编的。

- `hub/` 数据站。启动：`kqdesk --home hub hub serve --listen 127.0.0.1:8443`，浏览器打开 {HUB_URL}，
  用 `{OFFICER}` 登录（区管理员，可以打开名单，每次都记入日志）；`{SECOND_OFFICER}` 是另一位区管理员，
  她上传的规则包草案由 `{OFFICER}` 核对发布。不用登录的两页：`/v` 证书验证，`/s/{form}` 满意度问卷。
- `homes/` 十六所学校的电脑。打开一所：`kqdesk --home homes/330603008-兰亭`，用 `沈月琴`（教务）或 `章国平`（校长）登录；
  数据站开着时，在“数据交换”里可以同步。
- 所有账号的密码都是：`{password}`
- `pages/` 驾驶舱各页的样子，不用启动数据站也能看。
"""


def told_in_words(told: dict[str, Any]) -> str:
    """What was made, for people."""
    lines = [
        f"演练的一个区做好了：{told['out']}",
        f"  {len(told['schools'])} 所学校，花名册共 {told['people']} 人，交到数据站 {sum(one['sent'] for one in told['schools'])} 条",
        f"  区管理员 {told['officer']}"
        + (f"，密码 {told['password']}" if "password" in told else "，密码是您给的那个"),
        f"  页面 {len(told['pages'])} 张：{Path(told['out']) / 'pages'}",
        f"  用时 {told['seconds']:.0f} 秒。打开：kqdesk --home {told['hub']} hub serve --listen 127.0.0.1:8443",
    ]
    return "\n".join(lines)
