"""What 审计与备份 asks: entries as plain sentences, one entry with every row it changed, how the last check ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kqdesk.kernel.schoolday import CHINA
from kqdesk.rooms.cohorts.queries import find as find_cohorts
from kqdesk.rooms.office.queries import setting, staff_list, staff_names
from kqdesk.rooms.people.queries import find as find_people
from kqdesk.rooms.safekeeping import rules
from kqdesk.rooms.safekeeping.terms import CARRY_DAYS, CHECK, OPS, Sort
from kqdesk.store import audit
from kqdesk.store.audit import Entry, RowChange, Wanted

NAMED_MOST = 20  # people and cohorts of one name whose entries are gathered
SYSTEM = "系统"


@dataclass(frozen=True)
class Asked:
    """The filters of the page. ``about``: a person's or cohort's name, or any words of a label; days are inclusive."""

    actor: str = ""
    since: date | None = None
    until: date | None = None
    sort: Sort | None = None
    heads: tuple[str, ...] = ()  # labels of one room's acts
    about: str = ""


@dataclass(frozen=True)
class EntryRow:
    """One line of 操作记录. ``id`` is the number as the paged model wants it."""

    id: str
    number: int
    at: datetime
    who: str
    station: str
    sort: Sort
    words: str
    touched: str


@dataclass(frozen=True)
class FieldLine:
    """One column of one changed row, as it is shown."""

    row: str  # 人员「王阿毛」
    op: str  # 新增 修改 删除
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class EntryDetail:
    """One entry with the rows it changed. ``total``: changes in all, of which ``lines`` tell the first ones."""

    entry: EntryRow
    undone: str  # 第 12 条, when this took an earlier one back
    seal: str  # the entry's place in the chain, hex
    total: int
    told: int
    lines: tuple[FieldLine, ...]
    has_masked: bool
    is_whole: bool = False


@dataclass(frozen=True)
class Check:
    """How the last comparison ended, who did it; where the journal ends now."""

    at: datetime | None
    who: str
    words: str
    head: int
    seal: str
    people: tuple[tuple[str, str], ...] = field(default=())  # (id, name) of everybody who ever signed in


def number_of(key: str) -> int:
    """The entry number behind a row's id."""
    return int(key, 16)


def key_of(number: int) -> str:
    """An entry number as 32 hex digits."""
    return f"{number:032x}"


def asked_numbers(session: Session, asked: Asked) -> Sequence[int]:
    """Numbers of the entries asked for, newest first."""
    wanted = Wanted(
        actor=asked.actor,
        since=_begin(asked.since),
        until=_begin(asked.until + timedelta(days=1)) if asked.until else None,
        heads=asked.heads,
        kinds=(asked.sort.value,) if asked.sort else (),
        among=_about(session, asked.about.strip()),
    )
    return audit.entry_ids(session, wanted)


def _begin(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), CHINA) if day else None


def _about(session: Session, text: str) -> frozenset[int] | None:
    """Entries that touched a person or cohort of this name, or whose words hold it; None: nothing was asked."""
    if not text:
        return None
    rows = [("person", hit.id) for hit in find_people(session, text, NAMED_MOST)]
    rows += [("cohort", row.id) for row in find_cohorts(session, text, NAMED_MOST)]
    return audit.about(session, rows) | audit.labelled(session, text)


def entry_rows(session: Session, keys: Sequence[str]) -> list[EntryRow]:
    """The lines behind these ids."""
    names = staff_names(session)
    return [_row(entry, names) for entry in audit.entries(session, [number_of(key) for key in keys])]


def _row(entry: Entry, names: Mapping[str, str]) -> EntryRow:
    touched = rules.touched_words((one.noun, one.op, one.count) for one in entry.touched)
    sort = Sort(entry.kind) if entry.kind in set(Sort) else Sort.ACT
    words = rules.words(entry.kind, entry.label)
    who = names.get(entry.actor, SYSTEM)
    return EntryRow(key_of(entry.id), entry.id, entry.at, who, entry.station, sort, words, touched)


def entry_detail(session: Session, number: int, *, limit: int = 300, is_whole: bool = False) -> EntryDetail:
    """One entry and the first ``limit`` rows it changed, column by column; masked unless ``is_whole``."""
    [entry] = audit.entries(session, [number])
    total, changes = audit.row_changes(session, number, limit=limit)
    [link] = audit.links(session, [number])
    shown = changes if is_whole else [_masked(change) for change in changes]
    return EntryDetail(
        entry=_row(entry, staff_names(session)),
        undone=f"第 {entry.undoes:,} 条" if entry.undoes else "",
        seal=link.hash.hex(),
        total=total,
        told=len(changes),
        lines=tuple(line for change in shown for line in _lines(change)),
        has_masked=shown != changes,
        is_whole=is_whole,
    )


def _masked(change: RowChange) -> RowChange:
    fields = tuple(
        replace(one, old=rules.mask(one.column, one.old), new=rules.mask(one.column, one.new))
        if one.is_secret
        else one
        for one in change.fields
    )
    return replace(change, fields=fields)


def _lines(change: RowChange) -> Iterable[FieldLine]:
    row = f"{change.noun}「{change.title}」" if change.title else change.noun
    op = OPS.get(change.op, change.op)
    if change.is_erased:
        yield FieldLine(row, op, "内容已按规定删除", "", "")
    elif not change.fields:
        yield FieldLine(row, op, "", "", "")
    for one in change.fields:
        yield FieldLine(row, op, one.label, one.old, one.new)


def sentences(session: Session, number: int, *, most: int) -> list[str]:
    """What an entry changed as sentences, masked, at most ``most`` rows: for the exported list."""
    total, changes = audit.row_changes(session, number, limit=most)
    told = []
    for change in map(_masked, changes):
        row = f"{OPS.get(change.op, change.op)}{change.noun}" + (
            f"「{change.title}」" if change.title else ""
        )
        if change.is_erased:
            row += "：内容已按规定删除"
        elif change.op == "U" and change.fields:
            row += "：" + "；".join(rules.change_words(one.label, one.old, one.new) for one in change.fields)
        told.append(row)
    return [*told, f"……共 {total:,} 处"] if total > most else told


def last_check(session: Session) -> Check:
    """The last comparison of journal and rows, and where the journal ends."""
    found = audit.newest(session, CHECK)
    number, seal = audit.head(session)
    people = tuple((row.id, row.name) for row in staff_list(session))
    if found is None:
        return Check(None, "", "", number, seal.hex(), people)
    who = dict(people).get(found.actor, SYSTEM)
    return Check(found.at, who, found.label.partition("：")[2], number, seal.hex(), people)


def carry_days(session: Session) -> int:
    """After how many days the reminder to carry a backup away comes."""
    kept: Any = setting(session, CARRY_DAYS)
    return kept if isinstance(kept, int) and 1 <= kept <= rules.CARRY_MOST else rules.CARRY_DEFAULT
