"""Admin pages of sign-ins with tokens."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import UserSession
from accounts.services import session_revoke
from utils.admin import Button, Panel, PanelAdmin, ReadOnlyAdmin
from utils.errors import Denied


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin, PanelAdmin):
    """Show sign-ins with tokens and let staff revoke them."""

    list_display = ("id", "user", "created_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email")
    fields = ("id", "user", "created_at", "expires_at", "revoked_at")
    actions = ("revoke",)

    def has_act_permission(self, request: HttpRequest, obj: UserSession | None = None) -> bool:
        """Allow only superusers to end the session of a member of staff."""
        may_touch = request.user.is_superuser or obj is None or not obj.user.is_staff
        return may_touch and super().has_act_permission(request, obj)

    def panels(self, request: HttpRequest, obj: UserSession) -> list[Panel]:
        def run(fields: dict[str, Any], button: str) -> str:
            session_revoke(session=obj)
            return "Revoked."

        buttons = [] if obj.revoked_at else [Button("revoke", "Revoke")]
        return [Panel(name="revoke", title="End this session", buttons=buttons, run=run)]

    @admin.action(description="Revoke", permissions=["act"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[UserSession]) -> None:
        """Revoke the selected sessions."""

        def act(session: UserSession) -> None:
            if not self.has_act_permission(request, session):
                raise Denied("Only a superuser may do this to a staff account.")
            session_revoke(session=session)

        self.for_each(request, queryset, act, done="Revoked {count} sessions.")
