"""``kqdesk hub …``: serve a hub, and look after its schools, their PCs and the officers who sign in on its pages."""

import argparse
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call, WrongUsage
from kqdesk.cli.hub_copies import backup, declare_copies, restore

if TYPE_CHECKING:
    from kqdesk.hub_app import OpenHub, Outside
    from kqdesk.sync.register import StationCard

DEFAULT_LISTEN = "0.0.0.0:8443"
WHATS = "serve|school|invite|stations|lock|unlock|revoke|officer|packet|offer-update|backup|restore|prepare|restored"
KEPT_APART = "数据站的密钥在 {keys}。请现在就抄一份，另外锁好：没有它，数据库和备份都打不开；和数据库放在一起，加密就白做了。"
_LISTEN = re.compile(r"(?:\[([0-9a-fA-F:]+)\]|([^:\[\]]*)):(\d{1,5})")


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parts = parser.add_subparsers(dest="what", required=True, metavar=WHATS)
    every = [_declare_serve(parts), *_declare_schools(parts), *_declare_officer(parts), *_declare_care(parts)]
    for part in every:
        part.add_argument(
            "--database", default="", metavar="URL", help="PostgreSQL 地址；不写用自己的加密文件"
        )


def _declare_serve(parts: Any) -> argparse.ArgumentParser:
    serve: argparse.ArgumentParser = parts.add_parser(
        "serve", help="启动数据站；Ctrl+C 或 SIGTERM 收好尾再停"
    )
    serve.add_argument("--listen", default=DEFAULT_LISTEN, metavar="主机:端口", help=f"默认 {DEFAULT_LISTEN}")
    serve.add_argument(
        "--certificate", type=Path, metavar="FILE.pem", help="自己的证书链；不写就用自己做的证书"
    )
    serve.add_argument("--certificate-key", type=Path, metavar="FILE.key", help="证书的私钥")
    serve.add_argument(
        "--public-certificate", action="store_true", help="证书由公认的机构签发，邀请码不带指纹"
    )
    serve.add_argument(
        "--behind-proxy", action="store_true", help="由本机的 nginx 做加密，自己只收本机的请求"
    )
    serve.add_argument("--quiet", action="store_true", help="日志只写文件，不写到屏幕")
    return serve


def _declare_schools(parts: Any) -> list[argparse.ArgumentParser]:
    school = parts.add_parser("school", help="school add 代码 名称 · school list")
    acts = school.add_subparsers(dest="act", required=True, metavar="add|list")
    add = acts.add_parser("add", help="登记一所学校，或改它的名称")
    add.add_argument("code", metavar="代码")
    add.add_argument("name", metavar="名称")
    invite = parts.add_parser("invite", help="给一所学校的一台电脑发邀请码")
    stations = parts.add_parser("stations", help="一所学校的电脑")
    for part in (invite, stations):
        part.add_argument("code", metavar="代码")
    every = [add, acts.add_parser("list", help="各校和数据的新旧"), invite, stations]
    changes = {"lock": "暂停一台电脑", "unlock": "恢复一台电脑", "revoke": "停用一台电脑，不能恢复"}
    for name, told in changes.items():
        part = parts.add_parser(name, help=told)
        part.add_argument("station", metavar="编号")
        every.append(part)
    return every


def _declare_care(parts: Any) -> list[argparse.ArgumentParser]:
    packet = parts.add_parser("packet", help="没有网络的学校：读它的数据包，写回执")
    packet.add_argument("file", type=Path, metavar="FILE.kqpacket", help="学校电脑“写数据包”写的文件")
    packet.add_argument(
        "--out", type=Path, required=True, metavar="OUT.kqpacket", help="回执，拷回那台电脑去读"
    )
    offer = parts.add_parser("offer-update", help="把新版本的升级文件发给各校电脑；各校自己决定什么时候升")
    offer.add_argument("file", type=Path, metavar="FILE.kqupdate")
    prepare = parts.add_parser("prepare", help="PostgreSQL：由所有者建表、立墙，给工作账号授权")
    prepare.add_argument("--role", default="", help="数据站平时用的账号；它不能建表、删表")
    told = "数据库从备份放回之后执行一次：各校电脑会补交备份之后的数据"
    return [packet, offer, *declare_copies(parts), prepare, parts.add_parser("restored", help=told)]


def _declare_officer(parts: Any) -> list[argparse.ArgumentParser]:
    officer = parts.add_parser("officer", help="officer add 姓名 · officer remove 姓名 · officer list")
    acts = officer.add_subparsers(dest="act", required=True, metavar="add|remove|list")
    add = acts.add_parser("add", help="新建账号或重设密码；密码放在 KQDESK_PASSWORD，不给就生成一个")
    add.add_argument("--auditor", action="store_true", help="审计：只能看")
    add.add_argument("--names", action="store_true", help="可以打开数字背后的名单，每次打开都记入日志")
    remove = acts.add_parser("remove", help="离任：不能再登录")
    for part in (add, remove):
        part.add_argument("name", metavar="姓名")
    return [add, remove, acts.add_parser("list", help="有哪些账号")]


def run(call: Call, options: argparse.Namespace) -> int:
    """Do what was asked."""
    acts: dict[str, Callable[[Call, argparse.Namespace], None]] = {
        "serve": serve, "prepare": prepare, "restored": restored, "invite": invite, "stations": stations, "school": school, "officer": officer,
        "packet": packet, "offer-update": offer_update, "backup": copy, "restore": copy,
        "lock": change, "unlock": change, "revoke": change,
    }  # fmt: skip
    acts[options.what](call, options)
    return 0


@contextmanager
def _opened(call: Call, options: argparse.Namespace, outside: "Outside | None" = None) -> Iterator["OpenHub"]:
    from kqdesk.hub_app import open_hub

    was_there = (_home(call) / "hub.keys").exists()
    with open_hub(
        _home(call), clock=call.clock, database_url=options.database, environ=call.environ, outside=outside,
        profile=call.key_profile,
    ) as hub:  # fmt: skip
        if hub.home.keys.exists() and not was_there:
            call.warn(KEPT_APART.format(keys=hub.home.keys))
        yield hub


def _home(call: Call) -> Path:
    from kqdesk.hub_app import default_hub_home

    return call.chosen_home or default_hub_home(call.environ)


# --- serving ------------------------------------------------------------------------------------------------------


def serve(call: Call, options: argparse.Namespace) -> None:
    """Until told to stop."""
    from kqdesk.hub.journal import start_log, stop_log
    from kqdesk.hub.serving import Listening
    from kqdesk.hub.serving import serve as listen
    from kqdesk.kernel.homelock import HomeLock

    host, port = _where(options.listen)
    outside = _outside(options)
    if options.behind_proxy and host not in ("127.0.0.1", "::1", "localhost"):
        raise WrongUsage("--behind-proxy 时只能在本机上听，请写 --listen 127.0.0.1:端口。")
    with _opened(call, options, outside) as hub:
        lock = HomeLock(hub.home.lock, title="数据站", now=call.clock())
        lock.take()
        handlers = start_log(hub.home.logs, aloud=not options.quiet)
        try:
            hub.certificate.expect_valid(call.clock())
            where = Listening(host, port, None if options.behind_proxy else hub.certificate)
            keeper = hub.keeper()
            keeper.start()
            try:
                listen(hub.app(), where, lambda url: _listens(call, url, hub))
            finally:
                keeper.stop()
        finally:
            stop_log(handlers)
            lock.release()
    call.say("数据站已停止。")


def _listens(call: Call, url: str, hub: "OpenHub") -> None:
    told = {"listening": url, "fingerprint": hub.fingerprint.hex()}
    call.answer(told, f"数据站已启动：{url}（证书指纹 {_pairs(hub.fingerprint)}）")


def _outside(options: argparse.Namespace) -> "Outside":
    from kqdesk.hub.tls import Certificate
    from kqdesk.hub_app import Outside

    chain, key = options.certificate, options.certificate_key
    if (chain is None) != (key is None) and not options.behind_proxy:
        raise WrongUsage("--certificate 和 --certificate-key 要一起写。")
    if options.behind_proxy and chain is None and not options.public_certificate:
        raise WrongUsage("--behind-proxy 时要用 --certificate 指到 nginx 的证书，或加 --public-certificate。")
    if chain is None:
        return Outside(None, options.public_certificate)
    return Outside(Certificate(chain.absolute(), (key or chain).absolute()), options.public_certificate)


def _where(listen: str) -> tuple[str, int]:
    match = _LISTEN.fullmatch(listen)
    if match is None or int(match[3]) > 65535:
        raise WrongUsage(f"--listen 要写成 主机:端口，例如 {DEFAULT_LISTEN}。")
    return match[1] or match[2] or "0.0.0.0", int(match[3])


def _pairs(fingerprint: bytes) -> str:
    return fingerprint.hex(":").upper() or "由公认机构签发"


def prepare(call: Call, options: argparse.Namespace) -> None:
    """Tables and wall, as the owner of a PostgreSQL database."""
    from kqdesk.hub_app import DATABASE_VARIABLE, prepare_postgres

    prepare_postgres(options.database or call.environ.get(DATABASE_VARIABLE, ""), options.role)
    call.answer({"prepared": True}, "表已建好，学校之间的墙已立好。")


def restored(call: Call, options: argparse.Namespace) -> None:
    """The database was put back from a backup: a new epoch, so that stations send again what it lacks."""
    with _opened(call, options) as hub:
        hub.restored()
    call.answer({"restored": True}, "已记下。各校的电脑下次同步时会补交备份之后的数据。")


# --- schools and their PCs ----------------------------------------------------------------------------------------


def school(call: Call, options: argparse.Namespace) -> None:
    """Register one, or list all."""
    with _opened(call, options) as hub:
        if options.act == "add":
            card = hub.register.add_school(options.code, options.name)
            call.answer({"school": card.code, "name": card.name}, f"已登记：{card.code} {card.name}")
            return
        from kqdesk.hub.overview import school_lines

        cards = hub.register.schools(), hub.register.all_stations()
        lines = school_lines(*cards, hub.ledgers(), call.clock())
    told = [
        {
            "school": line.code, "name": line.name, "seen": line.freshness, "batch": line.last_batch,
            "waiting": line.waiting, "stations": len(line.stations),
        }
        for line in lines
    ]  # fmt: skip
    shown = [
        f"{line.code}  {line.name}  最近来过：{line.freshness}  最近一批：{line.last_batch}  待确认：{line.waiting}"
        for line in lines
    ]
    call.answer({"schools": told}, "\n".join(shown) or "还没有登记学校：kqdesk hub school add 代码 名称")


def invite(call: Call, options: argparse.Namespace) -> None:
    """A code for one PC."""
    from kqdesk.sync.invitation import Invitation, print_code
    from kqdesk.sync.register import INVITED_FOR
    from kqdesk.sync.spoken import spoken

    with _opened(call, options) as hub:
        code = print_code(Invitation(hub.register.invite(options.code), hub.fingerprint))
        words = spoken(hub.fingerprint)
        told = {"code": code, "school": options.code, "fingerprint": hub.fingerprint.hex(), "words": words}
    heard = f"\n证书指纹（加入时对一对）：{words}" if words else ""
    call.answer(told, f"邀请码（{INVITED_FOR.days} 天内有效，只能加入一台电脑）：\n{code}{heard}")


def stations(call: Call, options: argparse.Namespace) -> None:
    """The PCs of a school."""
    from kqdesk.hub.overview import station_line

    with _opened(call, options) as hub:
        hub.register.school(options.code)
        cards = hub.register.stations(options.code)
    lines = [station_line(card, call.clock()) for card in cards]
    told = [_told(card) | {"state": line.state} for card, line in zip(cards, lines, strict=True)]
    shown = [
        f"{line.station}  {line.name}  {line.state}  最近来过：{line.seen}  版本 {line.version}"
        for line in lines
    ]
    call.answer({"stations": told}, "\n".join(shown) or "这所学校还没有电脑加入。")


def change(call: Call, options: argparse.Namespace) -> None:
    """Lock, unlock or revoke a PC."""
    school_code = options.station.rpartition(".")[0]
    with _opened(call, options) as hub:
        if options.what == "revoke":
            card = hub.register.revoke(school_code, options.station)
        else:
            card = hub.register.lock(school_code, options.station, locked=options.what == "lock")
    words = {"lock": "已暂停", "unlock": "已恢复", "revoke": "已停用"}[options.what]
    call.answer(_told(card), f"{words}：{card.station} {card.name}")


def offer_update(call: Call, options: argparse.Namespace) -> None:
    """Proved, then handed to every station that asks; the newest a platform."""
    from kqdesk.cli.call import existing_file
    from kqdesk.updating.manifest import release_keys
    from kqdesk.updating.packing import look
    from kqdesk.updating.rules import platform_words
    from kqdesk.updating.shelf import Shelf

    file = look(existing_file(options.file), release_keys())
    offer = Shelf(_home(call) / "updates").put(file)
    told = {"version": offer.version, "platform": file.manifest.platform, "bytes": offer.size}
    words = platform_words(file.manifest.platform)
    call.answer(
        told, f"{offer.version} 版（{words}）已经放上：各校电脑同步时自己取，取到了由学校决定什么时候升级。"
    )


def copy(call: Call, options: argparse.Namespace) -> None:
    """A copy of the hub, or one put back."""
    (backup if options.what == "backup" else restore)(call, options, _home(call))


def packet(call: Call, options: argparse.Namespace) -> None:
    """A station's packet from a stick: taken as if it had come over the line."""
    from kqdesk.cli.call import existing_file, writable_target
    from kqdesk.hub.database import for_school
    from kqdesk.hub.speech import Speech
    from kqdesk.hub.switchboard import faults_as_refusals
    from kqdesk.sync.asking import Ask, Reply
    from kqdesk.sync.envelope import Refused
    from kqdesk.sync.stick import answer_packet

    source, target = existing_file(options.file), writable_target(options.out, ".kqpacket")
    with _opened(call, options) as hub:

        def answer(card: "StationCard", ask: Ask) -> Reply:
            try:
                with faults_as_refusals(), for_school(card.school):
                    return hub.core.answer(card, ask)
            except Refused as refused:
                return Speech(reads_json=False).refuse(refused)

        card, count = answer_packet(
            source, target, signer=hub.keys.signer, cards=hub.register.station, answer=answer
        )
        hub.register.saw(card, "")
    call.answer(
        {"school": card.school, "station": card.station, "answers": count, "file": str(target)},
        f"已读 {card.station} 的数据包，回执写在 {target}。请拷回那台电脑“读回执”。",
    )


def _told(card: "StationCard") -> dict[str, Any]:
    return {
        "station": card.station, "name": card.name, "seen": card.seen.isoformat() if card.seen else None,
        "version": card.version, "locked": card.locked, "revoked": card.revoked,
    }  # fmt: skip


# --- officers -----------------------------------------------------------------------------------------------------


def officer(call: Call, options: argparse.Namespace) -> None:
    """Accounts of the hub's pages."""
    with _opened(call, options) as hub:
        if options.act == "list":
            everybody = hub.officers.everybody()
            told = [{"name": one.name, "role": one.role.value, "left": one.has_left} for one in everybody]
            shown = [f"{one.name}  {one.role.label}{'  已离任' if one.has_left else ''}" for one in everybody]
            call.answer({"officers": told}, "\n".join(shown) or "还没有账号：kqdesk hub officer add 姓名")
        elif options.act == "remove":
            hub.officers.remove(options.name)
            call.answer({"name": options.name, "left": True}, f"{options.name} 不能再登录了。")
        else:
            _add_officer(call, options, hub)


def _add_officer(call: Call, options: argparse.Namespace, hub: "OpenHub") -> None:
    from secrets import token_hex

    from kqdesk.security.roles import Role

    given = call.password()
    password = given or "-".join(token_hex(2) for _ in range(4))
    role = Role.AUDITOR if options.auditor else Role.DISTRICT
    made = hub.officers.put(options.name, password, role, sees_names=options.names)
    told: dict[str, Any] = {"name": made.name, "role": made.role.value}
    text = f"账号已建好：{made.name}（{made.role.label}）。"
    if not given:
        told["password"] = password
        text += f"密码：{password}（只显示这一次）"
    call.answer(told, text)
