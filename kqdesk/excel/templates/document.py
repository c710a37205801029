"""Fields in a .docx: paragraph by paragraph, also in tables, headers, footers and text boxes; formats of the first
letter of a field are kept. A table row that holds a list is repeated."""

import io
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from kqdesk.excel.templates.fields import FIELD, lists_in, names_in, put_in, sole, words
from kqdesk.kernel.child import GivenUp

Values = Mapping[str, Any]
Lists = Mapping[str, Sequence[Values]]


def texts(content: bytes) -> Iterator[tuple[str, str]]:
    """(where, text) of every paragraph that has some."""
    for number, (part, element) in enumerate(_paragraphs(_open(content)), 1):
        text = "".join(node.text or "" for node in element.iter(qn("w:t")) if _owner(node) is element)
        if text:
            yield f"{part}第 {number} 段", text


def filled(content: bytes, values: Values, lists: Lists) -> bytes:
    """The document with its fields filled."""
    book = _open(content)
    for row in [element for _, root in _roots(book) for element in root.iter(qn("w:tr"))]:
        _repeat(book, row, lists)
    for _, element in list(_paragraphs(book)):
        _fill(Paragraph(element, book._body), values)  # noqa: SLF001 -- python-docx gives a paragraph its part this way
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _open(content: bytes) -> Document:
    try:
        return docx.Document(io.BytesIO(content))
    except MemoryError:
        raise
    except Exception as broken:  # noqa: BLE001 -- a foreign file may break the parser anywhere
        raise GivenUp("damaged", type(broken).__name__) from None


def _roots(book: Document) -> Iterator[tuple[str, Any]]:
    """The body, then each header and footer once."""
    yield "正文", book.element.body
    seen: set[int] = set()
    for section in book.sections:
        for part, place in (("页眉", section.header), ("页脚", section.footer)):
            if not place.is_linked_to_previous and id(place._element) not in seen:  # noqa: SLF001 -- no public element
                seen.add(id(place._element))  # noqa: SLF001 -- as above
                yield part, place._element  # noqa: SLF001 -- as above


def _paragraphs(book: Document) -> Iterator[tuple[str, Any]]:
    for part, root in _roots(book):
        for element in root.iter(qn("w:p")):
            yield part, element


def _owner(node: Any) -> Any:
    """The paragraph a text belongs to: a text box inside a paragraph has paragraphs of its own."""
    while node is not None and node.tag != qn("w:p"):
        node = node.getparent()
    return node


def _repeat(book: Document, row: Any, lists: Lists) -> None:
    text = "".join(node.text or "" for node in row.iter(qn("w:t")))
    wanted = lists_in(names_in(text), lists)
    if not wanted or row.getparent() is None:
        return
    count = max(len(lists[name]) for name in wanted)
    for line in range(count):
        fresh = deepcopy(row)
        row.addprevious(fresh)
        own = {
            f"{name}.{key}": value
            for name in wanted
            for key, value in (lists[name][line] if line < len(lists[name]) else {}).items()
        }
        own |= {f"{name}.序号": line + 1 for name in wanted if line < len(lists[name])}
        for element in fresh.iter(qn("w:p")):
            _fill(Paragraph(element, book._body), own, wanted)  # noqa: SLF001 -- see above
    row.getparent().remove(row)


def _fill(paragraph: Paragraph, values: Values, only: Sequence[str] = ()) -> None:
    """Put values into a paragraph's runs; ``only``: fields of these lists, the others are left for later."""
    runs = [run for run in paragraph._p.iter(qn("w:r")) if _owner(run) is paragraph._p]  # noqa: SLF001 -- see above
    text = "".join(Run(run, paragraph).text for run in runs)
    if "{{" not in text:
        return
    alone = sole(text)
    if alone and hasattr(values.get(alone), "height_mm"):
        _picture(Run(runs[0], paragraph), values[alone])
        for run in runs[1:]:
            Run(run, paragraph).text = ""
        return
    _join_split_fields([Run(run, paragraph) for run in runs])
    for element in runs:
        run = Run(element, paragraph)
        if "{{" in run.text:
            run.text = put_in(run.text, lambda name: _known(name, values, only))


def _known(name: str, values: Values, only: Sequence[str]) -> str:
    if only and name.partition(".")[0] not in only:
        return f"{{{{{name}}}}}"
    return words(values.get(name))


def _join_split_fields(runs: Sequence[Run]) -> None:
    """Word cuts a field over several runs as it likes: its letters move into the run where it begins."""
    bounds, at = [], 0
    for run in runs:
        bounds.append((at, at + len(run.text)))
        at += len(run.text)
    text = "".join(run.text for run in runs)
    owner = list(range(len(text)))
    for number, (start, end) in enumerate(bounds):
        owner[start:end] = [number] * (end - start)
    for found in FIELD.finditer(text):
        owner[found.start() : found.end()] = [owner[found.start()]] * (found.end() - found.start())
    for number, run in enumerate(runs):
        mine = "".join(letter for letter, whose in zip(text, owner, strict=True) if whose == number)
        if mine != run.text:
            run.text = mine


def _picture(run: Run, image: Any) -> None:
    run.text = ""
    run.add_picture(io.BytesIO(image.content), height=Mm(image.height_mm))
