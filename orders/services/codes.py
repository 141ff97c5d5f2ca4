"""Enter promotion codes in carts."""

from django.utils import timezone

from cart.models import Cart
from cart.services import code_put
from orders.errors import PromotionCodeRefused
from orders.promotions import CodeProblem, message_of, promotions_read
from orders.services.quote import Purchaser
from utils.limits import Limit, spend
from utils.names import normalize_email

# How often codes may be entered, right or wrong: a right one must not give new tries to somebody who guesses.
_BY_CUSTOMER = Limit("promotion-code", count=20, seconds=10 * 60, guards_secrets=True)
_FROM_ADDRESS = Limit("promotion-code-address", count=60, seconds=10 * 60, guards_secrets=True)


def code_enter(*, cart: Cart, code: str, buyer: Purchaser, entered_from: str) -> Cart:
    """Enter a promotion code in a cart, so that its promotion applies as soon as its conditions hold. Return the cart.

    ``entered_from`` is the client's IP address, for the limits on guessing. Call it outside of any transaction. Raise
    ``PromotionCodeRefused`` when no cart could use the code now, and ``TooManyRequests`` after too many codes. Also
    raise the errors of ``cart.services.code_put``.
    """
    code = code.strip().upper()
    spend(_FROM_ADDRESS, entered_from)
    if buyer.user is not None:
        spend(_BY_CUSTOMER, str(buyer.user.pk))
    found = promotions_read(codes=[code], user_id=buyer.user_id, email=normalize_email(buyer.email))()
    asked = next((each for each in found if each.code == code), None)
    problem = asked.problem(currency=cart.currency, now=timezone.now()) if asked else CodeProblem.UNKNOWN
    if isinstance(problem, CodeProblem):
        raise PromotionCodeRefused(message_of(problem), code=code, reason=problem.value)
    return code_put(cart=cart, code=code)
