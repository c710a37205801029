"""The lines of the import preview and the columns they are shown in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kqdesk.desk.cells import Column, Pill
from kqdesk.rooms.people.page.draft import Draft
from kqdesk.rooms.people.queries import Change, Suspect
from kqdesk.rooms.people.sheets import RosterPerson
from kqdesk.rooms.people.terms import Decision, IdKind, Sex, education_label, ethnicity_label
from kqdesk.rooms.places.rules import township_by_code
from kqdesk.security.masking import mask_id, mask_phone

SHOWN = 2_000  # lines a tab shows; the counts on the tabs are of all
ROW_KEYS = ("name", "id_number", "sex", "birth_date", "phone", "education_code", "township_code", "village")
_COLUMN_LABELS = {
    "name": "姓名", "id_kind": "证件类型", "id_number": "证件号码", "sex": "性别", "birth_date": "出生日期", "ethnicity_code": "民族",
    "hukou": "户籍", "address": "住址", "employer": "单位", "job": "岗位", "education_code": "文化程度", "township_code": "镇街",
    "village": "村社", "phone": "电话", "phone2": "备用电话", "wish": "意愿", "learning_path": "途径", "note": "备注",
}  # fmt: skip


@dataclass(frozen=True)
class PlanLine:
    """One row of the file and what it would do."""

    row: int
    place: str
    name: str
    id_masked: str
    phone_masked: str
    village: str
    employer: str
    words: str = ""  # what changes, or why it is doubtful
    decision: Decision | None = None
    person_id: str = ""


def new_lines(draft: Draft, rows: Sequence[int]) -> list[PlanLine]:
    """Rows of the plan by number."""
    return [_line(n, draft.plan.rows[n]) for n in rows[:SHOWN]]


def changed_lines(draft: Draft) -> list[PlanLine]:
    """Known people whom the file says something new about."""
    return [
        _line(c.row, draft.plan.rows[c.row], difference_words(c), None, c.person_id)
        for c in draft.plan.updates[:SHOWN]
    ]


def doubtful_lines(draft: Draft) -> list[PlanLine]:
    """Rows that may be somebody known."""
    return [
        _line(s.row, draft.plan.rows[s.row], _doubt_words(s), draft.decisions.get(s.row), s.person_id)
        for s in draft.plan.suspects[:SHOWN]
    ]


def _line(
    row: int, person: RosterPerson, words: str = "", decision: Decision | None = None, person_id: str = ""
) -> PlanLine:
    place = f"{person.sheet} 第 {person.row} 行" if person.sheet else f"第 {person.row} 行"
    return PlanLine(
        row, place, person.name or "", mask_id(person.id_number), mask_phone(person.phone), person.village or "",
        person.employer or "", words, decision, person_id,
    )  # fmt: skip


def _doubt_words(suspect: Suspect) -> str:
    differs = difference_words(suspect)
    return f"{suspect.reason}；不同的有：{differs}" if differs else suspect.reason


def difference_words(change: Change | Suspect) -> str:
    """电话 138****1234 → 139****5678，岗位 补上 挡车工."""
    return "，".join(_difference(column, change.before, value) for column, value in change.after.items())


def _difference(column: str, before: Mapping[str, str | None], value: str) -> str:
    old, new = (_shown(column, words) for words in (before.get(column), value))
    title = _COLUMN_LABELS[column]
    return f"{title} {old} → {new}" if old else f"补{title} {new}"


def _shown(column: str, value: str | None) -> str:
    if not value:
        return ""
    match column:
        case "id_number":
            return mask_id(value)
        case "phone" | "phone2":
            return mask_phone(value)
        case "education_code":
            return education_label(value)
        case "ethnicity_code":
            return ethnicity_label(value)
        case "sex":
            return Sex(value).label
        case "id_kind":
            return IdKind(value).label
        case "township_code":
            township = township_by_code(value)
            return township.name if township else value
    return value


def _decision_pill(line: PlanLine) -> Pill:
    if line.decision is None:
        return Pill("先放着", "warning")
    return Pill("更新" if line.decision is Decision.UPDATE else "新增", "success")


_WHO = (
    Column[PlanLine]("在文件里", lambda r: r.place, width=140),
    Column[PlanLine]("姓名", lambda r: r.name, width=104, is_strong=True),
    Column[PlanLine]("证件号码", lambda r: r.id_masked, kind="code", width=186),
)
NEW = (
    *_WHO,
    Column[PlanLine]("电话", lambda r: r.phone_masked, kind="code", width=130),
    Column[PlanLine]("村社", lambda r: r.village, width=120),
    Column[PlanLine]("就业单位", lambda r: r.employer),
)
CHANGED = (*_WHO, Column[PlanLine]("会改什么", lambda r: r.words))
DOUBTFUL = (
    *_WHO,
    Column[PlanLine]("为什么拿不准", lambda r: r.words),
    Column[PlanLine]("决定", lambda r: _decision_pill(r).text, kind="pill", width=110, pill=_decision_pill),
)
