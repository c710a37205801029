"""What is broken at every step: everything the program does to the files of a home, one operation each."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from kqdesk import school as homes
from kqdesk.app.drafts import DraftBox
from kqdesk.backup import ballast, entrance, restoring, shelf
from kqdesk.backup.entrance import Way
from kqdesk.backup.policy import Reason
from kqdesk.desk.drafts import Draft
from kqdesk.kernel.places import home_layout
from kqdesk.school import drop_older, rotate_key
from kqdesk.security import keychange
from kqdesk.security.kdf import CHEAPEST
from tests.faults.ground import NEW, PASSWORD, WHO, Ground, Ticking, enter, open_store, work
from tests.faults.recording import migrate

PHOTO = b"a photo of somebody"
Prepared = dict[str, Any]


def restore(ground: Ground, prepared: Prepared) -> None:
    """A backup of some acts ago in the place of what is there."""
    backup = ground.home / "backups" / prepared["backup"]
    entrance.restore(ground.home, backup, Way(WHO, PASSWORD), clock=Ticking(), profile=CHEAPEST, low=0)
    enter(ground)  # the first opening afterwards journals it


def rotate(ground: Ground, _: Prepared) -> None:
    """Another data key, and the backups of the former one dropped."""
    school = enter(ground)
    rotate_key(school, password=PASSWORD, profile=CHEAPEST)
    drop_older(school)


def password(ground: Ground, _: Prepared) -> None:
    """A password changed."""
    keys = home_layout(ground.home).keys
    keychange.change_password(keys, who=WHO, old=PASSWORD, new=PASSWORD, now=Ticking()(), profile=CHEAPEST)


def recovery(ground: Ground, _: Prepared) -> None:
    """Another recovery code."""
    school = enter(ground)
    keychange.renew_recovery(school.layout.keys, key=school.key, now=Ticking()())


def people(ground: Ground, _: Prepared) -> None:
    """Somebody comes and goes."""
    school = enter(ground)
    keys, key = school.layout.keys, school.key
    keychange.add_person(
        keys, key=key, who="other", name="章国平", password=PASSWORD, now=Ticking()(), profile=CHEAPEST
    )
    keychange.remove_person(keys, key=key, who="other")


def photo(ground: Ground, _: Prepared) -> None:
    """A photo kept and another forgotten; the issuing key made."""
    school = enter(ground)
    files = school.attachments
    files.keep(PHOTO * 2)
    files.forget([files.digest_of(PHOTO * 2)])
    school.issuer()


def care(ground: Ground, _: Prepared) -> None:
    """What a home in use needs now and then."""
    school = enter(ground)
    layout = school.layout
    ballast.keep(layout.ballast, size=1 << 20, low=0)
    ballast.release(layout.ballast)
    made = school.back_up(Reason.DAILY)
    stick = ground.home.with_name("stick")
    stick.mkdir(exist_ok=True)
    shelf.carry(layout, made.path, stick, Ticking()())
    shelf.drill(layout, school.key, Ticking()())
    shelf.tidy(layout, Ticking()() + timedelta(days=900))
    restoring.confirm(layout)


def drafts(ground: Ground, _: Prepared) -> None:
    """The screen locked with a half-typed form, and opened again."""
    school = enter(ground)
    box = DraftBox(school.layout.drafts, school.key, school.store.home_id, school.staff.id)
    box.keep([Draft("people", "新建人员", {"name": "陈"})])
    homes.lock(school)
    homes.unlock(school, who=WHO, password=PASSWORD, profile=CHEAPEST)
    box.take()
    box.keep([])


def act(ground: Ground, _: Prepared) -> None:
    """Three small acts."""
    store = open_store(ground)
    for _done in zip(range(3), work(store, WHO, Random(6)), strict=False):
        pass
    store.close()


OPERATIONS: dict[str, Callable[[Ground, Prepared], object]] = {
    "restore": restore,
    "rotate": rotate,
    "migrate": lambda ground, _: migrate(ground.home, ground.key),
    "password": password,
    "recovery": recovery,
    "people": people,
    "backup": lambda ground, _: enter(ground).back_up(Reason.HOURLY),
    "photo": photo,
    "care": care,
    "drafts": drafts,
    "make": lambda ground, _: homes.make(
        ground.home / "new", NEW, clock=Ticking(), rng=Random(3), profile=CHEAPEST
    ),
    "act": act,
}
