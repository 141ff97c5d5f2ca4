"""The URLs of the HTML pages of the shop window."""

from django.urls import path

from storefronts.window import views

urlpatterns = [
    path("account/new-password/", views.new_password_page),
    # Contract 002 publishes this path, too. Where it is served, its view shows browsers the same page.
    path("", views.front_page),
]
