"""The .deb: what it depends on, what stands on its card, and that its scripts never touch a school's data."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from installers import debian_package, portable_folder
from installers.debian_package import control, depends
from installers.environment import Stop
from installers.machine import DRAWING, WINDOW
from kqdesk import VERSION
from kqdesk.sync.packet import ENDING as PACKET
from kqdesk.updating.layout import Installed, Pointer

TOP = Path(__file__).parents[2]
DEBIAN = TOP / "installers" / "debian"


def test_depends_names_packages_and_the_glibc_it_was_built_on() -> None:
    needed = [
        "libc.so.6",
        "libm.so.6",
        "libglib-2.0.so.0",
        "libxcb-cursor.so.0",
        "libgthread-2.0.so.0",
        "libEGL.so.1",
    ]

    assert depends(needed, (2, 31)) == [
        "libc6 (>= 2.31)",
        "libegl1",
        "libglib2.0-0 | libglib2.0-0t64",
        "libxcb-cursor0",
    ]


def test_a_library_nobody_knows_stops_the_build() -> None:
    with pytest.raises(Stop, match="libstrange"):
        depends(["libstrange.so.1"], (2, 31))


def test_every_library_of_a_window_has_a_package() -> None:
    assert depends([*DRAWING, *WINDOW], (2, 31))[0] == "libc6 (>= 2.31)"


def test_card_is_one_field_a_line_and_says_the_version_of_the_program() -> None:
    card = control(VERSION, "amd64", ["libc6 (>= 2.31)", "libegl1"], 1234)

    assert [line for line in card.splitlines() if not re.match(r"[A-Z][\w-]*: \S| \S", line)] == []
    assert f"Version: {VERSION}\n" in card
    assert "Depends: libc6 (>= 2.31), libegl1\n" in card
    assert card.endswith("\n")


@pytest.mark.parametrize("name", debian_package.SCRIPTS)
def test_scripts_are_shell_and_take_away_nothing_of_a_school(name: str) -> None:
    text = (DEBIAN / name).read_text("utf-8")
    said = subprocess.run(["sh", "-n", str(DEBIAN / name)], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stderr) == (0, "")
    assert re.findall(r"\brm\b(?! -f /run/kqdesk-hub\.was-running)", text) == []
    assert re.findall(r"/home|/root|XDG_", text) == []


def test_purge_says_where_the_data_is() -> None:
    done = subprocess.run(["sh", str(DEBIAN / "postrm"), "purge"], capture_output=True, text=True, check=True)

    assert "~/.local/share/kqdesk" in done.stdout
    assert "没有动" in done.stdout


def test_desktop_entry_opens_packets_by_the_kind_that_the_mime_file_names() -> None:
    entry = (DEBIAN / "kqdesk.desktop").read_text("utf-8")
    kinds = (DEBIAN / "kqdesk.xml").read_text("utf-8")
    named = re.findall(r'<mime-type type="([^"]+)"', kinds)

    assert re.search(r"^MimeType=(.*);$", entry, re.MULTILINE).group(1).split(";") == named  # type: ignore[union-attr]  # a missing line fails the test
    assert f'<glob pattern="*{PACKET}"/>' in kinds
    assert "\nExec=kqdesk %f\n" in entry


def test_furniture_is_in_place(tmp_path: Path) -> None:
    debian_package.furnish(TOP, tmp_path)
    files = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*") if path.is_file()}

    assert files["usr/bin/kqdesk"].stat().st_mode & 0o777 == 0o755
    assert {f"usr/share/icons/hicolor/{size}x{size}/apps/kqdesk.png" for size in (16, 48, 256)} <= set(files)
    assert files["usr/share/icons/hicolor/48x48/apps/kqdesk.png"].read_bytes()[:4] == b"\x89PNG"
    assert {"usr/share/applications/kqdesk.desktop", "usr/share/mime/packages/kqdesk.xml"} <= set(files)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A program folder whose program prints its arguments and what its launcher told it."""
    folder = tmp_path / "tree"
    (folder / "_internal").mkdir(parents=True)
    program = folder / "kqdesk"
    program.write_text('#!/bin/sh\necho "$KQDESK_PROGRAM|$QT_QPA_PLATFORM|$*"\n', "utf-8")
    program.chmod(0o755)
    return folder


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="a .deb is made where dpkg is")
def test_a_package_holds_the_tree_its_mark_and_its_card(tree: Path, tmp_path: Path) -> None:
    def run(words: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(list(words), capture_output=True, text=True, check=False)  # type: ignore[call-overload]  # a list of words

    made = debian_package.make(
        TOP, tree, tmp_path, "0.0.9", "linux-x86_64", quick=True, run=run, say=lambda _: None
    )
    listed = run(["dpkg-deb", "--contents", str(made)]).stdout

    assert debian_package.fields(made)["Version"] == "0.0.9"
    assert "./opt/kqdesk/kqdesk\n" in listed
    assert "./opt/kqdesk/installed-by-package\n" in listed
    assert (tree / "kqdesk").exists()


def test_portable_folder_starts_the_version_that_current_names(tree: Path, tmp_path: Path) -> None:
    folder = tmp_path / "成校 工作台"
    portable_folder.lay_out(TOP, tree, folder, VERSION)
    environ = {"PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "wayland;xcb"}
    done = subprocess.run(
        [str(folder / "kqdesk"), "find", "李 四"], capture_output=True, text=True, env=environ, check=True
    )

    assert done.stdout == f"{folder}|xcb|find 李 四\n"
    assert Installed(folder).pointer() == Pointer(VERSION)


def test_portable_folder_puts_itself_into_the_menu_of_its_user(tree: Path, tmp_path: Path) -> None:
    folder = tmp_path / "成校 工作台"
    portable_folder.lay_out(TOP, tree, folder, VERSION)
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}
    subprocess.run([str(folder / "add-to-menu.sh")], capture_output=True, env=environ, check=True)
    entry = (tmp_path / "home/.local/share/applications/kqdesk.desktop").read_text("utf-8")

    assert f'Exec="{folder}/kqdesk" %f\n' in entry
