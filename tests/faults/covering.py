"""Which functions of the program change a file, and which of them the operations that are broken really come through."""

import ast
import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import kqdesk
from tests.faults.child import in_child
from tests.faults.ground import Ground
from tests.faults.operations import OPERATIONS
from tests.faults.stepping import _prepared

HOUSE = Path(kqdesk.__file__).parent
KEEPERS = ("kernel", "store", "security", "backup", "school", "app")
"""Who writes in a home. Rooms and other trades write only where somebody asked for a file."""
CHANGES = frozenset(
    {
        "atomic_write", "write_bytes", "write_text", "unlink", "rename", "fsync", "hardlink_to", "symlink_to", "copy2",
        "copyfile", "copytree", "rmtree", "mkdir", "rmdir", "touch", "truncate",
    }
)  # fmt: skip
MAY = frozenset({"replace", "open", "move"})
"""Names that also mean something harmless; told apart by what they are given."""


def places(house: Path = HOUSE, folders: tuple[str, ...] = KEEPERS) -> set[str]:
    """``module:function`` of everything that changes files there."""
    found = set()
    for folder in folders:
        for path in sorted((house / folder).rglob("*.py")):
            module = path.relative_to(house).with_suffix("").as_posix()
            found |= {f"{module}:{name}" for name in _in(ast.parse(path.read_text("utf-8")), "")}
    return found


def _in(node: ast.AST, name: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        inner = name
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inner = f"{name}.{child.name}".lstrip(".")
        elif isinstance(child, ast.Call) and _changes(child):
            yield name
        yield from _in(child, inner)


def _changes(call: ast.Call) -> bool:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    owner = ast.unparse(function.value) if isinstance(function, ast.Attribute) else ""
    if name in CHANGES:
        return True
    if (
        name == "replace"
    ):  # Path.replace(target), os.replace(a, b); not str.replace(a, b), dataclasses' or a date's
        return owner == "os" or (
            bool(owner) and len(call.args) == 1 and not call.keywords and "structs" not in owner
        )
    if name == "open":
        modes = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        is_written = any(set(mode) & set("wax+") and set(mode) <= set("rwbaxt+") for mode in modes)
        return is_written or (owner == "os" and "O_WRONLY" in ast.unparse(call))
    return name == "move" and owner == "shutil"


def cover(folder: str) -> dict[str, Any]:
    """Every operation once, undisturbed; the functions of the program that were called."""
    root = Path(folder)
    fresh, prepared = _prepared(root)
    called: set[str] = set()
    for operation in OPERATIONS:
        told = root / "called"
        status = in_child(partial(_watched, fresh.copy(root / "home"), operation, prepared, told))
        assert status == 0, operation
        called |= set(json.loads(told.read_text("utf-8")))
    return {"called": sorted(called)}


def _watched(ground: Ground, operation: str, prepared: dict[str, Any], told: Path) -> None:
    seen: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            seen.add((frame.f_code.co_filename, frame.f_code.co_qualname))

    sys.setprofile(note)
    try:
        OPERATIONS[operation](ground, prepared)
    finally:
        sys.setprofile(None)
    inside = [(Path(file), name) for file, name in seen if Path(file).is_relative_to(HOUSE)]
    names = sorted(f"{file.relative_to(HOUSE).with_suffix('').as_posix()}:{name}" for file, name in inside)
    told.write_text(json.dumps(names), "utf-8")
