"""Asks an ASGI application in this process, without a network; keeps cookies as a browser does."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.types import ASGIApp

BASE = "https://hub.example"


@dataclass
class Browser:
    """One visitor of ``app``."""

    app: ASGIApp
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    address: str = "10.0.0.7"

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        """One request, answered to the end."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(self.address, 4000))
            async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=self.cookies) as client:
                response = await client.request(method, path, **given)
                self.cookies = client.cookies
                return response

        return asyncio.run(ask())

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self.request("GET", path)

    def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of our own page."""
        return self.request("POST", path, data=fields, headers={"Origin": BASE})
