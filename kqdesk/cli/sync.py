"""``kqdesk sync …``: join a hub, one round, how it stands, packets on a stick, and letting a mass deletion through."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call, existing_file, writable_target

if TYPE_CHECKING:
    from kqdesk.desk.exchange import Numbers, Round
    from kqdesk.school.syncing import Syncing

ENDING = ".kqpacket"


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parts = parser.add_subparsers(dest="what", required=True, metavar="enrol|now|status|packet|resume")
    enrol = parts.add_parser("enrol", help="用邀请码加入数据站；空文件夹就成为那所学校的一台新电脑")
    enrol.add_argument("--hub", required=True, metavar="地址", help="例如 https://192.168.1.10:8443")
    enrol.add_argument("--code", required=True, metavar="邀请码")
    parts.add_parser("now", help="现在同步一次")
    parts.add_parser("status", help="待上传、待下载、待确认、上次同步；不用网络")
    packet = parts.add_parser("packet", help="没有网络时用 U 盘：packet write 文件、packet read 文件")
    ways = packet.add_subparsers(dest="way", required=True, metavar="write|read")
    for way, told in (("write", "把要传的写成数据包"), ("read", "读数据站的回执")):
        ways.add_parser(way, help=told).add_argument("file", type=Path, metavar=f"FILE{ENDING}")
    resume = parts.add_parser("resume", help="看过以后让停下的同步继续")
    resume.add_argument("--restored", action="store_true", help="这份数据是恢复或复制来的，作为新的一份继续")


def run(call: Call, options: argparse.Namespace) -> int:
    """Do one of them."""
    acts = {"enrol": enrol, "now": now, "status": status, "packet": packet, "resume": resume}
    acts[options.what](call, options)
    return 0


def enrol(call: Call, options: argparse.Namespace) -> None:
    """Join with this home, or make one of that school here."""
    from kqdesk.kernel.places import home_layout

    if not home_layout(call.home).exists:
        _enrol_new(call, options)
        return
    with _syncing(call) as syncing, call.progress("加入数据站") as progress:
        school = syncing.join(options.hub, options.code, progress)
        found = syncing.numbers()
    call.answer(
        {"school": school, **_numbers_json(found)},
        f"已加入数据站 {found.host}（{school}，{found.station}）。\n{_numbers_text(found)}",
    )


def _enrol_new(call: Call, options: argparse.Namespace) -> None:
    """An empty folder: a new PC of a school that works already; ``--user`` is the name on the staff list."""
    from kqdesk.cli.call import WrongUsage
    from kqdesk.school.joining import Coming, Joiner
    from kqdesk.school.syncing import Syncing

    if not call.user:
        raise WrongUsage("这里还没有学校数据。要作为新电脑加入，请用 --user 写上操作人名单里的姓名。")
    coming = Coming(options.hub, options.code, call.user, call.needed_password())
    with call.progress("加入学校") as progress:
        school, code = Joiner(call.home, clock=call.clock, profile=call.key_profile).join(coming, progress)
    try:
        numbers = Syncing(school).numbers()
    finally:
        school.close()
    told = {
        "school": school.store.school,
        "station": numbers.station,
        "hub": numbers.host,
        "person": school.staff.name,
        "recovery_code": code,
    }
    call.answer(
        told,
        f"这台电脑已加入 {numbers.host}（{numbers.station}），登录人：{school.staff.name}。\n"
        f"恢复码：{code}（这台电脑专用，只显示这一次，请抄在纸上锁好）",
    )


def now(call: Call, options: argparse.Namespace) -> None:
    """One full round."""
    with _syncing(call) as syncing, call.progress("同步") as progress:
        told = syncing.sync(progress)
    call.answer(_round_json(told), _round_text(told))


def status(call: Call, options: argparse.Namespace) -> None:
    """The honest numbers."""
    with _syncing(call) as syncing:
        found = syncing.numbers()
    if not found.host:
        call.answer(_numbers_json(found), "还没有加入数据站：kqdesk sync enrol --hub 地址 --code 邀请码")
        return
    call.answer(_numbers_json(found), _numbers_text(found))


def packet(call: Call, options: argparse.Namespace) -> None:
    """Out to the stick, or in from it."""
    if options.way == "write":
        target = writable_target(options.file, ENDING)
        with _syncing(call) as syncing, call.progress("写数据包") as progress:
            count = syncing.write_packet(target, progress)
        call.answer(
            {"file": str(target), "unsent": count, "bytes": target.stat().st_size},
            f"已写好 {target}（{count} 条待上传）。在数据站上读：kqdesk hub packet {target.name} --out 回执{ENDING}",
        )
        return
    source = existing_file(options.file)
    with _syncing(call) as syncing, call.progress("读回执") as progress:
        told = syncing.read_packet(source, progress)
    call.answer(_round_json(told), _round_text(told))


def resume(call: Call, options: argparse.Namespace) -> None:
    """Whoever runs this has looked: at a mass deletion, at a restore, at where this home comes from."""
    from kqdesk.school.syncing import RESTORED

    with _syncing(call) as syncing:
        if options.restored:
            syncing.begin_anew()
        elif syncing.numbers().stop == RESTORED:
            syncing.confirm_restored()
        else:
            syncing.allow_removal()
        found = syncing.numbers()
    call.answer(_numbers_json(found), "好的，下一次同步会照办：kqdesk sync now")


@contextmanager
def _syncing(call: Call) -> "Iterator[Syncing]":
    from kqdesk.school.syncing import Syncing

    with call.school() as school:
        yield Syncing(school)


def _round_json(told: "Round") -> dict[str, Any]:
    return {
        "sent": told.sent, "received": told.received, "new_conflicts": told.conflicts, **_numbers_json(told.numbers),
    }  # fmt: skip


def _numbers_json(found: "Numbers") -> dict[str, Any]:
    return {
        "hub": found.host or None,
        "station": found.station or None,
        "unsent": found.unsent,
        "conflicts": found.conflicts,
        "held": found.held,
        "last_round": found.last_round.isoformat() if found.last_round else None,
        "stop": found.stop or None,
    }


def _round_text(told: "Round") -> str:
    return f"传出 {told.sent} 条，收到 {told.received} 条。\n{_numbers_text(told.numbers)}"


def _numbers_text(found: "Numbers") -> str:
    from kqdesk.kernel.schoolday import CHINA

    last = f"{found.last_round.astimezone(CHINA):%Y-%m-%d %H:%M}" if found.last_round else "还没有"
    lines = [
        f"待上传 {found.unsent} · 待下载 {found.held} · 待确认 {found.conflicts} · 上次同步 {last}（数据站 {found.host}）"
    ]
    if found.held:
        lines.append(f"{found.held} 条已经收到，等相关的记录到齐就放进来。")
    if found.stop:
        lines.append(f"同步停着：{found.stop}")
    return "\n".join(lines)
