"""``kqdesk hub backup`` and ``hub restore``: copies of an embedded hub, and putting one back."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqdesk.cli.call import Call, WrongUsage

if TYPE_CHECKING:
    from kqdesk.hub.secrets import HubKeys
    from kqdesk.hub_app import HubHome

PG = "PostgreSQL 的备份用它自己的工具：pg_dump -Fc 库名 > 文件；放回用 pg_restore，然后执行一次 kqdesk hub restored。"


def declare_copies(parts: Any) -> list[argparse.ArgumentParser]:
    """The arguments of both."""
    backup = parts.add_parser("backup", help="备份数据站自己的库和附件（不含密钥），写好后核对；不用停机")
    backup.add_argument("folder", type=Path, metavar="DIR")
    restore = parts.add_parser("restore", help="放回一份备份；原来的挪到一边，各校电脑会补交之后的数据")
    restore.add_argument("copy", type=Path, metavar="DIR/kqdesk-hub-…")
    return [backup, restore]


def backup(call: Call, options: argparse.Namespace, home: Path) -> None:
    """A checked copy in the folder."""
    from kqdesk.hub.copies import make_copy

    layout, keys = _own(call, options, home)
    made = make_copy(layout.database, layout.files, keys.database(), options.folder, call.clock())
    told = {"backup": str(made.path), "schools": dict(made.heads), "files": made.files}
    call.answer(
        told,
        f"已备份并核对：{made.path}（{len(made.heads)} 所学校，{made.files} 个附件）。密钥不在里面，请另外锁好。",
    )


def restore(call: Call, options: argparse.Namespace, home: Path) -> None:
    """A copy becomes the hub's data, and every school begins a new epoch."""
    from kqdesk.hub.copies import put_back
    from kqdesk.hub_app import open_hub
    from kqdesk.kernel.homelock import HomeLock

    layout, keys = _own(call, options, home)
    with HomeLock(layout.lock, title="数据站", now=call.clock()):
        aside = put_back(options.copy, layout.database, layout.files, keys.database(), call.clock())
        with open_hub(home, clock=call.clock, environ=call.environ, profile=call.key_profile) as hub:
            hub.restored()
    call.answer(
        {"aside": str(aside)},
        f"已放回。原来的数据在 {aside}，确认无误后可以删掉。各校电脑下次同步时会补交之后的数据。",
    )


def _own(call: Call, options: argparse.Namespace, home: Path) -> "tuple[HubHome, HubKeys]":
    from kqdesk.hub.secrets import hub_keys
    from kqdesk.hub_app import DATABASE_VARIABLE, HubHome

    if options.database or call.environ.get(DATABASE_VARIABLE, "").strip():
        raise WrongUsage(PG)
    layout = HubHome(home)
    if not layout.database.exists():
        raise WrongUsage(f"{home} 里没有数据站。请用 --home 指到数据站的文件夹。")
    return layout, hub_keys(layout.keys, call.environ, used=True)
