"""Numbers, blank papers, designs: everything adds up, nothing is reused, what cannot be printed is named."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from kqdesk.kernel.errors import UserError
from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.certificates import actions, papers, queries, rules
from kqdesk.rooms.certificates.model import PrintedSheet, PrintRun
from kqdesk.rooms.certificates.papers import Reconciliation
from kqdesk.rooms.certificates.papers.designed import background_of, words_of
from kqdesk.rooms.certificates.queries import DesignRow
from kqdesk.rooms.certificates.rules import BlankFacts, NumberFacts, Spot
from kqdesk.rooms.certificates.terms import PLAIN_PAPER, CertificateState, SpotKind
from kqdesk.rooms.office.queries.steps import step_signatures
from kqdesk.rooms.office.terms import Standing, Step
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store
from tests.certificates.test_actions import SIGNERS, TODAY, approve, draw, one, refused
from tests.certificates.test_papers import PAPER
from tests.exams.school import Made, make_school

KIND = "区统一结业证书"
SPOTS = (
    Spot(SpotKind.SERIAL_NO, 1900, 480, 800, 70, 105, "song", "right"),
    Spot(SpotKind.NAME, 600, 700, 500, 100),
    Spot(SpotKind.QR, 360, 1450, 290, 290),
)


@pytest.fixture
def made(store: Store, clerk: str) -> Made:
    return make_school(store, clerk, sizes=(6,))


@action("测试直接改证书")
def _tamper(w: Writing, *, key: str) -> None:
    w.session.execute(text("UPDATE completion_certificate SET name='别人' WHERE id=:key"), {"key": key})


# -- two signatures -------------------------------------------------------------------------------


def test_both_persons_sign_with_their_own_keys(store: Store, clerk: str, head: str, made: Made):
    ids = draw(store, clerk, made, 2)
    approve(store, head, ids)

    with store.reading() as session:
        signed = step_signatures(session, "completion_certificate", ids)

    assert [(s.step, s.who, s.standing) for s in signed[ids[0]]] == [
        (Step.DRAW, clerk, Standing.GOOD),
        (Step.APPROVE, head, Standing.GOOD),
    ]


def test_a_draft_changed_beside_the_program_cannot_be_approved(
    store: Store, clerk: str, head: str, made: Made
):
    ids = draw(store, clerk, made, 2)
    store.run(_tamper, clerk, key=ids[0])

    refused(
        store, actions.approve_certificates, head, "没有制证人的有效签名", signer=SIGNERS[head], ids=ids,
        issuer=SIGNERS[head],
    )  # fmt: skip


def test_nobody_signs_with_the_recovery_code(store: Store, clerk: str, made: Made):
    with pytest.raises(UserError, match="恢复码"):
        store.run(
            actions.draw_certificates, clerk, cohort_id=made.cohorts[0], enrolment_ids=made.enrolments,
            awarded_on=TODAY, signer=None,
        )  # fmt: skip


# -- the printer ----------------------------------------------------------------------------------


def test_a_printer_that_dies_in_the_middle_reuses_no_number(store: Store, clerk: str, head: str, made: Made):
    ids = draw(store, clerk, made, 6)
    approve(store, head, ids)
    before = [one(store, key).serial_no for key in ids]
    store.run(actions.receive_blanks, clerk, kind=KIND, count=10, received_on=TODAY)

    store.run(actions.record_print, clerk, ids=ids[:3], spoilt=1, kind=KIND, reason="卡纸")
    store.run(actions.record_print, clerk, ids=ids[3:], kind=KIND)

    assert [one(store, key).state for key in ids] == [CertificateState.PRINTED] * 6
    assert [one(store, key).serial_no for key in ids] == before
    with store.reading() as session:
        assert queries.blanks(session) == [BlankFacts(KIND, 10, 6, 1)]
        assert queries.blanks(session)[0].left == 3
        order = session.query(PrintedSheet).order_by(PrintedSheet.run_id, PrintedSheet.position).all()
        assert [sheet.certificate_id for sheet in order] == ids
        assert session.query(PrintRun).count() == 2


def test_what_may_not_be_recorded(store: Store, clerk: str, head: str, made: Made):
    ids = draw(store, clerk, made, 2)

    refused(store, actions.record_print, clerk, "只有批准过", ids=ids)
    refused(store, actions.record_print, clerk, "打坏的原因", ids=[], spoilt=1)
    refused(store, actions.record_print, clerk, "好的张数或打坏的张数", ids=[])
    for change, said in (
        ({"count": 0}, "不能是 0"), ({"count": -1}, "写明原因"), ({"count": -1, "note": "盘点"}, "只剩 0 张"),
        ({"kind": " "}, "种类"), ({"received_on": date(2027, 1, 1)}, "今天以后"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=said):
            store.run(
                actions.receive_blanks, clerk, **{"kind": KIND, "count": 1, "received_on": TODAY, **change}
            )


def test_plain_paper_is_not_counted(store: Store, clerk: str, head: str, made: Made):
    ids = draw(store, clerk, made, 2)
    approve(store, head, ids)

    store.run(actions.record_print, clerk, ids=ids, kind=PLAIN_PAPER)

    with store.reading() as session:
        assert queries.blanks(session) == []


# -- numbers --------------------------------------------------------------------------------------


def test_numbers_add_up_through_every_step(store: Store, clerk: str, head: str, made: Made):
    ids = draw(store, clerk, made, 6)
    store.run(actions.discard_certificates, clerk, ids=ids[:1], reason="名字不对")
    approve(store, head, ids[1:5])
    store.run(actions.record_print, clerk, ids=ids[1:4])
    store.run(actions.hand_out, clerk, ids=ids[1:3])
    store.run(actions.revoke_certificate, head, signer=SIGNERS[head], certificate_id=ids[1], reason="遗失")

    with store.reading() as session:
        [facts] = queries.numbers(session)
        [void] = queries.void_numbers(session)

    assert facts == NumberFacts(
        2026, leased=1000, given=6, drawn=1, approved=1, printed=1, handed_out=1, revoked=1, void=1
    )
    assert (facts.missing, facts.unused) == (0, 994)
    assert (void.serial_no[-1:] != "", void.who, void.reason) == (True, "沈月琴", "名字不对")


def test_undoing_a_discard_takes_the_void_number_back(store: Store, clerk: str, made: Made):
    ids = draw(store, clerk, made, 2)
    store.run(actions.discard_certificates, clerk, ids=ids)

    store.undo(clerk)

    with store.reading() as session:
        [facts] = queries.numbers(session)
        assert (facts.drawn, facts.void, facts.missing) == (2, 0, 0)


def test_a_certificate_taken_out_beside_the_program_is_missed(store: Store, clerk: str, made: Made):
    draw(store, clerk, made, 3)

    @action("测试抽走一张")
    def _steal(w: Writing) -> None:
        w.session.execute(
            text(
                "DELETE FROM completion_certificate WHERE serial_no=(SELECT min(serial_no) FROM completion_certificate)"
            )
        )

    store.run(_steal, clerk)

    with store.reading() as session:
        assert queries.numbers(session)[0].missing == 1


@settings(max_examples=50)
@given(st.lists(st.integers(0, 500), min_size=6, max_size=6), st.integers(0, 500))
def test_given_is_what_is_on_record_and_what_is_missing(counts: list[int], unused: int):
    drawn, approved, printed, handed_out, revoked, void = counts
    given_out = sum(counts)

    facts = NumberFacts(
        2026, given_out + unused, given_out, drawn, approved, printed, handed_out, revoked, void
    )

    assert (facts.missing, facts.unused) == (0, unused)
    assert replace(facts, given=given_out + 1).missing == 1


def test_the_reconciliation_is_printed(store: Store, clerk: str, made: Made):
    ids = draw(store, clerk, made, 3)
    store.run(actions.discard_certificates, clerk, ids=ids[:1], reason="名字不对")
    store.run(actions.receive_blanks, clerk, kind=KIND, count=10, received_on=TODAY)
    with store.reading() as session:
        sheet = Reconciliation(
            "兰亭成校",
            queries.numbers(session),
            queries.blanks(session),
            queries.void_numbers(session),
            TODAY,
        )

    pdf = papers.reconciliation_pdf(sheet)

    words = page_text(pdf, 0)
    assert [part in words for part in ("证书核对表", KIND, "名字不对", "对不上")] == [True] * 4


# -- designs --------------------------------------------------------------------------------------


def kept(store: Store, clerk: str, **changes) -> str:
    given = {"title": "区统一", "width": 2970, "height": 2100, "on_blanks": True, "spots": SPOTS, **changes}
    return store.run(actions.keep_design, clerk, **given).value


def test_a_design_is_kept_changed_chosen_and_retired(store: Store, clerk: str):
    first = kept(store, clerk)
    moved = (SPOTS[0].moved(5, -5), *SPOTS[1:])
    kept(store, clerk, design_id=first, spots=moved)
    store.run(actions.choose_design, clerk, design_id=first)

    with store.reading() as session:
        [row] = queries.designs(session)
        assert queries.default_design(session) == row
    assert row.spots == moved
    other = kept(store, clerk, title="另一种")
    store.run(actions.choose_design, clerk, design_id=other)
    with store.reading() as session:
        assert [(d.title, d.is_default) for d in queries.designs(session)] == [
            ("区统一", False),
            ("另一种", True),
        ]
    store.run(actions.retire_design, clerk, design_id=other)
    with store.reading() as session:
        assert queries.default_design(session) is None
    refused(store, actions.keep_design, clerk, "已经有一个叫“区统一”的版式", title="区统一", width=2970, height=2100,
            on_blanks=True, spots=SPOTS)  # fmt: skip


@pytest.mark.parametrize(
    ("spots", "said"),
    [
        ((), "还没有内容"),
        ((SPOTS[0],), "没有姓名"),
        ((SPOTS[1],), "没有证书编号"),
        ((*SPOTS[:2], SPOTS[2].moved(9999, 0)), "超出了纸边"),
        ((*SPOTS[:2], replace(SPOTS[2], width=150, height=150)), "二维码太小"),
        ((*SPOTS, Spot(SpotKind.TEXT, 0, 0, 100, 100, words="国家职业资格")), "不能写“国家”"),
        ((*SPOTS, Spot(SpotKind.TEXT, 0, 0, 100, 100)), "固定文字是空的"),
    ],
)
def test_what_no_paper_of_a_school_may_be_is_named(spots: tuple[Spot, ...], said: str):
    faults = rules.design_faults("版式", 2970, 2100, spots)

    assert any(said in fault for fault in faults)
    assert rules.design_faults("版式", 2970, 2100, SPOTS) == []
    assert rules.design_faults(" ", 100, 2100, SPOTS)[:2] == [
        "请给版式起个名称。",
        "纸张要在 5 到 43 厘米之间。",
    ]


DESIGN = DesignRow("d", "区统一", 2600, 1850, on_blanks=True, background="", spots=SPOTS, is_default=True)


def test_every_kind_of_thing_is_drawn_on_the_designs_own_paper():
    spots = tuple(
        Spot(
            kind,
            100,
            60 * n,
            1500 if kind is SpotKind.BODY else 290,
            290 if kind is SpotKind.QR else 55,
            words="字",
        )
        for n, kind in enumerate(SpotKind)
    )
    design = replace(DESIGN, spots=spots)

    pdf = papers.certificates_pdf([replace(PAPER, replaces="33A")], design=design)

    words = page_text(pdf, 0)
    assert page_count(pdf) == 1
    for said in (
        "二〇二六年三月二日",
        "2026-03-02",
        "补发，原编号 33A",
        "电工（初级）",
        PAPER.serial_no,
        "陈㛃一",
    ):
        assert said in words


def test_on_blanks_nothing_of_the_background_is_printed():
    picture = background_of(replace(DESIGN, on_blanks=True), b"x")
    whole = background_of(replace(DESIGN, on_blanks=False), b"x")

    assert (picture, len(whole)) == ((), 1)
    assert words_of(SPOTS[1], PAPER) == "陈㛃一"


def test_a_shift_moves_what_is_printed():
    still = papers.story([PAPER], DESIGN)
    moved = papers.story([PAPER], DESIGN, None, (1.5, -2))

    assert (still[0].blocks[0].shift, moved[0].blocks[0].shift) == ((0, 0), (1.5, -2))
    assert papers.calibration_pdf(DESIGN, (1.5, -2)).startswith(b"%PDF")


def test_a_character_the_fonts_lack_is_named_before_anything_is_printed():
    with pytest.raises(UserError, match="330603008202600001K 陈"):
        papers.certificates_pdf([replace(PAPER, name="陈\U000323af")], design=DESIGN)


@settings(max_examples=40)
@given(st.integers(-500, 500), st.integers(-500, 500))
def test_moving_there_and_back_changes_nothing(right: int, down: int):
    spot = SPOTS[1]

    assert spot.moved(right, down).moved(-right, -down) == spot
    assert rules.from_kept(rules.as_kept(spot)) == spot
    assert SPOTS[2].grown(right, down).width == SPOTS[2].grown(right, down).height


@pytest.mark.parametrize(
    ("expires", "days", "found"),
    [
        (None, 60, ("", False)),
        (date(2026, 3, 1), None, ("已过期（2026-03-01）", True)),
        (date(2026, 3, 2), 60, ("还有 0 天到期", True)),
        (date(2026, 4, 1), 30, ("还有 30 天到期", True)),
        (date(2026, 4, 2), 30, ("", False)),
        (date(2026, 4, 1), None, ("", False)),
    ],
)
def test_expiry_of_a_skill_certificate(expires: date | None, days: int | None, found: tuple[str, bool]):
    assert rules.expiry_words(expires, TODAY, days) == found
