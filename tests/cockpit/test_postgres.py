"""The same pages over PostgreSQL, where rows of a school stand behind a wall: reckoned, read, written."""

from pathlib import Path

from kqdesk.cli import bench_cockpit
from kqdesk.hub.database import EVERY_SCHOOL
from kqdesk.hub_app import RECKONINGS, TOGETHER, open_hub, prepare_postgres
from kqdesk.security.kdf import CHEAPEST
from tests.cockpit.conftest import OFFICER, PASSWORD, signed_in
from tests.cockpit.test_pages import csrf
from tests.conftest import Clock
from tests.postgres import WORKER, Database, postgres_cluster, postgres_database

__all__ = ["postgres_cluster", "postgres_database"]
PATHS = (
    "/cockpit",
    "/figures/social_training",
    "/lists/match",
    "/night",
    "/trainers",
    "/duplicates",
    "/lists/policy",
)


def test_everything_is_reckoned_and_every_page_opens(postgres_database: Database, tmp_path: Path) -> None:
    prepare_postgres(postgres_database.owner_url, WORKER, partitions=1)
    clock = Clock(bench_cockpit.now())
    with open_hub(
        tmp_path / "hub", clock=clock, database_url=postgres_database.url, environ={}, profile=CHEAPEST
    ) as hub:
        hub.officers.put(OFFICER, PASSWORD, sees_names=True)
        for n in range(2):
            bench_cockpit._fill(hub, n, 200)

        done = hub.keeper().refresh()

        officer = signed_in(hub)
        statuses = {path: officer.get(path).status_code for path in PATHS}
        school = hub.register.schools()[1].code
        sent = {"csrf": csrf(officer), "source": "柯教体〔2026〕5 号", f"{school}.college": "12"}
        handed = officer.send("/cockpit/shares", **sent)
        names = officer.send(
            f"/cockpit/schools/{school}/learners/names",
            csrf=csrf(officer),
            by="sex",
            group="2",
            reason="核对",
        )
        kept = hub.counter().shelf.one("duplicates", EVERY_SCHOOL)

    assert done == 2 * len(RECKONINGS) + len(TOGETHER)
    assert statuses == dict.fromkeys(PATHS, 200)
    assert (handed.status_code, names.status_code) == (200, 200)
    assert "已下达 1 所学校" in handed.text
    assert kept is not None
    assert kept.body["count"] == 2
