"""The demo school the window shows the first time: made whole or not at all, opened with the password on its page."""

from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.cli.call import Call
from kqdesk.cli.demo import LEAST_PEOPLE, make_demo
from kqdesk.kernel.errors import Cancelled
from kqdesk.kernel.progress import Quiet
from kqdesk.rooms.people.queries import person_count
from kqdesk.security.kdf import CHEAPEST
from tests.cli.command import NOW, PASSWORD


class GivesUp:
    """Somebody who closes the window in the middle."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Far enough that there is something to leave behind."""
        if done == 3:
            raise Cancelled


def test_a_broken_off_demo_leaves_no_home_and_the_next_one_is_whole(tmp_path: Path) -> None:
    call = Call(environ={}, clock=lambda: NOW, profile=CHEAPEST)
    home = tmp_path / "school-demo"
    make = make_demo(call, LEAST_PEOPLE)

    with pytest.raises(Cancelled):
        make(home, PASSWORD, GivesUp())
    assert not home.exists()
    make(home, PASSWORD, Quiet())

    opened = homes.open_with_password(
        home, who="沈月琴", password=PASSWORD, clock=lambda: NOW, profile=CHEAPEST
    )
    with opened.store.reading() as session:
        assert person_count(session) == LEAST_PEOPLE
    opened.close()
    assert [path.name for path in tmp_path.iterdir()] == ["school-demo"]
