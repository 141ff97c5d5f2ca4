"""Product pictures: a motif in a tint before a soft backdrop in its category's hue."""

import colorsys
import io
from enum import Enum
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from inventory.demo.canvas import Canvas, Colour, Pose
from inventory.demo.motifs import Motif
from inventory.demo.motifs.palette import Palette

# The side of a picture in pixels.
SIZE = 800

_QUALITY = 80
_BLUR_SCALE = 4


class View(Enum):
    FRONT = "front"
    TURNED = "turned"
    DETAIL = "detail"


def draw_picture(motif: Motif, *, tint: str, hue: int, view: View) -> bytes:
    """A square WebP picture of ``motif`` in ``tint`` (``#rrggbb``) before a backdrop of ``hue`` (degrees)."""
    palette = Palette(tint)
    canvas = Canvas(SIZE, _pose(motif, view))
    motif.draw(canvas, palette)
    thing = canvas.image()
    if motif.is_flat and view is View.TURNED:
        thing = _thickened(thing, palette.deep)
    picture = _backdrop(hue, view, SIZE).copy()
    if motif.stands and view is View.FRONT:
        _cast_on_floor(picture, thing, hue)
    else:
        _cast_on_wall(picture, thing, hue)
    picture.paste(thing, mask=thing)
    stored = io.BytesIO()
    picture.save(stored, "WEBP", quality=_QUALITY, method=2)
    return stored.getvalue()


def _pose(motif: Motif, view: View) -> Pose:
    if view is View.DETAIL:
        return Pose(zoom=1.9, angle=-9, focus=motif.detail)
    if view is View.TURNED:
        if motif.is_flat:
            return Pose(zoom=1.04, width=0.8, slope=-0.17)
        if motif.stands and not motif.is_round:
            return Pose(zoom=1.08, width=0.88, slope=-0.1)
        return Pose(zoom=1.08, angle=-11)
    return Pose()


def _thickened(thing: Image.Image, side: Colour) -> Image.Image:
    """``thing`` with a side wall to its right, as if it were a slab."""
    silhouette = thing.getchannel("A")
    reach = SIZE // 400
    for _ in range(3):
        silhouette = ImageChops.lighter(silhouette, ImageChops.offset(silhouette, reach, 0))
        reach *= 2
    slab = Image.new("RGBA", thing.size, side)
    slab.putalpha(silhouette)
    slab.alpha_composite(thing)
    return slab


@lru_cache(maxsize=8)
def _backdrop(hue: int, view: View, size: int) -> Image.Image:
    turn = list(View).index(view)
    tones = [_tone(hue - 8, 0.05, 0.99), _tone(hue + 6, 0.12, 0.97), _tone(hue, 0.15, 0.95), _tone(hue + 14, 0.22, 0.9)]
    corners = Image.new("RGB", (2, 2))
    corners.putdata([tones[index] for index in ((0, 1, 2, 3), (1, 0, 3, 2), (2, 0, 3, 1))[turn]])
    # Only between the centres of the four pixels do the tones run into each other.
    backdrop = corners.resize((size, size), Image.Resampling.BILINEAR, box=(0.5, 0.5, 1.5, 1.5))
    disc = Image.new("L", (size * 2, size * 2))
    x, y, radius = ((50, 48, 38), (55, 45, 42), (36, 60, 52))[turn]
    box = [(x - radius) * size / 50, (y - radius) * size / 50, (x + radius) * size / 50, (y + radius) * size / 50]
    ImageDraw.Draw(disc).ellipse(box, 110)
    backdrop.paste((255, 255, 255), mask=disc.reduce(2))
    return backdrop


def _tone(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue / 360 % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _cast_on_wall(picture: Image.Image, thing: Image.Image, hue: int) -> None:
    """A soft shadow of the silhouette, a little lower."""
    silhouette = thing.getchannel("A").reduce(_BLUR_SCALE).point(lambda level: level if level > 180 else 0)
    shadow = Image.new("L", silhouette.size)
    shadow.paste(silhouette, (0, shadow.height // 36))
    shadow = shadow.filter(ImageFilter.GaussianBlur(shadow.height / 36)).point(lambda level: level * 2 // 5)
    picture.paste(_tone(hue + 12, 0.5, 0.35), mask=shadow.resize(thing.size, Image.Resampling.BILINEAR))


def _cast_on_floor(picture: Image.Image, thing: Image.Image, hue: int) -> None:
    """A soft ellipse where the thing touches the floor."""
    silhouette = thing.getchannel("A")
    bounds = silhouette.getbbox()
    if bounds is None:
        return
    bottom, height = bounds[3], SIZE // 16
    feet = silhouette.crop((0, bottom - height // 2, SIZE, bottom)).getbbox() or bounds
    left, right = feet[0] - height, feet[2] + height
    # Pillow's gradient reaches 181 where the ellipse touches the edges of its box.
    spot = Image.radial_gradient("L").point(lambda level: max(0, 181 - level) ** 2 // 190)
    spot = spot.resize((right - left, height), Image.Resampling.BILINEAR)
    picture.paste(_tone(hue + 12, 0.6, 0.25), (left, bottom - height * 11 // 20), spot)
