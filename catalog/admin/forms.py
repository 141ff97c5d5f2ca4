"""The forms of the catalogue's admin pages. In them, staff type lists as plain text, not as JSON."""

from typing import Any

from django import forms
from treebeard.forms import movenodeform_factory

from catalog.html import clean_html
from catalog.models import Category, ProductImage
from catalog.services.slugs import free_category_slug
from utils.admin import AmountsForm, PictureFormField, StaleCheck
from utils.money import DECIMAL_PLACES, MAX_DIGITS


class TagsField(forms.CharField):
    """Read a list of tags that is typed with commas between the tags."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        tags = (tag.strip() for tag in (value or "").split(","))
        return list(dict.fromkeys(tag for tag in tags if tag))


class OptionsField(forms.CharField):
    """Read a variant's options, typed one per line, such as ``Size: M``."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 40})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{option['name']}: {option['value']}" for option in value)
        return value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        return [self._option(line) for line in (value or "").splitlines() if line.strip()]

    def _option(self, line: str) -> dict[str, str]:
        name, _, chosen = (part.strip() for part in line.partition(":"))
        if not name or not chosen:
            raise forms.ValidationError(f"Please write each option like 'Size: M'. This line is different: {line}")
        return {"name": name, "value": chosen}


class ProductForm(StaleCheck):
    tags = TagsField(required=False, help_text="Separated by commas")


class ProductAddForm(AmountsForm, ProductForm):
    """Ask for a new product, and for the price, currency and SKU of its first variant."""

    slug = forms.CharField(max_length=255, required=False, help_text="If empty, it is made from the name")
    price = forms.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    currency = forms.CharField(max_length=3)
    sku = forms.CharField(max_length=100, required=False, label="SKU")
    amount_fields = ("price",)


class VariantForm(StaleCheck):
    options = OptionsField(
        required=False, help_text="One per line, such as Size: M. Leave it empty for the only variant."
    )


class PriceForm(AmountsForm):
    amount_fields = ("amount", "compare_at")


class TierForm(AmountsForm):
    amount_fields = ("amount",)


class ImageForm(StaleCheck):
    class Meta:
        model = ProductImage
        fields = ("file", "source_url", "alt", "variant", "position")
        field_classes = {"file": PictureFormField}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("file") and not cleaned.get("source_url") and "source_url" not in self.errors:
            self.add_error("source_url", "Give a file or a URL.")
        return cleaned


class CategoryForm(StaleCheck, movenodeform_factory(Category)):  # type: ignore[misc] # made from the model
    slug = forms.CharField(max_length=140, required=False, help_text="If empty, it is made from the name")

    def clean_slug(self) -> str:
        chosen = self.cleaned_data["slug"] or self.instance.slug
        return chosen or free_category_slug(self.cleaned_data.get("name", ""))

    def clean_description(self) -> str:
        return clean_html(self.cleaned_data["description"])
