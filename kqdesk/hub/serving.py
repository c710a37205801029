"""Runs the application: TLS, graceful stop, and one line when it listens."""

import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from kqdesk.hub.patience import PatientLine
from kqdesk.hub.tls import Certificate
from kqdesk.kernel.errors import Unreachable

_FINISH_SECONDS = 15  # what was begun is finished within this when the hub is told to stop
_AT_ONCE = 800  # open connections, idle ones too; below the 1,024 files a process may have open by default
_HEAD_BYTES = 32 << 10


@dataclass(frozen=True)
class Listening:
    """Where and how. ``certificate`` None: plain, behind a proxy on this machine that does TLS."""

    host: str
    port: int
    certificate: Certificate | None


class _Server(uvicorn.Server):
    """uvicorn that tells its true port when it listens."""

    def __init__(self, config: uvicorn.Config, listens: Callable[[str], None]) -> None:
        super().__init__(config)
        self._listens = listens

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's own; then the line."""
        await super().startup(sockets)
        if self.started:
            host, port = sockets[0].getsockname()[:2] if sockets else (self.config.host, self.config.port)
            scheme = "https" if self.config.is_ssl else "http"
            self._listens(f"{scheme}://{host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's own, but a line nothing is under way on is dropped: over TLS a silent peer would hold us up."""
        for line in list(self.server_state.connections):
            cycle = getattr(line, "cycle", None)
            if cycle is None or cycle.response_complete:
                line.transport.abort()
        await super().shutdown(sockets)


def serve(app: ASGIApp, where: Listening, listens: Callable[[str], None]) -> None:
    """Until a signal: SIGTERM and Ctrl+C finish what was begun. Unreachable when the port is taken."""
    taken = _bound(where.host, where.port)
    certificate = where.certificate
    config = uvicorn.Config(
        app,
        host=where.host,
        port=where.port,
        log_config=None,
        access_log=False,  # ours says less
        server_header=False,
        date_header=False,
        lifespan="off",
        ws="none",
        http=PatientLine,
        proxy_headers=certificate is None,
        forwarded_allow_ips="127.0.0.1,::1",
        timeout_graceful_shutdown=_FINISH_SECONDS,
        limit_concurrency=_AT_ONCE,
        h11_max_incomplete_event_size=_HEAD_BYTES,
        ssl_certfile=certificate.chain if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
    )
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(
            told, _let_go
        )  # uvicorn stops by them and then gives them back: to end well is no failure
    with taken:
        _Server(config, listens).run(sockets=[taken])


def _let_go(number: int, frame: object) -> None:
    """The server has stopped already."""


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError as wrong:
        made.close()
        raise Unreachable(
            f"{host}:{port} 已被别的程序占用，或不是本机的地址。请用 --listen 换一个地址或端口。"
        ) from wrong
    return made
