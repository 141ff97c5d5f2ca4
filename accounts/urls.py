from django.urls import path

from accounts import audit_views
from accounts.views import account, recovery, sign_in

urlpatterns = [
    path("auth/register/", sign_in.RegisterView.as_view()),
    path("auth/token/", sign_in.TokenView.as_view()),
    path("auth/token/refresh/", sign_in.TokenRefreshView.as_view()),
    path("auth/token/verify/", sign_in.TokenVerifyView.as_view()),
    path("auth/logout/", sign_in.LogoutView.as_view()),
    path("auth/session/", sign_in.CookieSessionView.as_view()),
    path("auth/email/verify/", recovery.EmailVerifyView.as_view()),
    path("auth/email/resend/", recovery.EmailResendView.as_view()),
    path("auth/email/change/", account.EmailView.as_view()),
    path("auth/email/change/confirm/", account.EmailConfirmView.as_view()),
    path("auth/password/", account.PasswordView.as_view()),
    path("auth/password/reset/", recovery.ResetRequestView.as_view()),
    path("auth/password/reset/by-link/", recovery.ResetByLinkView.as_view()),
    path("auth/password/reset/by-code/", recovery.ResetByCodeView.as_view()),
    path("auth/me/", account.MeView.as_view()),
    path("auth/me/export/", account.ExportView.as_view()),
    path("auth/me/erase/", account.EraseView.as_view()),
    path("auth/sessions/", account.SessionListView.as_view()),
    path("auth/sessions/<uuid:session_id>/", account.SessionView.as_view()),
    path("audit/", audit_views.AuditView.as_view()),
]
