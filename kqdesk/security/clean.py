"""A report somebody sends when something breaks: text without a person in it, whatever stood in logs, names or paths.

Nothing is looked up to be left out: what could be a name, a number, a place on the disk or an address is masked by its
shape, so that a name nobody knows of is masked, too. Words of our own are added beside what was masked, never inside.
"""

import re

from kqdesk.security.logs import without_names, without_numbers

_PLACES = re.compile(
    r"(?:[A-Za-z]:\\|\\\\|(?<![\w.])[/~]\/?)[^\s\"'<>|]*(?: [^\s\"'<>|/\\]+[/\\][^\s\"'<>|]*)*"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b")


def without_places(text: str, own: tuple[str, ...] = ()) -> str:
    """Without paths, addresses and the words of ``own`` (the user's name on this PC, its home folder)."""
    plain = text
    for word in sorted(filter(None, own), key=len, reverse=True):
        plain = plain.replace(word, "〔本机〕")
    plain = _PLACES.sub("〔路径〕", plain)
    return _ADDRESS.sub("〔地址〕", _MAIL.sub("〔邮箱〕", plain))


def cleaned(text: str, own: tuple[str, ...] = ()) -> str:
    """Lines from a log or a name somebody gave: no Chinese, no number that could be anybody's, no path."""
    return "\n".join(without_names(without_numbers(without_places(line, own))) for line in text.splitlines())


def kept_words(text: str, own: tuple[str, ...] = ()) -> str:
    """Sentences of our own: their Chinese stays, numbers and paths go."""
    return without_numbers(without_places(text, own))
