"""证书版式: kept, changed, made the default, put aside."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from kqdesk.kernel.errors import UserError
from kqdesk.rooms.certificates import rules
from kqdesk.rooms.certificates.model import CertificateDesign
from kqdesk.rooms.certificates.rules import Spot
from kqdesk.rooms.certificates.terms import BACKGROUND
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import attach, attached


@action("保存证书版式")
def keep_design(
    w: Writing,
    *,
    title: str,
    width: int,
    height: int,
    on_blanks: bool,
    spots: Sequence[Spot],
    background: str | None = None,
    picture: tuple[str, int] = ("image/png", 0),
    design_id: str | None = None,
    seen: int | None = None,
) -> str:
    """A new design, or an existing one changed; lengths in tenths of a millimetre. Returns its id.

    ``background``: digest of the kept picture; ``picture``: its media type and size in bytes, when it is a new one.
    UserError names everything that cannot be printed: off the paper, too small, words of the state.
    """
    faults = rules.design_faults(title, width, height, spots)
    if faults:
        raise UserError("".join(faults))
    kept: list[dict[str, Any]] = [rules.as_kept(spot) for spot in spots]
    taken = select(CertificateDesign.id).where(
        CertificateDesign.title == title.strip(),
        CertificateDesign.is_active,
        CertificateDesign.id != (design_id or ""),
    )
    if w.session.scalar(taken):
        raise UserError(f"已经有一个叫“{title.strip()}”的版式。")
    if design_id is None:
        row = CertificateDesign(
            title=title.strip(), width=width, height=height, on_blanks=on_blanks, spots=kept
        )
        w.session.add(row)
    else:
        row = w.session.get_one(CertificateDesign, design_id)
        w.check_fresh(row, ("title", "width", "height", "on_blanks", "background", "spots"), seen)
    row.title, row.width, row.height = title.strip(), width, height
    row.on_blanks, row.spots, row.background = on_blanks, kept, background
    w.session.flush()
    _attach_background(w, row, picture)
    w.note(row.title)
    return row.id


def _attach_background(w: Writing, row: CertificateDesign, picture: tuple[str, int]) -> None:
    """The picture belongs to the design: without its row neither another PC nor the clean-up would know of it."""
    if row.background is None:
        return
    known = attached(w.session, "certificate_design", [row.id], BACKGROUND).get(row.id, [])
    if row.background not in {one.digest for one in known}:
        media, size = picture
        attach(
            w, table="certificate_design", row_id=row.id, purpose=BACKGROUND, digest=row.background, name="底图",
            media=media, size=size,
        )  # fmt: skip


@action("设为默认版式")
def choose_design(w: Writing, *, design_id: str | None) -> None:
    """The design certificates are printed with from now on; None: the program's own."""
    w.session.execute(
        update(CertificateDesign)
        .where(CertificateDesign.is_default, CertificateDesign.id != design_id)
        .values(is_default=False)
        if design_id
        else update(CertificateDesign).where(CertificateDesign.is_default).values(is_default=False)
    )
    if design_id is None:
        w.note("软件自带")
        return
    row = w.session.get_one(CertificateDesign, design_id)
    row.is_default = True
    w.note(row.title)


@action("停用证书版式")
def retire_design(w: Writing, *, design_id: str) -> None:
    """Out of the list; certificates printed with it stay as they are."""
    row = w.session.get_one(CertificateDesign, design_id)
    row.is_active = row.is_default = False
    w.note(row.title)
