"""What promotions ask of a basket, at the edge and one unit below it, worked out by hand."""

from tests.orders.pricing.tables import amount_off, basket, check, free_shipping, item, percentage


def test_exactly_the_minimum_amount() -> None:
    # 2 * 25.00 = 50.00 is enough; 10 % = 5.00
    check(
        basket([item(1, "25.00", 2)], [percentage(1, 10, minimum_amount="50.00")]),
        """
        line      | 2 x A | 25.00 | 50.00
        promotion | P1    | 50.00 | -5.00
        total     | 50.00 - 5.00 + 0.00 + 0.00 = 45.00
        item      | A | 50.00 - 5.00 + 0.00 = 45.00 | 0.00
        off       | P1 | 5.00
        """,
    )


def test_one_cent_below_the_minimum_amount() -> None:
    # 49.99 is too little
    check(
        basket([item(1, "49.99")], [percentage(1, 10, minimum_amount="50.00")]),
        """
        line  | 1 x A | 49.99 | 49.99
        total | 49.99 - 0.00 + 0.00 + 0.00 = 49.99
        item  | A | 49.99 - 0.00 + 0.00 = 49.99 | 0.00
        not   | P1 | minimum_amount
        """,
    )


def test_exactly_the_minimum_amount_in_yen() -> None:
    # 1000 is enough; 10 % = 100
    check(
        basket([item(1, "500", 2)], [percentage(1, 10, minimum_amount="1000", is_for_order=True)], currency="JPY"),
        """
        line      | 2 x A | 500  | 1000
        promotion | P1    | 1000 | -100
        total     | 1000 - 100 + 0 + 0 = 900
        item      | A | 1000 - 100 + 0 = 900 | 0
        off       | P1 | 100
        """,
    )


def test_one_yen_below_the_minimum_amount() -> None:
    check(
        basket([item(1, "999")], [percentage(1, 10, minimum_amount="1000", is_for_order=True)], currency="JPY"),
        """
        line  | 1 x A | 999 | 999
        total | 999 - 0 + 0 + 0 = 999
        item  | A | 999 - 0 + 0 = 999 | 0
        not   | P1 | minimum_amount
        """,
    )


def test_one_fils_below_the_minimum_amount() -> None:
    check(
        basket([item(1, "9.999")], [percentage(1, 10, minimum_amount="10.000")], currency="KWD"),
        """
        line  | 1 x A | 9.999 | 9.999
        total | 9.999 - 0.000 + 0.000 + 0.000 = 9.999
        item  | A | 9.999 - 0.000 + 0.000 = 9.999 | 0.000
        not   | P1 | minimum_amount
        """,
    )


def test_exactly_the_minimum_quantity() -> None:
    # 2 + 1 = 3 pieces are enough; 10 % of 20.00 = 2.00 and of 5.00 = 0.50
    check(
        basket([item(1, "10.00", 2), item(2, "5.00")], [percentage(1, 10, minimum_quantity=3)]),
        """
        line      | 2 x A | 10.00 | 20.00
        line      | 1 x B | 5.00  | 5.00
        promotion | P1    | 25.00 | -2.50
        total     | 25.00 - 2.50 + 0.00 + 0.00 = 22.50
        item      | A | 20.00 - 2.00 + 0.00 = 18.00 | 0.00
        item      | B | 5.00 - 0.50 + 0.00 = 4.50 | 0.00
        off       | P1 | 2.50
        """,
    )


def test_one_piece_below_the_minimum_quantity() -> None:
    check(
        basket([item(1, "10.00", 2)], [percentage(1, 10, minimum_quantity=3)]),
        """
        line  | 2 x A | 10.00 | 20.00
        total | 20.00 - 0.00 + 0.00 + 0.00 = 20.00
        item  | A | 20.00 - 0.00 + 0.00 = 20.00 | 0.00
        not   | P1 | minimum_quantity
        """,
    )


def test_only_its_own_items_count() -> None:
    # The basket has 80.00 and 5 pieces, but category 0001 only 30.00 and 1 piece
    check(
        basket(
            [item(1, "30.00", category="0001"), item(2, "12.50", 4, category="0002")],
            [
                percentage(1, 10, categories={"0001"}, minimum_amount="50.00"),
                percentage(2, 10, categories={"0001"}, minimum_quantity=2),
            ],
        ),
        """
        line  | 1 x A | 30.00 | 30.00
        line  | 4 x B | 12.50 | 50.00
        total | 80.00 - 0.00 + 0.00 + 0.00 = 80.00
        item  | A | 30.00 - 0.00 + 0.00 = 30.00 | 0.00
        item  | B | 50.00 - 0.00 + 0.00 = 50.00 | 0.00
        not   | P1 | minimum_amount
        not   | P2 | minimum_quantity
        """,
    )


def test_conditions_are_checked_before_any_discount() -> None:
    # 60.00 fulfil the minimum of 50.00, although 50 % leave only 30.00. 30.00 - 5.00 = 25.00
    check(
        basket(
            [item(1, "60.00")],
            [percentage(1, 50), amount_off(2, "5.00", is_for_order=True, minimum_amount="50.00")],
        ),
        """
        line      | 1 x A | 60.00 | 60.00
        promotion | P1    | 60.00 | -30.00
        promotion | P2    | 30.00 | -5.00
        total     | 60.00 - 35.00 + 0.00 + 0.00 = 25.00
        item      | A | 60.00 - 35.00 + 0.00 = 25.00 | 0.00
        off       | P1 | 30.00
        off       | P2 | 5.00
        """,
    )


def test_free_shipping_from_an_amount_before_discounts() -> None:
    # 50.00 are enough for free shipping, although 10 % leave 45.00
    check(
        basket([item(1, "50.00")], [percentage(1, 10), free_shipping(2, minimum_amount="50.00")], shipping="4.90"),
        """
        line      | 1 x A | 50.00 | 50.00
        promotion | P1    | 50.00 | -5.00
        shipping  | Shipping: Post |       | 4.90
        promotion | P2    | 4.90  | -4.90
        total     | 50.00 - 5.00 + 0.00 + 0.00 = 45.00
        item      | A | 50.00 - 5.00 + 0.00 = 45.00 | 0.00
        off       | P1 | 5.00
        off       | P2 | 4.90
        """,
    )


def test_one_cent_below_free_shipping() -> None:
    # Shipping does not count: 49.99 is too little, 54.89 are paid
    check(
        basket([item(1, "49.99")], [free_shipping(1, minimum_amount="50.00")], shipping="4.90"),
        """
        line     | 1 x A | 49.99 | 49.99
        shipping | Shipping: Post |       | 4.90
        total    | 49.99 - 0.00 + 4.90 + 0.00 = 54.89
        item     | A | 49.99 - 0.00 + 0.00 = 49.99 | 0.00
        not      | P1 | minimum_amount
        """,
    )


def test_none_of_its_items() -> None:
    # Without any item the reason is not the minimum
    check(
        basket(
            [item(1, "10.00", category="0001", product=5)],
            [
                percentage(1, 10, categories={"0002"}, minimum_amount="50.00"),
                amount_off(2, "5.00", products={6}),
                percentage(3, 10, variants={2}),
                free_shipping(4, categories={"00010001"}),
            ],
            shipping="3.00",
        ),
        """
        line     | 1 x A | 10.00 | 10.00
        shipping | Shipping: Post |       | 3.00
        total    | 10.00 - 0.00 + 3.00 + 0.00 = 13.00
        item     | A | 10.00 - 0.00 + 0.00 = 10.00 | 0.00
        not      | P1 | no_items
        not      | P2 | no_items
        not      | P3 | no_items
        not      | P4 | no_items
        """,
    )
