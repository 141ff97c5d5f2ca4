"""Consoles, controllers and the table top."""

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

_FACE_BUTTONS = ((0.0, -1.0, AMBER), (1.0, 0.0, CORAL), (0.0, 1.0, MINT), (-1.0, 0.0, SNOW))


def _cross(c: Canvas, x: float, y: float, reach: float, fill: Colour) -> None:
    """A direction pad."""
    half = reach * 0.36
    c.box(x - reach, y - half, 2 * reach, 2 * half, fill, r=half / 2)
    c.box(x - half, y - reach, 2 * half, 2 * reach, fill, r=half / 2)


def _face_buttons(c: Canvas, x: float, y: float, reach: float, radius: float) -> None:
    for dx, dy, tone in _FACE_BUTTONS:
        c.oval(x + dx * reach, y + dy * reach + 0.4, radius, radius, mix(tone, BLACK, 0.4))
        c.oval(x + dx * reach, y + dy * reach, radius, radius, mix(tone, WHITE, 0.2), tone)


def _stick(c: Canvas, x: float, y: float, radius: float) -> None:
    c.oval(x, y, radius, radius, BLACK)
    c.oval(x, y - 0.5, radius * 0.82, radius * 0.82, GRAPHITE, COAL)
    c.oval(x, y - 0.5, radius * 0.56, radius * 0.56, COAL, GRAPHITE)


def controller(c: Canvas, k: Palette) -> None:
    for side in (-1, 1):
        c.shape(smooth([(50 + side * x, y) for x, y in ((16, 32), (19, 26), (31, 26), (34, 34))]), k.deep)
    body = [(50, 31), (33, 28), (20, 32), (12, 50), (7, 72), (14, 79), (23, 74), (33, 62), (50, 61)]
    c.shape(smooth(mirrored(body)), k.light, k.dark)
    c.shape(smooth(mirrored([(50, 31.4), (41, 31), (40, 40), (43, 45), (50, 46)])), k.deep)
    _cross(c, 27, 42, 5.6, COAL)
    _face_buttons(c, 73, 42, 5.2, 2.7)
    _stick(c, 39, 54, 6)
    _stick(c, 61, 54, 6)
    c.oval(50, 40, 2.6, 2.6, k.pale, k.light)
    c.box(42.4, 37, 3.4, 1.6, k.light, r=0.8)
    c.box(54.2, 37, 3.4, 1.6, k.light, r=0.8)
    c.shape(smooth([(13, 62), (18, 44), (25, 34), (22, 43), (17, 62)]), GLOSS)


def console(c: Canvas, k: Palette) -> None:
    c.box(30, 84, 40, 4, COAL, BLACK, r=1.4)
    c.box(27, 12, 46, 74, SNOW, SILVER, r=8)
    c.box(27, 12, 46, 26, k.light, k.base, r=8)
    c.box(27, 30, 46, 9, k.base, k.base)
    c.oval(50, 38, 17, 17, k.deep)
    for ring in range(5):
        c.ring(50, 38, 15 - ring * 3, 15 - ring * 3, 1.3, k.dark if ring % 2 else k.light)
    c.oval(50, 38, 1.6, 1.6, k.pale)
    c.box(36, 66, 28, 2.2, GRAPHITE, COAL, r=1.1)
    c.oval(38, 76, 2.4, 2.4, WHITE, STEEL)
    c.oval(38, 76, 1, 1, k.light)
    for x in (55, 61):
        c.box(x - 2, 74.8, 4.2, 2.4, COAL, r=0.6)
    c.shape(smooth([(30.4, 56), (30.6, 24), (35, 16.4), (38, 16.4), (33.4, 26), (32.8, 58)]), GLOSS)


def headset(c: Canvas, k: Palette) -> None:
    c.line(oval(50, 50, 29, 33, 176, 364), 5, COAL)
    c.line(oval(50, 50, 29, 33, 215, 325), 7, GRAPHITE)
    c.line(oval(50, 50, 29.6, 33.6, 225, 315), 2, k.base)
    for side in (-1, 1):
        x = 50 + side * 29
        c.oval(x - side * 5, 60, 7, 16, COAL, GRAPHITE)
        c.oval(x + side * 1.6, 60, 9, 17, GRAPHITE, COAL)
        c.oval(x + side * 3, 60, 6, 12, k.light, k.dark)
        c.shape([(x + side * 3, 53), (x + side * 6, 60), (x + side * 3, 67), (x, 60)], k.pale, r=1)
    c.line(smooth([(21, 72), (25, 84), (40, 87)], closed=False), 1.8, COAL)
    c.line([(39, 87), (45, 86.4)], 4.4, GRAPHITE)
    c.oval(46, 86.4, 1, 1, k.light)


def vr_headset(c: Canvas, k: Palette) -> None:
    c.shape(smooth([(20, 36), (30, 16), (50, 11), (70, 16), (80, 36), (70, 32), (50, 22), (30, 32)]), GRAPHITE, COAL)
    c.shape(mirrored([(14, 34), (5, 40), (6, 60), (14, 64)]), GRAPHITE, COAL, r=4)
    c.shape(mirrored([(22, 32), (12, 38), (12, 66), (24, 74), (42, 73), (46, 66), (50, 65)]), WHITE, SILVER, r=7)
    c.shape(mirrored([(25, 36), (16, 41), (16, 62), (26, 69), (41, 68), (46, 61), (50, 60)]), k.deep, BLACK, r=6)
    for x in (24, 76):
        for y in (45, 60):
            c.oval(x, y, 2.6, 2.6, GRAPHITE)
            c.oval(x, y, 1.6, 1.6, BLACK)
    c.line(smooth([(36, 50), (44, 46), (56, 46), (64, 50)], closed=False), 1.4, k.light)
    c.shape([(20, 42), (34, 38), (26, 62), (19, 60)], GLEAM, r=3)


def handheld(c: Canvas, k: Palette) -> None:
    c.box(4, 29, 92, 42, k.light, k.dark, r=11)
    c.box(23, 26.5, 54, 47, COAL, mix(COAL, BLACK, 0.3), r=3)
    c.box(26, 30, 48, 37, k.pale, k.light, r=0.6)
    c.oval(62, 40, 4.6, 4.6, WHITE)
    c.shape([(26, 67), (26, 55), (35, 46), (43, 56), (52, 48), (63, 58), (74, 51), (74, 67)], k.base, k.dark)
    for x, y in ((32, 60), (37, 60), (42, 60), (58, 52), (63, 52)):
        c.box(x - 1.8, y - 1.8, 3.6, 3.6, AMBER, mix(AMBER, BLACK, 0.2), r=0.6)
    c.shape([(26, 30), (44, 30), (32, 67), (26, 67)], GLEAM)
    _stick(c, 13.4, 40, 5)
    _cross(c, 13.4, 56, 4.4, COAL)
    _face_buttons(c, 86.6, 40, 4, 2.1)
    _stick(c, 86.6, 57, 5)
    for x in (20, 80):
        c.box(x - 1.4, 32, 2.8, 1.2, k.deep, r=0.6)


def gaming_chair(c: Canvas, k: Palette) -> None:
    for x in (-24, -12, 12, 24):
        c.line([(50, 80), (50 + x, 88 - abs(x) % 5 / 2)], 2.6, GRAPHITE)
        c.oval(50 + x, 90, 2.4, 2.4, COAL)
    c.box(47.6, 70, 4.8, 13, STEEL, GRAPHITE)
    c.shape(smooth(mirrored([(50, 7), (41, 8), (37, 16), (33, 24), (31, 42), (35, 60), (50, 62)])), GRAPHITE, COAL)
    c.shape(smooth(mirrored([(50, 25), (42, 25), (40, 40), (42, 56), (50, 57)])), k.light, k.dark)
    for side in (-1, 1):
        c.line(smooth([(50 + side * 11, 12), (50 + side * 16, 28), (50 + side * 14, 54)], closed=False), 1.6, k.base)
        c.box(50 + side * 4.6 - 1.4, 18.5, 2.8, 5, BLACK, r=1)
        c.box(50 + side * 28 - 3, 50, 6, 3.6, COAL, r=1.6)
        c.line([(50 + side * 28, 53), (50 + side * 24, 66)], 2, GRAPHITE)
    c.box(41, 10.5, 18, 6.4, k.base, k.dark, r=3)
    c.shape([(30, 58), (70, 58), (76, 70), (24, 70)], COAL, GRAPHITE, r=5)
    c.shape([(36, 59), (64, 59), (67, 69), (33, 69)], k.light, k.dark, r=3)


def arcade_stick(c: Canvas, k: Palette) -> None:
    c.shape([(16, 42), (84, 42), (93, 72), (7, 72)], k.light, k.base, r=3)
    c.shape([(19, 44.5), (81, 44.5), (88.6, 69.5), (11.4, 69.5)], COAL, k.deep, r=2)
    c.box(7, 70, 86, 9, k.dark, k.deep, r=2)
    c.oval(29, 59, 8.4, 3.8, BLACK)
    c.line([(29, 59), (29, 32)], 2.4, SILVER)
    c.oval(29, 28, 6.6, 6.6, CORAL, mix(CORAL, BLACK, 0.35))
    c.oval(26.8, 25.6, 1.9, 1.5, GLOSS)
    tones = (AMBER, MINT, CORAL, SNOW)
    for row in range(2):
        for column in range(4):
            x, y, tone = 48 + column * 9.6 + row * 0.6, 53 + row * 9.4 - (column % 3) * 1.2, tones[(column + row) % 4]
            c.oval(x, y + 1, 4, 2.9, mix(tone, BLACK, 0.45))
            c.oval(x, y, 4, 2.9, mix(tone, WHITE, 0.2), tone)
    c.oval(16, 75, 1.2, 1, MINT)


def dice(c: Canvas, k: Palette) -> None:
    """Dice before an open box."""
    c.shape([(15, 30), (50, 18), (85, 30), (50, 43)], mix(k.deep, BLACK, 0.3))
    c.shape([(15, 30), (50, 43), (50, 72), (15, 58)], k.base, k.dark)
    c.shape([(85, 30), (50, 43), (50, 72), (85, 58)], k.dark, k.deep)
    c.shape([(15, 30), (50, 43), (44, 50), (8, 36)], k.light, k.base)
    c.shape([(85, 30), (50, 43), (56, 50), (92, 36)], k.base, k.dark)
    c.shape([(26, 45), (38, 49.4), (32, 60)], k.pale, r=1)
    for x, tone in ((60, CORAL), (68, AMBER), (76, MINT)):
        c.shape(
            smooth(mirrored([(x, 46), (x - 2.4, 48), (x - 1.2, 51), (x - 3, 60), (x, 60.6)], axis=x)),
            tone,
            mix(tone, BLACK, 0.3),
        )
    _die(c, 34, 76, 9.6, WHITE, COAL)
    _die(c, 58, 82, 8.6, CORAL, WHITE)


def _die(c: Canvas, x: float, y: float, edge: float, face: Colour, pip: Colour) -> None:
    """A cube seen from a corner; ``x, y`` is the corner nearest to us."""
    wide, low, tall = edge * 0.9, edge * 0.42, edge
    c.shape([(x, y - low), (x + wide, y - 2 * low), (x, y - 3 * low), (x - wide, y - 2 * low)], face, r=0.8)
    c.shape(
        [(x, y - low), (x, y + tall - low), (x - wide, y + tall - 2 * low), (x - wide, y - 2 * low)],
        mix(face, BLACK, 0.1),
        r=0.8,
    )
    c.shape(
        [(x, y - low), (x, y + tall - low), (x + wide, y + tall - 2 * low), (x + wide, y - 2 * low)],
        mix(face, BLACK, 0.24),
        r=0.8,
    )
    c.oval(x, y - 2 * low, edge * 0.17, edge * 0.09, pip)
    for share in (0.28, 0.72):
        c.oval(
            x - wide * share,
            y + tall * (0.18 if share < 0.5 else 0.62) - low * (1 + share),
            edge * 0.1,
            edge * 0.12,
            pip,
        )
        for height in (0.24, 0.74):
            c.oval(x + wide * share, y + tall * height - low * (1 + share), edge * 0.1, edge * 0.12, pip)


def racing_wheel(c: Canvas, k: Palette) -> None:
    c.shape([(36, 62), (64, 62), (72, 86), (28, 86)], GRAPHITE, COAL, r=3)
    c.box(24, 83, 52, 5, COAL, BLACK, r=2)
    c.line(oval(50, 45, 31, 31), 7.4, COAL)
    c.line(oval(50, 45, 31, 31, 250, 290), 7.4, k.base)
    c.line(oval(50, 45, 33, 33, 190, 240), 1, GRAPHITE)
    for points in ([(22, 46), (40, 45)], [(78, 46), (60, 45)], [(50, 74), (50, 54)]):
        c.line(points, 6.4, STEEL)
        c.line(points, 4, GRAPHITE)
    c.oval(50, 46, 14, 13, GRAPHITE, COAL)
    c.oval(50, 46, 6.4, 6.4, k.light, k.dark)
    for x, y, tone in ((40.6, 42, AMBER), (40.6, 50, MINT), (59.4, 42, CORAL), (59.4, 50, SNOW)):
        c.oval(x, y, 1.7, 1.7, tone)
    for side in (-1, 1):
        c.shape(
            [(50 + side * 16, 33), (50 + side * 25, 30), (50 + side * 25, 36), (50 + side * 17, 38)],
            k.light,
            k.dark,
            r=1,
        )


MOTIFS = {
    "controller": Motif(controller, detail=(62, 46)),
    "console": Motif(console, detail=(50, 34), stands=True),
    "headset": Motif(headset, detail=(28, 66)),
    "vr_headset": Motif(vr_headset, detail=(38, 52)),
    "handheld": Motif(handheld, detail=(74, 48), is_flat=True),
    "gaming_chair": Motif(gaming_chair, detail=(50, 30), stands=True),
    "arcade_stick": Motif(arcade_stick, detail=(56, 54), stands=True),
    "dice": Motif(dice, detail=(48, 68)),
    "racing_wheel": Motif(racing_wheel, detail=(52, 40), stands=True),
}
