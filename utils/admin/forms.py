"""Forms and form fields that the admin pages of several apps use."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.conf import settings

from utils.admin.stale import StaleCheck
from utils.money import exponent, quantize
from utils.phones import normalize_phone
from utils.pictures import LIMITS_TOLD, PictureRefused, PicturesBusy, picture_clean


class PictureFormField(forms.FileField):
    """Read an uploaded picture and clean it (``utils.pictures``), as the API does."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**(kwargs | {"help_text": LIMITS_TOLD}))

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        if file is None:
            return None
        try:
            return picture_clean(file)
        except PictureRefused as refusal:
            raise forms.ValidationError(refusal.detail, code=refusal.reason) from refusal
        except PicturesBusy as busy:
            raise forms.ValidationError(busy.detail, code=busy.code) from busy


class PhoneForm(StaleCheck):
    """Read the form's ``phone`` as the API does. A number that the user did not change stays as it is stored."""

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if not phone or "phone" not in self.changed_data:
            return phone
        try:
            return normalize_phone(phone)
        except ValueError as error:
            raise forms.ValidationError(str(error), code="bad_phone") from error


class AmountsForm(StaleCheck):
    """Check that the amounts in ``amount_fields`` aren't negative and fit the decimals of the form's ``currency``."""

    amount_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "currency" in self.fields:
            self.fields["currency"].initial = settings.DEFAULT_CURRENCY
        for name in self.amount_fields:
            amount = getattr(self.instance, name, None)
            if amount is not None:
                self.initial[name] = quantize(amount, self.instance.currency)

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        try:
            exponent(currency)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return currency

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name in self.amount_fields:
            amount, currency = self.cleaned_data.get(name), self.cleaned_data.get("currency")
            if amount is not None and currency:
                self._check(name, amount, currency)
        return cleaned

    def _check(self, name: str, amount: Decimal, currency: str) -> None:
        if amount < 0:
            self.add_error(name, "This can't be negative.")
        elif amount != quantize(amount, currency):
            self.add_error(name, f"An amount in {currency} has at most {exponent(currency)} decimals.")
