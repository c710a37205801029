"""A list of trainers on its way in."""

from collections.abc import Mapping
from typing import Any

from kqdesk.desk.listimport import ListImport, Told
from kqdesk.rooms.trainers import actions, sheets
from kqdesk.security.masking import mask_phone


def _tell(told: Mapping[str, Any]) -> Told:
    words = (mask_phone(told.get("phone")), "、".join(told.get("words") or ()), told.get("employer") or "")
    return Told(told["name"], " · ".join(word for word in words if word))


TRAINERS = ListImport(
    "导入培训师", "trainers.import", "姓名", sheets.read_trainers, actions.import_trainers, _tell,
    "已在库里的按证件号、姓名和电话对上更新", "“姓名”这一列",
)  # fmt: skip
