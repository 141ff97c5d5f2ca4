"""Routes of this app under /api/v1/."""

from accounts.views import account, audit, recovery, sign_in
from utils.api.routers import Router, SingletonRouter

lists = Router()
lists.register("auth/sessions", account.SessionViewSet, "session")
lists.register("audit", audit.AuditViewSet, "audit")

singletons = SingletonRouter()
singletons.register("auth/register", sign_in.RegistrationViewSet, "registration")
singletons.register("auth/token", sign_in.TokenViewSet, "token")
singletons.register("auth/logout", sign_in.LogoutViewSet, "logout")
singletons.register("auth/session", sign_in.CookieSessionViewSet, "cookie-session")
singletons.register("auth/email/change", account.EmailChangeViewSet, "email-change")
singletons.register("auth/email", recovery.EmailViewSet, "email")
singletons.register("auth/password/reset", recovery.PasswordResetViewSet, "password-reset")
singletons.register("auth/password", account.PasswordViewSet, "password")
singletons.register("auth/me", account.MeViewSet, "me")

urlpatterns = [*singletons.urls, *lists.urls]
