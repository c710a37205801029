"""The bill of materials: which libraries, fonts and scripts are in a package, under which licences, with their texts.

    dist/kqdesk-0.1.0.cdx.json      CycloneDX 1.5, for whoever scans software
    dist/许可清单-0.1.0.txt          the same for people: one line a component
    <tree>/licences/                every licence text that the components bring along

Read from what is installed in the build's environment, never written by hand.
"""

import json
import re
import shutil
import sys
import tomllib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from installers.contents import LEFT_OUT

EXTRAS = ("scan",)
"""Extras that are part of every package."""

STRONG_COPYLEFT = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
"""GPL and AGPL; not LGPL, whose libraries stay files of their own that anybody may replace."""

SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "Copyright (c) 2004-2007 Gerhard Häring": "Zlib",
    "LGPL": "LGPL-2.1-or-later",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "The MIT License": "MIT",
}
"""Packages' own words for licences that have a standard name."""

EXCEPTION = "WITH Bootloader-exception"
"""PyInstaller's: its launcher may be part of a program under any licence."""

FROM_THE_SYSTEM = {
    "libbz2": ("bzip2", "bzip2-1.0.6"),
    "libcrypto.so.3": ("openssl", "Apache-2.0"),
    "libexpat": ("expat", "MIT"),
    "libffi": ("libffi", "MIT"),
    "liblzma": ("xz-utils", "0BSD"),
    "libmpdec": ("mpdecimal", "BSD-2-Clause"),
    "libsqlite3": ("sqlite", "blessing"),
    "libssl.so.3": ("openssl", "Apache-2.0"),
    "libuuid": ("util-linux", "BSD-3-Clause"),
    "libxcb": ("libxcb", "MIT"),
    "libxkbcommon": ("libxkbcommon", "MIT"),
    "libz": ("zlib", "Zlib"),
}
"""Libraries that Python and Qt bring along from the machine that builds: beginning of the name → component and licence."""

LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
NAMESPACE = uuid.UUID("6f0b3f0e-7d0c-5c0e-9a44-6b7164657368")


@dataclass(frozen=True)
class Component:
    """One thing in the package. ``licences`` are offered side by side: one is enough."""

    name: str
    version: str
    licences: tuple[str, ...]
    kind: str = "library"
    purl: str = ""

    @property
    def is_free_of_gpl(self) -> bool:
        """Whether a licence is offered that binds the program to neither GPL nor AGPL."""
        return any(not STRONG_COPYLEFT.search(licence) or EXCEPTION in licence for licence in self.licences)


def names(top: Path) -> list[str]:
    """Every distribution the program needs with its extras, however deep, on this platform."""
    project = tomllib.loads((top / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(line for extra in EXTRAS for line in project["optional-dependencies"][extra]),
    ]
    waiting = [(Requirement(text), "") for text in asked]
    found: dict[str, str] = {}
    done: set[str] = set()
    while waiting:
        requirement, extra = waiting.pop()
        key = f"{canonicalize_name(requirement.name)}[{','.join(sorted(requirement.extras))}]"
        if (
            requirement.name in LEFT_OUT
            or key in done
            or (requirement.marker and not requirement.marker.evaluate({"extra": extra}))
        ):
            continue
        done.add(key)
        found[canonicalize_name(requirement.name)] = requirement.name
        for text in metadata.requires(requirement.name) or []:
            waiting += [(Requirement(text), wanted) for wanted in ("", *requirement.extras)]
    return sorted(found)


def licences_of(name: str) -> tuple[str, ...]:
    """What a distribution declares: expression, else field, else classifiers, else the head of its licence file."""
    card: Any = metadata.metadata(name)  # its protocol leaves out ``get``
    said = (card.get("License-Expression") or card.get("License") or "").strip().partition("\n")[0]
    offered = [part.strip(" ()") for part in re.split(r"\s+OR\s+", said)] if said else []
    words = [
        line.rpartition(" :: ")[2]
        for line in card.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    if not offered or len(said) > 60:
        offered = words or offered
    if not offered:
        offered = [path.read_text("utf-8")[:80].split("\n")[0] for path in licence_files(name)][:1]
    return tuple(SPDX.get(licence, licence) for licence in offered)


def is_installed(name: str) -> bool:
    """Whether a distribution is in this environment."""
    return next(iter(metadata.distributions(name=name)), None) is not None


def licence_files(name: str) -> list[metadata.PackagePath]:
    """The licence texts that lie in a distribution."""
    found = []
    for path in metadata.files(name) or []:
        is_text = LICENCE_FILE.search(path.name) or "licenses" in path.parts
        if is_text and path.suffix not in (".py", ".pyc", ".so", ".pyd"):
            found.append(path)
    return found


def from_the_system(names: Iterable[str]) -> list[Component]:
    """The components behind library files that came from the system; KeyError for one whose licence nobody looked up."""
    found: dict[str, Component] = {}
    for name in names:
        known = [
            entry
            for start, entry in FROM_THE_SYSTEM.items()
            if re.match(re.escape(start) + r"([-.]|$)", name)
        ]
        if not known:
            raise KeyError(f"{name}: look up its licence and write it into installers/bill.py")
        found[known[0][0]] = Component(known[0][0], "", (known[0][1],))
    return [found[key] for key in sorted(found)]


def components(top: Path) -> list[Component]:
    """Everything in the package, in order: libraries, Python, what PyInstaller adds, fonts, scripts of the hub's pages."""
    libraries = [
        Component(
            name, metadata.version(name), licences_of(name), purl=f"pkg:pypi/{name}@{metadata.version(name)}"
        )
        for name in names(top)
    ]
    python = ".".join(map(str, sys.version_info[:3]))
    added = [
        Component("python", python, ("PSF-2.0",), kind="platform", purl=f"pkg:generic/python@{python}"),
        Component(
            "pyinstaller-bootloader",
            locked_version(top, "pyinstaller"),
            ("GPL-2.0-or-later WITH Bootloader-exception",),
        ),
    ]
    fonts = [
        Component(path.stem, "", ("OFL-1.1",), kind="file")
        for path in sorted((top / "resources/fonts").glob("*.ttf"))
    ]
    script = top / "resources/hub/echarts.min.js"
    scripts = [Component("echarts", echarts_version(script), ("Apache-2.0",))] if script.exists() else []
    return [*libraries, *added, *fonts, *scripts]


def locked_version(top: Path, name: str) -> str:
    """The version of a tool in the packaging lock, for it may not be installed where we look."""
    lock = (top / "installers" / "requirements-package.txt").read_text("utf-8")
    found = re.search(rf"^{re.escape(name)}==([^\s;]+)", lock, re.MULTILINE)
    return found.group(1) if found else ""


def echarts_version(script: Path) -> str:
    """The version that the script says of itself; empty when it does not."""
    found = re.search(r'version\s*[:=]\s*"(5\.\d+\.\d+|6\.\d+\.\d+)"', script.read_text("utf-8", "replace"))
    return found.group(1) if found else ""


def cyclonedx(version: str, parts: Sequence[Component], *, now: datetime) -> dict[str, object]:
    """The bill as CycloneDX 1.5; the same parts give the same serial number."""
    listed = [_entry(part) for part in parts]
    digest = json.dumps(listed, sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, version + digest)}",
        "version": 1,
        "metadata": {
            "timestamp": now.isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "bom-ref": "kqdesk",
                "name": "kqdesk",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": listed,
        "dependencies": [{"ref": "kqdesk", "dependsOn": [str(entry["bom-ref"]) for entry in listed]}],
    }


def _entry(part: Component) -> dict[str, object]:
    entry: dict[str, object] = {
        "type": part.kind,
        "bom-ref": f"{part.name}@{part.version}" if part.version else part.name,
        "name": part.name,
    }
    if part.version:
        entry["version"] = part.version
    if part.purl:
        entry["purl"] = part.purl
    if len(part.licences) > 1 or any(" WITH " in licence for licence in part.licences):
        entry["licenses"] = [{"expression": " OR ".join(part.licences)}]
    else:
        entry["licenses"] = [{"license": {"name": licence}} for licence in part.licences]
    return entry


def listing(version: str, parts: Iterable[Component]) -> str:
    """The licence list for people."""
    lines = [f"{part.name:<32}{part.version:<16}{' 或 '.join(part.licences)}" for part in parts]
    head = (
        f"kqdesk {version} 组件与许可清单\n\n"
        "kqdesk 本身：Apache-2.0。下列组件各有自己的许可，许可全文在程序文件夹的 licences 里；字体的在 _internal/resources/fonts/LICENSES。\n"
        "Qt（PySide6、shiboken6）按 LGPL-3.0 使用：它们是 _internal/PySide6 里单独的文件，可以用自己编译的同版本替换。\n"
        "PyInstaller 的启动程序带有例外条款：用它打包的程序不受 GPL 约束。\n\n"
    )
    return head + "\n".join(lines) + "\n"


def carry_texts(top: Path, folder: Path) -> int:
    """Copies every licence text into ``folder``, one folder a component; the number of texts."""
    shutil.rmtree(folder, ignore_errors=True)
    count = 0
    for name in [*names(top), *(tool for tool in ("pyinstaller",) if is_installed(tool))]:
        for path in licence_files(name):
            if "fonts" in path.parts:  # of fonts that are left out
                continue
            target = folder / name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(path.locate()), target)
            count += 1
    for text in sorted((top / "installers" / "licences").iterdir()):
        (folder / "qt").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(text, folder / "qt" / text.name)
        count += 1
    python = (
        Path(sys.base_prefix)
        / "lib"
        / f"python{sys.version_info.major}.{sys.version_info.minor}"
        / "LICENSE.txt"
    )
    if python.exists():
        (folder / "python").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(python, folder / "python" / "LICENSE.txt")
        count += 1
    return count
