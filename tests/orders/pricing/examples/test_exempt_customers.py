"""Customers who pay no tax, worked out by hand."""

from tests.orders.pricing.tables import basket, check, free_shipping, item, percentage, rate


def test_prices_without_tax() -> None:
    # Nothing is added, and nothing taken off
    check(
        basket([item(1, "100.00")], shipping="5.00", taxes=[rate(1, 20, shipping=True)], net=True, exempt=True),
        """
        line     | 1 x A | 100.00 | 100.00
        shipping | Shipping: Post |        | 5.00
        total    | 100.00 - 0.00 + 5.00 + 0.00 = 105.00
        item     | A | 100.00 - 0.00 + 0.00 = 100.00 | 0.00
        """,
    )


def test_prices_with_tax() -> None:
    # 119.00 * 19 / 119 = 19.00 are taken off
    check(
        basket([item(1, "119.00")], taxes=[rate(1, 19)], exempt=True),
        """
        line      | 1 x A | 119.00 | 119.00
        exemption | T1    | 119.00 | -19.00
        total     | 119.00 - 0.00 + 0.00 + -19.00 = 100.00
        item      | A | 119.00 - 0.00 + -19.00 = 100.00 | 0.00
        """,
    )


def test_with_a_discount_and_shipping() -> None:
    # 10 % of 119.00 = 11.90, left 107.10; 107.10 * 19 / 119 = 17.10. Shipping 11.90 * 19 / 119 = 1.90
    # Taken off 17.10 + 1.90 = 19.00 of 107.10 + 11.90 = 119.00
    check(
        basket(
            [item(1, "119.00")],
            [percentage(1, 10)],
            shipping="11.90",
            taxes=[rate(1, 19, shipping=True)],
            exempt=True,
        ),
        """
        line      | 1 x A | 119.00 | 119.00
        promotion | P1    | 119.00 | -11.90
        shipping  | Shipping: Post |        | 11.90
        exemption | T1    | 119.00 | -19.00
        total     | 119.00 - 11.90 + 11.90 + -19.00 = 100.00
        item      | A | 119.00 - 11.90 + -17.10 = 90.00 | 0.00
        off       | P1 | 11.90
        """,
    )


def test_untaxed_shipping() -> None:
    # The shipping has no tax in it: 119.00 - 19.00 + 5.00 = 105.00
    check(
        basket([item(1, "119.00")], shipping="5.00", taxes=[rate(1, 19)], exempt=True),
        """
        line      | 1 x A | 119.00 | 119.00
        shipping  | Shipping: Post |        | 5.00
        exemption | T1    | 119.00 | -19.00
        total     | 119.00 - 0.00 + 5.00 + -19.00 = 105.00
        item      | A | 119.00 - 0.00 + -19.00 = 100.00 | 0.00
        """,
    )


def test_no_rate_for_the_address() -> None:
    # The shop does not know which tax would be in the price, so nothing is taken off
    check(
        basket([item(1, "119.00")], exempt=True),
        """
        line  | 1 x A | 119.00 | 119.00
        total | 119.00 - 0.00 + 0.00 + 0.00 = 119.00
        item  | A | 119.00 - 0.00 + 0.00 = 119.00 | 0.00
        """,
    )


def test_several_classes_and_rates() -> None:
    # A: 6 % + 2 % = 8 % in 54.00: 54.00 * 8 / 108 = 4.00, split 3.00 and 1.00. B, food: 10.70 * 7 / 107 = 0.70
    check(
        basket(
            [item(1, "54.00"), item(2, "10.70", tax="food")],
            currency="USD",
            taxes=[rate(1, 6), rate(2, 2), rate(3, 7, tax="food")],
            exempt=True,
        ),
        """
        line      | 1 x A | 54.00 | 54.00
        line      | 1 x B | 10.70 | 10.70
        exemption | T1    | 54.00 | -3.00
        exemption | T2    | 54.00 | -1.00
        exemption | T3    | 10.70 | -0.70
        total     | 64.70 - 0.00 + 0.00 + -4.70 = 60.00
        item      | A | 54.00 - 0.00 + -4.00 = 50.00 | 0.00
        item      | B | 10.70 - 0.00 + -0.70 = 10.00 | 0.00
        """,
    )


def test_yen() -> None:
    # 1080 * 10 / 110 = 98.18…, rounded 98; 1080 - 98 = 982
    check(
        basket([item(1, "1080")], currency="JPY", taxes=[rate(1, 10)], exempt=True),
        """
        line      | 1 x A | 1080 | 1080
        exemption | T1    | 1080 | -98
        total     | 1080 - 0 + 0 + -98 = 982
        item      | A | 1080 - 0 + -98 = 982 | 0
        """,
    )


def test_dinars_with_free_shipping() -> None:
    # 2.100 * 5 / 105 = 0.100. Shipping is free, so there is no tax in it
    check(
        basket(
            [item(1, "2.100")],
            [free_shipping(1)],
            currency="KWD",
            shipping="1.050",
            taxes=[rate(1, 5, shipping=True)],
            exempt=True,
        ),
        """
        line      | 1 x A | 2.100 | 2.100
        shipping  | Shipping: Post |       | 1.050
        promotion | P1    | 1.050 | -1.050
        exemption | T1    | 2.100 | -0.100
        total     | 2.100 - 0.000 + 0.000 + -0.100 = 2.000
        item      | A | 2.100 - 0.000 + -0.100 = 2.000 | 0.000
        off       | P1 | 1.050
        """,
    )
