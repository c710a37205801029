"""The fault workbook: the file as it came, faulty cells red with a note, and a column that says what to mend.

An .xlsx goes back as the same workbook; any other kind is rebuilt as .xlsx. Done by a limited child (``redpen.py``),
because the file is still a foreign one.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from kqdesk.excel.faults import Fault
from kqdesk.excel.prescan import REFUSALS
from kqdesk.excel.reading import Refused
from kqdesk.excel.writing import replacing
from kqdesk.kernel.child import ChildError, ChildFault, run_child
from kqdesk.kernel.progress import Progress, Quiet

REASON_TITLE = "哪里要改"


def mark_faults(
    source: Path,
    faults: Sequence[Fault],
    headers: Iterable[tuple[str | None, int]],
    path: Path,
    *,
    progress: Progress = Quiet(),
) -> None:
    """Write ``source`` with its ``faults`` marked to ``path``. ``headers``: (sheet, header row) of each table.

    Raises ``Refused`` when the source can no longer be opened, ``Unreachable`` when ``path`` cannot be written.
    """
    told = [[fault.sheet, fault.row, fault.column, fault.reason] for fault in faults if fault.row is not None]
    with replacing(path) as draft:
        request = {"source": str(source), "draft": str(draft), "faults": told, "headers": list(headers)}
        try:
            run_child("mark-faults", request, memory_mb=1024, cpu_s=180, wall_s=240.0, progress=progress)
        except ChildFault as fault:
            if fault.kind == "disk":
                raise OSError(fault.detail) from None
            raise Refused(fault.kind if fault.kind in REFUSALS else "damaged", source, fault.detail) from None
        except ChildError as broken:
            raise Refused("too_large", source, str(broken)) from None
