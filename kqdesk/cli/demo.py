"""``kqdesk demo``: a fictional township school, its main job walked from the rosters to the verified certificate."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kqdesk.cli.call import Call
from kqdesk.cli.demo_classes import furnish, load_catalogue, open_cohorts, plan_lessons
from kqdesk.cli.demo_credits import fill_papers, keep_credits, lay_out_papers
from kqdesk.cli.demo_dual import bring_papers
from kqdesk.cli.demo_followup import follow_up
from kqdesk.cli.demo_keeping import keep_house
from kqdesk.cli.demo_lists import ask_and_match
from kqdesk.cli.demo_reports import make_figures
from kqdesk.cli.demo_rosters import import_rosters
from kqdesk.cli.demo_story import CLERK, HEAD, SCHOOL_NAME, Story, open_stage
from kqdesk.cli.demo_subsidies import claim_subsidies
from kqdesk.cli.demo_supervision import answer_district
from kqdesk.cli.demo_work import hold_exam, issue_certificates, take_rolls
from kqdesk.cli.init import made_password
from kqdesk.kernel.child import Outlet
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress

LEAST_PEOPLE, MOST_PEOPLE = 20, 200_000
WINDOW_PEOPLE = 300  # in the school the window shows the first time
CHILD = "make-practice"
Step = tuple[str, Callable[[Story], Any]]
WORK: Sequence[Step] = (
    ("导入花名册", import_rosters),
    ("地方和培训师", furnish),
    ("课程目录", load_catalogue),
    ("排摸和四张清单", ask_and_match),
    ("开班入班", open_cohorts),
    ("排课", plan_lessons),
    ("合并、补录、候补、请假", keep_house),
    ("点名", take_rolls),
    ("考试登分", hold_exam),
    ("双证", bring_papers),
    ("证书", issue_certificates),
    ("学分", keep_credits),
    ("奖补", claim_subsidies),
    ("跟踪", follow_up),
    ("督查", answer_district),
    ("版式和模板", lay_out_papers),
    ("统计", make_figures),
)


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="放结果的文件夹，要是空的")
    parser.add_argument("--people", type=int, default=300, metavar="N", help="花名册有多少人，默认 300")
    parser.add_argument(
        "--district", action="store_true", help="做十六所学校和一个数据站；--people 是每所大约多少人"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="同一个数字做出同一个镇")


def run(call: Call, options: argparse.Namespace) -> int:
    """Build the school in ``DIR/home``, leave papers, sheets and pictures in ``DIR``, tell what was done."""
    out = _empty_folder(options.out)
    if not LEAST_PEOPLE <= options.people <= MOST_PEOPLE:
        raise UserError(f"--people 要在 {LEAST_PEOPLE} 到 {MOST_PEOPLE} 之间。")
    given = call.password()
    password = given or made_password()
    call.chosen_home = out / ("hub" if options.district else "home")  # where its log goes, too
    if options.district:
        return _run_district(call, options, out, None if given else password, given or password)
    with call.progress("演练") as progress:
        story = open_stage(
            call,
            out / "home",
            out,
            people=options.people,
            seed=options.seed,
            password=password,
            progress=progress,
        )
        try:
            walk(story, (*WORK, *_outputs()))
        finally:
            story.school.close()
    told = _told(story, None if given else password)
    call.answer(told, _words(told))
    return 0


def _run_district(call: Call, options: argparse.Namespace, out: Path, made: str | None, password: str) -> int:
    from kqdesk.cli.demo_district import run_district, told_in_words

    told = run_district(call, options, out, password)
    if made:
        told["password"] = made
    call.answer(told, told_in_words(told))
    return 0


def walk(story: Story, steps: Sequence[Step]) -> None:
    """Every step in turn, timed."""
    for n, (title, step) in enumerate(steps):
        story.progress.step(n, len(steps), title)
        with story.step(title):
            step(story)


def make_demo(call: Call, people: int = WINDOW_PEOPLE) -> Callable[[Path, str, Progress], None]:
    """For the window's first start: the school alone, without papers; it appears whole or not at all."""

    def make(home: Path, password: str, progress: Progress) -> None:
        draft = home.with_name(home.name + "-new")
        if draft.exists():
            _remove(draft)  # a broken-off one
        with TemporaryDirectory() as folder:
            story = open_stage(
                call, draft, Path(folder), people=people, seed=1, password=password, progress=progress
            )
            try:
                walk(story, WORK)
            finally:
                story.school.close()
        draft.replace(home)

    return make


def make_demo_apart(call: Call, people: int = WINDOW_PEOPLE) -> Callable[[Path, str, Progress], None]:
    """Like ``make_demo`` in a child process: the window stays alive, and 300 people are there in half a minute."""

    def make(home: Path, password: str, progress: Progress) -> None:
        from kqdesk.kernel.child import ChildError, ChildFault, run_child

        asked = {
            "home": str(home), "password": password, "now": call.clock().isoformat(), "people": people,
            "cost": list(astuple(call.profile.floor)) if call.profile else None,
        }  # fmt: skip
        try:
            run_child(CHILD, asked, memory_mb=6000, cpu_s=900, wall_s=900, progress=progress)
        except ChildFault as fault:
            raise UserError(fault.detail) from fault
        except ChildError as wrong:
            raise UserError("演练学校没有做成，什么也没有留下。请再试一次。") from wrong

    return make


def make_in_child(request: Any, outlet: Outlet) -> str:
    """The child's half: a demo school in ``request["home"]``."""
    from kqdesk.kernel.child import GivenUp
    from kqdesk.security.kdf import Cost, Profile

    now, cost = datetime.fromisoformat(request["now"]), request["cost"]
    profile = Profile(Cost(*cost), aim_ms=None) if cost else None
    call = Call(environ={}, clock=lambda: now, profile=profile)
    try:
        make_demo(call, request["people"])(Path(request["home"]), request["password"], Told(outlet))
    except UserError as wrong:
        raise GivenUp("refused", str(wrong)) from wrong
    return str(request["home"])


class Told:
    """Progress into the child's pipe."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    def step(self, done: int, total: int, note: str = "") -> None:
        """Tell the parent."""
        self._outlet.progress(done, total, note)


def _outputs() -> Sequence[Step]:
    from kqdesk.cli.demo_checks import check_school
    from kqdesk.cli.demo_pages import take_pictures
    from kqdesk.cli.demo_papers import print_papers, write_sheets

    return (
        ("打印", print_papers),
        ("填模板", fill_papers),
        ("导出", write_sheets),
        ("页面图片", take_pictures),
        ("核对", check_school),
    )


def _empty_folder(out: Path) -> Path:
    path = out.expanduser().absolute()
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UserError(f"{path} 里已经有东西。请换一个空文件夹，或先把它删掉。")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        from kqdesk.kernel.disk import disk_fault

        raise disk_fault(wrong, path) from wrong
    return path


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder)


def _told(story: Story, password: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "out": str(story.out),
        "home": str(story.school.layout.home),
        "school": SCHOOL_NAME,
        "users": [CLERK, HEAD],
    }
    if password:
        told["password"] = password
    return {**told, **story.facts["counts"], **story.facts, "seconds": story.seconds}


def _words(told: Mapping[str, Any]) -> str:
    """What was done, for people."""
    counts, made, board, exam = told["counts"], told["import"], told["dual_board"], told["exam"]
    lines = [
        f"演示学校做好了：{told['out']}",
        f"  {told['school']}，可以登录的有 {CLERK}（教务）和 {HEAD}（校长）"
        + (f"，密码都是 {told['password']}" if "password" in told else "，密码是您给的那个"),
        (
            f"  花名册 {counts['people']} 人：文件导入 {made['created']} 人、更新 {made['updated']} 人，"
            f"窗口登记 {made['entered']} 人；{made['faults']} 处有问题，已标红退回"
        ),
        (
            f"  重复登记 {told['merged']['pairs_found']} 对，已合并 1 对；历史台账补录 {told['past']['lines']} 行，已由另一人核对；"
            f"候补 {told['queue']['waited']} 人，递补 {told['queue'].get('admitted', 0)} 人"
        ),
        f"  班级 {counts['cohorts']} 个，入班 {counts['enrolments']} 人，课次 {counts['lessons']} 次",
        f"  点名 {counts['rolls']} 次，考勤 {counts['attendance_marks']} 条",
        (
            f"  考试 {exam['sittings']} 场，考生 {exam['candidates']} 人，成绩 {exam['scores']} 个，"
            f"两次登分不一致 {told['double_entry']['differing']} 处，已核定、锁定"
        ),
        (
            f"  学历证书 {counts['diplomas']} 本，技能证书 {counts['skill_certificates']} 本，"
            f"双证齐全 {board['dual']} 人（双证班 {board['learners']} 人）"
        ),
        f"  结业证书 {counts['certificates']} 张：一人制证，另一人批准 {told['approved']} 张，{told['verified']} 张验证有效",
        f"  学分入账 {told['credits']['booked']} 条，报学分银行 {told['credits']['claims']} 条成果，答复 {told['credits']['answers']} 条",
        f"  批准以后按撤销：{told['undo'].get('refused', '')}",
        f"  打印件 {len(told['papers'])} 种：{Path(told['out']) / 'papers'}",
        f"  表格 {len(told['exports'])} 份：{Path(told['out']) / 'exports'}",
        f"  页面图片 {len(told['pages'])} 张：{Path(told['out']) / 'pages'}",
        f"  用时 {sum(told['seconds'].values()):.0f} 秒。打开看看：kqdesk --home {told['home']}",
    ]
    return "\n".join(lines)
