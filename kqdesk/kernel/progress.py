"""How long work reports itself, without knowing who is watching."""

from typing import Protocol


class Progress(Protocol):
    """Handed to every long piece of work; the desk, the command line and tests each bring their own."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Report ``done`` of ``total`` (0 = unknown); raises ``Cancelled`` when the person gave up."""


class Quiet:
    """Nobody is watching."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Go on."""
