"""The roster's list: its columns, whose ids it shows, and the file that is made of it."""

from pathlib import Path

from PySide6.QtGui import QDropEvent
from sqlalchemy.orm import Session

from kqdesk.desk.cells import Column
from kqdesk.desk.desk import Desk
from kqdesk.desk.job import Job
from kqdesk.desk.paged import Ids
from kqdesk.rooms.people import queries
from kqdesk.rooms.people.page.wizard import SUFFIXES
from kqdesk.rooms.people.queries import PersonLine
from kqdesk.rooms.people.sheets.export import export_roster
from kqdesk.rooms.people.terms import Sex, education_label
from kqdesk.rooms.places.rules import township_by_code

SHOWN = 200  # people a search shows at most


def township_name(code: str | None) -> str:
    """The township's name of today; the code itself when nobody knows it."""
    found = township_by_code(code) if code else None
    return found.name if found else code or ""


def sex_label(code: str | None) -> str:
    """男, 女 or nothing."""
    return Sex(code).label if code in set(Sex) else ""


COLUMNS = (
    Column[PersonLine]("姓名", lambda r: r.name, width=112, is_strong=True, sort=lambda r: "name"),
    Column[PersonLine]("性别", lambda r: sex_label(r.sex), width=56),
    Column[PersonLine]("出生日期", lambda r: r.birth_date.isoformat() if r.birth_date else "", width=108),
    Column[PersonLine]("证件号码", lambda r: r.id_masked, kind="mask", width=206),
    Column[PersonLine]("电话", lambda r: r.phone_masked, kind="mask", width=146),
    Column[PersonLine]("镇街", lambda r: township_name(r.township_code), width=96),
    Column[PersonLine]("村社", lambda r: r.village, width=110),
    Column[PersonLine]("就业单位", lambda r: r.employer),
    Column[PersonLine]("文化程度", lambda r: education_label(r.education_code), width=104),
)
BESIDE = ("姓名", "证件号码", "电话", "村社", "就业单位")  # what is left of the list beside a panel
SORTS = ("name", "sex", "birth_date", "", "", "township_code", "village", "employer", "education_code")


def id_of(line: PersonLine) -> str:
    """The key of a line."""
    return line.id


def ids_of(
    text: str, township: str, order: tuple[str, bool], known: int, session: Session
) -> tuple[Ids, int]:
    """Ids to list, and how many persons there are in all (``known`` when that was asked already)."""
    if text:
        hits = queries.find(session, text, SHOWN)
        ids = Ids(hit.id for hit in hits if township in ("", hit.township_code))
    else:
        ids = Ids(queries.packed_ids(session, sort=order[0], descending=order[1], township=township))
        known = known if township else len(ids)
    return ids, known if known >= 0 else queries.person_count(session)


def export(desk: Desk, path: Path, asked: tuple[str, str, tuple[str, bool]], job: Job) -> tuple[Path, int]:
    """Write everybody, or who is listed, into a workbook; runs on a work thread."""
    with desk.store.reading() as session:
        only = None
        if asked[0] or asked[1]:
            ids, _ = ids_of(*asked, 0, session)
            only = ids.cut(0, len(ids))
        return path, export_roster(session, path, only, progress=job)


def dropped_file(event: QDropEvent) -> Path | None:
    """The roster file somebody drags over the page, if it is one."""
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if urls else Path()
    return path if path.suffix.lower() in SUFFIXES else None
