"""``kqdesk update verify|apply|back|status``: a newer program from a signed file, without a window."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call, existing_file
from kqdesk.kernel.errors import UserError

if TYPE_CHECKING:
    from kqdesk.school.updates import Program

WHATS = "verify|apply|back|status"


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parts = parser.add_subparsers(dest="what", required=True, metavar=WHATS)
    for name, told in (
        ("verify", "核对一份升级文件：谁做的、完整不完整、能不能用在这里"),
        ("apply", "升级：先备份，再装新版本、用数据的副本试一遍，最后切换；下次启动就是新版本"),
    ):
        part = parts.add_parser(name, help=told)
        part.add_argument("file", type=Path, metavar="FILE.kqupdate")
    parts.add_parser("back", help="回到上一个版本；新版本已经升级过数据就不能")
    parts.add_parser("status", help="现在是什么版本，下次启动是什么版本")


def run(call: Call, options: argparse.Namespace) -> int:
    """Do one of the four."""
    from kqdesk.school.updates import Program, sweep

    program = Program.found(call.environ)
    acts = {"verify": verify, "apply": apply, "back": back, "status": status}
    if options.what in ("apply", "back"):
        sweep(program)
    acts[options.what](call, program, getattr(options, "file", None))
    return 0


def verify(call: Call, program: "Program", path: Any) -> None:
    """Every byte of it, and whether it may be used here."""
    from kqdesk.school.updates import looked
    from kqdesk.updating.packing import look, prove

    release = looked(program, existing_file(path))
    with call.progress("核对升级文件") as progress:
        prove(look(path, program.keys), progress)
    told = {
        "version": release.version,
        "released": release.released,
        "bytes": release.size,
        "notes": release.notes,
    }
    if release.fits:
        raise UserError(release.fits)
    call.answer(
        told, f"是真的，也完整：kqdesk {release.version}（{release.released} 发布），可以用在这台电脑上。"
    )


def apply(call: Call, program: "Program", path: Any) -> None:
    """From here to the next start."""
    from kqdesk.kernel.places import home_layout
    from kqdesk.school.updates import Updates, apply_without_home, looked

    release = looked(program, existing_file(path))
    if release.fits:
        raise UserError(release.fits)
    with call.progress("升级") as progress:
        if home_layout(call.home).exists:
            with call.school() as school:
                version = Updates(school, program).apply(path, progress)
        else:
            version = apply_without_home(program, path, progress)
    call.answer(
        {"version": version, "before": program.running},
        f"{version} 版已经装好，下次启动就是它；{program.running} 版还留着，不合适可以 kqdesk update back。",
    )


def back(call: Call, program: "Program", _: Any) -> None:
    """One step back."""
    from kqdesk.kernel.places import home_layout
    from kqdesk.school.updates import Updates
    from kqdesk.updating.applying import go_back

    if home_layout(call.home).exists:
        with call.school() as school:
            version = Updates(school, program).back()
    else:
        version = go_back(program.folder())
    call.answer({"version": version}, f"下次启动回到 {version} 版。")


def status(call: Call, program: "Program", _: Any) -> None:
    """What runs and what the next start will be."""
    pointer = program.installed.pointer() if program.installed is not None else None
    told = {
        "running": program.running,
        "next": pointer.now if pointer else program.running,
        "before": pointer.before if pointer else "",
        "platform": program.platform,
    }
    text = f"现在是 {program.running} 版（{program.platform}）"
    if pointer is not None and pointer.now != program.running:
        text += f"，下次启动是 {pointer.now} 版"
    if pointer is not None and pointer.before:
        text += f"，留着 {pointer.before} 版可以回退"
    call.answer(told, text + "。")
