"""Old ledgers and the district's list from the command line."""

from pathlib import Path

from tests.cli.command import CommandLine

LEDGER = (
    "姓名,身份证号,培训班,培训时间,学时,证书编号\n"
    "王建国,330699197503121238,2009年缝纫工班,2009.3.2-2009.5.30,120,结2009-1\n"
    "李四,,2009年缝纫工班,2009年,一百,\n"
)
DISTRICT = "姓名,电话,镇街\n陈一,15400001111,兰亭街道\n陈二,15400002222,平水镇\n"


def test_an_old_ledger_is_taken_in_and_its_faults_sent_back(school: CommandLine, tmp_path: Path) -> None:
    file, marked = tmp_path / "台账.csv", tmp_path / "错.xlsx"
    file.write_text(LEDGER, "utf-8")

    ended = school("import", "past", file, "--faults", marked, "--json")

    assert (ended.code, {k: ended.told[k] for k in ("rows", "lines", "held", "created", "unsure")}) == (
        3, {"rows": 2, "lines": 1, "held": 1, "created": 1, "unsure": 0},
    )  # fmt: skip
    assert [fault["kind"] for fault in ended.told["faults"]] == ["past_line"]
    assert marked.exists()


def test_a_districts_list_is_split_or_taken_by_township(school: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "全区.csv"
    file.write_text(DISTRICT, "utf-8")

    split = school("import", "people", file, "--split", tmp_path, "--json")
    taken = school("import", "people", file, "--township", "兰亭街道", "--json")

    assert (split.code, split.told) == (0, {"townships": {"兰亭街道": 1, "平水镇": 1}, "held": 0})
    assert (taken.code, taken.told["created"]) == (0, 1)
