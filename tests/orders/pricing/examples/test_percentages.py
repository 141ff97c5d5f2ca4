"""Percentages off items and orders, worked out by hand."""

from tests.orders.pricing.tables import basket, check, item, percentage


def test_half_a_cent_is_rounded_up() -> None:
    # 10 % of 10.05 = 1.005, half up 1.01; 10.05 - 1.01 = 9.04
    check(
        basket([item(1, "10.05")], [percentage(1, 10)]),
        """
        line      | 1 x A | 10.05 | 10.05
        promotion | P1    | 10.05 | -1.01
        total     | 10.05 - 1.01 + 0.00 + 0.00 = 9.04
        item      | A | 10.05 - 1.01 + 0.00 = 9.04 | 0.00
        off       | P1 | 1.01
        """,
    )


def test_less_than_half_a_cent_is_dropped() -> None:
    # 10 % of 10.04 = 1.004, rounded 1.00; 10.04 - 1.00 = 9.04
    check(
        basket([item(1, "10.04")], [percentage(1, 10)]),
        """
        line      | 1 x A | 10.04 | 10.04
        promotion | P1    | 10.04 | -1.00
        total     | 10.04 - 1.00 + 0.00 + 0.00 = 9.04
        item      | A | 10.04 - 1.00 + 0.00 = 9.04 | 0.00
        off       | P1 | 1.00
        """,
    )


def test_a_promotion_that_takes_off_less_than_half_a_cent() -> None:
    # 10 % of 0.04 = 0.004, rounded 0.00: it takes nothing off
    check(
        basket([item(1, "0.04")], [percentage(1, 10)]),
        """
        line  | 1 x A | 0.04 | 0.04
        total | 0.04 - 0.00 + 0.00 + 0.00 = 0.04
        item  | A | 0.04 - 0.00 + 0.00 = 0.04 | 0.00
        not   | P1 | nothing_to_take_off
        """,
    )


def test_a_percentage_with_decimals() -> None:
    # 33.333 % of 30.00 = 9.9999, rounded 10.00
    check(
        basket([item(1, "10.00", 3)], [percentage(1, "33.333")]),
        """
        line      | 3 x A | 10.00 | 30.00
        promotion | P1    | 30.00 | -10.00
        total     | 30.00 - 10.00 + 0.00 + 0.00 = 20.00
        item      | A | 30.00 - 10.00 + 0.00 = 20.00 | 0.00
        off       | P1 | 10.00
        """,
    )


def test_half_a_yen_is_rounded_up() -> None:
    # 5 % of 990 = 49.5, half up 50; 5 % of 989 = 49.45, rounded 49
    check(
        basket([item(1, "990"), item(2, "989")], [percentage(1, 5)], currency="JPY"),
        """
        line      | 1 x A | 990  | 990
        line      | 1 x B | 989  | 989
        promotion | P1    | 1979 | -99
        total     | 1979 - 99 + 0 + 0 = 1880
        item      | A | 990 - 50 + 0 = 940 | 0
        item      | B | 989 - 49 + 0 = 940 | 0
        off       | P1 | 99
        """,
    )


def test_half_a_fils_is_rounded_up() -> None:
    # 10 % of 1.005 = 0.1005, half up 0.101; 1.005 - 0.101 = 0.904
    check(
        basket([item(1, "1.005")], [percentage(1, 10)], currency="KWD"),
        """
        line      | 1 x A | 1.005 | 1.005
        promotion | P1    | 1.005 | -0.101
        total     | 1.005 - 0.101 + 0.000 + 0.000 = 0.904
        item      | A | 1.005 - 0.101 + 0.000 = 0.904 | 0.000
        off       | P1 | 0.101
        """,
    )


def test_each_line_is_rounded_for_itself() -> None:
    # Items: 10 % of 0.05 = 0.005, half up 0.01, three times: 0.03
    check(
        basket([item(1, "0.05"), item(2, "0.05"), item(3, "0.05")], [percentage(1, 10)]),
        """
        line      | 1 x A | 0.05 | 0.05
        line      | 1 x B | 0.05 | 0.05
        line      | 1 x C | 0.05 | 0.05
        promotion | P1    | 0.15 | -0.03
        total     | 0.15 - 0.03 + 0.00 + 0.00 = 0.12
        item      | A | 0.05 - 0.01 + 0.00 = 0.04 | 0.00
        item      | B | 0.05 - 0.01 + 0.00 = 0.04 | 0.00
        item      | C | 0.05 - 0.01 + 0.00 = 0.04 | 0.00
        off       | P1 | 0.03
        """,
    )


def test_an_order_is_rounded_once() -> None:
    # The order: 10 % of 0.15 = 0.015, half up 0.02. Each line's share is 0.02 / 3 = 0.00666…, rounded down 0.00.
    # Two cents are missing; the remainders are equal, so the lower variants A and B get them.
    check(
        basket([item(1, "0.05"), item(2, "0.05"), item(3, "0.05")], [percentage(1, 10, is_for_order=True)]),
        """
        line      | 1 x A | 0.05 | 0.05
        line      | 1 x B | 0.05 | 0.05
        line      | 1 x C | 0.05 | 0.05
        promotion | P1    | 0.15 | -0.02
        total     | 0.15 - 0.02 + 0.00 + 0.00 = 0.13
        item      | A | 0.05 - 0.01 + 0.00 = 0.04 | 0.00
        item      | B | 0.05 - 0.01 + 0.00 = 0.04 | 0.00
        item      | C | 0.05 - 0.00 + 0.00 = 0.05 | 0.00
        off       | P1 | 0.02
        """,
    )


def test_two_percentages_on_a_line_are_added_and_rounded_once() -> None:
    # 10 % of 0.25 = 0.025, twice: 0.05 (each rounded for itself would be 0.03 + 0.03 = 0.06).
    # Split: 0.025 each, rounded down 0.02 each; the missing cent goes to the earlier one.
    check(
        basket([item(1, "0.25")], [percentage(1, 10), percentage(2, 10)]),
        """
        line      | 1 x A | 0.25 | 0.25
        promotion | P1    | 0.25 | -0.03
        promotion | P2    | 0.25 | -0.02
        total     | 0.25 - 0.05 + 0.00 + 0.00 = 0.20
        item      | A | 0.25 - 0.05 + 0.00 = 0.20 | 0.00
        off       | P1 | 0.03
        off       | P2 | 0.02
        """,
    )


def test_two_percentages_on_items_do_not_depend_on_each_other() -> None:
    # 20 % and 10 % of 100.00: 20.00 + 10.00 = 30.00 (one after the other would be 20.00 + 8.00 = 28.00)
    check(
        basket([item(1, "100.00")], [percentage(1, 20), percentage(2, 10)]),
        """
        line      | 1 x A | 100.00 | 100.00
        promotion | P1    | 100.00 | -20.00
        promotion | P2    | 100.00 | -10.00
        total     | 100.00 - 30.00 + 0.00 + 0.00 = 70.00
        item      | A | 100.00 - 30.00 + 0.00 = 70.00 | 0.00
        off       | P1 | 20.00
        off       | P2 | 10.00
        """,
    )


def test_a_percentage_of_the_order_takes_off_what_the_items_left() -> None:
    # Items: 20 % of 100.00 = 20.00, left 80.00. Order: 10 % of 80.00 = 8.00; 80.00 - 8.00 = 72.00
    check(
        basket([item(1, "100.00")], [percentage(1, 20), percentage(2, 10, is_for_order=True)]),
        """
        line      | 1 x A | 100.00 | 100.00
        promotion | P1    | 100.00 | -20.00
        promotion | P2    | 80.00  | -8.00
        total     | 100.00 - 28.00 + 0.00 + 0.00 = 72.00
        item      | A | 100.00 - 28.00 + 0.00 = 72.00 | 0.00
        off       | P1 | 20.00
        off       | P2 | 8.00
        """,
    )


def test_a_category_and_what_is_below_it() -> None:
    # A lies below 0001, B in it, C beside it, D in none. 10 % of 20.00 = 2.00 and of 10.00 = 1.00
    check(
        basket(
            [
                item(1, "20.00", category="00010001"),
                item(2, "10.00", category="0001"),
                item(3, "30.00", category="0002"),
                item(4, "5.00"),
            ],
            [percentage(1, 10, categories={"0001"})],
        ),
        """
        line      | 1 x A | 20.00 | 20.00
        line      | 1 x B | 10.00 | 10.00
        line      | 1 x C | 30.00 | 30.00
        line      | 1 x D | 5.00  | 5.00
        promotion | P1    | 30.00 | -3.00
        total     | 65.00 - 3.00 + 0.00 + 0.00 = 62.00
        item      | A | 20.00 - 2.00 + 0.00 = 18.00 | 0.00
        item      | B | 10.00 - 1.00 + 0.00 = 9.00 | 0.00
        item      | C | 30.00 - 0.00 + 0.00 = 30.00 | 0.00
        item      | D | 5.00 - 0.00 + 0.00 = 5.00 | 0.00
        off       | P1 | 3.00
        """,
    )


def test_a_subcategory_only() -> None:
    # The parent's own item is not in the subcategory: 10 % of 20.00 = 2.00
    check(
        basket(
            [item(1, "20.00", category="00010001"), item(2, "10.00", category="0001")],
            [percentage(1, 10, categories={"00010001"})],
        ),
        """
        line      | 1 x A | 20.00 | 20.00
        line      | 1 x B | 10.00 | 10.00
        promotion | P1    | 20.00 | -2.00
        total     | 30.00 - 2.00 + 0.00 + 0.00 = 28.00
        item      | A | 20.00 - 2.00 + 0.00 = 18.00 | 0.00
        item      | B | 10.00 - 0.00 + 0.00 = 10.00 | 0.00
        off       | P1 | 2.00
        """,
    )


def test_all_variants_of_a_product() -> None:
    # 25 % of 12.00 = 3.00 and of 8.00 = 2.00; the other product stays at 5.00
    check(
        basket(
            [item(1, "12.00", product=10), item(2, "8.00", product=10), item(3, "5.00", product=11)],
            [percentage(1, 25, products={10})],
        ),
        """
        line      | 1 x A | 12.00 | 12.00
        line      | 1 x B | 8.00  | 8.00
        line      | 1 x C | 5.00  | 5.00
        promotion | P1    | 20.00 | -5.00
        total     | 25.00 - 5.00 + 0.00 + 0.00 = 20.00
        item      | A | 12.00 - 3.00 + 0.00 = 9.00 | 0.00
        item      | B | 8.00 - 2.00 + 0.00 = 6.00 | 0.00
        item      | C | 5.00 - 0.00 + 0.00 = 5.00 | 0.00
        off       | P1 | 5.00
        """,
    )


def test_one_variant_of_a_product() -> None:
    # 25 % of 8.00 = 2.00
    check(
        basket([item(1, "12.00", product=10), item(2, "8.00", product=10)], [percentage(1, 25, variants={2})]),
        """
        line      | 1 x A | 12.00 | 12.00
        line      | 1 x B | 8.00  | 8.00
        promotion | P1    | 8.00  | -2.00
        total     | 20.00 - 2.00 + 0.00 + 0.00 = 18.00
        item      | A | 12.00 - 0.00 + 0.00 = 12.00 | 0.00
        item      | B | 8.00 - 2.00 + 0.00 = 6.00 | 0.00
        off       | P1 | 2.00
        """,
    )
