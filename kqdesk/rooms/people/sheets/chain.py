"""接龙: names put under each other in a chat group, "3. 陈建国 13800000000 养老护理", made into rows with columns."""

import re
from collections.abc import Iterable, Iterator

from kqdesk.excel.reading import BookFacts, Row, SheetHead

Part = SheetHead | list[Row] | BookFacts
HEADER = ("姓名", "身份证号", "联系电话", "村社区", "报名课程", "备注")

_LINE = re.compile(r"^\s*\d{1,4}\s*[.、．)）:：]\s*(?=\S)")
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
_FIGURES = re.compile(r"[\d-]{5,}")
_BREAK = re.compile(r"[\s,，;；/|+＋、—]+|(?<=\D)-+(?=\D)")
_VILLAGE = re.compile(r"[^\d]{1,12}(?:村|社区|居委会|居民区)")
_TITLE = re.compile(r"报名|培训|课程|班")
_NO_TITLE = re.compile(r"统计|例[:：]|截止|时间|地点|注[:：]|请")
_REMARK = re.compile(
    r"晚上|白天|上午|下午|中午|周[一二三四五六日末天]|星期|\d+[人位]|已[缴交付]|缴费|报名|参加|本人|一起|家属"
)
_LEAST = 2  # lines that make a chain


def unchain(parts: Iterable[Part]) -> Iterator[Part]:
    """The stream of a workbook; sheets that are chains of names come as a table, all others as they are."""
    title: str | None = None
    is_first = is_chain = False
    for part in parts:
        if not isinstance(part, list):
            is_first, is_chain = True, False
            yield part
            continue
        if is_first and part:
            is_first, is_chain = False, is_chained(part)
            if is_chain:
                title = _title(part)
                first = next(row.number for row in part if _LINE.match(_text(row)))
                yield [Row(max(first - 1, 0), list(HEADER))]
        yield [_row(row, title) for row in part if _LINE.match(_text(row))] if is_chain else part


def is_chained(rows: list[Row]) -> bool:
    """Whether these lines are a chain: numbered, one text a line, hardly anything between them."""
    texts = [_text(row) for row in rows]
    hits = [at for at, text in enumerate(texts) if _LINE.match(text)]
    if len(hits) < _LEAST or any(_cells(row) > 4 for row in rows):
        return False
    inside = texts[hits[0] : hits[-1] + 1]
    return len(hits) * 5 >= len(inside) * 4 and all(re.search(r"[一-鿿]", texts[at]) for at in hits)


def _cells(row: Row) -> int:
    return sum(value is not None and value != "" for value in row.cells)


def _text(row: Row) -> str:
    return " ".join(str(value) for value in row.cells if value not in (None, ""))


def _title(rows: list[Row]) -> str | None:
    """The line above the names that says what it is about, without 报名接龙."""
    for row in rows:
        text = _text(row).strip()
        if _LINE.match(text):
            return None
        bare = re.sub(r"接龙|[#:：!！]", "", text).strip()
        if _TITLE.search(bare) and not _NO_TITLE.search(bare):
            return re.sub(r"^(?:报名)+\s*|(?:报名|名单|表)+$", "", bare) or None
    return None


def _row(row: Row, title: str | None) -> Row:
    text = _LINE.sub("", _text(row))
    number = _NUMBER.search(text)
    rest = _NUMBER.sub(" ", text)
    words = [word for word in _BREAK.split(_PHONE.sub(r" \g<0> ", rest)) if word]
    figures = [word for word in words if _FIGURES.fullmatch(word)]
    words = [word for word in words if word not in figures]
    name = words.pop(0) if words else ""
    village = next((word for word in words if _VILLAGE.fullmatch(word)), None)
    others = [word for word in words if word != village]
    wished = next((word for word in others if not _REMARK.search(word)), None)
    notes = "，".join(word for word in others if word != wished)
    cells = (name, number and number[0], "、".join(figures), village, wished or title, notes)
    return Row(row.number, [cell or None for cell in cells])
