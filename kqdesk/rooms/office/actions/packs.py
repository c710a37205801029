"""规则包: loaded, drafted by one person, put into force by another. Each step carries its signature."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.office.actions.steps import sign_step
from kqdesk.rooms.office.model import RulePack
from kqdesk.rooms.office.queries.steps import signers_of
from kqdesk.rooms.office.rules import (
    Pack,
    contents,
    pack_faults,
    read_contents,
    read_pack,
    second_person_fault,
    shipped_packs,
    with_value,
)
from kqdesk.rooms.office.rules.publishing import DISTRICT_FIRST
from kqdesk.rooms.office.terms import Certainty, PackState, Scope, Step
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action

SIGNED = ("pack_key", "version", "title", "effective_from", "effective_to", "content")


@action("装入规则")
def load_packs(w: Writing) -> int:
    """Put the shipped packs in force where the school has none of that name; returns how many were missing."""
    return load_missing(w, shipped_packs())


@action("录入规则包")
def enter_pack(w: Writing, *, text: str, signer: Signer | None) -> str:
    """A pack from its TOML text as a draft of the next version; another person activates it. Returns its id."""
    pack = replace(read_pack(text), authors=(w.actor,))
    if _draft(w, pack.key) is not None:
        raise UserError(f"“{pack.title}”已经有一份草案。请先启用或放弃它，再录入新的。")
    return _sign(w, _add(w, pack, PackState.DRAFT), signer, Step.ENTER)


@action("修改规则")
def set_pack_value(
    w: Writing,
    *,
    key: str,
    value: Any,
    source: str,
    mark: Certainty,
    effective_from: date,
    signer: Signer | None,
) -> str:
    """Set one item of the district's pack (None = 未配置 again) in a draft; returns the draft's id.

    The draft starts as a copy of the newest active version; an item only the reference pack has is taken over.
    Nothing counts until another person activates the draft.
    """
    row, pack = _district(w)
    if pack.item(key) is None:
        pack = replace(pack, items=(*pack.items, _template(w, key)))
    pack = with_value(pack, key, value, source=source, mark=mark, author=w.actor)
    pack = replace(pack, effective_from=effective_from)
    item = pack.item(key)
    w.note(item.title if item else key)
    if row is None:
        return _sign(w, _add(w, pack, PackState.DRAFT), signer, Step.ENTER)
    row.content, row.effective_from, row.entered_by = contents(pack), effective_from, w.actor
    return _sign(w, row.id, signer, Step.ENTER)


@action(
    "启用规则包", final="规则包已经启用，不能撤销。要改回去，请再改一次规则，由另一位操作人启用新的一版。"
)
def activate_pack(w: Writing, *, pack_id: str, signer: Signer | None) -> None:
    """Put a draft into force from its day on, signed. NotAllowed for whoever entered any of it.

    UserError when the draft no longer says what its author signed.
    """
    row = _row(w, pack_id, PackState.DRAFT)
    if not signers_of(w.session, RulePack.__tablename__, (row.id,), Step.ENTER):
        raise UserError(
            "这份草案没有录入人的有效签名，可能在程序之外被改过，不能启用。请放弃它，由录入人重新录入。"
        )
    pack = read_contents(row.content)
    wrong = second_person_fault(pack.authors, w.actor)
    if wrong:
        raise NotAllowed(wrong)
    faults = pack_faults(pack)
    if faults:
        raise UserError("这份草案有错，还不能启用：" + "".join(faults))
    row.state, row.activated_by, row.activated_at = PackState.ACTIVE, w.actor, w.now
    _sign(w, row.id, signer, Step.ACTIVATE)
    w.note(f"{row.title}第 {row.version} 版")


@action("停用规则包")
def retire_pack(w: Writing, *, pack_id: str, reason: str) -> None:
    """Take an active version out of force; the version before it counts again. The reason goes into the audit."""
    row = _row(w, pack_id, PackState.ACTIVE)
    if row.version >= DISTRICT_FIRST:
        raise UserError("这一版是区里发布的，要停用请联系区里。")
    reason = needed(reason, "停用原因")
    row.state = PackState.RETIRED
    w.note(f"{row.title}第 {row.version} 版，{reason}")


@action("放弃草案")
def discard_draft(w: Writing, *, pack_id: str) -> None:
    """Throw a draft away."""
    row = _row(w, pack_id, PackState.DRAFT)
    w.note(f"{row.title}第 {row.version} 版")
    w.session.delete(row)


def _sign(w: Writing, pack_id: str, signer: Signer | None, step: Step) -> str:
    columns = (*SIGNED, "activated_by") if step is Step.ACTIVATE else SIGNED
    sign_step(w, signer=signer, table=RulePack.__tablename__, row_ids=(pack_id,), step=step, columns=columns)
    return pack_id


def load_missing(w: Writing, packs: Sequence[Pack]) -> int:
    held = set(w.session.scalars(select(RulePack.pack_key)))
    missing = [pack for pack in packs if pack.key not in held]
    for pack in missing:
        _add(w, pack, PackState.ACTIVE)
    return len(missing)


def _add(w: Writing, pack: Pack, state: PackState) -> str:
    last = w.session.scalar(
        select(func.max(RulePack.version)).where(
            RulePack.pack_key == pack.key, RulePack.version < DISTRICT_FIRST
        )
    )
    row = RulePack(
        pack_key=pack.key, version=(last or 0) + 1, title=pack.title, effective_from=pack.effective_from,
        effective_to=pack.effective_to, content=contents(pack), state=state,
        entered_by=w.actor if state is PackState.DRAFT else None,
        activated_at=w.now if state is PackState.ACTIVE else None,
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    return row.id


def _district(w: Writing) -> tuple[RulePack | None, Pack]:
    """The draft of the district's pack (None when there is none yet) and what it or the newest version holds."""
    rows = w.session.scalars(
        select(RulePack).where(RulePack.state != PackState.RETIRED).order_by(RulePack.version.desc())
    ).all()
    packs = [(row, read_contents(row.content)) for row in rows]
    own = [(row, pack) for row, pack in packs if pack.scope is Scope.DISTRICT]
    if not own:
        raise UserError("还没有本区的规则包。请先在“设置 · 规则包”点“装入规则”。")
    row, pack = own[0]
    return (row, pack) if row.state is PackState.DRAFT else (None, replace(pack, authors=()))


def _draft(w: Writing, key: str) -> RulePack | None:
    return w.session.scalars(
        select(RulePack).where(RulePack.pack_key == key, RulePack.state == PackState.DRAFT)
    ).first()


def _template(w: Writing, key: str) -> Any:
    """An item of another pack, unset: its title and shape."""
    for content in w.session.scalars(select(RulePack.content).where(RulePack.state == PackState.ACTIVE)):
        item = read_contents(content).item(key)
        if item is not None:
            return replace(item, value=None)
    raise UserError("规则包里没有这一条。")


def _row(w: Writing, pack_id: str, state: PackState) -> RulePack:
    row = w.session.get(RulePack, pack_id)
    if row is None or row.state is not state:
        raise UserError(f"这一版规则包现在不是“{state.label}”状态，可能刚被别人处理过。请重新打开这一页。")
    return row


def needed(text: str, label: str) -> str:
    trimmed = text.strip()
    if not trimmed:
        raise UserError(f"请填写{label}。")
    return trimmed
