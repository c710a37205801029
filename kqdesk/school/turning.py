"""The same home while it stays open: locked and unlocked, with another person at the desk, under another data key."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kqdesk.backup import rotating, shelf
from kqdesk.backup.ballast import HomeWatch
from kqdesk.backup.policy import Reason
from kqdesk.kernel.errors import UserError
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.office.actions.care import rotate_data_key
from kqdesk.school.home import School, guard
from kqdesk.school.opening import fits, head_file, look_inside, seated
from kqdesk.security import keyfile
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.security.keychange import Rotated
from kqdesk.security.keyfile import BadPassword
from kqdesk.security.lockout import Lockout
from kqdesk.store.store import Store


def lock(school: School) -> None:
    """Wait for the write under way, let go of the file, wipe the key; the home's lock stays taken. ``unlock`` undoes it."""
    school.store.rest()
    school.key.wipe()


def unlock(school: School, *, who: str, password: str, profile: Profile = PRODUCTION) -> School:
    """The same home again, with the same or another person at the desk; also when it was not locked.

    NotAllowed for a wrong password; ``OtherThanLeft`` when somebody exchanged the database meanwhile.
    """
    tries = Lockout(school.layout.tries)
    tries.begin(who)
    opened = keyfile.open_with_password(
        school.layout.keys, who=who, password=password, fits=fits(school.layout), profile=profile
    )
    tries.succeed(who)
    look_inside(school.layout, opened.key, now=school.store.clock())
    school.key.become(opened.key)
    school.store.wake()
    try:
        return seated(
            school.layout, replace(opened, key=school.key), school.store, school.lock, opened.slot.who
        )
    except UserError:
        lock(school)
        raise


@dataclass(frozen=True)
class NewKey:
    """A rotation that was done. ``dropped``: whose passwords have to be given again; ``older``: backups that still
    open with the former key and the former recovery sheet."""

    recovery_code: str
    dropped: tuple[str, ...]
    older: tuple[Path, ...]


def rotate_key(
    school: School, *, password: str, profile: Profile = PRODUCTION, progress: Progress | None = None
) -> NewKey:
    """Encrypt the whole home anew, because somebody who left might have its key. Nobody may be using the store.

    password: of the person at the desk, who keeps her way in. A backup under the new key is made at once.
    """
    told = progress or Quiet()
    school.expect_head("更换数据密钥")
    tries = Lockout(school.layout.tries)
    tries.begin(school.staff.id)
    told.step(0, 3, "用新密钥重新加密")
    school.store.rest()
    try:
        rotated = rotating.rotate(
            school.layout,
            school.key,
            home_id=school.store.home_id,
            present={school.staff.id: password},
            now=school.store.clock(),
            journal=lambda copy, staged: _journal(school, copy, staged),
            profile=profile,
        )
        school.key.become(rotated.key)
        school.store.watch = _watch(school)
    except BadPassword:
        raise
    except BaseException:
        tries.succeed(school.staff.id)  # the password was right, something else was in the way
        raise
    finally:
        school.store.wake()
    tries.succeed(school.staff.id)
    with suppress(UserError):  # the rotation is done; what is left is done again by the care of the home
        told.step(1, 3, "重新封好照片和扫描件")
        school.reseal_files()
        told.step(2, 3, "用新密钥做一份备份")
        school.back_up(Reason.MANUAL)
    return NewKey(rotated.recovery_code, rotated.dropped, tuple(shelf.foreign(school.layout, school.key)))


def drop_older(school: School) -> list[Path]:
    """Delete the backups on this PC that a former data key opens; UserError while there is none of today's key."""
    school.expect_head("删除旧密钥的备份")
    gone = shelf.foreign(school.layout, school.key)
    good = [one for one in shelf.backups_in(school.layout.backups) if not one.fault and one.path not in gone]
    if gone and not good:
        raise UserError("还没有用现在的密钥做的备份。请先备份一次，再删旧的。")
    if gone:
        shelf.prove(good[0].path, school.key)
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _watch(school: School) -> HomeWatch:
    return HomeWatch(school.layout, head_file(school.layout, school.key, school.store.home_id))


def _journal(school: School, copy: Path, rotated: Rotated) -> None:
    """The act stands in the journal of the copy, so it is there if and only if the copy came to count."""
    store = Store(copy, rotated.key.raw_pragma, clock=school.store.clock, guard=guard())
    try:
        store.run(rotate_data_key, school.staff.id, dropped=rotated.dropped)
    finally:
        store.close()
