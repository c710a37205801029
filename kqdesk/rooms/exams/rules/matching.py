"""The organiser's list (or a list of marks) beside what is known here: matched by number, never by the order of rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kqdesk.rooms.catalogue.terms import Subject
from kqdesk.rooms.cohorts.terms import ScienceOption
from kqdesk.rooms.exams.rules.marks import Points


@dataclass(frozen=True)
class ListLine:
    """One line of a list. ``columns``: what stands in which column (from 0), so that a fault names its cell.

    Empty text = the list does not say. ``seat_no`` None = not said.
    """

    sheet: str | None
    row: int
    id_number: str = ""
    ticket_no: str = ""
    name: str = ""
    centre: str = ""
    hall: str = ""
    seat_no: int | None = None
    option: ScienceOption | None = None
    marks: Mapping[Subject, Points] = field(default_factory=dict)
    columns: Mapping[str, int] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return f"「{self.sheet}」第 {self.row} 行" if self.sheet else f"第 {self.row} 行"


@dataclass(frozen=True)
class ListFault:
    """What must be mended in the list before anything of it is taken. ``key``: the column's field."""

    line: ListLine
    key: str
    reason: str


@dataclass(frozen=True)
class Known:
    """A candidate of the sitting, or (``candidate_id`` empty) a learner who is not in it yet."""

    person_id: str
    candidate_id: str
    name: str
    id_number: str
    ticket_no: str = ""
    centre: str = ""
    hall: str = ""
    seat_no: int | None = None
    option: ScienceOption | None = None
    marks: Mapping[Subject, Points] = field(default_factory=dict)


class Standing(StrEnum):
    """What taking a line would do."""

    SAME = "same"
    ENTERS = "enters"
    FILLS = "fills"
    DIFFERS = "differs"

    @property
    def label(self) -> str:
        """What people read."""
        return {"same": "一致", "enters": "新增考生", "fills": "补上", "differs": "不一致"}[self.value]


@dataclass(frozen=True)
class Change:
    """One thing the list says otherwise: here ``before`` (empty: nothing yet), in the list ``after``."""

    key: str
    title: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """数学 78 → 80 · 准考证号 → 26110101."""
        return f"{self.title} {self.before} → {self.after}" if self.before else f"{self.title} {self.after}"


@dataclass(frozen=True)
class Matched:
    """A line that belongs to somebody here. ``fills``: new; ``differs``: already kept here in other words."""

    line: ListLine
    known: Known
    fills: tuple[Change, ...]
    differs: tuple[Change, ...]

    @property
    def standing(self) -> Standing:
        """What taking it would do."""
        if self.differs:
            return Standing.DIFFERS
        if not self.known.candidate_id:
            return Standing.ENTERS
        return Standing.FILLS if self.fills else Standing.SAME


@dataclass(frozen=True)
class Matching:
    """The whole list judged. ``strangers``: lines of people who are not of this school; ``unmentioned``: candidates
    here whom the list leaves out."""

    matched: tuple[Matched, ...]
    faults: tuple[ListFault, ...]
    strangers: tuple[ListLine, ...]
    unmentioned: tuple[Known, ...]

    def count(self, standing: Standing) -> int:
        """How many lines would do that."""
        return sum(one.standing is standing for one in self.matched)


def match(lines: Sequence[ListLine], known: Iterable[Known], papers: Iterable[Subject]) -> Matching:
    """R-EXA-10: each line to its person by ID number, else by ticket number; a name alone matches nobody.

    Faults: a number given to two lines, a seat given to two people, a name that does not belong to the number, a
    ticket of somebody else, a mark in a subject that is not examined.
    """
    people = list(known)
    by_id = {one.id_number: one for one in people if one.id_number}
    by_ticket = {one.ticket_no: one for one in people if one.ticket_no}
    subjects = set(papers)
    matched, strangers, faults = [], [], _repeated(lines)
    seen: set[str] = set()
    for line in lines:
        found = by_id.get(line.id_number) if line.id_number else by_ticket.get(line.ticket_no)
        if found is None:
            if not line.id_number and not line.ticket_no:
                faults.append(ListFault(line, "name", "没有证件号码，也没有准考证号，不能只凭姓名对人。"))
            else:
                strangers.append(line)
            continue
        seen.add(found.person_id)
        line = _with_own_science(line, found, subjects)
        own = _faults_of(line, found, by_ticket, subjects)
        faults += own
        if not own:
            matched.append(_compared(line, found))
    unmentioned = [one for one in people if one.candidate_id and one.person_id not in seen]
    return Matching(tuple(matched), tuple(faults), tuple(strangers), tuple(unmentioned))


def _with_own_science(line: ListLine, found: Known, subjects: set[Subject]) -> ListLine:
    """A column 科学 means the science this person takes, where the sitting examines the two apart."""
    option = line.option or found.option
    if Subject.SCIENCE not in line.marks or Subject.SCIENCE in subjects or option is None:
        return line
    marks = {Subject(option.value) if s is Subject.SCIENCE else s: points for s, points in line.marks.items()}
    return replace(line, marks=marks)


def _repeated(lines: Sequence[ListLine]) -> list[ListFault]:
    """The same person, ticket or seat twice in the list: the same candidate in two rooms among them."""
    faults = []
    for key, title in (("id_number", "证件号码"), ("ticket_no", "准考证号")):
        groups: dict[str, list[ListLine]] = defaultdict(list)
        for line in lines:
            if getattr(line, key):
                groups[getattr(line, key)].append(line)
        for number, own in groups.items():
            for line in own if len(own) > 1 else []:
                others = "、".join(
                    other.place + (f"（{other.hall}）" if other.hall else "")
                    for other in own
                    if other is not line
                )
                faults.append(ListFault(line, key, f"{title} {number[-6:]} 在{others}又出现了一次。"))
    seats: dict[tuple[str, str, int], list[ListLine]] = defaultdict(list)
    for line in lines:
        if line.hall and line.seat_no is not None:
            seats[(line.centre, line.hall, line.seat_no)].append(line)
    for (_, hall, seat), own in seats.items():
        for line in own if len(own) > 1 else []:
            names = "、".join(other.name or other.place for other in own if other is not line)
            faults.append(ListFault(line, "seat_no", f"{hall} {seat} 号座位也给了{names}。"))
    return faults


def _faults_of(
    line: ListLine, found: Known, by_ticket: Mapping[str, Known], subjects: set[Subject]
) -> list[ListFault]:
    faults = []
    if line.name and line.name != found.name:
        words = f"这个号码在这里是“{found.name}”，名单上是“{line.name}”，请核对是不是填错了行。"
        faults.append(ListFault(line, "name", words))
    holder = by_ticket.get(line.ticket_no)
    if line.ticket_no and holder is not None and holder.person_id != found.person_id:
        faults.append(
            ListFault(line, "ticket_no", f"准考证号 {line.ticket_no} 已经是{holder.name}的，请核对。")
        )
    for subject in line.marks:
        if subject not in subjects:
            faults.append(ListFault(line, subject.value, f"这场考试没有{subject.label}。"))
    return faults


def _compared(line: ListLine, found: Known) -> Matched:
    pairs = [
        ("ticket_no", "准考证号", found.ticket_no, line.ticket_no),
        ("centre", "考点", found.centre, line.centre),
        ("hall", "考场", found.hall, line.hall),
        ("seat_no", "座位", _text(found.seat_no), _text(line.seat_no)),
        ("option", "科学", _label(found.option), _label(line.option)),
        *(
            (subject.value, subject.label, found.marks[subject].words if subject in found.marks else "", points.words)
            for subject, points in line.marks.items()
            if not points.is_empty
        ),
    ]  # fmt: skip
    changes = [Change(*pair) for pair in pairs if pair[3] and pair[3] != pair[2]]
    return Matched(
        line,
        found,
        tuple(change for change in changes if not change.before),
        tuple(change for change in changes if change.before),
    )


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _label(option: ScienceOption | None) -> str:
    return "" if option is None else option.label
