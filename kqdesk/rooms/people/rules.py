"""花名册 rules: what a name is searched by, and when two entries speak of one human being. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from kqdesk.kernel.national_id import to_18
from kqdesk.kernel.pinyin import syllables

# Surnames read otherwise than the character is mostly read.
_SURNAMES = {
    "单": "shan", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "曾": "zeng", "任": "ren", "朴": "piao", "盖": "ge",
    "华": "hua", "宓": "mi", "缪": "miao", "乐": "yue", "燕": "yan", "尉": "wei", "晟": "cheng", "种": "chong",
    "员": "yun", "召": "shao", "黑": "he", "折": "she", "秘": "bi", "冼": "xian", "逄": "pang", "繁": "po",
    "俱": "ju", "不": "fou", "万": "wan", "钭": "tou", "隗": "wei", "翟": "zhai", "覃": "qin", "谌": "chen", "阚": "kan",
    "郇": "xun", "郗": "xi", "訾": "zi", "哈": "ha", "佴": "nai", "葛": "ge", "干": "gan", "纪": "ji", "宁": "ning",
    "过": "guo", "令": "ling", "么": "yao", "适": "kuo", "洗": "xian", "强": "qiang", "重": "chong", "车": "che",
    "行": "xing", "幸": "xing", "沈": "shen", "褚": "chu", "祭": "zhai", "卜": "bu", "瞿": "qu", "臧": "zang", "舍": "she",
    "尹": "yin", "石": "shi", "牟": "mu", "南": "nan", "缴": "jiao", "藏": "zang", "叶": "ye", "吕": "lv", "塔": "ta",
    "那": "na", "啜": "chuai", "撒": "sa", "貟": "yun", "鮑": "bao", "倪": "ni", "娄": "lou", "茹": "ru", "濮": "pu",
}  # fmt: skip
_DOUBLE_SURNAMES = {
    "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "单于": ("chan", "yu"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai"),
    "宰父": ("zai", "fu"), "令狐": ("ling", "hu"), "鲜于": ("xian", "yu"), "皇甫": ("huang", "fu"), "亓官": ("qi", "guan"),
    "欧阳": ("ou", "yang"), "上官": ("shang", "guan"), "诸葛": ("zhu", "ge"), "夏侯": ("xia", "hou"), "司马": ("si", "ma"),
    "乐正": ("yue", "zheng"), "宗政": ("zong", "zheng"), "太叔": ("tai", "shu"),
}  # fmt: skip


@lru_cache(maxsize=50_000)
def pinyin_of(name: str) -> tuple[str, str]:
    """Full pinyin and initials in lower case, ü as v: 单霞 → ("shanxia", "sx"); Latin names without blanks and dots."""
    letters = "".join(character for character in name if character.isalnum())
    if letters.isascii():
        words = name.replace("·", " ").lower().split()
        return letters.lower(), "".join(word[0] for word in words if word[0].isalnum())
    read = list(syllables(letters))
    if letters[:2] in _DOUBLE_SURNAMES:
        read[:2] = _DOUBLE_SURNAMES[letters[:2]]
    elif letters[0] in _SURNAMES:
        read[0] = _SURNAMES[letters[0]]
    return "".join(read).lower(), "".join(one[0] for one in read).lower()


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of one entry when asking whether it is somebody already here. ``key`` is the caller's own mark."""

    key: str
    name: str
    id_number: str | None = None
    birth_date: date | None = None
    village: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How sure it is that two entries are one person (0..100), and why, in words for the person who decides."""

    score: int
    reason: str


SAME = 100  # at and above: the same person, nothing to ask
SUSPECT = 60  # at and above: ask


def likeness(one: Identity, other: Identity) -> Likeness:
    """Whether two entries are one human being. Equal numbers settle it; different valid numbers settle the contrary."""
    numbers = [to_18(number) if number else "" for number in (one.id_number, other.id_number)]
    if numbers[0] and numbers[0] == numbers[1]:
        return Likeness(SAME, "证件号相同")
    if all(numbers):
        return Likeness(0, "证件号不同")
    if one.name != other.name:
        return Likeness(0, "姓名不同")
    return _by_circumstance(one, other)


def _by_circumstance(one: Identity, other: Identity) -> Likeness:
    pairs = (
        ("出生日期", one.birth_date, other.birth_date, 45),
        ("电话", one.phone, other.phone, 45),
        ("村社", one.village, other.village, 20),
    )
    same = [(label, weight) for label, mine, theirs, weight in pairs if mine and mine == theirs]
    differ = one.birth_date and other.birth_date and one.birth_date != other.birth_date
    score = 0 if differ else min(95, 20 + sum(weight for _, weight in same))
    words = "、".join(["姓名", *(label for label, _ in same)]) + "相同"
    return Likeness(score, "同名，出生日期不同" if differ else words)


_NAME, _READING, _ALIKE, _BORN, _PHONE, _PLACE, _SLIP = 40, 32, 20, 35, 30, 12, 35


def resemblance(one: Identity, other: Identity) -> Likeness:
    """How much two entries look like one human being (0..100), for the list of doubles and while typing.

    R-PEO-05: never an answer, only the order in which people are asked. Looser than ``likeness``: names that sound
    alike or differ in one character count, and so does one slip of the pen in the number.
    """
    numbers = [to_18(number) if number else "" for number in (one.id_number, other.id_number)]
    if numbers[0] and numbers[0] == numbers[1]:
        return Likeness(SAME, "证件号相同")
    name, words = _names_alike(one.name, other.name)
    slip = all(numbers) and DamerauLevenshtein.distance(numbers[0], numbers[1], score_cutoff=1) <= 1
    if all(numbers) and not slip:
        return Likeness(0, "证件号不同")
    score, reasons = name, [words] if words else []
    if slip:
        score, reasons = score + _SLIP, [*reasons, "证件号只差一处"]
    if one.birth_date and one.birth_date == other.birth_date:
        score, reasons = score + _BORN, [*reasons, "出生日期相同"]
    elif one.birth_date and other.birth_date and not slip:
        return Likeness(0, "出生日期不同")
    if one.phone and one.phone == other.phone:
        score, reasons = score + _PHONE, [*reasons, "电话相同"]
    if one.village and one.village == other.village:
        score, reasons = score + _PLACE, [*reasons, "同村社"]
    return Likeness(min(score, 99), "、".join(reasons) or "姓名不同")


def _names_alike(one: str, other: str) -> tuple[int, str]:
    if one == other:
        return _NAME, "同名"
    if pinyin_of(one)[0] == pinyin_of(other)[0]:
        return _READING, "姓名同音"
    if min(len(one), len(other)) > 2 and DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1:
        return _ALIKE, "姓名差一个字"
    return 0, ""


def most_like(one: Identity, others: Sequence[Identity]) -> tuple[Identity, Likeness] | None:
    """The most likely same person among ``others``; ``None`` when nobody reaches ``SUSPECT``."""
    judged = [(other, likeness(one, other)) for other in others]
    best = max(judged, key=lambda pair: pair[1].score, default=None)
    return best if best and best[1].score >= SUSPECT else None
