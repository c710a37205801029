"""A task that came from the district, and one that came on paper."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import MetaData

from kqdesk.hub_app import OpenHub, open_hub
from kqdesk.rooms.supervision import actions
from kqdesk.rooms.supervision.model import SupervisionStep, SupervisionTask
from kqdesk.rooms.supervision.terms import StepKind
from kqdesk.security.kdf import CHEAPEST
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import Attachments
from kqdesk.store.hub_tables import hub_metadata
from kqdesk.store.store import Store
from tests.conftest import Clock
from tests.hub.browser import Browser
from tests.supervision.district import LANTING, QIXIAN, District, Home, at_home

TODAY = date(2026, 3, 2)
ASKED = [["n1", "新开夜校班", "个"], ["n2", "夜校学员", "人"]]


@action("测试区里布置")
def send_task(
    w: Writing,
    *,
    due_on: date = date(2026, 3, 10),
    wants_files: bool = False,
    title: str = "夜校春季开班情况",
) -> str:
    """As a pull would bring it."""
    row = SupervisionTask(
        dispatch="d1", title=title, words="报三月底前夜校开班数和学员数，没有开班的说明原因。", issued_by="金晓燕",
        issued_on=date(2026, 3, 1), due_on=due_on, figures=ASKED, wants_files=wants_files,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    return row.id


@action("测试区里意见")
def judge(
    w: Writing, *, task_id: str, answer_id: str | None, kind: StepKind, words: str, at: datetime
) -> None:
    """A verdict as a pull would bring it."""
    w.session.add(
        SupervisionStep(
            task_id=task_id, kind=kind, answer_id=answer_id, words=words, stepped_at=at, stepped_by="金晓燕"
        )
    )


@pytest.fixture
def sent(store: Store) -> str:
    """Id of a task of the district with two numbers asked for, due in a week."""
    return store.run(send_task, "system").value


@pytest.fixture
def on_paper(store: Store, head: str) -> str:
    """Id of a task that came on paper, without numbers, due tomorrow."""
    return store.run(
        actions.enter_task, head, title="消防安全自查", words="教学点逐个查，报结果。", due_on=date(2026, 3, 3),
        paper_no="柯教〔2026〕7号",
    ).value  # fmt: skip


@cache
def _metadata(desk: MetaData, *, postgres: bool = False) -> MetaData:
    """Derived once a run instead of once a hub: half a second each."""
    return hub_metadata(desk, postgres=postgres)


@contextmanager
def opened_hub(folder: Path, clock: Callable[[], datetime]) -> Iterator[OpenHub]:
    """A hub's folder."""
    with (
        patch("kqdesk.hub_app.hub_metadata", _metadata),
        open_hub(folder, clock=clock, environ={}, profile=CHEAPEST) as hub,
    ):
        yield hub


@pytest.fixture(scope="session")
def hub_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed hub with two schools, made once a run and copied for each test."""
    folder = tmp_path_factory.mktemp("district") / "hub"
    with opened_hub(folder, Clock()) as hub:
        hub.register.add_school(LANTING, "柯桥区兰亭街道成人文化技术学校")
        hub.register.add_school(QIXIAN, "柯桥区齐贤街道成人文化技术学校")
    return folder


@pytest.fixture
def district(hub_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[District]:
    """A hub with two schools; 金晓燕 sits before its pages."""
    shutil.copytree(hub_folder, tmp_path / "hub")
    with opened_hub(tmp_path / "hub", clock) as hub:
        made = District(hub, Browser(hub.app()))
        made.sign_in()
        yield made


@pytest.fixture
def home(store: Store, district: District, attachments: Attachments) -> Home:
    """The desk of 兰亭, a station of that hub."""
    return at_home(store, district, attachments)
