"""Taxes on prices with tax in them, worked out by hand."""

from tests.orders.pricing.tables import basket, check, item, percentage, rate


def test_one_rate() -> None:
    # 119.00 * 19 / 119 = 19.00; the total stays
    check(
        basket([item(1, "119.00")], taxes=[rate(1, 19)]),
        """
        line  | 1 x A | 119.00 | 119.00
        tax   | T1    | 119.00 | 0.00 | included 19.00
        total | 119.00 - 0.00 + 0.00 + 0.00 = 119.00
        item  | A | 119.00 - 0.00 + 0.00 = 119.00 | 19.00
        rate  | T1 | 119.00 | 19.00
        """,
    )


def test_taka() -> None:
    # 1150.00 * 15 / 115 = 150.00
    check(
        basket([item(1, "1150.00")], currency="BDT", taxes=[rate(1, 15)]),
        """
        line  | 1 x A | 1150.00 | 1150.00
        tax   | T1    | 1150.00 | 0.00 | included 150.00
        total | 1150.00 - 0.00 + 0.00 + 0.00 = 1150.00
        item  | A | 1150.00 - 0.00 + 0.00 = 1150.00 | 150.00
        rate  | T1 | 1150.00 | 150.00
        """,
    )


def test_yen() -> None:
    # 1080 * 10 / 110 = 98.18…, rounded 98; 1084 * 10 / 110 = 98.54…, rounded 99
    check(
        basket([item(1, "1080"), item(2, "1084")], currency="JPY", taxes=[rate(1, 10)]),
        """
        line  | 1 x A | 1080 | 1080
        line  | 1 x B | 1084 | 1084
        tax   | T1    | 2164 | 0 | included 197
        total | 2164 - 0 + 0 + 0 = 2164
        item  | A | 1080 - 0 + 0 = 1080 | 98
        item  | B | 1084 - 0 + 0 = 1084 | 99
        rate  | T1 | 2164 | 197
        """,
    )


def test_half_a_cent_is_rounded_up() -> None:
    # 0.03 * 20 / 120 = 0.005, half up 0.01
    check(
        basket([item(1, "0.03")], taxes=[rate(1, 20)]),
        """
        line  | 1 x A | 0.03 | 0.03
        tax   | T1    | 0.03 | 0.00 | included 0.01
        total | 0.03 - 0.00 + 0.00 + 0.00 = 0.03
        item  | A | 0.03 - 0.00 + 0.00 = 0.03 | 0.01
        rate  | T1 | 0.03 | 0.01
        """,
    )


def test_half_a_cent_that_a_share_of_the_price_would_miss() -> None:
    # 0.14 * 12 / 112 = 0.015, half up 0.02. The rate's part of a price, 12 / 112 = 0.107142857…, never ends, so a
    # price times this part would be a little too small.
    check(
        basket([item(1, "0.14")], taxes=[rate(1, 12)]),
        """
        line  | 1 x A | 0.14 | 0.14
        tax   | T1    | 0.14 | 0.00 | included 0.02
        total | 0.14 - 0.00 + 0.00 + 0.00 = 0.14
        item  | A | 0.14 - 0.00 + 0.00 = 0.14 | 0.02
        rate  | T1 | 0.14 | 0.02
        """,
    )


def test_less_than_half_a_cent_is_dropped() -> None:
    # 0.02 * 20 / 120 = 0.00333…, rounded 0.00
    check(
        basket([item(1, "0.02")], taxes=[rate(1, 20)]),
        """
        line  | 1 x A | 0.02 | 0.02
        tax   | T1    | 0.02 | 0.00 | included 0.00
        total | 0.02 - 0.00 + 0.00 + 0.00 = 0.02
        item  | A | 0.02 - 0.00 + 0.00 = 0.02 | 0.00
        rate  | T1 | 0.02 | 0.00
        """,
    )


def test_two_rates_are_added() -> None:
    # 108.50 * 8.5 / 108.5 = 8.50; split 6.25 and 2.25
    check(
        basket([item(1, "108.50")], currency="USD", taxes=[rate(1, "6.25"), rate(2, "2.25")]),
        """
        line  | 1 x A | 108.50 | 108.50
        tax   | T1    | 108.50 | 0.00 | included 6.25
        tax   | T2    | 108.50 | 0.00 | included 2.25
        total | 108.50 - 0.00 + 0.00 + 0.00 = 108.50
        item  | A | 108.50 - 0.00 + 0.00 = 108.50 | 8.50
        rate  | T1 | 108.50 | 6.25
        rate  | T2 | 108.50 | 2.25
        """,
    )


def test_several_tax_classes() -> None:
    # A: 11.90 * 19 / 119 = 1.90. B, food: 10.70 * 7 / 107 = 0.70. C, books: no rate, no tax in it
    check(
        basket(
            [item(1, "11.90"), item(2, "10.70", tax="food"), item(3, "5.00", tax="books")],
            taxes=[rate(1, 19), rate(2, 7, tax="food")],
        ),
        """
        line  | 1 x A | 11.90 | 11.90
        line  | 1 x B | 10.70 | 10.70
        line  | 1 x C | 5.00  | 5.00
        tax   | T1    | 11.90 | 0.00 | included 1.90
        tax   | T2    | 10.70 | 0.00 | included 0.70
        total | 27.60 - 0.00 + 0.00 + 0.00 = 27.60
        item  | A | 11.90 - 0.00 + 0.00 = 11.90 | 1.90
        item  | B | 10.70 - 0.00 + 0.00 = 10.70 | 0.70
        item  | C | 5.00 - 0.00 + 0.00 = 5.00 | 0.00
        rate  | T1 | 11.90 | 1.90
        rate  | T2 | 10.70 | 0.70
        """,
    )


def test_what_is_left_after_discounts_is_taxed() -> None:
    # 50 % of 119.00 = 59.50; 59.50 * 19 / 119 = 9.50
    check(
        basket([item(1, "119.00")], [percentage(1, 50, is_for_order=True)], taxes=[rate(1, 19)]),
        """
        line      | 1 x A | 119.00 | 119.00
        promotion | P1    | 119.00 | -59.50
        tax       | T1    | 59.50  | 0.00 | included 9.50
        total     | 119.00 - 59.50 + 0.00 + 0.00 = 59.50
        item      | A | 119.00 - 59.50 + 0.00 = 59.50 | 9.50
        rate      | T1 | 59.50 | 9.50
        off       | P1 | 59.50
        """,
    )


def test_a_rate_of_zero_per_cent() -> None:
    # Zero-rated goods are taxed, at 0 %: the base is told
    check(
        basket([item(1, "10.00", tax="zero")], taxes=[rate(1, 20), rate(2, 0, tax="zero")]),
        """
        line  | 1 x A | 10.00 | 10.00
        tax   | T2    | 10.00 | 0.00 | included 0.00
        total | 10.00 - 0.00 + 0.00 + 0.00 = 10.00
        item  | A | 10.00 - 0.00 + 0.00 = 10.00 | 0.00
        rate  | T2 | 10.00 | 0.00
        """,
    )
