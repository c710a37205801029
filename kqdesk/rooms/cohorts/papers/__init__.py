"""What is printed of a cohort: the class list, 在读证明, receipts, 招生简章; and the words for the group chat."""

from kqdesk.rooms.cohorts.papers.class_list import (
    ClassList,
    EnrolmentProof,
    ListLine,
    as_class_list,
    as_enrolment_proof,
    chinese_date,
    class_list,
    class_list_pdf,
    enrolment_proof,
    enrolment_proof_pdf,
    print_class_lists,
    print_enrolment_proofs,
)
from kqdesk.rooms.cohorts.papers.receipts import Receipt, as_receipt, receipt, receipt_pdf
from kqdesk.rooms.cohorts.papers.recruiting import (
    Leaflet,
    Offered,
    as_offered,
    cancelled_text,
    fee_words,
    leaflet,
    leaflet_pdf,
    moved_text,
    opening_text,
    qr_text,
)

__all__ = [
    "ClassList", "EnrolmentProof", "Leaflet", "ListLine", "Offered", "Receipt", "as_class_list", "as_enrolment_proof",
    "as_offered", "as_receipt", "cancelled_text", "chinese_date", "class_list", "class_list_pdf", "enrolment_proof",
    "enrolment_proof_pdf", "fee_words", "leaflet", "leaflet_pdf", "moved_text", "opening_text", "print_class_lists",
    "print_enrolment_proofs", "qr_text", "receipt", "receipt_pdf",
]  # fmt: skip
