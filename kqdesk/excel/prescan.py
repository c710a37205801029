"""Before any parser sees a foreign file: what kind it is by its content, and whether it is safe to open.

Runs inside the limited child process on bytes already in memory. Only the zip directory and the first bytes of its
XML parts are touched. A refusal is a ``GivenUp`` whose kind is one of ``REFUSALS``.
"""

import io
import re
import struct
import zipfile
from dataclasses import dataclass

from kqdesk.excel.plaintext import wide_encoding
from kqdesk.kernel.child import GivenUp

LARGEST_FILE = 40 * 1024 * 1024
_MOST_ENTRIES = 2_000
_LARGEST_TOTAL = 400 * 1024 * 1024
_HIGHEST_RATIO = 150  # a real sheet packs 8–30 : 1, a bomb 400 : 1 and more
_SMALL = 4 * 1024 * 1024  # below this a high ratio does no harm
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES_AND_PAPERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BM",
    b"MZ",
)

REFUSALS: dict[str, str] = {
    "empty": "文件「{name}」里什么也没有。请换一个填了内容的文件。",
    "no_roster": "文件「{name}」里没有找到人员名单:没有一行同时写着「姓名」和「身份证号」「电话」这类列名。请检查是不是选错了文件。",
    "password": "文件「{name}」加了打开密码。请在 Excel 或 WPS 里去掉密码，另存后再导入。",
    "damaged": "文件「{name}」已损坏或没有传完整。请向对方重新要一份，或在 Excel、WPS 里打开后另存为 .xlsx 再导入。",
    "wrong_format": "文件「{name}」不是能读的表格。请用 Excel 或 WPS 另存为 .xlsx 再导入。",
    "too_large": "文件「{name}」太大或展开后过大，没有读取。请删掉多余的空行、空列和图片，或分成几个文件再导入。",
    "unreadable": "文件「{name}」打不开：可能正被别的程序占用，或没有读取权限。请关闭它再试。",
}


@dataclass(frozen=True)
class Scan:
    """What the bytes are: ``xlsx``, ``xlsb``, ``ods``, ``xls``, ``docx``, ``html`` or ``text``."""

    kind: str


def scan(content: bytes) -> Scan:
    """Name the kind of file by its content, never by its ending; refuse what is not safe or no spreadsheet."""
    if not content.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise GivenUp("empty")
    if len(content) > LARGEST_FILE:
        raise GivenUp("too_large")
    if content.startswith(b"PK"):
        return Scan(_scan_zip(content))
    if content.startswith(_OLE):
        return Scan(_scan_ole(content))
    if content[:2] == b"\x09\x08" and content[2:4] in (b"\x08\x00", b"\x10\x00"):
        return Scan("xls")  # a bare BIFF stream, as some old programs write it
    if content.startswith(_PICTURES_AND_PAPERS):
        raise GivenUp("wrong_format")
    return Scan(_scan_text(content))


def _scan_zip(content: bytes) -> str:
    _count_entries(content)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        struct.error,
        OverflowError,
        UnicodeDecodeError,
        NotImplementedError,
    ):
        raise GivenUp("damaged", "zip directory") from None
    _check_entries(entries)
    names = {entry.filename for entry in entries}
    with archive:
        kind = _kind_of(names, archive)
        for entry in entries:
            if entry.filename.lower().endswith((".xml", ".rels")):
                _check_xml_start(archive, entry)
    return kind


def _count_entries(content: bytes) -> None:
    """Read the count at the end of the file before anything builds a list of that length."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if end < 0 or end + 12 > len(content):
        raise GivenUp("damaged", "no zip end record")
    if int.from_bytes(content[end + 10 : end + 12], "little") > _MOST_ENTRIES:
        raise GivenUp("too_large", "zip entries")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _LARGEST_TOTAL:
        raise GivenUp("too_large", "zip size")
    names: set[str] = set()
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or name.lower() in names:
            raise GivenUp("damaged", "zip names")
        names.add(name.lower())
        if entry.flag_bits & 0x1:
            raise GivenUp("password")
        if entry.file_size > _SMALL and entry.file_size > _HIGHEST_RATIO * max(1, entry.compress_size):
            raise GivenUp("too_large", "zip ratio")


def _kind_of(names: set[str], archive: zipfile.ZipFile) -> str:
    if "xl/workbook.xml" in names or any(re.fullmatch(r"xl/workbook\d*\.xml", name) for name in names):
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        if _read(archive, "mimetype", 100).startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            if b"encryption-data" in _read(archive, "META-INF/manifest.xml", 100_000):
                raise GivenUp("password")
            return "ods"
        raise GivenUp("wrong_format", "other OpenDocument")
    if "word/document.xml" in names:
        return "docx"
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        raise GivenUp("damaged", "no workbook part")
    raise GivenUp("wrong_format", "zip without a workbook")


def _read(archive: zipfile.ZipFile, name: str, length: int) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(length)
    except KeyError:
        return b""
    except Exception:  # noqa: BLE001 -- zlib, CRC, lying sizes: all mean the archive is broken
        raise GivenUp("damaged", "zip part") from None


def _check_xml_start(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Office never writes a DOCTYPE; a file that does wants entities expanded."""
    start = _read(archive, entry.filename, 4096)
    if b"<!DOCTYPE" in start.upper() or b"<\x00!\x00D\x00O\x00C\x00" in start:
        raise GivenUp("damaged", "DOCTYPE")


def _scan_ole(content: bytes) -> str:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if len(content) < 1536:
        raise GivenUp("damaged", "short OLE")
    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise GivenUp("password")
    if holds("Workbook") or holds("Book"):
        return "xls"
    if holds("WordDocument") or holds("PowerPoint Document"):
        raise GivenUp("wrong_format", "other Office file")
    raise GivenUp("damaged", "OLE without a workbook")


def _scan_text(content: bytes) -> str:
    start = content[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\x00", b"").lower()
    if re.search(rb"<(html|table|!doctype html|meta|head|body)\b", start[:2048]):
        return "html"
    if start.startswith((b"<?xml", b"{\\rtf")):
        raise GivenUp("wrong_format", "XML or RTF")
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        sample = content[:65_536]
        zeros = sample.count(0)
        wide = zeros and wide_encoding(content)
        odd = sum(sample.count(code) for code in range(1, 32) if code not in (9, 10, 12, 13, 26, 27))
        if (zeros and not wide) or (odd * 50 > len(sample) and not wide):
            raise GivenUp("wrong_format", "binary")
    return "text"
