"""Compare a draft with what the shop has, and plan what to write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from catalog.models import Product, ProductImage, ProductStatus, Variant, VariantPrice
from catalog.services import search_values
from catalog.services.bulk import LockedProducts, ProductWrite
from exchange.categories import CategoryTree
from exchange.drafts import Problem, ProductDraft, VariantDraft, VariantKey, variant_key


@dataclass
class ProductPlan:
    """Hold what an import does with one product.

    ``counts`` are pairs of a variant and the number of pieces that the file gives it. ``stock_left_alone`` is the
    number of variants whose pieces stay unchanged although the file gives a number. ``problems`` were found by
    comparing the draft with the shop. ``is_refused``: nothing is written.
    """

    changes: ProductWrite
    counts: list[tuple[Variant, int]] = field(default_factory=list)
    stock_left_alone: int = 0
    problems: list[Problem] = field(default_factory=list)
    is_refused: bool = False


def product_plan(
    draft: ProductDraft, there: LockedProducts, *, categories: CategoryTree, currency: str, sets_stock: bool
) -> ProductPlan:
    """Return the plan of what to write so that the shop's product matches ``draft``.

    ``there`` holds the shop's products with these slugs. Missing categories are created right away; nothing else is
    written. ``currency`` is the currency of all prices. With ``sets_stock``, existing variants also get their pieces
    from the file; otherwise only new ones do.
    """
    return _Planner(draft, there, currency=currency, sets_stock=sets_stock).plan(categories)


class _Planner:
    """Plan one product. Each step adds the rows to write and the problems that it finds to the plan."""

    def __init__(self, draft: ProductDraft, there: LockedProducts, *, currency: str, sets_stock: bool) -> None:
        self._draft = draft
        self._there = there
        self._currency = currency
        self._sets_stock = sets_stock
        product = there.products.get(draft.handle)
        self._product = product or Product(slug=draft.handle)
        self._variants = there.variants.get(product.pk, []) if product else []
        self._images = there.images.get(product.pk, []) if product else []
        self._changes = ProductWrite(product=self._product, is_new=product is None)
        self._plan = ProductPlan(self._changes)
        self._drafted: dict[VariantKey, Variant] = {}

    def plan(self, categories: CategoryTree) -> ProductPlan:
        """Run all steps and return the plan."""
        is_new = self._changes.is_new
        if self._draft.handle in self._there.sellers_slugs:
            return self._refused("a seller's product has this handle, and an import changes only the shop's own.")
        if is_new and "name" not in self._draft.values:
            return self._refused("there is no title, and the product does not exist yet.")
        if not categories.has_room_for(self._draft.category or ()):
            return self._refused(f"an import creates at most {categories.most_new:,} new categories.")
        present = {variant_key([option["value"] for option in row.options]): row for row in reversed(self._variants)}
        for draft in self._draft.variants:
            self._plan_variant(draft, present.get(draft.key))
        if not self._drafted and (is_new or self._draft.variants):
            return self._refused("the product would have no variant.")
        self._warn_of_mixed_options()
        self._plan_images()
        self._plan_product(categories)
        return self._plan

    def _refused(self, message: str) -> ProductPlan:
        """Refuse the product, report those of its lines that have no problem yet, and return the plan."""
        problems = self._plan.problems
        reported = {line for problem in problems for line in problem.lines}
        if lines := [line for line in self._draft.lines if line not in reported]:
            problems.append(self._problem(lines, message))
        self._plan.is_refused = True
        return self._plan

    def _problem(self, lines: list[int], message: str, *, is_error: bool = True) -> Problem:
        return Problem(lines, f"{self._draft.handle}: {message}", is_error)

    def _plan_product(self, categories: CategoryTree) -> None:
        draft, product = self._draft, self._product
        values = {**draft.values, "status": draft.status_after(product.status or ProductStatus.ACTIVE)}
        if draft.category is not None:
            values["category_id"] = categories.id_for(draft.category) if draft.category else None
        changed = _set_values(product, values)
        skus = [variant.sku for variant in [*self._variants, *self._changes.variants.new]]
        self._changes.is_changed = _set_values(product, search_values(product, skus)) or changed

    def _plan_variant(self, draft: VariantDraft, present: Variant | None) -> None:
        if present is None:
            variant = self._new_variant(draft)
        else:
            variant = present
            if _set_values(present, {**self._known_values(draft), "options": _options(draft, present)}):
                self._changes.variants.changed.append(present)
        if variant is None:
            return
        self._drafted[draft.key] = variant
        self._plan_price(draft, variant)
        if draft.quantity is None:
            return
        if present is None or self._sets_stock:
            self._plan.counts.append((variant, draft.quantity))
        else:
            self._plan.stock_left_alone += 1

    def _known_values(self, draft: VariantDraft) -> Mapping[str, object]:
        """Return the draft's values for an existing variant.

        ``track_inventory`` is left out unless the import sets stock: whether pieces are counted also decides how many
        are for sale.
        """
        if self._sets_stock:
            return draft.values
        return {name: value for name, value in draft.values.items() if name != "track_inventory"}

    def _new_variant(self, draft: VariantDraft) -> Variant | None:
        """Plan a new variant and return it, or report a problem and return ``None``."""
        missing = ""
        if draft.price.get("amount") is None:
            missing = "this variant does not exist yet, and there is no price to create it with."
        elif not all(name for name, _ in draft.options):
            missing = "this variant does not exist yet, and there is no option name to create it with."
        if missing:
            self._plan.problems.append(self._problem([draft.line], missing))
            return None
        values: Mapping[str, Any] = draft.values
        position = len(self._variants) + len(self._changes.variants.new)
        variant = Variant(product=self._product, options=_options(draft, None), position=position, **values)
        self._changes.variants.new.append(variant)
        return variant

    def _warn_of_mixed_options(self) -> None:
        """Warn when the new variants have another number of options than the product's other variants."""
        new = self._changes.variants.new
        if {len(row.options) for row in new} - {len(row.options) for row in self._variants or new}:
            lines = [draft.line for draft in self._draft.variants if self._drafted.get(draft.key) in new]
            message = "the product also has variants with other options, which stay on sale."
            self._plan.problems.append(self._problem(lines, message, is_error=False))

    def _plan_price(self, draft: VariantDraft, variant: Variant) -> None:
        price = self._there.prices.get(variant.pk) if variant.pk else None
        if price and _set_values(price, draft.price):
            self._changes.prices.changed.append(price)
        elif price is None and draft.price.get("amount") is not None:
            values: Mapping[str, Any] = draft.price
            self._changes.prices.new.append(VariantPrice(variant=variant, currency=self._currency, **values))

    def _plan_images(self) -> None:
        links = self._links()
        present = {image.source_url: image for image in reversed(self._images) if image.source_url}
        for draft in self._draft.images:
            image, variant = present.pop(draft.url, None), links.get(draft.url)
            values: dict[str, Any] = {"position": len(self._images) + draft.place, **draft.values}
            if image is None:
                new = ProductImage(product=self._product, source_url=draft.url, variant=variant, **values)
                self._changes.images.new.append(new)
            elif self._relink(image, variant) | _set_values(image, draft.values):
                self._changes.images.changed.append(image)
        if self._draft.replaces_images:
            self._changes.removed_images = [row.pk for row in present.values() if self._is_replaced(row)]

    def _links(self) -> dict[str, Variant]:
        """Return the variant of each picture, by URL. A picture belongs to the first variant that names it."""
        links: dict[str, Variant] = {}
        shared: list[int] = []
        for draft in self._draft.variants:
            variant = self._drafted.get(draft.key)
            if variant and draft.image_url and links.setdefault(draft.image_url, variant) is not variant:
                shared.append(draft.line)
        if shared:
            message = "the variant's picture already belongs to another variant, and stays with that one."
            self._plan.problems.append(self._problem(shared, message, is_error=False))
        return links

    def _relink(self, image: ProductImage, variant: Variant | None) -> bool:
        """Set the picture's variant; return whether that is a change.

        A picture of a variant that the file does not mention stays with it.
        """
        if variant is None:
            mentioned = {row.pk for row in self._drafted.values()}
            if not self._draft.links_images or image.variant_id not in mentioned or image.variant_id is None:
                return False
        elif variant.pk is not None and image.variant_id == variant.pk:
            return False
        image.variant = variant
        return True

    def _is_replaced(self, image: ProductImage) -> bool:
        """Return whether to remove a picture that the file does not name.

        Uploaded pictures stay. Pictures of variants stay too, if the file has no column for them.
        """
        return not image.file and (image.variant_id is None or self._draft.links_images)


def _set_values(row: Model, values: Mapping[str, object]) -> bool:
    """Set fields of the model instance ``row`` without saving it; return whether any value differs from before.

    ``values`` are the new values by field name.
    """
    changed = False
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed


def _options(draft: VariantDraft, present: Variant | None) -> list[dict[str, str]]:
    """Return the options of a variant. A blank name is replaced by the name that the variant already has."""
    earlier = [option["name"] for option in present.options] if present else []
    return [{"name": name or earlier[place], "value": value} for place, (name, value) in enumerate(draft.options)]
