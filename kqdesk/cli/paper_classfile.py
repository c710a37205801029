"""一班一档 from the command line: one class, one PDF."""

from kqdesk.cli.paper_wish import Wish
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.classfile.papers import print_class_file
from kqdesk.rooms.classfile.queries import dossier


def class_files(wish: Wish) -> int:
    """The bound PDF of the one class named; the number of pages."""
    school = wish.school
    with school.store.reading() as session:
        rows = wish.cohort_rows(session)
        if not rows:
            return 0
        if len(rows) > 1:
            raise UserError("一班一档一次印一个班：--cohort 写一个班级编号。")
        [row] = rows
        found = dossier(session, row.id, actor=school.staff.id, now=school.store.clock(), on=wish.today)
    if found is None:
        raise UserError(f"「{row.title}」已取消，没有档案。")
    return print_class_file(found, school.attachments.read, wish.out, progress=wish.progress)
