"""``kqdesk bench [NAME …]``: figures beside a floor measured in the same run, their ratio, and the bar of the design."""

import argparse
import os
import platform
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from kqdesk.cli.call import Call, WrongUsage

BENCHES: Mapping[str, tuple[str, str]] = {
    "start": ("kqdesk.cli.bench_start:bench_start", "从启动到第一页可以操作"),
    "memory": ("kqdesk.cli.bench_start:bench_memory", "开着窗口占多少内存"),
    "find": ("kqdesk.cli.bench_people:bench_find", "找人"),
    "import": ("kqdesk.cli.bench_people:bench_import", "导入花名册"),
    "export": ("kqdesk.cli.bench_export:bench_export", "导出花名册"),
    "roll": ("kqdesk.cli.bench_roll:bench_roll", "点名保存"),
    "scan": ("kqdesk.cli.bench_scan:bench_scan", "读签到表的扫描件"),
    "drag": ("kqdesk.cli.bench_drag:bench_drag", "课表上拖动一次课"),
    "match": ("kqdesk.cli.bench_match:bench_match", "匹配：六万人对三百项供给"),
    "plan": ("kqdesk.cli.bench_plan:bench_plan", "排课：拖动核对和自动排课"),
    "sync": ("kqdesk.cli.bench_sync:bench_sync", "一台电脑和数据站之间传多少条"),
    "hub": ("kqdesk.cli.bench_hub:bench_hub", "十六所学校一千六百台电脑和一个数据站"),
    "reports": ("kqdesk.cli.bench_reports:bench_reports", "统计：一年的数字、月报、冻结"),
    "cockpit": ("kqdesk.cli.bench_cockpit:bench_cockpit", "驾驶舱：十六所学校的数字和页面"),
    "papers": ("kqdesk.cli.bench_papers:bench_papers", "打印证书和花名册"),
}
"""Name → its function and what it measures; ``function(size) -> figures``, without a size the one the design states."""


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{' '.join(BENCHES)}；不写就是全部")
    parser.add_argument("--size", type=int, metavar="N", help="换一个规模（人数）；不写按标准规模")


def run(call: Call, options: argparse.Namespace) -> int:
    """Each bench by itself; a bar that is missed is told, not refused."""
    names = options.names or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        raise WrongUsage(f"没有「{'、'.join(unknown)}」这项测速。可以测：{'、'.join(BENCHES)}。")
    results: dict[str, Any] = {}
    for name in names:
        call.say(f"{name}：{BENCHES[name][1]} ……")
        module, function = BENCHES[name][0].split(":")
        measure = getattr(import_module(module), function)
        results[name] = measure(*_sizes(name, options.size))
        call.say("\n".join(f"    {key:<28}{_shown(value)}" for key, value in results[name].items()))
    call.answer({"machine": machine(), "benches": results}, "")
    return 0


def _sizes(name: str, size: int | None) -> tuple[int, ...]:
    """What a bench is called with: nothing for the stated size; papers are certificates and a tenth as many lists."""
    if size is None:
        return ()
    return (size, max(1, size // 10)) if name == "papers" else (size,)


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {"cpus": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    if isinstance(value, Mapping):
        return "  ".join(f"{key} {_shown(part)}" for key, part in value.items())
    return str(value)
