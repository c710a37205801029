"""督查通知单 and 督查答复单: what stands on them, and the road of ``kqdesk print`` and the demo to them."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from kqdesk.cli import demo_supervision, paper_supervision
from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.supervision import actions, papers, queries
from kqdesk.rooms.supervision.papers import SupervisionPaper
from kqdesk.store.attachments import KeptFile
from kqdesk.store.store import Store
from tests.supervision.conftest import TODAY


def text_of(path: Path) -> str:
    return "".join(page_text(path, number) for number in range(page_count(path))).replace(" ", "")


@pytest.fixture
def wish(store: Store, tmp_path: Path) -> SimpleNamespace:
    """One print of everything there is."""
    return SimpleNamespace(
        school=SimpleNamespace(store=store), today=TODAY, letterhead="兰亭成校", out=tmp_path / "paper.pdf"
    )


def test_a_notice_says_what_by_when_and_leaves_room_for_numbers(sent: str, wish: SimpleNamespace) -> None:
    pages = paper_supervision.notices(wish)
    text = text_of(wish.out)

    assert pages == 1
    for words in (
        "督查通知单",
        "兰亭成校",
        "夜校春季开班情况",
        "2026年3月10日前答复",
        "新开夜校班",
        "夜校学员",
        "金晓燕",
    ):
        assert words in text


def test_an_answer_has_its_words_numbers_and_evidence(
    store: Store, clerk: str, sent: str, wish: SimpleNamespace
) -> None:
    before = paper_supervision.replies(wish)
    file = KeptFile("ab" * 32, "开班照片.jpg", "image/jpeg", 2_000)
    store.run(actions.put_evidence, clerk, task_id=sent, files=[file])
    store.run(actions.answer, clerk, task_id=sent, words="开了两个班。", figures={"n1": 2, "n2": 1234})

    pages = paper_supervision.replies(wish)
    text = text_of(wish.out)

    assert (before, pages) == (0, 1)
    for words in ("督查答复单", "开了两个班。", "1,234", "开班照片.jpg", "盖章", "2026年3月2日"):
        assert words in text


def test_a_long_history_keeps_its_rows_whole(store: Store, clerk: str, sent: str, tmp_path: Path) -> None:
    for number in range(40):
        store.run(
            actions.answer, clerk, task_id=sent, words=f"第 {number} 次补充。", figures={"n1": 2, "n2": 3}
        )
    with store.reading() as session:
        card = queries.task_card(session, sent, today=TODAY)

    pages = papers.print_replies([SupervisionPaper("兰亭成校", TODAY, card)], tmp_path / "long.pdf")

    assert pages == 2
    assert text_of(tmp_path / "long.pdf").count("次补充") == 40


def test_the_demo_answers_one_and_leaves_one(
    store: Store, head: str, attachments, wish: SimpleNamespace
) -> None:
    facts: dict[str, object] = {}
    story = SimpleNamespace(
        today=TODAY, facts=facts, school=SimpleNamespace(attachments=attachments),
        cohorts=[SimpleNamespace(what="night", title="剪纸夜校", person_ids=["a", "b"])],
        do=lambda act, **kw: store.run(act, head, **kw).value,
    )  # fmt: skip

    demo_supervision.answer_district(story)

    with store.reading() as session:
        states = [row.state.label for row in queries.tasks(session, today=TODAY)]
    assert sorted(states) == ["已答复", "待答复"]
    assert facts["supervision"] == {"tasks": 2, "answered": 1}
    assert paper_supervision.notices(wish) == 2
