"""Sound, pictures and what is worn on the wrist."""

from inventory.demo.canvas import Canvas, mirrored, mix, oval, smooth
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
    OAK,
    SILVER,
    SNOW,
    STEEL,
    TEAK,
    WALNUT,
    WHITE,
    Palette,
)
from inventory.demo.motifs.screen import landscape


def headphones(c: Canvas, k: Palette) -> None:
    c.line(oval(50, 52, 31, 34, 178, 362), 5.5, k.dark)
    c.line(oval(50, 52, 31.6, 34.8, 205, 335), 3, k.base)
    for side in (-1, 1):
        x = 50 + side * 31
        c.line([(x, 42), (x, 56)], 3, STEEL)
        c.oval(x - side * 4.5, 64, 7.5, 16, COAL, GRAPHITE)
        c.oval(x + side * 1.5, 64, 8, 17, k.light, k.dark)
        c.oval(x + side * 3, 64, 4.8, 12, k.base, k.dark)
        c.oval(x + side * 4.2, 57, 1.3, 3.4, GLOSS)


def earbuds(c: Canvas, k: Palette) -> None:
    c.shape([(20, 58), (80, 58), (80, 74), (72, 84), (28, 84), (20, 74)], k.light, k.dark, r=9)
    c.box(20, 55, 60, 6, k.base, k.dark, r=3)
    c.oval(50, 73, 1.3, 1.3, MINT)
    c.shape(smooth([(25, 64), (28, 63), (29, 75), (27, 76)]), GLOSS)
    for side in (-1, 1):
        x = 50 + side * 15
        c.box(x - 3 + side * 3, 26, 6, 27, k.light, k.base, r=3)
        c.oval(x, 26, 9, 10, k.pale, k.light)
        c.oval(x - side * 6.5, 27, 4.2, 6, k.dark, k.deep)
        c.oval(x + side * 3, 24, 2, 3.2, GRAPHITE)
        c.oval(x + side * 3, 50.5, 1.4, 0.8, STEEL)


def speaker(c: Canvas, k: Palette) -> None:
    c.line(oval(50, 20, 9, 7, 180, 360), 2.4, GRAPHITE)
    c.box(28, 18, 44, 66, k.base, k.dark, r=15)
    c.shape(smooth([(32, 40), (33, 26), (40, 21.5), (41, 23), (36, 30), (35, 60)]), GLOSS)
    for row in range(8):
        for column in range(7):
            c.oval(33.8 + column * 5.4, 33 + row * 5, 1.3, 1.3, k.deep)
    c.box(40, 23.5, 20, 4.6, k.deep, r=2.3)
    for x in (44, 50, 56):
        c.oval(x, 25.8, 1, 1, k.pale)
    c.box(40, 74, 20, 5, k.light, k.base, r=2.5)
    c.box(34, 82.5, 32, 3, COAL, r=1.5)


def television(c: Canvas, k: Palette) -> None:
    for side in (-1, 1):
        c.line([(50 + side * 27, 71), (50 + side * 32, 79)], 2, GRAPHITE)
    c.box(7, 20, 86, 53, COAL, mix(COAL, BLACK, 0.4), r=1.4)
    landscape(c, 8.2, 21.2, 83.6, 49, k)
    c.shape([(8.2, 21.2), (38, 21.2), (16, 70.2), (8.2, 70.2)], GLEAM)
    c.box(45, 71, 10, 0.9, CORAL)


def soundbar(c: Canvas, k: Palette) -> None:
    c.box(8, 46, 84, 15, GRAPHITE, COAL, r=5)
    c.box(8, 44, 84, 7, k.light, k.dark, r=3.5)
    for index in range(31):
        c.line([(14 + index * 2.4, 52.5), (14 + index * 2.4, 58.5)], 0.8, COAL)
    for index in range(4):
        c.oval(44 + index * 4, 47.4, 0.9, 0.9, k.pale)
    c.box(16, 60, 8, 3, COAL, r=1)
    c.box(76, 60, 8, 3, COAL, r=1)


def camera(c: Canvas, k: Palette) -> None:
    c.shape([(38, 30), (42, 21), (58, 21), (62, 30)], GRAPHITE, COAL, r=2)
    c.box(18, 25.5, 12, 6, STEEL, GRAPHITE, r=1.4)
    c.oval(73, 28, 6, 2.4, SILVER, STEEL)
    c.box(12, 29, 76, 46, k.light, k.dark, r=6)
    c.box(12, 38, 76, 28, COAL, mix(COAL, BLACK, 0.3))
    c.box(12, 66, 76, 9, k.base, k.dark, r=4)
    c.box(45, 23.5, 10, 4, k.pale, STEEL, r=1)
    for radius, shade in ((21, SILVER), (19.5, GRAPHITE), (16, COAL), (13, mix(k.deep, BLACK, 0.4)), (9.5, k.deep)):
        c.oval(50, 52, radius, radius, mix(shade, WHITE, 0.18), shade)
    c.oval(50, 52, 6, 6, k.dark, k.light)
    c.oval(45.5, 46.5, 3.4, 2.6, GLOSS)
    c.oval(54.5, 57, 1.6, 1.6, GLOSS)
    c.oval(80, 34, 2, 2, CORAL)
    c.box(78, 42, 6, 20, GLEAM, r=2)


def smartwatch(c: Canvas, k: Palette) -> None:
    c.shape(smooth([(38, 32), (40, 8), (60, 8), (62, 32)]), k.dark, k.base)
    c.shape(smooth([(38, 68), (40, 92), (60, 92), (62, 68)]), k.base, k.dark)
    for y in (78, 82, 86):
        c.oval(50, y, 1, 1.2, k.deep)
    c.box(72, 46, 5, 8, STEEL, GRAPHITE, r=1.6)
    c.oval(50, 50, 25.5, 25.5, SILVER, STEEL)
    c.oval(50, 50, 23, 23, GRAPHITE, COAL)
    c.oval(50, 50, 21, 21, COAL, BLACK)
    for mark in range(12):
        outer, inner = (
            oval(50, 50, 19, 19, mark * 30, mark * 30 + 1)[0],
            oval(50, 50, 17, 17, mark * 30, mark * 30 + 1)[0],
        )
        c.line([inner, outer], 0.9, STEEL if mark % 3 else WHITE)
    c.line(oval(50, 50, 13, 13, 150, 390), 2, GRAPHITE)
    c.line(oval(50, 50, 13, 13, 150, 320), 2, MINT)
    c.line([(50, 50), (43.5, 43)], 1.6, WHITE)
    c.line([(50, 50), (59, 42.5)], 1.2, WHITE)
    c.oval(50, 50, 1.7, 1.7, CORAL)
    c.oval(50, 58, 2.2, 2.2, k.base)
    c.shape(smooth([(31, 46), (35, 36), (43, 31.5), (36, 39)]), GLOSS)


def drone(c: Canvas, k: Palette) -> None:
    for side in (-1, 1):
        c.line([(50, 50), (50 + side * 27, 38)], 3.6, GRAPHITE)
        c.line([(50, 52), (50 + side * 33, 56)], 4.2, GRAPHITE)
        for x, y, reach in ((27, 35, 15), (33, 53, 17)):
            c.oval(50 + side * x, y, reach, 3.6, (*k.light[:3], 110), (*k.base[:3], 60))
            c.box(50 + side * x - 2.4, y - 1, 4.8, 7, COAL, r=1.4)
            c.oval(50 + side * x, y, 2, 0.9, SILVER)
    c.shape(smooth(mirrored([(50, 38), (39, 41), (34, 52), (39, 62), (50, 65)])), WHITE, SILVER)
    c.shape(smooth(mirrored([(50, 38), (43, 40), (40, 46), (50, 49)])), k.light, k.base)
    for side in (-1, 1):
        c.line([(50 + side * 12, 61), (50 + side * 17, 73)], 1.8, STEEL)
    c.box(43, 60, 14, 11, GRAPHITE, COAL, r=4)
    c.oval(50, 66, 4, 4, STEEL, COAL)
    c.oval(50, 66, 2.4, 2.4, k.deep, k.base)
    c.oval(37.5, 54, 1.2, 1.2, MINT)


def radio(c: Canvas, k: Palette) -> None:
    c.line([(70, 30), (82, 9)], 1.3, STEEL)
    c.oval(82, 9, 1.3, 1.3, SILVER)
    c.box(22, 72, 6, 8, WALNUT)
    c.box(72, 72, 6, 8, WALNUT)
    c.box(11, 28, 78, 48, OAK, TEAK, r=9)
    c.box(14.5, 31.5, 71, 41, k.light, k.base, r=6.5)
    c.oval(35, 52, 16.5, 16.5, k.dark)
    for radius in (14.5, 11.5, 8.5, 5.5, 2.5):
        c.oval(35, 52, radius, radius, k.base if radius % 6 == 2.5 else k.pale)
    c.box(57, 37, 23, 11, COAL, r=2)
    c.shape([(58.5, 38.5), (78.5, 38.5), (78.5, 46.5), (58.5, 46.5)], AMBER, mix(AMBER, WHITE, 0.5), r=1)
    for step in range(7):
        c.line([(61 + step * 2.5, 40.4), (61 + step * 2.5, 42.2 + step % 2)], 0.4, WALNUT)
    c.line([(71, 39.5), (71, 45.5)], 0.7, CORAL)
    for x in (62.5, 74.5):
        c.oval(x, 60, 5.2, 5.2, WALNUT)
        c.oval(x, 59.5, 4.4, 4.4, SNOW, SILVER)
        c.line([(x, 59.5), (x + 1.8, 57)], 0.8, GRAPHITE)


def projector(c: Canvas, k: Palette) -> None:
    c.box(20, 72, 9, 5, GRAPHITE, r=1.6)
    c.box(71, 72, 9, 5, GRAPHITE, r=1.6)
    c.box(13, 33, 74, 41, WHITE, SILVER, r=10)
    c.box(13, 33, 74, 13, k.light, k.base, r=6.5)
    c.oval(31, 56, 14.5, 14.5, STEEL, GRAPHITE)
    c.oval(31, 56, 12, 12, COAL)
    c.oval(31, 56, 8.6, 8.6, k.deep, k.light)
    c.oval(28, 52.4, 2.8, 2.2, GLOSS)
    for line in range(6):
        c.line([(55, 52 + line * 3.2), (79, 52 + line * 3.2)], 1.1, STEEL)
    for x in (60, 67, 74):
        c.oval(x, 39.4, 1.8, 1.8, k.pale)


MOTIFS = {
    "headphones": Motif(headphones, detail=(74, 56)),
    "earbuds": Motif(earbuds, detail=(38, 34)),
    "speaker": Motif(speaker, detail=(48, 36), stands=True),
    "television": Motif(television, detail=(60, 52), stands=True, is_flat=True),
    "soundbar": Motif(soundbar, detail=(38, 52), stands=True),
    "camera": Motif(camera, detail=(52, 50), stands=True),
    "smartwatch": Motif(smartwatch, detail=(50, 46)),
    "drone": Motif(drone, detail=(46, 56)),
    "radio": Motif(radio, detail=(66, 50), stands=True),
    "projector": Motif(projector, detail=(42, 54), stands=True),
}
