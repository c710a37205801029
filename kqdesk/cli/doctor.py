"""``kqdesk doctor``: one line each on what a school's data and paper depend on, with the remedy where something is wrong."""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call
from kqdesk.kernel.errors import NotAllowed, Unreachable, UserError

if TYPE_CHECKING:
    from kqdesk.kernel.places import HomeLayout
    from kqdesk.school import School

OK, WARNING, BROKEN = "ok", "warning", "broken"
_MARKS = {OK: "好", WARNING: "注意", BROKEN: "坏了"}
_CLOCK_SLACK = timedelta(minutes=10)
_OLDEST_YEAR = 2026  # the program did not exist before
_GLYPHS = "柯桥区成人文化技术学校 㛃䶮𬭎𬍛𠅤 0123456789Xx（）·"


@dataclass(frozen=True)
class Finding:
    """What one look found. ``remedy``: what to do; empty when all is well."""

    name: str
    state: str
    sentence: str
    remedy: str = ""


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """No arguments of its own."""


def run(call: Call, options: argparse.Namespace) -> int:
    """Look at everything; 3 when something is broken."""
    findings = list(examine(call))
    is_sound = all(finding.state != BROKEN for finding in findings)
    lines = [f"[{_MARKS[one.state]}] {one.name}：{one.sentence}{one.remedy}" for one in findings]
    lines.append("全部正常。" if is_sound else "有东西坏了，请照上面每一行的办法处理。")
    call.answer({"ok": is_sound, "checks": [asdict(one) for one in findings]}, "\n".join(lines))
    return 0 if is_sound else 3


def examine(call: Call) -> Iterator[Finding]:
    """Every finding in turn; what a broken home keeps us from seeing is left out."""
    from kqdesk import school
    from kqdesk.kernel.places import home_layout

    school.people(call.home)  # no home, or one that nobody can ever sign in to: told as it is
    layout = home_layout(call.home)
    yield _disk(layout)
    yield _keys(layout)
    try:
        with call.school() as opened:
            yield from inside(opened, call.clock())
    except (NotAllowed, Unreachable):
        raise
    except UserError as wrong:
        yield Finding("数据库", BROKEN, str(wrong))
    yield _fonts()
    yield _printer()


def inside(opened: "School", now: datetime) -> Iterator[Finding]:
    """What can be seen of an open home: its data, its clock, its hub."""
    yield from _data(opened)
    yield _clock(opened, now)
    yield from _hub(opened)


def around(layout: "HomeLayout") -> Iterator[Finding]:
    """What can be seen from outside: disk, keys, fonts, printers."""
    try:
        yield _disk(layout)
        yield _keys(layout)
    except UserError as wrong:
        yield Finding("磁盘", BROKEN, str(wrong))
    yield _fonts()
    yield _printer()


def _data(opened: "School") -> Iterator[Finding]:
    store = opened.store
    wrong = store.integrity()
    yield Finding("数据库", BROKEN if wrong else OK, wrong or "每一页都完好，已加密。")
    if wrong:
        return
    wrong = store.verify_chain()
    remedy = "请保留现场，找维护人员查明原因。" if wrong else ""
    yield Finding(
        "操作记录", BROKEN if wrong else OK, wrong or f"{store.position()} 条，前后相接，没有改动。", remedy
    )
    wrong = store.verify_rows()
    remedy = "请保留现场，找维护人员查明原因。" if wrong else ""
    yield Finding("记录内容", BROKEN if wrong else OK, wrong or "与操作记录一致。", remedy)
    yield _signatures(opened)
    yield Finding("登录", OK, f"「{opened.staff.name}」能打开。")


def _hub(opened: "School") -> Iterator[Finding]:
    """How this PC stands to its hub, and whether that answers; nothing where none was joined."""
    from kqdesk.school.syncing import Syncing

    syncing = Syncing(opened)
    found = syncing.numbers()
    if not found.host:
        return
    told = f"待上传 {found.unsent} · 待确认 {found.conflicts}，{found.host}"
    if found.stop:
        yield Finding("数据站", BROKEN, f"同步停着：{found.stop}")
        return
    try:
        syncing.peers()
    except UserError as wrong:
        yield Finding("数据站", WARNING, f"{told}：{wrong}")
    else:
        yield Finding("数据站", OK, f"{told}，有应答。")


def _signatures(opened: "School") -> Finding:
    from kqdesk.rooms.office.queries import step_count, step_faults

    with opened.store.reading() as session:
        faults, count = step_faults(session), step_count(session)
    if not faults:
        return Finding("签名", OK, f"{count} 个两人办理的签名都是本人的，所签内容没有改动。")
    remedy = "请保留现场，找维护人员查明原因。"
    return Finding("签名", BROKEN, f"{len(faults)} 处不对：{faults[0]}", remedy)


def _keys(layout: "HomeLayout") -> Finding:
    mirror = layout.keys.with_name(layout.keys.name + ".1")
    if mirror.exists() and mirror.read_bytes() == layout.keys.read_bytes():
        return Finding("钥匙", OK, "钥匙文件和它的副本都在，内容相同。")
    return Finding(
        "钥匙", WARNING, "钥匙文件的副本不在或不同。", "下次登录时程序会自动补好；请确认抄有恢复码。"
    )


def _disk(layout: "HomeLayout") -> Finding:
    from kqdesk.kernel.disk import LOW_SPACE, MIB, free_bytes, refuse_read_only

    refuse_read_only(layout.home)
    left = free_bytes(layout.home)
    if left < LOW_SPACE:
        return Finding(
            "磁盘", BROKEN, f"只剩 {left // MIB} MB。", f"请清理到至少 {LOW_SPACE // MIB} MB，否则不能保存。"
        )
    if left < 5 * LOW_SPACE:
        return Finding("磁盘", WARNING, f"只剩 {left // MIB} MB。", "请尽快清理。")
    return Finding("磁盘", OK, f"可以写入，还剩 {left // MIB // 1024} GB。")


def _clock(opened: "School", now: datetime) -> Finding:
    with opened.store.reading() as session:
        newest = session.connection().exec_driver_sql("SELECT max(at) FROM journal_entry").scalar()
    last = datetime.fromisoformat(str(newest)) if newest else now
    last = last if last.tzinfo else last.replace(tzinfo=UTC)
    shown = now.astimezone()
    if now.year < _OLDEST_YEAR or now < last - _CLOCK_SLACK:
        return Finding(
            "时钟",
            BROKEN,
            f"电脑时间是 {shown:%Y-%m-%d %H:%M}，比最近一次保存（{last.astimezone():%Y-%m-%d %H:%M}）还早。",
            "请校准电脑时间，否则考勤和证书的日期会错。",
        )
    return Finding("时钟", OK, f"{shown:%Y-%m-%d %H:%M}，不早于最近一次保存。")


def _fonts() -> Finding:
    from kqdesk.printing.document import missing_glyphs

    try:
        missing = missing_glyphs(_GLYPHS)
    except (UserError, OSError, ValueError) as wrong:
        return Finding("字体", BROKEN, f"打印用的字体读不出来（{wrong}）。", "请重新安装程序。")
    if missing:
        return Finding("字体", BROKEN, f"缺字：{'、'.join(missing)}。", "请重新安装程序。")
    return Finding("字体", OK, "常用字和生僻字都能打印。")


def _printer() -> Finding:
    names = printers()
    if names:
        return Finding("打印机", OK, f"可以用：{'、'.join(names[:3])}。")
    return Finding("打印机", WARNING, "没有找到打印机。", "可以先存成 PDF，到能打印的电脑上打。")


def printers() -> list[str]:
    """Printers this computer knows; empty when it has none or cannot tell."""
    if sys.platform == "win32":
        return _windows_printer()
    asked = shutil.which("lpstat")
    if asked is None:
        return []
    try:
        told = subprocess.run([asked, "-e"], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return told.stdout.split() if told.returncode == 0 else []


def _windows_printer() -> list[str]:
    import winreg

    read: Any = winreg
    try:
        with read.OpenKey(
            read.HKEY_CURRENT_USER, r"Software\Microsoft\Windows NT\CurrentVersion\Windows"
        ) as key:
            return [str(read.QueryValueEx(key, "Device")[0]).split(",")[0]]
    except OSError:
        return []


def folder_size(folder: Path) -> int:
    """Bytes of every file below ``folder``."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
