"""Restoring: what it would change is shown, what it replaced is kept, it can be taken back, and an empty PC is enough."""

import shutil
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from kqdesk import school as homes
from kqdesk.backup import container, entrance, restoring, shelf
from kqdesk.backup.container import BadBackup, Container
from kqdesk.backup.entrance import Way
from kqdesk.backup.policy import Reason
from kqdesk.kernel.errors import NotAllowed, Unreachable, UserError
from kqdesk.kernel.places import home_layout
from kqdesk.security.kdf import CHEAPEST
from tests.backup.conftest import NEW, PASSWORD, WHO, enter, village, villages
from tests.conftest import Clock

WAY = Way(WHO, PASSWORD)


def backed_up(home: Path, *later: str) -> Path:
    """A backup of three villages, and more villages after it."""
    with closing(enter(home)) as school:
        path = school.back_up(Reason.MANUAL).path
        for name in later:
            village(school, name)
    return path


def restore(home: Path, backup: Path, way: Way = WAY) -> restoring.Restored:
    return entrance.restore(home, backup, way, clock=Clock(), profile=CHEAPEST)


def preview(home: Path, backup: Path) -> restoring.Preview:
    return entrance.preview_restore(home, backup, WAY, clock=Clock(), profile=CHEAPEST)


def test_the_preview_counts_and_names_what_would_be_lost(home: Path) -> None:
    backup = backed_up(home, "新桥村", "上旺村")

    shown = preview(home, backup)

    assert restoring.Count("village", 5, 3) in shown.counts
    assert [one.label for one in shown.newest_lost] == ["新建村社：上旺村", "新建村社：新桥村"]
    assert (shown.lost, shown.is_readable, shown.is_forked) == (2, True, False)


def test_a_restore_can_be_taken_back(home: Path) -> None:
    backup = backed_up(home, "新桥村")

    done = restore(home, backup)
    with closing(enter(home)) as school:
        after = (villages(school), school.notices, school.store.verify_chain(), school.store.verify_rows())
    assert done.before is not None
    restore(home, done.before.path)
    with closing(enter(home)) as school:
        taken_back = villages(school)

    assert after == (3, (), None, None)
    assert taken_back == 4
    assert (done.kept / "school.db").exists()


def test_sync_is_told_to_wait(home: Path) -> None:
    layout = home_layout(home)
    backup = backed_up(home)

    restore(home, backup)

    assert restoring.sync_waits(layout)["from"] == backup.name
    restoring.confirm(layout)
    assert restoring.sync_waits(layout) == {}


def test_an_empty_machine_a_stick_and_the_paper(home: Path, tmp_path: Path, code: str) -> None:
    with closing(enter(home)) as school:
        public = school.issuer().public
    stick = shutil.copy(backed_up(home), tmp_path)
    shutil.rmtree(home)
    new = tmp_path / "新电脑"

    done = restore(new, Path(stick), Way(code=code))
    with closing(homes.open_with_recovery(new, code=code, clock=Clock())) as opened:
        leader = opened.staff
    with closing(
        homes.recover(
            new,
            code=code,
            who=leader.id,
            name=leader.name,
            password="又一句很长很长的新密码",
            clock=Clock(),
            profile=CHEAPEST,
        )
    ) as school:
        found = (villages(school), school.notices, school.issuer().public)

    assert done.before is None
    assert found == (3, (), public)


def test_a_damaged_database_is_put_aside_and_the_good_copy_takes_its_place(home: Path) -> None:
    backup = backed_up(home)
    (home / "school.db").write_bytes(b"\0" * 50_000)

    shown = preview(home, backup)
    done = restore(home, backup)

    assert (shown.is_readable, done.before) == (False, None)
    assert (done.kept / "school.db").read_bytes() == b"\0" * 50_000
    with closing(enter(home)) as school:
        assert villages(school) == 3


def test_an_open_home_is_not_restored_over(home: Path) -> None:
    backup = backed_up(home)

    with closing(enter(home)), pytest.raises(Unreachable, match="另一个窗口"):
        restore(home, backup)


def test_a_wrong_password_restores_nothing(home: Path) -> None:
    backup = backed_up(home, "新桥村")

    with pytest.raises(NotAllowed, match="密码不对"):
        restore(home, backup, Way(WHO, "不是这一句"))

    with closing(enter(home)) as school:
        assert villages(school) == 4


def test_another_schools_backup_is_refused(home: Path, tmp_path: Path) -> None:
    other, _ = homes.make(tmp_path / "other", NEW, clock=Clock(), profile=CHEAPEST)
    with closing(other):
        foreign = other.back_up(Reason.MANUAL).path

    with pytest.raises(UserError, match="另一所学校的备份（学校代码 330603008）"):
        restore(home, foreign)


def test_a_newer_programs_backup_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup = backed_up(home)
    monkeypatch.setattr(entrance.migrations, "latest", lambda folder: 0)

    with pytest.raises(BadBackup, match=r"来自更新版本的程序（数据版本 1，本程序到 0）.*请先把程序升级"):
        restore(home, backup)


def rewritten(backup: Path, school: homes.School, **changes: object) -> Path:
    """The same backup with another manifest, under the old MAC: what a clever person would do."""
    found: Container = container.open_whole(backup)
    forged = msgspec.structs.replace(found.manifest, **changes)
    parts = {name: container.read_part(found, name) for name in found.manifest.parts}
    target = backup.with_name("forged.kqbackup")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(container.Manifest, "signed", lambda self, key: self)
        container.write(target, forged, parts, school.key)
    return target


def test_a_rewritten_manifest_is_refused(home: Path) -> None:
    backup = backed_up(home)
    with closing(enter(home)) as school:
        forged = rewritten(backup, school, counts={"village": 3000})

        with pytest.raises(BadBackup, match="清单不是用本校的数据密钥做的"):
            shelf.prove(forged, school.key)

    with pytest.raises(UserError, match="另一把数据密钥"):
        restore(home, forged)


def test_nobody_else_s_code_opens_it(home: Path, tmp_path: Path) -> None:
    other, code = homes.make(tmp_path / "other", NEW, clock=Clock(), profile=CHEAPEST)
    other.close()
    backup = backed_up(home)

    with pytest.raises(NotAllowed, match="恢复码没有输错，但打不开"):
        restore(tmp_path / "new", backup, Way(code=code))
    with pytest.raises(UserError, match="需要印在恢复码纸上的恢复码"):
        restore(tmp_path / "new", backup, Way())
