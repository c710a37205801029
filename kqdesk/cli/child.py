"""``kqdesk child NAME``: the far side of ``kernel/child.py``. Not for people; the program starts it by itself."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from kqdesk.kernel.child import Outlet, serve

# Name → "module:function". A child's function takes (request, outlet), never the key, never the database.
CHILDREN: dict[str, str] = {
    "read-workbook": "kqdesk.excel.parsing:read_in_child",
    "mark-faults": "kqdesk.excel.redpen:mark_in_child",
    "plan-week": "kqdesk.rooms.timetable.rules.planning.in_child:plan_in_child",
    "look-template": "kqdesk.excel.templates.child:look_in_child",
    "fill-template": "kqdesk.excel.templates.child:fill_in_child",
    "measure-pages": "kqdesk.printing.bindwork:measure_in_child",
    "bind-pages": "kqdesk.printing.bindwork:bind_in_child",
    "make-practice": "kqdesk.cli.demo:make_in_child",
    "read-scans": "kqdesk.printing.scanning.parsing:read_in_child",
}


def main(argv: list[str]) -> int:
    """Serve the one request waiting on stdin. Returns the exit code; 2 for a name nobody knows."""
    name = argv[0] if argv else ""
    if name not in CHILDREN:
        print(f"kqdesk child: unknown name {name!r}", file=sys.stderr)
        return 2

    def load() -> Callable[[Any, Outlet], Any]:
        module, function = CHILDREN[name].split(":")
        found: Callable[[Any, Outlet], Any] = getattr(import_module(module), function)
        return found

    return serve(load)
