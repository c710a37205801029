"""A thousand broken workbooks and the bombs, read as an import reads them: one listed sentence each, and nothing falls."""

import os
import random
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from kqdesk.excel.prescan import REFUSALS
from kqdesk.excel.reading import Refused, stream_workbook
from tests.excel.test_prescan import HOSTILE
from tests.excel.workbooks import CLOSING, OPENING, row, xlsx
from tests.figures import figure

HEAD = '<?xml version="1.0"?>'
COUNT = 1_000 if os.environ.get("KQDESK_FULL") else 150
LONGEST_S, MOST_MB = 20, 512
ROWS = "".join(row(n, f"王{n}", f"1600000{n:04d}") for n in range(2, 40))
GOOD = xlsx(HEAD + OPENING + row(1, "姓名", "电话") + ROWS + CLOSING)


def mutated(seed: int) -> bytes:
    """Bytes flipped, cut, doubled or blanked; half of them inside the sheet, packed again."""
    dice = random.Random(seed)
    if seed % 2:
        sheet = bytearray((HEAD + OPENING + row(1, "姓名", "电话") + ROWS + CLOSING).encode())
        _hurt(sheet, dice)
        return xlsx(sheet.decode("utf-8", "replace"))
    content = bytearray(GOOD)
    _hurt(content, dice)
    return bytes(content)


def _hurt(content: bytearray, dice: random.Random) -> None:
    kind = dice.randrange(5)
    at = dice.randrange(len(content))
    if kind == 0:
        del content[at:]
    elif kind == 1:
        content[at:at] = content[at : at + dice.randrange(1, 400)]
    elif kind == 2:
        content[at : at + 60] = bytes(min(60, len(content) - at))
    else:
        for _ in range(dice.randint(1, 12)):
            content[dice.randrange(len(content))] = dice.randrange(256)


def read(path: Path) -> str:
    """ "" when it was read, else the sentence it was refused with."""
    try:
        for _ in stream_workbook(path):
            pass
    except Refused as refused:
        return str(refused)
    return ""


def read_all(folder: str, count: int) -> tuple[list[str], float, float]:
    """What each file was answered, the slowest in seconds, the largest reader in MB.

    Runs in a process of its own, whose only children are the readers: the system tells one largest child for all.
    """
    path, told, slowest = Path(folder) / "mutant.xlsx", [], 0.0
    for content in [
        *(partial(mutated, seed) for seed in range(count)),
        *(make for make, _ in HOSTILE.values()),
    ]:
        path.write_bytes(content())
        began = time.monotonic()
        told.append(read(path))
        slowest = max(slowest, time.monotonic() - began)
    return told, slowest, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def test_every_mutant_is_read_or_refused_with_a_listed_sentence(tmp_path: Path) -> None:
    listed = {sentence.format(name="mutant.xlsx") for sentence in REFUSALS.values()}

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        told, slowest, largest = alone.submit(read_all, str(tmp_path), COUNT).result()

    assert {sentence for sentence in told if sentence} <= listed
    assert slowest <= LONGEST_S
    assert largest <= MOST_MB
    assert COUNT // 10 < sum(not sentence for sentence in told) < len(told), "some are read, some refused"
    figure("mutated workbooks and bombs read or refused", len(told), "files")
    figure("slowest of them", slowest, "s")
    figure("largest reader", largest, "MB")
