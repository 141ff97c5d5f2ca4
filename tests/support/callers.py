"""Who can call a route, as the authorization matrix names them.

The callers are those of ``World.api``. Staff in all groups and superusers may do whatever one of the groups may.
"""

from dataclasses import dataclass

CUSTOMERS = {"customer", "another customer"}
ALL_SELLERS = {"seller", "another seller"}
MANAGERS = {"staff", "superuser"}
CLERKS = {"staff without group", "catalogue", "orders", "finance"}
SIGNED_IN = CUSTOMERS | ALL_SELLERS | CLERKS | MANAGERS


@dataclass(frozen=True)
class Callers:
    """Who is ``let_in``, and the status that refuses others who are signed in.

    A bad token is refused with 401, unless the route reads none at all (``reads_tokens``). So are people without one,
    unless they may be guests.
    """

    let_in: frozenset[str]
    refused_with: int = 403
    may_be_guests: bool = False
    reads_tokens: bool = True

    def __or__(self, other: "Callers") -> "Callers":
        return Callers(self.let_in | other.let_in, max(self.refused_with, other.refused_with))

    def refusal_of(self, caller: str) -> int | None:
        """The status that refuses ``caller``; ``None`` for whom is let in."""
        if caller in self.let_in:
            return None
        if caller == "disabled" or (caller == "anonymous" and not self.may_be_guests):
            return 401
        return self.refused_with

    @property
    def example(self) -> str:
        """One who is let in: the customer and the seller before staff, staff of a group before the superuser."""
        named = ["customer", "seller", "catalogue", "orders", "finance", "superuser"]
        return next(caller for caller in named if caller in self.let_in)


OPEN = Callers(frozenset({*SIGNED_IN, "anonymous", "disabled"}), reads_tokens=False)
# Pages to read: a token that is not good makes its sender a guest.
PAGE = OPEN
PUBLIC = Callers(frozenset({*SIGNED_IN, "anonymous"}))
CUSTOMER = Callers(frozenset(SIGNED_IN))
# The product is the seller's, who does not review it.
REVIEWER = Callers(frozenset(SIGNED_IN - {"seller"}))
# What is a certain customer's is not there for others; a cart may be a guest's.
OWNER = Callers(frozenset({"customer"}), refused_with=404)
CART = Callers(frozenset({"customer"}), refused_with=404, may_be_guests=True)
# Whose product it is; for others it can't be changed, as if it were not there.
SELLER = Callers(frozenset({"seller"}))
SELLERS = Callers(frozenset(ALL_SELLERS))
STAFF = Callers(frozenset(CLERKS | MANAGERS))
CATALOGUE = Callers(frozenset({"catalogue", *MANAGERS}))
ORDERS = Callers(frozenset({"orders", *MANAGERS}))
FINANCE = Callers(frozenset({"finance", *MANAGERS}))
SUPERUSER = Callers(frozenset({"superuser"}))
