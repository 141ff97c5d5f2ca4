"""What lit screens show."""

from inventory.demo.canvas import Canvas, smooth
from inventory.demo.motifs.palette import Palette


def landscape(c: Canvas, x: float, y: float, width: float, height: float, k: Palette) -> None:
    """Hills under a low sun, in the palette's shades."""
    c.box(x, y, width, height, k.pale, k.light)
    radius = min(width, height) * 0.13
    c.oval(x + width * 0.68, y + height * 0.34, radius, radius, (255, 255, 255, 215))
    for crests, shade in (
        ((0.62, 0.5, 0.66, 0.52, 0.6), k.base),
        ((0.8, 0.7, 0.62, 0.8, 0.7), k.dark),
        ((0.88, 0.95, 0.82, 0.74, 0.86), k.deep),
    ):
        ridge = [(x + width * step / 4, y + height * level) for step, level in enumerate(crests)]
        c.shape([*smooth(ridge, closed=False), (x + width, y + height), (x, y + height)], shade)
