"""What 审计与备份 leaves in the journal: who checked, exported, carried away, and who saw what was masked."""

from kqdesk.kernel.errors import NotAllowed
from kqdesk.rooms.office.queries import may_see_full_ids
from kqdesk.rooms.safekeeping.queries import EntryDetail, entry_detail
from kqdesk.rooms.safekeeping.terms import CARRY, CHECK, DRILL, EXPORT
from kqdesk.store.actions import Writing, action


@action(CHECK, looks=True)
def note_check(w: Writing, *, found: str) -> None:
    """The journal and every row were compared; ``found`` says with what result."""
    w.note(found)


@action(EXPORT, looks=True)
def note_export(w: Writing, *, file_name: str, count: int) -> None:
    """So many entries left the program as a file with its proof."""
    w.note(f"{count:,} 条，{file_name}")


@action(CARRY, looks=True)
def note_carry(w: Writing, *, file_name: str) -> None:
    """A backup was copied to a stick or another disk and read back from there."""
    w.note(file_name)


@action(DRILL, looks=True)
def note_drill(w: Writing, *, found: str) -> None:
    """The newest backup was unpacked, opened and compared as a restore would; ``found`` says with what result."""
    w.note(found)


@action("查看操作记录的完整内容", looks=True)
def reveal_entry(w: Writing, *, number: int, limit: int) -> EntryDetail:
    """An entry with nothing masked; the look stays in the journal. NotAllowed without the right to whole numbers."""
    if not may_see_full_ids(w.session, w.actor):
        raise NotAllowed("您没有查看完整号码的权限。需要时请校长在“设置 · 操作人”里给您开通。")
    w.note(f"第 {number:,} 条")
    return entry_detail(w.session, number, limit=limit, is_whole=True)
