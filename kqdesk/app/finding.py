"""What Ctrl+K asks the rooms: each room's own search, its module imported with the first letter typed."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kqdesk.desk.pages import Hit, Source


def _find_past(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.past.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_people(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.people.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_cohorts(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.cohorts.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_catalogue(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.catalogue.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_matching(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.matching.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_trainers(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.trainers.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_activities(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.activities.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_exams(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.exams.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_certificates(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.certificates.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_credits(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.credits.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_places(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.places.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_followup(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.followup.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_supervision(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.supervision.page import SOURCE

    return SOURCE.find(session, text, limit)


def _find_office(session: Session, text: str, limit: int) -> Sequence[Hit]:
    from kqdesk.rooms.office.page import SOURCE

    return SOURCE.find(session, text, limit)


SOURCES: Sequence[Source] = (
    Source("人员", _find_people),
    Source("班级", _find_cohorts),
    Source("课程", _find_catalogue),
    Source("供给", _find_matching),
    Source("培训师", _find_trainers),
    Source("活动", _find_activities),
    Source("考试", _find_exams),
    Source("证书", _find_certificates),
    Source("补录", _find_past),
    Source("学分账户", _find_credits),
    Source("跟踪", _find_followup),
    Source("督查", _find_supervision),
    Source("地方", _find_places),
    Source("规则", _find_office),
)
