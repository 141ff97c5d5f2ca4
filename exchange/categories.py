"""Find categories by their path of names, and create the missing ones."""

from collections.abc import Sequence

from catalog import services as catalog
from catalog.models import Category
from utils.text import fold

_Path = tuple[str, ...]
# A new category moves all its later siblings in the alphabet one by one, so the total time grows quadratically.
MOST_NEW = 1_000


class CategoryTree:
    """Cache the tree of categories, so that it is read only once. Names match in any spelling (``utils.text.fold``).

    ``_ids`` holds the ids by path, ``_made`` the paths created since the last rollback, and ``_in_trial`` the paths
    created in a trial run.
    """

    def __init__(self) -> None:
        self._ids: dict[_Path, int] | None = None
        self._made: set[_Path] = set()
        self._in_trial: set[_Path] = set()
        self.most_new = MOST_NEW
        self._most = Category.objects.count() + self.most_new

    def forget(self, *, is_trial: bool = False) -> None:
        """Discard the tree that was read, so that the next use reads it again. Call it after a rollback.

        The rollback undoes the categories that were created. In a trial run (``is_trial``) they still count as created,
        so that the trial refuses what the real run would refuse.
        """
        if is_trial:
            self._in_trial |= self._made
        self._ids, self._made = None, set()

    def has_room_for(self, names: Sequence[str]) -> bool:
        """Return whether the import may still create the missing categories of this path, from the root down."""
        ids, path = self._loaded(), tuple(map(fold, names))
        there = ids.keys() | self._in_trial if self._in_trial else ids.keys()
        missing = sum(path[:depth] not in there for depth in range(1, len(path) + 1))
        return not missing or len(there) + missing <= self._most

    def id_for(self, names: Sequence[str]) -> int:
        """Return the id of the category at the end of this path, from the root down; create missing categories."""
        ids = self._loaded()
        path: _Path = ()
        for name in names:
            parent, path = path, (*path, fold(name))
            if path not in ids:
                # The parent is read again, because a node that was read earlier may have an outdated path.
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
