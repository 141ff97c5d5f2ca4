from django.urls import path

from accounts import views

urlpatterns = [
    path("auth/register/", views.RegisterView.as_view()),
    path("auth/token/", views.TokenView.as_view()),
    path("auth/token/refresh/", views.TokenRefreshView.as_view()),
    path("auth/token/verify/", views.TokenVerifyView.as_view()),
    path("auth/logout/", views.LogoutView.as_view()),
    path("auth/password/", views.PasswordView.as_view()),
    path("auth/me/", views.MeView.as_view()),
]
