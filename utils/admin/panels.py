"""Panels of buttons above the fields of a change page, and list actions that ask for confirmation.

Each panel posts to its own URL. The view behind it checks the permission, calls one service and reports the result.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from utils.admin.base import ShopAdmin
from utils.admin.marks import FIELD, form_key_of, mark_new, tell_again
from utils.errors import Conflict, DomainError
from utils.idempotency import Answer, RequestKey, act_once, answer_known, answer_once

MAX_AT_ONCE = 200


@dataclass(frozen=True)
class Button:
    """Describe a button of a ``Panel``.

    ``question`` is for an action that can't be undone: the user must confirm it on an extra page first. It is a text,
    or a function that takes the cleaned fields and returns the text; the function may raise a ``DomainError`` to refuse
    the action. ``is_destructive`` only colours the button. ``acts=False`` means that the button only reads data, so it
    may be pressed any number of times.
    """

    value: str
    label: str
    question: str | Callable[[dict[str, Any]], str] = ""
    is_destructive: bool = False
    acts: bool = True

    def ask(self, fields: dict[str, Any]) -> str:
        """Return the question that the user must confirm, given the form's ``fields``, or an empty text for none."""
        return self.question if isinstance(self.question, str) else self.question(fields)


@dataclass(frozen=True)
class Panel:
    """Describe a small form with buttons that the admin shows above the fields of a change page.

    ``name`` is part of the panel's URL, ``title`` is its heading, and ``form_class`` declares its fields, filled with
    ``initial`` at first. ``run`` carries out a pressed button: it gets the cleaned fields and the button's value, and
    returns a message for the user, or a response with a file to download.

    A hidden one-time text in the form, its mark, keeps it from being carried out twice (``utils.admin.marks``). ``run``
    is called in the transaction that records the mark as used. With ``calls_gateway`` it is called outside of any
    transaction, because none may stay open during a network call.
    """

    name: str
    title: str
    buttons: Sequence[Button]
    run: Callable[[dict[str, Any], str], str | HttpResponse]
    form_class: type[forms.Form] = forms.Form
    initial: Mapping[str, Any] = field(default_factory=dict)
    calls_gateway: bool = False

    def form(self, data: Any = None) -> forms.Form:
        """Build the panel's form, filled with the posted ``data`` if given."""
        return self.form_class(data, initial=dict(self.initial), prefix=self.name)


class PanelAdmin(ShopAdmin):
    """Show the panels of ``panels()`` on the change page and carry them out."""

    change_form_template = "admin/object_panels.html"

    def panels(self, request: HttpRequest, obj: Any) -> list[Panel]:
        """Return the panels that ``obj`` allows right now; a panel without buttons is not shown."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.panel_view)
        url = path("<path:object_id>/panel/<slug:name>/", view, name=self._panel_url_name)
        return [url, *super().get_urls()]

    @property
    def _panel_url_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_panel"

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None and self.has_act_permission(request, obj):
            context["panels"] = [
                {"panel": panel, "form": panel.form(), "url": self._panel_url(obj, panel), "mark": mark_new()}
                for panel in self.panels(request, obj)
                if panel.buttons
            ]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _panel_url(self, obj: Model, panel: Panel) -> str:
        return reverse(f"admin:{self._panel_url_name}", args=[quote(obj.pk), panel.name])

    @method_decorator(require_POST)
    def panel_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Carry out the action of the pressed button in the panel ``name``, after asking for confirmation if needed."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_act_permission(request, obj):
            raise PermissionDenied
        try:
            return self._act(request, obj, name) or self._back_to(obj)
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
            return self._back_to(obj)

    def _act(self, request: HttpRequest, obj: Any, name: str) -> HttpResponse | None:
        """Carry out the pressed button's action.

        Return the confirmation page or the file to answer with, if there is one.
        """
        request_key = form_key_of(request)
        if (earlier := answer_known(request_key)) is not None:
            tell_again(request, earlier)
            return None
        found = self._pressed(request, obj, name)
        if found is None:
            raise Conflict("This can no longer be done. See the current state below.")
        panel, button = found
        form = panel.form(request.POST)
        if not form.is_valid():
            for field_name, errors in form.errors.items():
                label = form[field_name].label if field_name in form.fields else panel.title
                self.message_user(request, f"{label}: {' '.join(map(str, errors))}", messages.ERROR)
            return None
        if "confirmed" not in request.POST and (question := button.ask(form.cleaned_data)):
            return self._ask_object(request, obj, form, button, question)
        return self._run(request, obj, panel, form.cleaned_data, button, request_key)

    def _pressed(self, request: HttpRequest, obj: Any, name: str) -> tuple[Panel, Button] | None:
        """Return the panel called ``name`` and the button in it that the user pressed.

        Return ``None`` when ``obj`` does not allow that button now, for example because ``obj`` changed since the page
        was shown.
        """
        for panel in self.panels(request, obj):
            for button in panel.buttons:
                if panel.name == name and button.value == request.POST.get("button"):
                    return panel, button
        return None

    def _run(
        self,
        request: HttpRequest,
        obj: Any,
        panel: Panel,
        fields: dict[str, Any],
        button: Button,
        request_key: RequestKey,
    ) -> HttpResponse | None:
        """Carry out the pressed ``button`` by calling the panel's ``run`` with the cleaned ``fields``.

        For a button that only reads (``acts=False``), return the response with the file that ``run`` made, if any. For
        every other button, show the message of ``run`` to the user and return ``None``. ``request_key`` is the form's
        idempotency key: if the form was carried out before, ``run`` is not called and the user sees what happened then.
        """
        if not button.acts:
            file = panel.run(fields, button.value)
            self.log_change(request, obj, f"{button.label}.")
            return file if isinstance(file, HttpResponse) else None

        def produce() -> Answer:
            told = str(panel.run(fields, button.value))
            self.log_change(request, obj, told)
            return Answer(status=200, body={"told": told})

        answer = act_once(request_key, produce) if panel.calls_gateway else answer_once(request_key, produce)
        if answer.replayed:
            tell_again(request, answer)
        else:
            self.message_user(request, answer.body["told"], messages.SUCCESS)
        return None

    def _back_to(self, obj: Any) -> HttpResponse:
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", quote(obj.pk))

    def _ask_object(
        self, request: HttpRequest, obj: Any, form: forms.Form, button: Button, question: str
    ) -> HttpResponse:
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[quote(obj.pk)])
        context = {
            "title": button.label,
            "question": question,
            "hidden_form": form,
            "hidden": [("button", button.value), (FIELD, request.POST[FIELD])],
            "back": back,
        }
        return self._confirmation(request, context)

    def ask_list(
        self, request: HttpRequest, queryset: QuerySet[Any], *, action: str, question: str, form: forms.Form
    ) -> HttpResponse | None:
        """Return the page that a list action shows first, with its form and the selected objects.

        Posting the page calls the action again, with ``confirmed`` among the data. Return ``None``, with a message,
        when more than ``MAX_AT_ONCE`` objects are selected.
        """
        objects = list(queryset[: MAX_AT_ONCE + 1])
        if len(objects) > MAX_AT_ONCE:
            self.message_user(request, f"Please select no more than {MAX_AT_ONCE} at once.", messages.ERROR)
            return None
        context = {
            "title": question,
            "objects": objects,
            "form": form,
            "hidden": [
                ("action", action),
                (FIELD, mark_new()),
                *((ACTION_CHECKBOX_NAME, str(obj.pk)) for obj in objects),
            ],
            "back": request.get_full_path(),
        }
        return self._confirmation(request, context)

    def _confirmation(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, "admin/confirm_panel.html", context)
