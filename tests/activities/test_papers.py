"""The sign-in sheet, the record with a photo, the Excel list."""

from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from PIL import Image

from kqdesk.printing.preview import page_count, page_text
from kqdesk.rooms.activities import actions, papers, queries, sheets
from kqdesk.store.store import Store
from tests.activities.conftest import TODAY, Ground

SCHOOL = "柯桥区兰亭街道成人文化技术学校"


def card_of(store: Store, activity_id: str) -> queries.ActivityCard:
    with store.reading() as session:
        card = queries.activity_card(session, activity_id, on=TODAY)
    assert card is not None
    return card


def plain(pdf: bytes, number: int = 0) -> str:
    return "".join(page_text(pdf, number).split())


def test_the_sheet_has_a_line_for_everybody_expected(
    store: Store, clerk: str, lecture: str, ground: Ground
) -> None:
    store.run(actions.sign_in, clerk, activity_id=lecture, person_ids=ground.people[:1])
    paper = papers.as_sign_in_sheet(card_of(store, lecture), SCHOOL)
    pdf = papers.sign_in_pdf(paper)

    assert (paper.lines, paper.names) == (60, (("阮秋月", "州山村"),))
    assert page_count(pdf) == 3
    assert "中老年人防诈骗讲座" in plain(pdf)
    assert "2026年3月2日" in plain(pdf)


def test_the_record_says_how_many_came_and_shows_a_photo(store: Store, clerk: str, lecture: str) -> None:
    store.run(
        actions.record_headcount, clerk, activity_id=lecture, headcount=58, summary="讲了三个身边的案例。"
    )
    paper = papers.as_activity_record(card_of(store, lecture), SCHOOL, lambda *_: b"")
    picture = BytesIO()
    Image.new("RGB", (400, 300), "#88aacc").save(picture, "JPEG")
    pdf = papers.activity_record_pdf(
        papers.ActivityRecord(SCHOOL, paper.topic, paper.facts, paper.summary, (picture.getvalue(),))
    )

    assert dict(paper.facts)["实到"] == "58 人次"
    assert "讲了三个身边的案例" in plain(pdf)
    assert page_count(pdf) == 1


def test_the_list_as_excel(store: Store, clerk: str, lecture: str, tmp_path: Path) -> None:
    store.run(actions.record_headcount, clerk, activity_id=lecture, headcount=58)
    with store.reading() as session:
        count = sheets.write_activities(tmp_path / "活动.xlsx", queries.activities(session))
    [head, line] = load_workbook(tmp_path / "活动.xlsx").active.iter_rows(values_only=True)
    shown = dict(zip(head, line, strict=True))

    assert count == 1
    assert (shown["主题"], shown["计入指标"], shown["实到人次"]) == ("中老年人防诈骗讲座", "老年教育培训", 58)
