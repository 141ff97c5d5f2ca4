"""Categories by their path of names, made where they are missing."""

from collections.abc import Sequence

from catalog import services as catalog
from catalog.models import Category
from utils.text import fold

_Path = tuple[str, ...]
# Each new one moves those behind it in the alphabet, one by one, so the time grows with the square.
_MOST_NEW = 1_000


class CategoryTree:
    """Remember the tree, so that a batch reads nothing twice. Names match in any spelling (``utils.text``)."""

    def __init__(self) -> None:
        self._ids: dict[_Path, int] | None = None
        self._most = Category.objects.count() + _MOST_NEW

    def forget(self) -> None:
        """Read the tree anew after a rollback, which took back the categories that were made in it.

        They still count as made: a trial run refuses what the real one would.
        """
        if self._ids is not None:
            self._most -= len(self._ids) - Category.objects.count()
        self._ids = None

    def has_room_for(self, names: Sequence[str]) -> bool:
        """Tell whether an import may still make those of the categories that are missing."""
        ids, path = self._loaded(), tuple(map(fold, names))
        missing = sum(path[:depth] not in ids for depth in range(1, len(path) + 1))
        return not missing or len(ids) + missing <= self._most

    def id_for(self, names: Sequence[str]) -> int:
        """The category at the end of ``names``, which run from the root down."""
        ids = self._loaded()
        path: _Path = ()
        for name in names:
            parent, path = path, (*path, fold(name))
            if path not in ids:
                # Read anew: adding a child to a node that was read earlier would use its outdated place in the tree.
                above = Category.objects.get(pk=ids[parent]) if parent else None
                ids[path] = catalog.category_create(name=name, parent=above).pk
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
