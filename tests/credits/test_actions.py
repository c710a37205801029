"""Accounts, booking, reversal, batches and answers against a real store."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from kqdesk.kernel.errors import InputFaults, UserError
from kqdesk.printing.preview import page_text
from kqdesk.rooms.attendance.model import Roll
from kqdesk.rooms.catalogue.terms import SkillLevel
from kqdesk.rooms.certificates import actions as certificates
from kqdesk.rooms.certificates.terms import Verification
from kqdesk.rooms.credits import actions, papers, queries, sheets
from kqdesk.rooms.credits.model import CreditEntry
from kqdesk.rooms.credits.rules import AnswerLine
from kqdesk.rooms.credits.terms import AccountState, Answer, BatchState, CreditUnit, SourceKind
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.exams.school import Made, make_school
from tests.statements import count_statements

TODAY = date(2026, 3, 2)
BANK, DUAL, POINT = CreditUnit.CREDIT_BANK_CREDIT, CreditUnit.DUAL_CERT_CREDIT, CreditUnit.DEPT_POINT


@action("测试锁定考勤")
def _lock(w: Writing, *, lessons: list[str]) -> None:
    """The headmaster locked these rolls by hand."""
    w.session.execute(
        update(Roll).where(Roll.lesson_id.in_(lessons)).values(locked_at=w.now, locked_by=w.actor)
    )


@action("测试刚点的名")
def _take_anew(w: Writing, *, lessons: list[str]) -> None:
    """These rolls were taken this minute: nothing locks them yet."""
    w.session.execute(update(Roll).where(Roll.lesson_id.in_(lessons)).values(taken_at=w.now))


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    found = make_school(store, clerk, sizes=(3, 2))
    store.run(_lock, clerk, lessons=found.lessons)
    return found


def skill(store: Store, clerk: str, person_id: str, number: str = "S0001") -> str:
    return store.run(
        certificates.record_skill_certificate, clerk, person_id=person_id, occupation="电工", level=SkillLevel.MIDDLE,
        number=number, issuer="绍兴市人社局", issued_on=date(2025, 12, 1), expires_on=None,
        verification=Verification.VERIFIED,
    ).value  # fmt: skip


def balances(store: Store, person_id: str) -> dict[CreditUnit, int]:
    with store.reading() as session:
        return queries.account(session, person_id).balances


def test_booking_what_is_due_once_and_never_twice(store: Store, clerk: str, made: Made):
    count = store.run(actions.book_due, clerk, person_ids=made.people).value

    assert count == 5  # 40 hours each, the first of each cohort 20: 4 and 2 credits
    assert [balances(store, key)[DUAL] for key in made.people] == [200, 400, 400, 200, 400]
    with pytest.raises(UserError, match="没有要入账的学分"):
        store.run(actions.book_due, clerk, person_ids=made.people)


def test_a_new_certificate_adds_its_difference_only(store: Store, clerk: str, made: Made):
    store.run(actions.book_due, clerk, person_ids=made.people)
    skill(store, clerk, made.people[1])

    count = store.run(actions.book_due, clerk, person_ids=made.people).value

    with store.reading() as session:
        entry = queries.entries_of(session, made.people[1])[0]
    assert count == 1
    assert (entry.source, entry.hundredths, entry.proofs[0][:3]) == (
        SourceKind.SKILL, 2000, ("certificates", "find", "S0001"),
    )  # fmt: skip
    assert balances(store, made.people[1]) == {DUAL: 2400, BANK: 0, POINT: 0}


def test_hours_wait_until_the_roll_is_locked(store: Store, clerk: str):
    made = make_school(store, clerk, sizes=(2,))
    store.run(_take_anew, clerk, lessons=made.lessons)

    with store.reading() as session:
        rows = queries.accounts(session, on=TODAY)

    assert [(row.due, row.held_back) for row in rows] == [
        ((), "还有 4 次课的考勤没有锁定，锁定后再入账学时")
    ] * 2
    with pytest.raises(UserError, match="还没有锁定"):
        store.run(actions.book_due, clerk, person_ids=made.people)


def test_entries_are_only_ever_added(store: Store, clerk: str, made: Made):
    store.run(actions.book_due, clerk, person_ids=made.people[:1])

    with pytest.raises(UserError, match="用「冲正」"):
        store.undo(clerk)

    @action("测试改学分")
    def _tamper(w: Writing) -> None:
        w.session.execute(text("UPDATE credit_entry SET hundredths=99999"))

    with pytest.raises((UserError, DatabaseError), match="只增不改"):
        store.run(_tamper, clerk)
    assert balances(store, made.people[0])[DUAL] == 200


def test_a_reversal_nets_to_zero_once_with_its_reason(store: Store, clerk: str, made: Made):
    store.run(actions.book_due, clerk, person_ids=made.people[:1])
    with store.reading() as session:
        entry = queries.entries_of(session, made.people[0])[0]

    with pytest.raises(UserError, match="写明冲正的原因"):
        store.run(actions.reverse_entry, clerk, entry_id=entry.id, reason=" ")
    store.run(actions.reverse_entry, clerk, entry_id=entry.id, reason="记错了人")

    assert balances(store, made.people[0])[DUAL] == 0
    with store.reading() as session:
        back, first = queries.entries_of(session, made.people[0])
    assert (back.reason, back.reverses_id, first.is_reversed) == ("记错了人", entry.id, True)
    for again in (entry.id, back.id):
        with pytest.raises(UserError, match="冲"):
            store.run(actions.reverse_entry, clerk, entry_id=again, reason="再冲")


def test_points_by_paper_are_booked_once(store: Store, clerk: str, made: Made):
    given = {
        "person_id": made.people[0], "unit": POINT, "hundredths": 150, "paper": "柯教〔2026〕1 号", "words": "志愿服务",
        "earned_on": TODAY,
    }  # fmt: skip

    store.run(actions.book_by_paper, clerk, **given)

    assert balances(store, made.people[0]) == {DUAL: 0, BANK: 0, POINT: 150}
    with pytest.raises(UserError, match=r"已经登记过 1\.5"):
        store.run(actions.book_by_paper, clerk, **given)
    for change, words in (
        ({"unit": DUAL}, "不手工登记"), ({"hundredths": 0}, "大于 0"), ({"paper": ""}, "依据文件"),
        ({"earned_on": date(2027, 1, 1)}, "今天以后"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=words):
            store.run(actions.book_by_paper, clerk, **{**given, **change})


def test_an_account_number_belongs_to_one_person(store: Store, clerk: str, made: Made):
    store.run(
        actions.keep_account, clerk, person_id=made.people[0], state=AccountState.OPEN, bank_number="ZJ001",
        opened_on=TODAY,
    )  # fmt: skip

    with pytest.raises(UserError, match="账号 ZJ001 已经登记在"):
        store.run(
            actions.keep_account,
            clerk,
            person_id=made.people[1],
            state=AccountState.OPEN,
            bank_number="ZJ001",
        )
    with pytest.raises(UserError, match="要填学分银行账号"):
        store.run(actions.keep_account, clerk, person_id=made.people[1], state=AccountState.OPEN)


# -- to the credit bank and back ------------------------------------------------------------------


def sent_batch(store: Store, clerk: str, made: Made) -> list[queries.ClaimRow]:
    for n, person in enumerate(made.people[:2]):
        skill(store, clerk, person, f"S000{n}")
    with store.reading() as session:
        keys = [one.source_key for one in queries.achievements(session)]
    batch = store.run(actions.draw_batch, clerk, source_keys=keys).value
    store.run(actions.send_batch, clerk, batch_id=batch, sent_on=TODAY)
    with store.reading() as session:
        return queries.claims(session, batch)


def test_answers_come_back_by_number_are_booked_and_close_the_batch(store: Store, clerk: str, made: Made):
    first, second = sent_batch(store, clerk, made)
    lines = [
        AnswerLine(2, first.external_no, Answer.ACCEPTED, 150),
        AnswerLine(3, second.external_no, Answer.RETURNED, reason="缺扫描件"),
    ]

    count = store.run(actions.take_answers, clerk, lines=lines).value

    assert count == 2
    assert balances(store, first.person_id)[BANK] == 150
    assert balances(store, second.person_id)[BANK] == 0
    with store.reading() as session:
        batch = queries.batches(session)[0]
        again = queries.achievements(session)
    assert (batch.state, batch.accepted, batch.returned) == (BatchState.ANSWERED, 1, 1)
    assert [one.person_id for one in again] == [second.person_id]  # a returned one may be sent anew
    with pytest.raises(UserError, match="没有新的答复：2 行"):
        store.run(actions.take_answers, clerk, lines=lines)


def test_one_wrong_line_books_nothing(store: Store, clerk: str, made: Made):
    first, _ = sent_batch(store, clerk, made)
    lines = [AnswerLine(2, first.external_no, Answer.ACCEPTED, 150), AnswerLine(3, "x", Answer.ACCEPTED, 100)]

    with pytest.raises(InputFaults) as caught:
        store.run(actions.take_answers, clerk, lines=lines)

    assert caught.value.faults == ((3, "流水号 x 不是本校报送的。"),)
    assert balances(store, first.person_id)[BANK] == 0


def test_a_batch_that_was_sent_is_sealed(store: Store, clerk: str, made: Made):
    claims = sent_batch(store, clerk, made)

    @action("测试改成果")
    def _tamper(w: Writing) -> None:
        w.session.execute(text("UPDATE credit_claim SET project='别的'"))

    with pytest.raises((UserError, DatabaseError), match="批次已报送"):
        store.run(_tamper, clerk)
    with store.reading() as session:
        batch = queries.batches(session)[0]
    with pytest.raises(UserError, match="不能删除"):
        store.run(actions.drop_batch, clerk, batch_id=batch.id)
    assert len(batch.digest) == 64
    assert len({claim.external_no for claim in claims}) == 2


def test_a_draft_can_be_dropped_and_its_achievements_sent_in_another(store: Store, clerk: str, made: Made):
    skill(store, clerk, made.people[0])
    with store.reading() as session:
        keys = [one.source_key for one in queries.achievements(session)]
    batch = store.run(actions.draw_batch, clerk, source_keys=keys).value
    with pytest.raises(UserError, match="别的批次"):
        store.run(actions.draw_batch, clerk, source_keys=keys)

    store.run(actions.drop_batch, clerk, batch_id=batch)

    with store.reading() as session:
        assert [one.source_key for one in queries.achievements(session)] == keys
    store.undo(clerk)
    with store.reading() as session:
        assert queries.achievements(session) == []


def test_what_lacks_something_cannot_be_sent(store: Store, clerk: str, made: Made):
    skill(store, clerk, made.people[0], "")
    with store.reading() as session:
        (found,) = queries.achievements(session)

    assert found.lacks == "技能证书没有编号"
    with pytest.raises(UserError, match="技能证书没有编号"):
        store.run(actions.draw_batch, clerk, source_keys=[found.source_key])


def test_the_upload_table_comes_back_as_answers(store: Store, clerk: str, made: Made, tmp_path: Path):
    claims = sent_batch(store, clerk, made)
    path = tmp_path / "上传.xlsx"
    sheets.write_upload(path, ("330603008", "兰亭成校"), claims)
    _answer_like_the_bank(path)

    lines = sheets.read_answers(path, today=TODAY)

    assert [(one.external_no, one.answer, one.hundredths, one.name) for one in lines] == [
        (claim.external_no, Answer.ACCEPTED, 150, claim.name) for claim in claims
    ]
    assert store.run(actions.take_answers, clerk, lines=lines).value == 2


def test_another_table_is_refused_in_words(tmp_path: Path):
    path = tmp_path / "别的.csv"
    path.write_text("姓名,电话\n陈学一,13800000000\n", "utf-8")

    with pytest.raises(InputFaults, match="外部流水号"):
        sheets.read_answers(path, today=TODAY)


def _answer_like_the_bank(path: Path) -> None:
    import openpyxl  # noqa: PLC0415 -- only this test writes as the bank would

    book = openpyxl.load_workbook(path)
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        row[heads.index("状态")].value = "已认定"
        row[heads.index("认定学分")].value = 1.5
    book.save(path)


def test_the_number_of_statements_does_not_grow(store: Store, clerk: str, made: Made):
    few = count_statements(store, lambda s: queries.accounts(s, on=TODAY, person_id=made.people[0]))
    store.run(actions.book_due, clerk, person_ids=made.people)
    many = count_statements(store, lambda s: queries.accounts(s, on=TODAY))

    assert many == few


def test_the_printed_account_lists_every_entry(store: Store, clerk: str, made: Made):
    store.run(actions.book_due, clerk, person_ids=made.people[:1])
    with store.reading() as session:
        account = queries.account(session, made.people[0])
        kept = session.query(CreditEntry).count()

    part = papers.account_part(papers.AccountPaper("兰亭成校", account, TODAY))
    pdf = papers.account_pdf([papers.AccountPaper("兰亭成校", account, TODAY)])

    grids = [block for block in part.blocks if type(block).__name__ == "Grid"]
    assert [len(grid.rows) for grid in grids] == [kept + 1]
    assert pdf.startswith(b"%PDF")


def test_the_transcript_shows_what_is_locked_and_nothing_in_doubt(store: Store, clerk: str, made: Made):
    skill(store, clerk, made.people[1])
    doubtful = skill(store, clerk, made.people[1], "S0002")
    store.run(
        certificates.verify_skill_certificate, clerk, ids=[doubtful], verification=Verification.DOUBTFUL
    )
    with store.reading() as session:
        told = queries.transcript(session, made.people[1], on=TODAY)

    assert [(line.title, line.hours, line.proof) for line in told.courses] == [("兰亭高中1班", "40", "")]
    assert [line.number for line in told.skills] == ["S0001"]
    assert (told.marks, told.is_empty) == ((), False)
    pdf = papers.transcript_pdf([papers.TranscriptPaper("兰亭成校", told, TODAY)])
    text_of = "".join(page_text(pdf, 0).split())
    assert [word in text_of for word in ("学习成绩单", "兰亭高中1班", "S0001", "S0002", "文化课成绩")] == [
        True, True, True, False, False,
    ]  # fmt: skip
