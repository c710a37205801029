"""``kqdesk print PAPER``: any paper the school prints, as PDF; ``print --list`` says which there are."""

import argparse
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kqdesk.cli.call import Call, WrongUsage, writable_target
from kqdesk.kernel.errors import UserError

if TYPE_CHECKING:
    from kqdesk.cli.paper_wish import Wish

PAPERS: Mapping[str, tuple[str, str, str]] = {
    "class-list": ("班级花名册", "--cohort", "kqdesk.cli.paper_cohorts:class_lists"),
    "enrolment-proof": ("在读证明", "--cohort 或 --person", "kqdesk.cli.paper_cohorts:enrolment_proofs"),
    "sign-in-sheet": ("学员签到表（下一次课）", "--cohort", "kqdesk.cli.paper_lessons:sign_in_sheets"),
    "week-timetable": ("周课程表", "--cohort，--week 日期", "kqdesk.cli.paper_lessons:week_timetables"),
    "term-timetable": ("学期课程表", "--cohort", "kqdesk.cli.paper_lessons:term_timetables"),
    "admission-ticket": ("准考证", "--sitting 考试名称", "kqdesk.cli.paper_exams:admission_tickets"),
    "door-list": ("考场门贴", "--sitting 考试名称", "kqdesk.cli.paper_exams:door_lists"),
    "score-sheet": ("成绩登记表", "--sitting 考试名称", "kqdesk.cli.paper_exams:score_sheets"),
    "class-file": ("一班一档", "--cohort", "kqdesk.cli.paper_classfile:class_files"),
    "certificate": (
        "结业证书",
        "--cohort 或 --number 编号",
        "kqdesk.cli.paper_exams:completion_certificates",
    ),
    "learning-account": ("学习账户", "--person", "kqdesk.cli.paper_credits:learning_accounts"),
    "transcript": ("学习成绩单", "--person 或 --cohort", "kqdesk.cli.paper_credits:transcripts"),
    "certificate-check": ("证书核对表", "全校", "kqdesk.cli.paper_credits:reconciliation"),
    "study-information": ("学习信息", "全校", "kqdesk.cli.paper_matching:study_information"),
    "job-information": ("岗位信息", "全校", "kqdesk.cli.paper_matching:job_information"),
    "intake-letter": ("生源信息", "每所院校一份", "kqdesk.cli.paper_matching:intake_letters"),
    "course-advice": ("专业课程开设建议", "全校", "kqdesk.cli.paper_matching:course_advice"),
    "part-time-trainers": ("可兼职教师信息", "全校", "kqdesk.cli.paper_matching:part_time_trainers"),
    "firm-letter": ("学习培训供给信息", "每家企业一份", "kqdesk.cli.paper_matching:firm_letters"),
    "personal-list": ("个性化学习清单", "--person", "kqdesk.cli.paper_matching:personal_lists"),
    "monthly-brief": ("工作月报", "--week 那个月的任何一天", "kqdesk.cli.paper_reports:monthly_brief"),
    "figure-sheet": ("统计表", "--week 那一年的任何一天", "kqdesk.cli.paper_reports:figure_sheet"),
    "call-list": ("回访名单", "七天内要回访的", "kqdesk.cli.paper_followup:call_lists"),
    "outcome-sheet": ("增收跟踪统计表", "--week 那一年的任何一天", "kqdesk.cli.paper_followup:outcome_sheet"),
    "satisfaction-form": ("满意度问卷", "--cohort", "kqdesk.cli.paper_followup:satisfaction_forms"),
    "satisfaction-result": ("满意度统计表", "--cohort", "kqdesk.cli.paper_followup:satisfaction_results"),
    "award": ("奖状", "--person；不写就是全部", "kqdesk.cli.paper_followup:awards"),
    "honour-list": ("表彰名单", "最近一个年度", "kqdesk.cli.paper_followup:honour_list"),
    "life-line": ("学习生命线", "--person", "kqdesk.cli.paper_followup:life_lines"),
    "policy-list": ("政策清单", "全校", "kqdesk.cli.paper_matching:policy_list"),
    "supervision-notice": ("督查通知单", "每件一份", "kqdesk.cli.paper_supervision:notices"),
    "supervision-reply": ("督查答复单", "每件一份", "kqdesk.cli.paper_supervision:replies"),
    "subsidy-posting": ("奖补公示名单", "全校", "kqdesk.cli.paper_subsidies:posted_lists"),
    "subsidy-payment": ("奖补发放表", "全校", "kqdesk.cli.paper_subsidies:payment_lists"),
    "claim-slip": ("奖补申领受理单", "--person", "kqdesk.cli.paper_subsidies:claim_slips"),
    "fund-check": ("职工教育经费检查表", "每家企业", "kqdesk.cli.paper_subsidies:fund_checks"),
}
"""Paper → its title, what chooses whom it is for, and the function that prints it."""

RECOVERY = "恢复码纸只能在建校时打印：kqdesk init … --recovery-sheet OUT.pdf"


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument("paper", nargs="?", metavar="PAPER", help="哪一种，见 --list")
    parser.add_argument("--list", action="store_true", help="有哪些纸质材料")
    parser.add_argument("--cohort", nargs="+", default=[], metavar="NO", help="班级编号；不写就是全部")
    parser.add_argument("--person", nargs="+", default=[], metavar="TEXT", help="姓名、证件尾号或电话")
    parser.add_argument("--sitting", default="", metavar="TITLE", help="考试名称；不写就是最近一场")
    parser.add_argument("--number", nargs="+", default=[], metavar="NO", help="证书编号")
    parser.add_argument("--week", type=_day, metavar="YYYY-MM-DD", help="那一周的任何一天；不写就是本周")
    parser.add_argument("--out", type=Path, metavar="FILE.pdf", help="写到哪里")


def run(call: Call, options: argparse.Namespace) -> int:
    """List or print."""
    if options.list:
        lines = [f"{key:<18}{title}（{needs}）" for key, (title, needs, _) in PAPERS.items()]
        told = [{"paper": key, "title": title} for key, (title, _, _) in PAPERS.items()]
        call.answer({"papers": told}, "\n".join([*lines, RECOVERY]))
        return 0
    if options.paper is None or options.out is None:
        raise WrongUsage(
            "要写打印哪一种、写到哪里：kqdesk print 名称 --out 文件.pdf。有哪些见 kqdesk print --list。"
        )
    if options.paper not in PAPERS:
        raise WrongUsage(f"没有「{options.paper}」这种纸质材料。可以打印：{'、'.join(PAPERS)}。{RECOVERY}。")
    writable_target(options.out, ".pdf")
    with call.school() as school, call.progress("打印") as progress:
        from kqdesk.cli.paper_wish import Wish

        wish = Wish(
            school,
            options.out,
            today=call.clock().astimezone().date(),
            cohorts=options.cohort,
            persons=options.person,
            sitting=options.sitting,
            numbers=options.number,
            week=options.week,
            progress=progress,
        )
        pages = print_paper(options.paper, wish)
    title = PAPERS[options.paper][0]
    call.answer(
        {"paper": options.paper, "title": title, "pages": pages, "file": str(options.out)},
        f"{title} {pages} 页：{options.out}",
    )
    return 0


def print_paper(paper: str, wish: "Wish") -> int:
    """Print one kind of paper; the number of pages. UserError when there is nothing to print it for."""
    module, function = PAPERS[paper][2].split(":")
    pages = int(getattr(import_module(module), function)(wish))
    if not pages:
        raise UserError(f"没有可以打印的{PAPERS[paper][0]}。")
    return pages


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期要写成 2026-03-02，不能是 {text}") from None
