"""Prices of lines, worked out by hand: currencies, rounding, tiers, nothing, very much."""

from tests.orders.pricing.tables import amount_off, basket, check, item, percentage, rate


def test_euros() -> None:
    # 3 * 9.99 = 29.97; 1 * 4.50 = 4.50; together 34.47
    check(
        basket([item(1, "9.99", 3), item(2, "4.50")]),
        """
        line  | 3 x A | 9.99 | 29.97
        line  | 1 x B | 4.50 | 4.50
        total | 34.47 - 0.00 + 0.00 + 0.00 = 34.47
        item  | A | 29.97 - 0.00 + 0.00 = 29.97 | 0.00
        item  | B | 4.50 - 0.00 + 0.00 = 4.50 | 0.00
        """,
    )


def test_yen_have_no_decimals() -> None:
    # 2 * 1980 = 3960; with shipping 3960 + 500 = 4460
    check(
        basket([item(1, "1980", 2)], currency="JPY", shipping="500"),
        """
        line     | 2 x A | 1980 | 3960
        shipping | Shipping: Post |      | 500
        total    | 3960 - 0 + 500 + 0 = 4460
        item     | A | 3960 - 0 + 0 = 3960 | 0
        """,
    )


def test_dinars_have_three_decimals() -> None:
    # 3 * 1.255 = 3.765
    check(
        basket([item(1, "1.255", 3)], currency="KWD"),
        """
        line  | 3 x A | 1.255 | 3.765
        total | 3.765 - 0.000 + 0.000 + 0.000 = 3.765
        item  | A | 3.765 - 0.000 + 0.000 = 3.765 | 0.000
        """,
    )


def test_taka() -> None:
    # 2 * 1250.50 = 2501.00
    check(
        basket([item(1, "1250.50", 2)], currency="BDT"),
        """
        line  | 2 x A | 1250.50 | 2501.00
        total | 2501.00 - 0.00 + 0.00 + 0.00 = 2501.00
        item  | A | 2501.00 - 0.00 + 0.00 = 2501.00 | 0.00
        """,
    )


def test_half_a_cent_is_rounded_up() -> None:
    # A tier may have a price of a third of a cent: 5 * 0.333 = 1.665, half up 1.67
    check(
        basket([item(1, "0.333", 5)]),
        """
        line  | 5 x A | 0.333 | 1.67
        total | 1.67 - 0.00 + 0.00 + 0.00 = 1.67
        item  | A | 1.67 - 0.00 + 0.00 = 1.67 | 0.00
        """,
    )


def test_less_than_half_a_cent_is_dropped() -> None:
    # 2 * 0.332 = 0.664, rounded 0.66
    check(
        basket([item(1, "0.332", 2)], currency="USD"),
        """
        line  | 2 x A | 0.332 | 0.66
        total | 0.66 - 0.00 + 0.00 + 0.00 = 0.66
        item  | A | 0.66 - 0.00 + 0.00 = 0.66 | 0.00
        """,
    )


def test_half_a_yen_is_rounded_up() -> None:
    # 3 * 10.5 = 31.5, half up 32
    check(
        basket([item(1, "10.5", 3)], currency="JPY"),
        """
        line  | 3 x A | 10.5 | 32
        total | 32 - 0 + 0 + 0 = 32
        item  | A | 32 - 0 + 0 = 32 | 0
        """,
    )


def test_below_a_tier() -> None:
    # 10.00 each, 9.00 each from 10 pieces: 9 pieces cost 9 * 10.00 = 90.00
    check(
        basket([item(1, "10.00", 9)]),
        """
        line  | 9 x A | 10.00 | 90.00
        total | 90.00 - 0.00 + 0.00 + 0.00 = 90.00
        item  | A | 90.00 - 0.00 + 0.00 = 90.00 | 0.00
        """,
    )


def test_at_a_tier() -> None:
    # The tenth piece costs nothing more: 10 * 9.00 = 90.00
    check(
        basket([item(1, "9.00", 10)]),
        """
        line  | 10 x A | 9.00 | 90.00
        total | 90.00 - 0.00 + 0.00 + 0.00 = 90.00
        item  | A | 90.00 - 0.00 + 0.00 = 90.00 | 0.00
        """,
    )


def test_an_empty_basket() -> None:
    check(basket([]), "total | 0.00 - 0.00 + 0.00 + 0.00 = 0.00")


def test_an_empty_basket_with_promotions_and_taxes() -> None:
    # Nothing in the basket is among the items of any promotion.
    check(
        basket(
            [],
            [percentage(1, 10), amount_off(2, "5.00", is_for_order=True), percentage(3, 10, is_combinable=False)],
            taxes=[rate(1, 19)],
        ),
        """
        total | 0.00 - 0.00 + 0.00 + 0.00 = 0.00
        not | P1 | no_items
        not | P2 | no_items
        not | P3 | no_items
        """,
    )


def test_an_item_that_costs_nothing() -> None:
    # 2 * 0.00 = 0.00; 10 % of 0.00 is nothing, and of 5.00 nothing can be taken off 0.00
    check(
        basket([item(1, "0.00", 2)], [percentage(1, 10), amount_off(2, "5.00", is_for_order=True)]),
        """
        line  | 2 x A | 0.00 | 0.00
        total | 0.00 - 0.00 + 0.00 + 0.00 = 0.00
        item  | A | 0.00 - 0.00 + 0.00 = 0.00 | 0.00
        not | P1 | nothing_to_take_off
        not | P2 | nothing_to_take_off
        """,
    )


def test_an_item_that_costs_nothing_beside_another() -> None:
    # 3.00 off are spread in proportion to 0.00 and 10.00: 0.00 and 3.00
    check(
        basket([item(1, "0.00"), item(2, "10.00")], [amount_off(1, "3.00", is_for_order=True)]),
        """
        line      | 1 x A | 0.00  | 0.00
        line      | 1 x B | 10.00 | 10.00
        promotion | P1    | 10.00 | -3.00
        total     | 10.00 - 3.00 + 0.00 + 0.00 = 7.00
        item      | A | 0.00 - 0.00 + 0.00 = 0.00 | 0.00
        item      | B | 10.00 - 3.00 + 0.00 = 7.00 | 0.00
        off       | P1 | 3.00
        """,
    )


def test_a_very_large_amount() -> None:
    # 10 % of 999999999999.99 = 99999999999.999, rounded 100000000000.00; left 899999999999.99
    # Tax in it: 899999999999.99 * 19 / 119 = 17099999999999.81 / 119 = 143697478991.595…, rounded 143697478991.60
    check(
        basket([item(1, "999999999999.99")], [percentage(1, 10)], taxes=[rate(1, 19)]),
        """
        line      | 1 x A | 999999999999.99 | 999999999999.99
        promotion | P1    | 999999999999.99 | -100000000000.00
        tax       | T1    | 899999999999.99 | 0.00 | included 143697478991.60
        total     | 999999999999.99 - 100000000000.00 + 0.00 + 0.00 = 899999999999.99
        item      | A | 999999999999.99 - 100000000000.00 + 0.00 = 899999999999.99 | 143697478991.60
        rate      | T1 | 899999999999.99 | 143697478991.60
        off       | P1 | 100000000000.00
        """,
    )


def test_very_many_pieces() -> None:
    # 999999 * 999999.999 = 999999 * 1000000 - 999999 * 0.001 = 999999000000.000 - 999.999 = 999998999000.001
    check(
        basket([item(1, "999999.999", 999999)], currency="KWD"),
        """
        line  | 999999 x A | 999999.999 | 999998999000.001
        total | 999998999000.001 - 0.000 + 0.000 + 0.000 = 999998999000.001
        item  | A | 999998999000.001 - 0.000 + 0.000 = 999998999000.001 | 0.000
        """,
    )


def test_one_unit_is_spread_exactly_over_very_large_amounts() -> None:
    # A = 999999999999.998, B = 0.001, together S = 999999999999.999. Off V = 999999999999.998.
    # A's share: A * V / S = A - A * 0.001 / S = 999999999999.998 - 0.000999999999999999…
    #   = 999999999999.997000000000000001…, rounded down 999999999999.997, remainder 0.000000000000000001…
    # B's share: 0.001 * V / S = 0.000999999999999999…, rounded down 0.000, remainder 0.000999999999999999…
    # Together 999999999999.997; the missing 0.001 goes to B, which has the larger remainder.
    check(
        basket(
            [item(1, "999999999999.998"), item(2, "0.001")],
            [amount_off(1, "999999999999.998", is_for_order=True)],
            currency="KWD",
        ),
        """
        line      | 1 x A | 999999999999.998 | 999999999999.998
        line      | 1 x B | 0.001 | 0.001
        promotion | P1 | 999999999999.999 | -999999999999.998
        total     | 999999999999.999 - 999999999999.998 + 0.000 + 0.000 = 0.001
        item      | A | 999999999999.998 - 999999999999.997 + 0.000 = 0.001 | 0.000
        item      | B | 0.001 - 0.001 + 0.000 = 0.000 | 0.000
        off       | P1 | 999999999999.998
        """,
    )
