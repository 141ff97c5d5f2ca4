"""The shop's addresses and the simulator's, which the test settings leave out."""

from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as of_the_shop

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("simulator/", include("payments.simulator.urls")), *of_the_shop]
