"""A line on which a request's head must come in reasonable time: uvicorn itself would wait for it for ever."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 20.0


class PatientLine(H11Protocol):
    """uvicorn's own protocol; a peer that opens a line and says nothing, or a byte a minute, is let go."""

    head_seconds = HEAD_SECONDS
    _guard: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # -- as uvicorn has it
        """The head is awaited from now on."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Something came: the head whole, or a part of it."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more to wait for."""
        self._release()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._release()
        elif self._guard is None:
            self._guard = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _release(self) -> None:
        if self._guard is not None:
            self._guard.cancel()
            self._guard = None
