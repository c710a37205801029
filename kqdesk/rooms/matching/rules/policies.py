"""政策清单 out of the rule packs: what is given to whom, where, by when, with which papers. Pure.

A policy is the items ``policy.NAME.PART`` of a pack; the words before ``·`` in an item's title are the policy's name.
What no paper says is 未配置 and stays so: nothing is guessed, least of all an amount.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kqdesk.rooms.matching.terms import UNSET, Audience, OfferKind
from kqdesk.rooms.office.rules import Pack, PackItem, value

PREFIX = "policy"
PARTS = {
    "gives": "给什么",
    "who": "给谁",
    "where": "到哪里办",
    "until": "什么时候办",
    "papers": "带什么材料",
}
"""Parts of a policy in words, in the order in which people ask."""


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One part of a policy. ``words`` is 未配置 when no pack says; ``source``: the paper behind it."""

    part: str
    title: str
    words: str
    source: str
    mark: str

    @property
    def is_set(self) -> bool:
        """Whether some paper says it."""
        return self.words != UNSET


@dataclass(frozen=True)
class Policy:
    """One policy as it counts on a day. ``applies``: kinds of offers it belongs to. ``pack``: title and version."""

    id: str
    title: str
    audience: Audience
    applies: frozenset[OfferKind]
    lines: tuple[PolicyLine, ...]
    pack: str

    def words_of(self, part: str) -> str:
        """One part in words, or 未配置."""
        return next((line.words for line in self.lines if line.part == part), UNSET)

    @property
    def missing(self) -> tuple[str, ...]:
        """Titles of the parts nobody has set."""
        return tuple(line.title for line in self.lines if not line.is_set)


def policies(packs: Iterable[Pack], on: date) -> list[Policy]:
    """R-MAT-06: every policy the active packs know on a day, in the packs' order, each part set or 未配置."""
    known = [pack for pack in packs if pack.is_in_force(on)]
    items: dict[str, dict[str, PackItem]] = {}
    for pack in known:
        for item in pack.items:
            prefix, _, rest = item.key.partition(".")
            name, _, part = rest.partition(".")
            if prefix == PREFIX and part:
                items.setdefault(name, {}).setdefault(part, item)
    return [_policy(name, parts, known, on) for name, parts in items.items()]


def _policy(name: str, parts: dict[str, PackItem], packs: list[Pack], on: date) -> Policy:
    lines = []
    said_by = ""
    for part, words in PARTS.items():
        if part not in parts:
            continue
        found = value(packs, f"{PREFIX}.{name}.{part}", on)
        said_by = said_by or (found.pack_words if found else "")
        item = parts[part]
        lines.append(
            PolicyLine(
                part, words, found.shown if found else UNSET, found.source if found else item.source,
                (found.mark if found else item.mark).label,
            )
        )  # fmt: skip
    codes = value(packs, f"{PREFIX}.{name}.applies", on)
    applies = (
        frozenset(OfferKind(code) for code in codes.codes if code in set(OfferKind)) if codes else frozenset()
    )
    audience = value(packs, f"{PREFIX}.{name}.audience", on)
    first = next(iter(parts.values()))
    return Policy(
        name, first.title.split("·")[0], Audience(audience.text) if audience else Audience.PERSON, applies, tuple(lines), said_by
    )  # fmt: skip


def subsidy_lines(found: Iterable[Policy], kind: OfferKind) -> list[str]:
    """What may be expected for a class of a kind: only what packs say, else 未配置."""
    return [
        f"{one.title}（{one.audience.label}）：{one.words_of('gives')}"
        for one in found
        if kind in one.applies
    ]
