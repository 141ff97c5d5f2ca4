from django.urls import path

from orders import views

urlpatterns = [
    path("orders/quote/", views.OrderQuoteView.as_view()),
    path("orders/<id:order_id>/", views.OrderView.as_view()),
    path("orders/<id:order_id>/history/", views.OrderHistoryView.as_view()),
    path("orders/<id:order_id>/transition/", views.OrderTransitionView.as_view()),
    path("orders/<id:order_id>/cancel/", views.OrderCancelView.as_view()),
]
