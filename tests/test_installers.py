"""Which Pythons are let in, and one lock for every machine; how set-up behaves: tests/installers."""

import ast
import os
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from installers import start
from installers.building import PACKAGE_LOCK
from installers.environment import RUN_LOCK, TEST_LOCK

TOP = Path(__file__).parents[1]
FOR_RUNNING, FOR_TESTS = TOP / "installers" / RUN_LOCK, TOP / "installers" / TEST_LOCK
FOR_PACKAGES = TOP / "installers" / PACKAGE_LOCK


def locked(path: Path) -> dict[str, list[Requirement]]:
    """Name → its lines in the lock: several where machines differ."""
    lines = re.findall(r"^([a-zA-Z].*?)\s*\\$", path.read_text("utf-8"), re.MULTILINE)
    found: dict[str, list[Requirement]] = {}
    for line in lines:
        requirement = Requirement(line)
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0), (4, 0, 0)])
def test_unsuitable_python_gets_one_sentence(version: tuple[int, int, int]) -> None:
    sentence = start.refusal(version)

    assert sentence.count("\n") == 1
    assert f"{version[0]}.{version[1]}" in sentence


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 9)])
def test_suitable_python_is_let_in(version: tuple[int, int, int]) -> None:
    assert start.refusal(version) == ""


def test_wrong_python_ends_with_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start.sys, "version_info", (3, 9, 18))

    code = start.main([])

    assert code == 2
    assert capsys.readouterr().err.startswith("需要 Python 3.11")


def test_start_keeps_to_words_every_python_can_read() -> None:
    text = (TOP / "installers" / "start.py").read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 4))
    modern = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.Nonlocal, ast.AsyncFunctionDef)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]

    assert [node for node in ast.walk(tree) if isinstance(node, modern)] == []
    assert [f.name for f in functions if f.returns or any(a.annotation for a in f.args.args)] == []
    assert text.startswith("# -*- coding: utf-8 -*-")


@pytest.mark.parametrize("path", [FOR_RUNNING, FOR_TESTS, FOR_PACKAGES], ids=lambda path: path.name)
def test_every_locked_line_is_exact_and_hashed_and_names_no_host(path: Path) -> None:
    text = path.read_text("utf-8")
    blocks = re.split(r"\n(?=[a-zA-Z])", text)[1:]

    assert len(blocks) == sum(len(lines) for lines in locked(path).values())
    assert [block for block in blocks if "--hash=sha256:" not in block or "==" not in block] == []
    assert re.findall(r"https?:|file:|--(?:index|extra|find|trusted)", text) == []


def test_lock_fits_what_the_project_asks_for() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    running, tests, packages = locked(FOR_RUNNING), locked(FOR_TESTS), locked(FOR_PACKAGES)

    for lock, asked in (
        (running, project["dependencies"]),
        (tests, project["dependencies"] + project["optional-dependencies"]["test"]),
        (packages, project["dependencies"] + project["optional-dependencies"]["package"]),
    ):
        for requirement in map(Requirement, asked):
            versions = [str(line.specifier)[2:] for line in lock.get(canonicalize_name(requirement.name), [])]
            assert any(version in requirement.specifier for version in versions), f"re-lock: {requirement}"
    for lock in (tests, packages):
        assert {name: list(map(str, lock[name])) for name in running} == {
            name: list(map(str, lines)) for name, lines in running.items()
        }


def test_one_lock_serves_both_kinds_of_processor() -> None:
    qt = locked(FOR_RUNNING)["pyside6-essentials"]
    chosen = {
        kind: [
            str(line.specifier)
            for line in qt
            if line.marker and line.marker.evaluate({"platform_machine": kind})
        ]
        for kind in ("x86_64", "AMD64", "aarch64")
    }

    assert chosen == {"x86_64": ["==6.9.3"], "AMD64": ["==6.9.3"], "aarch64": ["==6.8.0.2"]}


def test_ci_runs_the_test_command() -> None:
    lines = (TOP / ".ci" / "run").read_text("utf-8").splitlines()

    assert [line for line in lines if "start.py" in line] == ["exec python3 installers/start.py test"]
    assert os.access(TOP / ".ci" / "run", os.X_OK)
