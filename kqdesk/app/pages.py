"""Which pages there are, in the order of the work, and which rooms answer Ctrl+K.

A page's module is imported when the page is first opened: that is a third of the time from click to window.
"""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget
from sqlalchemy.orm import Session

from kqdesk.desk.desk import Desk
from kqdesk.desk.pages import Context, Hit, PageSpec, Source


def _home(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.home.page import HomePage

    return HomePage(desk, context)


def _people(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.people.page import PeoplePage

    return PeoplePage(desk, context)


def _catalogue(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.catalogue.page import CataloguePage

    return CataloguePage(desk, context)


def _cohorts(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.cohorts.page import CohortsPage

    return CohortsPage(desk, context)


def _trainers(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.trainers.page import TrainersPage

    return TrainersPage(desk, context)


def _timetable(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.timetable.page import TimetablePage

    return TimetablePage(desk, context)


def _attendance(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.attendance.page import AttendancePage

    return AttendancePage(desk, context)


def _exams(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.exams.page import ExamsPage

    return ExamsPage(desk, context)


def _certificates(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.certificates.page import CertificatesPage

    return CertificatesPage(desk, context)


def _dual(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.dual.page import DualPage

    return DualPage(desk, context)


def _places(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.places.page import PlacesPage

    return PlacesPage(desk, context)


def _office(desk: Desk, context: Context) -> QWidget:
    from kqdesk.rooms.office.page import OfficePage

    return OfficePage(desk, context)


PAGES: Sequence[PageSpec] = (
    PageSpec("home", "工作台", "今天要办的事，一件一行，点一下就去办。", "", "home", _home),
    PageSpec("people", "花名册", "学校认识的每一个人：录一次，到处能用。", "招生", "people", _people),
    PageSpec("catalogue", "课程目录", "十大门类的课程和双证培养方案。", "招生", "catalogue", _catalogue),
    PageSpec("cohorts", "班级", "开班、报名、名册、结班。", "招生", "cohorts", _cohorts),
    PageSpec("trainers", "培训师", "谁能教什么、什么时候有空、证书何时到期。", "教学", "trainers", _trainers),
    PageSpec(
        "timetable", "课表", "每次课在哪天、哪里、谁来上；有冲突马上说明。", "教学", "timetable", _timetable
    ),
    PageSpec("attendance", "考勤", "一分钟点完一个班：只记例外。", "教学", "attendance", _attendance),
    PageSpec("exams", "考试", "编场、登分、复核、锁定。", "考证", "exams", _exams),
    PageSpec(
        "certificates",
        "证书",
        "结业证书制证、审批、发放；技能证书登记。",
        "考证",
        "certificates",
        _certificates,
    ),
    PageSpec("dual", "双证", "谁两证齐全，谁还差什么，点一下就去补。", "考证", "dual", _dual),
    PageSpec("places", "地方", "村社、企业、教学点和教室。", "系统", "places", _places),
    PageSpec("office", "设置", "学校信息、操作人、规则包和显示。", "系统", "office", _office),
)

Finder = Callable[[Session, str, int], Sequence[Hit]]


def _find_people(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.people import queries

    return [
        Hit(hit.name, hit.subtitle, "person", "people", {"person_id": hit.id})
        for hit in queries.find(session, text, limit)
    ]


def _find_cohorts(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.cohorts import queries

    return [
        Hit(hit.title, hit.no, "cohorts", "cohorts", {"cohort_id": hit.id})
        for hit in queries.find(session, text, limit)
    ]


def _find_courses(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.catalogue import queries

    return [
        Hit(hit.title, hit.subtitle, "catalogue", "catalogue", {"course_id": hit.id})
        for hit in queries.find(session, text, limit)
    ]


def _find_trainers(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.trainers import queries

    return [
        Hit(hit.name, hit.subtitle, "trainers", "trainers", {"trainer_id": hit.id})
        for hit in queries.find(session, text, limit)
    ]


SOURCES: Sequence[Source] = (
    Source("人员", _find_people),
    Source("班级", _find_cohorts),
    Source("课程", _find_courses),
    Source("培训师", _find_trainers),
)
