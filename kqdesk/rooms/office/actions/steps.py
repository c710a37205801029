"""Steps of two-person work, signed by the person who does them; called inside other rooms' actions."""

from collections.abc import Collection, Sequence

from sqlalchemy import insert, select, update

from kqdesk.kernel.errors import NotAllowed, UserError
from kqdesk.rooms.office.model import SignedStep, Staff, StaffKey
from kqdesk.rooms.office.queries.steps import pictures
from kqdesk.rooms.office.rules.signing import PURPOSE, StepClaim, digest_of
from kqdesk.rooms.office.terms import Step
from kqdesk.security.signing import Signer, key_id
from kqdesk.store.actions import Writing

NO_SIGNER = "这一步要用您本人的签名，而现在是用恢复码打开的，没有签名。请退出，用您自己的密码登录后再做。"
UNKNOWN_KEY = (
    "您的签名公钥还没有登记，或者登记的是换密码前的旧公钥，这一步签了也不算数。"
    "请校长或教务在「设置 · 操作人」里重设一次您的密码，再登录来做。"
)


def sign_step(
    w: Writing,
    *,
    signer: Signer | None,
    table: str,
    row_ids: Collection[str],
    step: Step,
    columns: Sequence[str],
) -> None:
    """Sign ``columns`` of those rows as they are now as the actor's own step; one signature a row.

    Call it at the end of an action, when the rows say what is to be signed; unwritten changes are flushed first.
    ``columns`` are those that may never change afterwards (as in the table's Seal), without the state.
    NotAllowed without a key of her own: the home was opened with the recovery code, or her key is not on record.
    """
    if signer is None:
        raise NotAllowed(NO_SIGNER)
    _expect_on_record(w, signer)
    w.session.flush()
    found = pictures(w.session, table, row_ids, columns)
    if len(found) != len(set(row_ids)):
        raise UserError("要签名的记录刚被别人动过，请刷新后再做。")
    signed = tuple(sorted(columns))
    rows = []
    for row_id, picture in found.items():
        claim = StepClaim(w.school, table, row_id, step.value, w.actor, w.now, signed, digest_of(picture))
        rows.append(
            {
                "owner_table": table, "row_id": row_id, "step": step.value, "signed_by": w.actor, "signed_at": w.now,
                "columns": list(signed), "digest": claim.digest, "key_id": key_id(signer.public).hex(),
                "signature": signer.sign(PURPOSE, claim.message()).hex(),
            }
        )  # fmt: skip
    if rows:
        w.session.execute(insert(SignedStep), rows)


def keep_key(w: Writing, staff_id: str, public_key: str) -> None:
    """Note that from now on this public key (hex) is the person's own on this PC; the one before it there ends.

    Her keys on the school's other PCs go on: each PC has its own, because a private key never travels.
    """
    w.session.flush()
    living = w.session.scalars(
        select(StaffKey).where(StaffKey.staff_id == staff_id, StaffKey.until.is_(None))
    ).all()
    if any(key.public_key == public_key for key in living):
        return
    for key in living:
        if key.station in (None, w.station):
            key.until = w.now
    w.session.add(
        StaffKey(
            staff_id=staff_id, public_key=public_key, since=w.now, recorded_by=w.actor, station=w.station
        )
    )
    w.session.execute(update(Staff).where(Staff.id == staff_id).values(public_key=public_key))


def end_keys(w: Writing, staff_id: str) -> None:
    """A leaver's key signs nothing any more; what it signed stays good."""
    w.session.execute(
        update(StaffKey).where(StaffKey.staff_id == staff_id, StaffKey.until.is_(None)).values(until=w.now)
    )


def _expect_on_record(w: Writing, signer: Signer) -> None:
    known = w.session.scalar(
        select(StaffKey.id).where(
            StaffKey.staff_id == w.actor, StaffKey.public_key == signer.public.hex(), StaffKey.until.is_(None)
        )
    )
    if known is None:
        raise NotAllowed(UNKNOWN_KEY)
