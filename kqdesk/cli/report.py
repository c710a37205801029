"""``kqdesk report --out FILE.zip``: what helps to find a fault, without a name or number of anybody.

Three texts: about the program and this PC, the doctor's findings, the end of the log. All of it is masked by shape
(``security.clean``); sentences that may quote data are left out but for their state. The window shows the texts before
they are saved.
"""

import argparse
import getpass
import os
import platform
import sqlite3
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from kqdesk import RELEASED, VERSION
from kqdesk.cli.call import Call, writable_target
from kqdesk.kernel.disk import MIB, atomic_write, disk_fault, free_bytes
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.places import HomeLayout, home_layout
from kqdesk.security.clean import cleaned, kept_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kqdesk.app.reporting import Reporter
    from kqdesk.cli.doctor import Finding
    from kqdesk.school import School

TAIL = 200_000  # characters of the log's end
OURS = ("磁盘", "时钟", "字体", "钥匙")
"""Findings whose sentences are made of our own words and numbers only; of the others the state alone is told."""
ABOUT, HEALTH, LOG = "关于.txt", "体检.txt", "日志.txt"


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.zip", help="报告写到这里；里面没有个人信息"
    )


def run(call: Call, options: argparse.Namespace) -> int:
    """Signed in when there is a password; else without what only an open home tells."""
    target = writable_target(options.out, ".zip")
    texts = _texts_of(call)
    save(target, texts)
    told = {"file": str(target), "files": {name: len(text) for name, text in texts.items()}}
    words = f"问题报告写好了：{target}。里面是版本、体检结果和日志，没有姓名、证件号、电话和路径；发出去之前可以打开看。"
    call.answer(told, words)
    return 0


def _texts_of(call: Call) -> dict[str, str]:
    layout = home_layout(call.home)
    try:
        with call.school() as opened:
            return compose(layout, call.clock(), opened)
    except NotAllowed:
        return compose(layout, call.clock(), None)
    except UserError as wrong:
        return compose(layout, call.clock(), None, fault=type(wrong).__name__)


def compose(
    layout: HomeLayout,
    now: "datetime",
    opened: "School | None",
    *,
    screen: Mapping[str, str] | None = None,
    fault: str = "",
) -> dict[str, str]:
    """File name → text. ``screen``: what the window knows of screens, letters and printers."""
    from kqdesk.cli.doctor import around, inside

    own = _own_words(layout)
    findings = list(around(layout)) if layout.home.is_dir() else []
    if opened is not None:
        findings += list(inside(opened, now))
    about = {**_about(layout, opened), **(screen or {})}
    if fault:
        about["打不开"] = fault
    return {
        ABOUT: "\n".join(f"{name}\t{kept_words(_told(name, value), own)}" for name, value in about.items())
        + "\n",
        HEALTH: "\n".join(_lines(findings, own)) + "\n",
        LOG: cleaned(_tail(layout.logs / "kqdesk.log"), own) + "\n",
    }


def _told(name: str, value: str) -> str:
    """Names of printers and fonts are given by people."""
    return cleaned(value) if name.startswith(("打印机", "字体")) else value


def save(target: Path, texts: Mapping[str, str]) -> None:
    """All texts in one ZIP, whole or not at all."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in texts.items():
            out.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text.encode("utf-8"))
    try:
        atomic_write(target, packed.getvalue())
    except OSError as wrong:
        raise disk_fault(wrong, target) from wrong


def reporter_of(clock: "Callable[[], datetime]") -> "Reporter":
    """For the window."""
    from kqdesk.app.reporting import Reporter

    return Reporter(lambda school, screen: compose(school.layout, clock(), school, screen=screen), save)


def _about(layout: HomeLayout, opened: "School | None") -> dict[str, str]:
    from kqdesk.kernel.resources import migrations_folder
    from kqdesk.school.updates import Program
    from kqdesk.store import migrations

    program = Program.found(os.environ)
    told = {
        "程序": f"{VERSION}（{RELEASED} 发布）",
        "安装方式": program.kind or "源代码",
        "系统": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "语言": os.environ.get("LANG", ""),
        "本程序的数据版本": str(migrations.latest(migrations_folder())),
        "磁盘剩余": f"{free_bytes(layout.home) // MIB} MB",
        "数据库": f"{_size(layout.database)} KB",
        "备份": f"{len(list(layout.backups.glob('*.kqbackup')))} 份",
        "照片和扫描件": f"{sum(1 for _ in layout.attachments.rglob('*'))} 个",
    }
    if opened is not None:
        told["操作记录"] = f"{opened.store.position()} 条"
        told["角色"] = opened.staff.role.label
    return told


def _size(path: Path) -> int:
    return path.stat().st_size // 1024 if path.exists() else 0


def _lines(findings: Iterable["Finding"], own: tuple[str, ...]) -> Iterator[str]:
    for one in findings:
        words = kept_words(f"{one.sentence}{one.remedy}", own) if one.name in OURS else ""
        yield f"[{one.state}] {one.name}　{words}".rstrip("　")


def _tail(log: Path) -> str:
    """The end of the log; whole lines."""
    try:
        text = log.read_text("utf-8", "replace")
    except OSError:
        return ""
    return text[-TAIL:].partition("\n")[2] if len(text) > TAIL else text


def _own_words(layout: HomeLayout) -> tuple[str, ...]:
    """What this PC calls its user, its folders and itself."""
    found = {str(layout.home), str(Path.home()), Path.home().name, platform.node()}
    try:
        found.add(getpass.getuser())
    except (KeyError, OSError, ImportError):  # a PC without a name for its user
        found.discard("")
    return tuple(word for word in found if len(word) > 2 and word not in ("root", sys.platform))
