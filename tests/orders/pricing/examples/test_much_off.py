"""Promotions that take off all there is, or would take off more, worked out by hand."""

from tests.orders.pricing.tables import amount_off, basket, check, item, percentage


def test_all_of_a_line() -> None:
    # 100 % of 19.99 = 19.99
    check(
        basket([item(1, "19.99"), item(2, "1.00")], [percentage(1, 100, variants={1})]),
        """
        line      | 1 x A | 19.99 | 19.99
        line      | 1 x B | 1.00  | 1.00
        promotion | P1    | 19.99 | -19.99
        total     | 20.99 - 19.99 + 0.00 + 0.00 = 1.00
        item      | A | 19.99 - 19.99 + 0.00 = 0.00 | 0.00
        item      | B | 1.00 - 0.00 + 0.00 = 1.00 | 0.00
        off       | P1 | 19.99
        """,
    )


def test_all_of_the_order() -> None:
    check(
        basket([item(1, "19.99"), item(2, "1.00")], [percentage(1, 100, is_for_order=True)]),
        """
        line      | 1 x A | 19.99 | 19.99
        line      | 1 x B | 1.00  | 1.00
        promotion | P1    | 20.99 | -20.99
        total     | 20.99 - 20.99 + 0.00 + 0.00 = 0.00
        item      | A | 19.99 - 19.99 + 0.00 = 0.00 | 0.00
        item      | B | 1.00 - 1.00 + 0.00 = 0.00 | 0.00
        off       | P1 | 20.99
        """,
    )


def test_nothing_is_left_for_the_order() -> None:
    # 100 % of the items leave 0.00, so the order's 5.00 find nothing
    check(
        basket([item(1, "19.99")], [percentage(1, 100), amount_off(2, "5.00", is_for_order=True)]),
        """
        line      | 1 x A | 19.99 | 19.99
        promotion | P1    | 19.99 | -19.99
        total     | 19.99 - 19.99 + 0.00 + 0.00 = 0.00
        item      | A | 19.99 - 19.99 + 0.00 = 0.00 | 0.00
        off       | P1 | 19.99
        not       | P2 | nothing_to_take_off
        """,
    )


def test_percentages_of_more_than_a_hundred_together() -> None:
    # 80 % and 50 % of 10.00: 8.00 + 5.00 = 13.00, at most 10.00.
    # Split 8 to 5: 10.00 * 8 / 13 = 6.1538…, 10.00 * 5 / 13 = 3.8461…; rounded down 6.15 + 3.84 = 9.99.
    # The missing cent goes to the second one: 0.0061… is larger than 0.0038…
    check(
        basket([item(1, "10.00")], [percentage(1, 80), percentage(2, 50)]),
        """
        line      | 1 x A | 10.00 | 10.00
        promotion | P1    | 10.00 | -6.15
        promotion | P2    | 10.00 | -3.85
        total     | 10.00 - 10.00 + 0.00 + 0.00 = 0.00
        item      | A | 10.00 - 10.00 + 0.00 = 0.00 | 0.00
        off       | P1 | 6.15
        off       | P2 | 3.85
        """,
    )


def test_percentages_of_the_order_of_more_than_a_hundred_together() -> None:
    # 60 % + 60 % = 120 %, at most 100 %: 20.00, half for each
    check(
        basket([item(1, "20.00")], [percentage(1, 60, is_for_order=True), percentage(2, 60, is_for_order=True)]),
        """
        line      | 1 x A | 20.00 | 20.00
        promotion | P1    | 20.00 | -10.00
        promotion | P2    | 20.00 | -10.00
        total     | 20.00 - 20.00 + 0.00 + 0.00 = 0.00
        item      | A | 20.00 - 20.00 + 0.00 = 0.00 | 0.00
        off       | P1 | 10.00
        off       | P2 | 10.00
        """,
    )


def test_an_amount_larger_than_its_items() -> None:
    # 50.00 off A, which costs 2 * 15.00 = 30.00: at most 30.00. B stays at 5.00
    check(
        basket([item(1, "15.00", 2), item(2, "5.00")], [amount_off(1, "50.00", variants={1})]),
        """
        line      | 2 x A | 15.00 | 30.00
        line      | 1 x B | 5.00  | 5.00
        promotion | P1    | 30.00 | -30.00
        total     | 35.00 - 30.00 + 0.00 + 0.00 = 5.00
        item      | A | 30.00 - 30.00 + 0.00 = 0.00 | 0.00
        item      | B | 5.00 - 0.00 + 0.00 = 5.00 | 0.00
        off       | P1 | 30.00
        """,
    )


def test_an_amount_larger_than_the_order_leaves_the_shipping() -> None:
    # 50.00 off 30.00: at most 30.00. Shipping is not goods: 4.90 are paid
    check(
        basket([item(1, "15.00", 2)], [amount_off(1, "50.00", is_for_order=True)], shipping="4.90"),
        """
        line      | 2 x A | 15.00 | 30.00
        promotion | P1    | 30.00 | -30.00
        shipping  | Shipping: Post |       | 4.90
        total     | 30.00 - 30.00 + 4.90 + 0.00 = 4.90
        item      | A | 30.00 - 30.00 + 0.00 = 0.00 | 0.00
        off       | P1 | 30.00
        """,
    )


def test_amounts_larger_than_the_order_together() -> None:
    # 15.00 + 10.00 = 25.00 off 20.00: at most 20.00; split 15 to 10: 20.00 * 15 / 25 = 12.00 and 8.00
    check(
        basket(
            [item(1, "20.00")], [amount_off(1, "15.00", is_for_order=True), amount_off(2, "10.00", is_for_order=True)]
        ),
        """
        line      | 1 x A | 20.00 | 20.00
        promotion | P1    | 20.00 | -12.00
        promotion | P2    | 20.00 | -8.00
        total     | 20.00 - 20.00 + 0.00 + 0.00 = 0.00
        item      | A | 20.00 - 20.00 + 0.00 = 0.00 | 0.00
        off       | P1 | 12.00
        off       | P2 | 8.00
        """,
    )


def test_amounts_larger_than_a_line_together() -> None:
    # The same on the item
    check(
        basket([item(1, "20.00")], [amount_off(1, "15.00"), amount_off(2, "10.00")]),
        """
        line      | 1 x A | 20.00 | 20.00
        promotion | P1    | 20.00 | -12.00
        promotion | P2    | 20.00 | -8.00
        total     | 20.00 - 20.00 + 0.00 + 0.00 = 0.00
        item      | A | 20.00 - 20.00 + 0.00 = 0.00 | 0.00
        off       | P1 | 12.00
        off       | P2 | 8.00
        """,
    )


def test_a_larger_amount_can_move_a_cent_to_a_line_that_is_free_already() -> None:
    # A and B are free by P2. 0.10 over 6.00, 6.00 and 2.00: 0.0428…, 0.0428… and 0.0142…; rounded
    # down 0.04 + 0.04 + 0.01 = 0.09; the missing cent goes to C: 0.02 off C, 1.98 left.
    # Line A: P1 asks for 0.04 and P2 for 6.00. 6.00 * 0.04 / 6.04 = 0.0397…, 6.00 * 6 / 6.04 = 5.9602…; rounded down
    # 0.03 + 5.96, and the missing cent goes to P1: 0.04 and 5.96. Line B is the same.
    free = percentage(2, 100, variants={1, 2})
    check(
        basket([item(1, "6.00"), item(2, "6.00"), item(3, "2.00")], [amount_off(1, "0.10"), free]),
        """
        line      | 1 x A | 6.00  | 6.00
        line      | 1 x B | 6.00  | 6.00
        line      | 1 x C | 2.00  | 2.00
        promotion | P1    | 14.00 | -0.10
        promotion | P2    | 12.00 | -11.92
        total     | 14.00 - 12.02 + 0.00 + 0.00 = 1.98
        item      | A | 6.00 - 6.00 + 0.00 = 0.00 | 0.00
        item      | B | 6.00 - 6.00 + 0.00 = 0.00 | 0.00
        item      | C | 2.00 - 0.02 + 0.00 = 1.98 | 0.00
        off       | P1 | 0.10
        off       | P2 | 11.92
        """,
    )
    # 0.11: 0.0471…, 0.0471… and 0.0157…; rounded down 0.04 + 0.04 + 0.01 = 0.09; the two missing cents go to A and B,
    # so C gets only 0.01 off: 1.99 left.
    # Line A: 6.00 * 0.05 / 6.05 = 0.0495…, 6.00 * 6 / 6.05 = 5.9504…; rounded down 0.04 + 5.95, and the missing cent
    # goes to P1: 0.05 and 5.95. Line B is the same.
    check(
        basket([item(1, "6.00"), item(2, "6.00"), item(3, "2.00")], [amount_off(1, "0.11"), free]),
        """
        line      | 1 x A | 6.00  | 6.00
        line      | 1 x B | 6.00  | 6.00
        line      | 1 x C | 2.00  | 2.00
        promotion | P1    | 14.00 | -0.11
        promotion | P2    | 12.00 | -11.90
        total     | 14.00 - 12.01 + 0.00 + 0.00 = 1.99
        item      | A | 6.00 - 6.00 + 0.00 = 0.00 | 0.00
        item      | B | 6.00 - 6.00 + 0.00 = 0.00 | 0.00
        item      | C | 2.00 - 0.01 + 0.00 = 1.99 | 0.00
        off       | P1 | 0.11
        off       | P2 | 11.90
        """,
    )
