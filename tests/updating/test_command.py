"""``kqdesk update`` and ``installers/update_file.py``: from a release's folder to the next start, by exit codes."""

import tomllib
from pathlib import Path

import pytest

from installers import update_file
from kqdesk import VERSION
from kqdesk.updating import layout, manifest
from kqdesk.updating.layout import Installed, this_platform
from tests.cli.command import CommandLine
from tests.cli.conftest import kqdesk, made, school
from tests.updating.program import ROOT, started
from tests.updating.program import made as made_program

__all__ = ["kqdesk", "made", "school"]
NEXT = "9.9.9"


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Keys made, the program of now laid out, an update file to the next version: (root, file)."""
    trusted = tmp_path / "release.toml"
    trusted.write_text((ROOT / "resources" / "release.toml").read_text("utf-8"), "utf-8")
    monkeypatch.setattr(manifest, "resource", lambda _: trusted)
    key, out, root = tmp_path / "release.key", tmp_path / "out", tmp_path / "程序"
    now, following = made_program(tmp_path / "now", VERSION), made_program(tmp_path / "next", NEXT)
    for words in (
        ["keys", "--key", key, "--trusted", trusted],
        ["lay-out", "--program", now, "--root", root],
        ["make", "--program", following, "--version", NEXT, "--key", key, "--out", out],
    ):
        assert update_file.main([str(word) for word in words]) == 0
    return root, out / f"kqdesk-{NEXT}-{this_platform()}.kqupdate"


def environ(line: CommandLine, root: Path) -> dict[str, str]:
    return line.environ | {layout.ROOT_VARIABLE: str(root)}


def test_verify_apply_and_back(school: CommandLine, released: tuple[Path, Path]) -> None:
    root, file = released
    here = environ(school, root)

    verified = school("--json", "update", "verify", file, environ=here)
    applied = school("update", "apply", file, environ=here)
    after = started(root)
    status = school("update", "status", environ=here)
    back = school("update", "back", environ=here)

    assert (verified.code, verified.told["version"]) == (0, NEXT)
    assert applied.code == 0, applied.err
    assert f"{NEXT} 版已经装好" in applied.out
    assert after == NEXT
    assert f"下次启动是 {NEXT} 版，留着 {VERSION} 版可以回退" in status.out
    assert (back.code, started(root)) == (0, VERSION)
    assert list((school.home / "backups").glob("*update*"))


def test_a_wrong_file_ends_with_3_and_changes_nothing(
    school: CommandLine, released: tuple[Path, Path]
) -> None:
    root, file = released
    whole = file.read_bytes()
    file.write_bytes(whole[:-10])

    ended = school("--json", "update", "apply", file, environ=environ(school, root))

    assert (ended.code, ended.told["exit_code"]) == (3, 3)
    assert "不完整" in ended.err
    assert started(root) == VERSION


def test_a_program_that_was_not_laid_out_says_how_it_is_updated(
    school: CommandLine, released: tuple[Path, Path]
) -> None:
    ended = school("update", "apply", released[1])

    assert ended.code == 3
    assert "不是按版本文件夹安装的" in ended.err


def test_without_a_school_there_is_nothing_to_back_up(
    kqdesk: CommandLine, released: tuple[Path, Path]
) -> None:
    root, file = released

    ended = kqdesk("update", "apply", file, environ=environ(kqdesk, root))

    assert ended.code == 0, ended.err
    assert started(root) == NEXT


def test_a_hub_offers_it(kqdesk: CommandLine, released: tuple[Path, Path]) -> None:
    ended = kqdesk("--json", "hub", "offer-update", released[1])

    assert (ended.code, ended.told["version"]) == (0, NEXT)
    assert (kqdesk.home / "updates").is_dir()


def test_the_private_key_never_lies_in_the_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside, other = ROOT / "release.key", tmp_path / "release.key"
    other.write_text("kept", "utf-8")

    codes = [update_file.main(["keys", "--key", str(path)]) for path in (inside, other)]

    assert codes == [1, 1]
    assert not inside.exists()
    assert other.read_text("utf-8") == "kept"
    assert "项目文件夹" in capsys.readouterr().err


def test_a_second_key_is_added_to_the_first(tmp_path: Path) -> None:
    trusted = tmp_path / "release.toml"
    trusted.write_text("# told\nkeys = []\n", "utf-8")

    update_file.trust(trusted, b"\1" * 32)
    update_file.trust(trusted, b"\2" * 32)

    assert tomllib.loads(trusted.read_text("utf-8"))["keys"] == ["01" * 32, "02" * 32]
    assert trusted.read_text("utf-8").startswith("# told")


def test_a_package_says_how_it_is_installed(
    school: CommandLine, released: tuple[Path, Path], tmp_path: Path
) -> None:
    root, _ = released
    package, out = tmp_path / "kqdesk_9.9.9_amd64.deb", tmp_path / "out"
    package.write_bytes(b"!<arch>\n")
    words = ["make", "--program", package, "--version", NEXT, "--key", tmp_path / "release.key", "--out", out]
    assert update_file.main([str(word) for word in words]) == 0

    ended = school("update", "verify", next(out.glob("*.kqupdate")), environ=environ(school, root))

    assert ended.code == 3
    assert "里是安装包" in ended.err


def test_an_installed_program_knows_where_it_lies(tmp_path: Path) -> None:
    program = Installed(tmp_path)
    told = {layout.ROOT_VARIABLE: str(tmp_path)}

    before = layout.installed(told)
    (tmp_path / "current").write_text("1.2.3\n", "utf-8")

    assert before is None
    assert layout.installed(told) == program
    assert layout.installed({}) is None
