"""The colours that motifs are drawn in."""

from inventory.demo.canvas import Colour, colour, mix

WHITE = colour("#ffffff")
BLACK = colour("#000000")
SNOW = colour("#f4f6f8")
SILVER = colour("#d3d9e1")
STEEL = colour("#98a3b1")
GRAPHITE = colour("#4b5361")
COAL = colour("#23272f")
OAK = colour("#d3a673")
TEAK = colour("#a9764a")
WALNUT = colour("#6f4a30")
AMBER = colour("#f4b942")
CORAL = colour("#ef6f5e")
MINT = colour("#5fc9a5")
GLOSS = colour("#ffffff", 0.28)
GLEAM = colour("#ffffff", 0.14)
SHADE = colour("#10131c", 0.16)
CLEAR = colour("#ffffff", 0.0)


class Palette:
    """Shades of one tint, from ``pale`` to ``deep``."""

    def __init__(self, code: str) -> None:
        self.base: Colour = colour(code)
        self.pale = mix(self.base, WHITE, 0.78)
        self.light = mix(self.base, WHITE, 0.32)
        self.dark = mix(self.base, BLACK, 0.24)
        self.deep = mix(self.base, BLACK, 0.5)
