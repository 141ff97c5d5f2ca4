"""What the pictures show: one function per kind of product, one module per category."""

from inventory.demo.motifs import computing, electronics, fashions, furniture, gaming, kitchen, phones, sports
from inventory.demo.motifs.motif import Motif

MOTIFS: dict[str, Motif] = {
    **computing.MOTIFS,
    **electronics.MOTIFS,
    **fashions.MOTIFS,
    **furniture.MOTIFS,
    **gaming.MOTIFS,
    **kitchen.MOTIFS,
    **phones.MOTIFS,
    **sports.MOTIFS,
}

__all__ = ["MOTIFS", "Motif"]
