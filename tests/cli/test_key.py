"""``kqdesk key``: another data key, another recovery code, and the backups of a former key."""

from pathlib import Path

from tests.cli.command import CommandLine


def test_rotate_gives_a_new_code_and_the_old_backup_can_be_dropped(school: CommandLine) -> None:
    school("backup", "make")

    turned = school("key", "rotate", "--json").told
    dropped = school("key", "drop-older", "--json").told

    assert len(turned["recovery_code"].split("-")) == 9
    assert dropped["dropped"] == turned["older_backups"]
    assert len(dropped["dropped"]) == 1
    assert len(school("backup", "list", "--json").told["backups"]) == 1
    assert school("doctor").code == 0


def test_a_new_recovery_sheet(school: CommandLine, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.pdf"

    ended = school("key", "recovery", "--recovery-sheet", sheet, "--json")

    assert ended.told["recovery_sheet"] == str(sheet)
    assert sheet.read_bytes().startswith(b"%PDF")
