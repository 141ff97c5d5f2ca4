from django.urls import path

from shipping import views

urlpatterns = [
    path("addresses/", views.AddressListView.as_view()),
    path("addresses/<number:address_number>/", views.AddressView.as_view()),
]
