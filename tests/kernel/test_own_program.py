"""How the program starts itself once more: from source, frozen, and frozen on Windows."""

import sys
from pathlib import Path

import pytest

from kqdesk.kernel.child import own_program


def test_from_source_it_is_a_module_of_this_python() -> None:
    assert own_program() == [sys.executable, "-m", "kqdesk"]


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        (["kqdesk"], "kqdesk"),
        (["kqdesk.exe", "kqdesk-console.exe"], "kqdesk-console.exe"),
    ],
)
def test_frozen_it_is_the_program_itself_and_on_windows_its_twin_with_a_console(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[str], chosen: str
) -> None:
    for name in files:
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / files[0]))

    assert own_program() == [str(tmp_path / chosen)]
