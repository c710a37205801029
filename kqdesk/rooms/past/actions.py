"""What is done with 历史台账: taken in as one step, mended line by line, checked by another person, reopened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from kqdesk.kernel.errors import NotAllowed, StaleRecord, UserError
from kqdesk.kernel.progress import Progress
from kqdesk.kernel.schoolday import school_day
from kqdesk.kernel.text import plain
from kqdesk.rooms.office.actions.steps import sign_step
from kqdesk.rooms.office.terms import Step
from kqdesk.rooms.past import queries, rules
from kqdesk.rooms.past.model import PastLedger, PastRecord
from kqdesk.rooms.past.rules import Line
from kqdesk.rooms.past.terms import SCAN, LedgerState
from kqdesk.rooms.people.actions import ImportCounts, store_plan
from kqdesk.rooms.people.model import Person
from kqdesk.rooms.people.queries import ImportPlan
from kqdesk.rooms.people.terms import Decision
from kqdesk.security.signing import Signer
from kqdesk.store.actions import Writing, action
from kqdesk.store.attachments import KeptFile, attach, attached, detach

HEAD = ("title", "first_year", "last_year", "kept_at", "note")
SIGNED = ("title", "first_year", "last_year", "kept_at", "digest")
GONE = "这本台账已经不在了。请刷新。"


@action("导入历史台账")
def import_ledger(
    w: Writing,
    *,
    plan: ImportPlan,
    lines: Sequence[Line],
    head: Mapping[str, Any],
    file_name: str,
    decisions: Mapping[int, Decision] | None = None,
    faults: int = 0,
    progress: Progress | None = None,
) -> ImportCounts:
    """A ledger with all its lines, and the people in them who are not on the roster yet, as one step.

    plan: of the lines' people (``follows_all``), line by line beside ``lines``. A doubtful person nobody decided
    about leaves her line without a person. UserError when the ledger has no title.
    """
    counts, known = store_plan(
        w, plan=plan, file_name=f"历史台账 {file_name}", decisions=decisions, faults=faults, progress=progress
    )
    w.notes.clear()
    ledger = _new(w, head, file_name)
    w.session.add_all(
        PastRecord(
            ledger_id=ledger.id, person_id=known.get(n), line_no=person.row, name=person.name or "",
            id_number=person.id_number, **asdict(line),
        )
        for n, (person, line) in enumerate(zip(plan.rows, lines, strict=True))
    )  # fmt: skip
    w.note(f"{ledger.title}，{len(lines)} 行")
    return counts


@action("新建历史台账")
def add_ledger(w: Writing, /, **head: Any) -> str:
    """An empty ledger, to be typed in by hand; its id."""
    ledger = _new(w, head, "手工录入")
    w.note(ledger.title)
    return ledger.id


@action("修改历史台账")
def edit_ledger(w: Writing, /, *, ledger_id: str, seen: int | None = None, **head: Any) -> None:
    """Title, years, where the paper is."""
    row = _open(w, ledger_id)
    w.check_fresh(row, head, seen)
    for key, value in _head(head).items():
        setattr(row, key, value)
    w.note(row.title)


@action("删除历史台账")
def remove_ledger(w: Writing, *, ledger_id: str) -> None:
    """An unchecked ledger with all its lines and scans; people who came with it stay on the roster."""
    row = _open(w, ledger_id)
    for record in w.session.scalars(select(PastRecord).where(PastRecord.ledger_id == ledger_id)):
        w.session.delete(record)
    for paper in attached(w.session, "past_ledger", [ledger_id], SCAN).get(ledger_id, []):
        detach(w, attachment_id=paper.attachment_id)
    w.session.flush()
    w.session.delete(row)
    w.note(row.title)


@action("补录一行")
def add_record(
    w: Writing,
    *,
    ledger_id: str,
    person_id: str | None,
    name: str = "",
    line: Line,
    line_no: int | None = None,
) -> str:
    """One line by hand; its id. UserError names what cannot be right."""
    ledger = _open(w, ledger_id)
    person = w.session.get(Person, person_id) if person_id else None
    told = plain(name) or (person.name if person else "")
    if not told:
        raise UserError("请选人，或者写台账上的姓名。")
    _refuse(line, w)
    last = max(
        w.session.scalars(select(PastRecord.line_no).where(PastRecord.ledger_id == ledger_id)), default=0
    )
    row = PastRecord(
        ledger_id=ledger_id, person_id=person.id if person else None, line_no=line_no or last + 1, name=told,
        id_number=person.id_number if person else None, **asdict(line),
    )  # fmt: skip
    w.session.add(row)
    w.session.flush()
    w.note(f"{ledger.title} {told}")
    return row.id


@action("修改补录")
def edit_record(
    w: Writing, *, record_id: str, person_id: str | None, name: str, line: Line, seen: int | None = None
) -> None:
    """What a line says and whose it is."""
    row = _record(w, record_id)
    _open(w, row.ledger_id)
    w.check_fresh(row, ("name", "person_id", *asdict(line)), seen)
    _refuse(line, w)
    row.name, row.person_id = plain(name) or row.name, person_id
    for key, value in asdict(line).items():
        setattr(row, key, value)
    w.note(row.name)


@action("删除补录")
def remove_records(w: Writing, *, record_ids: Collection[str]) -> int:
    """Lines that should not be there; returns how many."""
    rows = [_record(w, record_id) for record_id in record_ids]
    for ledger_id in {row.ledger_id for row in rows}:
        _open(w, ledger_id)
    for row in rows:
        w.session.delete(row)
    w.note(f"{len(rows)} 行")
    return len(rows)


@action("认领补录")
def match_record(w: Writing, *, record_id: str, person_id: str) -> None:
    """Whose line it is; also in a checked ledger, for that is no part of the paper."""
    row, person = _record(w, record_id), w.session.get(Person, person_id)
    if person is None or person.state == "merged":
        raise StaleRecord("这个人已经不在花名册里了，可能刚被合并。请重新选。")
    row.person_id = person_id
    w.note(f"{row.name}→{person.name}" if row.name != person.name else row.name)


@action("放台账扫描件")
def put_scans(w: Writing, *, ledger_id: str, files: Sequence[KeptFile]) -> int:
    """Pages of the paper, in the order given; also of a checked ledger."""
    ledger = w.session.get(PastLedger, ledger_id)
    if ledger is None:
        raise StaleRecord(GONE)
    begun = len(attached(w.session, "past_ledger", [ledger_id], SCAN).get(ledger_id, []))
    for page, one in enumerate(files, begun + 1):
        attach(
            w, table="past_ledger", row_id=ledger_id, purpose=SCAN, digest=one.digest, name=one.name, media=one.media,
            size=one.size, page=page,
        )  # fmt: skip
    w.note(f"{ledger.title} {len(files)} 页")
    return len(files)


@action("核对历史台账", final="台账已核对，不能撤销；要改请用「退回核对」并写明原因。")
def check_ledger(w: Writing, *, ledger_id: str, signer: Signer | None) -> int:
    """Another person compared every line with the paper and signs it; returns the lines. From now on it is sealed.

    R-PAST-03: never by who entered it.
    """
    row = _open(w, ledger_id)
    if row.entered_by == w.actor:
        raise NotAllowed("这本台账是您录入的，要由另一位操作人对照原件核对。")
    lines = len(w.session.scalars(select(PastRecord.id).where(PastRecord.ledger_id == ledger_id)).all())
    if not lines:
        raise UserError("台账里还没有一行，没有可以核对的。")
    doubles = queries.double_numbers(w.session, ledger_id=ledger_id)
    if doubles:
        number, where = next(iter(doubles.items()))
        raise UserError(f"编号「{number}」有 {len(where.split('、'))} 行在用（{where}）。请先对照原件改好。")
    row.digest = queries.digest_of(w.session, ledger_id)
    row.state, row.checked_by, row.checked_at = LedgerState.CHECKED, w.actor, w.now
    sign_step(w, signer=signer, table="past_ledger", row_ids=[ledger_id], step=Step.CHECK, columns=SIGNED)
    w.note(f"{row.title}，{lines} 行")
    return lines


@action("退回核对")
def reopen_ledger(w: Writing, *, ledger_id: str, reason: str) -> None:
    """A checked ledger may be changed again; what it counted for no longer counts until it is checked anew."""
    row = w.session.get(PastLedger, ledger_id)
    if row is None or row.state is not LedgerState.CHECKED:
        raise StaleRecord("这本台账没有核对过，可以直接改。请刷新。")
    if not plain(reason):
        raise UserError("请写退回的原因。")
    row.reopen_reason, row.state = plain(reason), LedgerState.ENTERED
    row.checked_by = row.checked_at = row.digest = None
    w.note(row.title)


def _new(w: Writing, head: Mapping[str, Any], origin: str) -> PastLedger:
    row = PastLedger(**_head(head), origin=origin, entered_by=w.actor, entered_on=school_day(w.now))
    w.session.add(row)
    w.session.flush()
    return row


def _head(head: Mapping[str, Any]) -> dict[str, Any]:
    unknown = head.keys() - set(HEAD)
    if unknown:
        raise TypeError(f"no such fields: {sorted(unknown)}")
    values = {key: plain(value) or None if isinstance(value, str) else value for key, value in head.items()}
    if not values.get("title"):
        raise UserError("请写台账的名称，例如「2008—2012 年农村劳动力培训登记册」。")
    first, last = values.get("first_year"), values.get("last_year")
    if first and last and last < first:
        raise UserError("止年不能早于起年。")
    return values


def _open(w: Writing, ledger_id: str) -> PastLedger:
    row = w.session.get(PastLedger, ledger_id)
    if row is None:
        raise StaleRecord(GONE)
    if row.state is LedgerState.CHECKED:
        raise UserError("台账已核对，不能再改。要改请先用「退回核对」并写明原因。")
    return row


def _record(w: Writing, record_id: str) -> PastRecord:
    row = w.session.get(PastRecord, record_id)
    if row is None:
        raise StaleRecord("这一行已经不在了。请刷新。")
    return row


def _refuse(line: Line, w: Writing) -> None:
    wrong = rules.faults(line, school_day(w.now))
    if wrong:
        raise UserError("".join(wrong.values()))
