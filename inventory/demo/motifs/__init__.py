"""What the pictures show: one function per kind of product, one module per category."""

from inventory.demo.motifs import computing, electronics, fashions, furniture, phones
from inventory.demo.motifs.motif import Motif

MOTIFS: dict[str, Motif] = {
    **computing.MOTIFS,
    **electronics.MOTIFS,
    **fashions.MOTIFS,
    **furniture.MOTIFS,
    **phones.MOTIFS,
}

__all__ = ["MOTIFS", "Motif"]
