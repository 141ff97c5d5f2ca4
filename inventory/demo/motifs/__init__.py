"""What the pictures show: one function per kind of product, one module per category."""

from inventory.demo.motifs import computing
from inventory.demo.motifs.motif import Motif

MOTIFS: dict[str, Motif] = {
    **computing.MOTIFS,
}

__all__ = ["MOTIFS", "Motif"]
