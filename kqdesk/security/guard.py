"""The one authorisation table: every action x role. The desk checks it before an action, the hub what it is sent.

The table is TOML; a section's name and a key make an action's name, so ``[people]`` ``add = [...]`` is ``people.add``::

    [certificates]
    approve = ["headmaster", "district"]
    print   = ["*"]                      # everyone who signs in
"""

import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from kqdesk.kernel.errors import NotAllowed
from kqdesk.security.roles import Role


class Rights:
    """Which roles may do which action; an action without a row is our bug and nobody may do it."""

    def __init__(self, table: Mapping[str, Collection[Role]]) -> None:
        self._table = {action: frozenset(roles) for action, roles in table.items()}

    @classmethod
    def parse(cls, text: str) -> "Rights":
        """From TOML; ``ValueError`` or ``TypeError`` on a row that is none (the table is ours, so this is a bug, not the clerk's)."""
        return cls({action: _roles(action, words) for action, words in _rows("", tomllib.loads(text))})

    @classmethod
    def load(cls, path: Path) -> "Rights":
        """From the table's file."""
        return cls.parse(path.read_text("utf-8"))

    @property
    def actions(self) -> frozenset[str]:
        """Every action that has a row."""
        return frozenset(self._table)

    def missing(self, actions: Iterable[str]) -> set[str]:
        """Those of ``actions`` without a row; a test keeps this empty."""
        return set(actions) - self.actions

    def roles_for(self, action: str) -> frozenset[Role]:
        """Who may; ``LookupError`` when the action has no row."""
        if action not in self._table:
            raise LookupError(f"no row for action {action!r} in the authorisation table")
        return self._table[action]

    def allows(self, roles: Collection[Role], action: str) -> bool:
        """Whether somebody holding ``roles`` may."""
        return not self.roles_for(action).isdisjoint(roles)

    def check(self, roles: Collection[Role], action: str, label: str = "") -> None:
        """Raise ``NotAllowed`` with the roles needed; ``label`` is the action's Chinese name."""
        if self.allows(roles, action):
            return
        needed = "或".join(role.label for role in Role if role in self.roles_for(action)) or "其他人"
        held = "、".join(role.label for role in Role if role in roles)
        now = f"您现在的身份是{held}" if held else "您还没有任何身份"
        raise NotAllowed(f"“{label or action}”要由{needed}来做，{now}。请找{needed}办理。")


class Guard:
    """The table together with who holds which roles; handed to the store, which asks before every action."""

    def __init__(self, rights: Rights, roles_of: Callable[[str], Collection[Role]]) -> None:
        """``roles_of(actor)`` gives the roles a signed-in person holds now; empty when disabled or unknown."""
        self.rights = rights
        self._roles_of = roles_of

    def check(self, actor: str, action: str, label: str = "") -> None:
        """Raise ``NotAllowed`` when ``actor`` may not; ``LookupError`` when the action has no row."""
        self.rights.check(self._roles_of(actor), action, label)

    def allows(self, actor: str, action: str) -> bool:
        """For greying a button: the check itself is made again when the action runs."""
        return self.rights.allows(self._roles_of(actor), action)


def _rows(prefix: str, table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _rows(f"{prefix}{name}.", value)
        else:
            yield prefix + name, value


def _roles(action: str, words: object) -> frozenset[Role]:
    if not isinstance(words, list):
        raise TypeError(f"{action}: a row is a list of roles")
    return frozenset(Role) if words == ["*"] else frozenset(Role(word) for word in words)
