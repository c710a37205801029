"""The report somebody sends: canaries planted in data, log, names and paths are not in it; what helps is."""

import zipfile
from pathlib import Path

import pytest

from kqdesk import school as homes
from kqdesk.cli import doctor, report
from kqdesk.kernel.places import home_layout
from kqdesk.rooms.people.actions import add_person
from kqdesk.security.clean import cleaned, kept_words, without_places
from kqdesk.security.kdf import CHEAPEST
from tests.cli.command import NOW, PASSWORD, CommandLine
from tests.people.rows import WANG

CANARIES = (
    "王阿毛",
    "沈月琴",
    "13812345678",
    WANG,
    "wangamao",
    "柯桥区示例成校",
    "amao@example.cn",
    "192.168.7.9",
)


def texts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name).decode("utf-8") for name in packed.namelist()}


@pytest.fixture
def planted(school: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A home in a folder named after its user, with a person in it and all of her in the log; printers named after people."""
    home = tmp_path / "wangamao" / "王阿毛 的学校"
    home.parent.mkdir()
    school.home.rename(home)
    school.home = home
    opened = homes.open_with_password(
        home, who="沈月琴", password=PASSWORD, clock=lambda: NOW, profile=CHEAPEST
    )
    opened.store.run(
        add_person, opened.staff.id, fields={"name": "王阿毛", "phone": "13812345678", "id_number": WANG}
    )
    opened.close()
    log = home_layout(home).logs / "kqdesk.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text(
        f"2026-03-02 ERROR kqdesk.cli command failed 王阿毛 {WANG} 13812345678 amao@example.cn 192.168.7.9:8443\n"
        f"FileNotFoundError: {home}/school.db C:\\Users\\wangamao\\学校\\x.db ~/wangamao/x\n"
        "  store.py:120 run\n",
        "utf-8",
    )
    monkeypatch.setattr(doctor, "printers", lambda: ["王阿毛的打印机", "HP"])
    monkeypatch.setattr(report.getpass, "getuser", lambda: "wangamao")
    return school


def test_no_canary_gets_out(planted: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "报告.zip"

    ended = planted("--json", "report", "--out", out)

    found = texts(out)
    assert ended.code == 0, ended.err
    assert sorted(found) == sorted([report.ABOUT, report.HEALTH, report.LOG])
    assert [word for word in CANARIES for text in found.values() if word in text] == []
    assert str(tmp_path) not in "".join(found.values())


def test_what_helps_is_in_it(planted: CommandLine, tmp_path: Path) -> None:
    planted("report", "--out", tmp_path / "报告.zip")

    found = texts(tmp_path / "报告.zip")
    assert "程序\t0.1.0" in found[report.ABOUT]
    assert "操作记录\t" in found[report.ABOUT]
    assert "[ok] 数据库" in found[report.HEALTH]
    assert "[ok] 钥匙　钥匙文件和它的副本都在,内容相同。" in found[report.HEALTH]
    assert "store.py:120 run" in found[report.LOG]
    assert "command failed" in found[report.LOG]


def test_without_a_password_what_lies_outside_is_told(planted: CommandLine, tmp_path: Path) -> None:
    ended = planted("report", "--out", tmp_path / "报告.zip", environ={})

    assert ended.code == 0, ended.err
    assert "数据库" not in texts(tmp_path / "报告.zip")[report.HEALTH]


def test_a_home_that_does_not_open_is_reported(planted: CommandLine, tmp_path: Path) -> None:
    (planted.home / "school.db").write_bytes(b"\0" * 9000)

    ended = planted("report", "--out", tmp_path / "报告.zip")

    assert ended.code == 0, ended.err
    assert "打不开\t" in texts(tmp_path / "报告.zip")[report.ABOUT]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("open /home/li/王 阿毛/school.db failed", "open 〔路径〕 failed"),
        ("at C:\\Users\\Li Na\\kq\\x.db", "at 〔路径〕"),
        ("\\\\server\\share\\x", "〔路径〕"),
        ("from 10.0.0.7:443 by li.na@example.cn", "from 〔地址〕 by 〔邮箱〕"),
        ("ratio 3/4 and 12 MB", "ratio 3/4 and 12 MB"),
    ],
)
def test_places_go_whatever_their_shape(line: str, left: str) -> None:
    assert without_places(line) == left


def test_our_own_words_stay_and_data_goes() -> None:
    assert kept_words("磁盘只剩 120 MB，请清理 /home/li。") == "磁盘只剩 120 MB,请清理 〔路径〕"
    assert cleaned("王阿毛的打印机 HP") == "〔7字〕 HP"
