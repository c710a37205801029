"""Papers of 双证: the credit sheet, 毕业生登记表, rosters, the posted list, the receipt book."""

from kqdesk.rooms.dual.papers.forms import (
    CreditPaper,
    RegistrationForm,
    credit_sheet,
    credit_sheets_pdf,
    registration_form,
    registration_forms_pdf,
)
from kqdesk.rooms.dual.papers.lists import (
    Graduate,
    GraduateList,
    ReceiptLine,
    graduate_roster,
    posted_list,
    posted_list_pdf,
    receipt_book,
    receipt_book_pdf,
    roster_pdf,
)

__all__ = [
    "CreditPaper",
    "Graduate",
    "GraduateList",
    "ReceiptLine",
    "RegistrationForm",
    "credit_sheet",
    "credit_sheets_pdf",
    "graduate_roster",
    "posted_list",
    "posted_list_pdf",
    "receipt_book",
    "receipt_book_pdf",
    "registration_form",
    "registration_forms_pdf",
    "roster_pdf",
]
