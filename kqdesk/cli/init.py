"""``kqdesk init``: a new home with its first person; also how a password is made where none is given."""

import argparse
import secrets
from pathlib import Path

from kqdesk.cli.call import Call, writable_target
from kqdesk.kernel.errors import UserError

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for another on paper
ROLES = {"headmaster": "校长", "clerk": "教务"}


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument("--school", required=True, metavar="代码", help="学校代码，如 330603008")
    parser.add_argument("--name", required=True, metavar="校名", help="学校全称，印在证书和表格上")
    parser.add_argument("--person", default="教务", metavar="姓名", help="第一位登录人的姓名")
    parser.add_argument("--role", choices=ROLES, default="clerk", help="第一位登录人是校长还是教务")
    parser.add_argument("--recovery-sheet", type=Path, metavar="OUT.pdf", help="把恢复码印成一张纸")


def run(call: Call, options: argparse.Namespace) -> int:
    """Make the home; a password is taken from outside, else made and shown once."""
    from kqdesk import school
    from kqdesk.security.roles import Role

    if options.recovery_sheet:
        writable_target(options.recovery_sheet, ".pdf")
    given = call.password()
    password = given or made_password()
    _refuse_blank(options)
    new = school.NewSchool(
        code=options.school.strip(),
        name=options.name.strip(),
        person=options.person.strip(),
        role=Role(options.role),
        password=password,
    )
    opened, code = school.make(call.home, new, clock=call.clock, profile=call.key_profile)
    opened.close()
    told = {
        "home": str(call.home),
        "school": new.code,
        "name": new.name,
        "person": new.person,
        "recovery_code": code,
    }
    lines = [f"已建好「{new.name}」：{call.home}", f"登录人：{new.person}（{ROLES[options.role]}）"]
    if not given:
        told["password"] = password
        lines.append(f"密码：{password}（只显示这一次，请记下来）")
    if options.recovery_sheet:
        from kqdesk.rooms.office.papers import RecoveryPaper, print_recovery_sheet

        made_on = call.clock().astimezone().date()
        print_recovery_sheet(RecoveryPaper(new.name, code, made_on), options.recovery_sheet)
        told["recovery_sheet"] = str(options.recovery_sheet)
        lines.append(f"恢复码已印在 {options.recovery_sheet}，请打印后锁好，再删掉这个文件。")
    else:
        lines.append(f"恢复码：{code}（忘记密码时用，只显示这一次，请抄在纸上锁好）")
    call.answer(told, "\n".join(lines))
    return 0


def _refuse_blank(options: argparse.Namespace) -> None:
    if not options.school.strip().isalnum():
        raise UserError(f"学校代码只能是字母和数字，不能是「{options.school}」。例如 330603008。")
    if not options.name.strip() or not options.person.strip():
        raise UserError("学校名称和登录人的姓名不能空着。")


def made_password() -> str:
    """Four groups of four letters and digits: 79 bits, readable over a telephone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
