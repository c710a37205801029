"""Chinese characters to syllables without tones. The dictionary is loaded when the first name is read, not at start."""

import importlib
import os
from collections.abc import Callable
from functools import cache, lru_cache


@cache
def _reader() -> Callable[[str], str]:
    # Phrases would read 单 in 单位 and cost 0.3 s of start-up; a name has no phrases.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    pypinyin = importlib.import_module("pypinyin")

    def read(character: str) -> str:
        return str(pypinyin.lazy_pinyin(character)[0])

    return read


@lru_cache(maxsize=20_000)
def syllable(character: str) -> str:
    """``吕`` → ``lv``; a character without a known reading comes back as itself."""
    return _reader()(character)


def syllables(text: str) -> tuple[str, ...]:
    """One syllable a character, ü as v."""
    return tuple(syllable(character) for character in text)


# As a surname these are read otherwise than the dictionary's first reading.
_SURNAMES = {
    "单": "shan", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "曾": "zeng", "盖": "ge", "朴": "piao",
    "任": "ren", "华": "hua", "翟": "zhai", "尉": "wei", "冼": "xian", "员": "yun", "种": "chong", "重": "chong",
    "折": "she", "秘": "bi", "繁": "po", "召": "shao", "覃": "qin", "那": "na", "乜": "nie", "洗": "xian",
    "纪": "ji", "黑": "he", "能": "nai", "么": "yao", "乐": "yue", "隗": "wei", "燕": "yan", "缪": "miao",
}  # fmt: skip
_LONG_SURNAMES = {
    "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "单于": ("chan", "yu"), "澹台": ("tan", "tai"),
    "长孙": ("zhang", "sun"), "夏侯": ("xia", "hou"), "令狐": ("ling", "hu"), "皇甫": ("huang", "fu"),
}  # fmt: skip


def name_reading(name: str) -> tuple[str, str]:
    """Full reading and initials of a person's name in lower-case ASCII: 单志明 → ``("shanzhiming", "szm")``.

    Latin words count as one syllable each; characters without a known reading are left out.
    """
    first = _LONG_SURNAMES.get(name[:2]) or ((_SURNAMES[name[0]],) if name[:1] in _SURNAMES else ())
    parts = list(first)
    word = ""
    for character in name[len(first) :]:
        if character.isascii() and character.isalnum():
            word += character.lower()
            continue
        parts.append(word)
        word = ""
        parts.append(syllable(character) if character.isalpha() else "")
    parts.append(word)
    read = [part for part in parts if part and part.isascii()]
    return "".join(read), "".join(part[0] for part in read)
