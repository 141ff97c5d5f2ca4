"""Forms that know what they were rendered with, so that an old one can't undo what others changed since.

Each field also posts the value that it was rendered with (Django's ``show_hidden_initial``). A field that was left as
it was shown follows the row of now. One that was changed is refused, with both values, when the row's value was changed
too.
"""

from typing import Any

from django import forms
from django.forms import BaseInlineFormSet, BoundField, ModelForm
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.functional import cached_property
from django.utils.text import Truncator

_SHOWN = 200


class StaleCheck(ModelForm):
    """A form of an existing row. Its instance has to be read under the row's lock (``ShopAdmin.lock_rows``)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            for field in self.fields.values():
                field.show_hidden_initial = not field.disabled

    @cached_property
    def changed_data(self) -> list[str]:
        """Django takes a file for changed whose name was posted, though no other one was."""
        files = {name for name, field in self.fields.items() if isinstance(field, forms.FileField)}
        return [name for name in super().changed_data if name not in files or self[name].data is not None]

    def full_clean(self) -> None:
        compared = [bound for bound in self._compared() if not isinstance(bound.field, forms.FileField)]
        untouched = [bound.field for bound in compared if bound.name not in self.changed_data]
        for field in untouched:
            field.disabled = True  # Django then takes the instance's value, and not the posted one
        super().full_clean()
        for field in untouched:
            field.disabled = False
        for bound in self.stale_fields():
            if bound.name in self.changed_data and _differs(bound.field, bound.initial, bound.data):
                self.add_error(bound.name, _refusal(bound))

    def stale_fields(self) -> list[BoundField]:
        """The fields whose row value is no longer what the form was rendered with."""
        return [bound for bound in self._compared() if _differs(bound.field, bound.initial, _rendered(bound))]

    def _compared(self) -> list[BoundField]:
        return [self[name] for name, field in self.fields.items() if self.is_bound and field.show_hidden_initial]


class StaleCheckFormSet(BaseInlineFormSet):
    """Also a row that is to be deleted must be the one that was shown."""

    def clean(self) -> None:
        super().clean()
        for form in self.initial_forms:
            goes = form.cleaned_data.get(DELETION_FIELD_NAME)
            if goes and isinstance(form, StaleCheck) and (stale := form.stale_fields()):
                raise forms.ValidationError(f"{form.instance} can't be deleted: {_refusal(stale[0])}")


def _rendered(bound: BoundField) -> Any:
    return bound.field.hidden_widget().value_from_datadict(bound.form.data, bound.form.files, bound.html_initial_name)


def _differs(field: forms.Field, value: Any, posted: Any) -> bool:
    if isinstance(field, forms.FileField):
        return str(value or "") != str(posted or "")
    return field.has_changed(_plain(value), _plain(posted))


def _plain(value: Any) -> Any:
    """Browsers post other line ends, and fields strip what surrounds a text."""
    return "\n".join(value.splitlines()).strip() if isinstance(value, str) else value


def _refusal(bound: BoundField) -> str:
    was, now = _shown(bound.field, _rendered(bound)), _shown(bound.field, bound.initial)
    label = bound.label or bound.name
    return f"{label} was changed meanwhile: this page showed {was}, now it is {now}. Open the page anew."


def _shown(field: Any, value: Any) -> str:
    """The value as people read it, quoted."""
    rows: Any = getattr(field, "queryset", None)
    if isinstance(field, forms.ModelMultipleChoiceField):
        shown = ", ".join(map(str, rows.filter(pk__in=[getattr(each, "pk", each) for each in value or []])))
    elif isinstance(field, forms.ModelChoiceField):
        shown = str(rows.filter(pk=getattr(value, "pk", value) or None).first() or "")
    elif isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        shown = str(dict(choices).get(value, value))
    else:
        prepared = field.prepare_value(value)
        shown = "" if prepared is None else str(prepared)
    return f'"{Truncator(shown).chars(_SHOWN)}"' if shown else "nothing"
