"""What a motif is."""

from collections.abc import Callable
from dataclasses import dataclass

from inventory.demo.canvas import Canvas, Point
from inventory.demo.motifs.palette import Palette


@dataclass(frozen=True)
class Motif:
    """``draw`` paints it; ``detail`` is the point that a close-up shows.

    ``stands``: on a floor, rather than hanging before the backdrop. ``is_flat``: a slab, which has a side when it is
    turned. ``is_round``: it rolls instead of being turned.
    """

    draw: Callable[[Canvas, Palette], None]
    detail: Point = (50.0, 50.0)
    stands: bool = False
    is_flat: bool = False
    is_round: bool = False
