"""Certificates on paper: runs of the printer, blanks received and spoilt."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.certificates import queries
from kqdesk.rooms.certificates.actions.drawing import certificates_of, expect_reviewed
from kqdesk.rooms.certificates.model import BlankStock, PrintedSheet, PrintRun
from kqdesk.rooms.certificates.terms import PLAIN_PAPER, CertificateState
from kqdesk.store.actions import Writing, action

PRINTABLE = (CertificateState.APPROVED, CertificateState.PRINTED, CertificateState.HANDED_OUT)


@action("登记打印")
def record_print(
    w: Writing, *, ids: Sequence[str], spoilt: int = 0, kind: str = PLAIN_PAPER, reason: str | None = None
) -> int:
    """These certificates came out whole, in this order, and ``spoilt`` sheets did not; returns how many are good.

    When a printer dies at page 37, the 36 before it are recorded with one spoilt sheet; the rest stay approved and are
    printed again under their own numbers: a number belongs to its certificate, not to a sheet.
    """
    if spoilt < 0 or (not ids and not spoilt):
        raise UserError("请写好的张数或打坏的张数。")
    rows = {row.id: row for row in certificates_of(w, ids)} if ids else {}
    if any(row.state not in PRINTABLE for row in rows.values()):
        raise UserError("只有批准过、没有撤销的证书可以登记打印。")
    expect_reviewed(w, list(rows))
    if spoilt and not (reason or "").strip():
        raise UserError("请写明打坏的原因（卡纸、走偏、墨糊……），空白证书要对得上数。")
    run = PrintRun(
        printed_at=w.now,
        printed_by=w.actor,
        kind=kind,
        good=len(rows),
        spoilt=spoilt,
        reason=(reason or "").strip() or None,
    )
    w.session.add(run)
    w.session.flush()
    chosen = [rows[key] for key in dict.fromkeys(ids)]
    if chosen:
        w.session.execute(
            insert(PrintedSheet),
            [{"run_id": run.id, "certificate_id": row.id, "position": n} for n, row in enumerate(chosen, 1)],
        )
    for row in chosen:
        if row.state is CertificateState.APPROVED:
            row.state = CertificateState.PRINTED
    w.note(f"{len(chosen)} 张" + (f"，打坏 {spoilt} 张" if spoilt else ""))
    return len(chosen)


@action("空白证书入库")
def receive_blanks(w: Writing, *, kind: str, count: int, received_on: date, note: str | None = None) -> str:
    """Blank papers that came in; below zero corrects the stock after a count, with its reason. Returns the row's id."""
    if not kind.strip():
        raise UserError("请写空白证书的种类，例如“区统一结业证书”。")
    if count == 0:
        raise UserError("张数不能是 0。")
    if received_on > school_day(w.now):
        raise UserError("日期不能在今天以后。")
    if count < 0:
        if not (note or "").strip():
            raise UserError("减少库存要写明原因，例如“盘点少 2 张”。")
        left = {line.kind: line.left for line in queries.blanks(w.session)}.get(kind.strip(), 0)
        if left + count < 0:
            raise UserError(f"“{kind.strip()}”只剩 {left} 张，不能减 {-count} 张。")
    row = BlankStock(
        kind=kind.strip(),
        count=count,
        received_on=received_on,
        received_by=w.actor,
        note=(note or "").strip() or None,
    )
    w.session.add(row)
    w.session.flush()
    w.note(f"{row.kind} {count} 张")
    return row.id
