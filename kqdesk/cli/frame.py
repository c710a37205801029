"""The command line's frame: options every command has, the door to each command, exit codes, answers for people and for JSON.

Exit codes: 0 done · 1 our bug · 2 wrong usage · 3 the input has faults · 4 not signed in, not allowed ·
5 the other side (disk, printer, another window) did not answer. Only the module of the command asked for is loaded.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kqdesk.cli.call import Call, WrongUsage, existing_file
from kqdesk.kernel.errors import Cancelled, NotAllowed, Unreachable, UserError

if TYPE_CHECKING:
    from kqdesk.security.kdf import Profile

DONE, BUG, USAGE, FAULTS, REFUSED, UNREACHABLE, STOPPED = 0, 1, 2, 3, 4, 5, 130

COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("kqdesk.cli.init", "新建一所学校的数据文件夹"),
    "demo": ("kqdesk.cli.demo", "做一所演示学校，把主要工作走一遍"),
    "import": ("kqdesk.cli.people", "导入花名册：import people 文件"),
    "export": ("kqdesk.cli.people", "导出花名册：export people 文件.xlsx"),
    "find": ("kqdesk.cli.people", "找人：姓名、拼音、首字母、证件尾号、电话、村社"),
    "plan": ("kqdesk.cli.plan", "自动排课：plan 题目.json --out 课表.json"),
    "check": ("kqdesk.cli.plan", "核对课表：check 题目.json 课表.json"),
    "print": ("kqdesk.cli.papers", "打印任何一种纸质材料为 PDF；print --list 看有哪些"),
    "manual": ("kqdesk.cli.manual", "使用手册：manual --out 手册.pdf；--pictures 重拍图片"),
    "figures": ("kqdesk.cli.figures", "统计：一期的数字和目标；--figure 指标 --by 分项，--freeze 冻结"),
    "scan": ("kqdesk.cli.scan", "读签到表的扫描件或照片，存到课次并登记考勤"),
    "template": (
        "kqdesk.cli.template",
        "自己的模板：template fields、add 文件、list、fill 名称 --for 班号 --out 文件",
    ),
    "certificate": (
        "kqdesk.cli.certificate",
        "验证证书二维码：certificate verify 内容；导出验证网页：certificate page 文件夹",
    ),
    "backup": ("kqdesk.cli.backup", "备份：backup make、list、verify、restore 文件"),
    "audit": ("kqdesk.cli.audit", "操作记录：audit export 文件.xlsx（带校验），audit verify 校验文件"),
    "sync": ("kqdesk.cli.sync", "与数据站交换：sync enrol、now、status、packet write|read、resume"),
    "key": ("kqdesk.cli.key", "钥匙：key rotate 更换数据密钥、key recovery 换恢复码"),
    "update": ("kqdesk.cli.update", "升级程序：update verify、apply 文件，back 回退，status"),
    "hub": (
        "kqdesk.cli.hub",
        "数据站：hub serve、school add 代码 名称、invite 代码、stations 代码、officer add 姓名",
    ),
    "report": ("kqdesk.cli.report", "问题报告：report --out 文件.zip，里面没有个人信息"),
    "doctor": ("kqdesk.cli.doctor", "体检：数据、钥匙、操作记录、磁盘、时钟、字体、打印机"),
    "bench": ("kqdesk.cli.bench", "测速：bench start find import export roll papers …"),
}
"""Command → its module and one line of what it does. A module has ``declare(parser, word)`` and ``run(call, options)``."""

OPENED = (".kqpacket", ".kqupdate")
"""Endings that a double click hands over: the window opens on the page for them."""

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
BUG_SENTENCE = "程序出了问题，这是程序的错。已保存的数据都在；详细情况记在日志里，请把日志交给维护人员。"
_ENGLISH = (
    (r"the following arguments are required: (.*)", r"缺少 \1"),
    (r"argument (.*): expected one argument", r"\1 后面要写内容"),
    (r"argument (.*): expected at least one argument", r"\1 后面至少要写一项"),
    (r"unrecognized arguments: (.*)", r"不认识 \1"),
    (r"argument (.*): invalid int value: (.*)", r"\1 要写整数，不能是 \2"),
    (r"argument (.*): invalid choice: (.*?) \(choose from (.*)\)", r"\1 不能是 \2，可以是 \3"),
    (r"one of the arguments (.*) is required", r"\1 要写一个"),
)


class Parser(argparse.ArgumentParser):
    """argparse that speaks Chinese, and raises instead of leaving."""

    def __init__(self, **named: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **named)

    def explain(self) -> None:
        """Add ``--help``."""
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def format_usage(self) -> str:
        """The one line of how it is written."""
        return super().format_usage().replace("usage:", "用法：", 1)

    def format_help(self) -> str:
        """The page of ``--help``."""
        text = super().format_help().replace("usage:", "用法：", 1)
        return text.replace("positional arguments:", "要写的：").replace("options:", "可以加的：")

    def error(self, message: str) -> NoReturn:
        """A usage fault as a sentence."""
        for pattern, words in _ENGLISH:
            message = re.sub(pattern, words, message)
        raise WrongUsage(f"命令写得不对：{message}。\n{self.format_usage().strip()}")


def main(
    arguments: Sequence[str],
    *,
    environ: Mapping[str, str] | None = None,
    clock: Callable[[], datetime] | None = None,
    profile: "Profile | None" = None,
) -> int:
    """Run one command and return its exit code. ``profile`` makes keys cheaper: tests only."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console without Chinese shows marks instead of failing
    call = Call(environ=os.environ if environ is None else environ, clock=clock or _now, profile=profile)
    try:
        return _run(call, arguments)
    except WrongUsage as wrong:
        return call.refuse(USAGE, str(wrong))
    except NotAllowed as wrong:
        return call.refuse(REFUSED, str(wrong), wrong)
    except Unreachable as wrong:
        return call.refuse(UNREACHABLE, str(wrong), wrong)
    except UserError as wrong:
        return call.refuse(FAULTS, str(wrong), wrong)
    except (Cancelled, KeyboardInterrupt):
        return call.refuse(STOPPED, "已停止；没有做完的部分什么也没有写入。")
    except BrokenPipeError:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 -- the reader has gone: what is left to flush goes nowhere
        return DONE
    except Exception as bug:  # noqa: BLE001 -- the outermost floor: our bug goes to the log, one sentence to the person
        return call.refuse(BUG, f"{BUG_SENTENCE}\n日志：{call.log_bug(bug)}")


def _now() -> datetime:
    return datetime.now(UTC)


def _run(call: Call, arguments: Sequence[str]) -> int:
    front = Parser(prog="kqdesk")
    front.add_argument("--home", type=Path)
    front.add_argument("--json", action="store_true")
    front.add_argument("--user", default="")
    front.add_argument("--password-file", type=Path)
    front.add_argument("--version", action="store_true")
    front.add_argument("--accept-older", action="store_true")  # go on with data older than what was left
    call.as_json = "--json" in arguments  # known before anything else can go wrong
    common, rest = front.parse_known_args(list(arguments))
    call.as_json, call.user, call.password_file = common.json, common.user, common.password_file
    call.accept_older = common.accept_older
    if common.home is not None:
        call.chosen_home = common.home.expanduser().absolute()
    if common.version:
        return _version(call)
    if not rest:
        return _window(call)
    if rest[0] in ("-h", "--help", "help"):
        call.say(overview())
        return DONE
    word = rest[0]
    if len(rest) == 1 and Path(word).suffix in OPENED:
        return _window(call, existing_file(Path(word)).absolute())
    if word not in COMMANDS:
        raise WrongUsage(f"没有「{word}」这个命令。\n{overview()}")
    module = import_module(COMMANDS[word][0])
    parser = Parser(prog=f"kqdesk {word}", description=COMMANDS[word][1])
    module.declare(parser, word)
    parser.explain()
    try:
        options = parser.parse_args(rest[1:])
    except SystemExit as end:  # --help printed itself
        return int(end.code or 0)
    return int(module.run(call, options))


def _version(call: Call) -> int:
    from kqdesk import VERSION

    call.answer({"version": VERSION}, f"kqdesk {VERSION}")
    return DONE


def _window(call: Call, file: Path | None = None) -> int:
    """No command: the window opens; it signs in by itself."""
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in _SCREENS):
        raise Unreachable(
            "这里没有图形界面，打不开窗口。请在桌面上的终端里运行；命令行能做的见 kqdesk --help。"
        )
    from kqdesk.app.window import open_window
    from kqdesk.cli.demo import make_demo_apart
    from kqdesk.cli.report import reporter_of

    practice, profile = make_demo_apart(call), call.key_profile
    reporter = reporter_of(call.clock)
    return open_window(
        call.home, clock=call.clock, make_demo=practice, profile=profile, file=file, reporter=reporter
    )


def overview() -> str:
    """What ``kqdesk --help`` says."""
    lines = "\n".join(f"  {word:<12}{sentence}" for word, (_, sentence) in COMMANDS.items())
    return (
        "用法：kqdesk [--home 文件夹] [--json] 命令 …\n"
        "不写命令就打开窗口。--user 姓名 指定登录人；密码放在环境变量 KQDESK_PASSWORD 或 --password-file 文件里。\n\n"
        f"{lines}\n\n每个命令的写法：kqdesk 命令 --help"
    )
