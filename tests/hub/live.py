"""An application on a real port of this machine, with TLS by a self-made certificate, for browsers and raw sockets."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from kqdesk.hub.patience import PatientLine
from kqdesk.hub.tls import own_certificate


@contextmanager
def served(app: ASGIApp, folder: Path) -> Iterator[int]:
    """The port it listens on."""
    certificate = own_certificate(folder, now=datetime.now(UTC), names=["localhost", "127.0.0.1"])
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()  # who comes before the server is up waits
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        http=PatientLine,
        ssl_certfile=certificate.chain,
        ssl_keyfile=certificate.key,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, args=([taken],))
    thread.start()
    try:
        yield taken.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        taken.close()
    assert not thread.is_alive()
