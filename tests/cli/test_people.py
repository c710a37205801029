"""The roster in, out and looked up from the command line."""

from pathlib import Path

import openpyxl
import pytest

from kqdesk import school as homes
from kqdesk.rooms.people import actions as people
from kqdesk.rooms.people.sheets import headings_in, layout_of
from kqdesk.security.kdf import CHEAPEST
from tests.cli.command import NOW, PASSWORD, CommandLine


def test_a_dry_run_writes_nothing_and_needs_no_password(kqdesk: CommandLine, roster: Path) -> None:
    ended = kqdesk("import", "people", roster, "--dry-run", "--json", environ={})

    assert (ended.code, ended.told["rows"], ended.told["faults"]) == (0, 3, [])
    assert [person["name"] for person in ended.told["people"]] == ["俞文娟", "傅柏林", "王䶮"]
    assert not kqdesk.home.exists()


def test_import_then_find_by_every_scrap(school: CommandLine, roster: Path) -> None:
    counts = school("import", "people", roster, "--json")

    found = {
        text: [person["name"] for person in school("find", text, "--json").told["people"]]
        for text in ("俞文娟", "文娟", "ywj", "yuwenjuan", "0013", "15400000001", "䶮")
    }
    assert (counts.code, counts.told) == (
        0,
        {"created": 3, "updated": 0, "same": 0, "suspects": 0, "faults": 0, "wishes": 0},
    )
    assert found == {
        "俞文娟": ["俞文娟"],
        "文娟": ["俞文娟"],
        "ywj": ["俞文娟"],
        "yuwenjuan": ["俞文娟"],
        "0013": ["傅柏林"],
        "15400000001": ["王䶮"],
        "䶮": ["王䶮"],
    }


def test_found_people_are_shown_masked(school: CommandLine, roster: Path) -> None:
    school("import", "people", roster)

    shown = school("find", "俞文娟")

    assert "俞文娟" in shown.out
    assert "330697198503021247" not in shown.out
    assert "15412345678" not in shown.out


def test_an_export_imported_again_changes_nothing(school: CommandLine, roster: Path, tmp_path: Path) -> None:
    school("import", "people", roster)

    exported = school("export", "people", tmp_path / "out.xlsx", "--json")
    again = school("import", "people", tmp_path / "out.xlsx", "--json")

    assert (exported.code, exported.told["people"]) == (0, 3)
    assert (again.code, again.told) == (
        0,
        {"created": 0, "updated": 0, "same": 3, "suspects": 0, "faults": 0, "wishes": 0},
    )


def test_rows_with_faults_stay_out_and_are_marked(school: CommandLine, tmp_path: Path) -> None:
    roster = tmp_path / "有错.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "身份证号", "联系电话"])
    sheet.append(["俞文娟", "330697198503021247", "15412345678"])
    sheet.append(["傅柏林", "330698197211050012", "16312345678"])
    book.save(roster)

    ended = school("import", "people", roster, "--faults", tmp_path / "标红.xlsx", "--json")

    assert (ended.code, ended.told["created"], ended.told["faults"]) == (3, 1, 1)
    assert [person["name"] for person in school("find", "傅柏林", "--json").told["people"]] == []
    assert len(openpyxl.load_workbook(tmp_path / "标红.xlsx").active["A"]) == 3


@pytest.mark.parametrize(("name", "kind"), [("课程表.csv", "no_roster"), ("空白.csv", "empty")])
def test_a_file_that_is_no_roster_is_refused_by_name(
    school: CommandLine, tmp_path: Path, name: str, kind: str
) -> None:
    path = tmp_path / name
    path.write_text("" if kind == "empty" else "星期,上午,下午\n周一,语文,数学\n周二,数学,语文\n", "utf-8")

    ended = school("import", "people", path, "--json")

    assert (ended.code, ended.told["refused"]) == (3, kind)
    assert name in ended.err


def test_a_missing_file_is_three(school: CommandLine, tmp_path: Path) -> None:
    ended = school("import", "people", tmp_path / "没有.xlsx")

    assert ended.code == 3
    assert "找不到文件" in ended.err


def test_a_layout_put_right_in_the_window_is_used_again(school: CommandLine, tmp_path: Path) -> None:
    """The table the window keeps layouts in is the one that is asked."""
    path = tmp_path / "甲.csv"
    path.write_text("XM,SFZ码,现住村里\n俞文娟,330697198503021247,溪南村\n", "utf-8")
    refused = school("import", "people", path, "--json")
    assert (refused.code, refused.told["refused"]) == (3, "no_roster")
    titles = {"XM": "name", "SFZ码": "id_number", "现住村里": "village"}
    mark, headings = layout_of(headings_in(path))
    who = homes.people(school.home)[0][0]
    home = homes.open_with_password(
        school.home, who=who, password=PASSWORD, clock=lambda: NOW, title="test", profile=CHEAPEST
    )
    home.store.run(
        people.keep_layout,
        who,
        purpose="roster",
        fingerprint=mark,
        title="甲.csv",
        headings=headings,
        titles=titles,
    )
    home.close()
    later = tmp_path / "乙.csv"
    later.write_text(path.read_text("utf-8").replace("俞文娟", "俞文君"), "utf-8")

    ended = school("import", "people", later, "--json")

    assert (ended.code, ended.told["created"]) == (0, 1)
    assert ended.told["layout"] == "这种表以前对照过（甲.csv，2026-03-02），已照那次的列对照读。"
    assert [one["village"] for one in school("find", "俞文君", "--json").told["people"]] == ["溪南村"]
