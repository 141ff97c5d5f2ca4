"""The transition table."""

from decimal import Decimal

import pytest

from orders.states import CANCELLABLE, FORWARD, OrderStatus, PaymentStatus, payment_status, steps


@pytest.mark.parametrize("status", list(OrderStatus))
def test_the_same_status_takes_no_step(status: OrderStatus) -> None:
    assert steps(status, status) == []


def test_every_pair_of_the_way_forward() -> None:
    for i, current in enumerate(FORWARD):
        for j, target in enumerate(FORWARD):
            if j >= i:
                assert steps(current, target) == list(FORWARD[i + 1 : j + 1])
            else:
                with pytest.raises(ValueError, match="does not lead to"):
                    steps(current, target)


@pytest.mark.parametrize("status", list(FORWARD))
def test_cancelling(status: OrderStatus) -> None:
    if status in CANCELLABLE:
        assert steps(status, OrderStatus.CANCELLED) == [OrderStatus.CANCELLED]
    else:
        with pytest.raises(ValueError, match="can't be cancelled"):
            steps(status, OrderStatus.CANCELLED)
    with pytest.raises(ValueError, match="does not lead to"):
        steps(OrderStatus.CANCELLED, status)


@pytest.mark.parametrize(
    ("total", "captured", "expected"),
    [
        ("10.00", "0", PaymentStatus.UNPAID),
        ("10.00", "9.99", PaymentStatus.PARTIALLY_PAID),
        ("10.00", "10.00", PaymentStatus.PAID),
        ("10.00", "10.01", PaymentStatus.PAID),
        ("0", "0", PaymentStatus.PAID),
    ],
)
def test_payment_status(total: str, captured: str, expected: PaymentStatus) -> None:
    assert payment_status(total=Decimal(total), captured=Decimal(captured), refunded=Decimal(0)) == expected


@pytest.mark.parametrize(
    ("captured", "refunded", "expected"),
    [
        ("10.00", "0.01", PaymentStatus.PARTIALLY_REFUNDED),
        ("10.00", "10.00", PaymentStatus.REFUNDED),
        ("20.00", "10.00", PaymentStatus.PAID),  # paid twice, and one refunded
        ("20.00", "15.00", PaymentStatus.PARTIALLY_REFUNDED),
    ],
)
def test_payment_status_after_refunds(captured: str, refunded: str, expected: PaymentStatus) -> None:
    total = Decimal("10.00")
    assert payment_status(total=total, captured=Decimal(captured), refunded=Decimal(refunded)) == expected
