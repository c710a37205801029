"""What happens to the data as a whole, written into the journal: nothing in a table changes, nothing can be undone."""

from sqlalchemy.orm import Session

from kqdesk.kernel.errors import NotAllowed
from kqdesk.rooms.office.queries import staff_list
from kqdesk.security.roles import Role
from kqdesk.store.actions import Writing, action


def expect_head(session: Session, actor: str, act: str) -> None:
    """NotAllowed unless ``actor`` is the headmaster, or the clerk of a school whose headmaster does not sign in."""
    roles = {row.id: row.role for row in staff_list(session, with_left=False)}
    stands_in = roles.get(actor) is Role.CLERK and Role.HEADMASTER not in roles.values()
    if roles.get(actor) is not Role.HEADMASTER and not stands_in:
        raise NotAllowed(f"{act}要由校长来做。")


@action("更换数据密钥", looks=True)
def rotate_data_key(w: Writing, *, dropped: tuple[str, ...] = ()) -> None:
    """The database was encrypted anew; ``dropped``: whose password has to be given again."""
    expect_head(w.session, w.actor, "更换数据密钥")
    if dropped:
        w.note(f"{'、'.join(dropped)}要重新设密码")


@action("恢复备份", looks=True)
def note_restored(w: Writing, *, source: str, made: str, entries: int) -> None:
    """A backup was put in the place of the school's data; ``made`` as people read it."""
    w.note(f"{source}（做于 {made}，到第 {entries} 步操作）")


@action("照旧继续", looks=True)
def note_accepted(w: Writing, *, lost: int) -> None:
    """Somebody went on with data that is not what was left; ``lost``: acts that are gone, 0 when they are others."""
    w.note(f"用了较旧的数据，少了 {lost} 步操作" if lost else "用了与上次保存时不同的数据")
