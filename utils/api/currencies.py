"""The currency in which a request asks for prices."""

from drf_yasg import openapi
from rest_framework.request import Request

from utils.money import offered_currency, shop_currency

HEADER, PARAMETER = "X-Currency", "currency"
X_CURRENCY = openapi.Parameter(
    HEADER,
    openapi.IN_HEADER,
    type=openapi.TYPE_STRING,
    description="The currency of prices, such as EUR; the shop's own if it is not given",
)
CURRENCY = openapi.Parameter(
    PARAMETER, openapi.IN_QUERY, type=openapi.TYPE_STRING, description=f"The same as `{HEADER}`, and preferred to it"
)


def currency_of(request: Request) -> str:
    """Return the currency that the request asks for, in ``?currency=`` or else in ``X-Currency``.

    Without either it is the shop's own. Raise ``UnknownCurrency`` when the shop does not offer it.
    """
    asked = request.query_params.get(PARAMETER) or request.headers.get(HEADER)
    return offered_currency(asked) if asked else shop_currency()
