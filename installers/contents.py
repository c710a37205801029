"""What goes into the frozen program: our modules, those of others that are named only by a string, files, and what stays out.

PyInstaller follows import statements. A page, a command, a paper, a child's work is named by a string here and opened
when it is wanted, so every module of ours is named to it; of others, those that they themselves load by name.
"""

import os
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "kqdesk"
LAUNCHED = Path("kqdesk", "__main__.py")
"""The script that the frozen program runs."""

LATE = (
    "openpyxl.cell._writer",
    "ortools.sat.python.cp_model_helper",
    "psycopg",
    "psycopg_binary",
    "psycopg_binary._psycopg",
    "psycopg_binary.pq",
    "pypinyin",
    "python_multipart",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "stdnum.cn.uscc",
    "uvicorn.lifespan.off",
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.http.h11_impl",
    "uvicorn.protocols.websockets.auto",
    "xlsxwriter",
)
"""Modules of others that somebody loads by a string."""

DATA_OF = ("docx", "openpyxl", "pypinyin", "reportlab", "stdnum", "chinese_calendar")
"""Packages that read files of their own beside their code."""

REPLACEABLE = ("psycopg", "stdnum")
"""Python packages under the LGPL: they stay files that anybody may replace."""

OUR_FILES = ("resources", "db", "LICENSE")
"""Files and folders that the program reads or must carry, at the same place inside."""

LEFT_OUT = (
    "_dbm",
    "_gdbm",
    "_pytest",
    "hypothesis",
    "IPython",
    "matplotlib",
    "mypy",
    "pandas",  # ortools asks for it in cp_model, which is never loaded: two seconds and 60 MB
    "PIL.ImageQt",
    "PIL.ImageTk",
    "pip",
    "PyQt5",
    "PyQt6",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "pytest",
    "readline",  # libreadline is under the GPL, and nobody types to us line by line
    "reportlab.graphics.samples",
    "setuptools",
    "tkinter",
    "uvloop",
    "wheel",
)
"""Never part of the product; absent modules are allowed here."""

QT_LEFT_OUT = (
    "egldeviceintegrations",
    "generic",
    "networkinformation",
    "platforminputcontexts/qtvirtualkeyboardplugin",
    "platforms/qeglfs",
    "platforms/qlinuxfb",
    "platforms/qminimalegl",
    "platforms/qvkkhrdisplay",
    "platforms/qvnc",
    "platforms/qwayland",  # XWayland: one tried road, and input methods answer there
    "platformthemes/qgtk3",
    "qmltooling",
    "sqldrivers",
    "wayland-",
    "xcbglintegrations",
)
"""Beginnings of paths below PySide6/Qt/plugins whose plugins stay out, with what only they need; without Linux's "lib"."""


FILES_LEFT_OUT = ("reportlab/fonts/",)
"""Fonts we never draw with; one of them is under the GPL."""


def modules(top: Path) -> Iterator[str]:
    """Every module of the program, dotted, in order; found by walking, nothing is imported."""
    for path in sorted((top / PACKAGE).rglob("*.py")):
        parts = path.relative_to(top).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def hidden_imports(top: Path) -> list[str]:
    """What PyInstaller is told beyond what it sees."""
    return [*modules(top), *LATE]


def our_files(top: Path) -> list[tuple[str, str]]:
    """(source, folder inside) for PyInstaller; without what Python leaves behind."""
    found: list[tuple[str, str]] = []
    for name in OUR_FILES:
        source = top / name
        files = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
        found += [
            (str(path), str(path.parent.relative_to(top)))
            for path in files
            if "__pycache__" not in path.parts
        ]
    return found


def is_left_out(inside: str) -> bool:
    """True for a collected file, by its path inside, that we do not carry."""
    path = inside.replace(os.sep, "/")
    _, mark, plugin = path.replace("/Qt/plugins/", "/plugins/").partition("PySide6/plugins/")
    return path.startswith(FILES_LEFT_OUT) or (
        bool(mark) and plugin.replace("/libq", "/q").startswith(QT_LEFT_OUT)
    )
