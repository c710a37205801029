"""A certificate as the school's own design lays it out: full print over a picture, or 套打 on pre-printed blanks."""

from collections.abc import Mapping

from kqdesk.printing.sheet import Box, Code, Line, Mark, Picture, Rect, Sheet, Vertical
from kqdesk.printing.spans import Words
from kqdesk.printing.styles import GREY, SEAL_RED, Align, FontFace
from kqdesk.rooms.certificates.papers.own import SEX, body, chinese_day, period_words, tail_words
from kqdesk.rooms.certificates.queries import CertificatePaper, DesignRow
from kqdesk.rooms.certificates.rules import Spot
from kqdesk.rooms.certificates.terms import SpotKind

FACES: Mapping[str, FontFace] = {
    "kai": FontFace.KAI, "song": FontFace.SONG, "hei": FontFace.HEI, "fang": FontFace.FANG, "song_bold": FontFace.SONG_BOLD,
}  # fmt: skip
ALIGNS: Mapping[str, Align] = {"left": Align.LEFT, "centre": Align.CENTRE, "right": Align.RIGHT}


def designed(
    paper: CertificatePaper,
    design: DesignRow,
    background: tuple[Mark, ...],
    photo: bytes | None = None,
    shift: tuple[float, float] = (0, 0),
) -> Sheet:
    """One sheet; ``background`` from ``background_of``, the same object for every sheet. ``shift`` in millimetres."""
    marks: list[Mark] = []
    for spot in design.spots:
        if photo is not None or spot.kind is not SpotKind.PHOTO or not design.on_blanks:
            marks += _marks(spot, paper, photo)  # a blank has its own frame for the photo
    if paper.is_drawn:
        words = "样张：还没有批准，不能作凭证"
        marks.append(Box(0, 4, design.width / 10, 7, words, FontFace.HEI, 12, Align.CENTRE, colour=SEAL_RED))
    return Sheet(marks, background=background, shift=shift)


def background_of(design: DesignRow, picture: bytes | None) -> tuple[Mark, ...]:
    """What is printed below everything: the picture in full print, nothing on pre-printed blanks."""
    if picture is None or design.on_blanks:
        return ()
    return (Picture(0, 0, design.width / 10, design.height / 10, picture),)


def words_of(spot: Spot, paper: CertificatePaper) -> Words:
    """What a spot says of a certificate; empty for pictures and squares."""
    kind = spot.kind
    if kind is SpotKind.BODY:
        return body(paper)
    said = {
        SpotKind.NAME: paper.name, SpotKind.SEX: SEX.get(paper.sex, ""), SpotKind.ID_TAIL: tail_words(paper.id_tail),
        SpotKind.COURSE: paper.course_title, SpotKind.HOURS: str(paper.study_hours),
        SpotKind.PERIOD: period_words(paper.starts_on, paper.ends_on), SpotKind.SERIAL_NO: paper.serial_no,
        SpotKind.ISSUER: paper.issuer, SpotKind.AWARDED_ON: chinese_day(paper.awarded_on),
        SpotKind.AWARDED_DIGITS: f"{paper.awarded_on:%Y-%m-%d}", SpotKind.TEXT: spot.words,
        SpotKind.REPLACES: f"补发，原编号 {paper.replaces} 的证书作废" if paper.replaces else "",
    }  # fmt: skip
    return said.get(kind, "")


def _marks(spot: Spot, paper: CertificatePaper, photo: bytes | None) -> list[Mark]:
    x, y, width, height = spot.x / 10, spot.y / 10, spot.width / 10, spot.height / 10
    if spot.kind is SpotKind.QR:
        return [Code(x, y, width, paper.qr_text)] if paper.qr_text else []
    if spot.kind is SpotKind.PHOTO:
        if photo is not None:
            return [Picture(x, y, width, height, photo)]
        return [
            Rect(x, y, width, height, 0.5, GREY),
            Box(x, y, width, height, "照片", FontFace.KAI, 11, Align.CENTRE, colour=GREY),
        ]
    words = words_of(spot, paper)
    if not words:
        return []
    is_long = spot.kind is SpotKind.BODY
    return [
        Box(x, y, width, height, words, FACES.get(spot.face, FontFace.KAI), spot.size / 10,
            ALIGNS.get(spot.align, Align.LEFT), vertical=Vertical.TOP if is_long else Vertical.MIDDLE, wrap=is_long,
            leading=1.9 if is_long else 1.2, indent=2 if is_long else 0, floor=_least(spot))
    ]  # fmt: skip


def _least(spot: Spot) -> float:
    """How small (points) a line too long may become before it breaks into two: a long name stays readable."""
    two_lines = spot.height / 10 * 72 / 25.4 / 2 / 1.25
    return max(6, min(spot.size / 10 * 0.6, two_lines))


def calibration_sheet(design: DesignRow, shift: tuple[float, float]) -> Sheet:
    """套打校准页: rulers along two edges and the outline of every spot, to be laid over a blank against the light."""
    width, height = design.width / 10, design.height / 10
    marks: list[Mark] = []
    for mm in range(0, int(width) + 1, 5):
        marks.append(Line(mm, 0, mm, 6 if mm % 10 == 0 else 3, 0.4))
        if mm % 50 == 0 and mm:
            marks.append(Box(mm + 0.5, 2, 12, 4, str(mm), FontFace.HEI, 7))
    for mm in range(0, int(height) + 1, 5):
        marks.append(Line(0, mm, 6 if mm % 10 == 0 else 3, mm, 0.4))
        if mm % 50 == 0 and mm:
            marks.append(Box(1.5, mm + 0.3, 12, 4, str(mm), FontFace.HEI, 7))
    for spot in design.spots:
        x, y, wide, high = spot.x / 10, spot.y / 10, spot.width / 10, spot.height / 10
        marks.append(Rect(x, y, wide, high, 0.5))
        marks.append(Box(x, y, wide, high, spot.words or spot.kind.label, FontFace.HEI, 8, Align.CENTRE))
    said = f"校准页　当前偏移：右 {shift[0]:g} 毫米，下 {shift[1]:g} 毫米。量一下框和预印的位置差多少，改偏移再试。"
    marks.append(Box(15, height - 12, width - 30, 6, said, FontFace.HEI, 9, Align.CENTRE))
    return Sheet(marks, shift=shift)
