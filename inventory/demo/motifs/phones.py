"""Phones and what goes with them."""

from inventory.demo.canvas import Canvas, mix, oval, smooth
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


def phone(c: Canvas, k: Palette) -> None:
    """Its back leans behind its front."""
    _back(c, 44, 12, k, lenses=2)
    c.box(28, 14, 36, 75, k.dark, k.deep, r=6.4)
    c.box(29, 15, 34, 73, COAL, r=5.6)
    landscape(c, 30.6, 18.6, 30.8, 65.8, k)
    c.box(40, 16.2, 12, 1.5, BLACK, r=0.7)
    c.line([(39, 30), (53, 30)], 2.4, WHITE)
    c.line([(42, 35), (50, 35)], 1, WHITE)
    for x, tone in ((34, MINT), (41.5, AMBER), (49, CORAL)):
        c.box(x, 74, 6, 6, tone, mix(tone, BLACK, 0.14), r=1.8)
    c.shape([(30.6, 18.6), (46, 18.6), (33, 84.4), (30.6, 84.4)], GLEAM)


def _back(c: Canvas, x: float, y: float, k: Palette, lenses: int) -> None:
    c.box(x, y, 36, 75, k.light, k.dark, r=6.4)
    c.box(x + 0.8, y + 0.8, 34.4, 73.4, k.base, k.dark, r=5.8)
    c.box(x + 18.5, y + 3, 14, 7 + lenses * 8.6, k.light, k.base, r=5)
    for lens in range(lenses):
        cy = y + 10.5 + lens * 8.6
        c.oval(x + 25.5, cy, 4.4, 4.4, STEEL, GRAPHITE)
        c.oval(x + 25.5, cy, 3.5, 3.5, COAL, BLACK)
        c.oval(x + 24.4, cy - 1.1, 0.9, 0.9, SILVER)


def phone_pro(c: Canvas, k: Palette) -> None:
    """The back only: a large camera is its point."""
    c.box(30, 10, 40, 80, SILVER, STEEL, r=7)
    c.box(31, 11, 38, 78, k.light, k.deep, r=6.4)
    c.shape([(31, 15), (52, 11), (69, 11), (69, 20), (38, 89), (31, 89)], GLEAM, r=5)
    c.oval(50, 31, 15, 15, k.deep)
    c.oval(50, 31, 14, 14, k.dark, COAL)
    for x, y in ((45, 26), (55, 26), (45, 36), (55, 36)):
        c.oval(x, y, 4.1, 4.1, STEEL, GRAPHITE)
        c.oval(x, y, 3.3, 3.3, BLACK)
        c.oval(x - 0.9, y - 0.9, 0.9, 0.9, k.light)
    c.oval(62, 15, 1.4, 1.4, AMBER)
    c.ring(50, 66, 4.4, 4.4, 1.2, k.light)


def foldable(c: Canvas, k: Palette) -> None:
    c.shape([(50, 15), (84, 11), (84, 89), (50, 85)], STEEL, GRAPHITE, r=3)
    c.shape([(50, 15), (16, 11), (16, 89), (50, 85)], SILVER, STEEL, r=3)
    c.shape([(50, 16.6), (82, 13), (82, 87), (50, 83.4)], COAL, r=2)
    c.shape([(50, 16.6), (18, 13), (18, 87), (50, 83.4)], COAL, r=2)
    for side in (-1, 1):
        c.shape([(50, 19), (50 + side * 29.6, 16), (50 + side * 29.6, 84), (50, 81)], k.pale, k.light)
        ridge = smooth([(50, 60), (50 + side * 9, 52), (50 + side * 20, 62), (50 + side * 29.6, 54)], closed=False)
        c.shape([*ridge, (50 + side * 29.6, 84), (50, 81)], k.base, k.dark)
    c.oval(66, 34, 6, 6, WHITE)
    c.shape([(50, 16.6), (55, 16), (55, 83.8), (50, 83.4)], (0, 0, 0, 0), (0, 0, 0, 50))
    c.shape([(47, 17), (50, 16.6), (50, 83.4), (47, 83.8)], (255, 255, 255, 90), (255, 255, 255, 30))


def feature_phone(c: Canvas, k: Palette) -> None:
    c.box(33, 10, 34, 80, k.light, k.dark, r=10)
    c.box(37, 16, 26, 27, COAL, r=2.5)
    c.box(38.5, 18, 23, 22, mix(MINT, WHITE, 0.55), mix(MINT, WHITE, 0.2), r=1)
    c.line([(43, 26), (57, 26)], 2.4, COAL)
    c.line([(46, 32), (54, 32)], 1.2, COAL)
    c.box(44, 47, 12, 7, SNOW, SILVER, r=3)
    c.box(37, 47.5, 5.4, 3, MINT, r=1.4)
    c.box(57.6, 47.5, 5.4, 3, CORAL, r=1.4)
    for row in range(4):
        for column in range(3):
            c.box(37.4 + column * 8.8, 58 + row * 6.8, 7.6, 4.8, k.pale, SILVER, r=2.2)
    c.shape(smooth([(35, 30), (35.5, 17), (39, 12.5), (37, 18), (36.5, 40)]), GLOSS)


def phone_case(c: Canvas, k: Palette) -> None:
    c.box(29, 10, 42, 80, k.light, k.dark, r=9)
    c.box(31.4, 12.4, 37.2, 75.2, k.base, k.dark, r=7)
    c.box(51, 16, 15, 24, k.deep, r=6)
    c.box(52.4, 17.4, 12.2, 21.2, mix(k.pale, STEEL, 0.3), k.pale, r=5)
    c.ring(49, 58, 11, 11, 1.6, k.light)
    c.line([(49, 71), (49, 77)], 1.6, k.light)
    c.box(27.8, 34, 2, 9, k.dark, r=0.8)
    c.box(27.8, 46, 2, 9, k.dark, r=0.8)
    c.shape(smooth([(33, 40), (33.5, 20), (38, 14.5), (42, 14), (36, 20), (35, 60)]), GLOSS)


def charger(c: Canvas, k: Palette) -> None:
    c.line(smooth([(50, 66), (50, 78), (36, 84), (28, 74), (18, 70), (12, 80)], closed=False), 2.2, SNOW)
    for x in (43, 57):
        c.box(x - 1.6, 10, 3.2, 17, SILVER, STEEL, r=1)
    c.box(30, 23, 40, 42, WHITE, SILVER, r=8)
    c.box(30, 23, 40, 10, k.light, k.base, r=5)
    c.box(45, 58, 10, 3.6, COAL, r=1.8)
    c.box(46.2, 62, 7.6, 9, SNOW, STEEL, r=1.6)
    c.shape([(52.5, 37), (45, 47.6), (49.3, 47.6), (47.6, 55), (55, 44.4), (50.7, 44.4)], k.base, k.dark)


def power_bank(c: Canvas, k: Palette) -> None:
    c.box(29, 14, 42, 72, k.light, k.dark, r=9)
    c.box(31, 16, 38, 68, k.base, k.dark, r=7.4)
    c.box(40, 13, 9, 3, COAL, r=1)
    c.box(52, 13, 7, 3, COAL, r=1.4)
    for index in range(4):
        c.oval(41 + index * 6, 74, 1.5, 1.5, MINT if index < 3 else k.deep)
    c.shape([(52.5, 34), (43, 49), (49, 49), (46.6, 60), (57, 44.6), (51, 44.6)], k.pale)
    c.shape(smooth([(33.4, 50), (34, 24), (38, 18.5), (41, 18.4), (36, 25), (35.6, 60)]), GLOSS)


def charging_pad(c: Canvas, k: Palette) -> None:
    c.line(smooth([(76, 66), (88, 70), (92, 80), (84, 90)], closed=False), 2, GRAPHITE)
    c.oval(48, 66, 36, 15.5, k.deep)
    c.oval(48, 62, 36, 15.5, k.light, k.base)
    c.oval(48, 61.6, 28, 11.6, k.base, k.dark)
    c.line(oval(48, 61.6, 18, 7.2), 1, k.pale)
    c.shape([(42, 7), (72, 14), (60, 63), (30, 56)], COAL, BLACK, r=4)
    c.shape([(43.6, 9.4), (69.8, 15.5), (58.6, 60.6), (32.4, 54.4)], k.pale, k.light, r=2.4)
    c.ring(51, 35, 10, 10, 1.8, WHITE)
    c.shape([(53.5, 27), (45.5, 37), (50, 38), (47.5, 44.4), (56, 34.6), (51.6, 33.6)], MINT, mix(MINT, BLACK, 0.2))
    c.oval(48, 75.5, 1, 0.8, MINT)


MOTIFS = {
    "phone": Motif(phone, detail=(66, 26), is_flat=True),
    "phone_pro": Motif(phone_pro, detail=(51, 32), is_flat=True),
    "foldable": Motif(foldable, detail=(56, 44)),
    "feature_phone": Motif(feature_phone, detail=(50, 58), is_flat=True),
    "phone_case": Motif(phone_case, detail=(54, 34), is_flat=True),
    "charger": Motif(charger, detail=(50, 46)),
    "power_bank": Motif(power_bank, detail=(50, 64), is_flat=True),
    "charging_pad": Motif(charging_pad, detail=(48, 54)),
}
