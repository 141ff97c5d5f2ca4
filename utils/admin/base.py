"""Base classes and columns for the admin pages of all apps."""

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.utils import flatten_fieldsets, quote, unquote
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from utils.admin.marks import form_key_of, mark_new, tell_again
from utils.admin.stale import StaleCheck, StaleCheckFormSet
from utils.errors import DomainError
from utils.idempotency import Answer, act_once, answer_once
from utils.money import display


class _ShownAgain(Exception):
    """Roll the transaction back and carry the page of an invalid form out of it, so that the form can be sent again."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


class MarkedActionForm(ActionForm):
    """Choose an action for the rows of a list. The hidden ``mark`` keeps it from being carried out twice."""

    mark = forms.CharField(required=False, label="", widget=forms.HiddenInput, initial=mark_new)


class ShopAdmin(admin.ModelAdmin):
    """Extend Django's ``ModelAdmin`` for large tables, and show each ``DomainError`` as a message.

    A form that is sent twice is carried out once (``utils.admin.marks``), and a form that was opened before somebody
    else changed the object can't undo that change (``utils.admin.stale``).
    """

    list_per_page = 50
    # Counting the whole table for the total number of rows costs more than the page itself.
    show_full_result_count = False
    change_form_template = "admin/marked_form.html"
    form = StaleCheck
    action_form = MarkedActionForm

    class Media:
        css = {"all": ("utils/admin.css",)}

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may use buttons and actions.

        Users who may change the model may use them, even when all of its fields are read-only here.
        """
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse to filter by columns that no page shows.

        Django allows all columns of the model, so a user could guess a hidden value letter by letter.
        """
        column = lookup.partition(LOOKUP_SEP)[0]
        return column not in self._hidden_columns(request) and super().lookup_allowed(lookup, value, request)

    def _hidden_columns(self, request: HttpRequest) -> set[str]:
        """Return the names of the model's columns that no page of this admin shows."""
        filters = {entry[0] if isinstance(entry, tuple) else entry for entry in self.get_list_filter(request)}
        on_pages = {*flatten_fieldsets(self.get_fieldsets(request)), *self.get_list_display(request), *filters}
        hidden = [field for field in self.opts.concrete_fields if not field.primary_key and field.name not in on_pages]
        return {name for field in hidden for name in (field.name, field.attname)}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or save the form. A ``DomainError`` while saving becomes a message."""

        def show() -> HttpResponse:
            return super(ShopAdmin, self).changeform_view(request, object_id, form_url, extra_context)

        try:
            is_sent = request.method == "POST" and self._may_save(request, object_id)
            return self._save_once(request, object_id, show) if is_sent else show()
        except DomainError as error:
            return self._refused(request, error)

    def _may_save(self, request: HttpRequest, object_id: str | None) -> bool:
        """Return whether the user may save this form. If not, Django's own view refuses the request."""
        if object_id is None:
            return self.has_add_permission(request)
        obj = self.get_object(request, unquote(object_id))
        return obj is not None and self.has_change_permission(request, obj)

    def _save_once(self, request: HttpRequest, object_id: str | None, save: Callable[[], HttpResponse]) -> HttpResponse:
        """Save an add or change form. If it was sent before, save nothing, say so and show the saved object."""
        saved: list[HttpResponse] = []

        def produce() -> Answer:
            if object_id is not None:
                self.lock_rows(unquote(object_id))
            response = save()
            if "adminform" in (getattr(response, "context_data", None) or {}):
                raise _ShownAgain(response)
            saved.append(response)
            told = "It was saved. See the current state."
            return Answer(status=200, body={"told": told, "url": getattr(response, "url", request.path)})

        try:
            answer = answer_once(form_key_of(request), produce)
        except _ShownAgain as shown:
            return shown.response
        if saved:
            return saved[0]
        tell_again(request, answer)
        return redirect(answer.body["url"])

    def lock_rows(self, pk: str) -> None:
        """Lock the object and its inlines' rows, so that nobody changes them between the form's check and its save."""
        list(self.model._default_manager.filter(pk=pk).select_for_update(no_key=True))
        for inline in self.inlines:
            if issubclass(inline, ShopInline):
                key = _get_foreign_key(self.model, inline.model)
                rows = inline.model._default_manager.filter(**{key.name: pk})
                list(rows.order_by("pk").select_for_update(no_key=True))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        return super().render_change_form(request, {**context, "mark": mark_new()}, *args, **kwargs)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as error:
            return self._refused(request, error)

    def _refused(self, request: HttpRequest, error: DomainError) -> HttpResponse:
        """Show ``error`` as a message and the same page again. Django has already rolled its transaction back."""
        self.message_user(request, str(error), messages.ERROR)
        return redirect(request.get_full_path())

    def for_each(
        self, request: HttpRequest, objects: Iterable[Model], act: Callable[[Any], object], *, done: str
    ) -> None:
        """Call ``act`` with each object. If one is refused, report it in a message and continue with the others.

        ``done`` is the message after success, with ``{count}`` in it; it is also written to each object's history. A
        form that was sent before is not carried out again.
        """

        def produce() -> Answer:
            lines = [*self._try_each(request, objects, act, done)]
            return Answer(status=200, body={"told": " ".join(lines)})

        try:
            answer = act_once(form_key_of(request), produce)
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        if answer.replayed:
            tell_again(request, answer)

    def _try_each(
        self, request: HttpRequest, objects: Iterable[Model], act: Callable[[Any], object], done: str
    ) -> Iterator[str]:
        """Call ``act`` with each object and yield the messages.

        Each object has a transaction of its own, because one transaction would lock the rows of all objects at once.
        """
        count = 0
        for obj in objects:
            try:
                act(obj)
            except DomainError as error:
                refusal = f"{obj}: {error}"
                self.message_user(request, refusal, messages.ERROR)
                yield refusal
            else:
                self.log_change(request, obj, done.format(count=1))
                count += 1
        if count:
            self.message_user(request, done.format(count=count), messages.SUCCESS)
            yield done.format(count=count)


class ReadOnlyMixin:
    """Make an admin class read-only for all users; Django's view permission decides who may look."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnlyMixin, ShopAdmin):
    """Show rows that only services write, so that nobody can add, change or delete them here."""


class ShopInline(admin.TabularInline):
    """Edit rows of another model on the object's page."""

    form = StaleCheck
    formset = StaleCheckFormSet
    extra = 0


class ReadOnlyInline(ReadOnlyMixin, admin.TabularInline):
    """Show rows of another model to users who may view that model. Subclasses set ``fields``."""

    extra = 0
    classes: tuple[str, ...] = ("shop-plain",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    @admin.display(description="")
    def page(self, row: Model) -> SafeString:
        """Link to the row's own page."""
        url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[quote(row.pk)])
        return format_html('<a href="{}">View</a>', url)


class PartInline(ReadOnlyInline):
    """Show rows that are part of the object to users who may view the object."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


def signed_in(request: HttpRequest) -> Any:
    """Return the user of ``request``; the admin's views are only for signed-in users."""
    return request.user


def amount_column(
    field: str, label: str = "", *, currency: Callable[[Any], str] = attrgetter("currency")
) -> Callable[[Any, Any], str]:
    """Make a column for an admin class that shows the amount in ``field`` with its currency, such as ``10.00 USD``.

    ``currency`` returns the currency of a row.
    """

    @admin.display(description=label or field.replace("_", " "), ordering=field)
    def column(self: Any, row: Any) -> str:
        amount, code = getattr(row, field), currency(row)
        return "-" if amount is None else f"{display(amount, code)} {code}"

    return column


def html_table(headings: Iterable[str], rows: Iterable[Iterable[Any]], *, empty: str = "None.") -> SafeString | str:
    """Build a small HTML table for a read-only field, with every cell escaped; return ``empty`` without rows."""
    cells = [(format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),) for row in rows]
    if not cells:
        return empty
    return format_html(
        '<table class="shop-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        format_html_join("", "<th>{}</th>", ((heading,) for heading in headings)),
        format_html_join("", "<tr>{}</tr>", cells),
    )
