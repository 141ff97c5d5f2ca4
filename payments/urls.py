from django.urls import path

from payments import views

urlpatterns = [
    path("orders/", views.OrderListView.as_view()),
    path("payments/", views.PaymentListView.as_view()),
    path("payments/<id:payment_id>/", views.PaymentView.as_view()),
    path("payments/<id:payment_id>/confirm/", views.PaymentConfirmView.as_view()),
]
