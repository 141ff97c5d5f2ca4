"""The URLs of the shop and of the simulator, which the test settings leave out."""

from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as shop_urls

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("simulator/", include("payments.simulator.urls")), *shop_urls]
