"""The rule of the merge, for any two values and any two writers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.sync.mending import roots
from kqdesk.sync.merging import Verdict, Writer, judge

VALUES = st.one_of(st.none(), st.integers(-3, 3), st.text("甲乙ab", max_size=2))
WRITERS = st.builds(
    Writer, st.sampled_from(["2026-03-01", "2026-03-02"]), st.sampled_from("12"), st.just("c")
)
IDS = st.sampled_from("abcdef")


@given(VALUES, VALUES, WRITERS, WRITERS)
def test_which_value_shows_does_not_depend_on_which_came_first(a, b, writer_a, writer_b) -> None:
    first = b if judge(a, b, other=writer_a, mine=writer_b) in (Verdict.WINS, Verdict.SAME) else a
    second = a if judge(b, a, other=writer_b, mine=writer_a) in (Verdict.WINS, Verdict.SAME) else b

    assert first == second or a == b


@given(VALUES, VALUES, WRITERS, WRITERS)
def test_two_values_of_people_who_did_not_know_of_each_other_are_both_kept(a, b, writer_a, writer_b) -> None:
    verdict = judge(a, b, other=writer_a, mine=writer_b)

    assert (verdict in (Verdict.WINS, Verdict.LOSES)) == (a != b)


@given(VALUES, VALUES, WRITERS)
def test_who_saw_what_she_changes_simply_changes_it(a, b, writer) -> None:
    assert judge(a, b, other=None, mine=writer) == (Verdict.SAME if a == b else Verdict.WRITE)


def test_the_later_value_shows_and_the_clock_decides_nothing_else() -> None:
    early, late = Writer("2026-03-01", "1", "c"), Writer("2026-03-02", "1", "c")

    assert judge("旧", "新", other=early, mine=late) == Verdict.WINS
    assert judge("新", "旧", other=late, mine=early) == Verdict.LOSES


def test_when_two_homes_meet_first_an_empty_field_is_no_second_opinion() -> None:
    writer = Writer("2026-03-01", "1", "c")

    assert judge(None, "甲", other=writer, mine=writer, meets_first=True) == Verdict.WRITE
    assert judge("甲", None, other=writer, mine=writer, meets_first=True) == Verdict.SAME


@settings(max_examples=60)
@given(st.lists(st.tuples(IDS, IDS), max_size=8), st.randoms())
def test_merges_of_merges_meet_in_the_smallest_id_whatever_their_order(pairs, shuffle) -> None:
    found = roots(pairs)
    shuffle.shuffle(pairs)

    assert roots(pairs) == found
    assert all(root < loser and root not in found for loser, root in found.items())
    assert all(found.get(a, a) == found.get(b, b) for a, b in pairs)
