"""A small school with three persons: one who only stands on the roster, one who learns, one with a certificate."""

from dataclasses import dataclass
from datetime import date

from kqdesk.rooms.certificates.model import CompletionCertificate
from kqdesk.rooms.certificates.terms import CertificateState
from kqdesk.rooms.office import actions as office
from kqdesk.rooms.office.terms import Certainty
from kqdesk.rooms.people import actions as people
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.conftest import CLERK, CLERK_SIGNER, HEAD, HEAD_SIGNER
from tests.exams.school import make_school

BORN, NUMBER, PHONE = date(1991, 6, 1), "330621199106010429", "13857512345"
NAME = "钱阿毛"


@dataclass(frozen=True)
class Small:
    """Ids: of the one who never learned, of a learner."""

    roster_only: str
    learner: str
    enrolment: str
    cohort: str


def make_small(store: Store) -> Small:
    """People, a class, packs."""
    made = make_school(store, CLERK, sizes=(2,))
    person = store.run(
        people.add_person, CLERK,
        fields={"name": NAME, "id_number": NUMBER, "phone": PHONE, "village": "兰亭村", "address": "兰亭村 12 号"},
    ).value  # fmt: skip
    with store.reading() as session:
        learner = (
            session.connection()
            .exec_driver_sql("SELECT person_id FROM enrolment WHERE id=?", (made.enrolments[0],))
            .scalar_one()
        )
    return Small(person, learner, made.enrolments[0], made.cohorts[0])


def set_term(store: Store, key: str, code: str | None, *, on: date = date(2026, 3, 2)) -> None:
    """One retention term, entered by the clerk and put in force by the headmaster."""
    pack = store.run(
        office.set_pack_value, CLERK, key=key, value=code, source="区教〔2026〕9号", mark=Certainty.SEED,
        effective_from=on, signer=CLERK_SIGNER,
    ).value  # fmt: skip
    store.run(office.activate_pack, HEAD, pack_id=pack, signer=HEAD_SIGNER)


@action("测试发证")
def _certify(w: Writing, *, person_id: str, enrolment_id: str) -> str:
    row = CompletionCertificate(
        serial_no="330603008202600001", person_id=person_id, enrolment_id=enrolment_id, name="陈一", course_title="家政",
        study_hours=40, issuer="兰亭成校", awarded_on=date(2026, 3, 2), state=CertificateState.APPROVED, drawn_by=CLERK,
        approved_by=HEAD,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    return row.id


def certify(store: Store, small: Small) -> str:
    """An approved completion certificate of the learner."""
    return store.run(_certify, CLERK, person_id=small.learner, enrolment_id=small.enrolment).value
