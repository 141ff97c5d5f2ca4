"""Taxes on prices without tax, worked out by hand."""

from tests.orders.pricing.tables import amount_off, basket, check, item, percentage, rate


def test_one_rate() -> None:
    # 20 % of 100.00 = 20.00
    check(
        basket([item(1, "100.00")], taxes=[rate(1, 20)], net=True),
        """
        line  | 1 x A | 100.00 | 100.00
        tax   | T1    | 100.00 | 20.00
        total | 100.00 - 0.00 + 0.00 + 20.00 = 120.00
        item  | A | 100.00 - 0.00 + 20.00 = 120.00 | 20.00
        rate  | T1 | 100.00 | 20.00
        """,
    )


def test_half_a_cent_is_rounded_up() -> None:
    # 5 % of 0.50 = 0.025, half up 0.03
    check(
        basket([item(1, "0.50")], taxes=[rate(1, 5)], net=True),
        """
        line  | 1 x A | 0.50 | 0.50
        tax   | T1    | 0.50 | 0.03
        total | 0.50 - 0.00 + 0.00 + 0.03 = 0.53
        item  | A | 0.50 - 0.00 + 0.03 = 0.53 | 0.03
        rate  | T1 | 0.50 | 0.03
        """,
    )


def test_less_than_half_a_cent_is_dropped() -> None:
    # 5 % of 0.49 = 0.0245, rounded 0.02
    check(
        basket([item(1, "0.49")], taxes=[rate(1, 5)], net=True),
        """
        line  | 1 x A | 0.49 | 0.49
        tax   | T1    | 0.49 | 0.02
        total | 0.49 - 0.00 + 0.00 + 0.02 = 0.51
        item  | A | 0.49 - 0.00 + 0.02 = 0.51 | 0.02
        rate  | T1 | 0.49 | 0.02
        """,
    )


def test_each_line_is_rounded_for_itself() -> None:
    # 10 % of 0.33 = 0.033, rounded 0.03, three times 0.09 (10 % of 0.99 would be 0.10)
    check(
        basket([item(1, "0.33"), item(2, "0.33"), item(3, "0.33")], taxes=[rate(1, 10)], net=True),
        """
        line  | 1 x A | 0.33 | 0.33
        line  | 1 x B | 0.33 | 0.33
        line  | 1 x C | 0.33 | 0.33
        tax   | T1    | 0.99 | 0.09
        total | 0.99 - 0.00 + 0.00 + 0.09 = 1.08
        item  | A | 0.33 - 0.00 + 0.03 = 0.36 | 0.03
        item  | B | 0.33 - 0.00 + 0.03 = 0.36 | 0.03
        item  | C | 0.33 - 0.00 + 0.03 = 0.36 | 0.03
        rate  | T1 | 0.99 | 0.09
        """,
    )


def test_the_rates_of_a_state_and_a_city() -> None:
    # 6.25 % + 2.25 % = 8.5 % of 19.99 = 1.69915, rounded 1.70.
    # Split 6.25 to 2.25: 1.70 * 6.25 / 8.5 = 1.25, 1.70 * 2.25 / 8.5 = 0.45
    check(
        basket([item(1, "19.99")], currency="USD", taxes=[rate(1, "6.25"), rate(2, "2.25")], net=True),
        """
        line  | 1 x A | 19.99 | 19.99
        tax   | T1    | 19.99 | 1.25
        tax   | T2    | 19.99 | 0.45
        total | 19.99 - 0.00 + 0.00 + 1.70 = 21.69
        item  | A | 19.99 - 0.00 + 1.70 = 21.69 | 1.70
        rate  | T1 | 19.99 | 1.25
        rate  | T2 | 19.99 | 0.45
        """,
    )


def test_three_rates() -> None:
    # 4 % + 3 % + 1.875 % = 8.875 % of 10.00 = 0.8875, rounded 0.89.
    # Split: 0.89 * 4 / 8.875 = 0.40112…, * 3 / 8.875 = 0.30084…, * 1.875 / 8.875 = 0.18802…;
    # rounded down 0.40 + 0.30 + 0.18 = 0.88; the missing cent goes to the third, whose remainder is 0.00802…
    check(
        basket([item(1, "10.00")], currency="USD", taxes=[rate(1, 4), rate(2, 3), rate(3, "1.875")], net=True),
        """
        line  | 1 x A | 10.00 | 10.00
        tax   | T1    | 10.00 | 0.40
        tax   | T2    | 10.00 | 0.30
        tax   | T3    | 10.00 | 0.19
        total | 10.00 - 0.00 + 0.00 + 0.89 = 10.89
        item  | A | 10.00 - 0.00 + 0.89 = 10.89 | 0.89
        rate  | T1 | 10.00 | 0.40
        rate  | T2 | 10.00 | 0.30
        rate  | T3 | 10.00 | 0.19
        """,
    )


def test_of_two_equal_rates_the_earlier_one_gets_the_odd_cent() -> None:
    # 5 % + 5 % = 10 % of 0.10 = 0.01. Split: 0.005 each, rounded down 0.00; the missing cent goes to the earlier one
    check(
        basket([item(1, "0.10")], currency="USD", taxes=[rate(1, 5), rate(2, 5)], net=True),
        """
        line  | 1 x A | 0.10 | 0.10
        tax   | T1    | 0.10 | 0.01
        tax   | T2    | 0.10 | 0.00
        total | 0.10 - 0.00 + 0.00 + 0.01 = 0.11
        item  | A | 0.10 - 0.00 + 0.01 = 0.11 | 0.01
        rate  | T1 | 0.10 | 0.01
        rate  | T2 | 0.10 | 0.00
        """,
    )


def test_several_tax_classes() -> None:
    # A: 20 % of 10.00 = 2.00. B, food: 5 % of 10.00 = 0.50. C, books: no rate, no tax
    check(
        basket(
            [item(1, "10.00"), item(2, "10.00", tax="food"), item(3, "10.00", tax="books")],
            taxes=[rate(1, 20), rate(2, 5, tax="food")],
            net=True,
        ),
        """
        line  | 1 x A | 10.00 | 10.00
        line  | 1 x B | 10.00 | 10.00
        line  | 1 x C | 10.00 | 10.00
        tax   | T1    | 10.00 | 2.00
        tax   | T2    | 10.00 | 0.50
        total | 30.00 - 0.00 + 0.00 + 2.50 = 32.50
        item  | A | 10.00 - 0.00 + 2.00 = 12.00 | 2.00
        item  | B | 10.00 - 0.00 + 0.50 = 10.50 | 0.50
        item  | C | 10.00 - 0.00 + 0.00 = 10.00 | 0.00
        rate  | T1 | 10.00 | 2.00
        rate  | T2 | 10.00 | 0.50
        """,
    )


def test_what_is_left_after_all_discounts_is_taxed() -> None:
    # Items: 10 % of 100.00 = 10.00. Order: 5.00. Left 85.00; 20 % = 17.00; 102.00
    check(
        basket(
            [item(1, "100.00")],
            [percentage(1, 10), amount_off(2, "5.00", is_for_order=True)],
            taxes=[rate(1, 20)],
            net=True,
        ),
        """
        line      | 1 x A | 100.00 | 100.00
        promotion | P1    | 100.00 | -10.00
        promotion | P2    | 90.00  | -5.00
        tax       | T1    | 85.00  | 17.00
        total     | 100.00 - 15.00 + 0.00 + 17.00 = 102.00
        item      | A | 100.00 - 15.00 + 17.00 = 102.00 | 17.00
        rate      | T1 | 85.00 | 17.00
        off       | P1 | 10.00
        off       | P2 | 5.00
        """,
    )


def test_yen() -> None:
    # 10 % of 15 = 1.5, half up 2; 10 % of 14 = 1.4, rounded 1
    check(
        basket([item(1, "15"), item(2, "14")], currency="JPY", taxes=[rate(1, 10)], net=True),
        """
        line  | 1 x A | 15 | 15
        line  | 1 x B | 14 | 14
        tax   | T1    | 29 | 3
        total | 29 - 0 + 0 + 3 = 32
        item  | A | 15 - 0 + 2 = 17 | 2
        item  | B | 14 - 0 + 1 = 15 | 1
        rate  | T1 | 29 | 3
        """,
    )


def test_dinars() -> None:
    # 5 % of 1.250 = 0.0625, half up 0.063
    check(
        basket([item(1, "1.250")], currency="KWD", taxes=[rate(1, 5)], net=True),
        """
        line  | 1 x A | 1.250 | 1.250
        tax   | T1    | 1.250 | 0.063
        total | 1.250 - 0.000 + 0.000 + 0.063 = 1.313
        item  | A | 1.250 - 0.000 + 0.063 = 1.313 | 0.063
        rate  | T1 | 1.250 | 0.063
        """,
    )


def test_no_rate_for_the_address() -> None:
    check(
        basket([item(1, "10.00")], net=True),
        """
        line  | 1 x A | 10.00 | 10.00
        total | 10.00 - 0.00 + 0.00 + 0.00 = 10.00
        item  | A | 10.00 - 0.00 + 0.00 = 10.00 | 0.00
        """,
    )
