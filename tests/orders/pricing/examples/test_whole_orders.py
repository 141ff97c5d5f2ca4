"""Orders with much in them, worked out by hand."""

from tests.orders.pricing.tables import amount_off, basket, buy, check, free_shipping, item, percentage, rate


def test_the_example_of_the_document() -> None:
    # "Worked example" in docs/pricing.md, with other names: P1 is 10 % off shirts, P2 takes 5.00 off the order
    check(
        basket(
            [item(1, "9.99", 3, category="0001"), item(2, "4.50")],
            [percentage(1, 10, categories={"0001"}), amount_off(2, "5.00", is_for_order=True)],
            shipping="4.90",
            taxes=[rate(1, 19, shipping=True)],
        ),
        """
        line      | 3 x A | 9.99  | 29.97
        line      | 1 x B | 4.50  | 4.50
        promotion | P1    | 29.97 | -3.00
        promotion | P2    | 31.47 | -5.00
        shipping  | Shipping: Post |       | 4.90
        tax       | T1    | 31.37 | 0.00 | included 5.01
        total     | 34.47 - 8.00 + 4.90 + 0.00 = 31.37
        item      | A | 29.97 - 7.29 + 0.00 = 22.68 | 3.62
        item      | B | 4.50 - 0.71 + 0.00 = 3.79 | 0.61
        rate      | T1 | 31.37 | 5.01
        off       | P1 | 3.00
        off       | P2 | 5.00
        """,
    )


def test_items_of_a_category_a_product_and_a_variant() -> None:
    # A by its category, B by its product, C by its id: 10 % of 10.00, 20.00 and 30.00; D is none of them
    check(
        basket(
            [item(1, "10.00", category="0003"), item(2, "20.00", product=7), item(3, "30.00"), item(4, "40.00")],
            [percentage(1, 10, categories={"0003"}, products={7}, variants={3})],
        ),
        """
        line      | 1 x A | 10.00 | 10.00
        line      | 1 x B | 20.00 | 20.00
        line      | 1 x C | 30.00 | 30.00
        line      | 1 x D | 40.00 | 40.00
        promotion | P1    | 60.00 | -6.00
        total     | 100.00 - 6.00 + 0.00 + 0.00 = 94.00
        item      | A | 10.00 - 1.00 + 0.00 = 9.00 | 0.00
        item      | B | 20.00 - 2.00 + 0.00 = 18.00 | 0.00
        item      | C | 30.00 - 3.00 + 0.00 = 27.00 | 0.00
        item      | D | 40.00 - 0.00 + 0.00 = 40.00 | 0.00
        off       | P1 | 6.00
        """,
    )


def test_one_of_each_kind_together() -> None:
    # Goods: A 3 * 10.00 = 30.00, B 1 * 20.00 = 20.00, together 50.00
    # Items: 1 of 3 A free = 10.00; 10 % of B = 2.00. Left 20.00 + 18.00 = 38.00
    # Order: 5 % of 38.00 = 1.90, and 1.00: 2.90. A 2.90 * 20 / 38 = 1.5263…, B 2.90 * 18 / 38 = 1.3736…;
    #   rounded down 1.52 + 1.37 = 2.89; the missing cent goes to A (0.0063… is larger than 0.0036…): 1.53, 1.37
    # Shipping 4.90, free. Tax in the prices: A 18.47 * 19 / 119 = 2.9489… = 2.95; B 16.63 * 7 / 107 = 1.0879… = 1.09
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
        shipping  | Shipping: Post |       | 4.90
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
