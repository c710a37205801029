"""The process that is killed, starved and recorded: ``python -m tests.faults.driver TASK JSON``, one JSON object out.

It loads the program once and forks a child for every fault; the parent of the children only looks at what they left.
For ``record`` and ``step`` the shim (``shim.c``) is preloaded.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from tests.faults.covering import cover
from tests.faults.killing import kill
from tests.faults.recording import record
from tests.faults.starving import full
from tests.faults.stepping import step

TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "record": record, "kill": kill, "step": step, "full": full, "cover": cover,
}  # fmt: skip

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
