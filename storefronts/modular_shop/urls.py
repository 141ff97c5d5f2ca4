"""The URLs of contract 003 (the modular shop), in the order of its document."""

from django.urls import path

from storefronts.modular_shop import views

urlpatterns = [
    # Authentication and user management
    path("accounts/register/", views.RegisterView.as_view()),
    path("accounts/verify-otp/", views.VerifyOtpView.as_view()),
    path("accounts/resend-otp/", views.ResendOtpView.as_view()),
    path("accounts/login/", views.SignInView.as_view()),
    path("accounts/change-password/", views.ChangePasswordView.as_view()),
    path("accounts/request-reset-email/", views.RequestResetEmailView.as_view()),
    path("accounts/password-reset-confirm/<slug:uid>/<slug:secret>/", views.PasswordResetConfirmView.as_view()),
    path("accounts/user/", views.UserView.as_view()),
    path("accounts/token/", views.SignInView.as_view()),
    path("accounts/token/refresh/", views.TokenViewSet.as_view({"post": "refresh"})),
    path("accounts/token/verify/", views.TokenVerifyView.as_view()),
    # Product catalogue
    path("catalog/products/", views.ProductListView.as_view()),
    path("catalog/products/<id:product_id>/", views.ProductView.as_view()),
    path("catalog/categories/", views.CategoryListView.as_view()),
    path("catalog/categories/<id:category_id>/", views.CategoryView.as_view()),
]
