"""The demo day: the main job end to end, and where the people's names may and may not be afterwards."""

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
import quickjs

from kqdesk.app.pages import PAGES
from kqdesk.cli.demo_people import MadePerson
from kqdesk.cli.demo_rosters import township_people
from kqdesk.printing.preview import page_count, page_text
from tests.cli.command import CommandLine, Ended

PEOPLE, SEED = 50, 3
TODAY = datetime(2026, 6, 10, 6, tzinfo=UTC)
KINDS = {
    "班级花名册.pdf", "在读证明.pdf", "学员签到表.pdf", "周课程表.pdf", "学期课程表.pdf", "准考证.pdf", "考场门贴.pdf",
    "成绩登记表.pdf", "结业证书.pdf", "恢复码纸.pdf", "一班一档.pdf", "学习账户.pdf", "学习成绩单.pdf", "证书核对表.pdf", "结业证书套打.pdf",
    "学习信息.pdf", "岗位信息.pdf", "生源信息.pdf", "专业课程开设建议.pdf", "可兼职教师信息.pdf", "学习培训供给信息.pdf", "个性化学习清单.pdf", "政策清单.pdf",
    "工作月报.pdf", "统计表.pdf",
    "督查通知单.pdf", "督查答复单.pdf",
    "回访名单.pdf", "增收跟踪统计表.pdf", "满意度问卷.pdf", "满意度统计表.pdf", "奖状.pdf", "表彰名单.pdf", "学习生命线.pdf",
    "奖补公示名单.pdf", "奖补发放表.pdf", "奖补申领受理单.pdf", "职工教育经费检查表.pdf",
}  # fmt: skip


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Temporary files of this process and its children go here."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    tempfile.tempdir = None


def test_a_demo_day(kqdesk: CommandLine, qapp: object, tmp_path: Path, temporary: Path) -> None:
    out = tmp_path / "demo"
    kqdesk.clock = lambda: TODAY

    ended = kqdesk("demo", "--out", out, "--people", PEOPLE, "--seed", SEED, "--json")

    assert (ended.code, ended.err) == (0, "")
    _counts_add_up(ended)
    _papers_can_be_read(ended, out)
    _sheets_and_pages(ended, out)
    _nobody_leaks(out, temporary)
    kqdesk.home = out / "home"
    _the_home_is_sound(kqdesk, ended, tmp_path)


def test_a_folder_with_something_in_it_is_left_alone(kqdesk: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", "utf-8")

    ended = kqdesk("demo", "--out", tmp_path / "full")

    assert ended.code == 3
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_too_few_people_for_a_school(kqdesk: CommandLine, tmp_path: Path) -> None:
    assert kqdesk("demo", "--out", tmp_path / "demo", "--people", 3).code == 3


def _counts_add_up(ended: Ended) -> None:
    told = ended.told
    attendance = told["attendance"]
    assert told["people"] == PEOPLE == told["import"]["created"] + told["import"]["entered"]
    assert told["cohorts"] == 6
    assert told["lessons"] > told["rolls"] > 0
    assert attendance["marks"] == told["attendance_marks"] == sum(attendance.values()) - attendance["marks"]
    assert told["scores"] == told["exam"]["scores"] == 4 * told["exam"]["candidates"]
    assert told["certificates"] == told["verified"] + 2
    assert told["approved"] == told["verified"] > 0
    assert told["export_then_import"] == {"rows": PEOPLE, "faults": 0, "create": 0, "update": 0}
    assert "排不进去" in told["clash"]
    assert told["merged"]["pairs_found"] >= 1
    assert told["past"]["lines"] > 0 == told["past"]["faults"]
    assert (told["queue"]["admitted"], told["queue"]["waited"]) == (1, 2)
    assert told["leave"]
    assert told["undo"]["refused"].startswith("证书已批准")


def _papers_can_be_read(ended: Ended, out: Path) -> None:
    papers = {path.name: path for path in (out / "papers").iterdir()}
    assert set(papers) == set(ended.told["papers"]) == KINDS
    assert {name: page_count(path) for name, path in papers.items()} == ended.told["papers"]
    text = {
        name: "".join(page_text(path, n) for n in range(page_count(path))) for name, path in papers.items()
    }
    assert "成人高中双证班" in text["班级花名册.pdf"].replace(" ", "")
    assert ended.told["sample_certificate"]["number"] in text["结业证书.pdf"]


def _sheets_and_pages(ended: Ended, out: Path) -> None:
    sheets = {path.name for path in (out / "exports").iterdir()}
    names = {
        row[0].value for row in openpyxl.load_workbook(out / "exports" / "花名册.xlsx").active.iter_rows(2)
    }
    heads = [path.read_bytes()[:24] for path in sorted((out / "pages").glob("*.png"))]
    sizes = {(int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")) for head in heads}
    assert sheets == set(ended.told["exports"])
    assert len(names & {person["name"] for person in township_people(PEOPLE, SEED)}) > 40
    assert (len(heads), sizes) == (len(PAGES), {(1366, 768)})


def _nobody_leaks(out: Path, temporary: Path) -> None:
    """50 people's names, numbers and phones: in what was asked for, and nowhere else."""
    canaries = _canaries(township_people(PEOPLE, SEED))
    asked = b"".join(path.read_bytes() for path in (out / "rosters").glob("*.csv"))
    kept = [path for folder in (out / "home", temporary) for path in folder.rglob("*") if path.is_file()]
    found = [path.name for path in kept for canary in canaries if canary in path.read_bytes()]
    assert len(canaries) >= 150
    assert any(canary in asked for canary in canaries)
    assert len(kept) >= 4
    assert found == []


def _canaries(people: list[MadePerson]) -> list[bytes]:
    words = [
        word
        for one in people
        for word in (one["name"], one["id_number"], one["phone"])
        if word and len(word) > 2
    ]
    return [word.encode(code) for word in words for code in ("utf-8", "utf-16-le", "gb18030")]


def by_the_page(folder: Path, text: str) -> str:
    """What the exported verify page says of a square, its scripts run as a browser would."""
    page = quickjs.Context()
    page.eval("var self = this;")
    for script in ("nacl-fast.min.js", "verify.js", "lists.js"):
        page.eval((folder / script).read_text("utf-8"))
    page.eval("var nacl = self.nacl;")
    told: str = page.eval(f"KQ.verify({json.dumps(text)}, KQ_LISTS).label")
    return told


def _the_home_is_sound(kqdesk: CommandLine, ended: Ended, tmp_path: Path) -> None:
    kqdesk.clock = lambda: TODAY
    sample = ended.told["sample_certificate"]

    doctor = kqdesk("doctor", "--json")
    found = kqdesk("find", sample["name"], "--json")
    head = kqdesk("--user", "章国平", "find", sample["name"], "--json")
    verified = kqdesk("certificate", "verify", sample["qr_text"], "--json")
    forged = kqdesk("certificate", "verify", sample["qr_text"][:-4] + "AAAA", "--json")
    page = kqdesk("certificate", "page", tmp_path / "verify", "--json")
    printed = kqdesk("print", "class-list", "--out", tmp_path / "list.pdf", "--json")
    kqdesk("export", "people", tmp_path / "again.xlsx")
    again = kqdesk("import", "people", tmp_path / "again.xlsx", "--json")

    assert (doctor.code, doctor.told["ok"]) == (0, True)
    assert sample["name"] in [person["name"] for person in found.told["people"]]
    assert head.told == found.told
    assert (verified.code, verified.told["label"], verified.told["name"]) == (0, "有效", sample["name"])
    assert (forged.code, forged.told["label"]) == (3, "无效")
    assert page.told["certificates"] == ended.told["approved"]  # a draft has no square
    assert by_the_page(tmp_path / "verify", sample["qr_text"]) == "有效"
    assert by_the_page(tmp_path / "verify", sample["qr_text"][:-4] + "AAAA") == "无效"
    assert not [
        word for word in (tmp_path / "verify").rglob("*") if sample["name"].encode() in word.read_bytes()
    ]
    assert printed.told["pages"] == page_count(tmp_path / "list.pdf")
    assert (again.told["created"], again.told["updated"]) == (0, 0)
