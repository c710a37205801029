"""``kqdesk plan`` and ``kqdesk check``: the planner on the neutral format, and every clash of a solution with its sentence."""

import argparse
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from kqdesk.cli.call import Call, existing_file, writable_target
from kqdesk.kernel.clocks import running_since_start, seconds_now
from kqdesk.kernel.disk import disk_fault
from kqdesk.kernel.errors import InputFaults
from kqdesk.rooms.timetable.rules.planning.reading import LARGEST_FILE, read_problem, read_text

DONE, FAULTS = 0, 3
SECONDS = 30


def declare(parser: argparse.ArgumentParser, word: str) -> None:
    """The command's arguments."""
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json", help="题目（kqtt-1）")
    if word == "check":
        parser.add_argument("solution", type=Path, metavar="SOLUTION.json", help="课表（kqtt-solution-1）")
        return
    parser.add_argument("--out", type=Path, required=True, metavar="SOLUTION.json", help="课表写到哪里")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, metavar="N", help=f"最多用几秒，默认 {SECONDS}"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="随机数的种子")
    parser.add_argument("--keep-going", action="store_true", help="有课排不进去时，仍把其余的排得更好")
    parser.set_defaults(word=word)


def run(call: Call, options: argparse.Namespace) -> int:
    """Plan, or check."""
    return _plan(call, options) if hasattr(options, "out") else _check(call, options)


def _plan(call: Call, options: argparse.Namespace) -> int:
    from kqdesk.rooms.timetable.rules.planning.planner import plan_week
    from kqdesk.rooms.timetable.rules.planning.solution import written

    if not 0.1 <= options.seconds <= 86_400:  # also refuses nan
        raise InputFaults(f"--seconds 应在 0.1 到 86400 之间，写的是 {options.seconds}。")
    began = seconds_now() - running_since_start()
    target = writable_target(options.out, ".json")
    problem = read_problem(_read(options.problem, "题目文件"))
    with call.progress("排课") as progress, _stopped_by_signal():
        plan = plan_week(
            problem, seconds=options.seconds, clock=seconds_now, began=began, seed=options.seed,
            keep_going=options.keep_going, progress=progress,
        )  # fmt: skip
    told = written(problem, plan)
    try:
        target.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    except OSError as wrong:
        raise disk_fault(wrong, target.parent) from wrong
    call.answer({"out": str(target), **_summary(told)}, _words(told))
    return DONE


def _summary(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "lessons": len(told["lessons"]), "unplaced": told["unplaced"], "cost": told["cost"], "bound": told["bound"],
        "first_full_s": told["first_full_s"], "seconds": told["seconds"],
    }  # fmt: skip


def _words(told: dict[str, Any]) -> str:
    lines = [f"排了 {len(told['lessons'])} 次课，成本 {told['cost']}，用了 {told['seconds']:.1f} 秒。"]
    if told["bound"] == told["cost"]:
        lines.append("已证明没有更好的。")
    for one in told["unplaced"]:
        lines.append(f"排不进去：{one['class']} 第 {one['k'] + 1} 次课")
        lines += [f"    {reason}" for reason in one["reasons"]]
    return "\n".join(lines)


def _check(call: Call, options: argparse.Namespace) -> int:
    from kqdesk.rooms.timetable.rules.planning.check import clashes_of
    from kqdesk.rooms.timetable.rules.planning.problem import soft_cost
    from kqdesk.rooms.timetable.rules.planning.solution import read_solution

    problem = read_problem(_read(options.problem, "题目文件"))
    timetable, raw = read_solution(problem, _read(options.solution, "课表文件"))
    found = clashes_of(problem, timetable)
    missing = timetable.count(None)
    cost = soft_cost(problem, timetable)
    said = raw.get("cost")
    if said is not None and said != cost:
        found.append(f"文件写的成本是 {said}，实际是 {cost}。")
    lines = [f"冲突 {len(found)} 处，没有排的课 {missing} 次，成本 {cost}。", *(f"  {one}" for one in found)]
    call.answer({"clashes": found, "unplaced": missing, "cost": cost}, "\n".join(lines))
    return FAULTS if found else DONE


def _read(path: Path, what: str) -> Any:
    """The JSON of a file; never more of it than may be read."""
    try:
        with existing_file(path).open("rb") as file:
            return read_text(file.read(LARGEST_FILE + 1), what)
    except OSError as wrong:
        raise disk_fault(wrong, path) from wrong


@contextmanager
def _stopped_by_signal() -> Iterator[None]:
    """The system's wish to end is taken as Ctrl+C: the best so far is still written."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not in the main thread: nobody sends signals there
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
