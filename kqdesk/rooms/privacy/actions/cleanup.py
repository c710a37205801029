"""The yearly clean-up: proposed by one person, agreed to and done by another, as an erase entry."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy import insert

from kqdesk.kernel.errors import UserError
from kqdesk.kernel.schoolday import school_day
from kqdesk.rooms.office.actions import sign_step
from kqdesk.rooms.office.queries import signers_of
from kqdesk.rooms.office.terms import Step
from kqdesk.rooms.privacy.actions.erasing import Erased, erase_attachments, erase_by_plan, erase_plain
from kqdesk.rooms.privacy.actions.requests import expect_second
from kqdesk.rooms.privacy.model import Cleanup, CleanupLine
from kqdesk.rooms.privacy.queries.cleanup import lines_digest, lines_of, proposal
from kqdesk.rooms.privacy.queries.terms_in_force import terms_in_force
from kqdesk.rooms.privacy.queries.whole import PERSON, plan_erasure
from kqdesk.rooms.privacy.terms import CleanupState
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action

TABLE = Cleanup.__tablename__
PROPOSED = ("year", "title", "digest", "summary", "proposed_by")
AGREED = (*PROPOSED, "agreed_by")
DONE = "到期的数据已按规定删除，不能恢复。"


@action("提出到期清理")
def propose_cleanup(w: Writing, *, signer: Signer | None, row_ids: Collection[str] | None = None) -> str:
    """Write down what has to go by today and sign it; ``row_ids`` leaves only these of the list. Returns its id."""
    today = school_day(w.now)
    found = proposal(w.session, today=today)
    lines = [line for line in found.lines if row_ids is None or line.row_id in row_ids]
    if not lines:
        raise UserError("今天没有到期要清理的数据。")
    counts = Counter(line.category for line in lines)
    terms = {term.category: term for term in found.terms}
    summary = [[c.label, n, terms[c].shown, terms[c].source] for c, n in counts.items()]
    row = Cleanup(
        year=today.year, title=f"{today.year} 年到期清理（{today:%m-%d}）", summary=summary, proposed_by=w.actor,
        proposed_at=w.now, digest=lines_digest((line.category.value, line.table, line.row_id) for line in lines),
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    told = [
        {"cleanup_id": row.id, "category": line.category.value, "owner_table": line.table, "row_id": line.row_id,
         "reason": line.reason, "due_on": line.due}
        for line in lines
    ]  # fmt: skip
    w.session.execute(insert(CleanupLine), told)
    sign_step(w, signer=signer, table=TABLE, row_ids=(row.id,), step=Step.PROPOSE, columns=PROPOSED)
    w.note(f"{len(lines)} 条")
    return row.id


@action("放弃到期清理")
def drop_cleanup(w: Writing, *, cleanup_id: str) -> None:
    """Not agreed to: nothing is deleted."""
    row = _cleanup(w, cleanup_id)
    row.state = CleanupState.DROPPED
    w.note(row.title)


@action("执行到期清理", final=DONE, erases=True)
def execute_cleanup(w: Writing, *, cleanup_id: str, signer: Signer | None) -> Erased:
    """The second person's word: everything on the signed list is erased. NotAllowed for who proposed it.

    A person who began to learn since then stays, and is left out by her own records; UserError when the list is
    not what was signed. The caller destroys ``digests`` afterwards.
    """
    row = _cleanup(w, cleanup_id)
    lines = lines_of(w.session, cleanup_id)
    signed = signers_of(w.session, TABLE, (row.id,), Step.PROPOSE).get(row.id, set())
    expect_second(w, row.proposed_by, signed)
    if lines_digest(lines) != row.digest:
        raise UserError("清单与提出时签名的不一致，可能在程序之外被改过。请放弃它，重新提出。")
    row.state, row.agreed_by, row.agreed_at = CleanupState.DONE, w.actor, w.now
    sign_step(w, signer=signer, table=TABLE, row_ids=(row.id,), step=Step.AGREE, columns=AGREED)
    done = _erase(w, lines, school_day(w.now))
    w.note(f"{row.title}，删除 {done.rows} 条，跳过 {done.kept} 条")
    return done


def _erase(w: Writing, lines: list[tuple[str, str, str]], today: date) -> Erased:
    by_table: dict[str, list[str]] = defaultdict(list)
    for _, table, row_id in lines:
        by_table[table].append(row_id)
    conn = w.session.connection()
    here = conn.exec_driver_sql("SELECT id FROM person").scalars() if PERSON in by_table else ()
    known = set(here)
    people = [row_id for row_id in by_table.pop(PERSON, ()) if row_id in known]
    done = Erased(0, 0, ())
    if people:
        terms = terms_in_force(w.session, on=today)
        stays = set(plan_erasure(w.session, people, terms=terms, today=today).blanked)
        going = [row_id for row_id in people if row_id not in stays]
        if going:
            done = erase_by_plan(w, plan_erasure(w.session, going, terms=terms, today=today))
        done = replace(done, kept=len(stays))
    files = by_table.pop("attachment", [])
    digests = erase_attachments(w, files)
    for table, ids in by_table.items():
        erase_plain(w, table, ids)
    plain = len(files) + sum(map(len, by_table.values()))
    return Erased(done.rows + plain, done.kept, (*done.digests, *digests))


def _cleanup(w: Writing, cleanup_id: str) -> Cleanup:
    row = w.session.get(Cleanup, cleanup_id)
    if row is None or row.state is not CleanupState.PROPOSED:
        raise UserError("这次清理已经办结或放弃。请刷新这一页。")
    return row
