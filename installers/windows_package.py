"""The Windows set-up: PyInstaller's folder on Windows, makensis anywhere; and a stand-in where there is no Windows.

The stand-in proves two things without Windows: the scripts compile, and every native library of the lock has its place
inside. It holds the machine code of real wheels when their folder is given, else an empty file for each. It cannot run.
"""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from installers import wheels
from installers.contents import our_files
from installers.delivery import NOT_DELIVERED
from installers.environment import Run, Say, Stop, last_lines
from installers.icons import write_ico

NATIVE = (".pyd", ".dll")
PROGRAMS = ("kqdesk.exe", "kqdesk-console.exe")


def make(top: Path, target: Path, version: str, *, wheel_folder: Path | None, run: Run, say: Say) -> Path:
    """The set-up from the built folder on Windows, else the stand-in. Stop when makensis is missing or refuses."""
    work = top / "build" / "windows"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    is_real = sys.platform == "win32"
    tree = top / "dist" / "tree" / "win32-x86_64" if is_real else work / "tree"
    if not is_real:
        say(
            "这里不是 Windows:做一个替身,只验证脚本和文件清单。 / Not Windows: making a stand-in, to check script and list."
        )
        stand_in(top, tree, wheel_folder)
    elif not tree.exists():
        raise Stop("先运行 python installers/package.py tree / make the tree first.")
    out = target / f"kqdesk-{version}-win32-x86_64{'' if is_real else '-' + NOT_DELIVERED}-setup.exe"
    compiled(top, tree, work, out, version, is_quick=not is_real, run=run)
    missing = absent(listing(out, run), tree)
    if missing:
        raise Stop(f"安装程序里少了这些文件:{'、'.join(missing[:20])} / files missing inside the set-up.")
    return out


def compiled(top: Path, tree: Path, work: Path, out: Path, version: str, *, is_quick: bool, run: Run) -> None:
    """Launcher and set-up, by makensis."""
    compiler = shutil.which("makensis") or shutil.which("makensis", path=r"C:\Program Files (x86)\NSIS")
    if compiler is None:
        raise Stop(
            "缺少 makensis:apt-get install nsis,Windows 上装 NSIS 3。 / makensis is missing: install NSIS 3."
        )
    scripts = top / "installers" / "windows"
    starter = top / "installers" / "launcher" / "kqdesk.nsi"
    icon, launcher = work / "kqdesk.ico", work / "launcher.exe"
    write_ico(top / "resources" / "icons" / "kqdesk.svg", icon)
    _compile(compiler, starter, {"ICON": icon, "OUT": launcher}, run)
    told: dict[str, object] = {
        "ICON": icon,
        "OUT": out,
        "VERSION": version,
        "TREE": tree,
        "LAUNCHER": launcher,
    }
    told["CONSOLE"] = scripts / "kqdesk-console.cmd"
    _compile(compiler, scripts / "kqdesk.nsi", {**told, "QUICK": "1"} if is_quick else told, run)


def _compile(compiler: str, script: Path, told: dict[str, object], run: Run) -> None:
    words = [f"-D{key}={value}" for key, value in told.items()]
    done = run([compiler, "-V2", "-WX", "-INPUTCHARSET", "UTF8", *words, str(script)])
    if done.returncode != 0:
        raise Stop(
            f"{last_lines(done.stdout)}\n{script.name} 编译不过(原因见上面几行)。 / {script.name} does not compile."
        )


def stand_in(top: Path, tree: Path, folder: Path | None) -> None:
    """A folder like the one PyInstaller makes on Windows: our files, and each wheel's machine code or an empty file."""
    inside = tree / "_internal"
    inside.mkdir(parents=True)
    for program in PROGRAMS:
        (tree / program).write_bytes(b"")
    for source, place in our_files(top):
        (inside / place).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, inside / place / Path(source).name)
    for wheel in native():
        if folder is None:
            (inside / f"{wheel.name}.pyd").write_bytes(b"")
        else:
            unpack(folder / wheel.file, inside)


def native() -> list[wheels.Wheel]:
    """The wheels with machine code that the Windows folder is built from, without the packaging tools."""
    kept = [wheel for wheel in wheels.read() if wheels.BUILT_WITH in wheel.pythons and wheel.is_native]
    return [wheel for wheel in kept if wheel.name not in ("pyinstaller", "pandas")]


def unpack(wheel: Path, inside: Path) -> int:
    """The machine code of one wheel, at its place; the number of files. Stop when there is none."""
    with zipfile.ZipFile(wheel) as packed:
        names = [name for name in packed.namelist() if name.lower().endswith(NATIVE) and ".data/" not in name]
        for name in names:
            packed.extract(name, inside)
    if not names:
        raise Stop(f"{wheel.name} 里没有 Windows 的程序库。 / no machine code in {wheel.name}.")
    return len(names)


def listing(setup: Path, run: Run) -> set[str] | None:
    """What is packed in a set-up, as 7z lists it, with forward slashes; None without 7z."""
    tool = shutil.which("7z") or shutil.which("7z", path=r"C:\Program Files\7-Zip")
    if tool is None:
        return None
    done = subprocess.run([tool, "l", "-ba", "-slt", str(setup)], capture_output=True, check=False)
    if done.returncode != 0:
        raise Stop(
            f"{last_lines(done.stdout.decode('utf-8', 'replace'))}\n7z 读不了安装程序。 / 7z cannot read the set-up."
        )
    paths = re.findall(r"^Path = (.*?)\r?$", done.stdout.decode("utf-8", "replace"), re.MULTILINE)
    return {path.replace("\\", "/") for path in paths}


def absent(packed: set[str] | None, tree: Path) -> list[str]:
    """Files of the folder that the set-up does not hold."""
    if packed is None:
        return []
    held = {path.partition("versions/")[2].partition("/")[2] for path in packed}
    wanted = [path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()]
    return sorted(path for path in wanted if path not in held)
