"""Lists of others on their way in: programmes and projects, vacancies."""

from collections.abc import Mapping
from typing import Any

from kqdesk.desk.listimport import ListImport, Told
from kqdesk.rooms.matching import actions, sheets
from kqdesk.rooms.people.terms import education_label

_MATCHED = "已有的按名称和院校（单位）对上更新"
_MISSING = "“名称（岗位）”这样的列"


def _tell(told: Mapping[str, Any]) -> Told:
    words = [
        _cell(name, value)
        for name, value in told.items()
        if name not in ("title", "provider", "employer") and value not in (None, [], ())
    ]
    of = told.get("provider") or told.get("employer") or ""
    return Told(told.get("title", ""), "；".join(words), of)


def _cell(name: str, value: Any) -> str:
    """One value as people read it; money in 元."""
    if name == "fee":
        return f"{value // 100} 元" if value else "免费"
    if name == "education_least":
        return f"{education_label(value)}及以上"
    if isinstance(value, (list, tuple)):
        return "、".join(str(getattr(one, "label", one)) for one in value)
    return str(getattr(value, "label", value))


OFFERS = ListImport(
    "导入供给清单", "matching.import", "名称", sheets.read_offers, actions.import_offers, _tell, _MATCHED, _MISSING,
    of="院校、机构、单位",
)  # fmt: skip
VACANCIES = ListImport(
    "导入岗位", "matching.import", "名称", sheets.read_vacancies, actions.import_vacancies, _tell, _MATCHED, _MISSING,
    of="院校、机构、单位",
)  # fmt: skip
