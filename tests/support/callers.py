"""The callers of the authorization matrix, and which of them may call a route.

The callers are those of ``World.api``. Staff in all groups, and superusers, may do whatever any group may. Requests of
guests with a token are about the order of the first guest. ``GUEST`` has its token, ``OTHER_GUEST`` that of another.
"""

from dataclasses import dataclass

CUSTOMERS = {"customer", "another customer"}
ALL_SELLERS = {"seller", "another seller"}
MANAGERS = {"staff", "superuser"}
CLERKS = {"staff without group", "catalogue", "orders", "finance"}
SIGNED_IN = CUSTOMERS | ALL_SELLERS | CLERKS | MANAGERS
GUEST, OTHER_GUEST = "guest with a token", "guest with another's token"
GUESTS = {"anonymous", GUEST, OTHER_GUEST}


@dataclass(frozen=True)
class Callers:
    """Hold which callers are ``let_in``, and the status that refuses other signed-in callers.

    A bad token is refused with 401, unless the route reads no tokens (``reads_tokens``). A caller without a token is
    refused with 401, too, unless callers ``may_be_guests``. The token of an order counts as none where it opens
    nothing.
    """

    let_in: frozenset[str]
    refused_with: int = 403
    may_be_guests: bool = False
    reads_tokens: bool = True

    def __or__(self, other: "Callers") -> "Callers":
        return Callers(self.let_in | other.let_in, max(self.refused_with, other.refused_with))

    def refusal_of(self, caller: str) -> int | None:
        """Return the status that refuses ``caller``, or ``None`` if the caller is let in."""
        if caller in self.let_in:
            return None
        if caller == "disabled" or (caller in GUESTS and not self._looks_at_guests(caller)):
            return 401
        return self.refused_with

    def _looks_at_guests(self, caller: str) -> bool:
        return self.may_be_guests or (caller == OTHER_GUEST and GUEST in self.let_in)

    @property
    def example(self) -> str:
        """Return a caller who is let in.

        The customer and the seller come before staff, and staff of one group come before the superuser.
        """
        named = ["customer", "seller", "catalogue", "orders", "finance", "superuser"]
        return next(caller for caller in named if caller in self.let_in)


OPEN = Callers(frozenset({*SIGNED_IN, *GUESTS, "disabled"}), reads_tokens=False)
# Pages that everybody may read. A caller with a bad token is treated as a guest.
PAGE = OPEN
PUBLIC = Callers(frozenset({*SIGNED_IN, *GUESTS}))
CUSTOMER = Callers(frozenset(SIGNED_IN))
# Sellers do not review their own products.
REVIEWER = Callers(frozenset(SIGNED_IN - {"seller"}))
# For other customers, a customer's own things do not exist. A cart may be a guest's.
OWNER = Callers(frozenset({"customer"}), refused_with=404)
# Whoever has the token of a guest's order.
HOLDER = Callers(frozenset({GUEST}), refused_with=404)
CART = Callers(frozenset({"customer"}), refused_with=404, may_be_guests=True)
# Only the product's own seller may change it.
SELLER = Callers(frozenset({"seller"}))
SELLERS = Callers(frozenset(ALL_SELLERS))
STAFF = Callers(frozenset(CLERKS | MANAGERS))
CATALOGUE = Callers(frozenset({"catalogue", *MANAGERS}))
ORDERS = Callers(frozenset({"orders", *MANAGERS}))
FINANCE = Callers(frozenset({"finance", *MANAGERS}))
SUPERUSER = Callers(frozenset({"superuser"}))
