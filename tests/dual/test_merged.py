"""What was applied for and handed out under an entry that is merged later belongs to the person she is."""

from datetime import date

import pytest

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.dual import actions, queries
from kqdesk.rooms.exams.queries import attempts
from kqdesk.rooms.people.model import Person, PersonDocument
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.dual.test_graduation import made
from tests.exams.school import Made

__all__ = ["made"]
TODAY, SENIOR = date(2026, 3, 2), DualLevel.SENIOR


@action("测试并入另一人")
def _merge(w: Writing, *, loser: str) -> str:
    """As a merge leaves it: the entry stays under its sealed rows, the person has a new one with its number as an earlier paper."""
    gone = w.session.get_one(Person, loser)
    stays = Person(name=gone.name, name_pinyin="a")
    w.session.add(stays)
    w.session.flush()
    gone.state, gone.merged_into_id = "merged", stays.id
    w.session.add_all(
        [
            PersonDocument(person_id=stays.id, kind="resident", number=gone.id_number or ""),
            SkillCertificate(person_id=stays.id, occupation="茶艺师", level=SkillLevel.MIDDLE, number="S9"),
        ]
    )
    return stays.id


def diploma(store: Store, clerk: str, person: str) -> str:
    return store.run(
        actions.record_diploma,
        clerk,
        person_id=person,
        level=SENIOR,
        number="浙1",
        issuer="绍兴市教育局",
        issued_on=TODAY,
    ).value


def test_an_application_shows_what_the_person_has_now(store: Store, clerk: str, made: Made):
    applicant = made.people[0]
    batch = store.run(actions.open_batch, clerk, title="2026 上半年", level=SENIOR).value
    store.run(actions.take_applications, clerk, batch_id=batch, person_ids=[applicant])
    stays = store.run(_merge, "system", loser=applicant).value

    diploma(store, clerk, stays)

    with store.reading() as session:
        [row] = queries.applications(session, batch)
        assert (row.person_id, row.diploma_no, row.skill) == (applicant, "浙1", "茶艺师 中级工（四级） S9")
        assert queries.applied(session, SENIOR) == {stays: "2026 上半年"}
        assert set(attempts(session, person_id=stays)) == {stays}


def test_a_diploma_of_the_other_entry_is_hers(store: Store, clerk: str, made: Made):
    holder = made.people[0]
    diploma(store, clerk, holder)
    stays = store.run(_merge, "system", loser=holder).value

    with pytest.raises(UserError, match="已经登记了成人高中学历证书"):
        diploma(store, clerk, stays)
    with store.reading() as session:
        [row] = queries.diplomas(session)
        assert (row.person_id, row.number) == (stays, "浙1")
        assert queries.diploma_form(session, stays, SENIOR)["number"] == "浙1"
        known = queries.people_by_number(session, ["330621198001010000"])
    assert {one.id for one in known.values()} == {stays}
