"""The URLs of the shop window."""

from django.urls import path

from storefronts.window import views

urlpatterns = [
    path("account/new-password/", views.new_password_page),
    # The published API of shop 002 has this path, too. Where it is served, its view shows browsers the same page.
    path("", views.front_page),
]
