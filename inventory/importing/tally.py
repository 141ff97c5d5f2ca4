"""What an import did, in figures."""

from dataclasses import dataclass, fields


@dataclass
class Tally:
    products_created: int = 0
    products_updated: int = 0
    products_unchanged: int = 0
    products_failed: int = 0
    variants_created: int = 0
    variants_updated: int = 0
    images_created: int = 0
    images_updated: int = 0
    images_removed: int = 0
    stock_movements: int = 0
    stock_left_alone: int = 0

    def add(self, other: "Tally") -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    @property
    def products_in(self) -> int:
        return self.products_created + self.products_updated + self.products_unchanged
