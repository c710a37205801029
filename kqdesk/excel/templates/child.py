"""The child's half: says what a foreign file is, finds its fields, fills it."""

from datetime import date
from typing import Any

from kqdesk.excel.prescan import scan
from kqdesk.excel.templates import document, workbook
from kqdesk.excel.templates.fields import is_broken, names_in
from kqdesk.kernel.child import GivenUp, Outlet

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Image:
    """A picture to stand where a field stood."""

    def __init__(self, content: bytes, height_mm: int) -> None:
        self.content, self.height_mm = content, height_mm


def look_in_child(request: dict[str, Any], outlet: Outlet) -> dict[str, Any]:
    """Kind and fields of a template: ``{"kind", "spots": [[name, where], …]}``."""
    content = request["content"]
    kind = _kind(content)
    texts = (workbook if kind == "xlsx" else document).texts(content)
    spots = []
    for where, text in texts:
        if is_broken(text):
            raise GivenUp("braces", where)
        spots += [[name, where] for name in names_in(text)]
    return {"kind": kind, "spots": spots}


def fill_in_child(request: dict[str, Any], outlet: Outlet) -> list[bytes]:
    """Each filling as a file of the template's kind."""
    content = request["content"]
    trade = workbook if _kind(content) == "xlsx" else document
    made = []
    for number, filling in enumerate(request["fillings"], 1):
        values = {key: _value(value) for key, value in filling["values"].items()}
        lists = {
            name: [{key: _value(value) for key, value in line.items()} for line in lines]
            for name, lines in filling["lists"].items()
        }
        made.append(trade.filled(content, values, lists))
        outlet.progress(number, len(request["fillings"]), "填写")
    return made


def _value(packed: Any) -> Any:
    if isinstance(packed, list):
        if packed[0] == "date":
            return date.fromisoformat(packed[1])
        return Image(packed[1], packed[2])
    return packed


def _kind(content: bytes) -> str:
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") not in content:
        raise GivenUp("old_word" if "WordDocument".encode("utf-16-le") in content else "old_excel")
    kind = scan(content).kind
    if kind not in ("xlsx", "docx"):
        raise GivenUp("wrong_format", kind)
    if b"vbaProject.bin" in content:
        raise GivenUp("macros")
    return kind
