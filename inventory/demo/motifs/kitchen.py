"""What cooks, cuts and pours."""

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
    SILVER,
    SNOW,
    STEEL,
    TEAK,
    WALNUT,
    WHITE,
    Palette,
)

_GLASS = (214, 232, 240, 120)


def kettle(c: Canvas, k: Palette) -> None:
    c.line(smooth([(64, 30), (82, 30), (85, 46), (79, 66), (70, 70)], closed=False), 5, COAL)
    c.shape([(36, 34), (22, 26), (19, 31), (33, 46)], k.base, k.dark, r=2)
    c.shape(mirrored([(38, 26), (34, 30), (27, 78), (50, 79)], axis=49), k.light, k.dark, r=4)
    c.shape(mirrored([(40, 21), (37, 27), (49, 28)], axis=49), COAL, GRAPHITE, r=1.6)
    c.oval(49, 19, 3.6, 2.6, GRAPHITE)
    c.box(26, 78, 46, 4, GRAPHITE, COAL, r=1.4)
    c.box(22, 82, 54, 5.4, COAL, BLACK, r=2)
    c.box(46, 46, 6, 22, _GLASS, r=3)
    c.box(46, 56, 6, 12, (120, 190, 230, 190), r=2.6)
    c.shape(smooth([(35, 66), (37, 42), (40, 32), (42, 32), (40, 46), (39, 68)]), GLOSS)
    c.oval(76, 42, 1.3, 1.3, CORAL)


def mug(c: Canvas, k: Palette) -> None:
    for x, top in ((40, 12), (48, 8), (56, 12)):
        c.line(smooth([(x, 29), (x - 2, top + 13), (x + 2, top + 6), (x, top)], closed=False), 1.4, WHITE)
    c.line(oval(70, 55, 13, 14, -90, 90), 6, k.dark)
    c.shape(mirrored([(25, 34), (26, 80), (31, 86), (48, 87)], axis=48), k.light, k.dark, r=5)
    c.shape([*oval(48, 63, 22.4, 5, 180, 0), (70, 69), *oval(48, 68, 22, 5, 0, 180)], k.pale)
    c.oval(48, 34, 23, 5.6, k.pale, k.light)
    c.oval(48, 34.4, 20.4, 4.3, WALNUT, TEAK)
    c.shape(smooth([(29, 72), (28.4, 44), (32, 42), (32.6, 74)]), GLOSS)


def pan(c: Canvas, k: Palette) -> None:
    c.line([(64, 36), (89, 11)], 5.6, k.dark)
    c.line([(78, 22), (89, 11)], 5.6, WALNUT)
    c.oval(88.6, 11.4, 1, 1, SNOW)
    c.oval(42, 58, 36, 36, k.light, k.dark)
    c.oval(42, 58, 33.6, 33.6, COAL, GRAPHITE)
    c.oval(42, 58, 28, 28, GRAPHITE, COAL)
    c.shape(smooth([(24, 54), (32, 42), (46, 42), (58, 50), (60, 64), (50, 74), (36, 72), (27, 66)]), WHITE, SNOW)
    c.oval(43, 57, 9, 8.6, AMBER, mix(AMBER, CORAL, 0.5))
    c.oval(40, 53.6, 2.6, 2, GLOSS)


def knife(c: Canvas, k: Palette) -> None:
    c.shape([(8, 62), (24, 47), (62, 44), (62, 62)], SNOW, STEEL)
    c.shape([(8, 62), (30, 57.6), (62, 56), (62, 62)], WHITE, SILVER)
    c.line([(10, 62), (62, 62)], 0.6, WHITE)
    c.box(60, 43, 5, 20, SILVER, GRAPHITE, r=1)
    c.shape([(64, 45), (86, 44), (93, 48), (93, 59), (86, 57), (64, 57)], k.base, k.deep, r=3)
    for x in (70, 78, 86):
        c.oval(x, 51, 1.5, 1.5, AMBER, SILVER)
    c.line([(26, 49.4), (58, 47)], 0.5, WHITE)


def blender(c: Canvas, k: Palette) -> None:
    c.line(smooth([(66, 22), (80, 24), (79, 46), (64, 50)], closed=False), 4, GRAPHITE)
    c.shape(mirrored([(30, 16), (36, 60), (50, 60)], axis=49), _GLASS, (200, 220, 232, 190), r=2)
    fruit = [*smooth([(32.8, 34), (40, 31.6), (49, 35), (58, 32), (65.2, 34)], closed=False), (61.4, 59), (36.6, 59)]
    c.shape(fruit, mix(CORAL, WHITE, 0.25), CORAL)
    for x, y, size in ((42, 42, 2.4), (53, 46, 3), (46, 52, 1.8), (57, 39, 1.6)):
        c.oval(x, y, size, size, mix(CORAL, WHITE, 0.5))
    c.box(28, 11, 42, 6.4, k.dark, k.deep, r=2)
    c.box(43, 7, 12, 5, k.deep, r=1.6)
    c.box(36, 58, 26, 6, GRAPHITE, COAL, r=1.4)
    c.shape([(35, 63), (63, 63), (70, 87), (28, 87)], k.light, k.dark, r=4)
    c.oval(49, 75, 6, 6, SNOW, SILVER)
    c.line([(49, 75), (52, 71)], 1.3, GRAPHITE)
    c.box(29, 86, 40, 3.4, COAL, r=1.4)
    c.shape([(35, 20), (40, 20), (43, 54), (40, 54)], GLOSS, r=1)


def toaster(c: Canvas, k: Palette) -> None:
    for x in (27, 53):
        bread = smooth(mirrored([(x, 40), (x - 2, 24), (x + 4, 18.4), (x + 10, 19.4)], axis=x + 10))
        c.shape(bread, mix(TEAK, BLACK, 0.1))
        c.shape([(x + 10 + (px - x - 10) * 0.84, py + 2) for px, py in bread], mix(OAK, WHITE, 0.35), OAK)
    c.box(14, 36, 72, 46, k.light, k.dark, r=11)
    c.box(21, 35, 58, 5, k.deep, r=2.4)
    c.box(14, 72, 72, 9, k.dark, k.deep, r=4)
    c.box(20, 81, 10, 4, COAL, r=1.4)
    c.box(70, 81, 10, 4, COAL, r=1.4)
    c.box(74, 46, 3, 20, k.deep, r=1.5)
    c.box(71, 49, 9, 5, SILVER, STEEL, r=2)
    c.oval(30, 60, 6.4, 6.4, SNOW, SILVER)
    c.line([(30, 60), (33, 56)], 1.3, GRAPHITE)
    c.shape(smooth([(17.6, 60), (18.6, 46), (25, 41), (34, 40.6), (24, 45), (20.4, 62)]), GLOSS)


def espresso_machine(c: Canvas, k: Palette) -> None:
    c.box(20, 14, 60, 28, k.light, k.base, r=5)
    c.box(26, 40, 48, 36, k.deep, COAL)
    c.box(18, 74, 64, 12, k.base, k.dark, r=3)
    c.box(24, 76, 52, 3, COAL, r=1)
    for line in range(9):
        c.line([(28 + line * 5.5, 77.4), (30 + line * 5.5, 77.4)], 0.8, STEEL)
    c.oval(35, 28, 7, 7, SNOW, SILVER)
    c.line([(35, 28), (38.6, 24.4)], 1, CORAL)
    for x in (52, 62, 72):
        c.oval(x, 28, 2.8, 2.8, SILVER, STEEL)
        c.oval(x, 28, 1.4, 1.4, MINT if x == 52 else SNOW)
    c.box(40, 41, 20, 6, SILVER, STEEL, r=1)
    c.box(43, 46, 14, 5, GRAPHITE, COAL, r=1.6)
    c.line([(57, 49), (78, 53)], 3.4, WALNUT)
    for jet in (47.6, 52.4):
        c.line([(jet, 51), (jet, 62)], 0.9, WALNUT)
    c.line(oval(58.4, 67, 3.4, 3, -90, 90), 1.4, WHITE)
    c.shape([(42, 61), (58, 61), (56, 74), (44, 74)], WHITE, SILVER, r=2)
    c.shape(smooth([(23.6, 34), (24, 20), (30, 17), (44, 16.6), (29, 20.6), (26, 36)]), GLOSS)


def pot(c: Canvas, k: Palette) -> None:
    for side in (-1, 1):
        c.line(oval(50 + side * 34, 51, 7, 6), 3.4, GRAPHITE)
    c.shape(mirrored([(17, 42), (18, 78), (24, 84), (50, 84.6)]), k.light, k.dark, r=6)
    c.box(15, 40, 70, 5, k.base, k.dark, r=2.4)
    c.shape([*oval(50, 40, 34, 17, 180, 360), (84, 41), (16, 41)], SILVER, STEEL)
    c.line([(15.6, 40.6), (84.4, 40.6)], 2.4, STEEL)
    c.box(46.6, 17, 6.8, 7, GRAPHITE)
    c.oval(50, 16, 7, 3.6, GRAPHITE, COAL)
    c.shape(smooth([(24, 36), (31, 28.6), (42, 25.6), (36, 30), (30, 37)]), GLOSS)
    c.shape(smooth([(22, 72), (21.4, 52), (25, 50), (26, 74)]), GLOSS)


def chopping_board(c: Canvas, k: Palette) -> None:
    c.box(43, 6, 14, 22, OAK, TEAK, r=6)
    c.oval(50, 13, 2.6, 2.6, WALNUT)
    c.box(21, 20, 58, 70, OAK, TEAK, r=8)
    for x, top, foot in ((30, 28, 70), (38, 34, 84), (63, 26, 60), (71, 36, 80)):
        c.line([(x, top), (x + 0.6, foot)], 0.5, TEAK)
    c.line(oval(64, 42, 7.6, 7.6), 2, k.base)
    for x, y in ((36, 42), (45, 48), (36, 55)):
        c.oval(x, y, 6, 6, CORAL, mix(CORAL, BLACK, 0.15))
        c.oval(x, y, 4.6, 4.6, mix(CORAL, WHITE, 0.35))
        for dx, dy in ((-2, -1.4), (2, -1.4), (0, 2.2)):
            c.oval(x + dx, y + dy, 0.9, 0.7, AMBER)
    c.oval(64, 42, 6.8, 6.8, k.pale, k.light)
    c.oval(64, 42, 4, 4, WHITE)
    for x, y in ((60, 64), (66, 68), (58, 72), (67, 60)):
        c.shape(smooth([(x - 4, y + 2), (x, y - 3), (x + 4, y - 2), (x + 1, y + 2.4)]), MINT, mix(MINT, BLACK, 0.3))


def bowls(c: Canvas, k: Palette) -> None:
    for index, (width, top) in enumerate(((24, 26), (30, 38), (36, 50))):
        tone = (k.pale, k.light, k.base)[index]
        bowl = [*oval(50, top, width, 5, 180, 360), *oval(50, top, width, 30 - index, 0, 180)]
        c.shape(bowl, tone, mix(tone, BLACK, 0.3))
        c.oval(50, top, width, 5, mix(tone, WHITE, 0.35), tone)
        if index == 0:
            c.oval(50, top + 0.4, width - 2, 4, mix(tone, BLACK, 0.12), mix(tone, BLACK, 0.28))
        c.shape(
            smooth(
                [
                    (50 - width * 0.86, top + 8),
                    (50 - width * 0.7, top + 7),
                    (50 - width * 0.5, top + 21),
                    (50 - width * 0.6, top + 19),
                ]
            ),
            GLOSS,
        )
    c.box(38, 77, 24, 5, k.dark, k.deep, r=1.6)


MOTIFS = {
    "kettle": Motif(kettle, detail=(46, 44), stands=True),
    "mug": Motif(mug, detail=(54, 46), stands=True),
    "pan": Motif(pan, detail=(46, 54)),
    "knife": Motif(knife, detail=(64, 52)),
    "blender": Motif(blender, detail=(50, 52), stands=True),
    "toaster": Motif(toaster, detail=(42, 44), stands=True),
    "espresso_machine": Motif(espresso_machine, detail=(50, 52), stands=True),
    "pot": Motif(pot, detail=(46, 38), stands=True),
    "chopping_board": Motif(chopping_board, detail=(50, 50)),
    "bowls": Motif(bowls, detail=(46, 44), stands=True),
}
