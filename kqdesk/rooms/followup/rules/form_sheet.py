"""What the code on a satisfaction form says: school, questionnaire, which sheet. Only characters of a dense QR code."""

import base64
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormCode:
    """``form_no``: the sheets of one print are numbered, so that the same sheet scanned twice counts once."""

    school: str
    questionnaire_id: str
    form_no: int


def write_code(code: FormCode) -> str:
    """The content for the form's code."""
    key = base64.b32encode(bytes.fromhex(code.questionnaire_id)).decode("ascii").rstrip("=")
    return f"{code.school}/{key}/{code.form_no}"


def read_code(content: str) -> FormCode:
    """The reverse of ``write_code``. ValueError when it was not written by it."""
    try:
        school, key, number = content.split("/")
        found = FormCode(school, base64.b32decode(key + "=" * (-len(key) % 8)).hex(), int(number))
    except ValueError as wrong:  # binascii.Error is one
        raise ValueError(f"no form code: {content!r}") from wrong
    if len(found.questionnaire_id) != 32 or found.form_no < 1:
        raise ValueError(f"no form code: {content!r}")
    return found
