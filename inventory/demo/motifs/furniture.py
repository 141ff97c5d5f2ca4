"""Seats, tables, beds and lamps."""

from inventory.demo.canvas import Canvas, mirrored, mix, oval, smooth
from inventory.demo.motifs.motif import Motif
from inventory.demo.motifs.palette import (
    AMBER,
    BLACK,
    COAL,
    CORAL,
    GLOSS,
    GRAPHITE,
    MINT,
    OAK,
    SHADE,
    SILVER,
    SNOW,
    STEEL,
    TEAK,
    WALNUT,
    WHITE,
    Palette,
)

_LAMPLIGHT = (255, 243, 190, 170)
_DARKNESS = (255, 243, 190, 0)


def armchair(c: Canvas, k: Palette) -> None:
    for x, foot in ((27, 24), (73, 76)):
        c.line([(x, 74), (foot, 87)], 3, TEAK)
    c.shape(smooth(mirrored([(50, 14), (34, 16), (27, 27), (28, 62), (50, 66)])), k.light, k.base)
    c.shape(smooth(mirrored([(50, 19), (37, 21), (32, 30), (33, 56), (50, 59)])), k.base, k.dark)
    for x in (43, 57):
        c.oval(x, 34, 0.9, 0.9, k.deep)
    c.box(28, 54, 44, 15, k.light, k.base, r=6)
    c.box(26, 65, 48, 12, k.base, k.dark, r=4)
    for x in (14, 70):
        c.box(x, 43, 16, 34, k.light, k.dark, r=7.5)
        c.box(x + 2, 45, 12, 8, k.light, k.base, r=4)


def sofa(c: Canvas, k: Palette) -> None:
    for x in (14, 49, 84):
        c.line([(x, 72), (x, 80)], 2.6, TEAK)
    for index in range(3):
        c.box(14 + index * 24, 32, 24, 30, k.light, k.base, r=5)
    for index in range(3):
        c.box(13 + index * 24.6, 53, 24.8, 13, k.light, k.base, r=4)
    c.box(10, 62, 80, 12, k.base, k.dark, r=3)
    for x in (4, 84):
        c.box(x, 44, 12, 30, k.light, k.dark, r=5.5)
    c.shape([(19, 42), (31, 39), (34, 54), (22, 57)], AMBER, mix(AMBER, BLACK, 0.15), r=3)
    c.shape([(68, 40), (81, 42), (79, 56), (66, 54)], k.pale, mix(k.pale, k.base, 0.3), r=3)


def chair(c: Canvas, k: Palette) -> None:
    for top, foot in ((36, 31), (64, 69)):
        c.line([(top, 60), (foot, 90)], 3, WALNUT)
    for top, foot in ((41, 40), (59, 60)):
        c.line([(top, 60), (foot, 84)], 2.6, TEAK)
    for top, foot in ((33, 36), (67, 64)):
        c.line([(top, 12), (foot, 62)], 3.2, OAK)
    c.shape(smooth(mirrored([(50, 11), (36, 10), (32, 15), (33.5, 26), (50, 28)])), OAK, TEAK)
    for x in (42, 50, 58):
        c.line([(x, 27), (50 + (x - 50) * 0.9, 58)], 1.8, TEAK)
    c.shape([(35, 55), (65, 55), (71, 64), (29, 64)], k.light, k.base, r=3)
    c.box(29, 62, 42, 5, OAK, TEAK, r=2)
    c.line([(36, 78), (64, 78)], 1.8, TEAK)


def table(c: Canvas, k: Palette) -> None:
    for top, foot in ((24, 20), (76, 80)):
        c.shape([(top - 3, 48), (top + 3, 48), (foot + 1.6, 82), (foot - 1.6, 82)], TEAK, WALNUT)
    for top, foot in ((33, 31), (67, 69)):
        c.shape([(top - 2.4, 48), (top + 2.4, 48), (foot + 1.2, 74), (foot - 1.2, 74)], WALNUT)
    c.box(17, 46, 66, 6, TEAK, WALNUT, r=1)
    c.shape([(18, 35), (82, 35), (94, 44), (6, 44)], mix(OAK, WHITE, 0.2), OAK, r=1)
    c.box(6, 43.4, 88, 4, OAK, TEAK, r=1.6)
    for y, left, right in ((37.4, 24, 60), (40, 40, 82), (42, 14, 46)):
        c.line([(left, y), (right, y)], 0.4, TEAK)
    c.shape(smooth(mirrored([(50, 24), (46.5, 25), (46, 29), (43, 35), (46, 40), (50, 40.6)])), k.light, k.dark)
    for x, y in ((44, 14), (50, 10), (56, 14)):
        c.line([(50, 25), (x, y + 3)], 0.8, mix(MINT, BLACK, 0.35))
        c.oval(x, y, 3, 4, MINT, mix(MINT, BLACK, 0.3))


def desk(c: Canvas, k: Palette) -> None:
    for x in (20, 74):
        c.box(x, 46, 6, 34, STEEL, GRAPHITE, r=1)
        c.box(x + 1, 62, 4, 20, SILVER, STEEL)
        c.box(x - 7, 82, 20, 3.6, GRAPHITE, COAL, r=1.6)
    c.box(24, 47, 52, 4, GRAPHITE)
    c.box(7, 41.5, 86, 5, OAK, TEAK, r=2)
    c.box(60, 47.4, 9, 3.4, COAL, r=1)
    c.oval(62.4, 49.1, 0.7, 0.7, MINT)
    c.box(48, 33, 3, 8, STEEL)
    c.box(43, 39.8, 13, 2, STEEL, GRAPHITE, r=0.8)
    c.box(33, 15, 33, 20, COAL, r=1.4)
    c.box(34, 16, 31, 17, k.light, k.dark, r=0.6)
    c.shape([(34, 33), (34, 28), (43, 22), (51, 29), (57, 25), (65, 30), (65, 33)], k.deep)
    c.shape(smooth(mirrored([(80, 33), (76.5, 33.4), (77.6, 41), (80, 41.5)], axis=80)), WHITE, SILVER)
    for x, y in ((76, 27), (80, 24), (84, 27)):
        c.line([(80, 34), (x, y)], 0.9, mix(MINT, BLACK, 0.3))
        c.oval(x, y, 2.2, 3, MINT, mix(MINT, BLACK, 0.3))
    c.box(14, 36.5, 6, 5, k.base, k.dark, r=1)


def bookcase(c: Canvas, k: Palette) -> None:
    c.box(24, 8, 52, 80, OAK, TEAK, r=1.6)
    c.box(24, 87, 5, 4, WALNUT)
    c.box(71, 87, 5, 4, WALNUT)
    shades = (k.base, CORAL, k.deep, AMBER, k.light, MINT, SNOW, k.dark)
    for shelf in range(4):
        top = 11 + shelf * 19
        c.box(27, top, 46, 16.6, WALNUT, TEAK)
        x, book = 28.0, shelf * 3
        while x < (52, 68, 46, 66)[shelf]:
            width, height = 2.6 + book * 7 % 5 * 0.45, 10.5 + book * 5 % 7 * 0.75
            shade = shades[book * 5 % 8]
            c.box(x, top + 16.6 - height, width, height, shade, mix(shade, BLACK, 0.2), r=0.3)
            c.line([(x + 1, top + 20 - height), (x + width - 1, top + 20 - height)], 0.5, mix(shade, WHITE, 0.6))
            x, book = x + width + 0.2, book + 1
        c.box(27, top, 46, 2.2, SHADE)
    c.shape(smooth(mirrored([(64, 19), (60, 20), (61, 27.4), (64, 27.6)], axis=64)), k.pale, k.light)
    c.oval(64, 17, 4, 3.4, MINT, mix(MINT, BLACK, 0.3))
    c.box(56, 54, 12, 11.4, WHITE, SILVER, r=0.6)
    c.shape([(57.4, 64), (61, 58), (63.5, 61), (65, 59), (66.6, 64)], k.base)


def bed(c: Canvas, k: Palette) -> None:
    c.box(16, 22, 68, 44, OAK, TEAK, r=5)
    c.box(19, 25, 62, 20, mix(OAK, WHITE, 0.15), OAK, r=3)
    c.shape([(20, 44), (80, 44), (88, 66), (12, 66)], WHITE, SNOW, r=2)
    for x in (25, 52):
        c.box(x, 38, 23, 13, WHITE, SILVER, r=5)
    c.shape([(17, 52), (83, 52), (90, 72), (10, 72)], k.light, k.base, r=2.4)
    c.shape([(17, 52), (83, 52), (84.4, 56.4), (15.6, 56.4)], k.pale, r=1)
    c.box(9, 69, 82, 9, OAK, TEAK, r=2)
    for x in (14, 81):
        c.box(x, 77, 5, 6, WALNUT, r=0.6)
    for x in (34, 50, 66):
        c.line([(50 + (x - 50) * 0.98, 58), (50 + (x - 50) * 1.14, 68)], 0.5, k.dark)


def floor_lamp(c: Canvas, k: Palette) -> None:
    c.shape([(50, 26), (84, 26), (98, 88), (30, 88)], _LAMPLIGHT, _DARKNESS)
    c.line(smooth([(30, 86), (28, 50), (34, 20), (52, 10), (66, 16)], closed=False), 2.2, GRAPHITE)
    c.shape(mirrored([(67, 14), (59, 15), (50, 30), (67, 30)], axis=67), k.light, k.dark, r=1.6)
    c.oval(67, 30, 16.6, 2.4, mix(AMBER, WHITE, 0.6))
    c.oval(30, 88, 13, 2.8, COAL)
    c.oval(30, 87, 13, 2.6, STEEL, GRAPHITE)


def desk_lamp(c: Canvas, k: Palette) -> None:
    c.shape([(26, 40), (50, 30), (62, 88), (2, 88)], _LAMPLIGHT, _DARKNESS)
    c.line([(66, 84), (76, 52)], 2.6, STEEL)
    c.line([(76, 52), (46, 24)], 2.6, STEEL)
    c.oval(76, 52, 3, 3, k.dark)
    c.oval(76, 52, 1.3, 1.3, SILVER)
    c.shape([(44, 14), (54, 24), (50, 36), (27, 42), (24, 34), (33, 18)], k.light, k.dark, r=5)
    c.shape([(24.4, 36), (51.6, 29.4), (50, 37), (27, 43)], mix(AMBER, WHITE, 0.65), r=2)
    c.shape([(50, 80), (82, 80), (86, 88), (46, 88)], k.base, k.deep, r=3)
    c.oval(66, 83.4, 1.6, 0.9, MINT)


def drawers(c: Canvas, k: Palette) -> None:
    for x, foot in ((22, 19), (78, 81)):
        c.line([(x, 72), (foot, 88)], 3, WALNUT)
    c.box(14, 26, 72, 49, OAK, TEAK, r=3)
    for row in range(3):
        y = 29.4 + row * 14.6
        c.box(17.4, y, 65.2, 13.2, WHITE if row != 1 else k.light, SNOW if row != 1 else k.base, r=1.6)
        for x in (36, 64):
            c.oval(x, y + 6.6, 1.8, 1.8, TEAK)
            c.oval(x, y + 6.2, 1.3, 1.3, OAK)
    c.box(24, 20.6, 20, 3, k.dark, r=0.8)
    c.box(25, 23.4, 21, 2.8, CORAL, r=0.8)
    c.shape(smooth(mirrored([(70, 18), (66, 19), (67, 26), (70, 26.4)], axis=70)), k.base, k.dark)
    c.line(oval(70, 18, 5, 8, 180, 250), 1.2, mix(MINT, BLACK, 0.3))
    c.line(oval(70, 18, 5, 8, 290, 360), 1.2, mix(MINT, BLACK, 0.3))
    c.line([(70, 18), (70, 9)], 1.2, mix(MINT, BLACK, 0.3))
    c.shape(smooth([(20, 33), (24, 31), (32, 31), (24, 33)]), GLOSS)


MOTIFS = {
    "armchair": Motif(armchair, detail=(40, 48), stands=True),
    "sofa": Motif(sofa, detail=(30, 54), stands=True),
    "chair": Motif(chair, detail=(50, 46), stands=True),
    "table": Motif(table, detail=(54, 36), stands=True),
    "desk": Motif(desk, detail=(52, 36), stands=True),
    "bookcase": Motif(bookcase, detail=(50, 36), stands=True),
    "bed": Motif(bed, detail=(42, 50), stands=True),
    "floor_lamp": Motif(floor_lamp, detail=(62, 28)),
    "desk_lamp": Motif(desk_lamp, detail=(46, 36)),
    "drawers": Motif(drawers, detail=(60, 36), stands=True),
}
