"""iCalendar: escaping, folding, stable UID, growing SEQUENCE, cancelled lessons; read back by a reader of its own."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqdesk.rooms.timetable import actions, queries, sheets
from kqdesk.rooms.timetable.queries import By
from kqdesk.rooms.timetable.sheets import Event, calendar_text, escaped, folded
from kqdesk.store.store import Store
from tests.timetable.conftest import Town
from tests.timetable.test_actions import TUESDAY, draft

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORDS = st.text(st.characters(blacklist_categories=("Cc", "Cs")) | st.sampled_from("\\;,\n"), max_size=90)


def read_back(text: str) -> list[dict[str, str]]:
    """Every event as a reader sees it: lines unfolded, names without parameters, text unescaped."""
    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.replace("\r\n ", "").split("\r\n")
    events: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events:
            events[-1][name.partition(";")[0]] = _unescaped(value)
    return events


def _unescaped(value: str) -> str:
    found, signs = "", iter(value)
    for sign in signs:
        if sign == "\\":
            sign = next(signs)
            sign = "\n" if sign == "n" else sign
        found += sign
    return found


@settings(max_examples=60)
@given(WORDS)
def test_any_words_come_back_from_short_lines(words: str) -> None:
    text = calendar_text("课表", [Event("1@kqdesk", 0, TUESDAY, 1110, 1200, words)], at=AT)

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert read_back(text)[0]["SUMMARY"] == words


@pytest.mark.parametrize(
    ("words", "written"),
    [("礼堂;一楼,东", "礼堂\\;一楼\\,东"), ("a\\b", "a\\\\b"), ("一\r\n二", "一\\n二"), ("\x07铃", "铃")],
)
def test_escaping(words: str, written: str) -> None:
    assert escaped(words) == written


def test_a_long_line_is_broken_between_characters() -> None:
    line = "SUMMARY:" + "课" * 40

    assert folded(line).split("\r\n") == ["SUMMARY:" + "课" * 22, " " + "课" * 18]


def test_a_lesson_in_the_file(store: Store, clerk: str, town: Town) -> None:
    first, second = store.run(
        actions.put_lessons, clerk, lessons=[draft(town), draft(town, date(2026, 3, 10))]
    ).value

    def made() -> list[dict[str, str]]:
        with store.reading() as session:
            rows = queries.term_lessons(session, By.COHORT, town.sewing)
            known = queries.sequences(session, [row.id for row in rows])
        return read_back(sheets.lesson_calendar("缝纫班课表", rows, known, "兰亭成校", AT))

    before = made()
    store.run(actions.move_lesson, clerk, lesson_id=first, start_minute=1080, reason="天黑得早")
    store.run(actions.cancel_lesson, clerk, lesson_id=second, reason="停电")
    after = made()

    assert before[0] == {
        "UID": f"{first}@kqdesk", "SEQUENCE": "0", "DTSTAMP": "20260302T120000Z", "DTSTART": "20260303T183000",
        "DTEND": "20260303T200000", "SUMMARY": "缝纫班", "LOCATION": "兰亭村礼堂·大教室",
        "DESCRIPTION": "第 1 次，2 学时\n课题：车缝基础\n培训师：王水根\n兰亭成校", "STATUS": "CONFIRMED", "TRANSP": "OPAQUE",
        "END": "VEVENT",
    }  # fmt: skip
    assert [(one["UID"], one["SEQUENCE"], one["DTSTART"], one["STATUS"]) for one in after] == [
        (f"{first}@kqdesk", "1", "20260303T180000", "CONFIRMED"),
        (f"{second}@kqdesk", "1", "20260310T183000", "CANCELLED"),
    ]
    assert after[1]["SUMMARY"] == "停课：缝纫班"


def test_the_zone_is_told_in_the_file() -> None:
    text = calendar_text("课表", [], at=AT)

    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\n" in text
    assert "TZOFFSETTO:+0800\r\n" in text
