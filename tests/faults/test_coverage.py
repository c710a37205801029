"""No place that changes a file of a home is left out of the faults: a new one fails here until an operation meets it."""

import ast
from pathlib import Path

from tests.faults.covering import places
from tests.faults.tools import ROOT, drive
from tests.figures import figure

ELSEWHERE = {
    "app/practice:_wiped": "tests/app/test_first_run.py::test_wiping_a_broken_off_wipe_and_nothing_else",
    "store/head:HeadFile.unstage": "tests/faults/test_crashes.py::test_a_kill_at_the_changes_of_a_file",
    "school/joining:Joiner.join": "tests/sync_desk/test_two_homes.py::test_a_name_that_is_not_on_the_list_is_refused_and_nothing_stays",
    "school/own_hub:OwnHub.make": "tests/sync_desk/test_own_hub.py::test_this_pc_becomes_the_schools_hub_and_the_next_one_joins",
}
"""Places no undisturbed operation comes through, and the test that does."""


def test_every_place_that_changes_files_is_broken_at_every_step(scratch: str) -> None:
    written = places()

    called = set(drive("cover", {"folder": scratch})["called"])

    left_out = {
        place for place in written if not any(one == place or one.startswith(f"{place}.") for one in called)
    }
    assert sorted(left_out - set(ELSEWHERE)) == []
    assert sorted(set(ELSEWHERE) - left_out) == [], "is met now"
    figure("places that change files, each broken at every step", len(written) - len(ELSEWHERE), "functions")


def test_what_is_met_elsewhere_names_a_test() -> None:
    for test in ELSEWHERE.values():
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_a_planted_place_is_seen(tmp_path: Path) -> None:
    source = (
        "from pathlib import Path\nimport os\n"
        "class Shelf:\n    def put(self, path):\n        path.write_bytes(b'')\n"
        "def swap(a, b):\n    os.replace(a, b)\n"
        "def turn(path, other):\n    path.replace(other)\n"
        "def append(path):\n    with path.open('a') as stream:\n        stream.write('')\n"
        "def read(path):\n    with path.open('rb') as stream:\n        return stream.read().replace(b'a', b'b')\n"
    )
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "planted.py").write_text(source, "utf-8")

    found = places(tmp_path, ("store",))

    assert found == {
        "store/planted:Shelf.put", "store/planted:swap", "store/planted:turn", "store/planted:append",
    }  # fmt: skip
