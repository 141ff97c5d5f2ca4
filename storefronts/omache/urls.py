"""The URLs of contract 002 (O-Mache), in the order of its document."""

from django.urls import path

from storefronts.omache.views import accounts, buying, products

urlpatterns = [
    # Authentication
    path("registration/", accounts.RegistrationView.as_view()),
    path("login/", accounts.LoginView.as_view()),
    path("logout/", accounts.LogoutView.as_view()),
    path("user/", accounts.UserView.as_view()),
    path("token/verify/", accounts.TokenVerifyView.as_view()),
    path("token/refresh/", accounts.TokenViewSet.as_view({"post": "refresh"})),
    # User profile
    path("account/", accounts.AccountView.as_view()),
    # Product listing
    path("", products.FrontView.as_view()),
    path("product/search/", products.SearchView.as_view()),
    path("product/<key:category>/", products.CategoryView.as_view()),
    # Product management
    path("create/", products.CreateView.as_view()),
    # Shopping and orders
    path("cart/", buying.CartView.as_view()),
    path("cashout/", buying.CashoutView.as_view()),
    path("track/order/", buying.TrackView.as_view()),
    # Payment
    path("safwebhook/", buying.BareWebhookView.as_view()),
    path("safwebhook/<slug:token>/", buying.WebhookView.as_view()),
]
