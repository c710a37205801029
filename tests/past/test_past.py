"""Old ledgers: read, taken in as one step, checked by another, sealed, and counted only as the pack says."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.catalogue.terms import DualLevel, SkillLevel, Subject
from kqdesk.rooms.office import actions as office
from kqdesk.rooms.office.queries.steps import step_signatures
from kqdesk.rooms.office.terms import Certainty
from kqdesk.rooms.past import actions, queries, rules
from kqdesk.rooms.past.model import PastRecord
from kqdesk.rooms.past.rules import Line, PastRules
from kqdesk.rooms.past.sheets import PastRead, read_past
from kqdesk.rooms.past.terms import LedgerState, Part
from kqdesk.rooms.people import actions as people
from kqdesk.rooms.people.queries import plan_import
from kqdesk.store.attachments import Attachments, KeptFile
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER, HEAD_SIGNER
from tests.people.rows import CHEN, WANG, everybody

TODAY = date(2026, 3, 2)
TITLES = (
    "序号",
    "姓名",
    "身份证号",
    "培训班",
    "培训时间",
    "学时",
    "工种",
    "等级",
    "证书编号",
    "发证机关",
    "发证日期",
    "备注",
)
ROWS = (
    ("1", "王建国", WANG, "2009年缝纫工培训班", "2009.3.2-2009.5.30", "120", "缝纫工", "初级", "0912001", "绍兴县劳动局", "2009-6-15", ""),
    ("2", "陈美", CHEN, "2009年缝纫工培训班", "2009年3月至2009年5月", "120学时", "缝纫工", "五级", "0912002", "绍兴县劳动局", "2009年6月", ""),
    ("3", "李四", "", "2006年农函大茶叶班", "2006年", "60", "", "", "结2006-33", "兰亭成校", "", "茶农"),
    ("4", "赵五", "", "2010年班", "2010", "一百", "", "", "", "", "", ""),
)  # fmt: skip
HEAD = {
    "title": "2004—2010年农村劳动力培训登记册",
    "first_year": 2004,
    "last_year": 2010,
    "kept_at": "档案室 3 柜",
}


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    path = tmp_path / "台账.xlsx"
    write_table(path, "台账", [OutColumn(title, 14) for title in TITLES], ROWS)
    return path


@pytest.fixture
def read(ledger_file: Path) -> PastRead:
    return read_past(ledger_file, today=TODAY)


def take(store: Store, actor: str, read: PastRead) -> str:
    """Import the file; the ledger's id."""
    with store.reading() as session:
        plan = plan_import(session, read.people, follows_all=True)
    store.run(
        actions.import_ledger, actor, plan=plan, lines=read.lines, head=HEAD, file_name="台账.xlsx", faults=read.held
    )  # fmt: skip
    with store.reading() as session:
        return queries.ledgers(session)[0].id


def set_number(store: Store, clerk: str, head: str, key: str, value: object) -> None:
    pack = store.run(
        office.set_pack_value, clerk, key=key, value=value, source="区教〔2026〕9号", mark=Certainty.SEED,
        effective_from=TODAY, signer=CLERK_SIGNER,
    ).value  # fmt: skip
    store.run(office.activate_pack, head, pack_id=pack, signer=HEAD_SIGNER)


def check(store: Store, head: str, ledger: str) -> int:
    return store.run(actions.check_ledger, head, ledger_id=ledger, signer=HEAD_SIGNER).value


def counted(store: Store) -> list[tuple[Part, str | None]]:
    with store.reading() as session:
        return [(one.part, one.line.cohort) for one in queries.counted(session, on=TODAY)]


def test_a_ledger_is_read_in_its_own_words(read: PastRead) -> None:
    sewing = {
        "cohort": "2009年缝纫工培训班", "hours": 120, "is_skill": True, "occupation": "缝纫工",
        "skill_level": SkillLevel.JUNIOR, "issuer": "绍兴县劳动局",
    }  # fmt: skip

    assert read.lines == [
        Line(starts_on=date(2009, 3, 2), ends_on=date(2009, 5, 30), skill_no="0912001", issued_on=date(2009, 6, 15), **sewing),
        Line(starts_on=date(2009, 3, 1), ends_on=date(2009, 5, 31), skill_no="0912002", issued_on=date(2009, 6, 1), **sewing),
        Line(
            cohort="2006年农函大茶叶班", starts_on=date(2006, 1, 1), ends_on=date(2006, 12, 31), hours=60,
            completion_no="结2006-33", issuer="兰亭成校", note="茶农",
        ),
    ]  # fmt: skip
    assert [person.name for person in read.people] == ["王建国", "陈美", "李四"]
    assert [(f.row, f.key, f.reason) for f in read.faults] == [
        (5, "hours", "学时「一百」看不懂。请填整数，例如 60。")
    ]


def test_it_comes_in_as_one_step_with_its_people(store: Store, clerk: str, read: PastRead) -> None:
    known = store.run(people.add_person, clerk, fields={"name": "王建国", "id_number": WANG}).value

    ledger = take(store, clerk, read)

    with store.reading() as session:
        rows = queries.records(session, on=TODAY, ledger_id=ledger)
        [row] = queries.ledgers(session)
    assert [(r.line_no, r.name, r.person_id == known, bool(r.person_id)) for r in rows] == [
        (2, "王建国", True, True), (3, "陈美", False, True), (4, "李四", False, True),
    ]  # fmt: skip
    assert (row.title, row.years, row.lines, row.state) == (
        HEAD["title"],
        "2004–2010",
        3,
        LedgerState.ENTERED,
    )
    store.undo(clerk)
    assert [p["name"] for p in everybody(store)] == ["王建国"]
    with store.reading() as session:
        assert session.scalars(select(PastRecord)).all() == []


def test_only_another_person_checks_and_then_it_is_sealed(
    store: Store, clerk: str, head: str, read: PastRead
) -> None:
    ledger = take(store, clerk, read)
    with pytest.raises(NotAllowed, match="另一位操作人"):
        store.run(actions.check_ledger, clerk, ledger_id=ledger, signer=CLERK_SIGNER)

    lines = check(store, head, ledger)

    with store.reading() as session:
        record = queries.records(session, on=TODAY, ledger_id=ledger)[0]
        [signed] = step_signatures(session, "past_ledger", [ledger])[ledger]
    assert (lines, signed.standing.label, signed.name) == (3, "签名有效", "章国平")
    with pytest.raises(UserError, match="台账已核对"):
        store.run(actions.remove_records, clerk, record_ids=[record.id])
    with pytest.raises(UserError, match="退回核对"):
        store.undo(head)


def test_a_checked_ledger_is_reopened_with_a_reason(
    store: Store, clerk: str, head: str, read: PastRead
) -> None:
    ledger = take(store, clerk, read)
    check(store, head, ledger)

    store.run(actions.reopen_ledger, head, ledger_id=ledger, reason="第 3 行学时看错")

    with store.reading() as session:
        record = queries.records(session, on=TODAY, ledger_id=ledger)[2]
    store.run(
        actions.edit_record, clerk, record_id=record.id, person_id=record.person_id, name="李四",
        line=Line(cohort="2006年农函大茶叶班", hours=80),
    )  # fmt: skip
    assert check(store, head, ledger) == 3


def test_nothing_counts_before_the_pack_says_so(
    store: Store, clerk: str, head: str, read: PastRead, attachments: Attachments
) -> None:
    ledger = take(store, clerk, read)
    check(store, head, ledger)
    assert counted(store) == []
    store.run(office.load_packs, clerk)
    assert counted(store) == []

    set_number(store, clerk, head, "past.counts_hours", True)
    all_hours = counted(store)
    set_number(store, clerk, head, "past.since_year", 2008)
    since = counted(store)
    set_number(store, clerk, head, "past.needs_scan", True)
    without_scan = counted(store)
    scan = KeptFile(attachments.keep(b"page"), "第1页.jpg", "image/jpeg", 4)
    store.run(actions.put_scans, clerk, ledger_id=ledger, files=[scan])

    hours_2009, hours_2006 = (Part.HOURS, "2009年缝纫工培训班"), (Part.HOURS, "2006年农函大茶叶班")
    assert (all_hours, since, without_scan, counted(store)) == (
        [hours_2009, hours_2009, hours_2006], [hours_2009, hours_2009], [], [hours_2009, hours_2009],
    )  # fmt: skip


def test_one_number_for_two_people_is_no_check(store: Store, clerk: str, head: str, read: PastRead) -> None:
    ledger = take(store, clerk, read)
    store.run(
        actions.add_record, clerk, ledger_id=ledger, person_id=None, name="钱六", line=Line(skill_no="0912001")
    )  # fmt: skip

    with pytest.raises(UserError, match=r"0912001.*2 行"):
        check(store, head, ledger)


def test_whose_line_it_is_moves_with_a_merge(store: Store, clerk: str, head: str, read: PastRead) -> None:
    ledger = take(store, clerk, read)
    check(store, head, ledger)
    late = store.run(people.add_person, clerk, fields={"name": "李四", "phone": "15400001111"}).value
    with store.reading() as session:
        record = queries.records(session, on=TODAY, ledger_id=ledger)[2]
    store.run(actions.match_record, clerk, record_id=record.id, person_id=late)
    assert record.person_id is not None

    done = store.run(
        people.merge_people, clerk, one_id=record.person_id, other_id=late, chosen={}, reason="同一人"
    ).value

    with store.reading() as session:
        assert [r.name for r in queries.records(session, on=TODAY, person_id=done.winner_id)] == ["李四"]


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        (Line(), ["cohort"]),
        (Line(cohort="班", starts_on=date(2009, 5, 1), ends_on=date(2009, 3, 1)), ["ends_on"]),
        (Line(cohort="班", ends_on=date(2027, 1, 1)), ["ends_on"]),
        (Line(completion_no="1", starts_on=date(2009, 5, 1), issued_on=date(2009, 4, 1)), ["issued_on"]),
        (Line(hours=4_000), ["hours"]),
        (Line(subject=Subject.CHINESE, points_tenths=1_600), ["points"]),
        (Line(hours=60, ends_on=date(2009, 5, 1)), []),
    ],
)
def test_what_cannot_be_right_in_a_line(line: Line, keys: list[str]) -> None:
    assert list(rules.faults(line, TODAY)) == keys


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (Line(hours=60), (Part.HOURS,)),
        (Line(subject=Subject.CHINESE, points_tenths=800), (Part.MARKS,)),
        (Line(occupation="缝纫工", skill_level=SkillLevel.JUNIOR, skill_no="1"), (Part.SKILLS,)),
        (Line(level=DualLevel.SENIOR, diploma_no="1"), (Part.DIPLOMAS,)),
        (Line(cohort="班"), ()),
    ],
)
def test_what_of_a_line_could_count(line: Line, parts: tuple[Part, ...]) -> None:
    assert rules.parts_of(line) == parts


def test_why_a_part_does_not_count() -> None:
    line = Line(hours=60, ends_on=date(2005, 1, 1))
    yes = PastRules(2004, True, {Part.HOURS: True})

    def why(state: LedgerState, policy: PastRules, *, has_scan: bool = True) -> str:
        return rules.why_not(line, Part.HOURS, state, has_scan=has_scan, rules=policy)

    assert why(LedgerState.CHECKED, yes) == ""
    assert why(LedgerState.ENTERED, yes) == "台账还没有核对"
    assert why(LedgerState.CHECKED, PastRules()) == "规则包没有写明补录的学时算不算（未配置）"
    assert why(LedgerState.CHECKED, PastRules(counts={Part.HOURS: False})) == "按规则包，补录的学时不算"
    assert why(LedgerState.CHECKED, PastRules(2006, None, {Part.HOURS: True})) == "早于 2006 年"
    assert why(LedgerState.CHECKED, yes, has_scan=False) == "还没有放原件的扫描件"
