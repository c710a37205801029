"""Set-up of .venv: from the lock alone, repaired when half-made, never done twice."""

import os
import subprocess
from pathlib import Path

import pytest

from installers.environment import RUN_LOCK, TEST_LOCK, Environment, Stop, prepare
from tests.installers.shell import Shell


def test_second_start_installs_nothing(place: Environment, said: list[str]) -> None:
    prepare(place, RUN_LOCK, run=Shell(place), say=said.append)
    again = Shell(place)

    prepare(place, RUN_LOCK, run=again, say=said.append)

    assert again.commands == []
    assert len(said) == 1


def test_packages_come_from_the_lock_with_hashes_and_without_building(
    place: Environment, said: list[str]
) -> None:
    shell = Shell(place)

    prepare(place, TEST_LOCK, run=shell, say=said.append)

    (install,) = [line for line in shell.commands if "pip install" in line]
    assert install.endswith(f"--require-hashes --only-binary :all: -r {place.lock(TEST_LOCK)}")
    assert place.is_ready(RUN_LOCK), "what tests need holds what the program needs"


def test_tests_need_more_than_running(place: Environment, said: list[str]) -> None:
    prepare(place, RUN_LOCK, run=Shell(place), say=said.append)
    shell = Shell(place)

    prepare(place, TEST_LOCK, run=shell, say=said.append)

    assert (shell.count("-m venv"), shell.count("pip install")) == (0, 1)


def test_changed_lock_is_installed_into_the_same_environment(place: Environment, said: list[str]) -> None:
    prepare(place, RUN_LOCK, run=Shell(place), say=said.append)
    place.lock(RUN_LOCK).write_text("another version")
    shell = Shell(place)

    prepare(place, RUN_LOCK, run=shell, say=said.append)

    assert (shell.count("-m venv"), shell.count("pip install")) == (0, 1)


def test_failed_install_shows_why_and_the_next_start_begins_afresh(
    place: Environment, said: list[str]
) -> None:
    with pytest.raises(Stop, match="no room left on device"):
        prepare(place, RUN_LOCK, run=Shell(place, fails="pip install"), say=said.append)
    left = place.folder / "half-written"
    left.write_text("")

    prepare(place, RUN_LOCK, run=Shell(place), say=said.append)

    assert not left.exists()
    assert place.is_ready(RUN_LOCK)


def test_environment_without_a_python_is_made_anew(place: Environment, said: list[str]) -> None:
    place.folder.mkdir()
    shell = Shell(place)

    prepare(place, RUN_LOCK, run=shell, say=said.append)

    assert shell.count("-m venv") == 1


def test_failed_venv_leaves_nothing_behind(place: Environment, said: list[str]) -> None:
    with pytest.raises(Stop, match="no room left on device"):
        prepare(place, RUN_LOCK, run=Shell(place, fails="-m venv"), say=said.append)

    assert not place.folder.exists()


def test_moved_checkout_gets_its_own_environment(place: Environment, said: list[str], tmp_path: Path) -> None:
    prepare(place, RUN_LOCK, run=Shell(place), say=said.append)
    moved = Environment(tmp_path.rename(tmp_path.with_name("moved")))
    shell = Shell(moved)

    prepare(moved, RUN_LOCK, run=shell, say=said.append)

    assert shell.count("-m venv") == 1
    assert repr(str(moved.root)) in (moved.folder / "kqdesk.pth").read_text("ascii")


@pytest.mark.skipif(os.name == "nt", reason="Windows gets a .cmd file")
def test_launcher_starts_the_program_through_a_link_and_with_spaces(
    place: Environment, tmp_path: Path
) -> None:
    prepare(place, RUN_LOCK, run=Shell(place), say=list[str]().append)
    place.python.write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    place.python.chmod(0o755)
    link = tmp_path / "link to kqdesk"
    link.symlink_to(place.launcher)

    done = subprocess.run([str(link), "find", "张 三"], capture_output=True, text=True, check=True)

    assert done.stdout == "-m|kqdesk|find|张 三|"
