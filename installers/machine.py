"""What the machine itself must bring: Python's venv parts, the system libraries under Qt, a Chinese font.

On a Debian family (Debian, Ubuntu, UOS, Kylin) what is missing is installed by apt when we are root; otherwise the one
command that does it is shown. Elsewhere the missing libraries are named. Windows and macOS bring all of it.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from installers.environment import Run, Say, Stop, last_lines

DRAWING = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libbrotlidec.so.1": "libbrotli1",
    "libcups.so.2": "libcups2",
}
"""Library → Debian package; without these Qt's modules do not load at all, window or not."""

WINDOW = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
"""Library → Debian package; needed as well to open a window on an X11 display."""

CHINESE_FONT = "fonts-noto-cjk"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_MARKS = (
    "cjk",
    "wqy",
    "sourcehan",
    "source-han",
    "notosanssc",
    "lxgw",
    "uming",
    "ukai",
    "droidsansfallback",
)
"""Parts of the file names of fonts that draw Chinese, for machines without fc-list."""


@dataclass(frozen=True)
class Missing:
    """What the machine lacks. `libraries` names those of the blocking packages, for machines without apt."""

    blocking: tuple[str, ...] = ()
    wished: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


def loads(library: str) -> bool:
    """True when the dynamic linker finds the library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_ensurepip() -> bool:
    """False on a Debian Python without its venv package."""
    return importlib.util.find_spec("ensurepip") is not None


def has_chinese_font() -> bool:
    """Asks fontconfig; without its tool, looks for the file names of the usual fonts."""
    if shutil.which("fc-list"):
        listed = subprocess.run(
            ["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False
        )
        return bool(listed.stdout.strip())
    names = (
        name.lower()
        for folder in FONT_FOLDERS
        for _, _, files in os.walk(Path(folder).expanduser())
        for name in files
    )
    return any(mark in name for name in names for mark in FONT_MARKS)


def find_missing(
    *,
    window: bool,
    pictures: bool,
    loads: Callable[[str], bool] = loads,
    has_ensurepip: Callable[[], bool] = has_ensurepip,
    has_chinese_font: Callable[[], bool] = has_chinese_font,
) -> Missing:
    """What is lacking for the purpose: a `window` on this display, or only `pictures` of pages drawn without one.

    A Chinese font is wished for by both: without it the program runs, and its words are boxes.
    """
    gone = {library: package for library, package in DRAWING.items() if not loads(library)}
    for_window = {library: package for library, package in WINDOW.items() if not loads(library)}
    if window:
        gone |= for_window
    tools = () if has_ensurepip() else (f"python{sys.version_info.major}.{sys.version_info.minor}-venv",)
    font = (CHINESE_FONT,) if (window or pictures) and not has_chinese_font() else ()
    return Missing(blocking=(*tools, *gone.values()), wished=font, libraries=(*tools, *gone))


def supply(missing: Missing, *, run: Run, say: Say, is_root: bool, apt: str | None) -> None:
    """Brings what is missing, or says the one command that brings it.

    Raises Stop when something blocking stays missing; a font that stays missing is only spoken of.
    """
    packages = (*missing.blocking, *missing.wished)
    if not packages:
        return
    if apt is None:
        _name_what_is_gone(missing, say)
    elif is_root:
        _install(missing, packages, run, say, apt)
    else:
        command = f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"
        sentence = f"这台电脑还缺几个系统组件,请运行:\n    {command}\n/ Some system packages are missing; the command above installs them."
        if missing.blocking:
            raise Stop(f"{sentence}\n装好后再运行一次同样的命令。 / Then run the same command again.")
        say(sentence)


def _name_what_is_gone(missing: Missing, say: Say) -> None:
    if missing.wished:
        say(
            "没有找到中文字体,请装一种(如思源黑体),否则文字会是方框。 / No Chinese font found: install one, or words show as boxes."
        )
    if missing.blocking:
        raise Stop(
            f"缺少系统库:{'、'.join(missing.libraries)}。请用本系统的软件管理装上它们,再运行一次。"
            " / These system libraries are missing: install them, then run again."
        )


def _install(missing: Missing, packages: Sequence[str], run: Run, say: Say, apt: str) -> None:
    say(f"正在安装系统组件:{' '.join(packages)} / Installing system packages ...")
    install = ["env", "DEBIAN_FRONTEND=noninteractive", apt, "install", "-y", "--no-install-recommends"]
    done = run([*install, *packages])
    if done.returncode != 0:
        run([apt, "update"])
        done = run([*install, *packages])
    if done.returncode != 0 and missing.blocking:
        raise Stop(
            f"{last_lines(done.stdout)}\n系统组件没有装上(原因见上面几行)。请检查网络和软件源,然后运行:\n"
            f"    apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}\n"
            "/ The system packages could not be installed (reason above): check network and sources, then run that."
        )
    if done.returncode != 0:
        say(
            f"没有装上 {' '.join(packages)},程序仍可运行,但中文可能显示为方框。 / Not installed; the program still runs."
        )
