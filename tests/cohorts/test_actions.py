"""Opening, editing, enrolling, leaving: what stands in the database afterwards, and what undo gives back."""

from datetime import date

import pytest

from kqdesk.kernel.errors import StaleRecord, UserError
from kqdesk.rooms.cohorts import actions, queries
from kqdesk.rooms.cohorts.queries import entering
from kqdesk.rooms.cohorts.rules import EnrolmentLimits
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState, EnrolmentState
from kqdesk.store.store import Store
from tests.cohorts.conftest import add_catalogue


def states(store: Store, cohort_id: str) -> list[tuple[str, int | None, EnrolmentState]]:
    with store.reading() as session:
        return [(row.name, row.roll_no, row.state) for row in queries.roster(session, cohort_id)]


def card(store: Store, cohort_id: str) -> queries.CohortRow:
    with store.reading() as session:
        found = queries.cohort_card(session, cohort_id)
    assert found is not None
    return found


def ids(store: Store, cohort_id: str) -> list[str]:
    with store.reading() as session:
        return [row.id for row in queries.roster(session, cohort_id)]


def test_a_cohort_may_be_of_several_kinds_and_is_numbered(store: Store, clerk: str) -> None:
    kinds = [CohortKind.NIGHT_SCHOOL, CohortKind.VILLAGE]

    first = store.run(
        actions.open_cohort, clerk, title="兰亭村夜校班", kinds=kinds, starts_on=date(2026, 3, 3)
    ).value
    second = store.run(
        actions.open_cohort, clerk, title="二班", kinds=kinds, starts_on=date(2026, 3, 3)
    ).value

    assert (card(store, first).no, card(store, second).no) == ("2026-CB01", "2026-CB02")
    assert card(store, first).kind_words == "村班·夜校班"
    assert card(store, first).state is CohortState.PLANNED


def test_the_form_is_refused_in_words(store: Store, clerk: str) -> None:
    for fields, words in [
        ({"title": " ", "kinds": [CohortKind.OTHER]}, "请填写班级名称"),
        ({"title": "甲班", "kinds": []}, "至少选一种"),
        ({"title": "甲班", "kinds": [CohortKind.OTHER], "capacity": 0}, "至少是 1 人"),
        (
            {
                "title": "甲班",
                "kinds": [CohortKind.OTHER],
                "starts_on": date(2026, 3, 2),
                "ends_on": date(2026, 3, 1),
            },
            "早于开班",
        ),
    ]:
        with pytest.raises(UserError, match=words):
            store.run(actions.open_cohort, clerk, **fields)


def test_a_programme_gives_the_level_and_excludes_a_course(store: Store, clerk: str) -> None:
    course_id, programme_id = store.run(add_catalogue, "system").value

    made = store.run(
        actions.open_cohort, clerk, title="双证班", kinds=[CohortKind.VILLAGE], programme_id=programme_id
    ).value

    assert card(store, made).level == "senior"
    with pytest.raises(UserError, match="一门课程或一个双证方案"):
        store.run(actions.edit_cohort, clerk, cohort_id=made, course_id=course_id)


def test_enrolling_is_one_undo_and_the_fourth_waits(
    store: Store, clerk: str, cohort: str, people: list[str]
) -> None:
    done = store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=[*people[:4], people[0]])

    assert done.value == actions.Enrolled(3, 1, ())
    assert done.label == "学员入班：缝纫机维修夜校班 4 人"
    assert states(store, cohort) == [
        ("阮秋月", 1, EnrolmentState.ENROLLED),
        ("沈建国", 2, EnrolmentState.ENROLLED),
        ("章水根", 3, EnrolmentState.ENROLLED),
        ("陈𡋾", None, EnrolmentState.WAITING),
    ]

    store.undo(clerk)

    assert states(store, cohort) == []


def test_somebody_in_the_cohort_is_named_not_doubled(
    store: Store, clerk: str, cohort: str, people: list[str]
) -> None:
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people[:1])

    again = store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people[:2]).value

    assert again == actions.Enrolled(1, 0, ("阮秋月",))


def test_a_place_that_falls_free_goes_to_a_waiting_person(
    store: Store, clerk: str, cohort: str, people: list[str]
) -> None:
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people[:4])
    rows = ids(store, cohort)
    with pytest.raises(UserError, match="只剩 0 个名额"):
        store.run(actions.admit_waiting, clerk, enrolment_ids=rows[3:])

    store.run(actions.withdraw, clerk, enrolment_ids=rows[:1], reason="搬走")
    store.run(actions.admit_waiting, clerk, enrolment_ids=rows[3:])

    assert states(store, cohort) == [
        ("阮秋月", 1, EnrolmentState.WITHDRAWN),
        ("沈建国", 2, EnrolmentState.ENROLLED),
        ("章水根", 3, EnrolmentState.ENROLLED),
        ("陈𡋾", 4, EnrolmentState.ENROLLED),
    ]


def test_leaving_needs_a_reason_and_the_right_state(
    store: Store, clerk: str, cohort: str, people: list[str]
) -> None:
    store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people[:2])
    rows = ids(store, cohort)

    with pytest.raises(UserError, match="请写明原因"):
        store.run(actions.suspend, clerk, enrolment_ids=rows[:1], reason=" ")
    store.run(actions.suspend, clerk, enrolment_ids=rows[:1], reason="外出务工")
    with pytest.raises(UserError, match="阮秋月 现在是「休学」"):
        store.run(actions.complete, clerk, enrolment_ids=rows)
    store.run(actions.resume, clerk, enrolment_ids=rows[:1])
    store.run(actions.complete, clerk, enrolment_ids=rows)

    assert [state for _, _, state in states(store, cohort)] == [EnrolmentState.COMPLETED] * 2


def test_a_dual_cohort_warns_with_the_paper_and_can_be_accepted(
    store: Store, clerk: str, people: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, programme_id = store.run(add_catalogue, "system").value
    made = store.run(
        actions.open_cohort, clerk, title="双证班", kinds=[CohortKind.VILLAGE], programme_id=programme_id
    ).value
    limits = EnrolmentLimits(highest_age=60, highest_source="行动计划")
    monkeypatch.setattr(entering, "limits_on", lambda *_: limits)

    with pytest.raises(UserError, match=r"沈建国：已 66 周岁.*行动计划") as refused:
        store.run(actions.enrol, clerk, cohort_id=made, person_ids=people[:3])
    store.run(actions.enrol, clerk, cohort_id=made, person_ids=people[:3], accept_warnings=True)

    assert "仍要入班" in str(refused.value)
    assert len(states(store, made)) == 3


def test_what_the_pack_forbids_cannot_be_accepted(
    store: Store, clerk: str, people: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, programme_id = store.run(add_catalogue, "system").value
    made = store.run(
        actions.open_cohort, clerk, title="双证班", kinds=[CohortKind.VILLAGE], programme_id=programme_id
    ).value
    limits = EnrolmentLimits(highest_age=60, blocks=frozenset({"age"}))
    monkeypatch.setattr(entering, "limits_on", lambda *_: limits)

    with pytest.raises(UserError, match="按规则不能入班"):
        store.run(actions.enrol, clerk, cohort_id=made, person_ids=people[:3], accept_warnings=True)

    assert states(store, made) == []


def test_a_cohort_goes_its_way_and_comes_back_with_a_reason(
    store: Store, clerk: str, cohort: str, people: list[str]
) -> None:
    store.run(actions.close_cohort, clerk, cohort_id=cohort)
    with pytest.raises(UserError, match="已结班，不能再加学员"):
        store.run(actions.enrol, clerk, cohort_id=cohort, person_ids=people[:1])
    with pytest.raises(UserError, match="不能改成「在开」"):
        store.run(actions.start_cohort, clerk, cohort_id=cohort)

    store.run(actions.reopen_cohort, clerk, cohort_id=cohort, reason="还要补一次课")

    assert card(store, cohort).state is CohortState.OPEN
    assert card(store, cohort).ends_on == date(2026, 3, 2)


def test_kinds_can_be_changed_and_undone(store: Store, clerk: str, cohort: str) -> None:
    store.run(actions.edit_cohort, clerk, cohort_id=cohort, kinds=[CohortKind.FACTORY], title="厂班")
    changed = card(store, cohort)
    store.undo(clerk)

    assert (changed.title, changed.kinds) == ("厂班", (CohortKind.FACTORY,))
    assert card(store, cohort).kinds == (CohortKind.NIGHT_SCHOOL,)


def test_somebody_quicker_is_noticed(store: Store, clerk: str, head: str, cohort: str) -> None:
    seen = store.position()
    store.run(actions.edit_cohort, head, cohort_id=cohort, title="新名字")

    with pytest.raises(StaleRecord):
        store.run(actions.edit_cohort, clerk, cohort_id=cohort, title="别的名字", seen=seen)


def test_last_years_cohort_again(store: Store, clerk: str, cohort: str) -> None:
    copy = store.run(
        actions.copy_cohort, clerk, cohort_id=cohort, title="缝纫机维修二期", starts_on=date(2027, 3, 2)
    ).value

    made = card(store, copy)
    assert (made.no, made.subject, made.capacity, made.enrolled) == ("2027-YX01", "缝纫机维修", 3, 0)
