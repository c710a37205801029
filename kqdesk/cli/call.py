"""One run of the command line: where the home is, who signs in, and how answers reach people and programs."""

import json
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqdesk.kernel.errors import InputFaults, NotAllowed, UserError
from kqdesk.kernel.progress import Progress, Quiet

if TYPE_CHECKING:
    from kqdesk.school import School
    from kqdesk.security.kdf import Profile

PASSWORD_VARIABLE = "KQDESK_PASSWORD"
NO_PASSWORD = "需要密码才能打开学校数据。请把密码放进环境变量 KQDESK_PASSWORD，或用 --password-file 指到写着密码的文件。"
_FAULTS_SHOWN = 20


class WrongUsage(Exception):
    """The command was written wrongly; the text says how it is written."""


@dataclass
class Call:
    """What every command is given."""

    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    profile: "Profile | None" = None
    chosen_home: Path | None = None
    as_json: bool = False
    user: str = ""
    password_file: Path | None = None
    accept_older: bool = False
    answered: bool = field(default=False, init=False)

    @property
    def home(self) -> Path:
        """``--home``, else ``KQDESK_HOME``, else the platform's folder."""
        if self.chosen_home is None:
            from kqdesk.kernel.places import default_home

            self.chosen_home = default_home(self.environ)
        return self.chosen_home

    @property
    def key_profile(self) -> "Profile":
        """How dear a password guess is."""
        from kqdesk.security.kdf import PRODUCTION

        return self.profile or PRODUCTION

    # ------------------------------------------------------------------ answers

    def say(self, text: str) -> None:
        """A line for people: on stdout, or on stderr where stdout belongs to the JSON."""
        print(text, file=sys.stderr if self.as_json else sys.stdout, flush=True)

    def warn(self, text: str) -> None:
        """A line for people that is no part of the answer."""
        print(text, file=sys.stderr, flush=True)

    def answer(self, told: Mapping[str, Any], text: str) -> None:
        """The command's one answer, in the form that was asked for."""
        self.answered = True
        if self.as_json:
            _print_json(told)
        elif text:
            print(text, flush=True)

    def refuse(self, code: int, sentence: str, wrong: UserError | None = None) -> int:
        """The one sentence of a run that did not do what was asked; returns ``code``."""
        print(sentence, file=sys.stderr, flush=True)
        faults = wrong.faults if isinstance(wrong, InputFaults) else ()
        for fault in faults[:_FAULTS_SHOWN]:
            print(f"  {getattr(fault, 'reason', fault)}", file=sys.stderr)
        if self.as_json and not self.answered:
            told: dict[str, Any] = {"error": sentence.splitlines()[0], "exit_code": code}
            if faults:
                told["faults"] = [
                    fault.as_json() if hasattr(fault, "as_json") else str(fault) for fault in faults
                ]
            self.answer(told, "")
        return code

    @contextmanager
    def progress(self, title: str) -> Iterator[Progress]:
        """A bar on a terminal, nothing elsewhere."""
        if not sys.stderr.isatty():
            yield Quiet()
            return
        bar = Bar(title)
        try:
            yield bar
        finally:
            bar.clear()

    # ------------------------------------------------------------------ signing in

    def password(self) -> str | None:
        """The password given from outside; None when there is none. NotAllowed when its file cannot be read."""
        if self.password_file is not None:
            try:
                return self.password_file.read_text("utf-8-sig").strip("\r\n")
            except (OSError, UnicodeDecodeError) as wrong:
                raise NotAllowed(f"密码文件读不出来：{self.password_file}。请检查路径和权限。") from wrong
        return self.environ.get(PASSWORD_VARIABLE) or None

    def needed_password(self) -> str:
        """The password; asked for on a terminal, else NotAllowed with how to give it."""
        password = self.password()
        if password is None and sys.stdin is not None and sys.stdin.isatty():
            from getpass import getpass

            password = getpass("密码：", stream=sys.stderr)
        if not password:
            raise NotAllowed(NO_PASSWORD)
        return password

    @contextmanager
    def school(self) -> Iterator["School"]:
        """The home, opened by the person who signs in; closed at the end."""
        from kqdesk import school
        from kqdesk.kernel.places import home_layout
        from kqdesk.printing.watermark import mark_papers
        from kqdesk.security.logs import start_logging, stop_logging

        who = self._who(school.people(self.home))
        opened = school.open_with_password(
            self.home,
            who=who,
            password=self.needed_password(),
            clock=self.clock,
            title="kqdesk 命令行",
            profile=self.key_profile,
            accept_older=self.accept_older,
        )
        for notice in opened.notices:
            self.warn(notice)
        _mark_papers(opened)
        handler = start_logging(home_layout(self.home).logs)
        try:
            yield opened
        finally:
            stop_logging(handler)
            opened.close()
            mark_papers("")

    def _who(self, people: list[tuple[str, str]]) -> str:
        if not self.user:
            return people[0][0]
        found = [who for who, name in people if self.user in (name, who)]
        if not found:
            names = "、".join(name for _, name in people)
            raise NotAllowed(f"这里没有叫「{self.user}」的操作人。可以登录的有：{names}。")
        return found[0]

    # ------------------------------------------------------------------ our bugs

    def log_bug(self, bug: BaseException) -> Path:
        """Write a trace without values into the home's log, or beside the temporary files where there is no home."""
        from kqdesk.kernel.places import home_layout
        from kqdesk.security.logs import start_logging, stop_logging

        folder = home_layout(self.home).logs
        if not folder.is_dir():
            folder = Path(tempfile.gettempdir())
        handler = start_logging(folder)
        try:
            logging.getLogger("kqdesk.cli").error("command failed", exc_info=bug)
        finally:
            stop_logging(handler)
        return folder / "kqdesk.log"


def _mark_papers(opened: "School") -> None:
    """What a practice school prints says so."""
    from kqdesk.printing.watermark import PRACTICE, mark_papers
    from kqdesk.rooms.office.queries import school_card

    with opened.store.reading() as session:
        card = school_card(session)
    mark_papers(PRACTICE if card is not None and card.is_demo else "")


class Bar:
    """Progress on a terminal: one line that is drawn over."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._shown = ""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Draw how far it is."""
        share = f"{done * 100 // total:3d} %" if total else f"{done}"
        line = f"{self._title} {share} {note}".rstrip()
        if line != self._shown:
            print(f"\r\x1b[2K{line}", end="", file=sys.stderr, flush=True)
            self._shown = line

    def clear(self) -> None:
        """Take the line away."""
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


def _print_json(told: Mapping[str, Any]) -> None:
    line = json.dumps(told, ensure_ascii=False, default=str)
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        print(line, flush=True)
        return
    sys.stdout.flush()
    stream.write(line.encode("utf-8") + b"\n")  # programs read it as UTF-8, whatever the console speaks
    stream.flush()


def existing_file(path: Path) -> Path:
    """``path`` when it is a file; UserError with what to do when it is not."""
    if path.is_file():
        return path
    if path.is_dir():
        raise UserError(f"{path} 是文件夹，不是文件。请写到文件名为止。")
    raise UserError(f"找不到文件 {path}。请检查路径和文件名。")


def writable_target(path: Path, ending: str) -> Path:
    """``path`` as a place to write a file ``*ending``; its folder is made. Unreachable when that fails."""
    from kqdesk.kernel.disk import disk_fault, refuse_read_only

    if path.suffix.lower() != ending:
        raise UserError(f"输出文件名要以 {ending} 结尾：{path}。")
    if path.is_dir():
        raise UserError(f"{path} 是文件夹，不是文件。请写到文件名为止。")
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise disk_fault(wrong, path.parent) from wrong
    refuse_read_only(path.absolute().parent)
    return path
