from django.urls import path

from shipping import views

urlpatterns = [
    path("addresses/", views.AddressListView.as_view()),
    path("addresses/<id:address_id>/", views.AddressView.as_view()),
]
