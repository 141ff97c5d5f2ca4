"""Laptops, screens and what is plugged into them."""

from inventory.demo.canvas import Canvas, Colour, mirrored, mix, oval, smooth
from inventory.demo.motifs.motif import Motif
from inventory.demo.motifs.palette import (
    AMBER,
    BLACK,
    COAL,
    CORAL,
    GLEAM,
    GLOSS,
    GRAPHITE,
    MINT,
    SILVER,
    SNOW,
    STEEL,
    WHITE,
    Palette,
)
from inventory.demo.motifs.screen import landscape


def laptop(c: Canvas, k: Palette) -> None:
    _lid(c, SILVER)
    landscape(c, 23, 27, 54, 33, k)
    _deck(c, SNOW, STEEL)
    for row in range(4):
        y, spread = 65.6 + row * 1.5, row * 0.9
        c.line([(26 - spread, y), (74 + spread, y)], 0.9, GRAPHITE)
    c.shape([(42.5, 71.6), (57.5, 71.6), (58.3, 74.4), (41.7, 74.4)], SILVER, STEEL, r=0.5)


def gaming_laptop(c: Canvas, k: Palette) -> None:
    _lid(c, COAL)
    landscape(c, 23, 27, 54, 33, k)
    c.shape([(23, 60), (23, 50), (40, 27), (58, 27)], GLEAM)
    _deck(c, GRAPHITE, COAL)
    for row, glow in enumerate((CORAL, AMBER, MINT, k.light)):
        y, spread = 65.6 + row * 1.5, row * 0.9
        for key in range(14):
            left = 26 - spread + key * (48 + 2 * spread) / 14
            c.line([(left, y), (left + 1.9, y)], 0.9, glow)
    c.shape([(42.5, 71.6), (57.5, 71.6), (58.3, 74.4), (41.7, 74.4)], COAL, GRAPHITE, r=0.5)
    c.line([(36, 77), (64, 77)], 0.7, k.light)


def _lid(c: Canvas, case: Colour) -> None:
    c.box(20, 24, 60, 40, case, mix(case, BLACK, 0.2), r=2.6)
    c.box(21.2, 25.2, 57.6, 37.6, COAL, r=1.8)
    c.oval(50, 26.2, 0.4, 0.4, STEEL)


def _deck(c: Canvas, case: Colour, edge: Colour) -> None:
    c.shape([(20, 63.5), (80, 63.5), (90, 75.6), (10, 75.6)], mix(case, BLACK, 0.1), case, r=0.8)
    c.shape([(10, 75.2), (90, 75.2), (88, 78.4), (12, 78.4)], edge, mix(edge, BLACK, 0.3), r=1.4)
    c.line([(27, 63.5), (73, 63.5)], 1.2, COAL)


def convertible(c: Canvas, k: Palette) -> None:
    """A laptop that is folded into a tent."""
    c.shape([(30, 30), (86, 38), (92, 77), (88, 78.5)], STEEL, GRAPHITE, r=1)
    c.shape([(20, 27), (78, 27), (85, 78), (13, 78)], SILVER, STEEL, r=3)
    c.shape([(22, 29), (76.3, 29), (82.8, 76), (15.6, 76)], COAL, r=2)
    c.shape([(24, 31.5), (74.4, 31.5), (80, 73.5), (18.4, 73.5)], k.light, k.dark, r=0.6)
    c.oval(62, 43, 5, 5, k.pale)
    c.shape([(18.4, 73.5), (19.6, 64), (33, 53), (48, 66), (58, 58), (79, 68), (80, 73.5)], k.deep, r=3)
    c.shape([(24, 31.5), (44, 31.5), (26, 73.5), (18.4, 73.5)], GLEAM)


def monitor(c: Canvas, k: Palette) -> None:
    c.shape([(46, 66), (54, 66), (55, 80), (45, 80)], STEEL, GRAPHITE)
    c.shape([(34, 79), (66, 79), (69, 82.5), (31, 82.5)], SILVER, STEEL, r=1.5)
    c.box(10, 20, 80, 49, GRAPHITE, COAL, r=2)
    landscape(c, 11.5, 21.5, 77, 43.5, k)
    c.shape([(11.5, 21.5), (42, 21.5), (22, 65), (11.5, 65)], GLEAM)
    c.oval(50, 67, 0.7, 0.7, MINT)


def keyboard(c: Canvas, k: Palette) -> None:
    c.box(8, 34, 84, 34, GRAPHITE, COAL, r=3.5)
    c.box(10, 36, 80, 29, mix(COAL, BLACK, 0.3), r=2)
    for row, offset in enumerate((0.0, 1.6, 2.6, 4.0)):
        y = 37.2 + row * 5.4
        _key(c, 11.2, y, 3.6 + offset, k.base if row == 0 else STEEL)
        x = 11.2 + 4.6 + offset
        while x + 4.6 < 88:
            _key(c, x, y, 4.6, SNOW)
            x += 5.6
        _key(c, x, y, 88.8 - x, k.light if row == 2 else STEEL)
    for x, width in ((11.2, 6), (18.2, 6), (25.2, 6), (66, 6), (73, 6), (80, 8.8)):
        _key(c, x, 58.8, width, STEEL)
    _key(c, 32.2, 58.8, 32.8, k.base)


def _key(c: Canvas, x: float, y: float, width: float, face: Colour) -> None:
    c.box(x, y, width, 4.8, mix(face, BLACK, 0.28), r=0.9)
    c.box(x + 0.4, y + 0.2, width - 0.8, 3.8, mix(face, WHITE, 0.25), face, r=0.8)


def mouse(c: Canvas, k: Palette) -> None:
    body = smooth(mirrored([(50, 18), (36, 23), (29, 40), (28.5, 60), (35, 77), (50, 83)]))
    c.shape(body, k.light, k.dark)
    c.shape(smooth(mirrored([(50, 20), (38, 24.5), (32, 38), (31, 47), (41, 49.5), (50, 50)])), k.base, k.dark)
    c.line([(50, 18.6), (50, 50)], 0.7, k.deep)
    c.box(47.4, 27, 5.2, 12.5, k.deep, r=2.6)
    c.box(48.4, 28.4, 3.2, 9.6, STEEL, GRAPHITE, r=1.6)
    c.shape(smooth([(35, 55), (33.5, 42), (37, 28), (38.5, 29), (36, 42), (37, 55)]), GLOSS)


def ssd(c: Canvas, k: Palette) -> None:
    c.line(smooth([(50, 74), (50, 84), (60, 88), (72, 84), (84, 88)], closed=False), 1.8, GRAPHITE)
    c.box(46.5, 72, 7, 6, STEEL, GRAPHITE, r=1)
    c.box(28, 18, 44, 56, k.light, k.dark, r=5)
    c.box(30, 20, 40, 52, k.base, k.dark, r=4)
    for line in range(7):
        c.line([(34, 26 + line * 3), (66, 26 + line * 3)], 0.7, k.dark)
    c.box(34, 60, 14, 3, k.pale, r=1.5)
    c.oval(64, 61.5, 1.6, 1.6, MINT)
    c.shape([(30, 24), (42, 20), (33, 72), (30, 70)], GLEAM, r=2)


def tablet(c: Canvas, k: Palette) -> None:
    c.box(24, 12, 52, 76, SILVER, STEEL, r=5)
    c.box(25, 13, 50, 74, COAL, r=4.4)
    landscape(c, 28, 17, 44, 66, k)
    for row in range(2):
        for column in range(4):
            tone = (WHITE, AMBER, CORAL, MINT)[(row + column) % 4]
            c.box(32 + column * 9.6, 23 + row * 10, 6.6, 6.6, tone, mix(tone, BLACK, 0.14), r=2)
    c.shape([(28, 17), (52, 17), (30, 83), (28, 83)], GLEAM)
    c.oval(50, 15, 0.6, 0.6, STEEL)


def router(c: Canvas, k: Palette) -> None:
    for x, tip in ((22, 17), (40.5, 38), (59.5, 62), (78, 83)):
        c.line([(x, 62), (tip, 22)], 3, GRAPHITE)
        c.line([(x, 60), (tip, 23)], 1, STEEL)
    c.shape([(15, 58), (85, 58), (91, 72), (9, 72)], SNOW, SILVER, r=3)
    c.box(9, 70, 82, 8, SILVER, STEEL, r=3.5)
    for light in range(6):
        c.oval(30 + light * 8, 74, 1.1, 1.1, MINT if light < 4 else k.base)
    for radius in (4, 8, 12):
        c.line(oval(50, 50, radius, radius, 220, 320), 1.5, k.base)
    c.oval(50, 50, 1.6, 1.6, k.base)


def printer(c: Canvas, k: Palette) -> None:
    c.shape([(32, 18), (68, 18), (70, 42), (30, 42)], WHITE, SILVER)
    c.box(14, 38, 72, 36, SNOW, SILVER, r=4)
    c.box(14, 38, 72, 10, k.light, k.base, r=4)
    c.box(22, 54, 56, 4, COAL, r=2)
    c.shape([(27, 56), (73, 56), (77, 80), (23, 80)], WHITE, SNOW, r=0.6)
    for line in range(4):
        c.line([(33 - line * 0.6, 62 + line * 4), (56 + line * 3 % 8, 62 + line * 4)], 1, (k.light, STEEL)[line > 0])
    c.oval(78, 43, 1.6, 1.6, MINT)
    c.box(62, 41.6, 11, 2.8, COAL, r=1)


MOTIFS = {
    "laptop": Motif(laptop, detail=(60, 56), stands=True),
    "gaming_laptop": Motif(gaming_laptop, detail=(40, 64), stands=True),
    "convertible": Motif(convertible, detail=(66, 44), stands=True),
    "monitor": Motif(monitor, detail=(66, 58), stands=True, is_flat=True),
    "keyboard": Motif(keyboard, detail=(30, 50), is_flat=True),
    "mouse": Motif(mouse, detail=(48, 36)),
    "ssd": Motif(ssd, detail=(52, 60), is_flat=True),
    "tablet": Motif(tablet, detail=(46, 32), is_flat=True),
    "router": Motif(router, detail=(50, 62), stands=True),
    "printer": Motif(printer, detail=(56, 56), stands=True),
}
