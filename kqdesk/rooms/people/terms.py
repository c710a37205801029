"""Words of 花名册: papers, sexes, peoples, schooling. Codes are stored, labels are shown and printed.

GB/T 2261.1 sex · GB/T 3304 peoples · GB/T 4658 schooling; the tables lie in ``resources/codes``.
"""

from enum import StrEnum
from functools import cache

from kqdesk.kernel.national_id import IdKind
from kqdesk.kernel.resources import codes

__all__ = [
    "FAULT_LABELS",
    "PHOTO",
    "ContactAnswer",
    "ContactWay",
    "Decision",
    "IdKind",
    "Sex",
    "SignUpState",
    "education_label",
    "education_levels",
    "ethnicity_label",
    "wish_text",
]

PHOTO = "photo"
"""Purpose of the attachment that shows a person's face."""


class Sex(StrEnum):
    """GB/T 2261.1; 0 and 9 (unknown, not told) are kept as no value."""

    MAN = "1"
    WOMAN = "2"

    @property
    def label(self) -> str:
        """男 or 女."""
        return "男" if self is Sex.MAN else "女"


class Decision(StrEnum):
    """What somebody decides about a doubtful row of an import; no decision leaves it aside."""

    CREATE = "create"
    UPDATE = "update"

    @property
    def label(self) -> str:
        """What people read."""
        return {"create": "不是同一人，新增", "update": "是同一人，更新"}[self.value]


class ContactWay(StrEnum):
    """How somebody was spoken to."""

    CALL = "call"
    VISIT = "visit"
    MESSAGE = "message"
    HERE = "here"

    @property
    def label(self) -> str:
        """What people read."""
        return {"call": "电话", "visit": "上门", "message": "微信", "here": "来校"}[self.value]


class ContactAnswer(StrEnum):
    """What came of it."""

    AGREED = "agreed"
    WILLING = "willing"
    UNDECIDED = "undecided"
    DECLINED = "declined"
    UNREACHED = "unreached"

    @property
    def label(self) -> str:
        """What people read."""
        return _ANSWERS[self.value]


_ANSWERS = {
    "agreed": "已答应报名", "willing": "有意向", "undecided": "再考虑", "declined": "不参加", "unreached": "没联系上",
}  # fmt: skip


class SignUpState(StrEnum):
    """What became of a name put down for a course."""

    OPEN = "open"
    PLACED = "placed"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """What people read."""
        return {"open": "待安排", "placed": "已进班", "dropped": "不参加了"}[self.value]


def education_levels() -> dict[str, str]:
    """Every code of GB/T 4658 with its name, in the order of the codes."""
    table: dict[str, str] = codes("education")["codes"]
    return table


def education_label(code: str | None) -> str:
    """``71`` → 初中毕业; empty for none, the code itself when the table does not know it."""
    return education_levels().get(code, code) if code else ""


@cache
def ethnicities() -> dict[str, str]:
    """Two-digit codes of GB/T 3304 with the name and 族."""
    table = codes("ethnicity")
    numbered = {f"{number:02d}": f"{name}族" for number, name in enumerate(table["names"], 1)}
    return numbered | dict(table["others"])


def ethnicity_label(code: str | None) -> str:
    """``01`` → 汉族; empty for none."""
    return ethnicities().get(code, code) if code else ""


def wish_text(wish: str | None) -> str | None:
    """A wish as it is stored: a ticked box becomes 有 or 无, words stay as they were written."""
    return {"yes": "有", "no": "无"}.get(wish, wish) if wish else None


FAULT_LABELS: dict[str, str] = {
    "id_precision_lost": "证件号丢位",
    "id_check_digit": "证件号校验位不对",
    "id_format": "证件号格式不对",
    "id_date_impossible": "证件号日期不可能",
    "id_missing": "没有证件号",
    "name_missing": "没有姓名",
    "name_damaged": "姓名有坏字",
    "name_note": "姓名带附注",
    "duplicate_in_file": "表内重复",
    "sex_conflict": "性别与证件不符",
    "sex_unknown": "性别看不懂",
    "id_birth_conflict": "出生日期与证件不符",
    "date_invalid": "日期看不懂",
    "phone_invalid": "电话不对",
    "phone_second": "有第二个电话",
    "unknown_education": "学历看不懂",
    "unknown_ethnicity": "民族看不懂",
    "unknown_township": "镇街不在本区",
    "township_old_name": "镇街旧名",
    "township_old_code": "镇街旧代码",
    "township_misspelt": "镇街错写",
    "id_15_digit": "15 位证件号",
    "id_ends_000": "证件号以 000 结尾",
    "formula_text": "像公式的文字",
    "cell_error": "错误值",
    "hidden_row": "隐藏行",
    "hidden_sheet": "隐藏工作表",
    "ditto_mark": "同上",
    "sample_row": "示例行",
}
