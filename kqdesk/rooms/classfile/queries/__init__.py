"""What is asked of 一班一档: how complete each class is, one class with its files, everything it prints."""

from kqdesk.rooms.classfile.queries.dossier import (
    Dossier,
    dossier,
)
from kqdesk.rooms.classfile.queries.files import (
    ISSUED,
    Archived,
    ClassFileCard,
    ClassFileRow,
    class_file,
    class_files,
    facts_of,
    wanted_papers,
)

__all__ = [
    "ISSUED",
    "Archived",
    "ClassFileCard",
    "ClassFileRow",
    "Dossier",
    "class_file",
    "class_files",
    "dossier",
    "facts_of",
    "wanted_papers",
]
