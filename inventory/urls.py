from django.urls import path

from inventory import views

urlpatterns = [
    path("inventory/stock/", views.StockItemListView.as_view()),
    path("inventory/movements/", views.MovementListView.as_view()),
]
