"""A hub of the school's own on one of its PCs, for as long as the district has none: ``kqdesk hub serve`` as a child.

It lives in the home's folder ``hub``, starts with the window and ends with it. Everything is asked of it by its own
command line, so the desk never loads the web server. The other PCs reach it in the school's network.
"""

import contextlib
import json
import os
import socket
import subprocess
import threading
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from kqdesk.kernel.child import own_program
from kqdesk.kernel.errors import Unreachable, UserError

PORT = 8443
STARTS_S = 40.0
"""Seconds a slow PC may take until its hub answers."""
FAILED = "本机的数据站没有启动成功：{words}。数据没有受影响；请重启软件再试。"
_FREE_TRIES = 20


class OwnHub:
    """The hub in one folder. ``is_made``: there is one; ``is_running``: this window runs it."""

    def __init__(self, folder: Path, *, port: int = PORT, listen: str = "0.0.0.0") -> None:
        self.folder, self._port, self._listen = folder, port, listen
        self._child: subprocess.Popen[bytes] | None = None
        self._guard = threading.Lock()

    @property
    def is_made(self) -> bool:
        """A hub was made here once."""
        return self._note.exists()

    @property
    def is_running(self) -> bool:
        """It runs as a child of this window."""
        return self._child is not None and self._child.poll() is None

    @property
    def _note(self) -> Path:
        return self.folder / "desk.json"

    @property
    def port(self) -> int:
        """Where it listens; remembered, because the other PCs were told."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return int(json.loads(self._note.read_bytes())["port"])
        return self._port

    def local_url(self) -> str:
        """As this PC reaches it, whatever its address in the network is today."""
        return f"https://127.0.0.1:{self.port}"

    def url(self) -> str:
        """As the other PCs reach it."""
        return f"https://{own_address()}:{self.port}"

    def address(self) -> str:
        """``url`` while it is made, else ""."""
        return self.url() if self.is_made else ""

    def make(self, school: str, name: str) -> None:
        """Make its folder and register the school; repeating is harmless."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.command("school", "add", school, name)
        if not self.is_made:
            self._note.write_text(json.dumps({"port": _free_port(self._port)}), "utf-8")

    def invite(self, school: str) -> str:
        """A one-time code for one more PC."""
        return str(self.command("invite", school)["code"])

    def command(self, *words: str) -> dict[str, Any]:
        """One of the hub's own commands; UserError with its sentence when it refuses."""
        done = subprocess.run(
            [*own_program(), "--home", str(self.folder), "--json", "hub", *words],
            capture_output=True,
            env=_environment(),
            timeout=120,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        told: Any = {}
        with contextlib.suppress(ValueError):
            told = json.loads(done.stdout)
        if done.returncode != 0 or not isinstance(told, dict):
            words_ = told.get("error") if isinstance(told, dict) else ""
            raise UserError(str(words_) or FAILED.format(words=f"代码 {done.returncode}"))
        return told

    def start(self) -> None:
        """Run it and wait until it answers; Unreachable when it does not."""
        with self._guard:
            if (
                self.is_running or self._answers()
            ):  # one that outlived a window that was killed serves as well
                return
            self._child = subprocess.Popen(
                [
                    *own_program(),
                    "--home",
                    str(self.folder),
                    "hub",
                    "serve",
                    "--listen",
                    f"{self._listen}:{self.port}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            until = monotonic() + STARTS_S
            while monotonic() < until:
                if self._child.poll() is not None:
                    raise Unreachable(FAILED.format(words=f"它自己停了（{self._child.returncode}）"))
                if self._answers():
                    return
                sleep(0.1)
            self._end()
            raise Unreachable(FAILED.format(words="等了太久没有应答"))

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def stop(self) -> None:
        """End it in good order; repeating is harmless."""
        with self._guard:
            self._end()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None or child.poll() is not None:
            return
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def own_address() -> str:
    """This PC's address in the school's network; nothing is sent. ``127.0.0.1`` without a network."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.connect(("192.0.2.1", 9))  # documentation address: only the route is looked up
        return str(wire.getsockname()[0])
    return "127.0.0.1"


def _free_port(first: int) -> int:
    for port in range(first, first + _FREE_TRIES):
        with contextlib.suppress(OSError), socket.socket() as wire:
            wire.bind(("0.0.0.0", port))
            return port
    raise UserError(f"端口 {first} 起的 {_FREE_TRIES} 个都被别的程序占着，数据站不能启动。请重启电脑再试。")


def _environment() -> dict[str, str]:
    """Without any of our own variables: no password and no home of the desk reach the hub."""
    clean = {key: value for key, value in os.environ.items() if not key.upper().startswith("KQDESK_")}
    house = str(Path(__file__).resolve().parents[2])
    clean["PYTHONPATH"] = os.pathsep.join(filter(None, [house, clean.get("PYTHONPATH", "")]))
    clean["PYTHONUTF8"] = "1"
    return clean
