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
        basket([item(1, "100.00")], [percentage(1, 10), percentage(2, 15), percentage(3, 20, is_combinable=False)]),
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
    # 3 * 10.00: one free = 10.00; 30 % = 9.00
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
        shipping  | Shipping: Post |        | 6.00
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


def test_the_better_offer_can_be_dearer_once_tax_is_added() -> None:
    # Combined: 10.00 off A, taxed with 20 %: goods 90.00, tax 8.00 + 2.50 = 10.50, together 100.50.
    # Alone: 10.01 off B, taxed with 5 %: goods 89.99, tax 10.00 + 5 % of 39.99 = 1.9995, rounded 2.00, together 101.99.
    # The goods decide.
    check(
        basket(
            [item(1, "50.00"), item(2, "50.00", tax="food")],
            [amount_off(1, "10.00", variants={1}), amount_off(2, "10.01", variants={2}, is_combinable=False)],
            taxes=[rate(1, 20), rate(2, 5, tax="food")],
            net=True,
        ),
        """
        line      | 1 x A | 50.00 | 50.00
        line      | 1 x B | 50.00 | 50.00
        promotion | P2    | 50.00 | -10.01
        tax       | T1    | 50.00 | 10.00
        tax       | T2    | 39.99 | 2.00
        total     | 100.00 - 10.01 + 0.00 + 12.00 = 101.99
        item      | A | 50.00 - 0.00 + 10.00 = 60.00 | 10.00
        item      | B | 50.00 - 10.01 + 2.00 = 41.99 | 2.00
        rate      | T1 | 50.00 | 10.00
        rate      | T2 | 39.99 | 2.00
        off       | P2 | 10.01
        not       | P1 | better_offer
        """,
    )


def test_an_offer_that_takes_nothing_off_is_not_outdone() -> None:
    # Without a shipping method, free shipping takes nothing off, so nothing is better than it
    check(
        basket([item(1, "100.00")], [free_shipping(1, is_combinable=False)]),
        """
        line  | 1 x A | 100.00 | 100.00
        total | 100.00 - 0.00 + 0.00 + 0.00 = 100.00
        item  | A | 100.00 - 0.00 + 0.00 = 100.00 | 0.00
        not   | P1 | nothing_to_take_off
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
