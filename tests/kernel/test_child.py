"""Child processes: parts and results, and every way of not delivering. The children here are this file's own."""

import os
import sys
import time
from pathlib import Path

import pytest

from kqdesk.cli.child import CHILDREN
from kqdesk.cli.child import main as child_main
from kqdesk.kernel import child
from kqdesk.kernel.child import (
    ChildDied,
    ChildFailed,
    ChildFault,
    ChildOutOfMemory,
    ChildTooSlow,
    GivenUp,
    Outlet,
)
from kqdesk.kernel.errors import Cancelled

LIMITS = {"memory_mb": 512, "cpu_s": 20, "wall_s": 20.0}


def behave(request: dict[str, object], outlet: Outlet) -> object:
    """What the test child does, by name."""
    what = request["what"]
    if what == "count":
        for number in range(3):
            outlet.progress(number, 3, "数")
            outlet.part([number] * 2)
        print("a stray print does not break the frames")
        return {"sum": 3, "secret": os.environ.get("KQDESK_PASSWORD")}
    if what == "give up":
        raise GivenUp("damaged", "细节")
    if what == "eat":
        return len(b"x" * (2 << 30))
    if what == "abort":
        os.abort()
    if what == "sleep":
        time.sleep(30)
    if what == "spin":
        while True:
            pass
    raise ValueError("unplanned")


@pytest.fixture
def child_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start this module's ``behave`` instead of a named child."""
    house = Path(__file__).resolve().parents[2]
    starter = tmp_path / "starter.py"
    starter.write_text(
        f"import sys\nsys.path.insert(0, {str(house)!r})\n"
        "from kqdesk.kernel.child import serve\n"
        "def load():\n    from tests.kernel.test_child import behave\n    return behave\n"
        "sys.exit(serve(load))\n",
        "utf-8",
    )
    real = child.subprocess.Popen
    monkeypatch.setattr(
        child.subprocess, "Popen", lambda command, **more: real([sys.executable, str(starter)], **more)
    )


@pytest.mark.usefixtures("child_here")
class TestChild:
    def test_parts_come_before_the_result(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KQDESK_PASSWORD", "geheim")
        parts = child.stream_child("x", {"what": "count"}, **LIMITS)

        assert [next(parts) for _ in range(3)] == [[0, 0], [1, 1], [2, 2]]
        with pytest.raises(StopIteration) as end:
            next(parts)
        assert end.value.value == {"sum": 3, "secret": None}

    def test_progress_is_passed_on_and_may_cancel(self) -> None:
        class GiveUp:
            def step(self, done: int, total: int, note: str = "") -> None:
                raise Cancelled

        with pytest.raises(Cancelled):
            child.run_child("x", {"what": "sleep"}, **LIMITS, progress=GiveUp())

    def test_an_orderly_fault_keeps_its_kind(self) -> None:
        with pytest.raises(ChildFault) as fault:
            child.run_child("x", {"what": "give up"}, **LIMITS)

        assert (fault.value.kind, fault.value.detail) == ("damaged", "细节")

    def test_a_crash_is_told_with_its_last_words(self) -> None:
        with pytest.raises(ChildFailed) as died:
            child.run_child("x", {"what": "unplanned"}, **LIMITS)

        assert "ValueError: unplanned" in died.value.stderr

    def test_an_abort_does_not_touch_the_parent(self) -> None:
        with pytest.raises(ChildDied) as died:
            child.run_child("x", {"what": "abort"}, **LIMITS)

        assert not isinstance(died.value, ChildFailed)

    def test_silence_ends_in_time(self) -> None:
        with pytest.raises(ChildTooSlow):
            child.run_child("x", {"what": "sleep"}, memory_mb=512, cpu_s=5, wall_s=1.5)

    @pytest.mark.skipif(sys.platform != "linux", reason="limits by setrlimit")
    def test_memory_and_cpu_are_limited(self) -> None:
        with pytest.raises(ChildOutOfMemory):
            child.run_child("x", {"what": "eat"}, **LIMITS)
        with pytest.raises(ChildTooSlow):
            child.run_child("x", {"what": "spin"}, memory_mb=512, cpu_s=1, wall_s=30.0)


def test_every_named_child_exists() -> None:
    for place in CHILDREN.values():
        module, function = place.split(":")
        __import__(module)
        assert callable(getattr(sys.modules[module], function))


def test_an_unknown_child_is_wrong_usage() -> None:
    assert child_main(["nobody"]) == 2
