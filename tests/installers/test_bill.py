"""The bill of materials and the delivery sheet: nothing under the GPL in the package, every file with its sum, one page."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from installers import bill, delivery
from installers.bill import Component
from installers.contents import LEFT_OUT
from kqdesk import VERSION
from kqdesk.printing.preview import page_count, page_text

TOP = Path(__file__).parents[2]
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
PARTS = bill.components(TOP)


def test_nothing_in_the_package_binds_us_to_the_gpl() -> None:
    assert [part.name for part in PARTS if not part.licences] == []
    assert [part.name for part in PARTS if not part.is_free_of_gpl] == []


def test_bill_holds_what_is_packed_and_not_what_is_left_out() -> None:
    names = {part.name for part in PARTS}

    assert {
        "pyside6-essentials",
        "shiboken6",
        "opencv-python-headless",
        "python",
        "KQHei",
        "echarts",
    } <= names
    assert sorted(names & set(LEFT_OUT)) == []


@pytest.mark.parametrize(
    ("licences", "is_free"),
    [
        (("MIT",), True),
        (("LGPL-3.0-only", "GPL-3.0-only"), True),
        (("GPL-3.0-only",), False),
        (("AGPL-3.0-or-later",), False),
        (("GPL-2.0-or-later WITH Bootloader-exception",), True),
        ((), False),
    ],
)
def test_one_licence_without_gpl_is_enough(licences: tuple[str, ...], is_free: bool) -> None:
    assert Component("one", "1", licences).is_free_of_gpl is is_free


def test_cyclonedx_names_every_component_once_and_by_its_licence() -> None:
    told = bill.cyclonedx(VERSION, PARTS, now=NOON)
    listed = told["components"]

    assert isinstance(listed, list)
    refs = [entry["bom-ref"] for entry in listed]
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")
    assert sorted(refs) == sorted(set(refs))
    assert [entry["name"] for entry in listed if not entry["licenses"]] == []
    assert json.loads(json.dumps(told)) == told
    assert bill.cyclonedx(VERSION, PARTS, now=NOON)["serialNumber"] == told["serialNumber"]


def test_libraries_of_the_system_are_named_and_strange_ones_refused() -> None:
    assert bill.from_the_system(["libssl.so.3", "libcrypto.so.3", "libxcb-cursor.so.0"]) == [
        Component("libxcb", "", ("MIT",)),
        Component("openssl", "", ("Apache-2.0",)),
    ]
    for name in ("libreadline.so.8", "libssl.so.1.1"):
        with pytest.raises(KeyError, match=name):
            bill.from_the_system([name])


def test_texts_of_licences_travel_along(tmp_path: Path) -> None:
    count = bill.carry_texts(TOP, tmp_path / "licences")
    held = {path.parent.name for path in (tmp_path / "licences").rglob("*") if path.is_file()}

    assert count >= len(held) >= 40
    assert {"qt", "reportlab", "lxml", "opencv-python-headless"} <= held


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """Two files of this version, one of another, one that is no delivery."""
    for name in (
        f"kqdesk_{VERSION}_amd64.deb",
        f"kqdesk-{VERSION}-linux-x86_64.tar.xz",
        "kqdesk_0.0.9_amd64.deb",
    ):
        (tmp_path / name).write_bytes(b"abc")
    (tmp_path / f"kqdesk-{VERSION}-win32-x86_64-stand-in-setup.exe").write_bytes(b"abc")
    return tmp_path


ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_delivered_are_the_files_of_this_version_but_no_stand_in(dist: Path) -> None:
    files = delivery.delivered(dist, VERSION)

    assert [(file.name, file.size, file.sha256) for file in files] == [
        (f"kqdesk-{VERSION}-linux-x86_64.tar.xz", 3, ABC),
        (f"kqdesk_{VERSION}_amd64.deb", 3, ABC),
    ]
    assert delivery.sums(files).splitlines()[1] == f"{ABC}  kqdesk_{VERSION}_amd64.deb"


def test_delivery_sheet_is_one_page_with_every_sum_in_groups(dist: Path) -> None:
    words = json.loads((TOP / "installers" / "delivery.json").read_text("utf-8"))
    files = [*delivery.delivered(dist, VERSION)] * 3
    page = delivery.DeliverySheet(
        VERSION, date(2026, 11, 22), files, words["tried"], words["never_run"], len(PARTS)
    )
    delivery.print_delivery_sheet(page, dist / "sheet.pdf")
    text = "".join(page_text(dist / "sheet.pdf", 0).split())

    assert page_count(dist / "sheet.pdf") == 1
    assert text.count(ABC) == 6
    assert "没有实际运行过的" in text
    assert "Windows" in text
