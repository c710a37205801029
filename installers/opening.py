"""What a start does, in order: look at the machine, make .venv fit, then open the window, run the demo, or run the checks."""

import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from installers import machine
from installers.environment import RUN_LOCK, TEST_LOCK, Environment, Stop, prepare, run_quietly

USAGE = """用法 / usage:
    python3 installers/start.py            准备好一切并打开窗口 / set up and open the window
    python3 installers/start.py test       准备好并运行全部检查 / set up and run every check (--full: long sizes)
    python3 installers/start.py setup      只做准备 / set up and stop
"""
DEMO_FOLDER = ".demo"
DEMO_PEOPLE = 300
DEMO_DONE = "finished"
"""Name of the mark a finished demo leaves: without it the folder is a broken-off one, made anew."""


def say(sentence: str) -> None:
    """To the person at the terminal, at once."""
    print(sentence, flush=True)


def has_display(platform: str, environ: Mapping[str, str]) -> bool:
    """True where a window can be expected to open."""
    if platform in ("win32", "darwin"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def begin(root: str, arguments: Sequence[str]) -> int:
    """Does what the arguments ask; returns the exit code of what was started, 1 when set-up stopped, 2 for wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a console that cannot show Chinese shows marks instead of failing
    command, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    if command not in ("", "setup", "test") or (rest and command != "test"):
        print(USAGE, end="", file=sys.stdout if command in ("-h", "--help") else sys.stderr)
        return 0 if command in ("-h", "--help") else 2
    place = Environment(Path(root))
    try:
        set_up(place, command)
        if command == "setup":
            say(f"准备好了 / ready: {place.launcher}")
            return 0
        if command == "test":
            return subprocess.call([str(place.python), "-m", "tests.check", *rest], cwd=place.root)
        return open_window(place) if has_display(sys.platform, os.environ) else show_demo(place)
    except Stop as stop:
        print(stop, file=sys.stderr, flush=True)
        return 1
    except OSError as error:
        print(
            f"{error}\n没能写入程序文件夹:请确认它可以写入、磁盘有空间,然后再运行一次。"
            " / This folder could not be written: see that it is writable and the disk has room, then run again.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\n已停止;再运行一次会接着完成。 / Stopped; run it again to finish.", file=sys.stderr)
        return 130


def set_up(place: Environment, command: str) -> None:
    """Brings machine and .venv to what the command needs; quick when both are there already."""
    if sys.platform.startswith("linux"):
        missing = machine.find_missing(
            window=command != "test" and has_display(sys.platform, os.environ), pictures=command != "test"
        )
        machine.supply(
            missing, run=run_quietly, say=say, is_root=os.geteuid() == 0, apt=shutil.which("apt-get")
        )
    prepare(place, TEST_LOCK if command == "test" else RUN_LOCK, run=run_quietly, say=say)


def open_window(place: Environment) -> int:
    """The first time on a practice school, for whoever starts from source wants to see it; an installed program asks."""
    environ = {"KQDESK_FIRST": "practice", **os.environ}
    ended = subprocess.call([str(place.python), "-m", "kqdesk"], cwd=place.root, env=environ)
    if ended == -signal.SIGABRT:
        print(
            "窗口没能打开:连不上这台机器的图形界面。请在桌面上的终端里运行;没有图形界面时,先运行 unset DISPLAY WAYLAND_DISPLAY。"
            " / The display did not answer: run this in a terminal on the desktop, or unset DISPLAY and WAYLAND_DISPLAY.",
            file=sys.stderr,
        )
        return 1
    return ended


def show_demo(place: Environment) -> int:
    """Without a display: the demo school is built and its main job walked, and the person is told where to look."""
    out = place.root / DEMO_FOLDER
    say(
        "这里没有图形界面,打不开窗口:改为不开窗口运行演示学校。 / No display here: running the demo without a window."
    )
    if not (out / DEMO_DONE).exists():
        if out.exists():
            shutil.rmtree(out)
        demo = [str(place.python), "-m", "kqdesk", "demo", "--out", str(out), "--people", str(DEMO_PEOPLE)]
        ended = subprocess.call(demo, cwd=place.root, env={"QT_QPA_PLATFORM": "offscreen", **os.environ})
        if ended != 0:
            return ended
        (out / DEMO_DONE).write_text("", "utf-8")
    else:
        say(
            "上次已经做好;要重做,请先删除下面的文件夹。 / Made before; delete the folder below to make it anew."
        )
    for label, ending in (
        ("打印件 / papers", ".pdf"),
        ("表格 / sheets", ".xlsx"),
        ("页面图片 / page pictures", ".png"),
    ):
        for line in whereabouts(out, ending):
            say(f"{label}: {line}")
    return 0


def whereabouts(out: Path, ending: str) -> list[str]:
    """Each folder that holds such files, with their count."""
    folders = [path.parent for path in out.rglob(f"*{ending}")]
    return [f"{folder}  ({folders.count(folder)})" for folder in sorted(set(folders))]
