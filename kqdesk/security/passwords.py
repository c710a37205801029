"""Whether a new password is too easy. Pure; no rule about which characters, only about what is guessed first.

Source: reliability study §3 (at least ten characters, not a common one, not made of what everybody knows).
"""

import re
import unicodedata

SHORTEST = 10
LONGEST = 256
_COMMON = (
    "password",
    "qwertyuiop",
    "asdfghjkl",
    "1qaz2wsx",
    "woaini",
    "iloveyou",
    "admin",
    "administrator",
    "keqiao",
    "shaoxing",
    "chengxiao",
    "kqdesk",
    "5201314",
    "88888888",
    "66666666",
)
_RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
)
_YEAR = re.compile(r"(19|20)\d\d")
_OWN_CHARACTERS = 4
"""So many characters must be left when everything guessable is taken out."""


def weakness(password: str, known: tuple[str, ...] = ()) -> str:
    """Why ``password`` should not be taken, as a sentence; empty when it is good.

    ``known``: what others know of the person or the school (name, phone, school code).
    """
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(plain) < SHORTEST:
        return f"密码至少 {SHORTEST} 个字符，现在是 {len(plain)} 个。可以用一句只有自己知道的话。"
    if len(plain) > LONGEST:
        return f"密码最多 {LONGEST} 个字符。"
    if len(set(plain)) < 5:
        return "密码里重复的字符太多，请换一个。"
    rest = plain
    for word in sorted(
        (*_COMMON, *(part.casefold() for part in known if len(part) >= 2)), key=len, reverse=True
    ):
        rest = rest.replace(word, "")
    rest = _YEAR.sub("", rest)
    if len(_without_runs(rest)) < _OWN_CHARACTERS:
        return "这个密码太容易猜到（常用词、连续数字、姓名或电话），请换一句只有自己知道的话。"
    return ""


def _without_runs(text: str) -> str:
    """``text`` without four or more characters in a row that follow a run such as 1234 or dcba."""
    at, kept = 0, []
    while at < len(text):
        length = 0
        while at + length < len(text) and any(text[at : at + length + 1] in run for run in _RUNS):
            length += 1
        if length >= 4:
            at += length
        else:
            kept.append(text[at])
            at += 1
    return "".join(kept)
