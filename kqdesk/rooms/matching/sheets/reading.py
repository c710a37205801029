"""Lists of offers and of vacancies as colleges, training firms and employers send them: any layout, faults by cell."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from kqdesk.excel.faults import Fault
from kqdesk.excel.lists import ForeignList
from kqdesk.excel.reading import stream_workbook
from kqdesk.excel.tables import Record, Table, find_records
from kqdesk.excel.titles import Field, Titles
from kqdesk.kernel.dates import read_date
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.kernel.text import compact, half_width
from kqdesk.rooms.catalogue.terms import Category, Project, Route, StudyLevel
from kqdesk.rooms.matching.rules.offers import offer_faults
from kqdesk.rooms.matching.terms import OfferKind
from kqdesk.rooms.people.sheets.cells import BadCell, education_code, free_text, is_error, text_of, township
from kqdesk.rooms.survey.rules import pairs, read_choices, read_words
from kqdesk.rooms.survey.terms import TimeWish

_DATE = r"(?:日期|时间|日)?"
_SHARED = (
    Field("education_least", [r"(?:最低)?学历(?:要求|条件|起点)?", r"(?:报名|入学|招生)(?:条件|对象|要求)", r"文化程度(?:要求)?"]),
    Field("place", [r"(?:上课|学习|培训|教学|工作|办学)?(?:地点|地址|教学点)", r"工作单位地址"]),
    Field("contact", [r"(?:咨询|报名|招生|招聘)?(?:联系|咨询)人(?:员)?", r"负责人"]),
    Field("phone", [r"(?:联系|咨询|报名|招生|招聘)?(?:电话|手机|方式)(?:号码)?", r"联系方式"]),
    Field("valid_from", [rf"(?:报名|发布|有效期?)?(?:开始|起){_DATE}", rf"(?:发布){_DATE}"]),
    Field("valid_until", [rf"(?:报名|招聘|有效期?)?(?:截止|截至|结束|至|止){_DATE}", r"有效期(?:至)?", r"报名期限"]),
    Field("note", [r"备注(?:说明)?", r"说明", r"其他"]),
)  # fmt: skip
OFFER_FIELDS = (
    Field("title", [r"(?:招生|开设|培训|课程|项目|专业|供给)?(?:名称|专业|项目|课程)(?:名称)?", r"培训(?:内容|工种)"], anchor=True),
    Field("kind", [r"(?:供给|项目)?(?:类别|类型|种类)"]),
    Field("provider", [r"(?:院校|高校|学校|机构|单位|办学单位|培训机构|承办单位|主办单位|开设单位)(?:名称)?", r"院校[(（]机构[)）]"], spreads=True, repeats=True),
    Field("route", [r"(?:报读|学习|招生|办学|教育)?(?:途径|形式|方式)"]),
    Field("level", [r"(?:报读|招生|学历|办学)?层次"]),
    Field("category", [r"(?:课程)?门类"]),
    Field("project", [r"(?:所属)?工程", r"六大工程"]),
    Field("occupation", [r"职业(?:[(（]工种[)）])?", r"工种"]),
    Field("words", [r"关键词", r"别名", r"(?:主要)?(?:内容|技能)"]),
    Field("age_least", [r"年龄下限", r"最小年龄"]),
    Field("age_most", [r"年龄上限", r"最大年龄"]),
    Field("ages", [r"年龄(?:要求|范围|条件)?"]),
    Field("times", [r"(?:上课|学习|培训|教学)?时间(?:安排|段)?"]),
    Field("townships", [r"(?:面向|服务)?(?:镇街|镇[(（]街道[)）]|乡镇)", r"面向(?:范围|对象镇街)"]),
    Field("starts_on", [rf"(?:开课|开班|开学|入学){_DATE}"]),
    Field("study_hours", [r"(?:总)?(?:学时|课时)(?:数)?"]),
    Field("capacity", [r"(?:招生|计划|培训)?(?:名额|人数|计划)(?:数)?"]),
    Field("fee", [r"(?:学费|费用|收费)(?:标准)?(?:[(（]元[)）])?"]),
    Field("source", [r"(?:政策)?(?:依据|来源|文件)"]),
    *_SHARED,
)  # fmt: skip
VACANCY_FIELDS = (
    Field("employer", [r"(?:用人|招聘|用工)?(?:单位|企业|公司)(?:名称)?"], spreads=True, repeats=True),
    Field("title", [r"(?:招聘)?(?:岗位|职位|工种)(?:名称)?"], anchor=True),
    Field("words", [r"(?:技能|岗位|任职|招聘)?(?:要求|条件)", r"要会什么"]),
    Field("wanted", [r"(?:招聘|需求|用工|招)?人数", r"数量"]),
    Field("pay", [r"(?:薪资|工资|月薪|薪酬|工资福利|薪资待遇|待遇)(?:[(（]元.*[)）])?"]),
    Field("township_code", [r"(?:所在)?(?:镇街|乡镇|镇[(（]街道[)）])"]),
    *_SHARED,
)
_STRANGERS, _SERIAL = r"填表|填报|审核|制表", r"序号?|编号|no"
_LEVELS = (("专升本", StudyLevel.UPGRADE), ("本科", StudyLevel.BACHELOR), ("高起本", StudyLevel.BACHELOR),
           ("专科", StudyLevel.COLLEGE), ("大专", StudyLevel.COLLEGE), ("高起专", StudyLevel.COLLEGE))  # fmt: skip
_ROUTES = (("开放", Route.OPEN_UNIVERSITY), ("电大", Route.OPEN_UNIVERSITY), ("自学", Route.SELF_STUDY), ("自考", Route.SELF_STUDY),
           ("单考", Route.SINGLE_EXAM), ("双元", Route.DUAL_SYSTEM), ("成人", Route.ADULT_EXAM), ("成教", Route.ADULT_EXAM),
           ("函授", Route.ADULT_EXAM), ("业余", Route.ADULT_EXAM), ("成考", Route.ADULT_EXAM))  # fmt: skip


def read_offers(path: Path, *, today: date, progress: Progress = Quiet()) -> ForeignList:
    """A list of programmes, projects or courses. ``Refused`` when the file is none; faults told by cell."""
    return _read(path, OFFER_FIELDS, _Cells(today), _finish_offer, progress)


def read_vacancies(path: Path, *, today: date, progress: Progress = Quiet()) -> ForeignList:
    """A list of vacancies."""
    return _read(path, VACANCY_FIELDS, _Cells(today), _finish_vacancy, progress)


Finish = Callable[[dict[str, Any]], dict[str, str]]


def _read(
    path: Path, fields: Sequence[Field], cells: "_Cells", finish: Finish, progress: Progress
) -> ForeignList:
    found = ForeignList(path)
    titles = Titles(fields, strangers=_STRANGERS, serial=_SERIAL)
    with closing(stream_workbook(path, progress=progress)) as parts:
        for event in find_records(parts, titles):
            if isinstance(event, Table):
                found.headers.append((event.sheet.name, event.header_row))
            elif isinstance(event, Record) and not event.is_sample:
                _take(event, cells, finish, found)
    return found


def _take(record: Record, cells: "_Cells", finish: Finish, found: ForeignList) -> None:
    sheet, told, faults = record.table.sheet.name, dict[str, Any](), list[Fault]()
    for key, cell in record.cells.items():
        if is_error(cell.value):
            faults.append(
                Fault(
                    sheet,
                    record.row,
                    cell.column,
                    key,
                    "cell_error",
                    text_of(cell.value),
                    "这一格是错误值，请改成内容或清空。",
                )
            )
            continue
        try:
            told |= cells.read(key, cell.value)
        except (BadCell, ValueError) as bad:
            faults.append(
                Fault(sheet, record.row, cell.column, key, "unreadable", text_of(cell.value), str(bad))
            )
    if not any(told.values()) and not faults:
        return
    if not faults:
        for key, words in finish(told).items():
            column = record.cells[key].column if key in record.cells else None
            faults.append(Fault(sheet, record.row, column, key, "incomplete", None, words))
    found.faults += faults
    if not faults:
        found.take(sheet, record.row, told)


def _finish_offer(told: dict[str, Any]) -> dict[str, str]:
    if told.get("kind") is None:
        is_degree = told.get("level") is not None or told.get("route") is not None
        told["kind"] = OfferKind.PROGRAMME if is_degree else OfferKind.TRAINING
    return offer_faults(told)


def _finish_vacancy(told: dict[str, Any]) -> dict[str, str]:
    faults = {}
    if not told.get("employer"):
        faults["employer"] = "没有写用人单位。"
    if not told.get("title"):
        faults["title"] = "没有写岗位。"
    since, until = told.get("valid_from"), told.get("valid_until")
    if since and until and since > until:
        faults["valid_until"] = f"截止 {until:%Y-%m-%d} 在开始 {since:%Y-%m-%d} 以前，请核对。"
    return faults


class _Cells:
    """How each kind of cell is read; ValueError and BadCell carry the sentence."""

    def __init__(self, today: date) -> None:
        self._latest = date(today.year + 20, 12, 31)  # these days lie ahead

    def read(self, key: str, value: Any) -> dict[str, Any]:
        """What a cell says, by column; {} for an empty one."""
        text = free_text(value)
        if text is None:
            return {}
        if key in ("valid_from", "valid_until", "starts_on"):
            return self._day(key, value, text)
        if key in ("study_hours", "capacity", "wanted", "age_least", "age_most"):
            return {key: _number(text)}
        reader = _READERS.get(key)
        if key in _LISTS:  # blanks part the words; a tidied text has none left
            text = text_of(value)
        return reader(text) if reader else {key: text}

    def _day(self, key: str, value: Any, text: str) -> dict[str, Any]:
        if re.search(r"长期|常年|随时|不限", text):
            return {}
        found = read_date(value, today=self._latest)
        if found is None:
            raise ValueError(f"日期“{text}”看不懂，请写成 2026-06-30 这样，长期有效就空着。")
        if found.year < 2000:  # 26.6.30: what is offered lies in this century
            found = found.replace(year=found.year + 100)
        return {key: found}


def _number(text: str) -> int | None:
    if re.search(r"不限|若干|无", text):
        return None
    digits = re.fullmatch(
        r"(\d{1,6})(?:\.0+)?\s*(?:人|名|个|学时|课时|节|周?岁)?(?:左右|以内)?", half_width(text).strip()
    )
    if digits is None:
        raise ValueError(f"“{text}”不是数字，请只写数字。")
    return int(digits[1])


def _ages(text: str) -> dict[str, Any]:
    if re.search(r"不限", text):
        return {}
    numbers = [int(one) for one in re.findall(r"\d{1,3}", half_width(text))]
    if len(numbers) == 2:
        return {"age_least": numbers[0], "age_most": numbers[1]}
    if len(numbers) == 1:
        return {"age_most" if re.search(r"以下|以内|不超过|止", text) else "age_least": numbers[0]}
    raise ValueError(f"年龄“{text}”看不懂，请写成 18-55 这样。")


def _fee(text: str) -> dict[str, Any]:
    plain = half_width(text).replace(",", "").strip()
    if re.search(r"免费|公益|全免|不收费", plain):
        return {"fee": 0}
    found = re.fullmatch(r"[¥￥]?\s*(\d+(?:\.\d{1,2})?)\s*元?(?:/[人年期]|每[人年期])?", plain)
    if found is None:
        raise ValueError(f"费用“{text}”看不懂，请只写数字（元），免费写 0。")
    return {"fee": int(Decimal(found[1]) * 100)}


def _education(text: str) -> dict[str, Any]:
    if re.search(r"不限|无要求", text):
        return {}
    words = re.sub(
        r"(?:及|或)?(?:其)?以上.*$|(?:学历)?(?:毕业)?(?:生|者)?(?:或|及)同等学[力历].*$", "", compact(text)
    )
    return {"education_least": education_code(words.split("、")[0].split("/")[0])}


def _choice(key: str, choices: Sequence[tuple[str, Any]], label: str) -> Callable[[str], dict[str, Any]]:
    def read(text: str) -> dict[str, Any]:
        for words, value in choices:
            if words in compact(text):
                return {key: value}
        known = "、".join(dict.fromkeys(words for words, _ in choices))
        raise ValueError(f"{label}“{text}”不认得，可以写：{known}。")

    return read


def _townships(text: str) -> dict[str, Any]:
    if re.search(r"不限|全区|各镇|所有", text):
        return {}
    return {"townships": [code for word in read_words(text) if (code := township(word)[0])]}


_LISTS = frozenset({"words", "times", "townships"})
_READERS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "kind": _choice("kind", [*((one.label, one) for one in OfferKind), ("专业", OfferKind.PROGRAMME), ("学历", OfferKind.PROGRAMME),
                             ("双证", OfferKind.DUAL), ("课程", OfferKind.COURSE), ("培训", OfferKind.TRAINING)], "类别"),
    "route": _choice("route", [*((one.label, one) for one in Route), *_ROUTES], "途径"),
    "level": _choice("level", [*((one.label, one) for one in StudyLevel), *_LEVELS], "层次"),
    "category": _choice("category", [(one.label, one) for one in Category], "门类"),
    "project": _choice("project", [(one.label, one) for one in Project], "工程"),
    "times": lambda text: {"times": read_choices(text, pairs(TimeWish))},
    "words": lambda text: {"words": read_words(text)},
    "townships": _townships,
    "township_code": lambda text: {"township_code": township(text)[0]},
    "education_least": _education,
    "ages": _ages,
    "fee": _fee,
}  # fmt: skip
