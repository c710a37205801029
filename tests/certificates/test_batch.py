"""A whole batch with the school's own design, and what a design does with rare names, long names and its picture."""

import os
from dataclasses import replace

import pytest
from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.printing.preview import page_count, page_text
from kqdesk.printing.sheet import Box, Picture, Rect
from kqdesk.rooms.certificates import actions, papers, queries
from kqdesk.rooms.certificates.papers.designed import background_of, designed
from kqdesk.rooms.certificates.queries import DesignRow
from kqdesk.rooms.certificates.rules import FACES, Spot
from kqdesk.rooms.certificates.terms import CertificateState, SpotKind
from kqdesk.store.attachments import Attachment
from kqdesk.store.store import Store
from tests.certificates.test_actions import approve, draw
from tests.certificates.test_papers import PAPER
from tests.exams.school import make_school

COUNT = 1000 if os.environ.get("KQDESK_FULL") else 40
RARE, LONG = "㛃䶮𬭎𬍛𠅤", "阿卜杜热合曼·买买提明·吐尔逊江·艾尔肯"
SPOTS = (
    Spot(SpotKind.SERIAL_NO, 1900, 480, 800, 70, 105, "song", "right"),
    Spot(SpotKind.BODY, 720, 680, 1850, 680, 200, "kai"),
    Spot(SpotKind.PHOTO, 360, 620, 300, 400),
    Spot(SpotKind.QR, 360, 1450, 290, 290),
)
DESIGN = DesignRow("d", "区统一", 2970, 2100, False, "", SPOTS, True)


def plain(pdf: bytes, page: int) -> str:
    return "".join(page_text(pdf, page).split())


def test_a_batch_is_drawn_approved_printed_and_adds_up(store: Store, clerk: str, head: str):
    made = make_school(store, clerk, sizes=(COUNT,), absent=0)
    ids = draw(store, clerk, made, COUNT)
    approve(store, head, ids)
    with store.reading() as session:
        sheets = queries.papers_of(session, ids)

    pdf = papers.certificates_pdf(sheets, design=DESIGN)
    store.run(actions.record_print, clerk, ids=ids)

    assert page_count(pdf) == COUNT == len({sheet.serial_no for sheet in sheets})
    assert [sheet.serial_no in plain(pdf, n) for n, sheet in enumerate(sheets) if n % (COUNT // 20) == 0] == [
        True
    ] * 20
    with store.reading() as session:
        [facts] = queries.numbers(session)
        assert queries.certificate_counts(session) == {CertificateState.PRINTED: COUNT}
    assert (facts.given, facts.printed, facts.missing) == (COUNT, COUNT, 0)


@pytest.mark.parametrize("face", FACES)
def test_rare_and_long_names_stand_in_every_face(face: str):
    spots = (*SPOTS, Spot(SpotKind.NAME, 300, 250, 500, 100, 260, face))
    design = replace(DESIGN, spots=spots)

    pdf = papers.certificates_pdf([replace(PAPER, name=RARE), replace(PAPER, name=LONG)], design=design)

    assert plain(pdf, 0).count(RARE) == 2
    assert plain(pdf, 1).count(LONG) == 2


def test_a_name_too_long_for_its_place_breaks_before_it_gets_tiny():
    [box] = [
        mark
        for mark in designed(
            PAPER, replace(DESIGN, spots=(Spot(SpotKind.NAME, 300, 250, 500, 120, 260),)), ()
        ).marks
        if isinstance(mark, Box)
    ]

    assert box.floor == pytest.approx(13.6, abs=0.1)


def test_a_character_no_font_has_stops_the_whole_batch_by_name():
    with pytest.raises(UserError, match=r"一张都没有打印：330603008202600001K 王\ue000"):
        papers.certificates_pdf([PAPER, replace(PAPER, name="王\ue000")], design=DESIGN)


def test_blanks_have_their_own_frame_and_their_own_picture():
    full, blank = DESIGN, replace(DESIGN, on_blanks=True)

    frames = [
        [type(mark) for mark in designed(PAPER, design, ()).marks if isinstance(mark, Rect)]
        for design in (full, blank)
    ]
    assert frames == [[Rect], []]
    assert [type(mark) for mark in background_of(full, b"png")] == [Picture]
    assert background_of(blank, b"png") == ()


def test_the_picture_of_a_design_is_on_the_index_once(store: Store, clerk: str):
    given = {"title": "区统一", "width": 2970, "height": 2100, "on_blanks": False, "spots": SPOTS}
    key = store.run(actions.keep_design, clerk, background="a" * 64, picture=("image/png", 7), **given).value
    store.run(actions.keep_design, clerk, design_id=key, background="a" * 64, **given)

    with store.reading() as session:
        found = session.execute(
            select(Attachment.owner_id, Attachment.purpose, Attachment.digest, Attachment.size)
        ).all()
    assert found == [(key, "background", "a" * 64, 7)]
