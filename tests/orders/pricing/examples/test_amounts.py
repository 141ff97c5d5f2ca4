"""Fixed amounts off items and orders, and how they are spread over lines and promotions, worked out by hand."""

from tests.orders.pricing.tables import amount_off, basket, check, item, percentage


def test_the_missing_cent_goes_to_the_largest_remainder() -> None:
    # 5.00 over 10.00 and 20.00: 1.6666… and 3.3333…; rounded down 1.66 + 3.33 = 4.99.
    # The missing cent goes to A: 0.0066… is larger than 0.0033…
    check(
        basket([item(1, "10.00"), item(2, "20.00")], [amount_off(1, "5.00")]),
        """
        line      | 1 x A | 10.00 | 10.00
        line      | 1 x B | 20.00 | 20.00
        promotion | P1    | 30.00 | -5.00
        total     | 30.00 - 5.00 + 0.00 + 0.00 = 25.00
        item      | A | 10.00 - 1.67 + 0.00 = 8.33 | 0.00
        item      | B | 20.00 - 3.33 + 0.00 = 16.67 | 0.00
        off       | P1 | 5.00
        """,
    )


def test_two_missing_cents_go_to_the_two_largest_remainders() -> None:
    # 1.00 over 1.01 + 2.02 + 3.97 = 7.00: 0.14428…, 0.28857…, 0.56714…; rounded down 0.14 + 0.28 + 0.56 = 0.98.
    # Remainders 0.00428…, 0.00857…, 0.00714…: B and C get a cent each.
    check(
        basket([item(1, "1.01"), item(2, "2.02"), item(3, "3.97")], [amount_off(1, "1.00", is_for_order=True)]),
        """
        line      | 1 x A | 1.01 | 1.01
        line      | 1 x B | 2.02 | 2.02
        line      | 1 x C | 3.97 | 3.97
        promotion | P1    | 7.00 | -1.00
        total     | 7.00 - 1.00 + 0.00 + 0.00 = 6.00
        item      | A | 1.01 - 0.14 + 0.00 = 0.87 | 0.00
        item      | B | 2.02 - 0.29 + 0.00 = 1.73 | 0.00
        item      | C | 3.97 - 0.57 + 0.00 = 3.40 | 0.00
        off       | P1 | 1.00
        """,
    )


def test_of_equal_remainders_the_lower_variant_is_first() -> None:
    # 10.00 over three times 10.00: 3.3333… each, rounded down 3.33 * 3 = 9.99; the missing cent goes to A
    check(
        basket([item(1, "10.00"), item(2, "10.00"), item(3, "10.00")], [amount_off(1, "10.00")]),
        """
        line      | 1 x A | 10.00 | 10.00
        line      | 1 x B | 10.00 | 10.00
        line      | 1 x C | 10.00 | 10.00
        promotion | P1    | 30.00 | -10.00
        total     | 30.00 - 10.00 + 0.00 + 0.00 = 20.00
        item      | A | 10.00 - 3.34 + 0.00 = 6.66 | 0.00
        item      | B | 10.00 - 3.33 + 0.00 = 6.67 | 0.00
        item      | C | 10.00 - 3.33 + 0.00 = 6.67 | 0.00
        off       | P1 | 10.00
        """,
    )


def test_the_lower_variant_is_first_wherever_its_line_stands() -> None:
    # The same with the lines in another order, off the order
    check(
        basket([item(3, "10.00"), item(2, "10.00"), item(1, "10.00")], [amount_off(1, "10.00", is_for_order=True)]),
        """
        line      | 1 x C | 10.00 | 10.00
        line      | 1 x B | 10.00 | 10.00
        line      | 1 x A | 10.00 | 10.00
        promotion | P1    | 30.00 | -10.00
        total     | 30.00 - 10.00 + 0.00 + 0.00 = 20.00
        item      | C | 10.00 - 3.33 + 0.00 = 6.67 | 0.00
        item      | B | 10.00 - 3.33 + 0.00 = 6.67 | 0.00
        item      | A | 10.00 - 3.34 + 0.00 = 6.66 | 0.00
        off       | P1 | 10.00
        """,
    )


def test_remainders_of_different_shares_can_be_equal() -> None:
    # 5.00 over 40.00, 10.00 and 10.00: 3.33333…, 0.83333… and 0.83333…; rounded down 3.33 + 0.83 + 0.83 = 4.99.
    # All three remainders are a third of a cent, so the missing cent goes to A.
    check(
        basket([item(1, "40.00"), item(2, "10.00"), item(3, "10.00")], [amount_off(1, "5.00", is_for_order=True)]),
        """
        line      | 1 x A | 40.00 | 40.00
        line      | 1 x B | 10.00 | 10.00
        line      | 1 x C | 10.00 | 10.00
        promotion | P1    | 60.00 | -5.00
        total     | 60.00 - 5.00 + 0.00 + 0.00 = 55.00
        item      | A | 40.00 - 3.34 + 0.00 = 36.66 | 0.00
        item      | B | 10.00 - 0.83 + 0.00 = 9.17 | 0.00
        item      | C | 10.00 - 0.83 + 0.00 = 9.17 | 0.00
        off       | P1 | 5.00
        """,
    )


def test_two_missing_cents_for_three_equal_remainders() -> None:
    # 0.05 over three times 10.00: 0.01666… each, rounded down 0.01 * 3 = 0.03; the two missing cents go to A and B
    check(
        basket([item(1, "10.00"), item(2, "10.00"), item(3, "10.00")], [amount_off(1, "0.05", is_for_order=True)]),
        """
        line      | 1 x A | 10.00 | 10.00
        line      | 1 x B | 10.00 | 10.00
        line      | 1 x C | 10.00 | 10.00
        promotion | P1    | 30.00 | -0.05
        total     | 30.00 - 0.05 + 0.00 + 0.00 = 29.95
        item      | A | 10.00 - 0.02 + 0.00 = 9.98 | 0.00
        item      | B | 10.00 - 0.02 + 0.00 = 9.98 | 0.00
        item      | C | 10.00 - 0.01 + 0.00 = 9.99 | 0.00
        off       | P1 | 0.05
        """,
    )


def test_yen() -> None:
    # 1000 over three times 1000: 333.33… each, rounded down 333 * 3 = 999; the missing yen goes to A
    check(
        basket([item(1, "1000"), item(2, "1000"), item(3, "1000")], [amount_off(1, "1000")], currency="JPY"),
        """
        line      | 1 x A | 1000 | 1000
        line      | 1 x B | 1000 | 1000
        line      | 1 x C | 1000 | 1000
        promotion | P1    | 3000 | -1000
        total     | 3000 - 1000 + 0 + 0 = 2000
        item      | A | 1000 - 334 + 0 = 666 | 0
        item      | B | 1000 - 333 + 0 = 667 | 0
        item      | C | 1000 - 333 + 0 = 667 | 0
        off       | P1 | 1000
        """,
    )


def test_dinars() -> None:
    # 0.010 over three times 1.000: 0.00333… each, rounded down 0.003 * 3 = 0.009; the missing fils goes to A
    check(
        basket([item(1, "1.000"), item(2, "1.000"), item(3, "1.000")], [amount_off(1, "0.010")], currency="KWD"),
        """
        line      | 1 x A | 1.000 | 1.000
        line      | 1 x B | 1.000 | 1.000
        line      | 1 x C | 1.000 | 1.000
        promotion | P1    | 3.000 | -0.010
        total     | 3.000 - 0.010 + 0.000 + 0.000 = 2.990
        item      | A | 1.000 - 0.004 + 0.000 = 0.996 | 0.000
        item      | B | 1.000 - 0.003 + 0.000 = 0.997 | 0.000
        item      | C | 1.000 - 0.003 + 0.000 = 0.997 | 0.000
        off       | P1 | 0.010
        """,
    )


def test_a_percentage_and_an_amount_on_one_line() -> None:
    # 10 % of 10.00 = 1.00, and 5.00: together 6.00
    check(
        basket([item(1, "10.00")], [percentage(1, 10), amount_off(2, "5.00")]),
        """
        line      | 1 x A | 10.00 | 10.00
        promotion | P1    | 10.00 | -1.00
        promotion | P2    | 10.00 | -5.00
        total     | 10.00 - 6.00 + 0.00 + 0.00 = 4.00
        item      | A | 10.00 - 6.00 + 0.00 = 4.00 | 0.00
        off       | P1 | 1.00
        off       | P2 | 5.00
        """,
    )


def test_a_percentage_and_an_amount_off_the_order_are_rounded_once() -> None:
    # 10 % of 33.35 = 3.335, and 1.00: together 4.335, half up 4.34.
    # Split 3.335 to 1.00: 4.34 * 3.335 / 4.335 = 3.33884… and 4.34 * 1 / 4.335 = 1.00115…; rounded down 3.33 + 1.00.
    # The missing cent goes to the percentage: 0.00884… is larger than 0.00115…
    check(
        basket([item(1, "33.35")], [percentage(1, 10, is_for_order=True), amount_off(2, "1.00", is_for_order=True)]),
        """
        line      | 1 x A | 33.35 | 33.35
        promotion | P1    | 33.35 | -3.34
        promotion | P2    | 33.35 | -1.00
        total     | 33.35 - 4.34 + 0.00 + 0.00 = 29.01
        item      | A | 33.35 - 4.34 + 0.00 = 29.01 | 0.00
        off       | P1 | 3.34
        off       | P2 | 1.00
        """,
    )


def test_the_order_takes_off_in_proportion_to_what_the_items_left() -> None:
    # A: 50 % of 20.00 leave 10.00; B: 20.00. 6.00 off 30.00: A 6.00 * 10 / 30 = 2.00, B 6.00 * 20 / 30 = 4.00
    check(
        basket(
            [item(1, "20.00"), item(2, "20.00")],
            [percentage(1, 50, variants={1}), amount_off(2, "6.00", is_for_order=True)],
        ),
        """
        line      | 1 x A | 20.00 | 20.00
        line      | 1 x B | 20.00 | 20.00
        promotion | P1    | 20.00 | -10.00
        promotion | P2    | 30.00 | -6.00
        total     | 40.00 - 16.00 + 0.00 + 0.00 = 24.00
        item      | A | 20.00 - 12.00 + 0.00 = 8.00 | 0.00
        item      | B | 20.00 - 4.00 + 0.00 = 16.00 | 0.00
        off       | P1 | 10.00
        off       | P2 | 6.00
        """,
    )


def test_the_order_takes_nothing_off_a_line_that_is_free_already() -> None:
    # A: 100 % off, 0.00 left; B: 10.00. 3.00 off the order: A 0.00, B 3.00
    check(
        basket(
            [item(1, "20.00"), item(2, "10.00")],
            [percentage(1, 100, variants={1}), amount_off(2, "3.00", is_for_order=True)],
        ),
        """
        line      | 1 x A | 20.00 | 20.00
        line      | 1 x B | 10.00 | 10.00
        promotion | P1    | 20.00 | -20.00
        promotion | P2    | 10.00 | -3.00
        total     | 30.00 - 23.00 + 0.00 + 0.00 = 7.00
        item      | A | 20.00 - 20.00 + 0.00 = 0.00 | 0.00
        item      | B | 10.00 - 3.00 + 0.00 = 7.00 | 0.00
        off       | P1 | 20.00
        off       | P2 | 3.00
        """,
    )


def test_an_amount_that_is_no_multiple_of_a_cent() -> None:
    # 0.505 off one line of 10.00: exactly 0.505, rounded half up once: 0.51
    check(
        basket([item(1, "10.00")], [amount_off(1, "0.505")]),
        """
        line      | 1 x A | 10.00 | 10.00
        promotion | P1    | 10.00 | -0.51
        total     | 10.00 - 0.51 + 0.00 + 0.00 = 9.49
        item      | A | 10.00 - 0.51 + 0.00 = 9.49 | 0.00
        off       | P1 | 0.51
        """,
    )
