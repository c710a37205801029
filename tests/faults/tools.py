"""How the tests start the driver: the shim compiled once a run, a scratch folder in memory where there is one."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
IS_FULL = bool(os.environ.get("KQDESK_FULL"))


def size(small: int, full: int) -> int:
    """How many: the commit's size, or the long one."""
    return full if IS_FULL else small


def compiler() -> str | None:
    """A C compiler and a dynamic linker that preloads: Linux."""
    return shutil.which("cc") if sys.platform == "linux" else None


def build_shim(folder: Path) -> Path:
    """``shim.c`` as a library."""
    target = folder / "shim.so"
    source = Path(__file__).with_name("shim.c")
    cc = compiler()
    assert cc is not None
    subprocess.run([cc, "-O1", "-shared", "-fPIC", "-o", target, source, "-ldl", "-lpthread"], check=True)
    return target


def drive(
    task: str, arguments: dict[str, Any], shim: Path | None = None, before: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Run the driver and give its answer; ``before``: a command that runs it (a namespace)."""
    environ = {**os.environ, **({"LD_PRELOAD": str(shim)} if shim else {})}
    done = subprocess.run(
        [*before, sys.executable, "-m", "tests.faults.driver", task, json.dumps(arguments)],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
