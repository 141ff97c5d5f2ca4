from django.urls import path

from orders import views

urlpatterns = [
    path("orders/quote/", views.OrderQuoteView.as_view()),
    path("orders/<number:order_number>/", views.OrderView.as_view()),
    path("orders/<number:order_number>/history/", views.OrderHistoryView.as_view()),
    path("orders/<number:order_number>/transition/", views.OrderTransitionView.as_view()),
    path("orders/<number:order_number>/cancel/", views.OrderCancelView.as_view()),
]
