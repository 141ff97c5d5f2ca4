"""Make rows of every model, to count the queries of the admin.

No two rows share a user or a product. Otherwise a query for each row could stay unnoticed.
"""

from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import AuditAction, AuditEntry, CustomerGroup, User
from cart.services import cart_open, item_add
from catalog.models import Category, Product, ProductImage
from catalog.services import review_write
from inventory.models import Location
from inventory.offers import offer_of_product
from inventory.services import stock_item_for
from notifications.models import Notification, Thread
from orders.models import Order, Promotion, TaxRate
from payments.models import GatewayEvent
from payments.services import alert_raise, checkout, payment_confirm, refund_request
from payments.states import AlertKind, PaymentMethod
from shipping.models import ShippingMethod, ShippingRate, ShippingZone
from shipping.services import address_create
from tests.factories import make_product, make_staff, make_user, order_request, sole_variant
from tests.support.tokens import open_session
from utils.models import IdempotencyKey, QueuedJob, RateCount


def make_order(product: Product, *, quantity: int = 1, customer: User | None = None) -> Order:
    """Place an order that waits for a manual payment."""
    customer = customer or make_user()
    item_add(
        cart=cart_open(user=customer),
        offer=offer_of_product(product.pk, currency="USD"),
        quantity=quantity,
    )
    address = {"name": "Carla", "street": "Main Street 1", "city": "Dar es Salaam"}
    payment, _ = checkout(
        user=customer, method=PaymentMethod.MANUAL, order=order_request(address=address, email=customer.email)
    )
    return payment.order


def _make_money(order: Order, serial: int) -> None:
    """Pay the order, open a refund of half of it, and add an alert and a webhook."""
    payment = order.payments.get()
    payment_confirm(payment_id=payment.pk)
    refund_request(payment_id=payment.pk, amount=payment.amount / 2, actor=make_staff())
    alert_raise(kind=AlertKind.RISK, key=str(payment.pk), detail="Look at it", payment=payment)
    GatewayEvent.objects.create(method="stripe", event_id=f"ev-{serial}", payload={}, due_at=timezone.now())


def make_rows(number: int) -> None:
    for _ in range(number):
        _make_one_of_each()


def _make_one_of_each() -> None:
    serial = Product.objects.count() + 1
    category = Category.objects.add_root(instance=Category(name=f"Shelf {serial}", slug=f"shelf-{serial}"))
    product = make_product(category=category, seller=make_user(), sku=f"SKU-{serial}")
    ProductImage.objects.create(product=product, source_url="https://example.com/a.png")
    customer = make_user()
    order = make_order(product, customer=customer)
    item_add(cart=cart_open(user=customer), offer=offer_of_product(product.pk, currency="USD"), quantity=1)
    review_write(product=product, user=customer, rating=4, comment="Good")
    address_create(user=customer, street="Main Street 1", is_default=True)
    open_session(customer)
    location = Location.objects.create(name=f"Store {serial}")
    stock_item_for(variant=sole_variant(product), location=location)
    # Not active, so that it does not make the orders that follow dearer.
    method = ShippingMethod.objects.create(name=f"Post {serial}", code=f"post-{serial}", is_active=False)
    zone = ShippingZone.objects.create(name=f"Zone {serial}")
    zone.places.create(country="KE")
    ShippingRate.objects.create(method=method, zone=zone, currency="USD", price=Decimal(5))
    _make_money(order, serial)
    # Inactive, so that it does not make the orders that follow cheaper.
    promotion = Promotion.objects.create(name=f"Offer {serial}", kind="percentage", value=10, is_active=False)
    promotion.items.create(product=product)
    promotion.used.create(order=order, code=promotion.codes.create(code=f"CODE-{serial}"), amount=Decimal(1))
    TaxRate.objects.create(name=f"VAT {serial}", country="KE", percentage=16)
    Notification.objects.create(user=customer, order=order, status="pending", message="Placed")
    thread = Thread.objects.create(user=customer, subject="Where is it?")
    thread.messages.create(author=customer, body="It has not come yet.")
    QueuedJob.objects.create(name="a.job", kwargs={"x": 1}, due_at=timezone.now() + timedelta(hours=1))
    IdempotencyKey.objects.create(user_id=customer.pk, key=f"key-{serial}", fingerprint="f", body={"secret": "body"})
    Group.objects.create(name=f"Group {serial}")
    CustomerGroup.objects.create(name=f"Group {serial}", code=f"group-{serial}")
    RateCount.objects.create(key=f"sign-in:{serial}", tries=1, ends_at=timezone.now() + timedelta(hours=1))
    AuditEntry.objects.create(
        actor=make_staff(), action=AuditAction.CHANGED, object_type="catalog.product", object_id=1
    )
