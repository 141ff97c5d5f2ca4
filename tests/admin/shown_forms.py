"""Read a form that the admin shows, and post it as a browser would."""

from typing import Any

from django.forms import FileField
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from utils.admin.marks import mark_new


def shown_form(client: Client, url: str) -> dict[str, Any]:
    """Return what the form on the admin page at ``url`` holds, with its inlines, as the browser posts it."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    fields = [field for form in forms for field in form]
    typed = [field for field in fields if not isinstance(field.field, FileField)]
    values = {"mark": context["mark"], **{field.html_name: field.value() for field in typed}}
    compared = [field for field in fields if field.field.show_hidden_initial]
    values |= {field.html_initial_name: _hidden(field.value()) for field in compared}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def _hidden(value: Any) -> Any:
    """Return the value as a hidden input holds it."""
    return [str(each) for each in value] if isinstance(value, list) else "" if value is None else str(value)


def press(client: Client, page: str, pk: Any, panel: str, button: str, **fields: Any) -> HttpResponse:
    """Press ``button`` of ``panel`` on the change page of ``page``, such as ``orders_order``."""
    data = {f"{panel}-{name}": value for name, value in fields.items() if name != "confirmed"}
    if "confirmed" in fields:
        data["confirmed"] = "yes"
    url = reverse(f"admin:{page}_panel", args=[pk, panel])
    return client.post(url, {"button": button, "mark": mark_new(), **data}, follow=True)


def act(client: Client, page: str, action: str, pks: list[Any], **fields: Any) -> HttpResponse:
    """Run a list action on the rows ``pks``."""
    url = reverse(f"admin:{page}_changelist")
    return client.post(url, {"action": action, "mark": mark_new(), "_selected_action": pks, **fields}, follow=True)


def told(response: HttpResponse) -> list[str]:
    """Return the messages on the page."""
    return [str(message) for message in response.context["messages"]]
