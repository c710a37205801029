"""An update killed at its changes of files: the old or the new version starts, nothing that was saved is lost."""

import json
import os
import subprocess
import sys
from errno import EIO, ENOSPC
from pathlib import Path

from tests.faults.tools import ROOT, size
from tests.figures import figure


def broken(scratch: str, shim: Path, hows: list[int], most: int) -> dict[str, object]:
    """The driver's answer."""
    asked = json.dumps({"folder": scratch, "hows": hows, "most": most})
    done = subprocess.run(
        [sys.executable, "-m", "tests.updating.breaking", asked],
        cwd=ROOT, env={**os.environ, "LD_PRELOAD": str(shim)}, capture_output=True, text=True, timeout=1800, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_an_update_killed_anywhere_leaves_the_old_or_the_new_version_and_whole_data(
    scratch: str, shim: Path
) -> None:
    answer = broken(scratch, shim, [0], size(8, 1000))

    assert answer["faults"] == []
    assert int(str(answer["tried"])) >= 8
    figure("changes of files in one update, each a place to be killed", answer["steps"], "steps")


def test_an_error_of_the_disk_leaves_the_same(scratch: str, shim: Path) -> None:
    answer = broken(scratch, shim, [ENOSPC, EIO], size(3, 1000))

    assert answer["faults"] == []
