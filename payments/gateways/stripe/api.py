"""Call Stripe with one short-lived client for each conversation, and translate its errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import stripe
from django.conf import settings

from payments.gateways.base import TIMEOUT
from payments.gateways.errors import GatewayDown, GatewayMisconfigured, GatewayRefused, OutcomeUnknown
from payments.gateways.reach import was_never_reached

# The library repeats a request with the same idempotency key, so that it never acts twice.
_RETRIES = 2


def is_live() -> bool:
    """Return whether the key moves real money."""
    return settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))


class _Line(requests.Session):
    """Send requests to Stripe, and set ``was_reached`` once one of them may have arrived.

    The requests that Stripe's library repeats count too.
    """

    was_reached = False

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        try:
            answer = super().send(request, **kwargs)
        except requests.RequestException as error:
            self.was_reached = self.was_reached or not was_never_reached(error)
            raise
        self.was_reached = True
        return answer


@contextmanager
def acting() -> Iterator[stripe.StripeClient]:
    """Open a client for requests that change something.

    Raise ``GatewayRefused`` when Stripe refuses the request, ``GatewayDown`` when it was not reached or is busy,
    ``GatewayMisconfigured`` when it refuses the shop's key, and ``OutcomeUnknown`` when its answer is missing or can't
    be read. The exceptions' texts hold only Stripe's codes: its messages quote what was sent.
    """
    with _Line() as session:
        session.max_redirects = 0
        try:
            yield _client(session)
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            raise GatewayMisconfigured(_told(error)) from error
        except stripe.RateLimitError as error:
            raise GatewayDown(_told(error)) from error
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            raise GatewayRefused(_told(error)) from error
        except stripe.APIConnectionError as error:
            raise (OutcomeUnknown if session.was_reached else GatewayDown)(_told(error)) from error
        except stripe.StripeError as error:
            raise OutcomeUnknown(_told(error)) from error
        except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError) as error:
            raise OutcomeUnknown("Stripe's answer can't be read.") from error


@contextmanager
def asking() -> Iterator[stripe.StripeClient]:
    """Open a client for requests that change nothing.

    Raise ``GatewayDown`` when no answer came or it can't be read. Raise ``GatewayRefused`` or ``GatewayMisconfigured``
    as ``acting`` does.
    """
    try:
        with acting() as client:
            yield client
    except OutcomeUnknown as failure:
        raise GatewayDown(failure.detail) from failure


def _client(session: requests.Session) -> stripe.StripeClient:
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API_BASE},
        http_client=stripe.RequestsClient(timeout=TIMEOUT, session=session),
        max_network_retries=_RETRIES,
    )


def _told(error: stripe.StripeError) -> str:
    known = (error.http_status, error.code, getattr(error, "param", None))
    return " ".join(["Stripe:", type(error).__name__, *(str(part) for part in known if part)])
