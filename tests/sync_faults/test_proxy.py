"""Whatever stands between a station and the hub: nothing counts as sent that was not taken, nothing is there twice."""

from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from random import Random

import pytest

from kqdesk.cli.bench_server import Child
from kqdesk.sync import line as lines
from tests.sync_faults.pcs import IS_FULL, Pc, pcs, settle, size
from tests.sync_faults.proxy import FAULTS, Proxy, proxied

STEPS = {0: "head", 1: "push", 2: "pull"} if IS_FULL else {1: "push"}


class Weather:
    """What the proxy does next: the faults in order, then nothing."""

    def __init__(self) -> None:
        self.coming: Iterator[str] = iter(())

    def __call__(self) -> str:
        return next(self.coming, "")


@pytest.fixture(scope="module")
def impatient() -> Iterator[None]:
    """What takes half a minute in a school takes half a second here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "STEP_S", 0.5)
        yield


@pytest.fixture(scope="module")
def weather() -> Weather:
    return Weather()


@pytest.fixture(scope="module")
def proxy(hub: Child, hub_home: Path, weather: Weather) -> Iterator[Proxy]:
    with proxied(hub.url, hub_home, weather) as made:
        yield made


@pytest.fixture(scope="module")
def stations(
    tmp_path_factory: pytest.TempPathFactory, hub: Child, proxy: Proxy, impatient: None
) -> Iterator[list[Pc]]:
    """The first behind the proxy, the second beside it."""
    with pcs(tmp_path_factory.mktemp("pcs"), hub, 2) as made:
        made[0].through(proxy.url, whole_s=0.8)
        settle(made)
        yield made


@pytest.mark.parametrize("step", STEPS, ids=STEPS.get)
@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_at_one_question_loses_and_doubles_nothing(
    stations: list[Pc], weather: Weather, proxy: Proxy, fault: str, step: int
) -> None:
    here, there = stations
    name = f"{fault} {step}"
    there.add(f"{name} there")
    there.sync()
    (row_id,) = here.add(name)
    proxy.met.clear()
    weather.coming = iter([*repeat("", step), fault])

    report = here.sync()
    unsent = here.client.standing().unsent
    at_the_hub = _has(there, row_id)
    weather.coming = iter(())
    here.sync()
    there.sync()

    assert fault in proxy.met
    assert report.stop == "" or (fault == "flipped_ask" and "请重试" in report.stop)
    assert at_the_hub or unsent == 1
    assert here.client.standing().unsent == 0
    assert sorted(row[1] for row in here.rows() if row[1].startswith(name)) == [name, f"{name} there"]
    assert here.rows() == there.rows()


def _has(pc: Pc, row_id: str) -> bool:
    pc.sync()
    return any(row[0] == row_id for row in pc.rows())


def test_a_day_of_bad_weather_loses_nothing(stations: list[Pc], weather: Weather, proxy: Proxy) -> None:
    here, there = stations
    rng = Random(5)
    typed: dict[str, str] = {}
    for turn in range(size(6, 200)):
        weather.coming = iter([rng.choice(FAULTS) if rng.random() < 0.5 else "" for _ in range(9)])
        for pc in stations:
            (row_id,) = pc.add(f"村 {turn} {pc.number}")
            typed[row_id] = ""
            changed = rng.choice([row for row in pc.rows() if row[0] in typed])[0]
            pc.change(changed, typed[changed] if pc is there else f"{turn}")
            pc.sync()
    weather.coming = iter(())

    settle(stations)

    ids = [row[0] for row in here.rows()]
    assert here.rows() == there.rows()
    assert set(typed) <= set(ids)
    assert (here.faults(), there.faults()) == ((None, None), (None, None))
    assert [pc.client.standing().unsent for pc in stations] == [0, 0]
