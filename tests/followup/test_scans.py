"""Forms that come back: printed by the real paper, ticked by a made-up pen, scanned badly, read again."""

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from kqdesk.desk import shots
from kqdesk.printing.preview import page_rgba
from kqdesk.rooms.followup import actions, papers, queries
from kqdesk.rooms.followup.page.scans import FormScanDialog
from kqdesk.rooms.followup.papers import FormPaper
from kqdesk.rooms.followup.papers.form_layout import LAYOUTS, layout_for
from kqdesk.rooms.followup.papers.scans import FormJudge, FormSheet, read_forms, scores_of
from kqdesk.rooms.followup.terms import FormState
from kqdesk.store.attachments import Attachments
from kqdesk.store.store import Store
from tests.followup.conftest import TOKEN, Ended
from tests.scanning.conftest import pdf_of, without_child
from tests.scanning.filled import INK_DPI, scanned, tick

__all__ = ["without_child"]
SCHOOL, SHOTS = "330603008", os.environ.get("KQDESK_SHOTS", "")
TRUTH = ((5, 4, 5, 3, 5), (1, 2, 3, 4, 5), (4, None, 4, 4, 2))


@pytest.fixture
def asked(store: Store, clerk: str, ended: Ended) -> str:
    """Id of a questionnaire for the learners of the class."""
    return store.run(actions.open_questionnaire, clerk, cohort_id=ended.id, token=TOKEN).value


@pytest.fixture
def filled(store: Store, asked: str) -> Callable[..., Image.Image]:
    """A page ticked as said; a pair of scores is two ticks."""

    def fill(number: int, scores, *, school: str = SCHOOL, seed: int = 1) -> Image.Image:
        with store.reading() as session:
            [row] = queries.questionnaires(session, ids=[asked])
        paper = FormPaper("兰亭成校", school, row, 1, number, f"https://hub.example/s/{TOKEN}")
        pixels = page_rgba(papers.forms_pdf([paper]), 0, INK_DPI)
        image = Image.frombytes("RGBA", (pixels.width, pixels.height), pixels.data).convert("RGB")
        rng, layout = Random(seed), layout_for(5, 5)
        for areas, score in zip(layout.rows, scores, strict=True):
            for one in score if isinstance(score, tuple) else (score,):
                if one:
                    tick(image, areas[one], rng)
        return scanned(image, rng)

    return fill


def judged(store: Store, attachments: Attachments, *files: Path) -> list[FormSheet]:
    pages = list(read_forms(files))
    with store.reading() as session:
        judge = FormJudge(session, attachments.digest_of)
        for page in pages:
            judge.add(page)
    return judge.sheets


def test_every_layout_lies_on_the_paper() -> None:
    keys = [one.key for one in LAYOUTS]

    assert len(set(keys)) == len(keys) == 80
    for layout in LAYOUTS:
        last = layout.rows[-1][-1]
        assert last.x + last.width <= 198.1
        assert last.y + last.height < 245


def test_three_bad_scans_are_read_right(store, attachments, filled, tmp_path, without_child) -> None:
    images = [filled(n, scores, seed=n) for n, scores in enumerate(TRUTH, 1)]
    sheets = judged(store, attachments, pdf_of(tmp_path, *images))

    assert [sheet.state for sheet in sheets] == [FormState.READ] * 3
    assert [scores_of(sheet, {}) for sheet in sheets] == list(TRUTH)


def test_two_ticks_are_asked_blank_and_foreign_ones_are_not_counted(
    store, attachments, filled, tmp_path, without_child
) -> None:
    double = filled(1, ((2, 5), 4, 4, 4, 4))
    blank = filled(2, (None,) * 5)
    other = filled(3, TRUTH[0], school="330603012")
    again = filled(1, TRUTH[0], seed=4)
    sheets = judged(store, attachments, pdf_of(tmp_path, double, blank, other, again))

    assert [sheet.state for sheet in sheets] == [
        FormState.ASKED, FormState.BLANK, FormState.FOREIGN, FormState.AGAIN,
    ]  # fmt: skip
    assert [(row.question, row.why) for row in sheets[0].asked] == [(0, "打了 2 个勾")]
    assert scores_of(sheets[0], {(sheets[0].id, 0): 5}) == (5, 4, 4, 4, 4)
    assert "别的学校（330603012）" in sheets[2].sentence


def test_a_doubtful_tick_is_decided_by_a_digit_and_everything_entered_at_once(
    qtbot, desk, store, asked, filled, tmp_path, without_child
) -> None:
    path = pdf_of(tmp_path, filled(1, ((2, 5), 4, 4, 4, 4)), filled(2, TRUTH[0], seed=2))
    dialog = FormScanDialog(desk, None)
    dialog.open()
    dialog.take([path])
    shots.settle(desk)
    if SHOTS:
        shots.grab(dialog, Path(SHOTS) / "page_scans.png", (1080, 640))
    asked_words = (dialog.head.text(), dialog.why.text(), dialog.counts.text())
    qtbot.keyClick(dialog, Qt.Key.Key_5)
    shots.settle(desk)
    counts = dialog.counts.text()
    dialog.said.setText("多上机")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shots.settle(desk)

    with store.reading() as session:
        card = queries.questionnaire_card(session, asked, today=desk.today())
    assert asked_words[0] == "1. 课程内容对我有用"
    assert asked_words[1].startswith("打了 2 个勾。按 1—5，没答按 0。")
    assert asked_words[2].endswith("还有 1 处没定，不定就算没答。")
    assert counts == "2 页，要登记 2 份。"
    assert [form.scores for form in card.forms] == [(5, 4, 4, 4, 4), TRUTH[0]]
    assert (card.scans, [form.words for form in card.forms]) == (2, ["多上机", ""])


def test_the_same_sheet_counts_once_for_ever(
    store, clerk, attachments, asked, filled, tmp_path, without_child
) -> None:
    first = pdf_of(tmp_path, filled(7, TRUTH[0]))
    [sheet] = judged(store, attachments, first)
    form = actions.ScannedForm(asked, sheet.number, scores_of(sheet, {}), "", "0" * 64, "a.pdf", 10)
    store.run(actions.file_forms, clerk, forms=[form])
    [again] = judged(store, attachments, first)

    assert (again.state, again.sentence) == (FormState.AGAIN, "这张问卷登记过了，没有重复登记。")
    assert store.run(actions.file_forms, clerk, forms=[form]).value == 0
