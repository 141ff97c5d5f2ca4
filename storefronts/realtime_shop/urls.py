"""The URLs of contract 004 (the real-time shop), in the order of its document."""

from django.urls import path

from storefronts.joint import views as joint
from storefronts.realtime_shop import views

urlpatterns = [
    # Authentication
    path("api/auth/register/", views.RegisterView.as_view()),
    path("api/auth/login/", views.TokenViewSet.as_view({"post": "create"})),
    path("api/auth/token/refresh/", views.TokenViewSet.as_view({"post": "refresh"})),
    path("api/auth/profile/", views.ProfileView.as_view()),
    # Products
    path("api/products/", joint.ProductListView.as_view()),
    path("api/products/<id:product_id>/", joint.ProductView.as_view()),
    path("api/products/low_stock/", views.LowStockView.as_view()),
    # Categories
    path("api/products/categories/", views.CategoryListView.as_view()),
    # Shopping cart
    path("api/orders/cart/", views.CartView.as_view()),
    path("api/orders/cart/add_item/", views.CartAddItemView.as_view()),
    path("api/orders/cart/update_item/", views.CartUpdateItemView.as_view()),
    path("api/orders/cart/remove_item/", views.CartRemoveItemView.as_view()),
    path("api/orders/cart/clear/", views.CartClearView.as_view()),
    # Orders
    path("api/orders/", views.OrderListView.as_view()),
    path("api/orders/<id:order_id>/", joint.OrderView.as_view()),
    path("api/orders/<id:order_id>/update_status/", views.OrderStatusView.as_view()),
    # ws/orders/notifications/ is in config.asgi.
]
