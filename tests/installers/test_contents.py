"""What the frozen program holds: every module of ours, every module named by a string, and nothing that may not be in it."""

import re
import tomllib
from functools import cache
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from installers import building, contents

TOP = Path(__file__).parents[2]
SOURCES = sorted((TOP / "kqdesk").rglob("*.py"))
HIDDEN = set(contents.hidden_imports(TOP))
NAMED = re.compile(r"(kqdesk(?:\.\w+)+):\w+")


@cache
def everything() -> str:
    """All our sources, one after the other."""
    return "\n".join(path.read_text("utf-8") for path in SOURCES)


def dotted(path: Path) -> str:
    """A source file's module, worked out otherwise than in contents.py."""
    name = str(path.relative_to(TOP))[: -len(".py")].replace("/", ".").replace("\\", ".")
    return name.removesuffix(".__init__")


def is_installed(name: str) -> bool:
    """Whether there is such a module; looked up folder by folder, so that nothing is imported."""
    places: list[str] | None = None
    for depth in range(name.count(".") + 1):
        head = ".".join(name.split(".")[: depth + 1])
        spec = PathFinder.find_spec(head, places)
        if spec is None:
            return False
        places = list(spec.submodule_search_locations or [])
    return True


def imported_from_outside() -> set[str]:
    """Top-level modules of others that our sources import by a statement (and some words of our prose)."""
    return set(re.findall(r"^\s*(?:from|import) (\w+)", everything(), re.MULTILINE))


def test_every_module_of_the_program_is_collected() -> None:
    missing = [dotted(path) for path in SOURCES if dotted(path) not in HIDDEN]

    assert missing == []


def test_what_is_named_by_a_string_is_collected() -> None:
    named = set(NAMED.findall(everything()))
    called = set(re.findall(r'import_module\(\s*"([\w.]+)"', everything()))

    assert named != set()
    assert called != set()
    assert sorted((named | called) - HIDDEN) == []


def test_late_modules_exist() -> None:
    assert [name for name in (*contents.LATE, *contents.DATA_OF) if not is_installed(name)] == []
    assert not is_installed("sqlalchemy.dialects.sqlite.nothing")


def test_every_dependency_is_met_by_an_import_or_by_name() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[<>=\[;~! ]", line)[0].lower().replace("_", "-") for line in project["dependencies"]}
    met = imported_from_outside() | {name.partition(".")[0] for name in contents.LATE}
    unmet = [
        name
        for name in sorted(wanted)
        if not met & {Path(path.parts[0]).name.partition(".")[0] for path in metadata.files(name) or []}
    ]

    assert unmet == []


def test_nothing_that_is_imported_is_left_out() -> None:
    left_out = {name for name in contents.LEFT_OUT if "." not in name}

    assert sorted(imported_from_outside() & left_out) == []


def test_files_go_where_the_program_looks_for_them() -> None:
    files = {f"{place}/{Path(source).name}": source for source, place in contents.our_files(TOP)}

    assert "resources/rights.toml" in files
    assert "db/0001_first_tables.sql" in files
    assert "./LICENSE" in files
    assert [path for path in files if "__pycache__" in path] == []


@pytest.mark.parametrize(
    ("inside", "is_out"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", False),
        ("PySide6/Qt/plugins/platforms/libqwayland-generic.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", False),
        ("PySide6/plugins/platforminputcontexts/qtvirtualkeyboardplugin.dll", True),
        ("PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so", True),
        ("PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so", False),
        ("reportlab/fonts/DarkGardenMK.pfb", True),
        ("resources/fonts/KQHei.ttf", False),
    ],
)
def test_plugins_and_fonts_that_stay_out(inside: str, is_out: bool) -> None:
    assert contents.is_left_out(inside) is is_out


def test_a_built_program_is_asked_to_explain_every_command(tmp_path: Path) -> None:
    program = tmp_path / "kqdesk"
    program.write_text('#!/bin/sh\ntest "$1" != plan && test "$2" = --help\n', "utf-8")
    program.chmod(0o755)

    assert building.try_out(tmp_path, ["init", "plan", "find"]) == ["plan"]
