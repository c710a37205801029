"""``kqdesk hub …``: schools, invitations, PCs and officers by the command line, and a real server that ends well."""

import configparser
import json
import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from kqdesk.cli import hub as command
from kqdesk.cli.call import WrongUsage
from kqdesk.cli.frame import Parser
from kqdesk.hub.tls import own_certificate
from kqdesk.security.signing import Signer
from kqdesk.sync.invitation import fingerprint_of, read_code
from tests.cli.command import NOW, CommandLine
from tests.hub.conftest import LANTING

TOP = Path(__file__).parents[2]


@pytest.fixture
def kqdesk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """A hub's empty folder."""
    return CommandLine(tmp_path / "hub", capsys)


def test_a_school_is_added_invited_and_listed(kqdesk: CommandLine) -> None:
    added = kqdesk("hub", "school", "add", LANTING, "兰亭成校", "--json")
    invited = kqdesk("hub", "invite", LANTING, "--json")
    listed = kqdesk("hub", "school", "list", "--json")
    stations = kqdesk("hub", "stations", LANTING, "--json")

    invitation = read_code(invited.told["code"])
    assert added.told == {"school": LANTING, "name": "兰亭成校"}
    assert invitation.fingerprint.hex() == invited.told["fingerprint"]
    assert listed.told == {
        "schools": [
            {
                "school": LANTING,
                "name": "兰亭成校",
                "seen": "还没有来过",
                "batch": "还没有交过数据",
                "waiting": 0,
                "stations": 0,
            }
        ]
    }
    assert stations.told == {"stations": []}


def test_an_unknown_school_is_no_invitation(kqdesk: CommandLine) -> None:
    ended = kqdesk("hub", "invite", "999", "--json")

    assert ended.code == 3
    assert "没有代码为 999 的学校" in ended.told["error"]


def test_a_pc_is_locked_and_revoked_by_its_number(kqdesk: CommandLine) -> None:
    kqdesk("hub", "school", "add", LANTING, "兰亭成校")
    secret = read_code(kqdesk("hub", "invite", LANTING, "--json").told["code"]).secret
    with command._opened(command_call(kqdesk), Parser().parse_args([], namespace=NoDatabase())) as hub:
        hub.register.enrol(secret, Signer.fresh().public, "教务")

    states = [kqdesk("hub", act, f"{LANTING}.1", "--json").told for act in ("lock", "unlock", "revoke")]

    assert [(told["locked"], told["revoked"]) for told in states] == [
        (True, False),
        (False, False),
        (False, True),
    ]


class NoDatabase:
    """Options that name no PostgreSQL."""

    database = ""


def command_call(kqdesk: CommandLine) -> command.Call:
    return command.Call(environ={}, clock=lambda: NOW, chosen_home=kqdesk.home)


def test_an_officer_gets_the_given_password_or_one_that_is_shown(kqdesk: CommandLine) -> None:
    given = kqdesk("hub", "officer", "add", "沈月琴", "--json")
    made = kqdesk("hub", "officer", "add", "审计员", "--auditor", "--json", environ={})
    left = kqdesk("hub", "officer", "remove", "审计员", "--json")
    listed = kqdesk("hub", "officer", "list", "--json")

    assert given.told == {"name": "沈月琴", "role": "district"}
    assert re.fullmatch("[0-9a-f]{4}(-[0-9a-f]{4}){3}", made.told["password"])
    assert left.told == {"name": "审计员", "left": True}
    assert listed.told["officers"] == [
        {"name": "审计员", "role": "auditor", "left": True},
        {"name": "沈月琴", "role": "district", "left": False},
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--listen", "8443"],
        ["serve", "--listen", "127.0.0.1:99999"],
        ["serve", "--certificate", "a.pem"],
        ["serve", "--behind-proxy", "--public-certificate"],
        ["serve", "--behind-proxy", "--listen", "127.0.0.1:0"],
    ],
)
def test_a_serve_that_cannot_be_meant_is_wrong_usage(kqdesk: CommandLine, words: Sequence[str]) -> None:
    assert kqdesk("hub", *words).code == 2


def test_a_taken_port_and_an_expired_certificate_are_said(kqdesk: CommandLine, tmp_path: Path) -> None:
    old = own_certificate(tmp_path, now=NOW.replace(year=2010), names=["localhost"])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        busy = kqdesk("hub", "serve", "--quiet", "--listen", f"127.0.0.1:{port}")
    over = kqdesk(
        "hub",
        "serve",
        "--quiet",
        "--listen",
        "127.0.0.1:0",
        "--certificate",
        old.chain,
        "--certificate-key",
        old.key,
    )

    assert (busy.code, over.code) == (5, 3)
    assert "已被别的程序占用" in busy.err
    assert "已于 2020-" in over.err


@contextmanager
def serving(home: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A real ``kqdesk hub serve``; its process and the address it told."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("KQDESK")}
    run = [
        sys.executable,
        "-m",
        "kqdesk",
        "--home",
        str(home),
        "--json",
        "hub",
        "serve",
        "--listen",
        "127.0.0.1:0",
    ]
    process = subprocess.Popen(
        [*run, *words], cwd=TOP, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        yield process, json.loads(line)["listening"]
    finally:
        process.kill()
        process.communicate()


def shown_certificate(url: str) -> bytes:
    """What the server shows, as DER."""
    host, port = url.removeprefix("https://").split(":")
    return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((host, int(port))))


def test_a_real_hub_shows_the_invited_certificate_is_alone_and_ends_well(kqdesk: CommandLine) -> None:
    kqdesk("hub", "school", "add", LANTING, "兰亭成校")
    with serving(kqdesk.home, "--quiet") as (process, url):
        invited = read_code(kqdesk("hub", "invite", LANTING, "--json").told["code"])  # beside the running one
        shown = fingerprint_of(shown_certificate(url))
        second = kqdesk("hub", "serve", "--quiet", "--listen", "127.0.0.1:0")
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=20)

    assert invited.fingerprint == shown
    assert (second.code, process.returncode) == (5, 0)
    assert "数据站已停止" in told


def test_what_the_service_files_tell_to_run_is_understood() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign] -- configparser's documented way
    unit.read(TOP / "installers" / "hub" / "kqdesk-hub.service", encoding="utf-8")
    nginx = (TOP / "installers" / "hub" / "nginx.conf").read_text("utf-8")
    lines = [unit["Service"]["ExecStart"], *re.findall(r"#\s+(kqdesk hub serve .*)", nginx)]

    chosen = [parsed(shlex.split(line)[2:]) for line in lines]

    assert [(one.listen, one.behind_proxy, one.public_certificate) for one in chosen] == [
        ("0.0.0.0:8443", False, False),
        ("127.0.0.1:8444", True, True),
    ]
    assert "server 127.0.0.1:8444;" in nginx


def parsed(words: list[str]) -> command.argparse.Namespace:
    parser = Parser(prog="kqdesk hub")
    command.declare(parser, "hub")
    options = parser.parse_args(words)
    command._outside(options)
    return options


def test_listen_takes_every_spelling() -> None:
    told = [command._where(text) for text in ("0.0.0.0:8443", ":8443", "[::1]:0", "hub.lan:443")]

    assert told == [("0.0.0.0", 8443), ("0.0.0.0", 8443), ("::1", 0), ("hub.lan", 443)]
    with pytest.raises(WrongUsage):
        command._where("::1:443")
