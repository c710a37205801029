"""``kqdesk backup make | list | verify | restore``: verified copies, and the way back, also onto an empty computer."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call, existing_file
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.kernel.schoolday import CHINA

if TYPE_CHECKING:
    from kqdesk.backup.entrance import Way
    from kqdesk.backup.restoring import Preview, Restored
    from kqdesk.backup.shelf import Shelved
    from kqdesk.kernel.places import HomeLayout

CODE_VARIABLE = "KQDESK_RECOVERY_CODE"
_LOST_SHOWN = 5


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parts = parser.add_subparsers(dest="what", required=True, metavar="make|list|verify|restore")
    made = parts.add_parser("make", help="现在做一份备份，并打开核对")
    made.add_argument("--copy-to", type=Path, metavar="DIR", help="再拷一份到 U 盘上的文件夹，并读回核对")
    parts.add_parser("list", help="有哪些备份；不需要密码")
    verify = parts.add_parser("verify", help="把一份备份解开、打开、逐项核对；不写文件名就核对最新的一份")
    verify.add_argument("file", nargs="?", metavar="FILE", help="备份文件，或它在备份文件夹里的名字")
    restore = parts.add_parser("restore", help="用一份备份换下现在的数据；换下来的会留着，可以再换回来")
    restore.add_argument("file", metavar="FILE", help="备份文件，或它在备份文件夹里的名字")
    restore.add_argument("--dry-run", action="store_true", help="只看会变什么，不恢复")
    restore.add_argument(
        "--code-file", type=Path, metavar="FILE", help="写着恢复码的文件：空电脑，或换过数据密钥"
    )


def run(call: Call, options: argparse.Namespace) -> int:
    """Do one of the four."""
    if options.what == "make":
        return make_backup(call, options.copy_to)
    if options.what == "list":
        return list_backups(call)
    if options.what == "verify":
        return verify_backup(call, options.file)
    return restore_backup(call, options.file, code_file=options.code_file, is_dry=options.dry_run)


def make_backup(call: Call, folder: Path | None) -> int:
    """A backup by hand; thins the old ones."""
    from kqdesk.backup import shelf
    from kqdesk.backup.policy import Reason

    with call.school() as school:
        made = school.back_up(Reason.MANUAL)
        copied = shelf.carry(school.layout, made.path, folder, call.clock()) if folder else None
        shelf.tidy(school.layout, call.clock())
        school.keep_ballast()
    size = made.path.stat().st_size
    told: dict[str, Any] = {"file": str(made.path), "bytes": size, "entries": made.manifest.entries}
    told |= {"counts": made.manifest.counts, "copied_to": str(copied) if copied else None}
    lines = [f"已备份并核对：{made.path}（{_size(size)}，到第 {made.manifest.entries} 步操作）"]
    if copied:
        lines.append(f"已拷出并读回核对：{copied}")
    call.answer(told, "\n".join(lines))
    return 0


def list_backups(call: Call) -> int:
    """What is there, newest first; 3 when the newest is damaged."""
    from kqdesk.backup import shelf
    from kqdesk.backup.policy import overdue_copy

    layout = _layout(call)
    found = shelf.backups_in(layout.backups)
    noted = shelf.book(layout)
    remind = overdue_copy(call.clock(), noted.copied)
    told = {
        "backups": [_shelved_json(one) for one in found],
        "copied_at": noted.copied_at or None,
        "drilled_at": noted.drilled_at or None,
        "remind": remind or None,
    }
    lines = [_shelved_line(one) for one in found] or ["还没有任何备份。用 kqdesk backup make 做一份。"]
    call.answer(told, "\n".join([*lines, remind] if remind else lines))
    return 3 if found and found[0].fault else 0


def verify_backup(call: Call, file: str | None) -> int:
    """Open it and compare everything; a damaged one is exit 3 with the next good one named."""
    from kqdesk.backup import shelf

    with call.school() as school:
        if file is None:
            found = shelf.drill(school.layout, school.key, call.clock())
        else:
            path = _chosen(school.layout, file)
            found = shelf.verify(path, school.key, school.layout.backups)
    told = {
        "file": str(found.path),
        "ok": True,
        "entries": found.manifest.entries,
        "counts": found.manifest.counts,
    }
    call.answer(
        told, f"这份备份是好的：{found.path.name}（到第 {found.manifest.entries} 步操作，能打开，条数相符）"
    )
    return 0


def restore_backup(call: Call, file: str, *, code_file: Path | None, is_dry: bool) -> int:
    """Show what changes, then do it. On an empty computer the recovery code opens it and a password is set."""
    from kqdesk.backup import entrance
    from kqdesk.kernel.places import home_layout

    layout = home_layout(call.home)
    path = _chosen(layout, file)
    code = _code(call, code_file)
    if not layout.keys.exists():
        return _restore_here(call, path, code, is_dry=is_dry)
    way = _way(call, code)
    shown = entrance.preview_restore(call.home, path, way, clock=call.clock, profile=call.key_profile)
    told = _preview_json(shown)
    if is_dry:
        call.answer(told | {"restored": False}, _preview_text(shown))
        return 0
    if not call.as_json:
        call.say(_preview_text(shown))
    done = entrance.restore(call.home, path, way, clock=call.clock, profile=call.key_profile)
    call.answer(told | _done_json(done), _done_text(done))
    return 0


def _way(call: Call, code: str) -> "Way":
    """By password when there is one; the role is asked as long as the data still opens."""
    from kqdesk.backup.entrance import Way
    from kqdesk.store.head import OtherThanLeft

    password = call.password()
    if not password and code:
        return Way(code=code)
    try:
        with call.school() as school:
            school.expect_restorer()
            return Way(school.staff.id, call.needed_password(), code)
    except (NotAllowed, OSError):
        raise
    except OtherThanLeft:
        call.warn("现在的数据比上次保存时旧，正要恢复。")
    except UserError as wrong:
        call.warn(f"现在的数据打不开，恢复会把它换下来：{wrong}")
    from kqdesk.kernel.places import home_layout
    from kqdesk.security import keyfile

    people = [(slot.who, slot.name) for slot in keyfile.look(home_layout(call.home).keys).people()]
    who = next((who for who, name in people if call.user in (who, name)), people[0][0] if people else "")
    return Way(who, call.needed_password(), code)


def _restore_here(call: Call, path: Path, code: str, *, is_dry: bool) -> int:
    """An empty computer: the file, the paper, a new password."""
    from kqdesk import school
    from kqdesk.backup import container, entrance
    from kqdesk.backup.entrance import Way
    from kqdesk.cli.init import made_password

    found = container.open_whole(path)
    if is_dry:
        call.answer(
            {"restored": False, "counts": found.manifest.counts}, "这里还没有学校数据；这份备份是完整的。"
        )
        return 0
    if not code:
        raise NotAllowed(
            f"在空电脑上恢复要用恢复码纸上的恢复码：放进环境变量 {CODE_VARIABLE}，或用 --code-file 指到写着它的文件。"
        )
    done = entrance.restore(call.home, path, Way(code=code), clock=call.clock, profile=call.key_profile)
    given = call.password()
    password = given or made_password()
    opened = school.open_with_recovery(call.home, code=code, clock=call.clock)
    leader = opened.staff
    opened.close()
    school.recover(
        call.home,
        code=code,
        who=leader.id,
        name=leader.name,
        password=password,
        clock=call.clock,
        profile=call.key_profile,
    ).close()
    told = _done_json(done) | {"person": leader.name, "counts": done.manifest.counts}
    lines = [_done_text(done), f"登录人：{leader.name}；其他人请由她重新设密码。"]
    if not given:
        told["password"] = password
        lines.append(f"密码：{password}（只显示这一次，请记下来）")
    call.answer(told, "\n".join(lines))
    return 0


# --- small pieces ----------------------------------------------------------------------------------------------------


def _layout(call: Call) -> "HomeLayout":
    from kqdesk import school
    from kqdesk.kernel.places import home_layout

    layout = home_layout(call.home)
    if not layout.exists:
        raise UserError(school.NO_HOME)
    return layout


def _chosen(layout: "HomeLayout", file: str) -> Path:
    """A path, or a name on the shelf."""
    on_shelf = layout.backups / Path(file).name
    path = Path(file).expanduser()
    return on_shelf if not path.exists() and on_shelf.exists() else existing_file(path)


def _code(call: Call, code_file: Path | None) -> str:
    if code_file is None:
        return call.environ.get(CODE_VARIABLE, "").strip()
    try:
        return code_file.read_text("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise NotAllowed(f"恢复码文件读不出来：{code_file}。请检查路径和权限。") from wrong


def _shelved_json(one: "Shelved") -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": one.path.name,
        "at": one.at.isoformat(),
        "reason": one.reason.value if one.reason else None,
        "label": one.reason.label if one.reason else None,
        "bytes": one.size,
        "fault": one.fault or None,
    }
    if one.manifest:
        told |= {"school": one.manifest.school, "entries": one.manifest.entries}
    return told


def _shelved_line(one: "Shelved") -> str:
    if one.fault:
        return f"[坏了] {one.path.name}：{one.fault}"
    entries = one.manifest.entries if one.manifest else 0
    return f"{one.title}  {_size(one.size)}  到第 {entries} 步操作  {one.path.name}"


def _preview_json(shown: "Preview") -> dict[str, Any]:
    return {
        "file": str(shown.container.path),
        "made": shown.container.manifest.at,
        "lost": shown.lost,
        "newest_lost": [
            {"entry": one.entry_id, "at": one.at, "label": one.label} for one in shown.newest_lost
        ],
        "changes": {one.table: [one.now, one.then] for one in shown.counts if one.now != one.then},
        "readable": shown.is_readable,
        "forked": shown.is_forked,
    }


def _preview_text(shown: "Preview") -> str:
    from kqdesk.store.store import labels

    named = labels()
    made = shown.container.manifest.made_at.astimezone(CHINA)
    lines = [f"这份备份做于 {made:%Y-%m-%d %H:%M}，到第 {shown.container.manifest.entries} 步操作。"]
    if not shown.is_readable:
        lines.append("现在的数据打不开，没法比较；它会原样留着。")
    changes = [
        f"{named.get(one.table, one.table)} {one.now} → {one.then}"
        for one in shown.counts
        if one.now != one.then
    ]
    if shown.is_readable:
        lines.append("条数变化：" + ("、".join(changes) if changes else "没有"))
        lines.append(f"会少掉之后的 {shown.lost} 步操作" + ("：" if shown.lost else "。"))
    lines += [f"  {one.label}" for one in shown.newest_lost[:_LOST_SHOWN]]
    if shown.lost > _LOST_SHOWN:
        lines.append(f"  ……还有 {shown.lost - _LOST_SHOWN} 步")
    return "\n".join(lines)


def _done_json(done: "Restored") -> dict[str, Any]:
    return {
        "restored": True,
        "entries": done.manifest.entries,
        "kept": str(done.kept),
        "before": str(done.before.path) if done.before else None,
    }


def _done_text(done: "Restored") -> str:
    lines = [f"已恢复到第 {done.manifest.entries} 步操作。"]
    if done.before:
        lines.append(f"换下来的数据也备份了，要换回来：kqdesk backup restore {done.before.path.name}")
    elif any(done.kept.iterdir()):
        lines.append(f"换下来的文件留在：{done.kept}")
    lines.append("与区里的同步先停着，请核对数据后再确认继续。")
    return "\n".join(lines)


def _size(count: int) -> str:
    return f"{count / (1 << 20):.1f} MB"
