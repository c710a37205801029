"""What is there, what is missing, and what one does about it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.classfile.rules import Facts, Item, NextStep, checklist, lacking, wholeness
from kqdesk.rooms.classfile.terms import Paper, Standing


def one(paper: Paper, **facts: object) -> Item:
    return checklist([paper], Facts("c1", **facts))[0]  # type: ignore[arg-type]  # a test names what it means


def test_what_is_put_in_is_there_with_one_file() -> None:
    assert one(Paper.SUMMARY) == Item(Paper.SUMMARY, Standing.MISSING, "还没有放入", NextStep("放入文件"))
    assert one(Paper.SUMMARY, files={Paper.SUMMARY: 2}) == Item(Paper.SUMMARY, Standing.THERE, "2 份")


def test_every_sign_in_needs_its_roll_and_its_scan() -> None:
    none = one(Paper.SIGN_IN)
    some = one(Paper.SIGN_IN, held=8, rolled=7, scanned=5)
    whole = one(Paper.SIGN_IN, held=8, rolled=8, scanned=8)

    assert (none.standing, none.words) == (Standing.MISSING, "还没有上过课")
    assert (some.standing, some.words) == (Standing.PARTLY, "1 次没点名，3 次缺签到表扫描")
    assert some.step == NextStep("去考勤", "attendance", {"cohort": "c1"})
    assert (whole.standing, whole.step) == (Standing.THERE, None)


def test_pay_leads_to_its_month() -> None:
    found = one(Paper.PAY, to_pay=3, paid=1, pay_month="2026-03")

    assert (found.standing, found.words) == (Standing.PARTLY, "1 / 3 次课在已批准的课酬表里")
    assert found.step == NextStep("去课酬", "attendance", {"tab": "pay", "month": "2026-03"})


def test_what_does_not_apply_is_not_missing() -> None:
    items = checklist(
        [Paper.MARKS, Paper.ROSTER], Facts("c1", learners=3, waived={Paper.MARKS: "只上课不考试"})
    )

    assert (items[0].standing, items[0].words) == (Standing.WAIVED, "只上课不考试")
    assert (wholeness(items), lacking(items)) == (100, "")


def test_an_unset_list_is_no_percentage() -> None:
    assert wholeness(()) is None


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(list(Paper)), unique=True, min_size=1),
    st.sets(st.sampled_from(list(Paper))),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_whole_only_when_nothing_lacks(
    papers: list[Paper], files: set[Paper], held: int, rolled: int
) -> None:
    facts = Facts("c1", lessons=held, held=held, rolled=min(held, rolled), files=dict.fromkeys(files, 1))
    items = checklist(papers, facts)

    assert [item.paper for item in items] == papers
    assert (wholeness(items) == 100) == (lacking(items) == "")
    assert all((item.step is None) == (item.standing is Standing.THERE) for item in items)
