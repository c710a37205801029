"""``kqdesk template``: forms of one's own without a window."""

from pathlib import Path

from kqdesk.rooms.reports.rules import field_names
from kqdesk.rooms.reports.terms import Scope
from tests.cli.command import CommandLine
from tests.reports.test_reports import workbook


def test_fields_are_listed(kqdesk: CommandLine) -> None:
    ended = kqdesk("template", "fields", "--scope", "sitting", "--json")

    assert (ended.code, ended.told["fields"]) == (0, list(field_names(Scope.SITTING)))


def test_a_form_is_kept_listed_and_asked_for(school: CommandLine, tmp_path: Path) -> None:
    form = tmp_path / "名册.xlsx"
    form.write_bytes(workbook(["{{班级}}", "{{学员.姓名}}"]))

    added = school("template", "add", form, "--json")
    listed = school("template", "list", "--json")
    empty = school("template", "fill", "名册", "--for", "2026-X1", "--out", tmp_path / "out.xlsx")
    nobody = school("template", "fill", "没有的", "--out", tmp_path / "out.xlsx")

    assert (added.code, added.told["fields"]) == (0, ["班级", "学员.姓名"])
    assert listed.told["templates"] == [{"title": "名册", "scope": "cohort", "file": "名册.xlsx"}]
    assert (empty.code, "没有找到「2026-X1」" in empty.err) == (3, True)
    assert (nobody.code, "没有叫「没有的」的模板" in nobody.err) == (3, True)
    assert not (tmp_path / "out.xlsx").exists()


def test_an_unknown_field_is_named_with_its_cell(school: CommandLine, tmp_path: Path) -> None:
    form = tmp_path / "名册.xlsx"
    form.write_bytes(workbook(["{{学员.名字}}"]))

    ended = school("template", "add", form)

    assert (ended.code, "“Sheet”A1的“学员.名字”不是这里有的字段" in ended.err) == (3, True)
