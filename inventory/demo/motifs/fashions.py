"""Clothes, shoes and bags."""

from inventory.demo.canvas import Canvas, mirrored, mix, oval, smooth
from inventory.demo.motifs.motif import Motif
from inventory.demo.motifs.palette import (
    AMBER,
    BLACK,
    COAL,
    GLEAM,
    GLOSS,
    GRAPHITE,
    SHADE,
    SILVER,
    SNOW,
    STEEL,
    WHITE,
    Palette,
)


def tshirt(c: Canvas, k: Palette) -> None:
    shirt = [(41, 17), (30, 20), (9, 37), (18, 50), (28, 44), (28, 84), (50, 84.5)]
    c.shape(mirrored(shirt), k.light, k.base, r=2.4)
    c.shape([(28, 44), (28, 84), (33, 84), (31, 56)], SHADE)
    c.shape([(72, 44), (72, 84), (67, 84), (69, 56)], SHADE)
    c.shape(smooth(mirrored([(41, 16.6), (43, 24), (50, 27.4)])), k.deep)
    c.line(smooth([(40.6, 17), (43, 24.6), (50, 28), (57, 24.6), (59.4, 17)], closed=False), 1.8, k.dark)
    c.line([(11, 39.4), (19.4, 51)], 0.6, k.dark)
    c.line([(89, 39.4), (80.6, 51)], 0.6, k.dark)
    c.line([(28.6, 81.4), (71.4, 81.4)], 0.5, k.dark)


def hoodie(c: Canvas, k: Palette) -> None:
    for side in (-1, 1):
        sleeve = [(20, 26), (30, 32), (38, 76), (27, 78), (21, 48)]
        cuff = [(38.4, 74), (39, 81), (28, 83), (27, 76)]
        c.shape([(50 + side * x, y) for x, y in sleeve], k.base, k.dark, r=3)
        c.shape([(50 + side * x, y) for x, y in cuff], k.dark, r=1.5)
    c.shape(mirrored([(40, 22), (29, 26), (27, 82), (50, 82)]), k.light, k.base, r=4)
    c.box(28, 80, 44, 6.4, k.dark, r=2)
    c.shape(smooth(mirrored([(50, 10), (38, 13), (33, 25), (40, 34), (50, 37)])), k.base, k.dark)
    c.shape(smooth(mirrored([(50, 15), (42, 17), (39, 25), (44, 31), (50, 33)])), k.deep)
    for x, y in ((45.6, 51), (54.4, 47)):
        c.line([(x, 35), (x, y)], 1, WHITE)
        c.oval(x, y, 0.9, 1.4, SILVER)
    c.shape(mirrored([(39, 61), (33, 75), (33, 78), (50, 78), (50, 61)]), k.base, k.dark, r=1.4)


def jeans(c: Canvas, k: Palette) -> None:
    for side in (-1, 1):
        leg = [(50, 20), (50 + side * 18, 20), (50 + side * 21.5, 88), (50 + side * 6.5, 88), (50 + side * 0.4, 42)]
        c.shape(leg, k.light, k.dark, r=1.4)
        c.shape([(50 + side * 9, 46), (50 + side * 14, 44), (50 + side * 15.6, 76), (50 + side * 11, 76)], GLEAM, r=4)
        c.shape(
            [(50 + side * 20.8, 84.4), (50 + side * 21.5, 88.6), (50 + side * 6.3, 88.6), (50 + side * 6, 84.4)], k.pale
        )
        c.line(oval(50 + side * 18, 19, 11, 13, 90, 90 + side * 85), 0.7, AMBER)
    c.box(31.4, 13, 37.2, 8, k.base, k.dark, r=1.4)
    for x in (36, 47, 53, 64):
        c.box(x - 1, 12.4, 2, 9.4, k.light, r=0.6)
    c.line([(50, 21), (50, 41)], 0.7, k.deep)
    c.line(smooth([(50, 41), (54.4, 37), (54.8, 22)], closed=False), 0.6, AMBER)
    c.oval(50, 17, 1.5, 1.5, AMBER)


def dress(c: Canvas, k: Palette) -> None:
    for x in (41, 59):
        c.line([(x, 11), (50 + (x - 50) * 1.16, 24)], 2, k.dark)
    skirt = smooth([(38, 44), (30, 62), (21, 84)], closed=False)
    hem = smooth([(21, 84), (36, 88), (50, 86.6), (64, 88), (79, 84)], closed=False)
    c.shape([*skirt, *hem, *((100 - x, y) for x, y in reversed(skirt))], k.light, k.base)
    for top, foot in ((44, 37), (50, 50), (56, 63)):
        c.shape([(top - 0.6, 46), (top + 0.6, 46), (foot + 2.6, 87), (foot - 2.6, 87)], SHADE)
    c.shape(smooth(mirrored([(50, 27), (44, 24), (38.6, 22), (36, 30), (39, 44), (50, 45)])), k.light, k.base)
    c.box(37.6, 41.6, 24.8, 4.8, k.deep, r=1.6)
    for x, y in (
        (42, 58),
        (57, 55),
        (36, 70),
        (49, 67),
        (63, 68),
        (43, 79),
        (55, 79),
        (30, 80),
        (69, 79),
        (45, 33),
        (55, 35),
    ):
        c.oval(x, y, 1.3, 1.3, WHITE)


def sneaker(c: Canvas, k: Palette) -> None:
    upper = smooth(
        [
            (12, 64),
            (13, 44),
            (16, 33),
            (26, 36),
            (36, 33),
            (46, 43),
            (58, 52),
            (76, 56),
            (88, 64),
            (88, 70),
            (50, 71),
            (14, 70),
        ]
    )
    c.shape(upper, k.light, k.base)
    c.shape(smooth([(13, 66), (13, 46), (15, 36), (23, 38), (26, 54), (25, 68)]), k.dark, k.deep)
    c.shape(smooth([(66, 55), (78, 57), (88, 65), (87, 70), (70, 70), (67, 62)]), k.dark)
    c.shape(smooth([(17, 34), (26, 36.4), (35, 33.6), (31, 40), (22, 41)]), COAL)
    c.oval(37, 59, 5, 5, WHITE, SNOW)
    c.oval(37, 59, 2.6, 2.6, k.base)
    for step in range(4):
        c.line([(36 + step * 5.4, 39.6 + step * 4.2), (43 + step * 5.2, 37.4 + step * 4.4)], 1.7, WHITE)
    c.shape(smooth([(9, 68), (30, 70), (60, 70), (91, 67), (92, 74), (84, 79), (14, 79), (8, 75)]), WHITE, SILVER)
    c.line([(13, 75.6), (87, 75.4)], 0.9, k.base)
    for step in range(15):
        c.line([(16 + step * 4.8, 78.4), (18 + step * 4.8, 78.4)], 1.2, STEEL)


def boot(c: Canvas, k: Palette) -> None:
    shaft = [(26, 14), (54, 14), (53, 46), (60, 55), (78, 60), (87, 70), (87, 78), (27, 78), (28, 48)]
    c.shape(shaft, k.light, k.dark, r=6)
    c.shape([(36, 17), (46, 17), (45.4, 42), (37.6, 44)], k.deep, COAL, r=2)
    for step in range(5):
        c.line([(38.6, 22 + step * 4.4), (44.4, 22 + step * 4.4)], 0.6, GRAPHITE)
    c.box(25.6, 12.6, 29, 4, k.dark, r=1.6)
    c.line([(29, 12), (29, 6.6), (33, 6.6), (33, 12)], 1.4, k.deep)
    c.shape(smooth([(56, 56), (72, 60), (82, 67), (74, 66), (62, 61)]), GLOSS)
    c.shape([(25.5, 77), (89, 77), (88, 84.5), (50, 84.5), (47, 82), (45, 87), (25.5, 87)], COAL, BLACK, r=1.6)


def backpack(c: Canvas, k: Palette) -> None:
    c.line(oval(50, 16, 8, 9, 180, 360), 2.6, k.deep)
    for side in (-1, 1):
        c.line(
            smooth(
                [(50 + side * 22, 34), (50 + side * 34, 46), (50 + side * 33, 72), (50 + side * 24, 80)], closed=False
            ),
            3.4,
            k.deep,
        )
    c.shape(mirrored([(36, 14), (25, 24), (23, 86), (50, 87)]), k.light, k.dark, r=8)
    c.shape(mirrored([(37, 15), (26.4, 25), (26, 48), (50, 51)]), k.base, k.dark, r=8)
    c.box(29, 57, 42, 24, k.base, k.dark, r=5)
    c.line([(31, 63), (69, 63)], 0.9, k.deep)
    for x in (37, 63):
        c.box(x - 2.4, 32, 4.8, 27, mix(k.deep, AMBER, 0.35), r=1)
        c.box(x - 3.2, 50, 6.4, 5.4, AMBER, mix(AMBER, BLACK, 0.3), r=1)
        c.box(x - 1.6, 51.6, 3.2, 2.2, k.deep, r=0.4)
    c.shape(smooth([(28.6, 40), (29.4, 27), (37, 18.6), (40, 18.6), (32, 28), (31, 44)]), GLOSS)


def cap(c: Canvas, k: Palette) -> None:
    c.shape(smooth([(52, 60), (70, 57), (86, 60), (95, 69), (84, 71), (66, 66), (40, 67)]), k.dark, k.deep)
    c.shape(
        smooth([(12, 64), (13, 46), (25, 31), (44, 26), (61, 33), (70, 47), (72, 62), (58, 62), (40, 66), (22, 67)]),
        k.light,
        k.base,
    )
    c.line(smooth([(44, 26), (34, 40), (31, 66)], closed=False), 0.7, k.dark)
    c.line(smooth([(44, 26), (57, 40), (61, 61)], closed=False), 0.7, k.dark)
    c.oval(44, 26.4, 2.8, 1.8, k.deep)
    c.oval(46, 49, 7, 7, WHITE, SNOW)
    c.shape([(42, 52.6), (46, 44.6), (50, 52.6)], k.base, r=0.6)
    for x, y in ((24, 44), (64, 43)):
        c.oval(x, y, 1, 1, k.deep)
    c.shape(smooth([(16, 54), (20, 43), (30, 33), (24, 43), (20, 56)]), GLOSS)


def sunglasses(c: Canvas, k: Palette) -> None:
    for side in (-1, 1):
        c.line(
            smooth(
                [(50 + side * 39, 43), (50 + side * 41, 34), (50 + side * 30, 28), (50 + side * 22, 30)], closed=False
            ),
            2.4,
            k.deep,
        )
    for side in (-1, 1):
        lens = [
            (50 + side * x, y)
            for x, y in ((6, 45), (18, 40.6), (34, 42), (39, 48), (36, 61), (25, 68), (13, 64), (7, 54))
        ]
        c.shape(smooth(lens), k.dark, k.deep)
        glass = [
            (50 + side * (22.5 + (x - 22.5) * 0.84), 53 + (y - 53) * 0.82)
            for x, y in ((6, 45), (18, 40.6), (34, 42), (39, 48), (36, 61), (25, 68), (13, 64), (7, 54))
        ]
        c.shape(smooth(glass), COAL, mix(k.base, COAL, 0.35))
        shift = 50 + side * 22
        c.shape([(shift - 6, 46), (shift + 1, 45), (shift - 8, 60), (shift - 12, 57)], GLOSS, r=1)
    c.line(oval(50, 50, 7.4, 5.4, 205, 335), 2.6, k.deep)
    for side in (-1, 1):
        c.oval(50 + side * 36.4, 46, 1, 1, SILVER)


def handbag(c: Canvas, k: Palette) -> None:
    c.line(oval(50, 44, 19, 29, 180, 360), 3, k.deep)
    c.line(oval(50, 46, 15, 25, 180, 360), 2, k.dark)
    c.shape([(24, 40), (76, 40), (86, 84), (14, 84)], k.light, k.dark, r=6)
    c.shape([(23, 39), (77, 39), (80, 52), (62, 62), (38, 62), (20, 52)], k.base, k.dark, r=5)
    c.box(44, 55, 12, 11, AMBER, mix(AMBER, BLACK, 0.3), r=2)
    c.box(47.6, 58, 4.8, 5, k.deep, r=1)
    for x in (31.4, 68.6):
        c.oval(x, 43, 2, 2, AMBER)
    c.line([(19.6, 80), (80.4, 80)], 0.5, k.pale)
    c.shape(smooth([(21, 70), (26, 46), (30, 44), (27, 56), (24, 74)]), GLOSS)


MOTIFS = {
    "tshirt": Motif(tshirt, detail=(50, 30)),
    "hoodie": Motif(hoodie, detail=(50, 32)),
    "jeans": Motif(jeans, detail=(50, 28)),
    "dress": Motif(dress, detail=(50, 40)),
    "sneaker": Motif(sneaker, detail=(42, 52), stands=True),
    "boot": Motif(boot, detail=(46, 36), stands=True),
    "backpack": Motif(backpack, detail=(44, 46)),
    "cap": Motif(cap, detail=(48, 46)),
    "sunglasses": Motif(sunglasses, detail=(34, 50)),
    "handbag": Motif(handbag, detail=(48, 54), stands=True),
}
