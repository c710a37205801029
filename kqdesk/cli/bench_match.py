"""``bench match``: 60,000 people who were asked against 300 offers, then one edit; floor = one pass over the same people in SQL."""

import json
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from kqdesk.cli.bench_people import KEY, fill, scratch
from kqdesk.rooms.catalogue.terms import Category, Project, StudyLevel
from kqdesk.rooms.matching import actions, queries
from kqdesk.rooms.matching.terms import OfferKind
from kqdesk.rooms.office.actions import load_packs
from kqdesk.rooms.people.actions import edit_person
from kqdesk.rooms.people.queries import known_villages
from kqdesk.rooms.survey.actions import open_round
from kqdesk.rooms.survey.terms import TimeWish
from kqdesk.store import engine
from kqdesk.store.store import Store

OFFERS = 300
WORDS = (
    "电工", "焊工", "叉车", "缝纫", "会计", "电子商务", "直播", "育婴", "养老护理", "中式烹调", "面点", "茶艺", "插花", "摄影",
    "书法", "太极拳", "智能手机", "短视频", "CAD", "挡车", "印染", "纺织检验", "花卉", "水稻", "果树", "美容", "推拿", "家政", "保安", "无人机",
)  # fmt: skip
TODAY = date(2026, 3, 2)


_ANSWER = (
    "INSERT INTO survey_answer(id,school,round_id,person_id,serial,code,state,village,education_code,wish,skills,times,"
    "categories,projects) VALUES(?,'bench',?,?,?,?,'answered',?,?,?,?,?,?,?)"
)


def _answer_for_all(path: Path, round_id: str) -> None:
    """An answer for everybody, straight into the table of a scratch home: no journal."""
    rng, raw = Random(7), engine.connect(path, KEY)
    raw.execute("BEGIN")
    for verb in ("insert", "update", "delete"):
        raw.execute(f"DROP TRIGGER journal_survey_answer_{verb}")
    raw.execute("DELETE FROM survey_answer")
    people = raw.execute("SELECT id, education_code, village FROM person").fetchall()
    rows = (
        (
            f"a{number:031x}", round_id, key, number, str(number), village, education, rng.choice(("有", "无", None)),
            *(json.dumps(chosen, ensure_ascii=False) for chosen in _wishes(rng)),
        )
        for number, (key, education, village) in enumerate(people, 1)
    )  # fmt: skip
    raw.executemany(_ANSWER, rows)
    raw.execute("COMMIT")
    raw.close()


def _wishes(rng: Random) -> Iterator[list[str]]:
    for choices, most in ((WORDS, 3), (tuple(TimeWish), 3), (tuple(Category), 3), (tuple(Project), 2)):
        yield [str(one) for one in rng.sample(choices, rng.randrange(most))]


def _offers(count: int, rng: Random) -> Iterator[dict[str, Any]]:
    for number in range(count):
        is_degree = number % 3 == 0
        word = rng.choice(WORDS)
        yield {
            "kind": OfferKind.PROGRAMME if is_degree else OfferKind.TRAINING, "title": f"{word}{number}", "provider": "测速院校",
            "level": rng.choice(list(StudyLevel)) if is_degree else None,
            "category": None if is_degree else rng.choice(list(Category)), "project": None if is_degree else rng.choice([None, *Project]),
            "words": [word], "times": [rng.choice(list(TimeWish))], "age_least": rng.choice([None, 18]),
            "age_most": rng.choice([None, 55]), "education_least": None if is_degree else rng.choice([None, "71"]),
        }  # fmt: skip


def bench_match(people: int = 60_000) -> dict[str, Any]:
    """Seconds to know everybody, to match all offers, and after one edit; floor = the same columns fetched by SQL alone."""
    with tempfile.TemporaryDirectory(prefix="kqdesk-bench-") as folder:
        store = scratch(Path(folder) / "school.db")
        try:
            fill(store.path, people)
            store.run(load_packs, "bench")
            with store.reading() as session:
                village = known_villages(session)[0][1]
            made = store.run(
                open_round,
                "bench",
                title="测速",
                villages=[village],
                starts_on=date(2026, 2, 1),
                ends_on=date(2026, 3, 31),
            ).value
            _answer_for_all(store.path, made.round_id)
            lines = list(_offers(OFFERS, Random(8)))
            store.run(actions.import_offers, "bench", lines=lines, file_name="测速")
            return _measure(store, people)
        finally:
            store.close()


def _measure(store: Store, people: int) -> dict[str, Any]:
    with store.reading() as session:
        floor = _timed(lambda: _floor(session))
        offers = queries.offers(session, on=TODAY)
        gates = queries.gates_on(session, TODAY)
        started = perf_counter()
        known = queries.know_everybody(session, on=TODAY)
        read = perf_counter() - started
        counts: dict[str, int] = {}
        matched = _timed(lambda: counts.update(queries.counts(known, offers, gates)))
        listed = _timed(lambda: queries.who_fits(session, known, offers[0].offered, gates, on=TODAY))
        person = known.pool.people[people // 2].id
        one = _timed(lambda: queries.ways_of(session, known, offers, gates, person_id=person, on=TODAY))
    store.run(edit_person, "bench", person_id=person, changes={"education_code": "71"})
    store.run(actions.change_offer, "bench", offer_id=offers[0].id, age_most=50)
    with store.reading() as session:
        started = perf_counter()
        fresh = queries.keep_up(session, known, on=TODAY)
        after = queries.counts(fresh, queries.offers(session, on=TODAY), gates)
        edited = perf_counter() - started
    total = read + matched
    return {
        "bench": "match", "people": people, "offers": len(offers), "pairs": sum(counts.values()), "total_s": round(total, 2),
        "read_s": round(read, 2), "match_s": round(matched, 3), "list_one_offer_ms": round(listed * 1000, 1),
        "one_person_ms": round(one * 1000, 1), "after_an_edit_ms": round(edited * 1000, 1),
        "pairs_after": sum(after.values()), "floor_s": round(floor, 2), "ratio": round(total / floor, 1), "bar_s": 10,
    }  # fmt: skip


def _floor(session: Session) -> int:
    rows = session.execute(
        text(
            "SELECT p.id, p.birth_date, p.education_code, p.township_code, p.village, p.employer, a.wish, a.skills, a.times,"
            " a.categories, a.projects FROM person p LEFT JOIN survey_answer a ON a.person_id=p.id"
        )
    ).all()
    return len(rows)


def _timed(work: Any) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started
