"""Shipping, free or not, taxed or not, worked out by hand."""

from tests.orders.pricing.tables import basket, check, free_shipping, item, percentage, rate


def test_shipping_is_added() -> None:
    # 10.00 + 4.90 = 14.90
    check(
        basket([item(1, "10.00")], shipping="4.90"),
        """
        line     | 1 x A | 10.00 | 10.00
        shipping | Shipping: Post |       | 4.90
        total    | 10.00 - 0.00 + 4.90 + 0.00 = 14.90
        item     | A | 10.00 - 0.00 + 0.00 = 10.00 | 0.00
        """,
    )


def test_shipping_is_rounded() -> None:
    # A method by weight: 1.5 kg * 3.27 = 4.905, half up 4.91
    check(
        basket([item(1, "10.00")], shipping="4.905"),
        """
        line     | 1 x A | 10.00 | 10.00
        shipping | Shipping: Post |       | 4.91
        total    | 10.00 - 0.00 + 4.91 + 0.00 = 14.91
        item     | A | 10.00 - 0.00 + 0.00 = 10.00 | 0.00
        """,
    )


def test_free_shipping() -> None:
    # 10.00 + 4.90 - 4.90 = 10.00
    check(
        basket([item(1, "10.00")], [free_shipping(1)], shipping="4.90"),
        """
        line      | 1 x A | 10.00 | 10.00
        shipping  | Shipping: Post |       | 4.90
        promotion | P1    | 4.90  | -4.90
        total     | 10.00 - 0.00 + 0.00 + 0.00 = 10.00
        item      | A | 10.00 - 0.00 + 0.00 = 10.00 | 0.00
        off       | P1 | 4.90
        """,
    )


def test_free_shipping_beside_a_percentage_in_yen() -> None:
    # 10 % of 2 * 1995 = 3990: 399; 3990 - 399 = 3591; shipping 660 - 660 = 0
    check(
        basket([item(1, "1995", 2)], [free_shipping(1), percentage(2, 10)], currency="JPY", shipping="660"),
        """
        line      | 2 x A | 1995 | 3990
        promotion | P2    | 3990 | -399
        shipping  | Shipping: Post |      | 660
        promotion | P1    | 660  | -660
        total     | 3990 - 399 + 0 + 0 = 3591
        item      | A | 3990 - 399 + 0 = 3591 | 0
        off       | P1 | 660
        off       | P2 | 399
        """,
    )


def test_free_shipping_before_a_method_is_chosen() -> None:
    check(
        basket([item(1, "10.00")], [free_shipping(1)]),
        """
        line  | 1 x A | 10.00 | 10.00
        total | 10.00 - 0.00 + 0.00 + 0.00 = 10.00
        item  | A | 10.00 - 0.00 + 0.00 = 10.00 | 0.00
        not   | P1 | nothing_to_take_off
        """,
    )


def test_free_shipping_with_a_method_that_costs_nothing() -> None:
    check(
        basket([item(1, "10.00")], [free_shipping(1)], shipping="0.00"),
        """
        line     | 1 x A | 10.00 | 10.00
        total    | 10.00 - 0.00 + 0.00 + 0.00 = 10.00
        item     | A | 10.00 - 0.00 + 0.00 = 10.00 | 0.00
        not      | P1 | nothing_to_take_off
        """,
    )


def test_shipping_is_free_only_once() -> None:
    # The one with the lower priority number takes all of it off
    check(
        basket([item(1, "10.00")], [free_shipping(1, priority=2), free_shipping(2, priority=1)], shipping="4.90"),
        """
        line      | 1 x A | 10.00 | 10.00
        shipping  | Shipping: Post |       | 4.90
        promotion | P2    | 4.90  | -4.90
        total     | 10.00 - 0.00 + 0.00 + 0.00 = 10.00
        item      | A | 10.00 - 0.00 + 0.00 = 10.00 | 0.00
        off       | P2 | 4.90
        not       | P1 | nothing_to_take_off
        """,
    )


def test_taxed_shipping_prices_without_tax() -> None:
    # 20 % of 10.00 = 2.00 and of 5.00 = 1.00; 15.00 + 3.00 = 18.00
    check(
        basket([item(1, "10.00")], shipping="5.00", taxes=[rate(1, 20, shipping=True)], net=True),
        """
        line     | 1 x A | 10.00 | 10.00
        shipping | Shipping: Post |       | 5.00
        tax      | T1    | 15.00 | 3.00
        total    | 10.00 - 0.00 + 5.00 + 3.00 = 18.00
        item     | A | 10.00 - 0.00 + 2.00 = 12.00 | 2.00
        rate     | T1 | 15.00 | 3.00
        """,
    )


def test_untaxed_shipping_prices_without_tax() -> None:
    # 20 % of 10.00 = 2.00; nothing of 5.00; 15.00 + 2.00 = 17.00
    check(
        basket([item(1, "10.00")], shipping="5.00", taxes=[rate(1, 20)], net=True),
        """
        line     | 1 x A | 10.00 | 10.00
        shipping | Shipping: Post |       | 5.00
        tax      | T1    | 10.00 | 2.00
        total    | 10.00 - 0.00 + 5.00 + 2.00 = 17.00
        item     | A | 10.00 - 0.00 + 2.00 = 12.00 | 2.00
        rate     | T1 | 10.00 | 2.00
        """,
    )


def test_shipping_has_the_rates_of_the_standard_class() -> None:
    # All goods are food: 10.70 * 7 / 107 = 0.70. Shipping: 4.76 * 19 / 119 = 0.76. In the prices: 1.46
    check(
        basket(
            [item(1, "10.70", tax="food")],
            shipping="4.76",
            taxes=[rate(1, 19, shipping=True), rate(2, 7, tax="food")],
        ),
        """
        line     | 1 x A | 10.70 | 10.70
        shipping | Shipping: Post |       | 4.76
        tax      | T1    | 4.76  | 0.00 | included 0.76
        tax      | T2    | 10.70 | 0.00 | included 0.70
        total    | 10.70 - 0.00 + 4.76 + 0.00 = 15.46
        item     | A | 10.70 - 0.00 + 0.00 = 10.70 | 0.70
        rate     | T1 | 4.76 | 0.76
        rate     | T2 | 10.70 | 0.70
        """,
    )


def test_shipping_with_one_of_two_rates() -> None:
    # Goods: 6 % + 2 % = 8 % of 50.00 = 4.00, split 3.00 and 1.00. Shipping: 6 % of 10.00 = 0.60
    check(
        basket(
            [item(1, "50.00")],
            currency="USD",
            shipping="10.00",
            taxes=[rate(1, 6, shipping=True), rate(2, 2)],
            net=True,
        ),
        """
        line     | 1 x A | 50.00 | 50.00
        shipping | Shipping: Post |       | 10.00
        tax      | T1    | 60.00 | 3.60
        tax      | T2    | 50.00 | 1.00
        total    | 50.00 - 0.00 + 10.00 + 4.60 = 64.60
        item     | A | 50.00 - 0.00 + 4.00 = 54.00 | 4.00
        rate     | T1 | 60.00 | 3.60
        rate     | T2 | 50.00 | 1.00
        """,
    )


def test_shipping_is_rounded_apart_from_the_goods() -> None:
    # 10 % of 0.05 = 0.005, half up 0.01, for the goods and for the shipping: 0.02 (of 0.10 together it would be 0.01)
    check(
        basket([item(1, "0.05")], shipping="0.05", taxes=[rate(1, 10, shipping=True)], net=True),
        """
        line     | 1 x A | 0.05 | 0.05
        shipping | Shipping: Post |      | 0.05
        tax      | T1    | 0.10 | 0.02
        total    | 0.05 - 0.00 + 0.05 + 0.02 = 0.12
        item     | A | 0.05 - 0.00 + 0.01 = 0.06 | 0.01
        rate     | T1 | 0.10 | 0.02
        """,
    )


def test_free_shipping_has_no_tax() -> None:
    # 20 % of 10.00 = 2.00; of 5.00 - 5.00 = 0.00 nothing
    check(
        basket([item(1, "10.00")], [free_shipping(1)], shipping="5.00", taxes=[rate(1, 20, shipping=True)], net=True),
        """
        line      | 1 x A | 10.00 | 10.00
        shipping  | Shipping: Post |       | 5.00
        promotion | P1    | 5.00  | -5.00
        tax       | T1    | 10.00 | 2.00
        total     | 10.00 - 0.00 + 0.00 + 2.00 = 12.00
        item      | A | 10.00 - 0.00 + 2.00 = 12.00 | 2.00
        rate      | T1 | 10.00 | 2.00
        off       | P1 | 5.00
        """,
    )


def test_a_rate_of_another_class_is_never_for_shipping() -> None:
    # The rate for food says that it is for shipping, but only those of the standard class can be
    check(
        basket(
            [item(1, "10.00", tax="food")], shipping="5.00", taxes=[rate(1, 5, tax="food", shipping=True)], net=True
        ),
        """
        line     | 1 x A | 10.00 | 10.00
        shipping | Shipping: Post |       | 5.00
        tax      | T1    | 10.00 | 0.50
        total    | 10.00 - 0.00 + 5.00 + 0.50 = 15.50
        item     | A | 10.00 - 0.00 + 0.50 = 10.50 | 0.50
        rate     | T1 | 10.00 | 0.50
        """,
    )


def test_a_rate_that_taxes_nothing_is_not_told() -> None:
    # No goods of the standard class, and no shipping yet. 10.70 * 7 / 107 = 0.70
    check(
        basket([item(1, "10.70", tax="food")], taxes=[rate(1, 19, shipping=True), rate(2, 7, tax="food")]),
        """
        line  | 1 x A | 10.70 | 10.70
        tax   | T2    | 10.70 | 0.00 | included 0.70
        total | 10.70 - 0.00 + 0.00 + 0.00 = 10.70
        item  | A | 10.70 - 0.00 + 0.00 = 10.70 | 0.70
        rate  | T2 | 10.70 | 0.70
        """,
    )
