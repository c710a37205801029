"""The words of 数据交换. Imports nothing."""

from enum import StrEnum


class Choice(StrEnum):
    """Which of the two values a person chose."""

    SHOWN = "shown"
    KEPT = "kept"

    @property
    def label(self) -> str:
        """What people read."""
        return {"shown": "现在显示的", "kept": "另一个"}[self.value]


DELETED = "（删除这一条）"
"""What stands in the place of a value when one side deleted the row."""
