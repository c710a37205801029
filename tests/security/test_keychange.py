"""Changing the key file: people, passwords, recovery, escrow, rotation; and a kill at every step of each."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kqdesk.kernel import disk
from kqdesk.kernel.errors import Unreachable, UserError
from kqdesk.security.datakey import DataKey
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.keychange import (
    abandon_rotation,
    add_escrow,
    add_person,
    change_password,
    finish_rotation,
    for_backup,
    remove_person,
    renew_recovery,
    rotate,
)
from kqdesk.security.keycopies import BadKeyFile, Source, parse, path_of
from kqdesk.security.keyfile import (
    BadPassword,
    Opened,
    create,
    look,
    open_with_escrow,
    open_with_password,
    open_with_recovery,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OLD, NEW = "旧的旧的旧的旧的旧的", "新的新的新的新的新的"


class Killed(BaseException):
    """As if the process were gone: nothing after it runs."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kqdesk.keys"


@pytest.fixture
def first(path: Path) -> Opened:
    """王校长 has just made the school."""
    return create(path, home_id="h", who="p1", name="王校长", password=OLD, now=NOW, profile=CHEAPEST)[0]


def joined(path: Path, key: DataKey, who: str = "p2", name: str = "李教务", password: str = OLD) -> bytes:
    return add_person(path, key=key, who=who, name=name, password=password, now=NOW, profile=CHEAPEST).public


def opened(path: Path, who: str, password: str, fits: Callable[[DataKey], bool] | None = None) -> Opened:
    return open_with_password(path, who=who, password=password, fits=fits, profile=CHEAPEST)


def test_a_changed_password_keeps_both_keys(path: Path, first: Opened) -> None:
    change_password(path, who="p1", old=OLD, new=NEW, now=NOW, profile=CHEAPEST)

    again = opened(path, "p1", NEW)

    assert again.key == first.key
    assert again.slot.public == first.slot.public
    assert len(look(path).people()) == 1
    with pytest.raises(BadPassword):
        opened(path, "p1", OLD)


def test_a_wrong_old_password_changes_nothing(path: Path, first: Opened) -> None:
    before = path.read_bytes()

    with pytest.raises(BadPassword):
        change_password(path, who="p1", old=NEW, new=NEW, now=NOW, profile=CHEAPEST)

    assert path.read_bytes() == before
    assert not first.key.wiped


def test_two_people_open_the_same_key_with_their_own_signing_keys(path: Path, first: Opened) -> None:
    public = joined(path, first.key)

    second = opened(path, "李教务", OLD)

    assert second.key == first.key
    assert second.slot.public == public != first.slot.public
    assert second.signer is not None
    assert second.signer.public == public


def test_a_sign_in_name_is_given_once(path: Path, first: Opened) -> None:
    with pytest.raises(UserError, match="请换一个登录名"):
        joined(path, first.key, who="p9", name="王校长")


def test_a_leaver_cannot_open_any_copy(path: Path, first: Opened) -> None:
    joined(path, first.key)

    remove_person(path, key=first.key, who="p2")

    path.unlink()
    assert opened(path, "p1", OLD).key == first.key
    with pytest.raises(BadPassword):
        opened(path, "p2", OLD)


def test_the_last_person_stays(path: Path, first: Opened) -> None:
    with pytest.raises(UserError, match="最后一位"):
        remove_person(path, key=first.key, who="p1")


def test_a_lagging_mirror_does_not_let_a_leaver_in(path: Path, first: Opened) -> None:
    joined(path, first.key)
    lagging = path.read_bytes()
    remove_person(path, key=first.key, who="p2")
    path_of(path, Source.PREVIOUS).write_bytes(lagging)

    with pytest.raises(BadPassword):
        opened(path, "p2", OLD, first.key.__eq__)
    opened(path, "p1", OLD, first.key.__eq__)

    assert path_of(path, Source.PREVIOUS).read_bytes() == path.read_bytes()


def test_forgotten_password_is_mended_by_recovery(path: Path) -> None:
    first, code = create(path, home_id="h", who="p1", name="王", password=OLD, now=NOW, profile=CHEAPEST)

    rescued = open_with_recovery(path, code=code, fits=first.key.__eq__)
    joined(path, rescued.key, who="p1", name="王", password=NEW)

    assert opened(path, "p1", NEW).key == first.key
    with pytest.raises(BadPassword):
        opened(path, "p1", OLD)


def test_a_renewed_recovery_code_replaces_the_old_paper(path: Path) -> None:
    first, old = create(path, home_id="h", who="p1", name="王", password=OLD, now=NOW, profile=CHEAPEST)

    new = renew_recovery(path, key=first.key, now=NOW)

    assert open_with_recovery(path, code=new).key == first.key
    with pytest.raises(BadPassword):
        open_with_recovery(path, code=old)


def test_escrow_opens_with_the_districts_key_only(path: Path, first: Opened) -> None:
    district = X25519PrivateKey.generate()
    public = district.public_key().public_bytes_raw()

    for _ in range(2):
        add_escrow(path, key=first.key, public=public, name="柯桥区", now=NOW)

    assert open_with_escrow(path, private=district.private_bytes_raw()).key == first.key
    assert [slot.kind for slot in look(path).slots] == ["person", "recovery", "escrow"]
    with pytest.raises(BadPassword, match="托管"):
        open_with_escrow(path, private=X25519PrivateKey.generate().private_bytes_raw())


def test_a_backup_carries_no_password_slot(path: Path, tmp_path: Path) -> None:
    first, code = create(path, home_id="h", who="p1", name="王", password=OLD, now=NOW, profile=CHEAPEST)
    copy = tmp_path / "backup.keys"

    copy.write_bytes(for_backup(path, key=first.key))

    assert [slot.kind for slot in look(copy).slots] == ["recovery"]
    assert open_with_recovery(copy, code=code).key == first.key
    with pytest.raises(BadPassword):
        opened(copy, "p1", OLD)


def test_a_strangers_key_changes_nothing(path: Path, first: Opened) -> None:
    before = path.read_bytes()

    with pytest.raises(BadKeyFile, match="没有写入"):
        remove_person(path, key=DataKey.fresh(), who="p1")

    assert path.read_bytes() == before
    assert not first.key.wiped


# --- rotation -----------------------------------------------------------------------------------------------------


def test_rotation_keeps_who_is_present_and_names_the_others(path: Path, first: Opened) -> None:
    district = X25519PrivateKey.generate()
    add_escrow(path, key=first.key, public=district.public_key().public_bytes_raw(), name="柯桥区", now=NOW)
    joined(path, first.key)
    joined(path, first.key, "p3", "离职的人")

    turned = rotate(path, key=first.key, present={"p1": OLD}, now=NOW, profile=CHEAPEST)
    finish_rotation(path, key=turned.key)
    finish_rotation(path, key=turned.key)

    again = opened(path, "p1", OLD)
    assert again.key == turned.key != first.key
    assert again.slot.public == first.slot.public
    assert turned.dropped == ("李教务", "离职的人")
    assert open_with_recovery(path, code=turned.recovery_code).key == turned.key
    assert open_with_escrow(path, private=district.private_bytes_raw()).key == turned.key
    assert not path_of(path, Source.NEXT).exists()


def test_rotation_needs_somebody_and_the_right_password(path: Path, first: Opened) -> None:
    with pytest.raises(UserError, match="至少要有一位"):
        rotate(path, key=first.key, present={}, now=NOW, profile=CHEAPEST)
    with pytest.raises(BadPassword, match="王校长的密码不对"):
        rotate(path, key=first.key, present={"p1": NEW}, now=NOW, profile=CHEAPEST)


def test_before_and_after_the_swap_the_key_that_fits_is_found(path: Path, first: Opened) -> None:
    joined(path, first.key)
    turned = rotate(path, key=first.key, present={"p1": OLD}, now=NOW, profile=CHEAPEST)

    before = opened(path, "p1", OLD, first.key.__eq__)
    after = opened(path, "p1", OLD, turned.key.__eq__)

    assert (before.key, before.source) == (first.key, Source.MAIN)
    assert (after.key, after.source) == (turned.key, Source.NEXT)
    assert not path_of(path, Source.NEXT).exists()
    assert opened(path, "p1", OLD).key == turned.key
    with pytest.raises(BadPassword):
        opened(path, "p2", OLD)


def test_an_abandoned_rotation_leaves_no_trace(path: Path, first: Opened) -> None:
    before = path.read_bytes()
    rotate(path, key=first.key, present={"p1": OLD}, now=NOW, profile=CHEAPEST)

    abandon_rotation(path)

    assert path.read_bytes() == before
    assert not path_of(path, Source.NEXT).exists()


# --- killed at every step -----------------------------------------------------------------------------------------


class Strike:
    """Raises at the n-th step that touches the disk; a torn write leaves half of the bytes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fault: BaseException) -> None:
        self._left: int | None = None
        self._fault = fault
        write, replace, folder = disk._write_synced, os.replace, disk._sync_folder

        def torn_write(target: Path, content: bytes, mode: int) -> None:
            self._step()
            if self._left == 1:
                target.write_bytes(content[: len(content) // 2])
            self._step()
            write(target, content, mode)

        def struck_replace(source: Path, target: Path) -> None:
            self._step()
            replace(source, target)

        def struck_folder(target: Path) -> None:
            self._step()
            folder(target)

        monkeypatch.setattr(disk, "_write_synced", torn_write)
        monkeypatch.setattr(disk.os, "replace", struck_replace)
        monkeypatch.setattr(disk, "_sync_folder", struck_folder)

    def _step(self) -> None:
        if self._left is None:
            return
        self._left -= 1
        if self._left == 0:
            self._left = None
            raise self._fault

    def at(self, step: int, work: Callable[[], object]) -> bool:
        """Run ``work`` with the strike at ``step``; False when it ended before."""
        self._left = step
        try:
            work()
        except (Killed, Unreachable):
            return True
        finally:
            self._left = None
        return False


def any_opens(path: Path, key: DataKey, *secrets: tuple[str, str]) -> bool:
    """Whether somebody can still sign in."""
    for who, password in secrets:
        try:
            if opened(path, who, password, key.__eq__).key == key:
                return True
        except UserError:
            continue
    return False


CHANGES: dict[str, Callable[[Path, DataKey], object]] = {
    "change": lambda path, key: change_password(path, who="p1", old=OLD, new=NEW, now=NOW, profile=CHEAPEST),
    "add": lambda path, key: joined(path, key, "p7", "赵", NEW),
    "reset": lambda path, key: joined(path, key, "p1", "王校长", NEW),
    "remove": lambda path, key: remove_person(path, key=key, who="p2"),
    "recovery": lambda path, key: renew_recovery(path, key=key, now=NOW),
    "rotate": lambda path, key: rotate(path, key=key, present={"p1": OLD}, now=NOW, profile=CHEAPEST),
}


@pytest.mark.parametrize(
    "fault", [Killed(), OSError(28, "No space left on device")], ids=["kill", "disk full"]
)
@pytest.mark.parametrize("change", CHANGES)
def test_at_every_step_some_slot_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, fault: BaseException
) -> None:
    strike, steps = Strike(monkeypatch, fault), 0
    for step in range(1, 40):
        path = tmp_path / str(step) / "kqdesk.keys"
        path.parent.mkdir()
        key = create(path, home_id="h", who="p1", name="王校长", password=OLD, now=NOW, profile=CHEAPEST)[
            0
        ].key
        joined(path, key)

        struck = strike.at(step, lambda path=path, key=key: CHANGES[change](path, key))  # type: ignore[misc]

        assert any_opens(path, key, ("p1", NEW), ("p1", OLD)), f"killed at step {step}"
        joined(path, key, "p8", "后来的人", NEW)
        assert opened(path, "p8", NEW).key == key
        parse(path.read_bytes())
        if not struck:
            steps = step
            break

    assert steps >= (5 if change == "rotate" else 9)


def test_killed_while_the_school_is_made_nothing_or_a_whole_file_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strike = Strike(monkeypatch, Killed())
    for step in range(1, 20):
        path = tmp_path / str(step) / "kqdesk.keys"
        path.parent.mkdir()

        def work(path: Path = path) -> None:
            create(path, home_id="h", who="p1", name="王", password=OLD, now=NOW, profile=CHEAPEST)

        struck = strike.at(step, work)

        if path.exists():
            assert opened(path, "p1", OLD).slot.who == "p1"
        else:
            assert not path_of(path, Source.PREVIOUS).exists()
        if not struck:
            return
    pytest.fail("never ended")


def test_a_half_changed_password_is_cleaned_up_by_the_next_sign_in(
    path: Path, first: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    strike = Strike(monkeypatch, Killed())
    between = 9  # four steps for the file, four for its mirror, then the writing that drops the old slot

    struck = strike.at(
        between, lambda: change_password(path, who="p1", old=OLD, new=NEW, now=NOW, profile=CHEAPEST)
    )

    assert struck
    assert len(look(path).people()) == 2
    opened(path, "p1", NEW, first.key.__eq__)
    assert len(look(path).people()) == 1


def test_a_full_disk_is_said_in_a_sentence(
    path: Path, first: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    strike = Strike(monkeypatch, OSError(28, "No space left on device"))
    strike._left = 1

    with pytest.raises(Unreachable, match="磁盘已满"):
        joined(path, first.key)
