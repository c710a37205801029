"""What the person at the desk may do with the keys while the home is open: let somebody in, change a password.

A page asks the doorkeeper and never sees the data key itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kqdesk.kernel.errors import UserError
from kqdesk.security import keychange
from kqdesk.security.datakey import DataKey
from kqdesk.security.kdf import PRODUCTION, Profile
from kqdesk.security.passwords import weakness


@dataclass(frozen=True)
class Doorkeeper:
    """Holds the key file of the open home. Every method takes about half a second: call it off the UI thread."""

    keys: Path
    key: DataKey = field(repr=False)
    clock: Callable[[], datetime]
    profile: Profile = PRODUCTION

    def give(self, who: str, name: str, password: str) -> str:
        """Give a person a password (also a forgotten one anew), to be changed at her first sign-in.

        Returns her public signing key as hex, for the record of operators.
        """
        _refuse_weak(password, name)
        signer = keychange.add_person(
            self.keys,
            key=self.key,
            who=who,
            name=name,
            password=password,
            now=self.clock(),
            must_change=True,
            profile=self.profile,
        )
        return signer.public.hex()

    def change_password(self, who: str, name: str, old: str, new: str) -> None:
        """NotAllowed when ``old`` is wrong; UserError when ``new`` is easily guessed."""
        _refuse_weak(new, name)
        keychange.change_password(
            self.keys, who=who, old=old, new=new, now=self.clock(), profile=self.profile
        )

    def take(self, who: str) -> None:
        """A leaver's password opens nothing any more."""
        keychange.remove_person(self.keys, key=self.key, who=who)

    def renew_recovery(self) -> str:
        """A fresh recovery code to print; the old sheet is void from now on."""
        return keychange.renew_recovery(self.keys, key=self.key, now=self.clock())


def _refuse_weak(password: str, name: str) -> None:
    sentence = weakness(password, known=(name,))
    if sentence:
        raise UserError(sentence)
