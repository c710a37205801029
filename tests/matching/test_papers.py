"""What is printed of the four lists says what it must, and every page of a person is one page."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from kqdesk.printing.blocks import Part
from kqdesk.printing.document import pdf_bytes
from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.catalogue.terms import StudyLevel
from kqdesk.rooms.matching import actions, papers, queries
from kqdesk.rooms.matching.papers import Sender
from kqdesk.rooms.matching.terms import OfferKind
from kqdesk.store.store import Store
from tests.matching.town import TODAY, Town, samples

SENDER = Sender("柯桥区兰亭街道成人文化技术学校", "0575-8000", "兰亭街道1号", date(2026, 3, 2))


def text(parts: Sequence[Part], page: int = 0) -> str:
    return page_text(pdf_bytes("x", parts), page)


@pytest.fixture
def lists(store: Store, clerk: str, town: Town) -> queries.Known:
    """More to offer, work, and everybody known."""
    store.run(
        actions.add_offer,
        clerk,
        kind=OfferKind.PROGRAMME,
        title="会计",
        provider="绍兴开放大学",
        level=StudyLevel.COLLEGE,
    )
    store.run(
        actions.add_vacancy,
        clerk,
        employer="蓝桥印染",
        title="机修电工",
        words="电工",
        wanted=2,
        contact="王经理",
    )
    with store.reading() as session:
        return queries.know_everybody(session, on=TODAY)


def test_notices_for_the_village_board(store: Store, lists: queries.Known):
    with store.reading() as session:
        study = text([papers.study_notice(SENDER, queries.offers(session, on=TODAY))])
        jobs = text([papers.jobs_notice(SENDER, queries.vacancies(session, on=TODAY))])

    for words in (
        "学习信息",
        "院校专业",
        "会计",
        "绍兴开放大学",
        "本校课程",
        "电工基础",
        "平时晚上",
        "咨询报名",
    ):
        assert words in study
    for words in ("岗位信息", "机修电工", "蓝桥印染", "王经理"):
        assert words in jobs


@pytest.mark.parametrize(("shows", "phone"), [(True, "13512345674"), (False, "135****5674")])
def test_a_letter_to_a_college_names_each_person_once(
    store: Store, lists: queries.Known, shows: bool, phone: str
):
    with store.reading() as session:
        rows = queries.intake(session, lists, queries.gates_on(session, TODAY), on=TODAY)

    words = text(papers.intake_letters(SENDER, [*rows, *rows], shows_numbers=shows))

    assert "现有 1 名社会人员" in words.replace("\n", "")
    assert phone in words
    assert "孙巧云" in words


def test_advice_trainers_and_firms(store: Store, town: Town, lists: queries.Known):
    with store.reading() as session:
        advice = text(
            [papers.advice_letter(SENDER, queries.advice(session, on=TODAY, round_id=town.round_id))]
        )
        who = text(
            [papers.trainers_list(SENDER, queries.part_time_trainers(session, on=TODAY), shows_numbers=False)]
        )
        rows = queries.for_firms(session, lists, queries.gates_on(session, TODAY), on=TODAY)
        firm = text(papers.firm_letters(SENDER, rows, queries.policy_list(session, on=TODAY)))

    assert "插花" in advice
    assert "没有" in advice
    assert "柏师傅" in who
    assert "蓝桥印染：" in firm
    assert "企业组班奖补：未配置" in firm


def test_one_page_a_person(store: Store, clerk: str, town: Town, lists: queries.Known):
    samples(store, clerk)
    store.run(actions.take_from_catalogue, clerk)
    with store.reading() as session:
        gates = queries.gates_on(session, TODAY)
        plans = queries.study_plans(session, lists, gates, people=list(town.people.values()), on=TODAY)
    pdf = pdf_bytes("x", [papers.personal_list(SENDER, plan, "沈月琴") for plan in plans])

    assert page_count(pdf) == len(plans) == 5
    first = page_text(pdf, 0).replace("\n", "")
    for words in (
        "陈建国",
        "成人高中（双证制）",
        "电工基础",
        "机修电工",
        "联系人：沈月琴",
        "技能证书补贴：未配置",
    ):
        assert words in first


def test_the_policy_list_is_one_page_across(store: Store, town: Town, tmp_path: Path):
    with store.reading() as session:
        pdf = papers.policies_pdf(SENDER, queries.policy_list(session, on=TODAY))

    assert page_count(pdf) == 1
    assert "成人双证制" in page_text(pdf, 0)
    (tmp_path / "x.pdf").write_bytes(pdf)
