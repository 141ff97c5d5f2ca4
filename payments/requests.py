"""Define how a payer asks to start a payment. A view reads its request into one ``PaymentRequest``."""

from dataclasses import asdict, dataclass, field, replace

from payments.addresses import CALLBACK_PATH, allowed
from payments.errors import NotPayable, PhoneNeeded
from payments.gateways import gateway, has_gateway
from payments.gateways.base import Buyer
from payments.models import Payment


@dataclass(frozen=True)
class PaymentRequest:
    """Describe how a payer wants to pay.

    ``phone``: the payer's number, for gateways that send a prompt to it. ``return_url``: where the browser goes after
    the gateway's page; ``failed_url`` and ``cancelled_url`` replace it after a failure and when the payer gave up.
    Their origins must be listed. ``callback_path``: where a gateway that signs nothing sends its messages, with a
    secret after it (``payments.views.gateways.CallbackView``). ``buyer``: what the gateway is told instead of the
    order's own data, where it is not empty; it is not stored. ``in_app``: an app shows the gateway's widgets, with the
    answer's ``client_secret``, instead of the gateway's page.
    """

    phone: str = ""
    return_url: str = ""
    failed_url: str = ""
    cancelled_url: str = ""
    callback_path: str = CALLBACK_PATH
    buyer: Buyer = field(default_factory=Buyer)
    in_app: bool = False

    @property
    def addresses(self) -> dict[str, str]:
        """Return the given URLs by the payment's field.

        Raise ``ReturnAddressRefused`` for a URL to which the shop sends no browser.
        """
        named = {"return_url": self.return_url, "failed_url": self.failed_url, "cancelled_url": self.cancelled_url}
        return {name: allowed(address, field=name) for name, address in named.items() if address}

    def buyer_of(self, payment: Payment) -> Buyer:
        """Return the buyer's data for the gateway. What this request leaves out comes from the order."""
        told = {name: text for name, text in asdict(self.buyer).items() if text}
        if self.phone:
            told["phone"] = self.phone
        return replace(_buyer(payment), **told)

    def require_possible(self, method: str, *, phone: str) -> None:
        """Check the request against the gateway of ``method``. Call it before the order is placed.

        ``phone``: the number that would get the prompt. Raise ``NotPayable`` when the gateway can't be used inside an
        app, ``PhoneNeeded`` when the phone is missing or unusable, ``ReturnAddressRefused`` when the shop sends no
        browser to a given URL, and ``GatewayNotOffered`` when the shop has no such gateway.
        """
        _ = self.addresses
        if not has_gateway(method):
            return
        asked = gateway(method)
        if self.in_app and not asked.can_start_in_app:
            raise NotPayable(f"{asked.label} can't be paid inside an app.", field="in_app")
        if asked.needs_phone and not phone:
            raise PhoneNeeded(field="phone")
        if why_not := asked.refusal_of_phone(phone):
            raise PhoneNeeded(why_not, field="phone")


def _buyer(payment: Payment) -> Buyer:
    order, parcel, user = payment.order, payment.order.shipment, payment.order.user
    return Buyer(
        name=parcel.name or (user.get_full_name() or user.username if user else ""),
        email=order.email or (user and user.email) or "",
        phone=order.phone or parcel.phone,
        street=parcel.street,
        city=parcel.city,
        state=parcel.state,
        postal_code=parcel.postal_code,
        country=parcel.country,
    )
