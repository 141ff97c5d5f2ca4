from django.urls import path

from cart import views

urlpatterns = [
    path("cart/", views.CartView.as_view()),
    path("cart/items/", views.CartItemListView.as_view()),
    path("cart/items/<id:variant_id>/", views.CartItemView.as_view()),
    path("cart/merge/", views.CartMergeView.as_view()),
]
