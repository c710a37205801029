"""Copies of a hub: whole or refused, without keys, and put back so that the old or the new stands."""

from datetime import timedelta
from pathlib import Path

import pytest

from kqdesk.hub.copies import check_copy, put_back
from kqdesk.hub_app import open_hub
from kqdesk.kernel.errors import UserError
from kqdesk.security.kdf import CHEAPEST
from tests.cli.command import NOW, CommandLine
from tests.hub.conftest import LANTING, QIXIAN


@pytest.fixture
def kqdesk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """A hub with one school and one file."""
    line = CommandLine(tmp_path / "hub", capsys)
    line("hub", "school", "add", LANTING, "兰亭成校")
    (tmp_path / "hub" / "files" / "ab").mkdir()
    (tmp_path / "hub" / "files" / "ab" / "one").write_bytes(b"sealed")
    return line


def schools(kqdesk: CommandLine) -> list[str]:
    return [one["school"] for one in kqdesk("hub", "school", "list", "--json").told["schools"]]


def epochs(home: Path) -> set[int]:
    with open_hub(home, clock=lambda: NOW, environ={}, profile=CHEAPEST) as hub, hub.books.reading() as line:
        return {row[0] for row in line.exec_driver_sql("SELECT epoch FROM hub_school")}


def test_a_copy_holds_database_and_files_and_no_key(kqdesk: CommandLine, tmp_path: Path) -> None:
    made = kqdesk("hub", "backup", tmp_path / "out", "--json")

    copy = Path(made.told["backup"])
    assert made.told["files"] == 1
    assert sorted(str(one.relative_to(copy)) for one in copy.rglob("*") if one.is_file()) == [
        "files/ab/one",
        "hub.db",
    ]
    assert kqdesk.home.joinpath("hub.keys").read_bytes().strip() not in copy.joinpath("hub.db").read_bytes()


def test_what_is_put_back_stands_and_the_rest_is_kept_aside(kqdesk: CommandLine, tmp_path: Path) -> None:
    with (
        open_hub(kqdesk.home, clock=lambda: NOW, environ={}, profile=CHEAPEST) as hub,
        hub.books.writing(LANTING),
    ):
        pass
    copy = kqdesk("hub", "backup", tmp_path / "out", "--json").told["backup"]
    kqdesk("hub", "school", "add", QIXIAN, "齐贤成校")
    before = schools(kqdesk)

    back = kqdesk("hub", "restore", copy, "--json")

    assert (sorted(before), schools(kqdesk)) == ([LANTING, QIXIAN], [LANTING])
    assert (Path(back.told["aside"]) / "hub.db").is_file()
    assert min(epochs(kqdesk.home)) > 1


@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "other keys"])
def test_a_copy_that_is_not_whole_is_refused_and_changes_nothing(
    kqdesk: CommandLine, tmp_path: Path, harm: str
) -> None:
    copy = Path(kqdesk("hub", "backup", tmp_path / "out", "--json").told["backup"])
    database = copy / "hub.db"
    body = bytearray(database.read_bytes())
    if harm == "cut":
        database.write_bytes(body[: len(body) // 2])
    elif harm == "changed":
        body[len(body) // 2] ^= 1
        database.write_bytes(body)
    elif harm == "gone":
        database.unlink()
    else:
        other = CommandLine(tmp_path / "other", kqdesk._capsys)
        other("hub", "school", "add", QIXIAN, "齐贤成校")
        copy = Path(other("hub", "backup", tmp_path / "theirs", "--json").told["backup"])

    refused = kqdesk("hub", "restore", copy)

    assert refused.code == 3
    assert "备份" in refused.err
    assert schools(kqdesk) == [LANTING]
    assert list(kqdesk.home.glob("before-*")) == []


def test_two_copies_of_one_second_do_not_meet(kqdesk: CommandLine, tmp_path: Path) -> None:
    first, second = (kqdesk("hub", "backup", tmp_path / "out") for _ in range(2))

    assert (first.code, second.code) == (0, 3)


def test_postgres_is_told_its_own_tool(kqdesk: CommandLine, tmp_path: Path) -> None:
    told = kqdesk("hub", "backup", tmp_path / "out", "--database", "postgresql+psycopg://a@b/c")

    assert told.code == 2
    assert "pg_dump" in told.err


def test_killed_while_putting_back_the_old_or_the_new_stands(
    kqdesk: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Path(kqdesk("hub", "backup", tmp_path / "out", "--json").told["backup"])
    kqdesk("hub", "school", "add", QIXIAN, "齐贤成校")
    with open_hub(kqdesk.home, clock=lambda: NOW, environ={}, profile=CHEAPEST) as hub:
        raw = hub.keys.database()
    stood = []
    for name in ("mkdir", "replace"):
        with monkeypatch.context() as broken:
            broken.setattr(Path, name, _dies)
            with pytest.raises(KeyboardInterrupt):
                put_back(
                    copy,
                    kqdesk.home / "hub.db",
                    kqdesk.home / "files",
                    raw,
                    NOW + timedelta(seconds=len(stood)),
                )
        stood.append(schools(kqdesk))

    assert stood == [[LANTING, QIXIAN]] * 2
    assert check_copy(copy, raw).heads == {}


def _dies(*_given: object, **_more: object) -> None:
    raise KeyboardInterrupt


def test_a_folder_that_is_no_copy_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        check_copy(tmp_path, "x'00'")
