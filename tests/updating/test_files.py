"""What an update file may be: every wrong one is named before anything is touched, with what to do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqdesk.kernel.errors import UserError
from kqdesk.security.signing import Signer
from kqdesk.updating import manifest, packing, rules
from kqdesk.updating.applying import checked
from kqdesk.updating.manifest import Entry, Manifest, release_keys
from kqdesk.updating.rules import PACKAGE, Here, numbers
from tests.updating.program import NEW, OLD, PLATFORM, SIGNER, Place

KEYS = (SIGNER.public,)
HERE = Here(OLD, PLATFORM, rules.FOLDER)


def refused(path: Path, here: Here = HERE, keys: tuple[bytes, ...] = KEYS) -> str:
    with pytest.raises(UserError) as told:
        packing.prove(checked(path, here, keys))
    return str(told.value)


def test_a_release_is_read_back(place: Place) -> None:
    file = checked(place.packed(), HERE, KEYS)

    packing.prove(file)

    told = file.manifest
    assert (told.version, told.oldest, told.platform, told.notes) == (NEW, OLD, PLATFORM, "点名更快了")
    assert [entry.path for entry in told.files if entry.link] == ["_internal/lib.so.6"]
    assert [entry.path for entry in told.files if entry.runs] == ["kqdesk"]


@pytest.mark.parametrize(
    ("changes", "here", "words"),
    [
        ({"program": "oldesk"}, HERE, "这是“oldesk”的升级文件"),
        ({"platform": "win32-x86_64"}, HERE, "是给Windows的，这台电脑是Linux（x86-64）"),
        ({"version": "0.0.9"}, HERE, "这台电脑上已经是 0.1.0 版。程序只往新的版本升"),
        ({"version": "0.1"}, HERE, "已经是 0.1 版，不用再升级"),
        ({"oldest": "0.1.5"}, HERE, "请先升级到 0.1.5 版"),
        ({"layout": PACKAGE}, HERE, "请要“文件夹版”的升级文件"),
        ({}, Here(OLD, PLATFORM, PACKAGE), "sudo apt install"),
        ({}, Here(OLD, PLATFORM, ""), "不是按版本文件夹安装的"),
        ({}, Here("0.3.0", PLATFORM, rules.FOLDER), "程序只往新的版本升"),
    ],
)
def test_one_that_does_not_fit_is_named(
    place: Place, changes: dict[str, str], here: Here, words: str
) -> None:
    assert words in refused(place.packed(**changes), here)


def test_one_that_is_cut_is_named_wherever_it_is_cut(place: Place) -> None:
    path = place.packed()
    whole = path.read_bytes()

    for length in (0, 5, 12, 30, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])

        assert ("不完整" in refused(path)) or ("不是 kqdesk 的升级文件" in refused(path))


def test_one_that_was_altered_is_named_wherever_it_was_altered(place: Place) -> None:
    path = place.packed()
    whole = path.read_bytes()

    for n in (40, 200, len(whole) // 2, len(whole) - 3):
        path.write_bytes(whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :])

        assert "改过" in refused(path)
    path.write_bytes(whole + b"more")
    assert "后面多出了内容" in refused(path)


def test_what_is_no_update_file_is_told(tmp_path: Path) -> None:
    other = tmp_path / "花名册.xlsx"
    other.write_bytes(b"PK\x03\x04" + b"\0" * 400)

    assert refused(other) == manifest.NOT_OURS


def test_only_a_known_release_key_counts(place: Place) -> None:
    path = place.packed(signer=Signer(b"\x11" * 32))

    assert "签名不对" in refused(path)
    assert refused(path, keys=()) == manifest.NO_KEYS


@pytest.mark.parametrize(
    "entry",
    [
        Entry("../outside", 1, "0" * 64),
        Entry("/etc/passwd", 1, "0" * 64),
        Entry("c:\\windows", 1, "0" * 64),
        Entry("a/link", link="../../outside"),
        Entry("link", link="/etc"),
        Entry("", 1, "0" * 64),
    ],
)
def test_even_a_signed_list_names_nothing_outside(entry: Entry) -> None:
    content = manifest.encode(
        Manifest("kqdesk", NEW, "2026-12-01", OLD, PLATFORM, "folder", 1, "0" * 64, [entry])
    )

    with pytest.raises(UserError, match="不是 kqdesk 的升级文件"):
        manifest.opened(content, manifest.sign(SIGNER, content), KEYS)


def test_the_programs_own_list_of_release_keys_is_sound() -> None:
    assert all(len(key) == 32 for key in release_keys())


versions = st.lists(st.integers(0, 30), min_size=2, max_size=4).map(lambda parts: ".".join(map(str, parts)))


@given(versions, versions)
def test_versions_never_go_back(found: str, running: str) -> None:
    facts = rules.Facts("kqdesk", found, "0.0", PLATFORM, rules.FOLDER)

    fits = rules.refusal(facts, Here(running, PLATFORM, rules.FOLDER)) == ""

    assert fits == (numbers(found) > numbers(running))
