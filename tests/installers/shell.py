"""A shell that runs nothing: it notes the commands set-up would give."""

import subprocess
from collections.abc import Sequence

from installers.environment import Environment


class Shell:
    """Notes every command instead of running it; `python -m venv` leaves a python, `fails` names what goes wrong."""

    def __init__(self, place: Environment | None = None, *, fails: str = "") -> None:
        self.place = place
        self.fails = fails
        self.commands: list[str] = []

    def __call__(self, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        line = " ".join(command)
        self.commands.append(line)
        if self.fails and self.fails in line:
            return subprocess.CompletedProcess(list(command), 1, "no room left on device")
        said = ""
        if self.place and "-m venv" in line:
            self.place.python.parent.mkdir(parents=True)
            self.place.python.write_text("")
        if self.place and "version_info" in line:
            said = self.place.origin()["python"]
        if self.place and "purelib" in line:
            said = str(self.place.folder)
        return subprocess.CompletedProcess(list(command), 0, said)

    def count(self, part: str) -> int:
        """How many commands held these words."""
        return sum(part in line for line in self.commands)
