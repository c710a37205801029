"""One item of one pack put into that pack's draft; called inside other rooms' actions, whose editors know its shape."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.actions.steps import sign_step
from kqdesk.rooms.office.model import RulePack
from kqdesk.rooms.office.queries.packs import active_packs
from kqdesk.rooms.office.rules import Pack, PackItem, contents, pack_faults, read_contents, with_value
from kqdesk.rooms.office.rules import value as value_of
from kqdesk.rooms.office.rules.packs import DISTRICT_FIRST
from kqdesk.rooms.office.terms import Certainty, PackState, Step
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing

SIGNED = ("pack_key", "version", "title", "effective_from", "effective_to", "content")


def draft_line(
    w: Writing,
    *,
    pack_key: str,
    item: PackItem,
    value: Any,
    source: str,
    mark: Certainty,
    effective_from: date,
    signer: Signer | None,
) -> str:
    """Set ``item`` of that pack in its draft, made from the newest active version when there is none; signed.

    The item is added when the pack does not have it. UserError with every fault of the pack as it would be. Nothing
    counts until another person activates the draft. Returns the draft's id.
    """
    _refuse_published(w, item.key)
    newest = _newest(w, pack_key)
    pack = read_contents(newest.content)
    if newest.state is not PackState.DRAFT:
        pack = replace(pack, authors=())
    pack = _with_item(pack, item)
    pack = with_value(pack, item.key, value, source=source, mark=mark, author=w.actor)
    pack = replace(pack, effective_from=effective_from)
    faults = pack_faults(pack)
    if faults:
        raise UserError("".join(faults))
    row = _draft_row(w, newest, pack)
    sign_step(
        w, signer=signer, table=RulePack.__tablename__, row_ids=(row.id,), step=Step.ENTER, columns=SIGNED
    )
    return row.id


def _refuse_published(w: Writing, key: str) -> None:
    """What the district published goes first: an own word beside it would count for nothing."""
    spoken = value_of(active_packs(w.session), key, school_day(w.now))
    if spoken is not None and spoken.pack_version >= DISTRICT_FIRST:
        raise UserError("这一条区里已经发布了，学校改了也不算。要改请联系区里。")


def _newest(w: Writing, pack_key: str) -> RulePack:
    row = w.session.scalars(
        select(RulePack)
        .where(
            RulePack.pack_key == pack_key,
            RulePack.state != PackState.RETIRED,
            RulePack.version < DISTRICT_FIRST,
        )
        .order_by(RulePack.version.desc())
    ).first()
    if row is None:
        raise UserError("没有这个规则包。请先在「设置 · 规则包」点“装入规则”。")
    return row


def _with_item(pack: Pack, item: PackItem) -> Pack:
    """The pack with the item in it, under its present title."""
    if pack.item(item.key) is None:
        return replace(pack, items=(*pack.items, replace(item, value=None)))
    items = (replace(one, title=item.title) if one.key == item.key else one for one in pack.items)
    return replace(pack, items=tuple(items))


def _draft_row(w: Writing, newest: RulePack, pack: Pack) -> RulePack:
    if newest.state is PackState.DRAFT:
        newest.content, newest.effective_from, newest.entered_by = (
            contents(pack),
            pack.effective_from,
            w.actor,
        )
        row = newest
    else:
        row = RulePack(
            pack_key=pack.key, version=newest.version + 1, title=pack.title, effective_from=pack.effective_from,
            effective_to=pack.effective_to, content=contents(pack), state=PackState.DRAFT, entered_by=w.actor,
        )  # fmt: skip
        w.session.add(row)
    w.session.flush()
    return row
