"""A whole exam day: 200 candidates, 8 rooms, 4 papers each; records, resits, exemptions; tampering noticed."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.catalogue.terms import DualLevel, Subject
from kqdesk.rooms.exams import actions, papers, queries, rules
from kqdesk.rooms.exams.actions import Added, Entry
from kqdesk.rooms.exams.page import bundle, printing
from kqdesk.rooms.exams.rules import Points
from kqdesk.rooms.exams.terms import ExamPaper, ScoreFlag, SittingState
from kqdesk.rooms.office.queries import active_packs
from kqdesk.rooms.office.queries.steps import step_faults
from kqdesk.store import engine
from kqdesk.store.attachments import Attachments, attached
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER, KEY
from tests.exams.school import Made, make_school
from tests.insider import write_past

ON = date(2026, 2, 28)


def raw(store: Store, sql: str, *values: object) -> None:
    """Write into the file behind the program's back, as somebody with the key and a SQL shell could."""
    write_past(store.path, sql, *values)


def open_day(
    store: Store, clerk: str, made: Made, *, title: str = "统考", on: date = ON, first: int = 510
) -> str:
    return store.run(
        actions.open_sitting,
        clerk,
        title=title,
        on=on,
        programme_id=made.programme,
        centre="兰亭成校",
        first_minute=first,
    ).value


def sheet_of(store: Store, sitting: str) -> queries.ScoreSheet:
    with store.reading() as session:
        return queries.score_sheet(session, sitting)


def all_marks(store: Store, sitting: str, tenths: int = 700) -> list[Entry]:
    sheet = sheet_of(store, sitting)
    return [Entry(row.id, paper, Points(tenths)) for row in sheet.rows for paper in sorted(row.due)]


def lock(store: Store, clerk: str, head: str, sitting: str, entries: list[Entry]) -> None:
    store.run(actions.enter_scores, clerk, sitting_id=sitting, entries=entries, signer=CLERK_SIGNER)
    store.run(actions.check_scores, head, sitting_id=sitting, entries=entries, signer=HEAD_SIGNER)
    store.run(actions.lock_sitting, head, sitting_id=sitting, signer=HEAD_SIGNER)


def test_two_hundred_candidates_from_seats_to_the_lock_and_a_tampered_mark_is_named(
    store: Store, clerk: str, head: str
):
    made = make_school(store, clerk, sizes=(50, 50, 50, 50), absent=0)
    key = open_day(store, clerk, made)
    store.run(actions.add_candidates, clerk, sitting_id=key, cohort_ids=made.cohorts)
    store.run(actions.add_hall, clerk, sitting_id=key, name="第1考场", capacity=25, count=8)

    assert store.run(actions.arrange_seats, clerk, sitting_id=key).value == 200
    with store.reading() as session:
        people = queries.candidates(session, key)
        halls = queries.halls_of(session, key)
        found = bundle.load(session, key, clerk)
    assert Counter(person.hall for person in people) == {f"第{n}考场": 25 for n in range(1, 9)}
    assert (
        len({(person.hall, person.seat_no) for person in people}) == len({p.person_id for p in people}) == 200
    )
    assert all(len({p.cohort for p in people if p.hall_id == hall.id}) == 4 for hall in halls)

    entries = all_marks(store, key)
    assert len(entries) == 800
    store.run(actions.enter_scores, clerk, sitting_id=key, entries=entries, signer=CLERK_SIGNER)
    typed = [Entry(entries[0].candidate_id, entries[0].paper_id, Points(70)), *entries[1:]]
    checked = store.run(actions.check_scores, head, sitting_id=key, entries=typed, signer=HEAD_SIGNER).value
    with store.reading() as session:
        [difference] = queries.differences(session, key)
    store.run(actions.settle_score, head, score_id=difference.id, points=Points(700), signer=HEAD_SIGNER)
    store.run(actions.lock_sitting, head, sitting_id=key, signer=HEAD_SIGNER)
    with store.reading() as session:
        assert (checked.equal, checked.differing, queries.tampered(session, key), step_faults(session)) == (
            799,
            1,
            [],
            [],
        )

    one = next(row for row in sheet_of(store, key).rows if row.name == people[5].name)
    raw(
        store,
        "UPDATE score SET points_tenths=990 WHERE id=?",
        one.cells[sheet_of(store, key).papers[1].id].score_id,
    )
    with store.reading() as session:
        assert queries.tampered(session, key) == [(one.name, Subject.MATHEMATICS)]
        assert len(step_faults(session)) == 1
    assert found is not None
    _papers_of_one_room(found, halls[2].id)


def _papers_of_one_room(found: bundle.Bundle, hall_id: str) -> None:
    nobody = {}.get
    rooms, doors = printing.room_papers(found, nobody, hall_id), printing.door_lists(found, hall_id)
    people = [p for p in found.candidates if p.hall_id == hall_id]
    pdf = papers.room_papers_pdf(list(ExamPaper), rooms, doors, printing.tickets(found, people, nobody))

    assert page_count(pdf) == 7 + 1 + 2 + 1 + len(
        rooms[0].papers
    )  # 25 tickets, the door, 25 slips, 25 faces, a record a paper
    text = "".join("".join(page_text(pdf, n).split()) for n in range(page_count(pdf)))
    assert {person.name for person in found.candidates if person.name in text} == {
        person.name for person in people
    }


def test_marks_changed_before_the_lock_stop_it(store: Store, clerk: str, head: str):
    made = make_school(store, clerk, sizes=(2,))
    key = open_day(store, clerk, made)
    store.run(actions.add_candidates, clerk, sitting_id=key, cohort_ids=made.cohorts)
    entries = all_marks(store, key)
    store.run(actions.enter_scores, clerk, sitting_id=key, entries=entries, signer=CLERK_SIGNER)
    store.run(actions.check_scores, head, sitting_id=key, entries=entries, signer=HEAD_SIGNER)
    conn = engine.connect(store.path, KEY)
    conn.close()

    raw(
        store,
        "UPDATE score SET points_tenths=1000, first_tenths=1000 WHERE candidate_id=?",
        entries[0].candidate_id,
    )

    with store.reading() as session:
        assert len(queries.tampered(session, key)) == 4
    with pytest.raises(UserError, match="签过名的不一样，可能被人从外面改过，不能锁定"):
        store.run(actions.lock_sitting, head, sitting_id=key, signer=HEAD_SIGNER)


def test_an_unsigned_or_changed_first_entry_cannot_be_checked(store: Store, clerk: str, head: str):
    made = make_school(store, clerk, sizes=(1,))
    key = open_day(store, clerk, made)
    store.run(actions.add_candidates, clerk, sitting_id=key, cohort_ids=made.cohorts)
    entries = all_marks(store, key)[:1]
    with pytest.raises(NotAllowed, match="没有签名"):
        store.run(actions.enter_scores, clerk, sitting_id=key, entries=entries, signer=None)
    with pytest.raises(NotAllowed, match="公钥"):
        store.run(actions.enter_scores, clerk, sitting_id=key, entries=entries, signer=HEAD_SIGNER)
    assert sheet_of(store, key).rows[0].cells == {}


def test_what_invigilators_wrote_down_gives_flags_and_holds_marks_off(store: Store, clerk: str):
    made = make_school(store, clerk, sizes=(5,))
    key = open_day(store, clerk, made)
    store.run(actions.add_candidates, clerk, sitting_id=key, cohort_ids=made.cohorts)
    hall = store.run(actions.add_hall, clerk, sitting_id=key, name="一", capacity=9).value
    store.run(actions.arrange_seats, clerk, sitting_id=key)
    paper = sheet_of(store, key).papers[0].id
    who = {row.seat_no: row.id for row in sheet_of(store, key).rows}

    def record(**kw) -> int:
        return store.run(
            actions.record_room, clerk, hall_id=hall, paper_id=paper, signer=CLERK_SIGNER, **kw
        ).value

    for wrong, words in (
        ({"absent": [9]}, "9 号座位没有考语文的人"), ({"absent": [2], "violations": [2]}, "不能又缺考又违纪"),
        ({"absent": [2], "scripts": 5}, "应有 4 份试卷，填的是 5 份"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=words):
            record(**wrong)
    assert record(absent=[2, 4], violations=[5], scripts=3) == 3
    flags = {row.seat_no: c.points.flag for row in sheet_of(store, key).rows for c in row.cells.values()}
    assert flags == {2: ScoreFlag.ABSENT, 4: ScoreFlag.ABSENT, 5: ScoreFlag.VIOLATION}
    with pytest.raises(UserError, match="考场记录上这名考生语文缺考"):
        store.run(
            actions.enter_scores,
            clerk,
            sitting_id=key,
            entries=[Entry(who[2], paper, Points(600))],
            signer=CLERK_SIGNER,
        )
    assert record(absent=[4], scripts=4) == 2
    store.run(
        actions.enter_scores,
        clerk,
        sitting_id=key,
        entries=[Entry(who[2], paper, Points(600))],
        signer=CLERK_SIGNER,
    )


def test_a_resit_holds_only_what_is_lacking_and_an_exemption_is_never_sat(
    store: Store, clerk: str, head: str
):
    made = make_school(store, clerk, sizes=(3,), absent=0)
    key = open_day(store, clerk, made)
    store.run(actions.add_candidates, clerk, sitting_id=key, cohort_ids=made.cohorts)
    sheet = sheet_of(store, key)
    maths = next(p.id for p in sheet.papers if p.subject is Subject.MATHEMATICS)
    absent = next(row.id for row in sheet.rows if row.name == "陈学二1")
    marks = [
        Entry(e.candidate_id, e.paper_id, Points(flag=ScoreFlag.ABSENT))
        if (e.candidate_id, e.paper_id) == (absent, maths)
        else e
        for e in all_marks(store, key)
    ]
    lock(store, clerk, head, key, marks)
    exempt = store.run(
        actions.record_exemption, clerk, person_id=made.people[0], level=DualLevel.SENIOR, subject=Subject.MATHEMATICS,
        proof_no="XF2026001", issuer="省学分银行", issued_on=date(2026, 1, 5),
    ).value  # fmt: skip
    autumn = open_day(store, clerk, made, title="补考", on=date(2026, 6, 1))

    entered = store.run(actions.enter_people, clerk, sitting_id=autumn, person_ids=made.people).value
    rows = sheet_of(store, autumn).rows
    assert (entered, [(row.name, row.due) for row in rows]) == (
        Added(1, 0, 0, 2), [("陈学二1", frozenset(p.id for p in sheet_of(store, autumn).papers if p.subject is Subject.MATHEMATICS))],
    )  # fmt: skip
    store.run(actions.review_exemption, clerk, exemption_id=exempt, reviewed_on=date(2026, 2, 1))
    june = open_day(store, clerk, made, title="六月", on=date(2026, 6, 20))
    assert store.run(actions.enter_people, clerk, sitting_id=june, person_ids=made.people).value == Added(
        0, 0, 0, 3
    )
    with store.reading() as session:
        chain = queries.chain_of(session, made.people[0], on=ON)
    assert [(c.role, c.words, c.counts) for c in chain if c.subject is Subject.MATHEMATICS] == [
        ("免考", "合格", True), ("首考", "缺考", False),
    ]  # fmt: skip


def test_a_proof_is_kept_with_its_exemption_and_serves_one_person(
    store: Store, clerk: str, attachments: Attachments, tmp_path: Path
):
    from kqdesk.desk.intake import from_path, keep_files  # noqa: PLC0415 -- Qt only where a test asks for it

    made = make_school(store, clerk, sizes=(2,))
    scan = tmp_path / "合格证明.png"
    scan.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    [kept] = keep_files(attachments, [from_path(scan)])
    given = {
        "level": DualLevel.SENIOR,
        "subject": Subject.CHINESE,
        "proof_no": "XF9",
        "issuer": "省学分银行",
        "issued_on": date(2026, 1, 5),
    }

    key = store.run(actions.record_exemption, clerk, person_id=made.people[0], proof=kept, **given).value

    with store.reading() as session:
        assert [row.name for row in attached(session, "exemption", [key], "proof")[key]] == ["合格证明.png"]
    with pytest.raises(UserError, match="已经登记在陈学二1名下"):
        store.run(actions.record_exemption, clerk, person_id=made.people[1], **given)


def test_nobody_sits_in_two_exams_at_the_same_hour(store: Store, clerk: str):
    made = make_school(store, clerk, sizes=(2,))
    morning = open_day(store, clerk, made, title="上午场")
    store.run(actions.add_candidates, clerk, sitting_id=morning, cohort_ids=made.cohorts)
    same = open_day(store, clerk, made, title="另一场", first=600)
    later = open_day(store, clerk, made, title="改天", on=date(2026, 3, 1))

    added = store.run(actions.add_candidates, clerk, sitting_id=same, cohort_ids=made.cohorts).value

    assert (added.added, added.refused) == (
        0,
        ("陈学二1同一时间在「上午场」考试", "沈学三1同一时间在「上午场」考试"),
    )
    assert (
        store.run(actions.add_candidates, clerk, sitting_id=later, cohort_ids=made.cohorts).value.added == 2
    )


def test_grades_of_a_locked_sitting_outlive_the_pack(store: Store, clerk: str, head: str):
    made = make_school(store, clerk, sizes=(1,))
    key = open_day(store, clerk, made)
    store.run(actions.add_candidates, clerk, sitting_id=key, cohort_ids=made.cohorts)
    lock(store, clerk, head, key, all_marks(store, key, 790))

    raw(store, "DELETE FROM rule_pack")

    with store.reading() as session:
        assert active_packs(session) == []
        policy = queries.score_sheet(session, key).policy
        [mark, *_] = queries.attempts(session)[made.people[0]]
    assert (policy.pack_key, policy.pack_version) == ("zj-2008", 1)
    assert rules.band_of(mark.points, mark.bands or ()) == (policy.bands or ())[1]
    assert sheet_of(store, key).sitting.state is SittingState.LOCKED
