"""Tries the .deb as a school meets it: on a clean Debian made by debootstrap, by a user without rights, on a real X display.

    sudo python3 installers/try_deb.py dist/kqdesk_0.1.0_amd64.deb --roster FILE.xlsx [--suite bookworm] [--keep DIR]

Root is needed for debootstrap and chroot; besides, debootstrap and Xvfb. In order: install an older number of the same
build with apt, start the window (picture), make a school in a home with Chinese letters and a space in its path, import
a roster, print, upgrade with the window open (must refuse) and closed (data kept), start again (picture), remove and
purge (data kept). Every step says what it found; the first that fails ends the run with 1. Pictures and papers go to --out.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

DISPLAY = ":87"
USER = "clerk"
HOME = "/home/柯桥 教务"
DATA = f"{HOME}/.local/share/kqdesk"
PASSWORD = "Hh7-tianqi-gulou-29"  # of a school that lives for a minute
VILLAGE = "溪南"
OLDER = "0.0.9"
WAIT_S = 90
SOCKETS = Path("/", "tmp", ".X11-unix")


class Failed(Exception):
    """A step did not do what it must; the text says which and how."""


def say(sentence: str) -> None:
    """One line of the record."""
    print(sentence, flush=True)


class Root:
    """A clean Debian in a folder, with the kernel's own folders bound while it is used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, suite: str, mirror: str) -> None:
        """Bootstraps it; an existing one is thrown away."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        command = ["debootstrap", "--variant=minbase", suite, str(self.folder), mirror]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"debootstrap: {done.stdout[-800:]}{done.stderr[-800:]}")
        shutil.copyfile("/etc/resolv.conf", self.folder / "etc/resolv.conf")
        self.run("apt-get", "-qq", "update")

    @contextlib.contextmanager
    def bound(self) -> Iterator[None]:
        """/proc, /dev and the X socket inside, and out again at the end."""
        sockets = self.folder / SOCKETS.relative_to("/")
        SOCKETS.mkdir(mode=0o1777, exist_ok=True)
        sockets.mkdir(parents=True, exist_ok=True)
        kernels = [(Path("/", name), self.folder / name) for name in ("proc", "dev", "dev/pts")]
        places = [*kernels, (SOCKETS, sockets)]
        for source, target in places:
            subprocess.run(["mount", "--bind", str(source), str(target)], check=True)
        try:
            yield
        finally:
            for _, target in reversed(places):
                subprocess.run(["umount", "--lazy", str(target)], check=False)

    def command(
        self, words: Sequence[str], *, user: str = "root", more: dict[str, str] | None = None
    ) -> list[str]:
        """The words as run inside, with a clean environment."""
        home = "/root" if user == "root" else HOME
        inside = {"HOME": home, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **(more or {})}
        inside |= {"DEBIAN_FRONTEND": "noninteractive"} if user == "root" else {}
        pairs = [f"{key}={value}" for key, value in inside.items()]
        as_user = [] if user == "root" else ["setpriv", "--reuid", user, "--regid", user, "--init-groups"]
        return ["chroot", str(self.folder), *as_user, "env", "-i", *pairs, *words]

    def run(self, *words: str, user: str = "root", code: int = 0, **more: str) -> str:
        """Runs it, returns what it said; Failed when it ends otherwise than with ``code``."""
        command = self.command(words, user=user, more=more)
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        if done.returncode != code:
            raise Failed(f"{' '.join(words)}: {done.returncode}\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
        return done.stdout + done.stderr

    def ours(self, *words: str, code: int = 0) -> str:
        """Our program as the clerk types it."""
        return self.run("kqdesk", *words, user=USER, code=code, KQDESK_PASSWORD=PASSWORD)


@contextlib.contextmanager
def screen() -> Iterator[None]:
    """An X display of the size that schools have."""
    server = subprocess.Popen(
        ["Xvfb", DISPLAY, "-screen", "0", "1366x768x24", "-ac", "-nolisten", "tcp"], stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(1.5)
        yield
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def window(root: Root, picture: Path, *, home: str = "") -> Iterator[None]:
    """The program's window, and a picture of it once something is drawn."""
    words = ["kqdesk", *(("--home", home) if home else ())]
    command = root.command(words, user=USER, more={"DISPLAY": DISPLAY})
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + WAIT_S
        while not _drawn(picture):
            if program.poll() is not None or time.monotonic() > deadline:
                program.kill()
                raise Failed(f"no window: {(program.stderr.read() if program.stderr else '')[-1500:]}")
            time.sleep(1)
        yield
    finally:
        program.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(10)
        program.kill()


def _drawn(picture: Path) -> bool:
    """Takes a picture; True when there is more on it than an empty screen, twice the same."""
    from PIL import ImageGrab

    first = ImageGrab.grab(xdisplay=DISPLAY)
    if len(first.getcolors(1_000_000) or []) < 50:
        return False
    time.sleep(1)
    second = ImageGrab.grab(xdisplay=DISPLAY)
    if first.tobytes() != second.tobytes():
        return False
    second.save(picture)
    return True


def renumbered(deb: Path, version: str, folder: Path) -> Path:
    """The same package under another number."""
    parts = folder / "renumbered"
    shutil.rmtree(parts, ignore_errors=True)
    subprocess.run(["dpkg-deb", "-R", str(deb), str(parts)], check=True)
    card = parts / "DEBIAN" / "control"
    lines = [
        f"Version: {version}" if line.startswith("Version:") else line
        for line in card.read_text("utf-8").split("\n")
    ]
    card.write_text("\n".join(lines), "utf-8")
    out = folder / f"kqdesk_{version}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(parts), str(out)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(parts)
    return out


def unresolved(root: Root) -> list[str]:
    """Libraries that some part of the installed program does not find on this machine."""
    script = r"find /opt/kqdesk -type f \( -name '*.so*' -o -name kqdesk \) -exec ldd {} + 2>/dev/null | grep 'not found' | sort -u || true"
    lines = root.run("sh", "-c", script).splitlines()
    own = {path.name for path in (root.folder / "opt/kqdesk").rglob("*.so*")}
    return sorted(line.strip() for line in lines if line.split()[0] not in own)


def people(root: Root) -> str:
    """Who is found in the roster's village, one line each."""
    return root.ours("find", VILLAGE, "--limit", "1000")


def install(root: Root, deb: Path, *, code: int = 0) -> str:
    """apt, as the README says it."""
    inside = root.folder / "var/tmp" / deb.name
    shutil.copyfile(deb, inside)
    try:
        return root.run(
            "apt-get", "install", "-y", "-q", "--no-install-recommends", f"/var/tmp/{deb.name}", code=code
        )
    finally:
        inside.unlink()


def set_up(said: str) -> str:
    """apt's own line on our package."""
    lines = [line.strip() for line in said.splitlines() if line.startswith("Setting up kqdesk")]
    return lines[-1] if lines else "?"


def show_all(root: Root) -> None:
    """The demo school with every paper: planner, scans, templates and fonts work from the package, too."""
    demo = root.ours("demo", "--out", f"{HOME}/演示", "--people", "60")
    papers = sorted((root.folder / HOME.lstrip("/") / "演示").rglob("*.pdf"))
    say(f"演示学校: {demo.strip().splitlines()[-1]}({len(papers)} 份 PDF)")


def first_use(root: Root, roster: Path, out: Path) -> str:
    """A school, its people and a paper, by the command line; returns who is found."""
    root.run("useradd", "--create-home", "--home-dir", HOME, USER)
    (root.folder / "var/tmp/roster.xlsx").write_bytes(roster.read_bytes())
    sheet = f"{HOME}/恢复码.pdf"
    school = ("--school", "330603008", "--name", "兰亭街道成人文化技术学校", "--person", "王教务")
    say(root.ours("init", *school, "--recovery-sheet", sheet).splitlines()[0])
    say(root.ours("import", "people", "/var/tmp/roster.xlsx", code=3).splitlines()[0])
    say(root.ours("export", "people", f"{HOME}/名单.xlsx").splitlines()[0])
    paper = root.folder / HOME.lstrip("/") / "恢复码.pdf"
    if not paper.read_bytes().startswith(b"%PDF-"):
        raise Failed("the paper is no PDF")
    shutil.copyfile(paper, out / "recovery-sheet.pdf")
    say(root.ours("doctor").strip().splitlines()[-1])
    return people(root)


def kept(root: Root) -> list[str]:
    """The files of the home that carry data, with their sizes."""
    home = root.folder / DATA.lstrip("/") / "school"
    return [
        f"{name} {(home / name).stat().st_size}"
        for name in ("school.db", "kqdesk.keys")
        if (home / name).exists()
    ]


def walk(root: Root, deb: Path, older: Path, roster: Path, out: Path, *, brief: bool) -> None:
    """Everything in order, from an empty machine to an empty machine with data."""
    say(f"安装 {OLDER}: {set_up(install(root, older))}")
    say(f"找不到的库: {unresolved(root) or '没有'}")
    if unresolved(root):
        raise Failed("libraries are missing")
    say(f"版本: {root.run('kqdesk', '--version').strip()}")
    root.run(
        "sh",
        "-c",
        "test -f /usr/share/applications/kqdesk.desktop && test -f /usr/share/mime/packages/kqdesk.xml",
    )
    before = first_use(root, roster, out)
    with screen():
        with window(root, out / "1-first-start.png"):
            said = install(root, deb, code=100)
            if "先关掉" not in said:
                raise Failed(f"an upgrade under an open window must refuse:\n{said}")
            say("窗口开着时升级: 拒绝了,说了怎么办")
        say(f"升级: {set_up(install(root, deb))}")
        if people(root) != before:
            raise Failed("the school is another after the upgrade")
        say(f"升级后数据不变: {len(before.splitlines())} 行")
        with window(root, out / "2-after-upgrade.png"):
            say("升级后窗口打开了")
    files = kept(root)
    for word in ("remove", "purge"):
        root.run("apt-get", word, "-y", "-q", "kqdesk")
        if kept(root) != files or (root.folder / "opt/kqdesk").exists():
            raise Failed(f"{word} left a program or took data: {kept(root)}")
        say(f"{word}: 程序没有了,数据还在 {files}")
    say(f"再装: {set_up(install(root, deb))}")
    if people(root) != before:
        raise Failed("the school is another after removing and installing again")
    say("再装以后: 同一所学校,同样的人")
    if not brief:
        show_all(root)


def main() -> int:
    """0 when every step did what it must."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("deb", type=Path)
    parser.add_argument("--roster", type=Path, required=True)
    parser.add_argument("--suite", default="bookworm")
    parser.add_argument("--mirror", default="http://deb.debian.org/debian")
    parser.add_argument("--folder", type=Path, default=Path("build/clean-root"))
    parser.add_argument("--ready", action="store_true", help="the folder holds a fresh root already")
    parser.add_argument("--brief", action="store_true", help="without the demo school")
    parser.add_argument("--out", type=Path, default=Path("build/tried"))
    wishes = parser.parse_args()
    if os.geteuid() != 0:
        print("要用 root 运行(debootstrap、chroot)。 / Run it as root.", file=sys.stderr)
        return 2
    wishes.out.mkdir(parents=True, exist_ok=True)
    root = Root(wishes.folder.absolute())
    try:
        if not wishes.ready:
            root.make(wishes.suite, wishes.mirror)
        say(f"干净的 {wishes.suite}: {(root.folder / 'etc/debian_version').read_text().strip()}")
        older = renumbered(wishes.deb, OLDER, wishes.out.absolute())
        with root.bound():
            walk(root, wishes.deb, older, wishes.roster, wishes.out, brief=wishes.brief)
    except Failed as failed:
        print(f"没有通过: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
