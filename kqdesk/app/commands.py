"""What Ctrl+K can do besides opening pages, and the ways out of a practice school."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kqdesk.app.rounds import sync_now
from kqdesk.app.start import DEMO_BANNER
from kqdesk.desk.pages import Command
from kqdesk.desk.parts import Act
from kqdesk.desk.shell import Shell
from kqdesk.kernel.places import home_layout
from kqdesk.sync.packet import ENDING as PACKET

if TYPE_CHECKING:
    from kqdesk.app.window import Program


def show_banner(program: "Program", shell: Shell, home: Path) -> None:
    """A practice school: red all round, with the two ways out — to one's own school, and away with everything here."""
    has_own = home_layout(home).exists and not home.name.endswith("-demo")
    words, act = ("回到自己的学校", program.go_home) if has_own else ("建立自己的学校", program.own_school)
    shell.show_demo(DEMO_BANNER, words, act, "清空演练", program.wipe_practice)


def open_file(program: "Program", file: Path | None) -> None:
    """The page for a file that was double-clicked: a packet is read at once, an update is asked about there."""
    if file is None:
        return
    if file.suffix == PACKET:
        program.go("exchange", packet=file)
    else:
        program.go("safekeeping", tab="program", update=file)


def report(program: "Program") -> None:
    """生成问题报告: shown, then saved."""
    from kqdesk.app.reporting import ask_report

    if program.desk and program.shell and program.school and program.start.reporter:
        ask_report(program.desk, program.school, program.start.reporter, program.shell)


def menu_of(program: "Program") -> tuple[tuple[str, str, Act] | None, ...]:
    """The person menu: (icon, words, act), None = a line across."""
    return (
        ("person", "换人…", program.lock),
        ("lock", "锁定（Ctrl+L）", program.lock),
        ("edit", "修改密码…", program.change_password),
        ("search", "看看别的角色看到什么…", program.look),
        ("file", "生成问题报告…", partial(report, program)),
        None,
        ("exit", "退出", program.quit),
    )


def commands_of(program: "Program", *, is_demo: bool) -> tuple[Command, ...]:
    """In the order they are shown while nothing is typed."""
    practice = Command("演练学校：随便试，不算数", program.practise, "catalogue")
    if is_demo:
        practice = Command("清空演练学校", program.wipe_practice, "delete")
    return (
        Command("导入花名册…", partial(program.go, "people", **{"import": True}), "import"),
        Command("新建人员", partial(program.go, "people", new=True), "add"),
        Command("开班", partial(program.go, "cohorts", new=True), "cohorts"),
        Command("去点名", partial(program.go, "attendance"), "attendance"),
        Command("立即同步", partial(sync_now, program), "sync"),
        Command("从文件升级程序…", partial(program.go, "safekeeping", tab="program"), "upload"),
        practice,
        Command("锁定屏幕", program.lock, "lock", "Ctrl+L"),
        Command("修改密码…", program.change_password, "edit"),
        Command("更换数据密钥…", program.change_key, "lock"),
        Command("看看别的角色看到什么…", program.look, "search"),
        Command("生成问题报告…", partial(report, program), "file"),
    )
