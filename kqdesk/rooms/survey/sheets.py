"""Workbooks of 排摸: the list that villages fill in and that reads back by its codes, any other filled list, the 需求清单."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kqdesk.excel.reading import stream_workbook
from kqdesk.excel.tables import Record, find_records
from kqdesk.excel.titles import Field, Titles
from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.catalogue.terms import Category, Project
from kqdesk.rooms.people.sheets import RosterRead, read_roster
from kqdesk.rooms.people.sheets.cells import text_of
from kqdesk.rooms.people.sheets.headings import FIELDS
from kqdesk.rooms.people.terms import Sex, education_label, wish_text
from kqdesk.rooms.places.queries import township_name
from kqdesk.rooms.survey.queries import AnswerLine, AnswerRow, DemandRow, ProgressRow
from kqdesk.rooms.survey.rules import pairs, read_choices, read_code, read_words, shown_code
from kqdesk.rooms.survey.terms import AnswerState, TimeWish

OWN = (
    Field("code", [r"排摸(?:码|编码|编号)", r"(?:行码|排摸序列号)"]),
    Field("age", [r"(?:现)?(?:年龄|周岁|岁数)(?:周岁)?"]),
    Field("skills", [r".*(?:技能|工种|专业).*(?:意愿|需求|想学|愿学|愿望)", r"(?:想学|愿学|希望学|意向)(?:的)?(?:什么)?(?:技能|专业|工种).*"]),
    Field("times", [r".*(?:方便|空闲|可|期望|希望|意愿|上课|学习|培训)(?:的)?(?:学习|上课|培训)?时间(?:段|意愿)?", r"时间意愿"]),
    Field("categories", [r".*(?:课程门类|课程类别|课程意愿|想学(?:的)?课程|意向课程|十大门类)"]),
    Field("projects", [r".*(?:六大工程|六大项目|参加工程|所属工程|工程|项目类别)"]),
    Field("state", [r"(?:排摸|调查|登记)?(?:状态|结果|情况)"]),
)  # fmt: skip
CHOICES: Mapping[str, Sequence[tuple[str, str]]] = {
    "times": pairs(TimeWish),
    "categories": pairs(Category),
    "projects": pairs(Project),
}
_FROM_ROSTER = {
    "hukou": "hukou", "sex": "sex", "education_code": "education_code", "employer": "employer", "job": "job",
    "wish": "wish", "learning_path": "path", "note": "note",
}  # fmt: skip
LIST = (
    OutColumn("排摸码", 12), OutColumn("姓名", 10), OutColumn("镇街", 12), OutColumn("村社", 14), OutColumn("户籍所在地", 28),
    OutColumn("年龄", 7), OutColumn("性别", 7), OutColumn("学历", 14), OutColumn("就业单位", 24), OutColumn("就业岗位", 14),
    OutColumn("学历提升意愿", 14), OutColumn("学习途径", 14), OutColumn("想学的技能", 20), OutColumn("方便时间", 18),
    OutColumn("课程门类", 18), OutColumn("六大工程", 24), OutColumn("排摸状态", 10), OutColumn("登记日期", 12, "date"),
    OutColumn("备注", 20),
)  # fmt: skip
OUTCOME = OutColumn("学历提升完成", 16)


@dataclass
class SurveyRead:
    """A filled workbook: the rows that may be taken, cells that could not be read (told, not held), the roster part."""

    path: Path
    lines: list[AnswerLine]
    roster: RosterRead
    remarks: list[str] = field(default_factory=list)


def read_answers(path: Path, *, today: date, progress: Progress = Quiet()) -> SurveyRead:
    """Read a list of any layout: the roster columns as 花名册 reads them, then the wishes of the same rows.

    ``Refused`` when it is no list of people; rows with faults stay in ``roster.held``.
    """
    roster = read_roster(path, today=today, progress=progress)
    remarks: list[str] = []
    own = _own_columns(path, remarks, progress)
    lines = [_line(person, own.get((person.sheet, person.row), {})) for person in roster.people]
    return SurveyRead(path, lines, roster, remarks)


def _own_columns(
    path: Path, remarks: list[str], progress: Progress
) -> dict[tuple[str | None, int], dict[str, Any]]:
    """(sheet, row) → what the columns say that only a survey has."""
    titles = Titles((*OWN, *FIELDS), strangers="户主|家长|填报|填表|审核|联系人|监护", serial="序号?|编号|no")
    found: dict[tuple[str | None, int], dict[str, Any]] = {}
    own = [one.key for one in OWN]
    with closing(stream_workbook(path, progress=progress)) as parts:
        for event in find_records(parts, titles):
            if isinstance(event, Record):
                texts = {key: text_of(event.cells[key].value) for key in own if key in event.cells}
                place = f"{event.table.sheet.name or path.name} 第 {event.row} 行"
                found[event.table.sheet.name, event.row] = _read_own(texts, place, remarks)
    return found


def _read_own(texts: Mapping[str, str], place: str, remarks: list[str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for key, text in texts.items():
        if not text.strip():
            continue
        try:
            told[key] = _value(key, text)
        except ValueError as bad:
            remarks.append(f"{place}：{bad}这一格没有登记。")
    return {key: value for key, value in told.items() if value not in (None, [])}


def _value(key: str, text: str) -> Any:
    if key == "code":
        code = read_code(text)
        if code is None:
            raise ValueError(f"排摸码“{text.strip()}”不对，")
        return code
    if key == "age":
        digits = text.strip().removesuffix("岁").removesuffix("周")
        if not digits.isdigit() or not 0 < int(digits) < 130:
            raise ValueError(f"年龄“{text.strip()}”看不懂，")
        return int(digits)
    if key == "state":
        return next((one.value for one in AnswerState if one.label == text.strip()), None)
    return read_words(text) if key == "skills" else read_choices(text, CHOICES[key])


def _line(person: Any, own: Mapping[str, Any]) -> AnswerLine:
    told: dict[str, Any] = {column: getattr(person, key) for column, key in _FROM_ROSTER.items()}
    told["wish"] = wish_text(told["wish"])
    told = {key: value for key, value in told.items() if value} | dict(own)
    code = str(told.pop("code", ""))
    if told.get("state") == AnswerState.WAITING:  # as it was sent; what else is written makes it answered
        del told["state"]
    place = f"{person.sheet} 第 {person.row} 行" if person.sheet else f"第 {person.row} 行"
    return AnswerLine(place, code, person.name or "", told, person)


def write_answers(path: Path, rows: Iterable[AnswerRow], *, progress: Progress = Quiet()) -> int:
    """The list as villages fill it in and as it is reported; read back it finds its rows by their codes."""
    return write_table(path, "排摸花名册", (*LIST, OUTCOME), (_cells(row) for row in rows), progress=progress)


def _cells(row: AnswerRow) -> tuple[Any, ...]:
    labels = {key: dict(choices) for key, choices in CHOICES.items()}
    return (
        shown_code(row.code), row.name, township_name(row.township_code), row.village, row.hukou,
        str(row.age) if row.age is not None else None, Sex(row.sex).label if row.sex else None,
        education_label(row.education_code), row.employer, row.job, row.wish, row.learning_path, "、".join(row.skills),
        *("、".join(labels[key][one] for one in values) for key, values in
          (("times", row.times), ("categories", row.categories), ("projects", row.projects))),
        row.state.label, row.answered_on, row.note, education_label(row.schooling_now) if row.is_raised else None,
    )  # fmt: skip


def write_progress(path: Path, rows: Sequence[ProgressRow]) -> int:
    """The progress table as it is shown."""
    columns = [OutColumn("镇街", 14), OutColumn("村社/企业", 26)]
    columns += [
        OutColumn(title, 10, "number") for title in ("应排摸", "已答", "拒答", "联系不上", "未问", "已提升")
    ]
    lines = [
        (row.township, row.title, row.total, row.answered, row.refused, row.unreached, row.total - row.asked, row.raised)
        for row in rows
    ]  # fmt: skip
    return write_table(path, "排摸进度", columns, lines)


def write_demand(path: Path, rows: Sequence[DemandRow]) -> int:
    """The 需求清单 as it is shown."""
    columns = (
        OutColumn("镇街", 14), OutColumn("村社/企业", 26), OutColumn("类别", 12), OutColumn("想学", 26),
        OutColumn("时间", 14), OutColumn("人数", 8, "number"),
    )  # fmt: skip
    lines = [(row.township, row.title, row.kind.label, row.wish, row.time, len(row.people)) for row in rows]
    return write_table(path, "需求清单", columns, lines)
