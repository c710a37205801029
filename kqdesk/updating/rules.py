"""Which update fits which program, by version, platform and date. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

PROGRAM = "kqdesk"
FOLDER, PACKAGE = "folder", "package"
"""How a release is laid out: program files to unpack beside the old ones · a system package (.deb) for its installer."""
_VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){1,3}")
_PLATFORM_WORDS = {
    "linux-x86_64": "Linux（x86-64）",
    "linux-aarch64": "Linux（ARM）",
    "win32-x86_64": "Windows",
    "darwin-aarch64": "macOS",
    "darwin-x86_64": "macOS（Intel）",
}
OTHER_PROGRAM = "这是“{other}”的升级文件，不是本程序的。请要 kqdesk 的升级文件。"
OTHER_PLATFORM = "这份升级文件是给{other}的，这台电脑是{here}。请要给{here}的那一份。"
OLDER = "升级文件是 {found} 版，这台电脑上已经是 {running} 版。程序只往新的版本升，没有动任何东西；请要更新的一份。"
SAME = "这台电脑上已经是 {found} 版，不用再升级。"
TOO_FAR = "这份升级要从 {oldest} 版或以后的版本开始，这台电脑上是 {running} 版。请先升级到 {oldest} 版，再用这一份。"
FOR_PACKAGES = (
    "这台电脑上的 kqdesk 是用安装包装的，请用安装包升级：由管理员运行 sudo apt install ./{file}。"
    "学校的数据不在程序文件夹里，升级不会动它。"
)
NOT_A_PACKAGE = "这份升级文件里是安装包，这台电脑上的 kqdesk 不是用安装包装的。请要“文件夹版”的升级文件。"
NO_VERSIONS = (
    "这里的程序不是按版本文件夹安装的，不能用升级文件升级。请用安装包或压缩包装上新版本，数据会照常打开。"
)


@dataclass(frozen=True)
class Facts:
    """What the rules need to know of a release."""

    program: str
    version: str
    oldest: str
    platform: str
    layout: str
    file: str = ""  # the package's own name


@dataclass(frozen=True)
class Here:
    """This PC: the program that runs, the newest one that is unpacked already, how it was installed."""

    running: str
    platform: str
    layout: str  # FOLDER · PACKAGE · "" (from source)


def is_version(text: str) -> bool:
    """Whether ``text`` looks like 1.2 or 1.2.3."""
    return _VERSION.fullmatch(text) is not None


def numbers(version: str) -> tuple[int, ...]:
    """To compare: 1.10 is newer than 1.9, and 1.2 the same as 1.2.0."""
    found = [int(part) for part in version.split(".")]
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)


def is_newer(version: str, than: str) -> bool:
    """Whether ``version`` comes after ``than``."""
    return numbers(version) > numbers(than)


def platform_words(platform: str) -> str:
    """A platform as people call it."""
    return _PLATFORM_WORDS.get(platform, platform)


def refusal(facts: Facts, here: Here) -> str:
    """R-UPD-01: why a release may not replace the program here, with what to do; "" when it may.

    Another program's, another platform's, an older one or the same, one that cannot begin from here; versions never go back.
    """
    if facts.program != PROGRAM:
        return OTHER_PROGRAM.format(other=facts.program)
    if facts.platform != here.platform:
        return OTHER_PLATFORM.format(other=platform_words(facts.platform), here=platform_words(here.platform))
    if numbers(facts.version) == numbers(here.running):
        return SAME.format(found=facts.version)
    if not is_newer(facts.version, here.running):
        return OLDER.format(found=facts.version, running=here.running)
    if is_newer(facts.oldest, here.running):
        return TOO_FAR.format(oldest=facts.oldest, running=here.running)
    if here.layout == PACKAGE:
        return FOR_PACKAGES.format(file=facts.file or f"kqdesk_{facts.version}.deb")
    if facts.layout == PACKAGE:
        return NOT_A_PACKAGE
    return "" if here.layout == FOLDER else NO_VERSIONS


def newest(versions: Mapping[str, object]) -> str:
    """The newest of some versions; "" of none."""
    return max(versions, key=numbers, default="")
