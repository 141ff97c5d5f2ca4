"""The URLs of contract 001 (the Stripe shop), in the order of its document."""

from django.urls import path

from storefronts.joint import views as joint
from storefronts.stripe_shop import views

urlpatterns = [
    # Accounts
    path("api/register/", joint.RegisterView.as_view()),
    path("api/get-user/", views.UserView.as_view()),
    path("api/update-user/", views.UserUpdateView.as_view()),
    path("api/forgot-password/", views.ForgotPasswordView.as_view()),
    path("api/reset-password/<reset:reset_token>/", views.ResetPasswordView.as_view()),
    # Products
    path("api/products/", joint.ProductListView.as_view()),
    path("api/products/<id:product_id>/", joint.ProductView.as_view()),
    path("api/products/create/", views.ProductCreateView.as_view()),
    path("api/products/<id:product_id>/update/", views.ProductUpdateView.as_view()),
    path("api/products/<id:product_id>/delete/", views.ProductDeleteView.as_view()),
    path("api/products/upload-images/", views.ImageUploadView.as_view()),
    path("api/products/<id:product_id>/add-review/", views.ReviewAddView.as_view()),
    path("api/products/<id:product_id>/delete-review/", views.ReviewDeleteView.as_view()),
    # Orders
    path("api/orders/create/", views.OrderCreateView.as_view()),
    path("api/orders/get/", views.OrderListView.as_view()),
    path("api/orders/<id:order_id>/", joint.OrderView.as_view()),
    path("api/orders/<id:order_id>/process/", views.OrderProcessView.as_view()),
    path("api/orders/<id:order_id>/delete/", views.OrderDeleteView.as_view()),
    path("api/create-checkout-session/", views.CheckoutSessionView.as_view()),
    path("api/orders/webhook/", views.WebhookView.as_view()),
    # Authentication
    path("api/token/", views.TokenViewSet.as_view({"post": "create"})),
    path("api/token/refresh/", views.TokenViewSet.as_view({"post": "refresh"})),
    # /swagger/, /redoc/ and /swagger.json are in config.urls.
]
