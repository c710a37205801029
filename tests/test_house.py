"""The house rules no linter knows: size, doorways, names, the fixed top level, and prose that must stay true."""

import ast
import importlib
import re
import statistics
from dataclasses import dataclass
from pathlib import Path

import pytest

import kqdesk

TOP = Path(__file__).parents[1]
HOUSE = TOP / "kqdesk"
HOUSE_FILES = sorted(HOUSE.rglob("*.py"))
FILES = sorted([*HOUSE_FILES, *(TOP / "tests").rglob("*.py"), *(TOP / "installers").rglob("*.py")])
ROOMS = sorted(path for path in (HOUSE / "rooms").iterdir() if path.is_dir() and path.name != "__pycache__")

TOP_LEVEL = {"kqdesk", "resources", "db", "installers", "tests", "pyproject.toml", "README.md", "LICENSE"}
MADE = re.compile(r"^(build|dist|__pycache__|.*\.egg-info|\..*)$")
"""What tools and dot-files put beside them: not part of the house."""

FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
BANNED_WORD = re.compile(r"^(students?|pupils?|klass|teachers?|managers?|helpers?|utils?)$")
BANNED_FILE = re.compile(r"^(utils?|common|helpers?|managers?|misc|base_.*)$")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
MACHINE_PATH = re.compile("(^|[^.a-z])/(" + "|".join(("work", "farm", "tmp")) + ")/", re.MULTILINE)
RULE_ID = re.compile(r"\bR-[A-Z]{2,}-\d{2,}\b")


def name_of(path: Path) -> str:
    """The path as people write it in the house."""
    return path.relative_to(TOP).as_posix()


def functions_of(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, FUNCTION)]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def given_names(tree: ast.AST) -> set[str]:
    """Every name this file itself gives: functions, classes, arguments, variables, attributes, aliases."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case (
                ast.arg(arg=name)
                | ast.Name(id=name, ctx=ast.Store())
                | ast.Attribute(attr=name, ctx=ast.Store())
            ):
                names.add(name)
            case ast.alias(asname=str(name)):
                names.add(name)
    return names


def words(name: str) -> list[str]:
    """The words of a snake_case or CamelCase name, in lower case."""
    return [word.lower() for word in WORD.findall(name)]


def table_rows(path: Path) -> list[list[str]]:
    """The cells of every Markdown table row below a heading row, without their backticks."""
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    rules = [n for n, row in enumerate(rows) if all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    return [row for n, row in enumerate(rows) if n not in rules and n + 1 not in rules]


def several(cell: str) -> list[str]:
    """The entries of a cell that may hold more than one."""
    return [part.strip(" `") for part in re.split(r"<br>|[,，、;；]", cell) if part.strip(" `")]


@dataclass(frozen=True)
class Source:
    """A file of code and what it says."""

    path: Path
    text: str
    tree: ast.Module


@pytest.fixture(scope="module", params=FILES, ids=name_of)
def source(request: pytest.FixtureRequest) -> Source:
    """One file after the other, each read once for all tests about it."""
    text = request.param.read_text("utf-8")
    return Source(request.param, text, ast.parse(text))


def test_small_enough_to_read(source: Source) -> None:
    path, text, tree = source.path, source.text, source.tree
    has_text = bool(tree.body) or path.is_relative_to(HOUSE)

    assert not has_text or ast.get_docstring(tree), "say in one line what this file is for"
    assert len(text.splitlines()) <= 400
    assert [function.name for function in functions_of(tree) if length(function) >= 50] == []


def test_most_files_and_functions_are_much_smaller() -> None:
    texts = [path.read_text("utf-8") for path in HOUSE_FILES]
    file_lengths = [len(text.splitlines()) for text in texts]
    function_lengths = [length(function) for text in texts for function in functions_of(ast.parse(text))]

    assert statistics.quantiles(file_lengths, n=10)[8] <= 300
    assert statistics.quantiles(function_lengths, n=10)[8] <= 25


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_room_card_and_no_code_in_the_doorway(room: Path) -> None:
    tree = ast.parse((room / "__init__.py").read_text("utf-8"))

    assert ast.get_docstring(tree)
    assert len(tree.body) == 1, "__init__.py holds the room card only"


def test_names_say_what_a_thing_is(source: Source) -> None:
    names = given_names(source.tree)

    assert BANNED_FILE.match(source.path.stem) is None
    assert sorted(name for name in names if any(BANNED_WORD.match(word) for word in words(name))) == []


def test_no_folder_for_strays() -> None:
    folders = {path.parent.name for path in FILES}

    assert sorted(folder for folder in folders if BANNED_FILE.match(folder)) == []


def test_top_level_is_the_fixed_one() -> None:
    found = {path.name for path in TOP.iterdir() if not MADE.match(path.name)}

    assert found == TOP_LEVEL


def written_files() -> list[Path]:
    """Every file of the project, without what tools leave behind."""
    tops = [path for path in TOP.iterdir() if path.name in TOP_LEVEL or path.name in (".ci", ".gitignore")]
    inside = [path for top in tops if top.is_dir() for path in top.rglob("*") if path.is_file()]
    return [path for path in [*tops, *inside] if path.is_file() and "__pycache__" not in path.parts]


def test_no_path_of_one_machine() -> None:
    found = []
    for path in written_files():
        raw = path.read_bytes()
        if b"\0" not in raw and MACHINE_PATH.search(raw.decode("utf-8", "replace")):
            found.append(name_of(path))

    assert found == []


@pytest.mark.parametrize(
    ("source", "banned"),
    [
        ("class TeacherPage: pass", ["TeacherPage"]),
        ("def read(student_no, *, rows): manager = rows", ["manager", "student_no"]),
        ("import os as utils", ["utils"]),
        ("from contextlib import contextmanager\nself.trainer = helpful", []),
    ],
)
def test_banned_names_are_seen(source: str, banned: list[str]) -> None:
    names = given_names(ast.parse(source))

    assert sorted(name for name in names if any(BANNED_WORD.match(word) for word in words(name))) == banned


@pytest.mark.parametrize(("text", "is_one"), [("open('/%s/x')", True), ("a/%s/b", False), ("./%s/b", False)])
def test_machine_paths_are_seen(text: str, is_one: bool) -> None:
    assert bool(MACHINE_PATH.search(text % "tmp")) is is_one


RULES = table_rows(HOUSE / "RULES.md") if (HOUSE / "RULES.md").exists() else []
RULE_ROWS = [row for row in RULES if RULE_ID.fullmatch(row[0].strip("`"))]


def test_rules_register_is_a_table_of_rules() -> None:
    assert RULE_ROWS != []
    assert [row for row in RULES if len(row) != 6] == [], "id | sentence | paper | year | function | test"
    assert [row[0] for row in RULES if row not in RULE_ROWS] == []


@pytest.mark.parametrize("row", RULE_ROWS, ids=lambda row: row[0])
def test_rule_names_an_existing_function_and_test(row: list[str]) -> None:
    for place in several(row[4]):
        module, _, function = place.partition(":")
        found: object = importlib.import_module(module)
        for part in function.split("."):
            found = getattr(found, part)
        assert callable(found)
    for place in several(row[5]):
        file, *names = place.split("::")
        tree: ast.AST = ast.parse((TOP / file).read_text("utf-8"))
        defined = {node.name for node in ast.walk(tree) if isinstance(node, FUNCTION | ast.ClassDef)}
        assert set(names) <= defined
    assert several(row[4]) != []
    assert several(row[5]) != []


def test_every_rule_id_in_the_code_is_registered_once() -> None:
    registered = [row[0].strip("`") for row in RULE_ROWS]
    mentioned = {rule for path in HOUSE_FILES for rule in RULE_ID.findall(path.read_text("utf-8"))}

    assert sorted(registered) == sorted(set(registered))
    assert sorted(mentioned - set(registered)) == []


def test_glossary_has_one_identifier_for_one_word() -> None:
    rows = table_rows(HOUSE / "GLOSSARY.md")
    chinese = [word.strip() for row in rows for word in re.split(r"\s[/·]\s", row[0])]
    identifiers = [name for row in rows for name in re.findall(r"`([^`]+)`", row[1])]

    assert rows != []
    assert sorted(word for word in set(chinese) if chinese.count(word) > 1) == []
    assert sorted(name for name in set(identifiers) if identifiers.count(name) > 1) == []


def test_migrations_are_numbered_without_a_gap_and_tell_what_they_do() -> None:
    names = sorted(
        path.name for path in (TOP / "db").iterdir() if path.suffix == ".sql" or path.name[0].isdigit()
    )
    shape = re.compile(r"\d{4}_[a-z]+(_[a-z0-9]+)+\.sql")

    assert names != []
    assert [name for name in names if not shape.fullmatch(name)] == []
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_whats_new_tells_people_about_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (TOP / "resources" / "whatsnew.md").read_text("utf-8"), re.MULTILINE)

    assert headings[:1] == [kqdesk.VERSION]
