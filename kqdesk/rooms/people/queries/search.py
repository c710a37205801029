"""Find a person by any scrap: name, pinyin, initials, ID number, phone, village, or several of them.

One statement a search. Every arm of it is a range over an index with its own LIMIT and the arms run in the
order of their worth, so the database stops as soon as enough is found; nothing ever scans the table. A search
of several words takes the word with the fewest hits to walk along and checks the others on the rows it meets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from kqdesk.rooms.people.model import SEARCH_PAUSE, SEARCH_REBUILD, SEARCH_RESUME
from kqdesk.security.masking import mask_id, mask_phone

__all__ = ["SEARCH_PAUSE", "SEARCH_REBUILD", "SEARCH_RESUME", "PersonHit", "find"]

MOST_WORDS = 5
COUNTED = 2_000  # hits of a word are counted up to here when the rarest is looked for; beyond, the longest is
WALKED = 5_000  # of two words that are both everywhere, so many hits are walked along at most
_LAST = "\U0010ffff"
_WHOLE = 11  # a mobile number; longer words are the beginning of an ID number or nothing
_OLD_PAPER = 8  # shortest number looked for among papers of earlier times
_NUMBERS = {"id_number": "ix_person_id_tail", "phone": "ix_person_phone_tail"}
_WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DOTS = str.maketrans("•‧・．●∙⋅", "·······")

EXACT, BEGINS, ENDS, WITHIN = range(4)


@dataclass(frozen=True, slots=True)
class PersonHit:
    """One person found. Numbers come masked. ``rank``: 0 the very thing · 1 begins so · 2 ends so · 3 contains it."""

    id: str
    name: str
    sex: str | None
    birth_date: date | None
    id_masked: str
    phone_masked: str
    village: str
    township_code: str | None
    rank: int


@dataclass(frozen=True, slots=True)
class _Arm:
    """One indexed way to a word: SQL over ``person`` aliased p, and what it binds."""

    rank: int
    where: str
    values: tuple[str, ...]
    index: str


def find(session: Session, text: str, limit: int = 50) -> list[PersonHit]:
    """The best ``limit`` persons for ``text``; any text is allowed, a meaningless one finds nobody."""
    words = _words(text)
    if not words:
        return []
    conn = session.connection()
    arms = [_arms(word) for word in words]
    if not all(arms):
        return []
    rarest = _rarest(conn, words, arms) if len(words) > 1 else 0
    sql, values = _union(
        _roads(arms[rarest]) if arms[1:] else arms[0], [*arms[:rarest], *arms[rarest + 1 :]], limit
    )
    sql = (
        "SELECT f.rank,p.id,p.name,p.sex,p.birth_date,p.id_number,p.phone,p.village,p.township_code"
        f" FROM ({sql}) f CROSS JOIN person p ON p.rowid=f.found WHERE p.merged_into_id IS NULL"
    )
    hits: dict[str, PersonHit] = {}
    for rank, person, *rest in conn.exec_driver_sql(sql, values):
        if person not in hits:
            hits[person] = _hit(rank, person, *rest)
    return sorted(hits.values(), key=lambda hit: hit.rank)[:limit]


def _hit(
    rank: int,
    person: str,
    name: str,
    sex: str | None,
    born: str | None,
    id_number: str | None,
    phone: str | None,
    village: str | None,
    township: str | None,
) -> PersonHit:
    birth_date = date.fromisoformat(born) if born else None
    return PersonHit(
        person, name, sex, birth_date, mask_id(id_number), mask_phone(phone), village or "", township, rank
    )


# --- words -------------------------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    # NUL and lone surrogates cannot be bound as text; people cannot type them, pasted rubbish can hold them.
    clean = "".join(
        c for c in text.translate(_WIDTHS).translate(_DOTS) if c != "\0" and not "\ud800" <= c <= "\udfff"
    )
    return list(dict.fromkeys(clean.split()))[:MOST_WORDS]


def _arms(word: str) -> list[_Arm]:
    """The ways to a word, best first."""
    upper = word.upper().replace("×", "X")
    number = upper.replace("-", "") if upper.replace("-", "").rstrip("X").isdigit() else upper
    if word.isascii() and any(c.isdigit() for c in word):
        return _number_arms(number)
    if word.isascii():
        return [*_reading_arms(word.lower()), *_name_arms(word)] if any(c.isalpha() for c in word) else []
    return _name_arms(word)


def _number_arms(word: str) -> list[_Arm]:
    arms = []
    for rank, compare, values in (
        (EXACT, "p.{0}=?", (word,)),
        (BEGINS, "p.{0}>? AND p.{0}<?", (word, word + _LAST)),
    ):
        arms += [_Arm(rank, compare.format(column), values, f"ix_person_{column}") for column in _NUMBERS]
    if len(word) >= _OLD_PAPER:
        where = "p.id IN (SELECT person_id FROM person_document WHERE number=?)"
        arms.insert(2, _Arm(EXACT, where, (word,), "sqlite_autoindex_person_1"))
    if 4 <= len(word) < _WHOLE:
        check, tail = (
            ("", (word[-4:],))
            if len(word) == 4
            else (f" AND substr(p.{{0}},-{len(word)})=?", (word[-4:], word))
        )
        for column, index in _NUMBERS.items():
            arms.append(_Arm(ENDS, f"substr(p.{column},-4)=?{check.format(column)}", tail, index))
    if 3 <= len(word) < _WHOLE and word.isalnum():
        arms.append(_Arm(WITHIN, "person_find MATCH ?", (f'"{word}"',), "person_find"))
    return arms


def _reading_arms(word: str) -> list[_Arm]:
    read = word.replace("ü", "v").replace("'", "")
    return [
        _Arm(EXACT, "p.name_initials=?", (read,), "ix_person_name_initials"),
        _Arm(EXACT, "p.name_pinyin=?", (read,), "ix_person_name_pinyin"),
        _Arm(
            BEGINS, "p.name_initials>? AND p.name_initials<?", (read, read + _LAST), "ix_person_name_initials"
        ),
        _Arm(BEGINS, "p.name_pinyin>? AND p.name_pinyin<?", (read, read + _LAST), "ix_person_name_pinyin"),
    ]


def _name_arms(word: str) -> list[_Arm]:
    arms = [
        _Arm(EXACT, "p.name=?", (word,), "ix_person_name"),
        _Arm(BEGINS, "p.name>? AND p.name<?", (word, word + _LAST), "ix_person_name"),
        _Arm(BEGINS, "p.village>=? AND p.village<?", (word, word + _LAST), "ix_person_village"),
    ]
    return [*arms, _Arm(WITHIN, "tail>=? AND tail<?", (word, word + _LAST), "person_tail")]


# --- statements --------------------------------------------------------------------------------------------


def _union(arms: Sequence[_Arm], checks: Sequence[Sequence[_Arm]], limit: int) -> tuple[str, tuple[Any, ...]]:
    """All arms of one word, each stopping at ``limit``; the outer LIMIT stops the rest once enough is found."""
    check, bound = _checks(checks)
    parts: list[str] = []
    values: list[Any] = []
    for arm in arms:
        parts.append(f"SELECT * FROM ({_walk(arm, check)} LIMIT {int(limit)})")
        values += [*arm.values, *bound]
    return " UNION ALL ".join(parts) + f" LIMIT {int(limit) * 2}", tuple(values)


def _walk(arm: _Arm, check: str) -> str:
    head = f"SELECT {arm.rank} rank,"
    if arm.index not in ("person_find", "person_tail"):
        return f"{head}p.rowid found FROM person p INDEXED BY {arm.index} WHERE {arm.where}{check}"
    row = "rowid" if arm.index == "person_find" else "person"
    found = f"SELECT {row} found FROM {arm.index} WHERE {arm.where}"
    if not check:
        return f"{head}found FROM ({found})"
    return f"{head}p.rowid found FROM ({found} LIMIT {WALKED}) d CROSS JOIN person p ON p.rowid=d.found WHERE 1{check}"


def _checks(words: Sequence[Sequence[_Arm]]) -> tuple[str, tuple[str, ...]]:
    """AND (… OR …) for each further word, tested on rows already met: no index is looked for."""
    clauses: list[str] = []
    values: list[str] = []
    for arms in words:
        tests = [_as_test(arm) for arm in arms]
        clauses.append(" AND (" + " OR ".join(test for test, _ in tests) + ")")
        values += [value for _, bound in tests for value in bound]
    return "".join(clauses), tuple(values)


def _as_test(arm: _Arm) -> tuple[str, tuple[str, ...]]:
    if arm.index == "person_find":
        word = arm.values[0].strip('"')
        return "instr(p.id_number,?)>0 OR instr(p.phone,?)>0", (word, word)
    if arm.index == "person_tail":
        return "instr(p.name,?)>1", (arm.values[0],)
    return arm.where, arm.values


def _rarest(conn: Connection, words: Sequence[str], arms: Sequence[Sequence[_Arm]]) -> int:
    """Which word has the fewest hits; hits are counted only as far as it matters, four digits not at all."""
    for n, word in enumerate(words):
        if word[-4:-1].isdigit() and len(word) >= 4:
            return n
    roads = [_roads(ways) for ways in arms]
    counts = [f"(SELECT count(*) FROM ({_capped(ways)}))" for ways in roads]
    values = tuple(value for ways in roads for arm in ways for value in arm.values)
    sizes = conn.exec_driver_sql("SELECT " + ",".join(counts), values).one()
    return min(range(len(words)), key=lambda n: (sizes[n], -len(words[n])))


def _roads(arms: Sequence[_Arm]) -> list[_Arm]:
    """The arms worth walking along when another word is there to check."""
    return [arm for arm in arms if not _is_vague(arm)] or list(arms)


def _is_vague(arm: _Arm) -> bool:
    """Beside another word, 1234 is the beginning or the end of a number; anywhere inside it is in every tenth one."""
    return arm.index == "person_find" and len(arm.values[0].strip('"')) < 6


def _capped(arms: Sequence[_Arm]) -> str:
    return (
        " UNION ALL ".join(f"SELECT * FROM ({_walk(arm, '')} LIMIT {COUNTED})" for arm in arms)
        + f" LIMIT {COUNTED}"
    )
