"""Shapes on a transparent square, drawn larger than asked for and then reduced, so that edges are smooth.

Coordinates run from 0 to 100, from the top left corner; a ``Pose`` says how they land on the picture.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageColor, ImageDraw

Point = tuple[float, float]
Colour = tuple[int, int, int, int]

_OVERSAMPLING = 2
_STEPS = 12


@dataclass(frozen=True)
class Pose:
    """How a motif is seen: ``focus`` lands in the middle, ``zoom`` enlarges, ``angle`` turns clockwise, in degrees.

    ``width`` below 1 narrows it and ``slope`` tips its horizontals, as when a flat thing is turned sideways.
    """

    zoom: float = 1.0
    angle: float = 0.0
    focus: Point = (50.0, 50.0)
    width: float = 1.0
    slope: float = 0.0

    def place(self, point: Point) -> Point:
        x, y = (point[0] - self.focus[0]) * self.zoom, (point[1] - self.focus[1]) * self.zoom
        x, y = x * self.width, y + x * self.slope
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        return 50 + x * cos - y * sin, 50 + x * sin + y * cos


def colour(code: str, alpha: float = 1.0) -> Colour:
    """``#rrggbb`` as red, green, blue, opacity; ``alpha`` from 0 to 1."""
    red, green, blue = ImageColor.getrgb(code)[:3]
    return red, green, blue, round(255 * alpha)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``share`` (0 to 1) of the second colour in the first."""
    red, green, blue, alpha = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue, alpha


def mirrored(left: Sequence[Point], axis: float = 50.0) -> list[Point]:
    """A closed outline from its left half, given from top to bottom."""
    return [*left, *((2 * axis - x, y) for x, y in reversed(left) if x != axis)]


def oval(cx: float, cy: float, rx: float, ry: float, start: float = 0, end: float = 360) -> list[Point]:
    """Points on an ellipse, clockwise from ``start`` to ``end`` degrees; 0 is to the right."""
    count = max(8, round(abs(end - start) / 5))
    angles = [math.radians(start + (end - start) * step / count) for step in range(count + 1)]
    return [(cx + rx * math.cos(angle), cy + ry * math.sin(angle)) for angle in angles]


def smooth(points: Sequence[Point], *, closed: bool = True) -> list[Point]:
    """A soft curve through ``points`` (Catmull-Rom)."""
    count = len(points)
    if closed:
        padded = [points[-1], *points, points[0], points[1]]
    else:
        padded = [points[0], *points, points[-1]]
        count -= 1
    return [_between(padded[index : index + 4], step / _STEPS) for index in range(count) for step in range(_STEPS)] + (
        [] if closed else [points[-1]]
    )


def _between(corners: Sequence[Point], t: float) -> Point:
    """The point a share ``t`` of the way from the second to the third corner."""

    def one(p0: float, p1: float, p2: float, p3: float) -> float:
        return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)))

    xs, ys = zip(*corners, strict=True)
    return one(*xs), one(*ys)


def rounded(points: Sequence[Point], radius: float) -> list[Point]:
    """A polygon with its corners cut round, as far as the sides allow."""
    outline: list[Point] = []
    for index, corner in enumerate(points):
        start = _towards(corner, points[index - 1], radius)
        end = _towards(corner, points[(index + 1) % len(points)], radius)
        for step in range(_STEPS + 1):
            t = step / _STEPS
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
            outline.append(
                (a * start[0] + b * corner[0] + c * end[0], a * start[1] + b * corner[1] + c * end[1]),
            )
    return outline


def _towards(corner: Point, other: Point, distance: float) -> Point:
    length = math.dist(corner, other) or 1.0
    share = min(distance / length, 0.5)
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share


class Canvas:
    """What a motif draws on. A second colour, ``to``, makes a gradient from top to bottom."""

    def __init__(self, size: int, pose: Pose) -> None:
        self._pixels = size * _OVERSAMPLING
        self._pose = pose
        self._layer = Image.new("RGBA", (self._pixels, self._pixels))
        self._draw = ImageDraw.Draw(self._layer)

    def image(self) -> Image.Image:
        return self._layer.reduce(_OVERSAMPLING)

    def shape(self, points: Sequence[Point], fill: Colour, to: Colour | None = None, r: float = 0) -> None:
        """A filled outline, its corners rounded by ``r``."""
        outline = self._placed(rounded(points, r) if r else points)
        if to is None and fill[3] == 255:
            self._draw.polygon(outline, fill)
        else:
            self._blend(outline, fill, to or fill)

    def box(
        self, x: float, y: float, width: float, height: float, fill: Colour, to: Colour | None = None, r: float = 0
    ) -> None:
        self.shape([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fill, to, r)

    def oval(self, cx: float, cy: float, rx: float, ry: float, fill: Colour, to: Colour | None = None) -> None:
        self.shape(oval(cx, cy, rx, ry), fill, to)

    def ring(self, cx: float, cy: float, rx: float, ry: float, width: float, fill: Colour) -> None:
        self.line(oval(cx, cy, rx, ry), width, fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """An opaque line with round ends."""
        path = self._placed(points)
        thickness = max(1, round(width * self._pose.zoom * self._pixels / 100))
        self._draw.line(path, fill, thickness, joint="curve")
        for x, y in (path[0], path[-1]):
            half = thickness / 2
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill)

    def _placed(self, points: Sequence[Point]) -> list[Point]:
        scale = self._pixels / 100
        return [(x * scale, y * scale) for x, y in map(self._pose.place, points)]

    def _blend(self, outline: Sequence[Point], fill: Colour, to: Colour) -> None:
        xs, ys = [x for x, _ in outline], [y for _, y in outline]
        left, right = max(0, math.floor(min(xs))), min(self._pixels, math.ceil(max(xs)) + 1)
        top, bottom = max(0, math.floor(min(ys))), min(self._pixels, math.ceil(max(ys)) + 1)
        if left >= right or top >= bottom:
            return
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in outline], 255)
        ends = Image.new("RGBA", (1, 2))
        ends.putdata([fill, to])
        colours = ends.resize((1, mask.height), Image.Resampling.BILINEAR).resize(mask.size, Image.Resampling.NEAREST)
        if fill[3] == to[3] == 255:
            self._layer.paste(colours, (left, top), mask)
        else:
            patch = Image.new("RGBA", mask.size)
            patch.paste(colours, mask=mask)
            self._layer.alpha_composite(patch, (left, top))
