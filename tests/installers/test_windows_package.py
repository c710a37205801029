"""Windows without Windows: every library of the lock has its wheel, the scripts compile, nothing needs admin rights."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from installers import wheels, windows_package
from installers.wheels import LOCK, PYTHONS, Wheel
from kqdesk import VERSION

TOP = Path(__file__).parents[2]
SCRIPT = (TOP / "installers" / "windows" / "kqdesk.nsi").read_text("utf-8")
KEPT = wheels.read()


def run(words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """As package.py runs its tools."""
    return subprocess.run(list(words), capture_output=True, text=True, errors="replace", check=False)


@pytest.mark.parametrize("python", PYTHONS)
def test_every_library_of_the_lock_has_a_wheel_for_windows(python: str) -> None:
    found = {wheel.name: wheel.version for wheel in KEPT if python in wheel.pythons}

    assert found == wheels.locked(LOCK, python), "run python -m installers.wheels"


def test_every_wheel_is_one_that_the_lock_allows() -> None:
    allowed = wheels.hashes(LOCK)

    assert [wheel.file for wheel in KEPT if wheel.sha256 not in allowed[wheel.name, wheel.version]] == []


def test_no_wheel_is_for_another_system() -> None:
    assert [wheel.file for wheel in KEPT if not re.search(r"-(win_amd64|any)\.whl$", wheel.file)] == []
    assert {"pyside6-essentials", "sqlcipher3", "ortools"} <= {
        wheel.name for wheel in windows_package.native()
    }


def test_answers_for_several_pythons_become_one_list() -> None:
    one, other = ("a-1-py3-none-any.whl", "11"), ("b-2-cp312-cp312-win_amd64.whl", "22")

    assert wheels.gathered({"3.11": [one], "3.12": [other, one]}) == [
        Wheel(one[0], "11", ("3.11", "3.12")),
        Wheel(other[0], "22", ("3.12",)),
    ]


def test_setup_is_for_one_user_and_asks_for_no_rights() -> None:
    assert "RequestExecutionLevel user" in SCRIPT
    assert re.findall(r"HKLM|HKCR|SetShellVarContext all|\$PROGRAMFILES", SCRIPT) == []
    assert '!insertmacro MUI_LANGUAGE "SimpChinese"' in SCRIPT


def test_uninstaller_takes_away_by_name_and_leaves_the_data() -> None:
    taken = SCRIPT.partition('Section "Uninstall"')[2]

    assert re.findall(r"RMDir /r (.*)", taken) == ['"$INSTDIR\\versions"']
    assert re.findall(r"(?:Delete|RMDir)[^\n]*LOCALAPPDATA", taken) == []
    assert "学校的数据没有删除" in taken


def test_launcher_of_the_console_reads_the_same_file() -> None:
    lines = (TOP / "installers/windows/kqdesk-console.cmd").read_bytes()

    assert b'set /p KQDESK_CURRENT=<"%~dp0current"\r\n' in lines
    assert lines.count(b"\n") == lines.count(b"\r\n")


def test_a_file_that_is_not_inside_is_named(tmp_path: Path) -> None:
    (tmp_path / "资料").mkdir()
    for name in ("kqdesk.exe", "资料/b.txt"):
        (tmp_path / name).write_bytes(b"")

    packed = {f"versions/{VERSION}/kqdesk.exe", "uninstall.exe"}

    assert windows_package.absent(packed, tmp_path) == ["资料/b.txt"]
    assert windows_package.absent(packed | {f"versions/{VERSION}/资料/b.txt"}, tmp_path) == []


@pytest.mark.skipif(shutil.which("makensis") is None, reason="NSIS is not here")
def test_setup_and_launcher_compile(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "_internal" / "资料 一").mkdir(parents=True)
    for name in ("kqdesk.exe", "kqdesk-console.exe", "_internal/资料 一/b.txt"):
        (tree / name).write_bytes(b"x")
    out = tmp_path / f"kqdesk-{VERSION}-setup.exe"

    windows_package.compiled(TOP, tree, tmp_path, out, VERSION, is_quick=True, run=run)

    assert out.read_bytes()[:2] == b"MZ"
    packed = windows_package.listing(out, run)
    assert windows_package.absent(packed, tree) == []
    assert packed is None or {"kqdesk.exe", "uninstall.exe", "kqdesk-console.cmd"} <= packed
