"""What reading answers: the states of a box, reasons for doubt, reasons to refuse a file. Imports nothing heavy."""

from enum import StrEnum

MOST_PAGES = 400  # of one PDF
LARGEST_FILE = 120 << 20  # bytes


class Ink(StrEnum):
    """What a box holds."""

    EMPTY = "empty"
    MARKED = "marked"
    DOUBTFUL = "doubtful"


class Doubt(StrEnum):
    """Why a person must look at a box."""

    NONE = ""
    LITTLE = "little"  # something, but not enough
    PLAIN = "plain"  # a line, a cross, one character: no signature
    PALE = "pale"  # too pale for a pen
    SPILT = "spilt"  # a stroke from a neighbouring box, or one over both
    FILLED = "filled"  # scribbled over
    BLOT = "blot"  # something large lies over it
    UNPLACED = "unplaced"  # its lines were not found where they should be
    UNSEEN = "unseen"  # the picture does not show it
    OVERWRITTEN = "overwritten"  # somebody wrote over what is printed


REFUSALS: dict[str, str] = {
    "empty": "文件「{name}」里什么也没有。请重新扫描或拍照。",
    "too_large": "文件「{name}」太大，没有读取。请把扫描仪调到 150–300 dpi，或分成几个文件。",
    "too_many": f"文件「{{name}}」超过 {MOST_PAGES} 页，没有读取。请分成几个文件。",
    "password": "PDF「{name}」加了密码。请去掉密码另存后再放进来。",
    "damaged": "文件「{name}」已损坏或没有传完整。请重新扫描，或请对方重发。",
    "heic": "「{name}」是苹果手机的 HEIC 照片，这里打不开。请在手机「设置·相机·格式」里选「兼容性最佳」重拍，或转成 JPG。",
    "wrong_format": "「{name}」不是扫描件或照片。能读的是 PDF、JPG、PNG。",
    "unreadable": "文件「{name}」打不开：可能正被别的程序占用，或没有读取权限。请关闭它再试。",
}
