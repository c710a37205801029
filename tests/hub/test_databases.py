"""The whole hub on both databases: a station's rows arrive, nobody reads them in the database, schools are walled off."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from kqdesk.hub.database import EVERY_SCHOOL, for_school, is_postgres, postgres
from kqdesk.hub.journal import start_log, stop_log
from kqdesk.hub_app import HubHome, OpenHub, Outside, open_hub, prepare_postgres
from kqdesk.kernel.errors import UserError
from kqdesk.rooms.people.actions import add_person
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.signing import Signer
from kqdesk.store import engine
from kqdesk.store.base import Base
from kqdesk.store.store import Store
from kqdesk.sync.asking import Ask, Reply
from kqdesk.sync.client import Client, RoundReport
from tests.conftest import SCHOOL, Clock
from tests.hub.browser import Browser
from tests.hub.conftest import LANTING, QIXIAN, Station
from tests.postgres import WORKER, Cluster, Database

NAME, NUMBER, PHONE = "欧阳鹤鸣", "330699197503121238", "15400001234"
CANARIES = (NAME, NUMBER, PHONE, "金丝雀路七号")


@dataclass
class Real:
    """An open hub with its application, and a way to read its whole database as a thief would."""

    hub: OpenHub
    browser: Browser
    clock: Clock
    database: Database | None

    def join(self, school: str = SCHOOL) -> Station:
        """A PC that joined."""
        self.hub.register.add_school(school, "某某成校")
        signer = Signer.fresh()
        card = self.hub.register.enrol(self.hub.register.invite(school), signer.public, "教务办公室")
        return Station(self.browser, signer, card, self.clock, self.hub.keys.signer.public)

    def everything(self) -> str:
        """The database as text: PostgreSQL's dump, or every row of the opened file."""
        if self.database is not None:
            return self.database.cluster.dump(self.database.name)
        with closing(engine.connect(self.hub.home.database, self.hub.keys.database())) as raw:
            names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")]
            return "\n".join(str(row) for name in names for row in raw.execute(f'SELECT * FROM "{name}"'))


@contextmanager
def opened(home: Path, clock: Clock, database: Database | None) -> Iterator[Real]:
    """A hub, open."""
    url = database.url if database else ""
    with open_hub(
        home, clock=clock, database_url=url, environ={}, outside=Outside(), profile=CHEAPEST
    ) as hub:
        yield Real(hub, Browser(hub.app()), clock, database)


@pytest.fixture(scope="module")
def prepared(postgres_cluster: Cluster) -> Database:
    """A database whose tables the owner made."""
    database = Database(postgres_cluster, "prepared")
    postgres_cluster.ask(f"CREATE DATABASE {database.name} OWNER kq_owner")
    prepare_postgres(database.owner_url, WORKER, partitions=1)  # eight a table take eight times as long
    return database


@pytest.fixture
def emptied(prepared: Database) -> Iterator[Database]:
    """The same, with no row in it: a fresh copy would take seconds."""
    yield prepared
    names = prepared.cluster.ask(
        "SELECT relname FROM pg_class WHERE relkind IN ('r','p') AND NOT relispartition"
        " AND relnamespace='public'::regnamespace",
        prepared.name,
    )
    prepared.cluster.ask(";".join(f'DELETE FROM "{name}"' for (name,) in names), prepared.name)


@pytest.fixture(params=["embedded", "postgresql"])
def real(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Real]:
    """A hub on each of the two databases; on PostgreSQL it works as the role without DDL."""
    database = request.getfixturevalue("emptied") if request.param == "postgresql" else None
    with opened(tmp_path / "hub", clock, database) as made:
        yield made


def round_of(client: Client, station: Station) -> RoundReport:
    """One round over the application."""
    asks = client.round()
    ask = next(asks)
    while True:
        response = station(ask.method, ask.path, ask.body)
        try:
            ask = asks.send(Reply(response.status_code, response.content))
        except StopIteration as end:
            report: RoundReport = end.value
            return report


def test_rows_arrive_and_nobody_reads_them_in_the_database(
    real: Real, store: Store, clerk: str, clock: Clock, tmp_path: Path
) -> None:
    handlers = start_log(tmp_path / "logs", aloud=False)
    fields = {"name": NAME, "id_number": NUMBER, "phone": PHONE, "address": CANARIES[3]}
    store.run(add_person, clerk, fields=fields)
    station = real.join()

    report = round_of(Client(store, clock, Random(1)), station)
    stop_log(handlers)
    person = Base.metadata.tables["person"]
    with store.reading() as session:
        typed = session.execute(select(person.c.id)).scalars().all()
    with for_school(SCHOOL), real.hub.books.reading() as line:
        there = line.execute(text("SELECT id FROM person")).scalars().all()
    raw = b"".join(path.read_bytes() for path in real.hub.home.home.rglob("*") if path.is_file())
    thief = real.everything() + (tmp_path / "logs" / "hub.log").read_text("utf-8")

    assert (report.finished, report.stop, there) == (True, "", typed)
    assert len(typed) == 1
    assert [word for word in CANARIES if word in thief or word.encode() in raw] == []
    assert real.hub.ledgers()[SCHOOL].last_station == station.card.station


def test_a_school_never_sees_anothers_rows(real: Real, store: Store, clerk: str, clock: Clock) -> None:
    store.run(add_person, clerk, fields={"name": NAME})
    round_of(Client(store, clock, Random(1)), real.join())
    foreign = real.join(QIXIAN)

    listed = foreign("GET", "/v1/stations", Accept="application/json").json()
    heads = foreign("POST", "/v1/head", b"")

    assert [one["station"] for one in listed] == [foreign.card.station]
    assert heads.status_code in (409, 422)


def test_the_wall_stands_behind_the_program(
    emptied: Database, clock: Clock, tmp_path: Path, store: Store, clerk: str
) -> None:
    store.run(add_person, clerk, fields={"name": NAME})
    with opened(tmp_path / "hub", clock, emptied) as made:
        round_of(Client(store, clock, Random(1)), made.join())
        worker = made.hub.engine
        seen = {}
        for school in ("", QIXIAN, LANTING, EVERY_SCHOOL):
            with for_school(school), worker.begin() as line:
                seen[school] = line.execute(text("SELECT count(*) FROM person")).scalar_one()
        foreign = text("INSERT INTO hub_top(school,tbl,version) VALUES(:other,'x',1)").bindparams(
            other=LANTING
        )
        with for_school(QIXIAN), pytest.raises(ProgrammingError), worker.begin() as line:
            line.execute(foreign)
        for ddl in (
            "DROP TABLE person",
            "CREATE TABLE mine(a int)",
            "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        ):
            with pytest.raises(DBAPIError), worker.begin() as line:
                line.execute(text(ddl))
    with psycopg.connect(emptied.url.replace("+psycopg", "")) as line:
        without_a_word = line.execute("SELECT count(*) FROM person").fetchone()

    assert seen == {"": 0, QIXIAN: 0, LANTING: 1, EVERY_SCHOOL: 1}
    assert without_a_word == (0,)


def test_every_table_with_a_school_is_behind_the_wall(
    emptied: Database, tmp_path: Path, clock: Clock
) -> None:
    with opened(tmp_path / "hub", clock, emptied) as made:
        wanted = {table.name for table in made.hub.books.tables}
    rows = emptied.cluster.ask(
        "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid=c.oid"
        " WHERE c.relrowsecurity AND c.relforcerowsecurity",
        emptied.name,
    )
    open_partitions = emptied.cluster.ask(
        f"SELECT c.relname FROM pg_class c WHERE c.relispartition AND has_table_privilege('{WORKER}', c.oid, 'SELECT')",
        emptied.name,
    )

    assert wanted - {str(row[0]) for row in rows} == set()
    assert len(wanted) > 50
    assert open_partitions == []


def test_a_replay_is_seen_by_every_replica(emptied: Database, tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path / "hub", clock, emptied) as made:
        station = made.join()
        ask = Ask("GET", "/v1/stations")
        headers = station.headers(ask)
        replicas = [Browser(made.hub.app()), Browser(made.hub.app())]

        statuses = [one.request("GET", "/v1/stations", headers=headers).status_code for one in replicas]

    assert statuses == [200, 409]


def test_another_hubs_key_is_noticed_before_anything_is_written(
    emptied: Database, tmp_path: Path, clock: Clock
) -> None:
    with opened(tmp_path / "hub", clock, emptied):
        pass

    with pytest.raises(UserError, match="不是这个数据库的"), opened(tmp_path / "other", clock, emptied):
        pass


def test_a_database_without_tables_is_named(
    postgres_database: Database, tmp_path: Path, clock: Clock
) -> None:
    with pytest.raises(UserError, match="hub prepare"), opened(tmp_path / "hub", clock, postgres_database):
        pass


def test_a_database_that_is_away_is_waited_out(
    emptied: Database, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(tmp_path / "hub", clock, emptied) as made:
        station = made.join()
        made.hub.engine.dispose()
        emptied.cluster.stop("immediate")
        away = (made.browser.get("/health").status_code, station("GET", "/v1/stations").status_code)
        emptied.cluster.start()
        back = (made.browser.get("/health").status_code, station("GET", "/v1/stations").status_code)
    caplog.clear()

    assert (away, back) == ((503, 503), (200, 200))


def test_the_key_is_kept_apart_and_a_lost_one_is_named(tmp_path: Path, clock: Clock) -> None:
    home = HubHome(tmp_path / "hub")
    with opened(home.home, clock, None) as made:
        key = home.keys.read_text("ascii").strip()
        public, station = made.hub.keys.signer.public, made.join().card
    home.keys.rename(tmp_path / "safe")

    with pytest.raises(UserError, match="密钥文件"), opened(home.home, clock, None):
        pass
    with pytest.raises(UserError), open_hub(home.home, clock=clock, environ={"KQDESK_HUB_KEY": "ab" * 32}):
        pass
    with open_hub(home.home, clock=clock, environ={"KQDESK_HUB_KEY": key}) as again:
        same = (again.keys.signer.public, [card.station for card in again.register.stations(SCHOOL)])

    assert same == (public, [station.station])
    assert not home.keys.exists()
    assert not is_postgres(again.engine)


def test_a_key_file_others_can_read_is_refused(tmp_path: Path, clock: Clock) -> None:
    home = HubHome(tmp_path / "hub")
    with opened(home.home, clock, None):
        pass
    home.keys.chmod(0o640)

    with pytest.raises(UserError, match="chmod 600"), opened(home.home, clock, None):
        pass


@pytest.mark.parametrize(
    "url", ["sqlite:///x.db", "postgresql://a@b/c", "postgres", "mysql+psycopg://a@b/c", "://"]
)
def test_an_address_that_is_none_is_said(url: str) -> None:
    with pytest.raises(UserError, match=r"postgresql\+psycopg"):
        postgres(url)
