"""What the machine must bring: found, installed by root, told to others."""

import pytest

from installers import machine
from installers.environment import Stop
from tests.installers.shell import Shell


def nothing_loads(_library: str) -> bool:
    return False


def everything_loads(_library: str) -> bool:
    return True


def test_complete_machine_lacks_nothing() -> None:
    missing = machine.find_missing(
        window=True, pictures=True, loads=everything_loads, has_ensurepip=bool, has_chinese_font=lambda: True
    )

    assert missing.libraries == tuple(name for name in missing.libraries if name.endswith("-venv"))
    assert missing.wished == ()


def test_bare_machine_lacks_more_when_a_window_is_to_open() -> None:
    bare = {"loads": nothing_loads, "has_ensurepip": lambda: True, "has_chinese_font": lambda: False}
    checks = machine.find_missing(window=False, pictures=False, **bare)
    window = machine.find_missing(window=True, pictures=True, **bare)

    assert checks == machine.Missing(tuple(machine.DRAWING.values()), (), tuple(machine.DRAWING))
    assert set(window.blocking) == {*machine.DRAWING.values(), *machine.WINDOW.values()}
    assert window.wished == (machine.CHINESE_FONT,)


LACKING = machine.Missing(
    ("python3.11-venv", "libegl1"), ("fonts-noto-cjk",), ("python3.11-venv", "libEGL.so.1")
)


def test_root_on_debian_gets_the_packages(said: list[str]) -> None:
    shell = Shell()

    machine.supply(LACKING, run=shell, say=said.append, is_root=True, apt="/usr/bin/apt-get")

    assert len(shell.commands) == 1
    assert shell.commands[0].endswith("--no-install-recommends python3.11-venv libegl1 fonts-noto-cjk")


def test_others_on_debian_get_the_one_command(said: list[str]) -> None:
    shell = Shell()

    with pytest.raises(Stop, match=r"sudo apt-get install -y .* python3.11-venv libegl1 fonts-noto-cjk"):
        machine.supply(LACKING, run=shell, say=said.append, is_root=False, apt="/usr/bin/apt-get")

    assert shell.commands == []


def test_missing_font_is_spoken_of_and_stops_nobody(said: list[str]) -> None:
    font = machine.Missing(wished=("fonts-noto-cjk",))

    machine.supply(font, run=Shell(), say=said.append, is_root=False, apt="/usr/bin/apt-get")
    machine.supply(font, run=Shell(fails="install"), say=said.append, is_root=True, apt="/usr/bin/apt-get")
    machine.supply(font, run=Shell(), say=said.append, is_root=False, apt=None)

    assert ["fonts-noto-cjk" in line or "中文字体" in line for line in said] == [True] * len(said)
    assert len(said) == 4


def test_failed_apt_is_tried_again_after_an_update_and_then_explained(said: list[str]) -> None:
    shell = Shell(fails=" install ")

    with pytest.raises(Stop, match="no room left on device"):
        machine.supply(LACKING, run=shell, say=said.append, is_root=True, apt="apt-get")

    assert ["update" in line for line in shell.commands] == [False, True, False]


def test_elsewhere_the_libraries_are_named(said: list[str]) -> None:
    with pytest.raises(Stop, match=r"libEGL\.so\.1"):
        machine.supply(LACKING, run=Shell(), say=said.append, is_root=True, apt=None)
