"""``kqdesk key rotate | recovery | drop-older``: another data key, another recovery code, backups of a former key."""

import argparse
from pathlib import Path
from typing import Any

from kqdesk.cli.call import Call, writable_target

WHATS = "rotate|recovery|drop-older"


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parts = parser.add_subparsers(dest="what", required=True, metavar=WHATS)
    rotate = parts.add_parser("rotate", help="更换数据密钥：全部重新加密，旧密钥和旧恢复码作废（校长）")
    recovery = parts.add_parser("recovery", help="换一个恢复码，旧的作废；数据不重新加密（校长、教务）")
    for part in (rotate, recovery):
        part.add_argument("--recovery-sheet", type=Path, metavar="FILE.pdf", help="把新的恢复码印成一张纸")
    parts.add_parser("drop-older", help="删掉本机上仍用旧密钥的备份；先要有一份新的（校长）")


def run(call: Call, options: argparse.Namespace) -> int:
    """Do one of the three."""
    if options.what == "drop-older":
        return drop_older(call)
    sheet = writable_target(options.recovery_sheet, ".pdf") if options.recovery_sheet else None
    return rotate_key(call, sheet) if options.what == "rotate" else renew_recovery(call, sheet)


def rotate_key(call: Call, sheet: Path | None) -> int:
    """Encrypt the home anew."""
    from kqdesk import school as homes

    with call.school() as school, call.progress("更换数据密钥") as progress:
        password = call.needed_password()
        made = homes.rotate_key(school, password=password, profile=call.key_profile, progress=progress)
        name = _school_name(school)
    lines = ["数据密钥已更换，全部数据已重新加密，并做好了一份新备份。"]
    if made.dropped:
        lines.append(f"{'、'.join(made.dropped)}不在场，要重新设密码后才能登录。")
    if made.older:
        lines.append(
            f"还有 {len(made.older)} 份以前的备份仍用旧密钥和旧恢复码；不再需要就用 kqdesk key drop-older 删掉。"
        )
    told = {"dropped": list(made.dropped), "older_backups": [path.name for path in made.older]}
    _answer_code(call, made.recovery_code, name, sheet, told, lines)
    return 0


def renew_recovery(call: Call, sheet: Path | None) -> int:
    """Another code to print."""
    from kqdesk.security.doorkeeper import Doorkeeper

    with call.school() as school:
        school.expect_leader("换恢复码")
        code = Doorkeeper(school.layout.keys, school.key, call.clock, call.key_profile).renew_recovery()
        name = _school_name(school)
    _answer_code(call, code, name, sheet, {}, ["已换新的恢复码，旧的作废。"])
    return 0


def drop_older(call: Call) -> int:
    """Backups a former key opens; the newest good one of today's key must be there."""
    from kqdesk import school as homes

    with call.school() as school:
        gone = homes.drop_older(school)
    told = {"dropped": [path.name for path in gone]}
    call.answer(told, f"已删掉 {len(gone)} 份用旧密钥的备份。" if gone else "没有用旧密钥的备份。")
    return 0


def _school_name(school: Any) -> str:
    from kqdesk.rooms.office.queries import school_card

    with school.store.reading() as session:
        card = school_card(session)
    return card.name if card else "kqdesk"


def _answer_code(
    call: Call, code: str, name: str, sheet: Path | None, told: dict[str, Any], lines: list[str]
) -> None:
    told |= {"recovery_code": code}
    if sheet is None:
        lines.append(f"新的恢复码：{code}（只显示这一次，请抄在纸上锁好，旧的剪碎）")
    else:
        from kqdesk.rooms.office.papers import RecoveryPaper, print_recovery_sheet

        print_recovery_sheet(RecoveryPaper(name, code, call.clock().astimezone().date()), sheet)
        told["recovery_sheet"] = str(sheet)
        lines.append(f"新的恢复码已印在 {sheet}，请打印后锁好，再删掉这个文件。")
    call.answer(told, "\n".join(lines))
