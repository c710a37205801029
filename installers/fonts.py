"""Builds resources/fonts/ from named packages: the faces the papers and the window draw with.

Run once by hand and commit the result; nobody who installs kqdesk runs it. Needs a Debian-family machine with
``apt-get`` and ``dpkg-deb`` (it installs nothing, it only fetches and unpacks), pip, and fontTools. About eight minutes:

    .venv/bin/python installers/fonts.py --work SCRATCH_FOLDER --out resources/fonts

What it does with a font, and why
- reportlab embeds TrueType outlines only, so the cubic (CFF) outlines of Noto become quadratic ones (cu2qu).
- Everything that drawing one glyph after another does not need is dropped: hinting, layout tables, vertical metrics.
- The rare-name font holds only what the Song face lacks, on a grid of 512 units and without superfluous points: at
  14 pt still far finer than a printer's dot.
- Every font gets a new name ("KQ …"), since the licences reserve the old ones for unchanged files.
It also writes listed.txt (the 8105 characters of the 通用规范汉字表 of 2013), SOURCES.md and LICENSES/.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from font_outlines import (
    MAX_ERROR,
    THIN,
    add_marks,
    drop_implied_points,
    reduce,
    rename,
    same_line,
    straighten,
    to_quadratic,
)
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

LIMIT = 60_000_000  # bytes of all fonts together

OFL = "SIL Open Font License 1.1"
NOTO = "fonts-noto-cjk"
KLEE = "fonts-lxgw-wenkai"
HANA = "fonts-hanazono"


@dataclass(frozen=True)
class Package:
    """A source package and the sha256 of the exact file that was used; ``notice`` is what its licence must say."""

    name: str
    version: str
    sha256: str
    notice: str


LIST = Package(
    "pypinyin-dict", "0.9.0", "10cfbe40af87d704b867533177be8cd72837da9e224755dd275798e88097067a",
    "list of characters only (a legal text, no work of its own)",
)  # fmt: skip
PACKAGES = (
    Package(
        NOTO, "1:20220127+repack1-1", "4a2515eb6db3978b897fef9709ed0d2b1f4c6c4df4d83d6c4ef65f71f1b1f502",
        "© 2014-2021 Adobe (http://www.adobe.com/). [Noto Sans CJK]\n"
        "© 2017-2022 Adobe (http://www.adobe.com/). [Noto Serif CJK]\n"
        "Copyright 2010-2012, Google Corporation [Debian's package]\n"
        "Noto is a trademark of Google Inc.",
    ),
    Package(
        KLEE, "1.250+repack-1", "6d1e4c4aac78ad32062aefa2c836ee4d6e58f9dcf8b3f4407c9eefe304615318",
        "Copyright 2021-2023 LXGW (https://github.com/lxgw/LxgwWenKai), with Reserved Font Names '霞鹜' and 'LXGW'.\n"
        "Copyright 2020 The Klee Project Authors (https://github.com/fontworks-fonts/Klee).",
    ),
    Package(
        HANA, "20170904-2.1", "a6943366b4f5a6cec34221f8b4eb22555a628f0ee6ef4e3d3401cabe9363aeae",
        "Copyright (c) 2011, GlyphWiki Project (kamichi@fonts.jp), with Reserved Font Name 'Hanazono Font',\n"
        "'HanaMinA', 'HanaMinB', '花園フォント', '花園明朝A' and '花園明朝B'.",
    ),
)  # fmt: skip

NOTO_FOLDER = "usr/share/fonts/opentype/noto"
SC = 2  # the Simplified Chinese member of Noto's collections

# Not hanzi: Latin, Greek, Cyrillic, marks and signs a paper may show. Kana stay (they are few), hangul goes.
SIGNS = (
    (0x20, 0x24F), (0x2B0, 0x2FF), (0x370, 0x3FF), (0x400, 0x45F), (0x1E00, 0x1EFF), (0x2000, 0x27BF),
    (0x2E80, 0x30FF), (0x3105, 0x312F), (0x31A0, 0x31EF), (0x3200, 0x33FF), (0xFE10, 0xFE6F), (0xFF00, 0xFFEF),
)  # fmt: skip
URO = ((0x4E00, 0x9FFF),)
# The Kai face leaves Latin, digits and signs to the Song face, as official papers do.
KAI_SIGNS = (
    (0xB7, 0xB7),
    (0x2014, 0x2014),
    (0x2018, 0x201D),
    (0x2026, 0x2026),
    (0x3000, 0x301F),
    (0xFF00, 0xFFEF),
)
PLAIN_SIGNS = ((0x20, 0x24F), (0x2010, 0x2040), (0x2160, 0x217F), (0x2190, 0x2193), (0x2460, 0x2473), (0x25A0, 0x25CF),
               (0x3000, 0x301F), (0x3220, 0x3229), (0xFF00, 0xFFEF))  # fmt: skip
COMPATIBLE = ((0xF900, 0xFAFF),)
EXTENSION_A = ((0x3400, 0x4DBF),)
EXTENSIONS_B_TO_F = ((0x20000, 0x2EBEF),)
BEYOND = ((0x20000, 0x323AF),)


def within(ranges: Iterable[tuple[int, int]], code: int) -> bool:
    return any(low <= code <= high for low, high in ranges)


def gb2312(code: int) -> bool:
    """Is it one of the 6,763 hanzi that nearly all names and all headings are written with?"""
    try:
        return within(URO, code) and bool(chr(code).encode("gb2312"))
    except UnicodeEncodeError:
        return False


def fetch(package: Package, work: Path) -> Path:
    """Download a Debian package (once), compare the sha256, unpack. Returns the folder it was unpacked to."""
    folder = work / package.name
    wanted = f"{package.name}={package.version}"
    archive = download(package, work, f"{package.name}_*.deb", ["apt-get", "download", wanted])
    if not folder.exists():
        subprocess.run(["dpkg-deb", "-x", str(archive), str(folder)], check=True)
    return folder


def download(package: Package, work: Path, pattern: str, command: list[str]) -> Path:
    archives = work / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    found = sorted(archives.glob(pattern))
    if not found:
        subprocess.run(command, cwd=archives, check=True)
        found = sorted(archives.glob(pattern))
    digest = hashlib.sha256(found[0].read_bytes()).hexdigest()
    if digest != package.sha256:
        sys.exit(f"{found[0].name}: sha256 {digest}, expected {package.sha256}")
    return found[0]


def fetch_listed(work: Path) -> frozenset[int]:
    """The 8105 characters of the 通用规范汉字表, from a table that gives each its reading."""
    wanted = f"{LIST.name}=={LIST.version}"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", wanted]
    wheel = download(LIST, work, "pypinyin_dict-*.whl", command)
    with zipfile.ZipFile(wheel) as archive:
        table = archive.read("pypinyin_dict/pinyin_data/ktghz2013.py").decode()
    listed = frozenset(int(code, 16) for code in re.findall(r"^\s*0x([0-9a-fA-F]+):", table, re.MULTILINE))
    if len(listed) != 8105:
        sys.exit(f"{len(listed)} characters in the list, expected 8105")
    return listed


def characters(font: TTFont, wanted: Callable[[int], bool]) -> set[int]:
    return {code for code in font.getBestCmap() if wanted(code)}


# ── the faces ──────────────────────────────────────────────────────────────────────────────────────────────────────


def noto_source(folder: Path, file: str) -> TTFont:
    return TTFont(folder / NOTO_FOLDER / file, fontNumber=SC, recalcTimestamp=False)


def kai_source(folder: Path) -> TTFont:
    return TTFont(
        folder / "usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", recalcTimestamp=False
    )


def noto(folder: Path, file: str, wanted: Callable[[int], bool]) -> TTFont:
    font = noto_source(folder, file)
    font = to_quadratic(reduce(font, characters(font, wanted)))
    add_marks(font)
    return font


def kai(folder: Path, wanted: Callable[[int], bool]) -> TTFont:
    font = TTFont(
        folder / "usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", recalcTimestamp=False
    )
    font = reduce(font, characters(font, wanted))
    drop_implied_points(font)
    add_marks(font)
    return font


def rare(folder: Path, wanted: Callable[[int], bool]) -> TTFont:
    font = TTFont(folder / "usr/share/fonts/truetype/hanazono/HanaMinB.ttf", recalcTimestamp=False)
    font = reduce(font, characters(font, wanted))
    straighten(font)
    scale_upem(font, 512)
    return font


def named(font: TTFont, family: str, style: str, source: str) -> TTFont:
    rename(font, family, style, source, OFL)
    same_line(font)
    return font


def recipes(folders: dict[str, Path], listed: frozenset[int]) -> dict[str, Callable[[], TTFont]]:
    """How each file is made. The Song face is the fallback of all others, the rare face fills what it lacks."""
    signs_and_uro = (*SIGNS, *URO, *COMPATIBLE)
    every_hanzi = (*signs_and_uro, *EXTENSION_A, *BEYOND)
    held = characters(
        noto_source(folders[NOTO], "NotoSerifCJK-Regular.ttc"), lambda code: within(every_hanzi, code)
    )

    def plain(code: int) -> bool:
        return within(signs_and_uro, code) or code in listed

    def bold(code: int) -> bool:
        return within(PLAIN_SIGNS, code) or gb2312(code) or code in listed

    def brush(code: int) -> bool:
        rare_too = within((*EXTENSION_A, *BEYOND), code)
        return within(KAI_SIGNS, code) or gb2312(code) or code in listed or rare_too

    def from_noto(file: str, wanted: Callable[[int], bool], family: str, style: str) -> TTFont:
        source = "Noto Sans CJK SC" if "Sans" in file else "Noto Serif CJK SC"
        return named(noto(folders[NOTO], file, wanted), family, style, source)

    return {
        "KQHei.ttf": lambda: from_noto("NotoSansCJK-Regular.ttc", plain, "KQ Hei", "Regular"),
        "KQHei-Bold.ttf": lambda: from_noto("NotoSansCJK-Bold.ttc", bold, "KQ Hei", "Bold"),
        "KQSong.ttf": lambda: from_noto("NotoSerifCJK-Regular.ttc", held.__contains__, "KQ Song", "Regular"),
        "KQSong-Bold.ttf": lambda: from_noto("NotoSerifCJK-Bold.ttc", bold, "KQ Song", "Bold"),
        "KQKai.ttf": lambda: named(kai(folders[KLEE], brush), "KQ Kai", "Regular", "LXGW WenKai"),
        "KQRare.ttf": lambda: named(
            rare(folders[HANA], lambda code: within(EXTENSIONS_B_TO_F, code) and code not in held),
            "KQ Rare", "Regular", "HanaMinB",
        ),
    }  # fmt: skip


# ── what stands beside the fonts ───────────────────────────────────────────────────────────────────────────────────


def licence_text(folder: Path) -> str:
    """The OFL as the Kai package brings it."""
    lines = (folder / "usr/share/doc" / KLEE / "copyright").read_text(encoding="utf-8").splitlines()
    text = textwrap.dedent("\n".join(" " + line.strip() if line.strip() != "." else "" for line in lines))
    start, end = text.index("SIL OPEN FONT LICENSE"), text.index("OTHER DEALINGS IN THE FONT SOFTWARE.")
    return text[start : end + len("OTHER DEALINGS IN THE FONT SOFTWARE.")] + "\n"


MADE_FROM = {
    "KQHei.ttf": (
        NOTO,
        "Noto Sans CJK SC Regular: signs, kana, CJK 4E00–9FFF, compatibility, the 8105 listed",
    ),
    "KQHei-Bold.ttf": (NOTO, "Noto Sans CJK SC Bold: common signs, GB 2312 and the 8105 listed"),
    "KQSong.ttf": (NOTO, "Noto Serif CJK SC Regular: signs, kana and every hanzi it has (extension A whole)"),
    "KQSong-Bold.ttf": (NOTO, "Noto Serif CJK SC Bold: common signs, GB 2312 and the 8105 listed"),
    "KQKai.ttf": (
        KLEE,
        "LXGW WenKai Regular: GB 2312, the 8105 listed, every extension hanzi it has; no Latin",
    ),
    "KQRare.ttf": (HANA, "HanaMinB: extensions B–F without what KQSong.ttf has"),
}


def sources_text(out: Path) -> str:
    lines = [
        "# Where these fonts come from",
        "",
        "Built by `installers/fonts.py`; never edited by hand. Everything is under the SIL Open Font License 1.1",
        "(`LICENSES/`), each font under a name of its own because the licences reserve the original names.",
        "All: hinting, layout and vertical tables dropped, one line height, ☐☑☒✓✔✗✘ drawn anew; Noto's cubic outlines",
        f"made quadratic (≤ {MAX_ERROR}/1000 em off); the rare face thinned (≤ {THIN}/1024 em off) and put on a grid of 512.",
        "Together with KQSong they draw GB 18030-2022 level 3 (87,887 hanzi) and all 8105 of the 通用规范汉字表.",
        "",
        "| file | from | what | sha256 |",
        "|---|---|---|---|",
    ]
    for file, (package, what) in MADE_FROM.items():
        digest = hashlib.sha256((out / file).read_bytes()).hexdigest()
        lines.append(f"| {file} | {package} | {what} | `{digest}` |")
    lines += ["", "| package | version | sha256 of the package |", "|---|---|---|"]
    lines += [f"| {package.name} | {package.version} | `{package.sha256}` |" for package in (*PACKAGES, LIST)]
    lines += [
        "",
        "The first three are Debian packages, the last a Python wheel (MIT) of which only the list of characters is used.",
        "",
        "No 仿宋: FandolFang is under the GPL 3 with an exception for documents that embed it, not for a program that",
        "ships it, and its package brings no source form; the papers' 仿宋 is drawn with KQ Kai.",
        "",
    ]
    return "\n".join(lines)


def write_beside(out: Path, folders: dict[str, Path], listed: frozenset[int]) -> None:
    licences = out / "LICENSES"
    licences.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        text = f"{package.notice}\n\n{licence_text(folders[KLEE])}"
        (licences / f"OFL-{package.name}.txt").write_text(text, encoding="utf-8")
    characters_in_order = [chr(code) for code in sorted(listed)]
    rows = ["".join(characters_in_order[start : start + 50]) for start in range(0, len(listed), 50)]
    (out / "listed.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (out / "SOURCES.md").write_text(sources_text(out), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, required=True, help="scratch folder for the packages")
    parser.add_argument("--out", type=Path, required=True, help="usually resources/fonts")
    parser.add_argument("--only", nargs="*", help="build just these files, e.g. KQKai.ttf")
    asked = parser.parse_args()
    folders = {package.name: fetch(package, asked.work) for package in PACKAGES}
    listed = fetch_listed(asked.work)
    for file, make in recipes(folders, listed).items():
        if asked.only is None or file in asked.only:
            font = make()
            font.save(asked.out / file)
            print(
                f"{file:18} {(asked.out / file).stat().st_size:>11,} bytes {len(font.getBestCmap()):6} characters",
                flush=True,
            )
    write_beside(asked.out, folders, listed)
    total = sum(path.stat().st_size for path in asked.out.glob("*.ttf"))
    print(f"{total:,} bytes in all")
    if total > LIMIT:
        sys.exit(f"more than {LIMIT:,}")


if __name__ == "__main__":
    main()
