"""Buy X get Y, worked out by hand."""

from tests.orders.pricing.tables import basket, buy, check, item, percentage


def test_two_and_one_free() -> None:
    # 3 pieces are one group of 2 + 1: 1 free, 10.00
    check(
        basket([item(1, "10.00", 3)], [buy(1, 2, 1)]),
        """
        line      | 3 x A | 10.00 | 30.00
        promotion | P1    | 30.00 | -10.00
        total     | 30.00 - 10.00 + 0.00 + 0.00 = 20.00
        item      | A | 30.00 - 10.00 + 0.00 = 20.00 | 0.00
        off       | P1 | 10.00
        """,
    )


def test_one_piece_too_few() -> None:
    # 2 pieces: no group of 3; above 2 there is none. One more piece would be needed.
    check(
        basket([item(1, "10.00", 2)], [buy(1, 2, 1)]),
        """
        line  | 2 x A | 10.00 | 20.00
        total | 20.00 - 0.00 + 0.00 + 0.00 = 20.00
        item  | A | 20.00 - 0.00 + 0.00 = 20.00 | 0.00
        not   | P1 | minimum_quantity
        """,
    )


def test_of_the_pieces_left_over_those_above_x_are_free() -> None:
    # 7 pieces of 2 + 2: one group, 2 free; 3 left over, 1 above 2 free. 3 * 5.00 = 15.00 off 35.00
    check(
        basket([item(1, "5.00", 7)], [buy(1, 2, 2)]),
        """
        line      | 7 x A | 5.00  | 35.00
        promotion | P1    | 35.00 | -15.00
        total     | 35.00 - 15.00 + 0.00 + 0.00 = 20.00
        item      | A | 35.00 - 15.00 + 0.00 = 20.00 | 0.00
        off       | P1 | 15.00
        """,
    )


def test_pieces_left_over_that_are_not_above_x_are_paid() -> None:
    # 5 pieces of 1 + 1: two groups, 2 free; 1 left over, none above 1. 2 * 4.00 = 8.00 off 20.00
    check(
        basket([item(1, "4.00", 5)], [buy(1, 1, 1)]),
        """
        line      | 5 x A | 4.00  | 20.00
        promotion | P1    | 20.00 | -8.00
        total     | 20.00 - 8.00 + 0.00 + 0.00 = 12.00
        item      | A | 20.00 - 8.00 + 0.00 = 12.00 | 0.00
        off       | P1 | 8.00
        """,
    )


def test_pieces_of_several_lines_count_together_and_the_cheapest_is_free() -> None:
    # 2 + 2 = 4 pieces of 3 + 1: 1 free, the cheapest, 6.00
    check(
        basket([item(1, "10.00", 2), item(2, "6.00", 2)], [buy(1, 3, 1)]),
        """
        line      | 2 x A | 10.00 | 20.00
        line      | 2 x B | 6.00  | 12.00
        promotion | P1    | 32.00 | -6.00
        total     | 32.00 - 6.00 + 0.00 + 0.00 = 26.00
        item      | A | 20.00 - 0.00 + 0.00 = 20.00 | 0.00
        item      | B | 12.00 - 6.00 + 0.00 = 6.00 | 0.00
        off       | P1 | 6.00
        """,
    )


def test_the_free_pieces_of_several_lines() -> None:
    # 3 + 2 + 1 = 6 pieces of 2 + 1: 2 free, the cheapest: the only C at 3.00 and one B at 5.00; 8.00
    check(
        basket([item(1, "8.00", 3), item(2, "5.00", 2), item(3, "3.00")], [buy(1, 2, 1)]),
        """
        line      | 3 x A | 8.00  | 24.00
        line      | 2 x B | 5.00  | 10.00
        line      | 1 x C | 3.00  | 3.00
        promotion | P1    | 37.00 | -8.00
        total     | 37.00 - 8.00 + 0.00 + 0.00 = 29.00
        item      | A | 24.00 - 0.00 + 0.00 = 24.00 | 0.00
        item      | B | 10.00 - 5.00 + 0.00 = 5.00 | 0.00
        item      | C | 3.00 - 3.00 + 0.00 = 0.00 | 0.00
        off       | P1 | 8.00
        """,
    )


def test_of_equal_prices_the_lower_variant_is_free() -> None:
    # 2 pieces of 1 + 1, both at 7.00: one is free, A's, wherever its line stands
    check(
        basket([item(2, "7.00"), item(1, "7.00")], [buy(1, 1, 1)]),
        """
        line      | 1 x B | 7.00  | 7.00
        line      | 1 x A | 7.00  | 7.00
        promotion | P1    | 14.00 | -7.00
        total     | 14.00 - 7.00 + 0.00 + 0.00 = 7.00
        item      | B | 7.00 - 0.00 + 0.00 = 7.00 | 0.00
        item      | A | 7.00 - 7.00 + 0.00 = 0.00 | 0.00
        off       | P1 | 7.00
        """,
    )


def test_half_price_instead_of_free() -> None:
    # 2 pieces of 1 + 1: one at 50 % of 9.99 = 4.995, half up 5.00
    check(
        basket([item(1, "9.99", 2)], [buy(1, 1, 1, 50)]),
        """
        line      | 2 x A | 9.99  | 19.98
        promotion | P1    | 19.98 | -5.00
        total     | 19.98 - 5.00 + 0.00 + 0.00 = 14.98
        item      | A | 19.98 - 5.00 + 0.00 = 14.98 | 0.00
        off       | P1 | 5.00
        """,
    )


def test_two_pieces_at_half_price_are_rounded_once() -> None:
    # 4 pieces of 1 + 1: two at 4.995, together 9.99 (each rounded would be 10.00)
    check(
        basket([item(1, "9.99", 4)], [buy(1, 1, 1, 50)]),
        """
        line      | 4 x A | 9.99  | 39.96
        promotion | P1    | 39.96 | -9.99
        total     | 39.96 - 9.99 + 0.00 + 0.00 = 29.97
        item      | A | 39.96 - 9.99 + 0.00 = 29.97 | 0.00
        off       | P1 | 9.99
        """,
    )


def test_half_price_in_yen() -> None:
    # 50 % of 301 = 150.5, half up 151
    check(
        basket([item(1, "301", 2)], [buy(1, 1, 1, 50)], currency="JPY"),
        """
        line      | 2 x A | 301 | 602
        promotion | P1    | 602 | -151
        total     | 602 - 151 + 0 + 0 = 451
        item      | A | 602 - 151 + 0 = 451 | 0
        off       | P1 | 151
        """,
    )


def test_a_third_off_in_dinars() -> None:
    # 33 % of 0.335 = 0.11055, rounded 0.111
    check(
        basket([item(1, "0.335", 3)], [buy(1, 2, 1, 33)], currency="KWD"),
        """
        line      | 3 x A | 0.335 | 1.005
        promotion | P1    | 1.005 | -0.111
        total     | 1.005 - 0.111 + 0.000 + 0.000 = 0.894
        item      | A | 1.005 - 0.111 + 0.000 = 0.894 | 0.000
        off       | P1 | 0.111
        """,
    )


def test_only_pieces_of_the_category_count() -> None:
    # Of category 0001: A 2 + B 1 = 3 pieces, 1 free, the cheapest of them: B, 8.00. C is cheaper, but elsewhere.
    check(
        basket(
            [
                item(1, "9.00", 2, category="0001"),
                item(2, "8.00", category="00010002"),
                item(3, "1.00", 5, category="0002"),
            ],
            [buy(1, 2, 1, categories={"0001"})],
        ),
        """
        line      | 2 x A | 9.00  | 18.00
        line      | 1 x B | 8.00  | 8.00
        line      | 5 x C | 1.00  | 5.00
        promotion | P1    | 26.00 | -8.00
        total     | 31.00 - 8.00 + 0.00 + 0.00 = 23.00
        item      | A | 18.00 - 0.00 + 0.00 = 18.00 | 0.00
        item      | B | 8.00 - 8.00 + 0.00 = 0.00 | 0.00
        item      | C | 5.00 - 0.00 + 0.00 = 5.00 | 0.00
        off       | P1 | 8.00
        """,
    )


def test_beside_a_percentage() -> None:
    # 1 free: 10.00; 10 % of 30.00 = 3.00; together 13.00
    check(
        basket([item(1, "10.00", 3)], [buy(1, 2, 1), percentage(2, 10)]),
        """
        line      | 3 x A | 10.00 | 30.00
        promotion | P1    | 30.00 | -10.00
        promotion | P2    | 30.00 | -3.00
        total     | 30.00 - 13.00 + 0.00 + 0.00 = 17.00
        item      | A | 30.00 - 13.00 + 0.00 = 17.00 | 0.00
        off       | P1 | 10.00
        off       | P2 | 3.00
        """,
    )


def test_a_price_with_parts_of_a_cent() -> None:
    # 3 * 0.335 = 1.005, half up 1.01. The free piece: 0.335, half up 0.34. 1.01 - 0.34 = 0.67
    check(
        basket([item(1, "0.335", 3)], [buy(1, 2, 1)]),
        """
        line      | 3 x A | 0.335 | 1.01
        promotion | P1    | 1.01  | -0.34
        total     | 1.01 - 0.34 + 0.00 + 0.00 = 0.67
        item      | A | 1.01 - 0.34 + 0.00 = 0.67 | 0.00
        off       | P1 | 0.34
        """,
    )


def test_free_pieces_that_cost_nothing_anyway() -> None:
    check(
        basket([item(1, "0.00", 3)], [buy(1, 2, 1)]),
        """
        line  | 3 x A | 0.00 | 0.00
        total | 0.00 - 0.00 + 0.00 + 0.00 = 0.00
        item  | A | 0.00 - 0.00 + 0.00 = 0.00 | 0.00
        not   | P1 | nothing_to_take_off
        """,
    )


def test_many_pieces() -> None:
    # 1000 pieces of 2 + 1: 333 groups, 333 free; 1 left over, paid. 1000.00 - 333.00 = 667.00
    check(
        basket([item(1, "1.00", 1000)], [buy(1, 2, 1)]),
        """
        line      | 1000 x A | 1.00 | 1000.00
        promotion | P1       | 1000.00 | -333.00
        total     | 1000.00 - 333.00 + 0.00 + 0.00 = 667.00
        item      | A | 1000.00 - 333.00 + 0.00 = 667.00 | 0.00
        off       | P1 | 333.00
        """,
    )
