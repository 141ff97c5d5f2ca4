"""Promotions that are combined, and such that stand alone, worked out by hand."""

from tests.orders.pricing.tables import amount_off, basket, buy, check, free_shipping, item, percentage, rate


def test_one_that_stands_alone_is_better() -> None:
    # Combined: 100.00 - 10.00 = 90.00. Alone: 100.00 - 20.00 = 80.00
    check(
        basket([item(1, "100.00")], [percentage(1, 10), percentage(2, 20, is_combinable=False)]),
        """
        line      | 1 x A | 100.00 | 100.00
        promotion | P2    | 100.00 | -20.00
        total     | 100.00 - 20.00 + 0.00 + 0.00 = 80.00
        item      | A | 100.00 - 20.00 + 0.00 = 80.00 | 0.00
        off       | P2 | 20.00
        not       | P1 | better_offer
        """,
    )


def test_the_combined_ones_are_better() -> None:
    # Combined: 100.00 - 10.00 - 15.00 = 75.00. Alone: 80.00
    check(
        basket(
            [item(1, "100.00")], [percentage(1, 10), percentage(2, 15), percentage(3, 20, is_combinable=False)]
        ),
        """
        line      | 1 x A | 100.00 | 100.00
        promotion | P1    | 100.00 | -10.00
        promotion | P2    | 100.00 | -15.00
        total     | 100.00 - 25.00 + 0.00 + 0.00 = 75.00
        item      | A | 100.00 - 25.00 + 0.00 = 75.00 | 0.00
        off       | P1 | 10.00
        off       | P2 | 15.00
        not       | P3 | better_offer
        """,
    )


def test_at_the_same_price_the_combined_ones_win() -> None:
    # Combined: 100.00 - 10.00 - 10.00 = 80.00. Alone: 80.00
    check(
        basket(
            [item(1, "100.00")],
            [percentage(1, 20, is_combinable=False, priority=-1), percentage(2, 10), percentage(3, 10)],
        ),
        """
        line      | 1 x A | 100.00 | 100.00
        promotion | P2    | 100.00 | -10.00
        promotion | P3    | 100.00 | -10.00
        total     | 100.00 - 20.00 + 0.00 + 0.00 = 80.00
        item      | A | 100.00 - 20.00 + 0.00 = 80.00 | 0.00
        off       | P2 | 10.00
        off       | P3 | 10.00
        not       | P1 | better_offer
        """,
    )


def test_one_cent_decides() -> None:
    # Combined: 100.00 - 20.00 = 80.00. Alone: 100.00 - 20.01 = 79.99
    check(
        basket([item(1, "100.00")], [percentage(1, 20), amount_off(2, "20.01", is_combinable=False)]),
        """
        line      | 1 x A | 100.00 | 100.00
        promotion | P2    | 100.00 | -20.01
        total     | 100.00 - 20.01 + 0.00 + 0.00 = 79.99
        item      | A | 100.00 - 20.01 + 0.00 = 79.99 | 0.00
        off       | P2 | 20.01
        not       | P1 | better_offer
        """,
    )


def test_of_two_that_stand_alone_the_better_one() -> None:
    # 3 × 10.00: one free = 10.00; 30 % = 9.00
    check(
        basket(
            [item(1, "10.00", 3)],
            [percentage(1, 30, is_combinable=False, priority=-5), buy(2, 2, 1, is_combinable=False)],
        ),
        """
        line      | 3 x A | 10.00 | 30.00
        promotion | P2    | 30.00 | -10.00
        total     | 30.00 - 10.00 + 0.00 + 0.00 = 20.00
        item      | A | 30.00 - 10.00 + 0.00 = 20.00 | 0.00
        off       | P2 | 10.00
        not       | P1 | better_offer
        """,
    )


def test_of_two_that_stand_alone_at_the_same_price_the_lower_priority_number() -> None:
    # 20 % of 100.00 = 20.00, like the amount; the percentage has the lower number
    check(
        basket(
            [item(1, "100.00")],
            [
                amount_off(1, "20.00", is_combinable=False, priority=2),
                percentage(2, 20, is_combinable=False, priority=1),
            ],
        ),
        """
        line      | 1 x A | 100.00 | 100.00
        promotion | P2    | 100.00 | -20.00
        total     | 100.00 - 20.00 + 0.00 + 0.00 = 80.00
        item      | A | 100.00 - 20.00 + 0.00 = 80.00 | 0.00
        off       | P2 | 20.00
        not       | P1 | better_offer
        """,
    )


def test_of_two_that_stand_alone_with_the_same_priority_the_older_one() -> None:
    check(
        basket(
            [item(1, "100.00")],
            [percentage(2, 20, is_combinable=False), amount_off(1, "20.00", is_combinable=False)],
        ),
        """
        line      | 1 x A | 100.00 | 100.00
        promotion | P1    | 100.00 | -20.00
        total     | 100.00 - 20.00 + 0.00 + 0.00 = 80.00
        item      | A | 100.00 - 20.00 + 0.00 = 80.00 | 0.00
        off       | P1 | 20.00
        not       | P2 | better_offer
        """,
    )


def test_free_shipping_that_stands_alone_counts_with_the_shipping() -> None:
    # Combined: 100.00 - 5.00 + 6.00 = 101.00. Alone: 100.00 + 0.00 = 100.00
    check(
        basket([item(1, "100.00")], [percentage(1, 5), free_shipping(2, is_combinable=False)], shipping="6.00"),
        """
        line      | 1 x A | 100.00 | 100.00
        shipping  | Post  |        | 6.00
        promotion | P2    | 6.00   | -6.00
        total     | 100.00 - 0.00 + 0.00 + 0.00 = 100.00
        item      | A | 100.00 - 0.00 + 0.00 = 100.00 | 0.00
        off       | P2 | 6.00
        not       | P1 | better_offer
        """,
    )


def test_one_that_stands_alone_and_asks_for_more() -> None:
    # 100.00 do not reach its minimum, so the combined one is used
    check(
        basket(
            [item(1, "100.00")],
            [percentage(1, 5), percentage(2, 50, is_combinable=False, minimum_amount="100.01")],
        ),
        """
        line      | 1 x A | 100.00 | 100.00
        promotion | P1    | 100.00 | -5.00
        total     | 100.00 - 5.00 + 0.00 + 0.00 = 95.00
        item      | A | 100.00 - 5.00 + 0.00 = 95.00 | 0.00
        off       | P1 | 5.00
        not       | P2 | minimum_amount
        """,
    )


def test_added_tax_does_not_decide() -> None:
    # Combined: 10.00 off B. Alone: 10.00 off A. Goods cost 90.00 both times, so the combined one wins,
    # although 20 % of 50.00 = 10.00 and 5 % of 40.00 = 2.00 are more tax than 20 % of 40.00 and 5 % of 50.00.
    check(
        basket(
            [item(1, "50.00"), item(2, "50.00", tax="food")],
            [amount_off(1, "10.00", variants={1}, is_combinable=False), amount_off(2, "10.00", variants={2})],
            taxes=[rate(1, 20), rate(2, 5, tax="food")],
            net=True,
        ),
        """
        line      | 1 x A | 50.00 | 50.00
        line      | 1 x B | 50.00 | 50.00
        promotion | P2    | 50.00 | -10.00
        tax       | T1    | 50.00 | 10.00
        tax       | T2    | 40.00 | 2.00
        total     | 100.00 - 10.00 + 0.00 + 12.00 = 102.00
        item      | A | 50.00 - 0.00 + 10.00 = 60.00 | 10.00
        item      | B | 50.00 - 10.00 + 2.00 = 42.00 | 2.00
        rate      | T1 | 50.00 | 10.00
        rate      | T2 | 40.00 | 2.00
        off       | P2 | 10.00
        not       | P1 | better_offer
        """,
    )


def test_priorities_order_the_steps() -> None:
    # 10 % = 10.00 and 5.00 off items, 10 % of 85.00 = 8.50 and 1.00 off the order; of each the lower number first
    check(
        basket(
            [item(1, "100.00")],
            [
                percentage(1, 10, priority=9),
                amount_off(2, "5.00", priority=3),
                percentage(3, 10, priority=2, is_for_order=True),
                amount_off(4, "1.00", priority=1, is_for_order=True),
            ],
        ),
        """
        line      | 1 x A | 100.00 | 100.00
        promotion | P2    | 100.00 | -5.00
        promotion | P1    | 100.00 | -10.00
        promotion | P4    | 85.00  | -1.00
        promotion | P3    | 85.00  | -8.50
        total     | 100.00 - 24.50 + 0.00 + 0.00 = 75.50
        item      | A | 100.00 - 24.50 + 0.00 = 75.50 | 0.00
        off       | P1 | 10.00
        off       | P2 | 5.00
        off       | P3 | 8.50
        off       | P4 | 1.00
        """,
    )


def test_one_of_each_kind_together() -> None:
    # Goods: A 3 × 10.00 = 30.00, B 1 × 20.00 = 20.00, together 50.00
    # Items: 1 of 3 A free = 10.00; 10 % of B = 2.00. Left 20.00 + 18.00 = 38.00
    # Order: 5 % of 38.00 = 1.90, and 1.00: 2.90. A 2.90 × 20 / 38 = 1.5263…, B 2.90 × 18 / 38 = 1.3736…;
    #   rounded down 1.52 + 1.37 = 2.89; the missing cent goes to A (0.0063… is larger than 0.0036…): 1.53, 1.37
    # Shipping 4.90, free. Tax in the prices: A 18.47 × 19 / 119 = 2.9489… = 2.95; B 16.63 × 7 / 107 = 1.0879… = 1.09
    check(
        basket(
            [item(1, "10.00", 3), item(2, "20.00", tax="food")],
            [
                buy(1, 2, 1, variants={1}),
                percentage(2, 10, variants={2}),
                percentage(3, 5, is_for_order=True),
                amount_off(4, "1.00", is_for_order=True),
                free_shipping(5),
            ],
            shipping="4.90",
            taxes=[rate(1, 19, shipping=True), rate(2, 7, tax="food")],
        ),
        """
        line      | 3 x A | 10.00 | 30.00
        line      | 1 x B | 20.00 | 20.00
        promotion | P1    | 30.00 | -10.00
        promotion | P2    | 20.00 | -2.00
        promotion | P3    | 38.00 | -1.90
        promotion | P4    | 38.00 | -1.00
        shipping  | Post  |       | 4.90
        promotion | P5    | 4.90  | -4.90
        tax       | T1    | 18.47 | 0.00 | included 2.95
        tax       | T2    | 16.63 | 0.00 | included 1.09
        total     | 50.00 - 14.90 + 0.00 + 0.00 = 35.10
        item      | A | 30.00 - 11.53 + 0.00 = 18.47 | 2.95
        item      | B | 20.00 - 3.37 + 0.00 = 16.63 | 1.09
        rate      | T1 | 18.47 | 2.95
        rate      | T2 | 16.63 | 1.09
        off       | P1 | 10.00
        off       | P2 | 2.00
        off       | P3 | 1.90
        off       | P4 | 1.00
        off       | P5 | 4.90
        """,
    )
