"""Whoever stands between a station and its hub: takes off the TLS with the hub's own certificate and spoils what passes.

A fault is chosen for each question by ``spoil``; "" lets it pass.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

FAULTS = (
    "late", "reset_before", "reset_after", "silent", "drip", "500", "html", "redirect", "cut", "short", "doubled", "twice",
    "stale", "flipped", "half_sent", "flipped_ask", "refused",
)  # fmt: skip
LATE_S, DRIP_S = 0.05, 0.02
_PORTAL = "<!doctype html><title>欢迎使用村文化礼堂无线网</title><form>手机号 <input></form>".encode()


@dataclass
class Message:
    """A request or a reply as it crossed."""

    start: str
    headers: list[tuple[str, str]]
    body: bytes

    def __bytes__(self) -> bytes:
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers), "", ""]
        return "\r\n".join(lines).encode("latin-1") + self.body

    def sized(self, size: int) -> "Message":
        """The same with that Content-Length."""
        others = [(name, value) for name, value in self.headers if name.lower() != "content-length"]
        return Message(self.start, [*others, ("content-length", str(size))], self.body)


@dataclass
class Proxy:
    """Runs in a thread of its own."""

    target: str
    certificate: Path
    key: Path
    spoil: Callable[[], str]
    url: str = ""
    met: list[str] = field(default_factory=list)
    _last: bytes = b""

    async def serve(self, ready: Callable[[], None], stop: asyncio.Event) -> None:
        """Until told to stop."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0, ssl=context)
        self.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready()
        await stop.wait()
        server.close()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            while True:
                asked = await _message(reader)
                fault = self.spoil()
                self.met.append(fault)
                if not await self._answer(asked, fault, writer):
                    break
        writer.transport.abort()

    async def _answer(self, asked: Message, fault: str, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        if fault in _INSTEAD:
            writer.write(_INSTEAD[fault])
            await writer.drain()
            return False
        if fault in ("reset_before", "refused"):
            return False
        if fault == "silent":
            await asyncio.sleep(600)
        if fault == "late":
            await asyncio.sleep(LATE_S)
        if fault == "half_sent":
            await self._pass_on(Message(asked.start, asked.headers, asked.body[: len(asked.body) // 2]))
            return False
        if fault == "flipped_ask":
            asked = Message(asked.start, asked.headers, _flipped(asked.body))
        reply = await self._pass_on(asked)
        if reply is None:
            return False
        if fault == "twice":
            reply = await self._pass_on(asked) or reply
        if fault == "reset_after":
            return False
        return await self._send(reply, fault, writer)

    async def _send(self, reply: Message, fault: str, writer: asyncio.StreamWriter) -> bool:
        whole, stale = bytes(reply), self._last
        self._last = whole
        if fault == "stale" and stale:
            whole = stale
        elif fault == "flipped":
            whole = bytes(Message(reply.start, reply.headers, _flipped(reply.body)))
        elif fault == "doubled":
            whole = bytes(Message(reply.start, reply.headers, reply.body * 2).sized(2 * len(reply.body)))
        elif fault == "short":
            half = reply.body[: len(reply.body) // 2]
            whole = bytes(Message(reply.start, reply.headers, half).sized(len(half)))
        elif fault == "cut":
            whole = whole[: len(whole) - max(1, len(reply.body) // 2)]
        if fault == "drip":
            for place in range(len(whole)):
                writer.write(whole[place : place + 1])
                await writer.drain()
                await asyncio.sleep(DRIP_S)
        writer.write(b"" if fault == "drip" else whole)
        await writer.drain()
        return fault not in ("cut",)

    async def _pass_on(self, asked: Message) -> Message | None:
        """The hub's reply; None when it got too little to answer."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        to = urlsplit(self.target)
        reader, writer = await asyncio.open_connection(to.hostname, to.port, ssl=context)
        try:
            writer.write(bytes(asked))
            await writer.drain()
            claimed = next((int(v) for name, v in asked.headers if name.lower() == "content-length"), 0)
            if claimed > len(asked.body):
                return None
            return await _message(reader)
        finally:
            writer.transport.abort()


def _flipped(body: bytes) -> bytes:
    """One bit, in the middle."""
    place = len(body) // 2
    return body and body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


def _made(status: str, *headers: tuple[str, str], body: bytes = _PORTAL) -> bytes:
    return bytes(
        Message(f"HTTP/1.1 {status}", [("content-type", "text/html"), *headers], body).sized(len(body))
    )


_INSTEAD = {
    "500": _made("500 Internal Server Error"),
    "html": _made("200 OK"),
    "redirect": _made("302 Found", ("location", "https://127.0.0.1:9/login")),
}


async def _message(reader: asyncio.StreamReader) -> Message:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = [line.split(":", 1) for line in head[1:] if line]
    headers = [(name, value.strip()) for name, value in pairs]
    size = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    return Message(head[0], headers, await reader.readexactly(size))


@contextmanager
def proxied(target: str, home: Path, spoil: Callable[[], str]) -> Iterator[Proxy]:
    """In front of the hub whose folder is ``home``."""
    proxy = Proxy(target, home / "certificate.pem", home / "certificate.key", spoil)
    loop = asyncio.new_event_loop()
    stop, up = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        await proxy.serve(up.set, stop)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    asyncio.run_coroutine_threadsafe(up.wait(), loop).result(10)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
    assert not thread.is_alive()
