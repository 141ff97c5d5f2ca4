"""Categories by their path of names, made where they are missing."""

from collections.abc import Sequence

from catalog import services as catalog
from catalog.models import Category
from utils.text import fold

_Path = tuple[str, ...]
# Each new one moves those behind it in the alphabet, one by one, so the time grows with the square.
MOST_NEW = 1_000


class CategoryTree:
    """Remember the tree, so that a batch reads nothing twice. Names match in any spelling (``utils.text``)."""

    def __init__(self) -> None:
        self._ids: dict[_Path, int] | None = None
        self._made: set[_Path] = set()
        self._in_trial: set[_Path] = set()
        self.most_new = MOST_NEW
        self._most = Category.objects.count() + self.most_new

    def forget(self, *, is_trial: bool = False) -> None:
        """Read the tree anew after a rollback, which took back the categories that were made in it.

        In a trial run they still count as made, so that it refuses what the real one would.
        """
        if is_trial:
            self._in_trial |= self._made
        self._ids, self._made = None, set()

    def has_room_for(self, names: Sequence[str]) -> bool:
        """Tell whether an import may still make those of the categories that are missing."""
        ids, path = self._loaded(), tuple(map(fold, names))
        there = ids.keys() | self._in_trial if self._in_trial else ids.keys()
        missing = sum(path[:depth] not in there for depth in range(1, len(path) + 1))
        return not missing or len(there) + missing <= self._most

    def id_for(self, names: Sequence[str]) -> int:
        """Find or make the category at the end of ``names``, which run from the root down."""
        ids = self._loaded()
        path: _Path = ()
        for name in names:
            parent, path = path, (*path, fold(name))
            if path not in ids:
                # Read anew: adding a child to a node that was read earlier would use its outdated place in the tree.
                above = Category.objects.get(pk=ids[parent]) if parent else None
                ids[path] = catalog.category_create(name=name, parent=above).pk
                self._made.add(path)
        return ids[path]

    def _loaded(self) -> dict[_Path, int]:
        if self._ids is None:
            self._ids = {}
            places: dict[str, _Path] = {"": ()}
            for pk, place, name in Category.objects.order_by("path").values_list("pk", "path", "name"):
                path = (*places[place[: -Category.steplen]], fold(name))
                places[place] = path
                self._ids.setdefault(path, pk)
        return self._ids
