"""Made-up persons for the demo school and the benchmarks: seeded, so the same seed gives the same township.

Nobody here exists: the ID numbers have a right check digit but use county parts 97–99, which were never issued,
and the mobile numbers begin with 154, 160 or 163, which are not in use.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import TypedDict

from kqdesk.kernel.national_id import check_character

FIRST_BIRTH, LAST_BIRTH = date(1950, 1, 1), date(2007, 12, 31)

TOWNSHIPS = {
    "330603001": "柯桥街道", "330603002": "柯岩街道", "330603003": "华舍街道", "330603004": "湖塘街道",
    "330603005": "齐贤街道", "330603006": "福全街道", "330603007": "安昌街道", "330603008": "兰亭街道",
    "330603009": "钱清街道", "330603010": "杨汛桥街道", "330603011": "马鞍街道", "330603105": "平水镇",
    "330603107": "王坛镇", "330603109": "稽东镇", "330603111": "漓渚镇", "330603114": "夏履镇",
}  # fmt: skip
_VILLAGE_HEADS = "东西南北上下前后新大小中"
_VILLAGE_TAILS = (
    "溪",
    "岭",
    "湖",
    "桥",
    "墩",
    "浦",
    "埠",
    "坞",
    "塘",
    "渚",
    "堰",
    "畈",
    "泾",
    "浜",
    "岙",
    "蓬",
)

# surname → persons in a thousand, roughly as in eastern Zhejiang
_SURNAMES = {
    "王": 78, "陈": 92, "张": 60, "李": 48, "徐": 42, "周": 38, "吴": 36, "金": 34, "沈": 33, "朱": 30,
    "胡": 28, "杨": 27, "俞": 26, "章": 25, "赵": 24, "钱": 23, "孙": 22, "潘": 21, "傅": 20, "何": 20,
    "黄": 20, "刘": 19, "马": 18, "许": 17, "高": 16, "韩": 15, "谢": 15, "叶": 15, "鲁": 14, "陆": 14,
    "丁": 13, "董": 12, "茹": 10, "祝": 10, "宋": 9, "倪": 8, "蒋": 8, "邵": 7, "余": 7, "骆": 6,
    "屠": 5, "濮": 4, "单": 4, "曾": 3, "仇": 2, "查": 2, "解": 2, "区": 1, "欧阳": 2, "诸葛": 1,
}  # fmt: skip
_GIVEN = (
    "建国", "志明", "伟", "芳", "丽娟", "秀英", "国强", "海燕", "小红", "晓东", "爱珍", "关根", "水娥", "金凤",
    "云飞", "雅琴", "子涵", "浩然", "宇轩", "欣怡", "月英", "阿毛", "柏林", "炳坤", "菊芬", "荷花", "建萍", "利江",
    "小英", "永良", "美华", "张根", "文娟", "雪梅", "春燕", "国庆", "卫东", "红卫", "亚芬", "静", "磊", "超",
)  # fmt: skip
_SECOND = "平安明亮华英强军民生林森波涛江河海洋山峰岩石金银铜宝珍玉珠琴棋书画诗词文武双全仁义礼智信忠孝春夏秋冬梅兰竹菊松柏"
_RARE = ("陈㛃", "王䶮", "李𬭎", "沈𬍛", "徐𠅤")
_MINORITY = (
    ("阿依古丽·买买提", "05"), ("艾力·吐尔逊", "05"), ("扎西·多吉", "04"), ("其其格·巴特尔", "02"),
    ("迪丽拜尔·阿不都热依木", "05"), ("古丽娜尔·努尔兰别克", "17"),
)  # fmt: skip
_AREAS = ("330697", "330698", "330699", "330697", "330699", "341198", "522299", "421197")
_PHONE_HEADS = ("154", "160", "163")
_EDUCATION = ("71",) * 50 + ("81",) * 22 + ("73",) * 8 + ("61",) * 9 + ("44",) * 5 + ("31",) * 4 + ("21",) * 2
_FIRMS = (
    "蓝桥印染有限公司",
    "鉴湖纺织有限公司",
    "东浦酒业有限公司",
    "轻纺城北市场",
    "会稽山食品有限公司",
    "",
    "",
    "",
)
_JOBS = ("挡车工", "染色工", "机修工", "质检员", "仓库管理员", "驾驶员", "缝纫工", "务农", "个体经营", "")
_WISHES = ("想读成人高中", "想考初级工证书", "暂无", "", "想学电商")
_PATHS = ("双证制成人高中", "双证制成人初中", "技能培训", "", "开放教育")


class MadePerson(TypedDict):
    """One line of a roster, in the keys of the roster format; empty cells are None."""

    name: str
    id_kind: str | None
    id_number: str | None
    sex: str
    birth_date: date
    ethnicity_code: str
    hukou: str
    address: str
    employer: str | None
    job: str | None
    education_code: str
    township_code: str
    village: str
    phone: str | None
    phone2: str | None
    wish: str | None
    path: str | None


def villages(seed: int = 1) -> list[tuple[str, str]]:
    """(township code, village name), twelve a township, no name twice."""
    names = [head + tail + "村" for head in _VILLAGE_HEADS for tail in _VILLAGE_TAILS]
    Random(seed).shuffle(names)
    return [(code, names[n * 12 + k]) for n, code in enumerate(TOWNSHIPS) for k in range(12)]


def stream_people(count: int, seed: int = 1) -> Iterator[MadePerson]:
    """``count`` persons, one after the other; no ID number twice. About one in 50 has no ID number at hand."""
    rng = Random(seed)
    places = villages(seed)
    surnames, weights = list(_SURNAMES), list(_SURNAMES.values())
    taken: set[int] = set()
    for number in range(count):
        name, ethnicity = _name(rng, number, rng.choices(surnames, weights)[0])
        born = FIRST_BIRTH + timedelta(days=rng.randrange((LAST_BIRTH - FIRST_BIRTH).days))
        township, village = places[rng.randrange(len(places))]
        id_number = _id_number(rng, born, taken)
        area = f"浙江省绍兴市柯桥区{TOWNSHIPS[township]}{village}"
        has_id = rng.random() > 0.02
        yield MadePerson(
            name=name,
            id_kind="resident" if has_id else None,
            id_number=id_number if has_id else None,
            sex="1" if int(id_number[16]) % 2 else "2",
            birth_date=born,
            ethnicity_code=ethnicity,
            hukou=area,
            address=f"{area}{rng.randrange(1, 400)}号",
            employer=rng.choice(_FIRMS) or None,
            job=rng.choice(_JOBS) or None,
            education_code=rng.choice(_EDUCATION),
            township_code=township,
            village=village,
            phone=_phone(rng) if rng.random() > 0.03 else None,
            phone2=_phone(rng) if rng.random() < 0.05 else None,
            wish=rng.choice(_WISHES) or None,
            path=rng.choice(_PATHS) or None,
        )


def make_people(count: int, seed: int = 1) -> list[MadePerson]:
    """All of ``stream_people`` at once; for demo schools, not for a million."""
    return list(stream_people(count, seed))


def _name(rng: Random, number: int, surname: str) -> tuple[str, str]:
    """Name and GB/T 3304 code. Every 97th has a rare character, every 61st a name with ·."""
    if number % 97 == 7:
        return _RARE[number // 97 % len(_RARE)], "01"
    if number % 61 == 11:
        return _MINORITY[number // 61 % len(_MINORITY)]
    if rng.random() < 0.4:
        return surname + rng.choice(_GIVEN), "01"
    return surname + rng.choice(_SECOND) + (rng.choice(_SECOND) if rng.random() < 0.85 else ""), "01"


def _id_number(rng: Random, born: date, taken: set[int]) -> str:
    while True:
        first17 = f"{rng.choice(_AREAS)}{born:%Y%m%d}{rng.randrange(1, 1000):03d}"
        if int(first17) not in taken:
            taken.add(int(first17))
            return first17 + check_character(first17)


def _phone(rng: Random) -> str:
    return f"{rng.choice(_PHONE_HEADS)}{rng.randrange(10**8):08d}"
