"""What is printed: every paper as text, and as pictures when somebody wants to look (KQDESK_SHOTS)."""

import os
from datetime import date
from pathlib import Path

import pytest

from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.followup import actions, papers, queries
from kqdesk.rooms.followup.actions import TypedForm
from kqdesk.rooms.followup.papers import (
    CallPaper,
    FormPaper,
    HonourPaper,
    LifePaper,
    OutcomePaper,
    ResultPaper,
)
from kqdesk.rooms.followup.rules import read_scores
from kqdesk.rooms.followup.terms import HonourKind, NextStudy, Work
from kqdesk.store.store import Store
from tests.followup.conftest import TODAY, TOKEN, Ended

SCHOOL = "柯桥区兰亭街道成人文化技术学校"
SHOTS = os.environ.get("KQDESK_SHOTS", "")


def shown(name: str, pdf: bytes) -> str:
    """All its text without spaces; the file is kept when somebody wants to look."""
    if SHOTS:
        (Path(SHOTS) / f"followup_{name}.pdf").write_bytes(pdf)
    return "".join("".join(page_text(pdf, n).split()) for n in range(page_count(pdf)))


@pytest.fixture
def lived(store: Store, clerk: str, head: str, clerk_signer, head_signer, ended: Ended, clock) -> Ended:
    """Calls made, forms filled in, somebody honoured."""
    said = [
        {"work": Work.EMPLOYED, "employer": "新布行", "job": "组长", "pay_band": "p3", "pay_before": "p2"},
        {
            "work": Work.FARMING,
            "pay_band": "p2",
            "pay_before": "p2",
            "study": NextStudy.COLLEGE,
            "note": "种茶",
        },
    ]
    for person, kw in zip(ended.people, said, strict=False):
        store.run(actions.record_visit, clerk, person_id=person, **kw)
    key = store.run(actions.open_questionnaire, clerk, cohort_id=ended.id, token=TOKEN).value
    forms = [TypedForm(read_scores(one, 5, 5), "希望多上机" if one[0] == "5" else "") for one in
             ("54535", "55555", "44444", "31201", "55454")]  # fmt: skip
    store.run(actions.put_forms, clerk, questionnaire_id=key, forms=forms)
    for n, kind in enumerate((HonourKind.STAR, HonourKind.MODEL)):
        made = store.run(
            actions.nominate, clerk, person_id=ended.people[n], kind=kind, title=f"2026 年度{kind.label}", year=2026,
            reasons="四十岁学打版，从挡车工做到组长，带出三个徒弟；夜校一次课也没有缺过。", signer=clerk_signer,
        ).value  # fmt: skip
        store.run(actions.approve_honours, head, honour_ids=[made], signer=head_signer)
        store.run(
            actions.post_honours, head, honour_ids=[made], posted_on=TODAY, posted_until=date(2026, 3, 6)
        )
    clock.forward(days=5)
    with store.reading() as session:
        ids = [row.id for row in queries.honours(session)]
    store.run(actions.award_honours, head, honour_ids=ids[:1])
    return ended


def test_the_call_list(reading, lived: Ended) -> None:
    rows = tuple(queries.call_rows(reading, today=TODAY))
    bands = queries.pay_bands(reading, TODAY)
    text = shown("calls", papers.calls_pdf(CallPaper(SCHOOL, "七天内", rows, bands, TODAY, False)))
    whole = shown("calls_whole", papers.calls_pdf(CallPaper(SCHOOL, "七天内", rows, bands, TODAY, True)))

    assert ("学员回访名单" in text, "缝纫班（3个月）" in text, "139****0002" in text) == (True, True, True)
    assert ("13900000002" in text, "13900000002" in whole) == (False, True)
    assert "33000—5000元" in text.replace("　", "")


def test_what_the_calls_add_up_to(reading, lived: Ended) -> None:
    table = queries.outcome(reading, since=date(2026, 1, 1), until=date(2026, 12, 31), today=TODAY)
    text = shown("outcome", papers.outcome_pdf(OutcomePaper(SCHOOL, table, TODAY)))

    assert "3个月后回访应答率2人8人25.0%" in text
    assert "收入提高率1人2人50.0%" in text


def test_a_form_has_its_number_and_questions_on_every_sheet(reading, lived: Ended) -> None:
    [row] = queries.questionnaires(reading)
    pdf = papers.forms_pdf([FormPaper(SCHOOL, "330603008", row, 2, 640, "https://hub.example/s/" + TOKEN)])
    text = shown("form", pdf)

    assert page_count(pdf) == 2
    assert text.count(f"问卷号{row.shown_code}") == 2
    assert "2.培训师讲得清楚，有耐心" in text


def test_results_are_printed_once_there_are_enough(reading, lived: Ended) -> None:
    [row] = queries.questionnaires(reading)
    card = queries.questionnaire_card(reading, row.id, today=TODAY)
    text = shown("result", papers.result_pdf([ResultPaper(SCHOOL, card, TODAY)]))
    rows = queries.results(reading, today=TODAY, by_trainer=True)
    side = shown("by_trainer", papers.side_by_side_pdf(SCHOOL, "满意度一览表（按培训师）", rows, TODAY))

    assert ("4.04/5" in text, "希望多上机" in text, "周培红学员15份4.0479%" in side) == (True, True, True)


def test_awards_lists_and_words(reading, lived: Ended) -> None:
    rows = tuple(queries.honours(reading))
    paper = HonourPaper(SCHOOL, rows, TODAY)
    award = shown("award", papers.award_pdf(paper))
    posting = shown("posting", papers.honour_list_pdf(paper, is_posting=True))
    listed = shown("honoured", papers.honour_list_pdf(paper, is_posting=False))
    words = papers.publish_words(SCHOOL, rows[0])

    assert award.count("样张：还没有表彰") == 1
    assert "二〇二六年三月七日" in award
    assert "公示期到2026年03月06日" in posting
    assert "表彰名单" in listed
    assert "139" not in award + posting + listed + words


def test_the_life_line(store: Store, reading, lived: Ended, clock) -> None:
    life = queries.life_line(reading, lived.people[0], now=clock())
    text = shown("life", papers.life_pdf([LifePaper(SCHOOL, life, TODAY)]))

    assert [(event.kind, event.title) for event in life.events] == [
        ("学历证书", "成人高中学历证书"), ("报名入班", "缝纫班"), ("结业", "缝纫班"), ("回访", "电话回访（3 个月、6 个月）"),
    ]  # fmt: skip
    assert "在单位上班·新布行·组长·5000—8000元" in text
