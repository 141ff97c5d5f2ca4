"""Reading Shopify's product CSV: what the cells of a product's rows mean."""

from decimal import Decimal
from pathlib import Path

import pytest

from exchange.drafts import ProductDraft, VariantDraft
from tests.exchange.test_reading import PLAIN, good, messages, read

OPTIONS = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price\n"
PICTURES = (
    "Handle,Title,Option1 Name,Option1 Value,Variant Price,Image Src,Image Position,Image Alt Text,Variant Image\n"
)


def sole_draft(path: Path, header: str, row: str) -> ProductDraft:
    [draft] = good(path, f"{header}\n{row}\n")
    return draft


def sole_variant(path: Path, header: str, row: str) -> VariantDraft:
    [variant] = sole_draft(path, f"Handle,Title,Variant Price,{header}", f"mug,Mug,1,{row}").variants
    return variant


@pytest.mark.parametrize(
    ("cell", "amount"), [("9.5", "9.50"), ("0", "0"), (".5", "0.5"), ("7.", "7"), ("10.000", "10"), (" 3 ", "3")]
)
def test_prices_are_plain_decimals(tmp_path: Path, cell: str, amount: str) -> None:
    draft = sole_draft(tmp_path, "Handle,Title,Variant Price", f"mug,Mug,{cell}")

    assert draft.variants[0].price == {"amount": Decimal(amount)}


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("1e12", "'1e12' is not a plain decimal number such as 1234.50."),
        ('"1,234.50"', "'1,234.50' is not a plain decimal number such as 1234.50."),
        ("\u00a312", "'\u00a312' is not a plain decimal number such as 1234.50."),
        ("NaN", "'NaN' is not a plain decimal number such as 1234.50."),
        ("Infinity", "'Infinity' is not a plain decimal number such as 1234.50."),
        ("=1+1", "'=1+1' is not a plain decimal number such as 1234.50."),
        ("\u0661", "'\u0661' is not a plain decimal number such as 1234.50."),
        ("-1", "'-1' is negative."),
        ("1.234", "'1.234' is refused for USD: The price has more decimals than its currency."),
        ("1000000000000", "'1000000000000' is more than the shop can store."),
        ("9" * 60, f"'{'9' * 40}\u2026' is more than the shop can store."),
    ],
)
def test_other_prices_are_refused(tmp_path: Path, cell: str, complaint: str) -> None:
    [draft], problems = read(tmp_path, PLAIN + f"mug,Mug,{cell}\n")

    assert draft.is_refused
    assert messages(problems) == [f"line 2: error: mug: Variant Price {complaint}"]


def test_how_many_decimals_a_price_may_have_depends_on_the_currency(tmp_path: Path) -> None:
    [yen], yen_problems = read(tmp_path, PLAIN + "mug,Mug,100.5\n", currency="JPY")
    [dinar], dinar_problems = read(tmp_path, PLAIN + "mug,Mug,100.505\n", currency="KWD")

    assert yen.is_refused
    assert len(yen_problems) == 1
    assert not dinar.is_refused
    assert dinar_problems == []


def test_a_blank_price_refuses_its_variant_and_not_the_others(tmp_path: Path) -> None:
    content = OPTIONS + "mug,Mug,Size,S,,,\nmug,,,M,,,2\nmug,,,L,,,3\n"

    [draft], problems = read(tmp_path, content)

    assert messages(problems) == ["line 2: error: mug: Variant Price is blank."]
    assert draft.values == {"name": "Mug"}
    assert draft.lines == [3, 4]
    assert [variant.options for variant in draft.variants] == [[("Size", "M")], [("Size", "L")]]


def test_everything_wrong_with_a_row_is_said_at_once(tmp_path: Path) -> None:
    header = "Handle,Title,Variant Price,Variant Inventory Qty,Variant SKU,Published\n"

    _, problems = read(tmp_path, header + f"mug,Mug,dear,many,{'s' * 101},perhaps\n")

    assert messages(problems) == [
        "line 2: error: mug: Published 'perhaps' is neither TRUE nor FALSE. "
        f"Variant SKU '{'s' * 40}\u2026' has 101 characters; at most 100 are allowed. "
        "Variant Price 'dear' is not a plain decimal number such as 1234.50. "
        "Variant Inventory Qty 'many' is not a whole number."
    ]


@pytest.mark.parametrize(
    ("header", "longest"),
    [
        ("Title", 255),
        ("Vendor", 120),
        ("Type", 120),
        ("Product Category", 120),
        ("Variant SKU", 100),
        ("Variant Barcode", 64),
        ("Image Alt Text", 512),
        ("Option1 Value", 255),
    ],
)
def test_texts_that_the_database_could_not_hold_are_refused(tmp_path: Path, header: str, longest: int) -> None:
    names = [name for name in ["Handle", "Title", "Option1 Name", "Price"] if name != header]
    cells = {"Handle": "mug", "Title": "Mug", "Option1 Name": "", "Price": "1"}
    if header == "Option1 Value":
        cells["Option1 Name"] = "Size"
    row = ",".join(cells[name] for name in names)

    [fits], no_problems = read(tmp_path, f"{','.join(names)},{header}\n{row},{'x' * longest}\n")
    [too_long], problems = read(tmp_path, f"{','.join(names)},{header}\n{row},{'x' * (longest + 1)}\n")

    assert (fits.is_refused, no_problems) == (False, [])
    assert too_long.is_refused
    assert [problem.lines for problem in problems if problem.is_error] == [[2]]
    assert header in problems[0].message


def test_the_default_title_stands_for_no_options(tmp_path: Path) -> None:
    drafts = good(tmp_path, OPTIONS + "a,A,Title,Default Title,,,1\nb,B,Color,Red,Title,default title,1\n")

    assert [draft.variants[0].options for draft in drafts] == [[], [("Color", "Red")]]


def test_the_same_option_values_twice_are_an_error_of_the_second_row(tmp_path: Path) -> None:
    [draft], problems = read(tmp_path, OPTIONS + "mug,Mug,Size,S,Color,Red,1\nmug,,, s ,,RED,2\nmug,,,S,,Blue,3\n")

    assert messages(problems) == ["line 3: error: mug: the variant 's / RED' is already on line 2."]
    assert [variant.price["amount"] for variant in draft.variants] == [1, 3]


def test_a_variant_needs_a_value_for_each_option(tmp_path: Path) -> None:
    [draft], problems = read(tmp_path, OPTIONS + "mug,Mug,Size,S,Color,Red,1\nmug,,,M,,,2\nmug,,,,,,3\n")

    assert messages(problems) == [
        "line 3: error: mug: there is no value for the option 'Color'. "
        "its options are not those of the product's other variants.",
        "line 4: error: mug: there is no value for the option 'Size'. there is no value for the option 'Color'. "
        "its options are not those of the product's other variants.",
    ]
    assert len(draft.variants) == 1


def test_of_two_products_under_one_handle_the_first_counts_and_variants_merge(tmp_path: Path) -> None:
    header = "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant Price\n"
    content = header + "mug,Mug,Kiln,Color,red,1\ncup,Cup,,,,1\nmug,Beaker,Clay,Color,red,2\nmug,,,,blue,3\n"

    drafts, problems = read(tmp_path, content)

    assert drafts[0].values == {"name": "Mug", "brand": "Kiln"}
    assert [variant.key for variant in drafts[0].variants] == [("red",), ("blue",)]
    assert messages(problems) == [
        "line 4: warning: mug: Title, Vendor differ from line 2, which is used.",
        "line 4: error: mug: the variant 'red' is already on line 2.",
    ]


def test_repeated_product_columns_are_no_conflict(tmp_path: Path) -> None:
    header = "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant Price\n"

    good(tmp_path, header + "mug,Mug,Kiln,Color,red,1\nmug,Mug,Kiln,Color,blue,1\n")


@pytest.mark.parametrize(
    ("tracker", "quantity", "is_counted", "pieces"),
    [("", "", False, None), ("", "5", True, 5), ("shopify", "", True, None), ("shopify", "5.0", True, 5)],
)
def test_what_is_counted(tmp_path: Path, tracker: str, quantity: str, is_counted: bool, pieces: int | None) -> None:
    variant = sole_variant(tmp_path, "Variant Inventory Tracker,Variant Inventory Qty", f"{tracker},{quantity}")

    assert variant.values == {"track_inventory": is_counted}
    assert variant.quantity == pieces


def test_columns_that_are_absent_say_nothing(tmp_path: Path) -> None:
    draft = sole_draft(tmp_path, "Handle,Title,Variant Price", "mug,Mug,1")

    assert draft.values == {"name": "Mug"}
    assert (draft.category, draft.status, draft.is_published) == (None, None, None)
    assert draft.variants[0].values == {}
    assert draft.variants[0].price == {"amount": Decimal(1)}
    assert not draft.replaces_images


def test_columns_that_are_blank_empty_what_they_stand_for(tmp_path: Path) -> None:
    header = "Handle,Title,Body,Vendor,Type,Tags,Product Category,SKU,Barcode,Variant Grams,Compare At Price,Price"

    draft = sole_draft(tmp_path, header, "mug,,,,,,,,,,,1")

    assert draft.values == {"description": "", "brand": "", "product_type": "", "tags": []}
    assert draft.category == ()
    assert draft.variants[0].values == {"sku": "", "barcode": "", "weight_grams": None}
    assert draft.variants[0].price == {"amount": Decimal(1), "compare_at": None}


def test_a_row_that_cannot_be_read_empties_nothing(tmp_path: Path) -> None:
    header = "Handle,Title,Vendor,Option1 Name,Option1 Value,Price,Image Src\n"

    [draft], problems = read(tmp_path, header + "mug,Mug\0,Kiln,Size,S,1,\nmug,,,,M,1,\n")

    assert len(problems) == 1
    assert draft.values == {}
    assert not draft.replaces_images


@pytest.mark.parametrize(
    ("category", "kind", "path"),
    [
        ("Home > Kitchen>Mugs ", "Cups", ("Home", "Kitchen", "Mugs")),
        ("", "Cups", ("Cups",)),
        ("", "", ()),
        (" > Home > ", "", ("Home",)),
    ],
)
def test_category_is_the_path_or_the_type(tmp_path: Path, category: str, kind: str, path: tuple[str, ...]) -> None:
    draft = sole_draft(tmp_path, "Handle,Title,Price,Product Category,Type", f"mug,Mug,1,{category},{kind}")

    assert draft.category == path


def test_a_category_too_deep_for_the_tree_is_refused(tmp_path: Path) -> None:
    path = " > ".join(str(level) for level in range(64))

    [draft], problems = read(tmp_path, f"Handle,Title,Price,Product Category\nmug,Mug,1,{path}\n")

    assert draft.is_refused
    assert "is more than 63 levels deep." in problems[0].message


@pytest.mark.parametrize(
    ("status", "published", "present", "after"),
    [
        ("", "", "active", "active"),
        ("Draft", "TRUE", "active", "draft"),
        ("archived", "TRUE", "active", "archived"),
        ("archived", "FALSE", "active", "archived"),
        ("active", "false", "active", "draft"),
        ("", "FALSE", "active", "draft"),
        ("", "TRUE", "draft", "active"),
        ("", "TRUE", "archived", "archived"),
        ("", "", "archived", "archived"),
        ("", "WAHR", "draft", "active"),
        ("", "1", "draft", "active"),
        ("", "FAUX", "active", "draft"),
    ],
)
def test_status(tmp_path: Path, status: str, published: str, present: str, after: str) -> None:
    draft = sole_draft(tmp_path, "Handle,Title,Price,Status,Published", f"mug,Mug,1,{status},{published}")

    assert draft.status_after(present) == after


def test_html_is_made_safe_and_formulas_are_text(tmp_path: Path) -> None:
    header = "Handle,Title,Body (HTML),Vendor,Price"

    row = 'mug,"=HYPERLINK(""x"")","<p onclick=x>a<script>b</script></p>",+1-2,1'
    [draft], _ = read(tmp_path, f"{header}\n{row}\n")

    assert draft.values == {"name": '=HYPERLINK("x")', "description": "<p>a</p>", "brand": "+1-2"}


def test_numbers_and_their_warnings(tmp_path: Path) -> None:
    header = "Handle,Title,Price,Variant Grams,Variant Inventory Qty,Variant Inventory Policy,Variant Barcode"
    row = "mug,Mug,1,12.5,-3,continue,3.65275E+11"

    [draft], problems = read(tmp_path, f"{header}\n{row}\n")

    assert draft.variants[0].values == {"weight_grams": 13, "barcode": "3.65275E+11", "track_inventory": True}
    assert draft.variants[0].quantity == 0
    assert messages(problems) == [
        "line 2: warning: mug: Variant Barcode '3.65275E+11' looks like a number that a spreadsheet has rounded.",
        "line 2: warning: mug: Variant Inventory Qty '-3' is negative and counts as 0 pieces.",
        "line 2: warning: mug: Variant Inventory Policy 'continue': this shop never sells more than its stock; "
        "stock is counted.",
    ]


@pytest.mark.parametrize("quantity", ["1.5", "lots", "1e3", "9" * 5000])
def test_quantities_are_whole_numbers(tmp_path: Path, quantity: str) -> None:
    [draft], problems = read(tmp_path, f"Handle,Title,Price,Inventory quantity\nmug,Mug,1,{quantity}\n")

    assert draft.is_refused
    assert len(problems) == 1


def test_overselling_is_warned_of_once_for_a_product(tmp_path: Path) -> None:
    header = "Handle,Title,Option1 Name,Option1 Value,Price,Continue selling when out of stock\n"

    _, problems = read(tmp_path, header + "mug,Mug,Size,S,1,WAHR\nmug,,,M,1,TRUE\n")

    assert [problem.lines for problem in problems] == [[2]]


def test_pictures_have_rows_of_their_own_and_an_order(tmp_path: Path) -> None:
    rows = [
        "mug,Mug,Size,S,1, https://x.example/2.jpg ,2,Two,",
        "mug,,,,,https://x.example/3.jpg,,,",
        "mug,,,,,HTTP://x.example/1.jpg,1,One,",
        "mug,,,M,2,https://x.example/2.jpg,2,Again,https://x.example/m.jpg",
    ]

    [draft] = good(tmp_path, PICTURES + "\n".join(rows))

    assert [(image.url[-5:], image.values["position"], image.values["alt"]) for image in draft.images] == [
        ("1.jpg", 1, "One"),
        ("2.jpg", 2, "Two"),
        ("3.jpg", 3, ""),
        ("m.jpg", 4, ""),
    ]
    assert [variant.image_url for variant in draft.variants] == ["", "https://x.example/m.jpg"]
    assert draft.replaces_images
    assert draft.links_images


@pytest.mark.parametrize(
    "url", ["ftp://x.example/a.jpg", "/a.jpg", "//x.example/a.jpg", "https://", "https://[x/a", "javascript:alert(1)"]
)
def test_an_address_that_is_none_costs_the_picture_and_not_the_row(tmp_path: Path, url: str) -> None:
    [draft], problems = read(tmp_path, PICTURES + f"mug,Mug,,,1,{url},,,\n")

    assert not draft.is_refused
    assert draft.images == []
    assert not draft.replaces_images
    assert [(problem.is_error, problem.lines) for problem in problems] == [(False, [2])]


def test_a_position_that_is_none_only_puts_the_picture_last(tmp_path: Path) -> None:
    rows = "mug,Mug,,,1,https://x.example/a.jpg,first,,\nmug,,,,,https://x.example/b.jpg,1,,\n"

    [draft], problems = read(tmp_path, PICTURES + rows)

    assert [image.url[-5:] for image in draft.images] == ["b.jpg", "a.jpg"]
    assert [problem.is_error for problem in problems] == [False]


def test_a_product_without_a_variant_that_can_go_in_is_refused_with_all_its_rows(tmp_path: Path) -> None:
    rows = "mug,Mug,,,dear,https://x.example/a.jpg,,,\nmug,,,,,https://x.example/b.jpg,,,\n"

    [draft], problems = read(tmp_path, PICTURES + rows)

    assert draft.is_refused
    assert messages(problems)[1:] == ["line 3: error: mug: none of the product's variants can be imported."]


def test_a_row_about_nothing_is_an_error(tmp_path: Path) -> None:
    [draft], problems = read(tmp_path, PLAIN + "mug,Mug,1\nmug,,\n")

    assert draft.lines == [2]
    assert messages(problems) == ["line 3: error: mug: this row has no variant, price or picture."]


def test_limits_of_one_product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.reading.variants.MOST_VARIANTS", 2)
    monkeypatch.setattr("exchange.reading.images.MOST_IMAGES", 1)
    monkeypatch.setattr("exchange.reading.assemble._MOST_ROWS", 4)
    rows = [
        "mug,Mug,Size,1,1,https://x.example/1.jpg,,,",
        "mug,,,2,1,https://x.example/2.jpg,,,",
        "mug,,,3,1,,,,",
        "mug,,,,,https://x.example/1.jpg,,,",
        "mug,,,5,1,,,,",
    ]

    [draft], problems = read(tmp_path, PICTURES + "\n".join(rows))

    assert (len(draft.variants), len(draft.images)) == (2, 1)
    assert messages(problems) == [
        "line 3: warning: mug: a product can have at most 1 pictures. The picture is left out.",
        "line 4: error: mug: a product can have at most 2 variants.",
        "line 6: error: mug: a product can have at most 4 rows.",
    ]
