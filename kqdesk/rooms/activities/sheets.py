"""活动 as an Excel file."""

from collections.abc import Sequence
from pathlib import Path

from kqdesk.excel.writing import OutColumn, write_table
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.activities.queries import ActivityRow

COLUMNS = (
    OutColumn("日期", 12, "date"), OutColumn("时间", 14), OutColumn("主题", 32), OutColumn("形式", 10),
    OutColumn("计入指标", 20), OutColumn("所属工程", 26), OutColumn("镇街", 12), OutColumn("地点", 24), OutColumn("主讲", 14),
    OutColumn("合办单位", 18), OutColumn("预计人数", 10, "number"), OutColumn("实到人次", 10, "number"),
    OutColumn("签到人数", 10, "number"), OutColumn("照片", 8, "number"), OutColumn("签到扫描", 10, "number"),
    OutColumn("状态", 10), OutColumn("原因", 20), OutColumn("备注", 20),
)  # fmt: skip


def write_activities(path: Path, rows: Sequence[ActivityRow], *, progress: Progress = Quiet()) -> int:
    """One line an activity, 人次 as counted; returns the number of rows. Unreachable when it cannot be written."""
    lines = (
        (
            row.held_on, row.clock, row.topic, row.kind.label, row.counted_as.label if row.counted_as else "",
            row.project.label if row.project else "", row.township, row.place, row.speaker, row.organiser, row.expected,
            row.attendances, row.known, row.photos, row.scans, row.state.label, row.reason, row.note,
        )
        for row in rows
    )  # fmt: skip
    return write_table(path, "活动", COLUMNS, lines, progress=progress)
