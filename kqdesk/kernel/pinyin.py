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
