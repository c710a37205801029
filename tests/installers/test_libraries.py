"""Which shared libraries stay in a package: what Python's own parts need, never the desktop's, never one under the GPL."""

from pathlib import Path

import pytest

from installers import libraries
from installers.libraries import Binary

INSIDE = Path("tree/_internal")
TOLD = """
kqdesk:     file format elf64-x86-64
Dynamic Section:
  NEEDED               libdl.so.2
  NEEDED               libc.so.6
Version References:
  required from libc.so.6:
    0x09691a75 0x00 03 GLIBC_2.2.5
    0x0d696914 0x00 02 GLIBC_2.14
"""


def binary(name: str, *needs: str, folder: str = "", glibc: tuple[int, int] = (2, 17)) -> Binary:
    """A library at the top of the folder, or in one of a wheel's."""
    return Binary(INSIDE / folder / name, frozenset(needs), glibc)


FOUND = [
    binary("_ssl.so", "libssl.so.3", "libc.so.6", folder="python3.11/lib-dynload"),
    binary("libssl.so.3", "libcrypto.so.3", glibc=(2, 34)),
    binary("libcrypto.so.3"),
    binary("libpython3.11.so.1.0", "libz.so.1"),
    binary("libz.so.1"),
    binary("libstdc++.so.6"),
    binary("libqxcb.so", "libxcb-cursor.so.0", "libGL.so.1", folder="PySide6/Qt/plugins/platforms"),
    binary("libQt6Gui.so.6", "libfontconfig.so.1", "libstdc++.so.6", folder="PySide6/Qt/lib"),
    binary("libxcb-cursor.so.0"),
    binary("libfontconfig.so.1", "libz.so.1"),
    binary("libGL.so.1"),
]


def test_objdump_is_read() -> None:
    assert libraries.parse(Path("kqdesk"), TOLD) == Binary(
        Path("kqdesk"), frozenset({"libdl.so.2", "libc.so.6"}), (2, 14)
    )


@pytest.mark.parametrize(
    ("small_ones", "gone"),
    [
        (False, ["libGL.so.1", "libfontconfig.so.1", "libstdc++.so.6", "libxcb-cursor.so.0"]),
        (True, ["libGL.so.1", "libfontconfig.so.1", "libstdc++.so.6"]),
    ],
)
def test_the_desktops_libraries_go_and_pythons_stay(small_ones: bool, gone: list[str]) -> None:
    assert [path.name for path in libraries.to_take_out(FOUND, INSIDE, small_ones=small_ones)] == gone


def test_qt_libraries_that_only_a_left_out_plugin_needed_go_round_by_round() -> None:
    found = [
        binary("libqxcb.so", "libQt6Gui.so.6", folder="PySide6/Qt/plugins/platforms"),
        binary("libQt6Gui.so.6", "libQt6Core.so.6", folder="PySide6/Qt/lib"),
        binary("libQt6Core.so.6", folder="PySide6/Qt/lib"),
        binary("libQt6WlShell.so.6", "libQt6Wayland.so.6", folder="PySide6/Qt/lib"),
        binary("libQt6Wayland.so.6", "libQt6Gui.so.6", folder="PySide6/Qt/lib"),
    ]

    assert [path.name for path in libraries.idle_parts_of_qt(found)] == [
        "libQt6Wayland.so.6",
        "libQt6WlShell.so.6",
    ]


def test_the_newest_glibc_of_any_part_is_what_a_machine_needs() -> None:
    assert libraries.oldest_glibc(FOUND) == (2, 34)
    assert libraries.oldest_glibc([]) == (0, 0)


def test_what_the_folder_does_not_hold_comes_from_the_machine(tmp_path: Path) -> None:
    (tmp_path / "libssl.so.3").write_bytes(b"")
    found = [Binary(tmp_path / "_ssl.so", frozenset({"libssl.so.3", "libc.so.6"}), (2, 17))]

    assert libraries.from_the_machine(found, tmp_path) == {"libc.so.6": {"_ssl.so"}}


@pytest.mark.parametrize(
    ("name", "is_never"),
    [
        ("libreadline.so.8", True),
        ("libgdbm.so.6", True),
        ("libgnutls.so.30", True),
        ("libgtk-3.so.0", True),
        ("libssl.so.3", False),
        ("libgdiplus.so.0", False),
    ],
)
def test_libraries_under_the_gpl_are_known_by_name(name: str, is_never: bool) -> None:
    assert bool(libraries.NEVER.match(name)) is is_never
