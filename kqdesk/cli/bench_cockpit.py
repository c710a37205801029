"""``bench cockpit``: the pages of a district of 16 schools; what a page costs beside a static one, what a school costs to reckon.

Rows go straight into the hub's tables, sealed as the hub seals them. Pages are asked over TLS from a hub in a process of
its own; where Chromium and Playwright are installed the first paint is measured, too.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from kqdesk.cli.bench_server import Child, child, now, serve_hub
from kqdesk.cli.demo_people import stream_people

if TYPE_CHECKING:
    from kqdesk.hub_app import OpenHub

SCHOOLS, PEOPLE = 16, 50_000
LEARNERS, LESSONS = 25, 8
REPEATS = 15
NAME, PASSWORD = "测速", "兰亭的柳树一共有三百棵"
PAGES = {
    "floor_static": "/sign-in", "overview": "/cockpit", "figure": "/figures/social_training", "lists": "/lists/demand",
    "night": "/night", "trainers": "/trainers", "duplicates": "/duplicates",
}  # fmt: skip
_MARKS, _WEIGHTS = ("present", "late", "absent"), (88, 4, 8)


def bench_cockpit(people: int = PEOPLE) -> dict[str, Any]:
    """Of 16 schools with ``people`` each."""
    from kqdesk.hub_app import open_hub
    from kqdesk.security.kdf import Profile

    figures: dict[str, Any] = {"bench": "cockpit", "schools": SCHOOLS, "people_a_school": people}
    with tempfile.TemporaryDirectory(prefix="kqdesk-bench-") as scratch:
        home = Path(scratch) / "hub"
        with open_hub(home, clock=now, environ={}, profile=Profile(aim_ms=None)) as hub:
            hub.officers.put(NAME, PASSWORD, sees_names=True)
            figures["rows"] = sum(_fill(hub, n, people) for n in range(SCHOOLS))
            figures |= _reckoned(hub)
        figures["hub_db_mb"] = (home / "hub.db").stat().st_size >> 20
        with child(serve_hub, str(home), "") as server:
            figures |= _asked(server)
            figures["first_paint_ms"] = _first_paint(server.url)
    return figures


# --- what a school costs ------------------------------------------------------------------------------------------


def _reckoned(hub: "OpenHub") -> dict[str, Any]:
    """Wall and processor seconds of one school's texts, of the text of all, and of all of it."""
    from kqdesk.hub.database import EVERY_SCHOOL
    from kqdesk.hub_app import RECKONINGS, TOGETHER

    counter, today, school = hub.counter(), now().date(), _code(0)
    told: dict[str, Any] = {}
    for name, reckon in RECKONINGS.items():
        with counter.reading(school) as conn:
            told[f"reckon_{name}"] = _timed(partial(reckon, counter, conn, school, today))
    for name, together in TOGETHER.items():
        with counter.reading() as conn:
            told[f"reckon_{name}"] = _timed(partial(together, counter, conn, today))
    told["reckon_everything"] = _timed(hub.keeper().refresh)
    kept = counter.shelf.marks()
    told["texts"] = sum(1 for code, _ in kept if code != EVERY_SCHOOL)
    return told


def _timed(work: Callable[[], object]) -> dict[str, float]:
    wall, used = perf_counter(), process_time()
    work()
    return {"s": round(perf_counter() - wall, 2), "cpu_s": round(process_time() - used, 2)}


# --- what a page costs --------------------------------------------------------------------------------------------


def _asked(server: Child) -> dict[str, Any]:
    """Milliseconds on the wire and of the hub's processor a page, the median; and how often a static page that is."""
    import httpx

    told: dict[str, Any] = {}
    with httpx.Client(base_url=server.url, verify=False, timeout=120) as client:
        given = {"name": NAME, "password": PASSWORD}
        client.post("/sign-in", data=given, headers={"Origin": server.url})
        for name, path in PAGES.items():
            size = len(client.get(path).content)
            before, walls = server.cpu(), []
            for _ in range(REPEATS):
                began = perf_counter()
                client.get(path).raise_for_status()
                walls.append(perf_counter() - began)
            spent = (server.cpu() - before) / REPEATS
            told[name] = {
                "ms": round(median(walls) * 1000, 1), "cpu_ms": round(spent * 1000, 1), "kb": round(size / 1024, 1),
            }  # fmt: skip
    told["ratio_cpu"] = round(told["overview"]["cpu_ms"] / max(told["floor_static"]["cpu_ms"], 0.1), 1)
    return told


def _first_paint(url: str) -> float | None:
    """Milliseconds until the overview shows something in Chromium; None where there is none."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if chromium is None:
        return None
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(base_url=url, ignore_https_errors=True).new_page()
        page.goto("/sign-in")
        page.get_by_label("姓名").fill(NAME)
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/cockpit")
        paints = []
        for _ in range(5):
            page.reload()
            page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
            paints.append(
                page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            )
        browser.close()
    return round(float(median(paints)), 1)


# --- rows ---------------------------------------------------------------------------------------------------------


def _code(n: int) -> str:
    return f"3306030{n + 1:02d}"


def _fill(hub: "OpenHub", n: int, people: int) -> int:
    """A school: everybody, a class for fifty, its lessons and marks, an answer of every second; how many rows."""
    school, rng, rows = _code(n), Random(n), 0
    from kqdesk.hub.database import for_school

    hub.register.add_school(school, f"柯桥区测速{n + 1}成人文化技术学校")
    with for_school(school), hub.books.writing(school) as (conn, _):
        for table, made in _rows(n, people, rng):
            rows += _put(hub, conn, table, school, made)
        sql = "UPDATE hub_school SET head=?,mark='bench' WHERE school=?"
        hub.books.run(conn, sql, (rows, school))
    return rows


def _put(hub: "OpenHub", conn: Any, table: str, school: str, made: Iterator[dict[str, Any]]) -> int:
    first = next(made, None)
    if first is None:
        return 0
    names = list(first)
    columns = ",".join(f'"{name}"' for name in names)
    marks = [hub.books.tongue.mark(hub.books.rows[table].c[name]) for name in names]
    sql = (
        f'INSERT INTO "{table}"(school,hub_version,hub_entry,hub_origin,{columns})'
        f" VALUES(?,?,?,?,{','.join(marks)})"
    )
    secret, seal = hub.books.secret[table], hub.books.hide
    count = 0

    def lines() -> Iterator[tuple[Any, ...]]:
        nonlocal count
        for row in _again(first, made):
            count += 1
            values = (seal(value) if name in secret and value else value for name, value in row.items())
            yield (school, count, 0, 1, *values)

    batch: list[tuple[Any, ...]] = []
    for line in lines():
        batch.append(line)
        if len(batch) == 5_000:
            hub.books.run_many(conn, sql, batch)
            batch = []
    hub.books.run_many(conn, sql, batch)
    return count


def _again(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest


def _rows(n: int, people: int, rng: Random) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    classes = range(max(people // 50, 2))
    yield "person", _people(n, people)
    yield "course", (_course(n, k) for k in range(40))
    yield "cohort", (_cohort(n, k) for k in classes)
    yield (
        "cohort_kind",
        ({"id": f"x{n:02d}{k}", "cohort_id": f"c{n:02d}{k}", "kind": "night_school"} for k in classes),
    )
    yield "lesson", (_lesson(n, k, j) for k in classes for j in range(LESSONS))
    yield "enrolment", (_enrolment(n, k, j, rng.randrange(people)) for k in classes for j in range(LEARNERS))
    yield (
        "attendance_mark",
        (_mark(n, k, j, lesson, rng) for k in classes for j in range(LEARNERS) for lesson in range(LESSONS)),
    )
    yield "survey_round", iter([_round(n)])
    yield "survey_answer", (_answer(n, k, rng) for k in range(0, people, 2))
    yield "trainer", (_trainer(n, k) for k in range(max(people // 500, 2)))


def _course(n: int, k: int) -> dict[str, Any]:
    return {
        "id": f"k{n:02d}{k}",
        "code": f"K{k}",
        "title": f"课程{k}",
        "category": f"GF{k % 10 + 1:02d}",
        "is_active": 1,
    }


def _enrolment(n: int, k: int, j: int, person: int) -> dict[str, Any]:
    return {
        "id": f"e{n:02d}{k}.{j}", "cohort_id": f"c{n:02d}{k}", "person_id": f"p{n:02d}{person}", "state": "completed",
    }  # fmt: skip


def _mark(n: int, k: int, j: int, lesson: int, rng: Random) -> dict[str, Any]:
    return {
        "id": f"m{n:02d}{k}.{j}.{lesson}", "lesson_id": f"l{n:02d}{k}.{lesson}", "enrolment_id": f"e{n:02d}{k}.{j}",
        "mark": rng.choices(_MARKS, _WEIGHTS)[0],
    }  # fmt: skip


def _round(n: int) -> dict[str, Any]:
    year = now().year
    return {
        "id": f"r{n:02d}",
        "no": 1,
        "title": "排摸",
        "starts_on": f"{year}-03-01",
        "ends_on": f"{year}-04-01",
    }


def _trainer(n: int, k: int) -> dict[str, Any]:
    phone = f"139{n:02d}{k:06d}"
    return {"id": f"t{n:02d}{k}", "name": f"师{n}{k}", "phone": phone, "source": "volunteer", "is_active": 1}


def _people(n: int, people: int) -> Iterator[dict[str, Any]]:
    for k, one in enumerate(stream_people(people, n // 2 + 1)):  # two towns share many people
        born = one["birth_date"]
        yield {
            "id": f"p{n:02d}{k}", "name": one["name"], "sex": one["sex"], "birth_date": born.isoformat(), "id_kind": one["id_kind"],
            "id_number": one["id_number"] if k % 100 == 0 else f"{n:02d}{k:016d}", "phone": one["phone"],
            "education_code": one["education_code"], "hukou": one["hukou"], "township_code": one["township_code"],
            "village": one["village"], "state": "here",
        }  # fmt: skip


def _day(k: int, j: int = 0) -> date:
    return date(datetime.now(UTC).year, 1, 3) + timedelta((k * 7) % 300 + j * 7)


def _cohort(n: int, k: int) -> dict[str, Any]:
    return {
        "id": f"c{n:02d}{k}", "no": str(k), "title": f"夜校 {k} 班", "state": "open", "course_id": f"k{n:02d}{k % 40}",
        "is_elderly": int(k % 9 == 0), "project": "citizens", "township_code": "330603008", "starts_on": _day(k).isoformat(),
        "capacity": 30,
    }  # fmt: skip


def _lesson(n: int, k: int, j: int) -> dict[str, Any]:
    return {
        "id": f"l{n:02d}{k}.{j}", "cohort_id": f"c{n:02d}{k}", "number": j + 1, "on": _day(k, j).isoformat(), "start_minute": 1110,
        "end_minute": 1200, "study_hours": 2, "state": "held", "trainer_id": f"t{n:02d}{k % 2}",
    }  # fmt: skip


def _answer(n: int, k: int, rng: Random) -> dict[str, Any]:
    skill = rng.choice(("电工", "育婴", "短视频", "面点", "插花", "会计", "养老护理", "茶艺"))
    return {
        "id": f"a{n:02d}{k}", "round_id": f"r{n:02d}", "person_id": f"p{n:02d}{k}", "serial": k, "code": str(k), "state": "answered",
        "village": f"村{k % 30}", "wish": "有" if k % 3 else None, "skills": f'["{skill}"]', "times": '["evening"]',
        "categories": f'["GF{k % 10 + 1:02d}"]', "projects": "[]", "answered_on": f"{now():%Y}-03-05",
    }  # fmt: skip
