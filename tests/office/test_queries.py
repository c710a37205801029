"""Questions to 办公室: the rule book of the page, and a fixed number of statements."""

from datetime import date

from kqdesk.rooms.office import actions, queries
from kqdesk.rooms.office.terms import Certainty
from kqdesk.security.roles import Role
from kqdesk.store.store import Store
from tests.conftest import CLERK_SIGNER
from tests.statements import count_statements

TODAY = date(2026, 3, 2)


def draft(store: Store, actor: str, key: str, new: object) -> None:
    store.run(
        actions.set_pack_value,
        actor,
        key=key,
        value=new,
        source="区教〔2026〕1号",
        mark=Certainty.SEED,
        effective_from=TODAY,
        signer=CLERK_SIGNER,
    )


def test_the_rule_book_shows_what_counts_and_what_a_draft_would_make_of_it(store: Store, clerk: str):
    store.run(actions.load_packs, clerk)
    draft(store, clerk, "attendance.minimum_rate", 75)
    draft(store, clerk, "exam.full_marks", 120)

    with store.reading() as session:
        book = queries.rule_book(session, on=TODAY)

    lines = {line.key: line for line in book.lines}
    assert lines["attendance.minimum_rate"].counts is None
    assert lines["attendance.minimum_rate"].draft == "75%"
    full_marks = lines["exam.full_marks"]
    assert full_marks.counts is not None
    assert (full_marks.counts.number, full_marks.draft, full_marks.section) == (100, "120 分", "考试")
    assert len(book.lines) == len(lines)
    [waiting] = book.drafts
    assert (waiting.version, waiting.entered_by) == (2, "沈月琴")
    assert [(c.title, c.before, c.after) for c in queries.changes(book.packs, waiting)] == [
        ("最低出勤率（低于它不能参加考试或结业）", "未配置", "75%"),
        ("每科满分", "", "120 分"),
    ]


def test_lines_come_in_the_order_of_the_sections(store: Store, clerk: str):
    store.run(actions.load_packs, clerk)

    with store.reading() as session:
        sections = [line.section for line in queries.rule_book(session, on=TODAY).lines]

    assert list(dict.fromkeys(sections))[:3] == ["学分", "考试", "年龄"]
    assert sections == sorted(sections, key=list(dict.fromkeys(sections)).index)


def test_the_number_of_statements_does_not_grow(store: Store, clerk: str):
    store.run(actions.load_packs, clerk)
    asked = (
        queries.staff_list,
        queries.staff_names,
        queries.school_card,
        lambda session: queries.role_of(session, clerk),
        lambda session: queries.pack_value(session, "cohort.capacity", on=TODAY),
        lambda session: queries.rule_book(session, on=TODAY),
    )

    few = count_statements(store, *asked)
    for number in range(3):
        store.run(actions.add_staff, clerk, name=f"操作人{number}", role=Role.TRAINER)
        draft(store, clerk, "attendance.minimum_rate", 70 + number)
    many = count_statements(store, *asked)

    assert few == [1, 1, 1, 1, 1, 2]
    assert many == few
