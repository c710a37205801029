"""Filled forms as files: the template once for each learner, cohort or sitting."""

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from kqdesk.excel.templates import Filling, Picture, Value, fill
from kqdesk.excel.writing import replacing
from kqdesk.kernel.progress import Progress, Quiet
from kqdesk.rooms.reports import rules
from kqdesk.rooms.reports.queries import FormValues, TemplateRow

ReadFile = Callable[[str], bytes]
"""Digest → bytes (``Attachments.read``)."""


def made_forms(
    template: TemplateRow, filled: Sequence[FormValues], read: ReadFile, *, progress: Progress | None = None
) -> list[tuple[str, bytes]]:
    """(file name, bytes) of each form; InputFaults when the template cannot be opened any more."""
    asks_photo = "照片" in template.asks
    fillings = [_filling(one, read if asks_photo else None) for one in filled]
    made = fill(read(template.digest), template.file_name, fillings, progress=progress or Quiet())
    names = rules.distinct([rules.file_name(template.title, [one.name], template.kind) for one in filled])
    return list(zip(names, made, strict=True))


def _filling(one: FormValues, read: ReadFile | None) -> Filling:
    values: dict[str, Value] = dict(one.values)
    if read is not None and one.photo:
        values["照片"] = Picture(read(one.photo))
    return Filling(values, one.lists)


def write_forms(path: Path, made: Sequence[tuple[str, bytes]]) -> None:
    """One form as its own file; several packed into one .zip, each under its learner's name."""
    with replacing(path) as draft:
        if len(made) == 1:
            draft.write_bytes(made[0][1])
            return
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in made:
                archive.writestr(name, content)
        draft.write_bytes(packed.getvalue())


def lacking(template: TemplateRow, filled: Sequence[FormValues]) -> tuple[str, ...]:
    """Single fields the template asks for and no form has a value for: they stay blank and somebody has to know."""
    asked = [name for name in dict.fromkeys(template.asks) if "." not in name and name != "照片"]
    return tuple(name for name in asked if all(one.values.get(name) in (None, "") for one in filled))
