"""The words of 审计与备份. Imports nothing."""

from enum import StrEnum


class Sort(StrEnum):
    """What kind of entry a line of 操作记录 is."""

    ACT = "act"
    UNDO = "undo"
    REDO = "redo"
    LOOK = "look"
    PULL = "pull"
    MIGRATE = "migrate"
    RESTORE = "restore"
    ERASE = "erase"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "act": "改动",
            "undo": "撤销",
            "redo": "重做",
            "look": "留痕",
            "pull": "同步",
            "migrate": "升级",
            "restore": "恢复",
            "erase": "清除",
        }[self.value]


OPS = {"I": "新增", "U": "修改", "D": "删除"}
CHECK, CARRY, DRILL, EXPORT = "核对操作记录", "备份拷到U盘", "恢复演练", "导出操作记录"
"""Labels of what this room leaves in the journal."""
CARRY_DAYS = "safekeeping.carry_days"
"""The setting: after how many days without a copy on a stick the reminder comes."""
