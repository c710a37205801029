"""The school's completion certificate on A4 landscape, full print; a thousand of them in one file.

It is a school's paper and looks like one: no emblem, no words of the state (``rules.text_faults`` refuses them).
"""

from datetime import date

from kqdesk.printing.blocks import Page, Span
from kqdesk.printing.sheet import Box, Code, Line, Mark, Picture, Rect, Sheet, Vertical
from kqdesk.printing.styles import GREY, SEAL_RED, Align, FontFace
from kqdesk.rooms.certificates.queries import CertificatePaper

WIDE, HIGH = 297.0, 210.0
QR_MM = 29.0
PHOTO = (36.0, 62.0, 30.0, 40.0)
GOLD = "#B08A3C"
LANDSCAPE = Page(landscape=True, numbered=False)
SEX = {"1": "男", "2": "女"}
_DIGITS = "〇一二三四五六七八九"


def _corner(x: float, y: float, right: int, down: int) -> tuple[Mark, ...]:
    """A right angle of two lines, as old certificates have in their corners."""
    return (
        Line(x, y, x + 14 * right, y, 1.6, GOLD),
        Line(x, y, x, y + 14 * down, 1.6, GOLD),
        Rect(min(x, x + 3.2 * right), min(y, y + 3.2 * down), 3.2, 3.2, 0, fill=GOLD),
    )


BACKGROUND: tuple[Mark, ...] = (
    Rect(9, 9, WIDE - 18, HIGH - 18, 2.6, SEAL_RED),
    Rect(11.2, 11.2, WIDE - 22.4, HIGH - 22.4, 0.6, SEAL_RED),
    Rect(14, 14, WIDE - 28, HIGH - 28, 0.5, GOLD),
    *_corner(17, 17, 1, 1),
    *_corner(WIDE - 17, 17, -1, 1),
    *_corner(17, HIGH - 17, 1, -1),
    *_corner(WIDE - 17, HIGH - 17, -1, -1),
    Box(60, 26, WIDE - 120, 24, "结 业 证 书", FontFace.SONG_BOLD, 44, Align.CENTRE, colour=SEAL_RED),
    Line(118, 53, WIDE - 118, 53, 0.8, GOLD),
)
_PHOTO_PLACE: tuple[Mark, ...] = (
    *BACKGROUND,
    Rect(*PHOTO, 0.5, GREY),
    Box(*PHOTO, "照片", FontFace.KAI, 11, Align.CENTRE, colour=GREY),
)


def certificate(
    paper: CertificatePaper, photo: bytes | None = None, shift: tuple[float, float] = (0, 0)
) -> Sheet:
    """One sheet. ``shift`` in millimetres for a printer that feeds askew."""
    marks: list[Mark] = [
        Box(80, 55, WIDE - 160, 7, f"编号：{paper.serial_no}", size=10.5, align=Align.CENTRE),
        Box(76, 66, WIDE - 76 - 34, 68, body(paper), FontFace.KAI, 20, vertical=Vertical.TOP, wrap=True, leading=1.9,
            indent=2),
        Box(150, 144, 108, 9, paper.issuer, FontFace.KAI, 18, Align.CENTRE),
        Box(150, 154, 108, 8, chinese_day(paper.awarded_on), FontFace.KAI, 16, Align.CENTRE),
        Box(150, 163, 108, 6, "（盖章）", size=10, align=Align.CENTRE, colour=GREY),
    ]  # fmt: skip
    if photo is not None:
        marks.append(Picture(*PHOTO, photo))
    if paper.qr_text:
        marks += [
            Code(36, 145, QR_MM, paper.qr_text),
            Box(
                36,
                175.5,
                QR_MM,
                5,
                verify_words(paper.qr_text),
                size=7.5,
                align=Align.CENTRE,
                colour=GREY,
                floor=5,
            ),
        ]
    if paper.is_drawn:
        marks.append(
            Box(
                60,
                18,
                WIDE - 120,
                7,
                "样张：还没有批准，不能作凭证",
                FontFace.HEI,
                12,
                Align.CENTRE,
                colour=SEAL_RED,
            )
        )
    return Sheet(marks, background=BACKGROUND if photo is not None else _PHOTO_PLACE, shift=shift)


def body(paper: CertificatePaper) -> list[Span | str]:
    """What the certificate says, name and course standing out."""
    who = "，".join(part for part in (SEX.get(paper.sex, ""), tail_words(paper.id_tail)) if part)
    span = period_words(paper.starts_on, paper.ends_on)
    text: list[Span | str] = [
        Span(paper.name, face=FontFace.SONG_BOLD, size=23),
        f"，{who}，" if who else "，",
        f"{span}参加我校" if span else "参加我校",
        Span(f"「{paper.course_title}」", face=FontFace.SONG_BOLD),
        f"课程学习，共 {paper.study_hours} 学时，修完规定内容，准予结业。",
    ]
    return [*text, f"（补发，原编号 {paper.replaces} 的证书作废）"] if paper.replaces else text


def tail_words(tail: str) -> str:
    return f"证件尾号 {tail}" if tail else ""


def verify_words(qr_text: str) -> str:
    return "手机扫码验真伪" if qr_text.startswith("https://") else "扫码后由发证学校验证"


def period_words(starts_on: date | None, ends_on: date | None) -> str:
    if starts_on is None:
        return ""
    first = f"{starts_on.year} 年 {starts_on.month} 月"
    if ends_on is None or (ends_on.year, ends_on.month) == (starts_on.year, starts_on.month):
        return f"于 {first}"
    return f"于 {first}至 {ends_on.year} 年 {ends_on.month} 月"


def chinese_day(day: date) -> str:
    """2026-03-02 → 二〇二六年三月二日."""
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_small(day.month)}月{_small(day.day)}日"


def _small(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")
