"""Balls, weights and what goes outdoors."""

import math

from inventory.demo.canvas import Canvas, Point, mirrored, mix, oval, smooth
from inventory.demo.motifs.motif import Motif
from inventory.demo.motifs.palette import (
    AMBER,
    BLACK,
    COAL,
    CORAL,
    GLEAM,
    GLOSS,
    GRAPHITE,
    SHADE,
    SILVER,
    SNOW,
    STEEL,
    WALNUT,
    WHITE,
    Palette,
)


def _pentagon(cx: float, cy: float, radius: float, turn: float = 0.0) -> list[Point]:
    angles = [math.radians(turn - 90 + 72 * corner) for corner in range(5)]
    return [(cx + radius * math.cos(angle), cy + radius * math.sin(angle)) for angle in angles]


def football(c: Canvas, k: Palette) -> None:
    c.oval(50, 51, 34, 34, WHITE, SILVER)
    rim = oval(50, 51, 34, 34)
    for corner in range(5):
        inner = _pentagon(50, 51, 12)[corner]
        outer = _pentagon(50, 51, 22)[corner]
        left, right = _pentagon(50, 51, 29, -19)[corner], _pentagon(50, 51, 29, 19)[corner]
        far_left, far_right = _pentagon(50, 51, 34, -13)[corner], _pentagon(50, 51, 34, 13)[corner]
        c.line([inner, outer], 1.1, STEEL)
        c.shape([outer, left, far_left, _pentagon(50, 51, 34)[corner], far_right, right], k.base, k.dark, r=1)
        c.line([right, _pentagon(50, 51, 29, 53)[corner]], 1.1, STEEL)
    c.shape(_pentagon(50, 51, 12.4), k.base, k.dark, r=1)
    c.line(rim, 0.9, k.deep)
    c.shape(smooth([(24, 44), (30, 29), (44, 21), (36, 31), (28, 46)]), GLOSS)


def basketball(c: Canvas, k: Palette) -> None:
    c.oval(50, 51, 34, 34, k.light, k.dark)
    c.line([(16.6, 48), (83.4, 54)], 1.3, k.deep)
    c.line([(53, 17.4), (47, 84.6)], 1.3, k.deep)
    c.line(smooth([(28, 25.6), (38, 40), (39, 60), (29, 77.4)], closed=False), 1.3, k.deep)
    c.line(smooth([(72, 25.6), (62, 40), (61, 62), (70, 78.6)], closed=False), 1.3, k.deep)
    c.line(oval(50, 51, 33.6, 33.6), 1, k.deep)
    c.shape(smooth([(23, 44), (29, 29), (43, 21), (35, 31), (27, 46)]), GLOSS)


def dumbbell(c: Canvas, k: Palette) -> None:
    c.box(30, 46, 40, 8, SILVER, STEEL, r=2)
    for line in range(10):
        c.line([(38 + line * 2.7, 47), (36.6 + line * 2.7, 53)], 0.4, STEEL)
    for side in (-1, 1):
        for x, width, height in ((19, 7, 22), (25.5, 9, 36), (34, 7, 26)):
            left = 50 + side * x - (0 if side > 0 else width)
            c.box(
                left,
                50 - height / 2,
                width,
                height,
                k.light if x == 25.5 else GRAPHITE,
                k.dark if x == 25.5 else COAL,
                r=2,
            )
        c.box(50 + side * 42.5 - 2, 47, 4, 6, SILVER, STEEL, r=1)
        c.box(50 + side * 30 - 3, 35, 1.6, 28, GLEAM, r=0.8)


def kettlebell(c: Canvas, k: Palette) -> None:
    c.line([(37, 46), (32, 26), (38, 16), (62, 16), (68, 26), (63, 46)], 7, COAL)
    c.line([(35.4, 40), (32, 26), (38, 16), (62, 16)], 1.4, GRAPHITE)
    c.oval(50, 60, 28, 27, GRAPHITE, COAL)
    c.shape([*oval(50, 60, 28, 27, 12, 168), (22.6, 65.6)], k.light, k.dark)
    c.oval(50, 59, 11, 11, SNOW, SILVER)
    c.shape([(50, 51.6), (56.4, 62.6), (43.6, 62.6)], k.base, k.dark, r=1)
    c.box(36, 84, 28, 3.4, COAL, r=1.4)
    c.shape(smooth([(27, 60), (29, 48), (36, 40), (38, 41), (33, 50), (30, 62)]), GLOSS)


def yoga_mat(c: Canvas, k: Palette) -> None:
    c.shape([(22, 76), (84, 75), (97, 83), (34, 84)], k.pale, k.light, r=1.4)
    c.shape([*oval(22, 56, 13, 22, 90, 270), *oval(80, 56, 13, 22, 270, 450)], k.light, k.dark)
    for x in (44, 66):
        c.shape([*oval(x, 56, 13, 22, 270, 450), *oval(x - 4, 56, 13, 22, 450, 270)], k.deep)
    c.line(smooth([(55, 37), (52, 22), (66, 16), (78, 24), (77, 37)], closed=False), 2, k.deep)
    c.oval(22, 56, 13, 22, k.base)
    turns = [step / 24 for step in range(24 * 4 + 1)]
    winding = [
        (math.cos(turn * math.tau) * (1 - turn / 4.4), math.sin(turn * math.tau) * (1 - turn / 4.4)) for turn in turns
    ]
    c.line([(22 + x * 12.4, 56 + y * 21.2) for x, y in winding], 1.1, k.pale)


def bicycle(c: Canvas, k: Palette) -> None:
    for x in (25, 75):
        for spoke in range(6):
            angle = math.radians(spoke * 30)
            dx, dy = 19 * math.cos(angle), 19 * math.sin(angle)
            c.line([(x - dx, 64 - dy), (x + dx, 64 + dy)], 0.3, STEEL)
        c.line(oval(x, 64, 20, 20), 2.4, COAL)
        c.line(oval(x, 64, 18.2, 18.2), 0.8, SILVER)
        c.oval(x, 64, 2, 2, GRAPHITE)
    for points in ([(25, 64), (47, 66), (39, 38), (25, 64)], [(39, 38), (66, 36), (47, 66)], [(64, 30), (75, 64)]):
        c.line(points, 2.8, k.base)
    c.line([(40.6, 40), (65, 38)], 0.7, k.light)
    c.line([(39, 38), (37.4, 31)], 2, GRAPHITE)
    c.shape(smooth([(29, 28), (38, 28), (46, 30), (44, 32.4), (32, 32.4)]), WALNUT)
    c.line([(64.6, 32), (63.4, 26), (70, 25)], 2, GRAPHITE)
    c.line(smooth([(70, 25), (75, 27), (75.6, 32), (72, 34)], closed=False), 2.6, WALNUT)
    c.oval(47, 66, 5.4, 5.4, GRAPHITE)
    c.oval(47, 66, 3.4, 3.4, SILVER)
    c.line([(47, 66), (52, 76)], 1.4, STEEL)
    c.line([(48.6, 76.4), (55.4, 76.4)], 1.6, COAL)
    c.line([(25, 62), (47, 60.8)], 0.6, GRAPHITE)
    c.line([(25, 66), (47, 71.2)], 0.6, GRAPHITE)


def racket(c: Canvas, k: Palette) -> None:
    def turned(points: list[Point]) -> list[Point]:
        cos, sin = math.cos(math.radians(35)), math.sin(math.radians(35))
        return [(50 + 1.15 * (x * cos - y * sin), 40 + 1.15 * (x * sin + y * cos)) for x, y in points]

    for step in range(-5, 6):
        reach = math.sqrt(max(0.0, 1 - (step * 3 / 18) ** 2))
        c.line(turned([(step * 3, -24 * reach), (step * 3, 24 * reach)]), 0.4, SNOW)
    for step in range(-7, 8):
        reach = math.sqrt(max(0.0, 1 - (step * 3 / 24) ** 2))
        c.line(turned([(-18 * reach, step * 3), (18 * reach, step * 3)]), 0.4, SNOW)
    c.line(turned(oval(0, 0, 18, 24)), 3, k.base)
    c.line(turned(oval(0, 0, 18.6, 24.6, 170, 300)), 1, k.light)
    for side in (-1, 1):
        c.line(turned([(side * 9, 20.4), (side * 1.4, 34)]), 2.6, k.dark)
    c.line(turned([(0, 34), (0, 56)]), 4.6, COAL)
    for step in range(6):
        c.line(turned([(-2, 38 + step * 3.2), (2, 36.6 + step * 3.2)]), 0.5, GRAPHITE)
    c.oval(80, 76, 9, 9, (222, 236, 96, 255), (170, 196, 50, 255))
    c.line(oval(71, 70, 10, 10, 4, 62), 0.9, WHITE)
    c.line(oval(90, 82, 10, 10, 184, 246), 0.9, WHITE)


def bottle(c: Canvas, k: Palette) -> None:
    c.line(oval(50, 14, 7, 7, 180, 360), 2.4, GRAPHITE)
    c.box(40, 14, 20, 11, GRAPHITE, COAL, r=2.4)
    c.shape(mirrored([(41, 24), (36, 33), (35, 86), (38, 90), (50, 90)]), k.light, k.dark, r=4)
    c.box(41, 24, 18, 2.4, SILVER, STEEL, r=1)
    c.shape([(35.2, 62), (64.8, 54), (65, 66), (35.1, 74)], k.pale)
    c.shape([(35.1, 77), (64.9, 69), (65, 72), (35, 80)], k.pale)
    c.box(36, 86, 28, 4, k.deep, r=2)
    c.shape(smooth([(38.6, 56), (39, 36), (42, 30), (43.6, 30), (41.6, 38), (41, 58)]), GLOSS)


def helmet(c: Canvas, k: Palette) -> None:
    c.line(smooth([(28, 60), (36, 80), (48, 86)], closed=False), 1.6, COAL)
    c.line(smooth([(66, 62), (58, 78), (48, 86)], closed=False), 1.6, COAL)
    c.box(44.6, 84, 7, 4, GRAPHITE, r=1)
    c.shape(
        smooth([(10, 60), (14, 40), (30, 24), (54, 20), (78, 30), (90, 50), (90, 60), (70, 64), (40, 66), (18, 68)]),
        k.light,
        k.dark,
    )
    for points in (
        [(22, 50), (32, 33), (46, 28), (40, 38), (32, 52)],
        [(42, 50), (48, 36), (60, 28), (66, 32), (58, 40), (52, 52)],
        [(62, 52), (68, 42), (76, 37), (82, 46), (76, 54)],
    ):
        c.shape(smooth(points), k.deep, COAL)
    c.shape(smooth([(10, 60), (28, 58), (56, 56), (90, 54), (90, 61), (70, 65), (40, 67), (17, 68.6)]), COAL, BLACK)
    c.shape(smooth([(14, 52), (18, 41), (30, 29), (40, 25), (28, 36), (18, 52)]), GLOSS)


def tent(c: Canvas, k: Palette) -> None:
    c.shape([(48, 22), (66, 20), (94, 80), (78, 83)], k.dark, k.deep)
    c.shape([(48, 22), (78, 83), (10, 83)], k.light, k.base)
    c.shape([(48, 34), (62, 83), (32, 83)], COAL, mix(k.deep, BLACK, 0.5))
    c.shape([(48, 34), (32, 83), (22, 83), (42, 42)], k.pale, k.light)
    c.shape([(48, 34), (62, 83), (71, 83), (54, 44)], k.base, k.dark)
    c.line([(48, 22), (44, 14)], 1.4, WALNUT)
    c.line([(48, 22), (52, 13)], 1.4, WALNUT)
    c.line([(10, 83), (4, 87)], 0.8, SNOW)
    c.line([(94, 80), (97, 86)], 0.8, SNOW)
    c.shape([(52, 16), (62, 18.6), (52.6, 21)], CORAL)
    c.oval(47, 66, 3, 3.8, AMBER, mix(AMBER, WHITE, 0.5))
    c.shape([(66, 20), (94, 80), (90, 80.6), (63, 20.4)], SHADE)


MOTIFS = {
    "football": Motif(football, detail=(50, 42), stands=True, is_round=True),
    "basketball": Motif(basketball, detail=(44, 40), stands=True, is_round=True),
    "dumbbell": Motif(dumbbell, detail=(72, 50)),
    "kettlebell": Motif(kettlebell, detail=(48, 44), stands=True),
    "yoga_mat": Motif(yoga_mat, detail=(36, 44)),
    "bicycle": Motif(bicycle, detail=(54, 50), stands=True),
    "racket": Motif(racket, detail=(54, 44)),
    "bottle": Motif(bottle, detail=(50, 40), stands=True),
    "helmet": Motif(helmet, detail=(48, 46)),
    "tent": Motif(tent, detail=(50, 52), stands=True),
}
