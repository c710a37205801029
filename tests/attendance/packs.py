"""The shipped rule packs in a test's store, some numbers filled in."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kqdesk.rooms.office.model import RulePack
from kqdesk.rooms.office.rules import contents, shipped_packs, with_value
from kqdesk.rooms.office.terms import Certainty, PackState
from kqdesk.store.actions import Writing, action
from kqdesk.store.store import Store


@action("测试规则包")
def fill_packs(w: Writing, *, values: Mapping[str, Any]) -> None:
    """Every shipped pack, active, with these items set wherever they are."""
    for pack in shipped_packs():
        made = pack
        for key, value in values.items():
            if made.item(key) is not None:
                made = with_value(made, key, value, source="测试", mark=Certainty.FOUND, author="x")
        w.session.add(
            RulePack(
                pack_key=pack.key, version=1, title=pack.title, effective_from=pack.effective_from,
                effective_to=pack.effective_to, state=PackState.ACTIVE, content=contents(made),
                activated_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )  # fmt: skip


def put_pack(store: Store, values: Mapping[str, Any]) -> None:
    """Fill the packs of ``store`` in."""
    store.run(fill_packs, "system", values=values)
