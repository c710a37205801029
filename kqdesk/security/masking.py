"""What is shown of a number by default. Pure; the whole number is a separate right and each reveal is logged.

The mask keeps the length, so columns stay aligned; what is too short to be masked tellingly is hidden whole.
"""

_STAR = "*"


def mask_id(number: str | None) -> str:
    """``330621********019X``: area and the last four stay, the date of birth goes. Empty for none."""
    return _masked(number, head=6, tail=4)


def mask_name(name: str | None) -> str:
    """``王*`` and ``王*毛``: the first and, of three and more, the last character stay. Empty for none."""
    text = (name or "").strip()
    return text[:1] + _STAR * max(1, len(text) - 2) + (text[-1] if len(text) > 2 else "") if text else ""


def mask_phone(number: str | None) -> str:
    """``138****1234``; a land line keeps its last four only."""
    text = (number or "").strip()
    return _masked(text, head=3 if len(text) == 11 and text.startswith("1") else 0, tail=4)


def mask_bank(number: str | None) -> str:
    """``***************1234``: the last four of a bank account."""
    return _masked(number, head=0, tail=4)


def _masked(number: str | None, *, head: int, tail: int) -> str:
    text = (number or "").strip()
    hidden = len(text) - head - tail
    if hidden < tail:  # fewer hidden than shown at the end: a short or broken number would be given away
        return _STAR * len(text)
    return text[:head] + _STAR * hidden + text[len(text) - tail :]
