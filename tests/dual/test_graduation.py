"""From the board to the diploma: exemptions, forecast, applications, posting, packet, receipts, retake cohorts."""

import hashlib
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.printing.preview import page_text
from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel, Subject
from kqdesk.rooms.certificates.model import SkillCertificate
from kqdesk.rooms.cohorts.model import Cohort, CohortKindMark, Enrolment
from kqdesk.rooms.cohorts.terms import CohortKind, CohortState
from kqdesk.rooms.dual import actions, papers, queries, rules, sheets
from kqdesk.rooms.dual.page import printing
from kqdesk.rooms.dual.terms import GraduationState, Outlook, Relation
from kqdesk.rooms.exams import actions as exams
from kqdesk.rooms.exams import queries as sittings
from kqdesk.rooms.exams.actions import Entry
from kqdesk.rooms.exams.rules import Attempt, Points
from kqdesk.rooms.office.rules import Band
from kqdesk.rooms.people.model import Person
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER
from tests.dual.test_rules import JINHUA, SUBJECTS, ZJ, learner, paper
from tests.exams.school import Made, make_school

TODAY = date(2026, 3, 2)


# -- rules ----------------------------------------------------------------------------------------


def exempt(subject: Subject, tenths: int | None = None) -> Attempt:
    return Attempt(
        subject, date(2025, 3, 1), Points(tenths), "", "免考（省学分银行 XF1）", DualLevel.SENIOR, None, "XF1"
    )


def test_an_exemption_counts_as_sat_and_brings_credits_once_the_pack_says_how_many():
    one = learner(None, 70, 70, 70, culture=300, papers=(paper(SkillLevel.MIDDLE),))
    free = replace(one, attempts=(*one.attempts, exempt(Subject.CHINESE)))
    priced = replace(ZJ, exemption_credits=5)

    assert (rules.reckon(one, ZJ).lacking, rules.reckon(free, ZJ).lacking) == (("语文没有成绩",), ())
    assert (rules.reckon(free, ZJ).total, rules.reckon(free, ZJ).is_whole) == (65, False)
    assert (rules.reckon(free, priced).total, rules.reckon(free, priced).is_whole) == (70, True)
    marked = replace(one, attempts=(*one.attempts, exempt(Subject.CHINESE, 900)))
    assert (rules.reckon(marked, ZJ).total, rules.reckon(marked, ZJ).is_whole) == (75, True)
    words = rules.explain(free, ZJ)[2].steps[0].words
    assert words == "免考（省学分银行 XF1），免考科目计几学分未配置，没有计入"


def test_a_grade_is_that_of_its_own_sitting_whatever_the_pack_says_now():
    own = (Band("甲", 50, 9), Band("乙", 0, 2))
    one = learner(70, 70, 70, 70)
    issued = replace(one, attempts=tuple(replace(a, bands=own) for a in one.attempts))

    assert (rules.exam_credit(one, ZJ), rules.exam_credit(issued, ZJ)) == (20, 36)
    stricter = replace(ZJ, bands=(Band("A", 90, 10), Band("D", 0, 1)))
    assert (rules.exam_credit(one, stricter), rules.exam_credit(issued, stricter)) == (4, 36)


def test_who_can_finish_this_year():
    def look(one, rules_=ZJ, coming=(), *, trains=False) -> Outlook:
        return rules.forecast(one, rules_, rules.reckon(one, rules_), coming=coming, trains=trains).outlook

    whole = learner(70, 70, 70, 70, papers=(paper(SkillLevel.MIDDLE),))
    lacks = learner(70, None, 70, 70, papers=(paper(SkillLevel.MIDDLE),))
    bare = learner(70, 70, 70, 70)

    assert look(whole) is Outlook.READY
    assert look(replace(whole, diploma_no="浙1")) is Outlook.DONE
    assert [look(lacks), look(lacks, coming={Subject.MATHEMATICS})] == [Outlook.LATE, Outlook.POSSIBLE]
    assert [look(bare), look(bare, trains=True)] == [Outlook.LATE, Outlook.POSSIBLE]
    assert look(replace(bare, diploma_no="浙1"), trains=True) is Outlook.POSSIBLE
    high = replace(ZJ, thresholds={DualLevel.SENIOR: 90})
    assert look(whole, high) is Outlook.LATE


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([ZJ, JINHUA]),
    st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=4, max_size=4),
    st.integers(0, 400),
    st.sampled_from([(), (paper(SkillLevel.MIDDLE),)]),
)
def test_with_packs_of_either_shape_what_is_frozen_is_what_was_reckoned(pack, marks, hours, held):
    one = learner(*marks, culture=hours, papers=held)
    reckoning = rules.reckon(one, pack)

    kept = rules.frozen(one, pack, reckoning)

    tops = [line for line in kept.lines if line["depth"] == 0]
    assert sum(line["credits"] or 0 for line in tops) == kept.total == reckoning.total
    better = [m if m is None else 100 for m in marks]
    assert rules.reckon(learner(*better, culture=hours, papers=held), pack).total >= reckoning.total


@settings(max_examples=80, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(1, 15), st.sets(st.integers(0, 60)))
def test_a_posting_ends_on_its_last_working_day(first: date, days: int, closed: set[int]):
    def is_workday(day: date) -> bool:
        return day.weekday() < 5 and (day - first).days not in closed

    last = rules.posting_end(first, days, is_workday)

    inside = [first + timedelta(n) for n in range((last - first).days + 1)]
    assert sum(map(is_workday, inside)) == days
    assert is_workday(last)


def test_the_explanation_of_81_credits_on_paper():
    one = learner(95, 79, 60, 59, culture=300, skill=80, papers=(paper(SkillLevel.MIDDLE),))
    reckoning = rules.reckon(one, ZJ)
    kept = rules.frozen(one, ZJ, reckoning)
    sheet = papers.CreditPaper(
        "兰亭成校",
        "陈学二",
        "330621********0001",
        "成人高中",
        "兰亭高中1班",
        TODAY,
        reckoning.words,
        "测算",
        kept.lines,
        kept.packs,
    )

    text = "".join(page_text(papers.credit_sheets_pdf([sheet]), 0).split())

    assert reckoning.total == 81
    for words in ("面授学时", "文化课300学时，技能培训80学时", "38", "中级工（四级），值20", "95分，等第A，10学分", "59分，等第C，3学分", "合计（测算）", "81",
                  "全省成人双证制学分口径（测算参考）第1版"):  # fmt: skip
        assert words in text
    assert len(SUBJECTS) == 4


# -- acts -----------------------------------------------------------------------------------------


@action("测试技能证书")
def give_skill(w: Writing, *, people: list[str]) -> None:
    w.session.add_all(
        SkillCertificate(person_id=p, occupation="电工", level=SkillLevel.MIDDLE) for p in people
    )


@pytest.fixture
def made(store: Store, clerk: str, head: str) -> Made:
    """Five learners: two with everything but the diploma, one without mathematics, two without a skill certificate."""
    made = make_school(store, clerk, sizes=(5,), absent=0)
    key = store.run(
        exams.open_sitting, clerk, title="春季考试", on=date(2026, 2, 1), programme_id=made.programme
    ).value
    store.run(exams.add_candidates, clerk, sitting_id=key, cohort_ids=made.cohorts)
    with store.reading() as session:
        sheet = sittings.score_sheet(session, key)
        people = {c.id: c.person_id for c in sittings.candidates(session, key)}
    maths = sheet.papers[1].id
    from kqdesk.rooms.exams.terms import ScoreFlag  # noqa: PLC0415 -- used here only

    entries = [
        Entry(
            r.id,
            p,
            Points(flag=ScoreFlag.ABSENT) if p == maths and people[r.id] == made.people[2] else Points(700),
        )
        for r in sheet.rows
        for p in sorted(r.due)
    ]
    store.run(exams.enter_scores, clerk, sitting_id=key, entries=entries, signer=CLERK_SIGNER)
    store.run(exams.check_scores, head, sitting_id=key, entries=entries, signer=HEAD_SIGNER)
    store.run(exams.lock_sitting, head, sitting_id=key, signer=HEAD_SIGNER)
    store.run(give_skill, clerk, people=made.people[:3])
    return made


@pytest.fixture
def batch(store: Store, clerk: str, made: Made) -> str:
    return store.run(actions.open_batch, clerk, title="2026 上半年", level=DualLevel.SENIOR).value


def test_only_who_lacks_nothing_but_the_diploma_may_apply(store: Store, clerk: str, made: Made, batch: str):
    for person, words in ((made.people[2], "还缺文化考试"), (made.people[3], "还缺技能证书")):
        with pytest.raises(UserError, match=words):
            store.run(actions.take_applications, clerk, batch_id=batch, person_ids=[person])
    assert store.run(actions.take_applications, clerk, batch_id=batch, person_ids=made.people[:2]).value == 2
    with pytest.raises(UserError, match="已经在「2026 上半年」里申请过"):
        store.run(actions.take_applications, clerk, batch_id=batch, person_ids=made.people[:1])


def test_checked_by_another_posted_sent_with_its_hash_and_then_frozen(
    store: Store, clerk: str, head: str, made: Made, batch: str, clock, tmp_path: Path
):
    store.run(actions.take_applications, clerk, batch_id=batch, person_ids=made.people[:2])
    days = {"posted_on": TODAY, "posted_until": TODAY + timedelta(6)}
    with pytest.raises(NotAllowed, match="要由另一个人审核"):
        store.run(actions.post_batch, clerk, batch_id=batch, signer=CLERK_SIGNER, **days)
    store.run(actions.post_batch, head, batch_id=batch, signer=HEAD_SIGNER, **days)
    with store.reading() as session:
        rows = queries.applications(session, batch)
    graduates = [printing.graduate(row, is_masked=False) for row in rows]
    lines = [(g.name, g.sex, g.id_number, g.cohort, g.skill, g.credits, g.diploma_no, "") for g in graduates]
    packet = tmp_path / "p.zip"
    digest = sheets.write_packet(packet, lines, {"公示.pdf": b"%PDF"})
    sent = {"batch_id": batch, "submitted_to": "绍兴市教育局", "packet_digest": digest}
    with pytest.raises(UserError, match="才结束"):
        store.run(actions.submit_batch, clerk, **sent)
    clock.forward(days=8)

    store.run(actions.submit_batch, clerk, **sent)

    with store.reading() as session:
        [row] = queries.batches(session)
    assert (row.state, row.packet_digest) == (
        GraduationState.SUBMITTED,
        hashlib.sha256(packet.read_bytes()).hexdigest(),
    )
    with zipfile.ZipFile(packet) as opened:
        assert sorted(opened.namelist()) == ["公示.pdf", "毕业生名册.xlsx", "清单.txt"]
        assert hashlib.sha256(opened.read("毕业生名册.xlsx")).hexdigest() in opened.read("清单.txt").decode()
    with pytest.raises(UserError, match="已经报送"):
        store.run(actions.drop_applications, clerk, batch_id=batch, person_ids=made.people[:1])
    with pytest.raises(UserError, match="已经报送，不能撤销"):
        store.undo(clerk)


def test_the_posted_list_is_masked_and_the_form_is_whole(store: Store, clerk: str, made: Made, batch: str):
    store.run(actions.take_applications, clerk, batch_id=batch, person_ids=made.people[:1])
    with store.reading() as session:
        [row] = queries.applications(session, batch)
        [one] = queries.batches(session)

    posted = papers.posted_list_pdf(printing.graduate_list(None, one, [row], TODAY, is_masked=True))
    form = papers.registration_forms_pdf([printing.registration(None, one, row, None)])

    assert row.id_number not in page_text(posted, 0)
    assert "330621********0000" in page_text(posted, 0)
    told = "".join(page_text(form, 0).split())
    assert row.id_number in told
    assert "语文70分，等第B，5学分" in told


def diploma(store: Store, clerk: str, person: str, number: str = "浙绍成高2026001") -> str:
    return store.run(
        actions.record_diploma, clerk, person_id=person, level=DualLevel.SENIOR, number=number, issuer="绍兴市教育局",
        issued_on=date(2026, 2, 20),
    ).value  # fmt: skip


def test_a_diploma_flips_the_roster_and_undo_flips_it_back(store: Store, clerk: str, made: Made):
    def schooling() -> str | None:
        with store.reading() as session:
            return session.get_one(Person, made.people[0]).education_code

    diploma(store, clerk, made.people[0])
    assert schooling() == "44"
    store.undo(clerk)
    assert schooling() is None


def test_a_diploma_is_handed_out_once_a_proxy_is_named_and_a_lost_one_gets_a_proof(
    store: Store, clerk: str, made: Made
):
    key = diploma(store, clerk, made.people[0])
    give = {"diploma_id": key, "handed_on": TODAY}
    with pytest.raises(UserError, match="代领人的姓名和证件号码"):
        store.run(actions.hand_out_diploma, clerk, relation=Relation.SPOUSE, **give)
    store.run(
        actions.hand_out_diploma,
        clerk,
        relation=Relation.SPOUSE,
        taker_name="沈三",
        taker_number="33062119800101001X",
        **give,
    )
    with pytest.raises(UserError, match="已经领走"):
        store.run(actions.hand_out_diploma, clerk, **give)
    with pytest.raises(UserError, match="已经领走，登记不能再改"):
        store.run(
            actions.change_diploma, clerk, person_id=made.people[0], level=DualLevel.SENIOR, number="别的", issuer="市局",
            issued_on=date(2026, 2, 20),
        )  # fmt: skip
    lost = {"diploma_id": key, "issuer": "绍兴市教育局", "issued_on": TODAY, "reason": "遗失"}
    with pytest.raises(UserError, match="不能用原证书的编号"):
        store.run(actions.record_proof, clerk, number="浙绍成高2026001", **lost)
    store.run(actions.record_proof, clerk, number="证明2026001", **lost)

    with store.reading() as session:
        [row] = queries.diplomas(session)
    assert (row.number, row.proof_no, row.taker) == ("浙绍成高2026001", "证明2026001", "沈三")
    line = printing.receipt_line(row)
    assert (line.relation, line.taker_number, line.note) == (
        "配偶",
        "330621********001X",
        "证明书 证明2026001",
    )


def test_one_click_opens_a_retake_cohort_with_everybody_in_it(store: Store, clerk: str, made: Made):
    cohort_id, enrolled = store.run(
        actions.open_retake_cohort,
        clerk,
        title="成人高中数学重修班",
        programme_id=made.programme,
        person_ids=made.people[2:4],
    ).value

    with store.reading() as session:
        cohort = session.get_one(Cohort, cohort_id)
        kinds = session.query(CohortKindMark.kind).filter_by(cohort_id=cohort_id).all()
        inside = session.query(Enrolment.person_id).filter_by(cohort_id=cohort_id).all()
    assert (cohort.state, kinds, enrolled.enrolled) == (CohortState.PLANNED, [(CohortKind.RETAKE,)], 2)
    assert {person for (person,) in inside} == set(made.people[2:4])
    store.undo(clerk)
    with store.reading() as session:
        assert session.get(Cohort, cohort_id) is None


def test_an_issuers_workbook_is_read_by_its_headings(tmp_path: Path):
    from openpyxl import Workbook  # noqa: PLC0415 -- used here only

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["发证日期", "毕业证书编号", "姓名", "身份证号"],
        ["2026.1.30", "浙1", "陈一", "33062119800101001x"],
    ):
        sheet.append(row)
    book.save(tmp_path / "d.xlsx")

    assert sheets.read_diplomas(tmp_path / "d.xlsx", today=TODAY) == [
        sheets.DiplomaCells("33062119800101001X", "陈一", "浙1", "2026-01-30")
    ]
