"""Forms that post the values they were rendered with, so that an old form can't undo other people's later changes.

Each field also posts the value that it was rendered with (Django's ``show_hidden_initial``). A field that the user did
not change keeps the row's current value. A field that the user changed is refused, with both values, when somebody else
has changed the row's value too.
"""

from typing import Any

from django import forms
from django.forms import BaseInlineFormSet, BoundField, ModelForm
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.functional import cached_property
from django.utils.text import Truncator

_MAX_SHOWN = 200


class StaleCheck(ModelForm):
    """Edit an existing row without undoing others' changes.

    The form's instance must be read under the row's lock (``ShopAdmin.lock_rows``).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            for field in self.fields.values():
                field.show_hidden_initial = not field.disabled

    @cached_property
    def changed_data(self) -> list[str]:
        """Return the names of the changed fields.

        A file field has changed only when a file was posted; Django also counts it when only the file's name was
        posted.
        """
        files = {name for name, field in self.fields.items() if isinstance(field, forms.FileField)}
        return [name for name in super().changed_data if name not in files or self[name].data is not None]

    def full_clean(self) -> None:
        """Validate the form; untouched fields take the row's current value, and stale changes become errors."""
        compared = [bound for bound in self._compared() if not isinstance(bound.field, forms.FileField)]
        untouched = [bound.field for bound in compared if bound.name not in self.changed_data]
        for field in untouched:
            field.disabled = True  # makes Django take the instance's value instead of the posted one
        super().full_clean()
        for field in untouched:
            field.disabled = False
        for bound in self.stale_fields():
            if bound.name in self.changed_data and _differs(bound.field, bound.initial, bound.data):
                self.add_error(bound.name, _refusal(bound))

    def stale_fields(self) -> list[BoundField]:
        """Return the fields whose row value has changed since the form was rendered."""
        return [bound for bound in self._compared() if _differs(bound.field, bound.initial, _rendered(bound))]

    def _compared(self) -> list[BoundField]:
        return [self[name] for name, field in self.fields.items() if self.is_bound and field.show_hidden_initial]


class StaleCheckFormSet(BaseInlineFormSet):
    """Refuse to delete a row that somebody has changed since the form was rendered."""

    def clean(self) -> None:
        super().clean()
        for form in self.initial_forms:
            is_deleted = form.cleaned_data.get(DELETION_FIELD_NAME)
            if is_deleted and isinstance(form, StaleCheck) and (stale := form.stale_fields()):
                raise forms.ValidationError(f"{form.instance} can't be deleted: {_refusal(stale[0])}")


def _rendered(bound: BoundField) -> Any:
    """Return the value that the field had when the form was rendered; the form posts it in a hidden input."""
    return bound.field.hidden_widget().value_from_datadict(bound.form.data, bound.form.files, bound.html_initial_name)


def _differs(field: forms.Field, value: Any, posted: Any) -> bool:
    """Return whether ``posted`` means a different value than ``value``."""
    if isinstance(field, forms.FileField):
        return str(value or "") != str(posted or "")
    return field.has_changed(_plain(value), _plain(posted))


def _plain(value: Any) -> Any:
    """Normalise a text for comparison, because browsers change line ends and form fields strip surrounding spaces."""
    return "\n".join(value.splitlines()).strip() if isinstance(value, str) else value


def _refusal(bound: BoundField) -> str:
    was, now = _shown(bound.field, _rendered(bound)), _shown(bound.field, bound.initial)
    label = bound.label or bound.name
    return f"{label} was changed meanwhile: this page showed {was}, now it is {now}. Please open the page again."


def _shown(field: Any, value: Any) -> str:
    """Return the value as the form shows it to people, in quotes."""
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
    return f'"{Truncator(shown).chars(_MAX_SHOWN)}"' if shown else "nothing"
