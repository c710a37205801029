"""What every test may ask for: a real encrypted store, a desk over it, two people who work there, a clock.

A finished empty home is made once a run and copied for each test (a copy costs a few milliseconds).
"""

import gc
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from sqlalchemy.orm import Session

import kqdesk.schema  # noqa: F401 -- every table
from kqdesk.rooms.office.actions.steps import keep_key
from kqdesk.rooms.office.model import School, Staff
from kqdesk.security.attachment_cipher import attachment_cipher
from kqdesk.security.file_keys import FileKeys
from kqdesk.security.roles import Role
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import Attachments
from kqdesk.store.store import Store

gc.disable()
FULL_SWEEP = 40  # tests from one look at everything to the next
SWEPT = pytest.StashKey[int]()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
KEY = "x'" + "5a" * 32 + "'"
FILE_KEYS = FileKeys.fresh(lambda count: b"\x5a" * count)
CLERK, HEAD = "c1e4" + "0" * 28, "4ead" + "0" * 28
SCHOOL = "330603008"
CLERK_SIGNER, HEAD_SIGNER = Signer(b"\xc1" * 32), Signer(b"\x4e" * 32)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **parts: int) -> None:
        """Move on by ``timedelta(**parts)``."""
        self.now += timedelta(**parts)


@action("测试建校")
def _found(w: Writing) -> None:
    w.session.add(
        School(code=SCHOOL, name="柯桥区兰亭街道成人文化技术学校", township_code=SCHOOL, is_demo=True)
    )
    w.session.add(Staff(id=CLERK, name="沈月琴", role=Role.CLERK))
    w.session.add(Staff(id=HEAD, name="章国平", role=Role.HEADMASTER))
    w.session.flush()
    for who, signer in ((CLERK, CLERK_SIGNER), (HEAD, HEAD_SIGNER)):
        keep_key(w, who, signer.public.hex())


def new_store(path: Path, clock: Callable[[], datetime], *, seed: int = 7) -> Store:
    """A fresh empty file at ``path``, opened; deterministic ids."""
    Store.create(path, lambda: KEY, school=SCHOOL, station="pc1", home_id="home", version=1)
    return Store(path, lambda: KEY, clock=clock, rng=Random(seed))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed home with a school and two people in it."""
    path = tmp_path_factory.mktemp("template") / "school.db"
    store = new_store(path, Clock(), seed=1)  # other ids than the tests make
    store.run(_found, "system")
    store.close()
    return path


@pytest.fixture
def clock() -> Clock:
    """2026-03-02 12:00 UTC, a Monday."""
    return Clock()


@pytest.fixture
def store(template: Path, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A real encrypted store with a school, a clerk and a headmaster; no guard."""
    path = tmp_path / "home" / "school.db"
    path.parent.mkdir()
    shutil.copy(template, path)
    store = Store(path, lambda: KEY, clock=clock, rng=Random(7))
    yield store
    store.close()


@pytest.fixture
def clerk() -> str:
    """Actor id of 沈月琴, 教务."""
    return CLERK


@pytest.fixture
def head() -> str:
    """Actor id of 章国平, 校长."""
    return HEAD


@pytest.fixture
def clerk_signer() -> Signer:
    """沈月琴's own signing key; its public half is on record."""
    return CLERK_SIGNER


@pytest.fixture
def head_signer() -> Signer:
    """章国平's own signing key; its public half is on record."""
    return HEAD_SIGNER


@pytest.fixture
def reading(store: Store) -> Iterator[Session]:
    """A read session over the store."""
    with store.reading() as session:
        yield session


@pytest.fixture
def attachments(tmp_path: Path) -> Attachments:
    """The folder of photos and scans of the store's home."""
    return Attachments(tmp_path / "home" / "attachments", attachment_cipher(lambda: FILE_KEYS))


@pytest.fixture
def desk(qapp, store: Store, attachments: Attachments):
    """A desk at which the clerk sits."""
    from kqdesk.desk.desk import Desk, Seat  # noqa: PLC0415 -- Qt only where a test asks for it

    made = Desk(store, Seat(CLERK, "沈月琴", Role.CLERK.label, CLERK_SIGNER), attachments=attachments)
    yield made
    made.close()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is imported by now stays: sweeps after tests need not look at it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Garbage goes on the main thread, after a test: a widget collected by a worker's thread ends the process."""
    qt = sys.modules.get("PySide6.QtCore")
    if (
        qt is not None
    ):  # no event loop runs between tests: closed windows would stay, with desk and store behind them
        qt.QCoreApplication.sendPostedEvents(None, qt.QEvent.Type.DeferredDelete)
    swept = item.session.stash.get(SWEPT, 0) + 1
    item.session.stash[SWEPT] = swept
    if swept % FULL_SWEEP:
        gc.collect(1)
    else:
        gc.collect()
        gc.freeze()  # what is left now belongs to modules and long fixtures: the next sweeps need not look at it


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """pytest sweeps five times at the end, for what finalizers let go of; this is the same, until nothing is found."""
    for _ in range(5):
        if not gc.collect():
            break
    gc.freeze()


@pytest.fixture(autouse=True)
def no_warning_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A WARNING nobody expected fails the test; expected ones are taken with ``caplog.clear()``."""
    yield
    loud = [r for when in ("setup", "call") for r in caplog.get_records(when) if r.levelno >= logging.WARNING]

    assert [record.getMessage() for record in loud] == []
