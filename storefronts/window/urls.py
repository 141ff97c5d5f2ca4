from django.urls import path

from storefronts.window import views

urlpatterns = [
    path("account/new-password/", views.new_password_page),
    # Where a contract has this path too (002), that contract's view answers, and shows browsers the same page.
    path("", views.front_page),
]
