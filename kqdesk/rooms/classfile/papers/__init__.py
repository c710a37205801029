"""What 一班一档 prints and packs: the bound PDF with its index, the ZIP of the originals."""

from kqdesk.rooms.classfile.papers.bundle import (
    PDF_NAME,
    Leaf,
    Read,
    class_file_pdf,
    print_class_file,
    zip_class_file,
)
from kqdesk.rooms.classfile.papers.parts import (
    ACROSS,
    INDEX,
    VALID,
    cover_part,
    index_part,
    made_parts,
)

__all__ = [
    "ACROSS",
    "INDEX",
    "PDF_NAME",
    "VALID",
    "Leaf",
    "Read",
    "class_file_pdf",
    "cover_part",
    "index_part",
    "made_parts",
    "print_class_file",
    "zip_class_file",
]
