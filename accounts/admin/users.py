"""Admin pages of users.

Only a superuser grants rights. Other staff look after customers and sellers. They can see staff accounts, but can
neither change nor create them: whoever could set a colleague's password could use the colleague's rights.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework.renderers import JSONRenderer

from accounts.admin.forms import PasswordForm, UserAddForm, UserEditForm
from accounts.models import Role, User, UserSession
from accounts.privacy import personal_data
from accounts.services import seller_approve, sign_ins_end, user_erase
from accounts.signals import seller_approved
from utils.admin import Button, Panel, PanelAdmin, ReadOnlyInline
from utils.errors import Denied
from utils.events import publish

_RIGHTS = ("is_superuser", "groups", "user_permissions")


class SessionInline(ReadOnlyInline):
    """List the open sessions of a user."""

    model = UserSession
    fields = ("page", "created_at", "expires_at")
    verbose_name_plural = "open sessions"

    def get_queryset(self, request: HttpRequest) -> QuerySet[UserSession]:
        return super().get_queryset(request).filter(revoked_at=None)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, PanelAdmin):
    """Let staff manage customers and sellers, and superusers manage all accounts."""

    form = UserEditForm
    add_form = UserAddForm
    add_form_template = "admin/accounts/user/add_form.html"
    change_password_form = PasswordForm
    list_display = (
        "username",
        "email",
        "role",
        "may_sell",
        "awaits_approval",
        "is_active",
        "is_superuser",
        "date_joined",
        "last_login",
    )
    list_filter = ("role", "may_sell", "awaits_approval", "is_active", "is_superuser", "customer_group")
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("-id",)
    readonly_fields = ("email_verified_at", "last_login", "date_joined", "erased_at")
    fieldsets = (
        (None, {"fields": ("username", "email", "password")}),
        ("Rights", {"fields": ("role", "may_sell", "awaits_approval", "is_active", *_RIGHTS)}),
        (
            "Profile",
            {
                "fields": (
                    ("first_name", "last_name"),
                    "gender",
                    "avatar",
                    "phone",
                    "address",
                    ("postal_code", "city"),
                    "country",
                )
            },
        ),
        ("Prices", {"fields": ("customer_group",)}),
        ("Dates", {"fields": ("email_verified_at", "last_login", "date_joined", "erased_at")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "role", "usable_password", "password1", "password2"),
            },
        ),
    )
    inlines = (SessionInline,)
    actions = ("end_sessions", "approve_sellers")

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse changes to an erased account, and changes to a staff account by anyone but a superuser.

        An erased account must never be used to sign in again, whoever it belonged to.
        """
        may_touch = obj is None or (not obj.erased_at and (request.user.is_superuser or not obj.is_staff))
        return may_touch and super().has_change_permission(request, obj)

    def has_act_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse deletion: orders and the audit log refer to the account. Staff deactivate or erase it instead."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Let only superusers change rights."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *_RIGHTS)

    def formfield_for_choice_field(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> forms.TypedChoiceField | None:
        """Offer the role staff only to superusers."""
        if db_field.name == "role" and not request.user.is_superuser:
            kwargs["choices"] = [choice for choice in Role.choices if choice[0] != Role.STAFF]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """Save the user and what follows from the change.

        A new e-mail address is not verified, an approved seller's products go on sale, and a deactivated user is signed
        out.
        """
        if "email" in form.changed_data:
            obj.email_verified_at = None
        super().save_model(request, obj, form, change)
        if "awaits_approval" in form.changed_data and not obj.awaits_approval:
            publish(seller_approved, user_id=obj.pk)
        if "is_active" in form.changed_data and not obj.is_active:
            sign_ins_end(user=obj)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        """Remove groups and permissions from an account that is not staff.

        Otherwise a former member of staff would get the old rights back on becoming staff again.
        """
        super().save_related(request, form, formsets, change)
        if not form.instance.is_staff:
            form.instance.groups.clear()
            form.instance.user_permissions.clear()

    def panels(self, request: HttpRequest, obj: User) -> list[Panel]:
        return [_sign_ins_panel(obj), _personal_data_panel(obj)]

    @admin.action(description="End all sessions", permissions=["act"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """End all sign-ins of the selected users."""
        self._act_on(request, queryset, sign_ins_end, done="Ended all sessions of {count} users.")

    @admin.action(description="Approve as sellers: their products go on sale", permissions=["act"])
    def approve_sellers(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Approve the selected sellers, and put their waiting products on sale."""
        self._act_on(request, queryset, seller_approve, done="Approved {count} sellers.")

    def _act_on(self, request: HttpRequest, users: QuerySet[User], service: Callable[..., None], *, done: str) -> None:
        """Call ``service`` for each user whom the caller may change, and report the other users as refused."""

        def act(user: User) -> None:
            if not self.has_act_permission(request, user):
                raise Denied("Only a superuser may do this to a staff account.")
            service(user=user)

        self.for_each(request, users, act, done=done)


def _sign_ins_panel(obj: User) -> Panel:
    def run(fields: dict[str, Any], button: str) -> str:
        sign_ins_end(user=obj)
        return "Ended all sessions."

    return Panel(name="sessions", title="Sessions", buttons=[Button("end", "End all sessions")], run=run)


def _personal_data_panel(obj: User) -> Panel:
    """Return the admin panel in which staff export or erase the personal data of the user ``obj``.

    It is for users who ask the shop to do this instead of using the API.
    """

    def run(fields: dict[str, Any], button: str) -> str | HttpResponse:
        if button == "export":
            headers = {"Content-Disposition": f'attachment; filename="user-{obj.pk}.json"'}
            return HttpResponse(JSONRenderer().render(personal_data(obj)), "application/json", headers=headers)
        user_erase(user=obj)
        obj.refresh_from_db()  # so that the admin's history shows the pseudonym, not the name
        return "The person's data was erased. Orders and payments are kept."

    question = "Erase this person's data for good? Orders and payments are kept without a name."
    buttons = [Button("export", "Export", acts=False), Button("erase", "Erase", question=question, is_destructive=True)]
    return Panel(name="privacy", title="Personal data", buttons=buttons, run=run)
