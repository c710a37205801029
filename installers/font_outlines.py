"""What installers/fonts.py does to a font: leave out, turn curves quadratic, thin, rename, draw the ticks of forms."""

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphCoordinates, dropImpliedOnCurvePoints

MAX_ERROR = 1.0  # of 1000 units an em: how far a quadratic outline may leave the cubic one
THIN = 1.7  # of 1024 units an em: how far a thinned outline may leave the original one


def reduce(font: TTFont, keep: set[int]) -> TTFont:
    """The font with the characters ``keep`` and nothing that drawing single glyphs does not need."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.recalc_timestamp = False
    options.drop_tables += [
        "GSUB",
        "GPOS",
        "GDEF",
        "BASE",
        "VORG",
        "vhea",
        "vmtx",
        "DSIG",
        "meta",
        "gasp",
        "kern",
    ]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=keep)
    cutter.subset(font)
    return font


def to_quadratic(font: TTFont) -> TTFont:
    """Replace CFF outlines by TrueType ones."""
    order = font.getGlyphOrder()
    drawn = font.getGlyphSet()
    table = newTable("glyf")
    table.glyphOrder = order
    table.glyphs = {name: quadratic_glyph(drawn, name) for name in order}
    font["loca"] = newTable("loca")
    font["glyf"] = table
    font["hmtx"].metrics = {
        name: (width, table.glyphs[name].xMin if table.glyphs[name].numberOfContours else 0)
        for name, (width, _) in font["hmtx"].metrics.items()
    }
    del font["CFF "]
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    for field in (
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
    ):
        setattr(limits, field, 0)
    limits.maxZones = 1
    limits.maxSizeOfInstructions = 0
    limits.maxComponentElements = 0
    font.sfntVersion = "\x00\x01\x00\x00"
    return font


def quadratic_glyph(drawn: object, name: str) -> Glyph:
    pen = TTGlyphPen(drawn)
    drawn[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))  # type: ignore[index]  # -- fontTools' glyph sets are untyped
    glyph = pen.glyph(dropImpliedOnCurves=True)
    glyph.recalcBounds(None)
    return glyph


def drop_implied_points(font: TTFont) -> None:
    table = font["glyf"]
    for name in font.getGlyphOrder():
        glyph = table[name]
        if glyph.numberOfContours > 0:
            dropImpliedOnCurvePoints(glyph)


def straighten(font: TTFont) -> None:
    """Thin out the many short straight lines that the rare source draws its curves with."""
    table = font["glyf"]
    for name in font.getGlyphOrder():
        glyph = table[name]
        if glyph.numberOfContours <= 0:
            continue
        points, flags, ends, start = [], [], [], 0
        for end in glyph.endPtsOfContours:
            contour = list(glyph.coordinates[start : end + 1])
            curved = [flag & 1 for flag in glyph.flags[start : end + 1]]
            start = end + 1
            if all(curved):
                contour = thinned(contour)
                curved = [1] * len(contour)
            points += contour
            flags += curved
            ends.append(len(points) - 1)
        glyph.coordinates = GlyphCoordinates(points)
        glyph.flags = bytearray(flags)
        glyph.endPtsOfContours = ends
        glyph.recalcBounds(table)


def thinned(contour: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A closed polygon with the points left out that lie within THIN units of the line without them (Douglas and
    Peucker)."""
    if len(contour) < 5:
        return contour
    first = contour[0]
    far = max(range(len(contour)), key=lambda place: abs(complex(*contour[place]) - complex(*first)))
    ring = [*contour, first]
    keep = {0, far}
    waiting = [(0, far), (far, len(contour))]
    while waiting:
        low, high = waiting.pop()
        if high - low < 2:
            continue
        (x, y), (to_x, to_y) = ring[low], ring[high]
        across, up = to_x - x, to_y - y
        length = (across * across + up * up) ** 0.5 or 1.0
        worst, where = max(
            (abs(across * (py - y) - up * (px - x)) / length, place)
            for place, (px, py) in enumerate(ring[low + 1 : high], low + 1)
        )
        if worst > THIN:
            keep.add(where)
            waiting += [(low, where), (where, high)]
    return [ring[place] for place in sorted(keep)]


def rename(font: TTFont, family: str, style: str, source: str, licence: str) -> None:
    """Give it our name; the copyright line of the source stays as it is."""
    table = font["name"]
    holder = table.getDebugName(0) or ""
    version = table.getDebugName(5) or ""
    table.names = []
    postscript = f"{family}-{style}".replace(" ", "")
    full = family if style == "Regular" else f"{family} {style}"
    said = {
        0: holder, 1: family, 2: style, 3: f"kqdesk;{postscript}", 4: full, 5: version, 6: postscript,
        10: f"Made for kqdesk from {source}: subset, hints and layout tables dropped, TrueType outlines.",
        13: licence, 14: "https://openfontlicense.org",
    }  # fmt: skip
    for name_id, text in said.items():
        table.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = 700 if style == "Bold" else 400
    font["OS/2"].fsType = 0
    font["OS/2"].fsSelection = 0x20 if style == "Bold" else 0x40
    font["head"].macStyle = 1 if style == "Bold" else 0
    font["post"].formatType = 3.0


def same_line(font: TTFont) -> None:
    """One line height for all faces, so that a rare character does not push its line apart on screen."""
    em = font["head"].unitsPerEm
    rise, fall = round(em * 0.88), round(em * 0.24)
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = rise, -fall, 0
    metrics = font["OS/2"]
    metrics.sTypoAscender, metrics.sTypoDescender, metrics.sTypoLineGap = rise, -fall, 0
    metrics.usWinAscent, metrics.usWinDescent = rise, fall


# ── ballot boxes and ticks: no source face has all of them, and every form needs them ──────────────────────────────

BOX = ((80, -40), (80, 800), (920, 800), (920, -40))
HOLE = ((140, 20), (860, 20), (860, 740), (140, 740))
SMALL_TICK = ((430, 130), (205, 375), (255, 425), (430, 235), (750, 610), (800, 560))
TICK = ((390, 20), (110, 330), (190, 405), (390, 180), (815, 690), (895, 615))
SMALL_CROSS = ((250, 180), (450, 380), (250, 580), (300, 630), (500, 430), (700, 630),
               (750, 580), (550, 380), (750, 180), (700, 130), (500, 330), (300, 130))  # fmt: skip
CROSS = ((150, 60), (445, 360), (150, 655), (215, 720), (510, 425), (805, 720),
         (870, 655), (575, 360), (870, 60), (805, -5), (510, 295), (215, -5))  # fmt: skip
MARKS: dict[int, tuple[tuple[tuple[int, int], ...], ...]] = {
    0x2610: (BOX, HOLE), 0x2611: (BOX, HOLE, SMALL_TICK), 0x2612: (BOX, HOLE, SMALL_CROSS),
    0x2713: (TICK,), 0x2714: (TICK,), 0x2717: (CROSS,), 0x2718: (CROSS,),
}  # fmt: skip


def add_marks(font: TTFont) -> None:
    """Draw ☐☑☒✓✔✗✘ into a face of 1000 units an em."""
    order = font.getGlyphOrder()
    for code, contours in MARKS.items():
        name = f"mark{code:04X}"
        pen = TTGlyphPen(None)
        for first, *others in contours:
            pen.moveTo(first)
            for point in others:
                pen.lineTo(point)
            pen.closePath()
        glyph = pen.glyph()
        glyph.recalcBounds(None)
        order = [*order, name]
        font.setGlyphOrder(order)
        font["glyf"].glyphs[name] = glyph
        font["glyf"].glyphOrder = order
        font["hmtx"].metrics[name] = (1000, glyph.xMin)
        for table in font["cmap"].tables:
            if table.isUnicode() and table.format in (4, 12):
                table.cmap[code] = name
