"""What else travels between two PCs: photos by their content, and everything over a hub on PostgreSQL."""

import shutil
from pathlib import Path

from kqdesk import school as homes
from kqdesk.hub_app import prepare_postgres
from kqdesk.kernel.progress import Quiet
from kqdesk.rooms.exchange.actions import settle_conflict
from kqdesk.rooms.exchange.terms import Choice
from kqdesk.rooms.people.actions import add_person, edit_person
from kqdesk.school import NewSchool
from kqdesk.school.joining import Coming, Joiner
from kqdesk.school.syncing import Syncing
from kqdesk.security.kdf import CHEAPEST
from kqdesk.security.roles import Role
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import attach, attached
from kqdesk.store.store import no_guard
from kqdesk.sync.applying import BRAKE
from kqdesk.sync.hub import OTHER_BODY
from tests.conftest import Clock
from tests.people.rows import WANG
from tests.postgres import WORKER, Database, postgres_cluster, postgres_database
from tests.sync_desk.homes import FIRST, SECOND, Pc, World, opened
from tests.sync_desk.hubs import NAME, SCHOOL, LiveHub, live_hub

__all__ = ["postgres_cluster", "postgres_database"]
PHOTO = bytes(range(256)) * 2500  # more than one part


@action("测试放同步照片")
def put_photo(w: Writing, *, person_id: str, digest: str) -> None:
    """A photo of a person."""
    attach(
        w, table="person", row_id=person_id, purpose="photo", digest=digest, name="照片.jpg", media="image/jpeg",
        size=len(PHOTO),
    )  # fmt: skip


def test_a_photo_arrives_whole_and_is_sealed_with_the_other_pcs_own_keys(
    first: Pc, second: Pc, mao: str
) -> None:
    digest = first.school.attachments.keep(PHOTO)
    first.school.store.guard = no_guard  # the test's own act has no row in the rights
    first.act(put_photo, person_id=mao, digest=digest)
    sealed = first.school.attachments.path_of(digest).read_bytes()

    first.sync()
    second.sync()

    with second.school.store.reading() as session:
        [row] = attached(session, "person", [mao])[mao]
    assert second.school.attachments.read(row.digest, row.name) == PHOTO
    assert second.school.attachments.path_of(row.digest).read_bytes() != sealed


def test_two_homes_over_postgresql(postgres_database: Database, tmp_path: Path, clock: Clock) -> None:
    prepare_postgres(postgres_database.owner_url, WORKER, partitions=1)
    school, _ = homes.make(
        tmp_path / "one", NewSchool(SCHOOL, NAME, "沈月琴", Role.CLERK, FIRST), clock=clock, profile=CHEAPEST
    )
    one = Pc(school, Syncing(school))
    mao = one.act(
        add_person, fields={"name": "王阿毛", "phone": "13812345678", "id_number": WANG, "village": "溪南村"}
    )
    with live_hub(tmp_path / "hub", postgres_database.url) as hub:
        one.syncing.join(hub.url, hub.invite(), Quiet())
        other, _ = Joiner(tmp_path / "two", clock=clock, profile=CHEAPEST).join(
            Coming(hub.url, hub.invite(), "沈月琴", SECOND), Quiet()
        )
        two = Pc(other, Syncing(other))
        one.act(edit_person, person_id=mao, changes={"phone": "13988887777", "village": "谢坞村"})
        clock.forward(minutes=1)
        two.act(edit_person, person_id=mao, changes={"village": "兰渚山村"})
        for pc in (one, two, one):
            pc.sync()
        asked = [[(row.shown.words, row.kept.words) for row in pc.conflicts()] for pc in (one, two)]
        one.act(settle_conflict, conflict_id=one.conflicts()[0].id, chosen=Choice.SHOWN)
        one.sync()
        two.sync()
        found = [
            (pc.person(mao).phone, pc.person(mao).village, pc.conflicts(), pc.faults()) for pc in (one, two)
        ]
        unsent = [pc.syncing.numbers().unsent for pc in (one, two)]
    for pc in (one, two):
        pc.school.close()

    assert asked == [[("兰渚山村", "谢坞村")]] * 2
    assert found == [("13988887777", "兰渚山村", [], (None, None))] * 2
    assert unsent == [0, 0]


def test_a_copied_home_stops_asks_and_goes_on_as_another_life(
    world: World, first: Pc, tmp_path: Path, clock: Clock, hub: LiveHub, mao: str
) -> None:
    shutil.copytree(tmp_path / "first", tmp_path / "copied", ignore=shutil.ignore_patterns("*.lock"))
    school = homes.open_with_password(
        tmp_path / "copied", who="沈月琴", password=FIRST, clock=clock, profile=CHEAPEST
    )
    copy = Pc(school, Syncing(school))
    first.act(edit_person, person_id=mao, changes={"village": "甲村"})
    first.sync()
    clock.forward(minutes=1)
    copy.act(edit_person, person_id=mao, changes={"village": "乙村"})

    copy.sync()
    asked = copy.syncing.numbers()
    if asked.asks == "incarnation":
        copy.syncing.begin_anew()
        copy.sync()
    first.sync()
    villages = [pc.person(mao).village for pc in (first, copy)]
    conflicts = [[(row.shown.words, row.kept.words) for row in pc.conflicts()] for pc in (first, copy)]
    unsent = copy.syncing.numbers().unsent
    faults = [pc.faults() for pc in (first, copy)]
    school.close()

    assert villages == ["乙村", "乙村"]
    assert conflicts == [[("乙村", "甲村")]] * 2
    assert (unsent, faults) == (0, [(None, None)] * 2)


def test_a_hub_that_only_moved_is_the_same_hub(world: World, tmp_path: Path, clock: Clock, mao: str) -> None:
    shutil.copytree(world.folder / "hub", tmp_path / "hub-home")
    with live_hub(tmp_path / "hub-home") as before:
        pc = opened(world, tmp_path, "first", FIRST, clock, before)
        pc.sync()
    pc.act(edit_person, person_id=mao, changes={"village": "谢坞村"})

    with live_hub(tmp_path / "hub-home") as after:
        code = after.invite()
        pc.syncing.join(after.url, code, Quiet())
        numbers = pc.syncing.numbers()
        other, _ = Joiner(tmp_path / "third", clock=clock, profile=CHEAPEST).join(
            Coming(after.url, code, "沈月琴", SECOND), Quiet()
        )  # the code was not used up
        other.close()
    pc.school.close()

    assert (numbers.station, numbers.unsent, numbers.conflicts) == (f"{SCHOOL}.1", 0, 0)
    assert numbers.host == after.url.removeprefix("https://")


def test_the_cores_sentences_name_the_buttons_of_the_page() -> None:
    assert "允许删除" in BRAKE
    assert "这是恢复或复制来的" in OTHER_BODY
