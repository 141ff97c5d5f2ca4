"""The URLs of the contracts that this shop serves."""

from django.conf import settings

from storefronts.contracts import url_patterns

urlpatterns = url_patterns(settings.STOREFRONTS)
