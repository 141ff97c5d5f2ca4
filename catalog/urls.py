from django.urls import path

from catalog import views

urlpatterns = [
    path("categories/", views.CategoryListView.as_view()),
    path("categories/<key:key>/", views.CategoryView.as_view()),
    path("products/", views.ProductListView.as_view()),
    path("products/low-stock/", views.LowStockView.as_view()),
    path("products/<key:key>/", views.ProductView.as_view()),
    path("products/<key:key>/variants/", views.VariantListView.as_view()),
    path("products/<key:key>/images/", views.ImageListView.as_view()),
    path("products/<key:key>/reviews/", views.ReviewListView.as_view()),
]
