"""No room: writing stops with a sentence before it is too late, and loses nothing when it is too late after all."""

import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from kqdesk.backup import ballast
from kqdesk.kernel.disk import MIB
from kqdesk.kernel.errors import Unreachable
from tests.faults.ground import WHO, make_ground, open_store, work
from tests.faults.tools import drive, size


def can_mount() -> bool:
    """Whether a small file system of our own can be had without being root."""
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", "-Urm", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_limit_on_file_sizes(scratch: str) -> None:
    answer = drive(
        "full", {"folder": scratch, "fresh": scratch, "times": size(3, 60), "seed": 3, "limit": True}
    )

    assert answer["faults"] == []
    assert answer["refused"] > 0


@pytest.mark.skipif(not can_mount(), reason="no user namespaces here")
def test_a_disk_that_is_really_full(tmp_path: Path, scratch: str) -> None:
    """The disk fills while acts are done; each is saved or refused, and the same program goes on when there is room."""
    place = tmp_path / "small"
    place.mkdir()
    script = f'mount -t tmpfs -o size=6m tmpfs "{place}" && exec "$@"'
    before = ("unshare", "-Urm", "sh", "-c", script, "sh")

    answer = drive(
        "full",
        {"folder": str(place), "fresh": scratch, "times": size(3, 60), "seed": 3, "limit": False},
        before=before,
    )

    assert answer["faults"] == []
    assert answer["refused"] > 0


def test_below_200_mb_nothing_is_written_and_the_sentence_says_so(tmp_path: Path) -> None:
    ground = make_ground(tmp_path / "home")
    store = open_store(ground, low=200 * MIB, free=lambda folder: 150 * MIB)
    before = store.position()

    with pytest.raises(Unreachable, match="磁盘只剩 150 MB，少于 200 MB"):
        next(work(store, WHO, Random(1)))

    assert store.position() == before
    store.close()


def test_the_ballast_is_made_kept_and_given_back(tmp_path: Path) -> None:
    path = tmp_path / "ballast"

    made = ballast.keep(path, size=3 * MIB, free=lambda folder: 1 << 40)
    kept = ballast.keep(path, size=3 * MIB, free=lambda folder: 0)

    assert (made, kept, path.stat().st_size) == (True, True, 3 * MIB)
    assert (ballast.release(path), ballast.release(path)) == (True, False)
    assert ballast.keep(path, size=3 * MIB, free=lambda folder: 200 * MIB) is False
    assert sys.platform == "win32" or not path.exists()
