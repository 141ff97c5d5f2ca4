"""``manage.py import_products``: what goes into the database, and what the second run does."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from catalog import services as catalog
from catalog.models import Category, PriceRange, Product, ProductImage, Variant, VariantPrice
from inventory.models import StockItem, StockMovement
from tests.factories import make_product, make_user

pytestmark = pytest.mark.django_db

HEADER = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,"
    "Variant Barcode,Image Src,Image Position,Image Alt Text,Variant Image,Status\n"
)
SHIRT = (
    'shirt,Shirt,<p>Soft</p>,Loom,Clothes > Shirts,Tops,"new, cotton",TRUE,Size,S,SH-S,200,shopify,5,10.00,12.00,001,'
    "https://x.example/s.jpg,1,A shirt,,active\n"
    "shirt,,,,,,,,,M,SH-M,210.5,shopify,0,11.50,,002,,,,https://x.example/m.jpg,\n"
    "shirt,,,,,,,,,,,,,,,,,https://x.example/t.jpg,2,,,\n"
)
MUG = "mug,Mug,,,,Cups,,FALSE,Title,Default Title,,,,,4,,,,,,,active\n"
ALL_ROWS = [Category, Product, Variant, VariantPrice, PriceRange, ProductImage, StockItem, StockMovement]


def write(folder: Path, content: str, name: str = "products.csv") -> Path:
    path = folder / name
    path.write_text(content)
    return path


def run(path: Path, **options: Any) -> tuple[str, str]:
    """Return what the command printed, and what it reported."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_products", str(path), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def snapshot() -> dict[str, list[dict[str, Any]]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in ALL_ROWS}


def test_a_first_run_creates_everything(tmp_path: Path) -> None:
    out, err = run(write(tmp_path, HEADER + SHIRT + MUG))

    assert err == ""
    assert "Products: 2 created, 0 updated, 0 unchanged, 0 failed.\n" in out
    assert "Variants: 3 created, 0 updated.\n" in out
    assert "Images: 3 created, 0 updated, 0 removed.\n" in out
    assert "Stock movements: 1 recorded.\n" in out
    assert "Rows: 4 read, 0 with errors. Warnings: 0.\n" in out

    shirt = Product.objects.get(slug="shirt")
    assert (shirt.name, shirt.description, shirt.brand) == ("Shirt", "<p>Soft</p>", "Loom")
    assert (shirt.product_type, shirt.tags, shirt.status) == ("Tops", ["new", "cotton"], "active")
    assert [category.name for category in Category.objects.order_by("path")] == ["Clothes", "Shirts", "Cups"]
    assert (shirt.category.name, shirt.category.depth) == ("Shirts", 2)
    assert shirt.search_text == catalog.search_values(shirt, ["SH-S", "SH-M"])["search_text"]
    small, medium = shirt.variants.all()
    assert (small.options, medium.options) == ([{"name": "Size", "value": "S"}], [{"name": "Size", "value": "M"}])
    assert (small.sku, small.barcode, small.weight_grams, small.track_inventory) == ("SH-S", "001", 200, True)
    assert (medium.position, medium.weight_grams) == (1, 211)
    assert [(price.currency, price.amount, price.compare_at) for price in VariantPrice.objects.order_by("amount")] == [
        ("USD", Decimal("4.00"), None),
        ("USD", Decimal("10.00"), Decimal("12.00")),
        ("USD", Decimal("11.50"), None),
    ]
    price_range = PriceRange.objects.get(product=shirt)
    assert (price_range.low, price_range.high) == (Decimal("10.00"), Decimal("11.50"))
    assert [(image.source_url[-5:], image.alt, image.position, image.variant) for image in shirt.images.all()] == [
        ("s.jpg", "A shirt", 1, None),
        ("t.jpg", "", 2, None),
        ("m.jpg", "", 3, medium),
    ]


def test_a_product_without_options_unpublished_and_uncounted(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + MUG))

    mug = Product.objects.get(slug="mug")
    assert (mug.status, mug.category.name, mug.category.depth) == ("draft", "Cups", 1)
    variant = mug.variants.get()
    assert (variant.options, variant.track_inventory) == ([], False)
    assert not StockItem.objects.exists()


def test_a_second_run_changes_nothing_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + SHIRT + MUG)
    run(path)
    before = snapshot()

    out, err = run(path)

    assert err == ""
    assert "Products: 0 created, 0 updated, 2 unchanged, 0 failed.\n" in out
    assert "Variants: 0 created, 0 updated.\nImages: 0 created, 0 updated, 0 removed.\n" in out
    assert "Stock movements: 0 recorded.\n" in out
    assert snapshot() == before


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("Shirt,<p>", "Blouse,<p>", lambda product: product.name == "Blouse" and "blouse" in product.search_text),
        ("SH-M", "SH-X", lambda product: "sh-x" in product.search_text),
        (",S,", ",s,", lambda product: product.variants.first().options == [{"name": "Size", "value": "s"}]),
        ("10.00", "9.00", lambda product: product.price_ranges.get().low == 9),
        ("12.00", "", lambda product: not VariantPrice.objects.exclude(compare_at=None).exists()),
        ("Loom", "", lambda product: product.brand == ""),
        ("Clothes > Shirts", "Clothes > Blouses", lambda product: product.category.name == "Blouses"),
        ("A shirt", "Our shirt", lambda product: product.images.first().alt == "Our shirt"),
        ("x.example/s.jpg", "x.example/n.jpg", lambda product: product.images.first().source_url[-5:] == "n.jpg"),
        (",active\n", ",archived\n", lambda product: product.status == "archived"),
    ],
)
def test_a_changed_cell_updates_its_product_only(tmp_path: Path, old: str, new: str, check: Any) -> None:
    run(write(tmp_path, HEADER + SHIRT + MUG))
    assert SHIRT.count(old) == 1

    out, err = run(write(tmp_path, HEADER + SHIRT.replace(old, new) + MUG))

    assert err == ""
    assert "Products: 0 created, 1 updated, 1 unchanged, 0 failed.\n" in out
    assert check(Product.objects.get(slug="shirt"))
    assert Variant.objects.count() == 3
    assert ProductImage.objects.count() == 3


def test_absent_columns_keep_what_there_was(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + SHIRT))
    before = Product.objects.values().get()
    others = (Variant, ProductImage, StockItem, StockMovement)
    rest = {model: list(model.objects.values()) for model in others}

    out, _ = run(write(tmp_path, "Handle,Option1 Value,Variant Price\nshirt,s,8\n"))

    assert "Products: 0 created, 1 updated" in out
    # The letter case of the value is the file's; nothing else of the variant is in it.
    assert Variant.objects.get(sku="SH-S").options == [{"name": "Size", "value": "s"}]
    after = Product.objects.values().get()
    assert after.pop("updated_at") > before.pop("updated_at")  # a card with the old spelling is not shown again
    assert after == before
    assert [row["sku"] for row in rest[Variant]] == list(Variant.objects.values_list("sku", flat=True))
    assert all(list(model.objects.values()) == rest[model] for model in others[1:])
    price = VariantPrice.objects.get(variant__sku="SH-S")
    assert (price.amount, price.compare_at) == (Decimal(8), Decimal(12))


def test_a_file_without_variants_changes_the_product_alone(tmp_path: Path) -> None:
    product = make_product("Lamp", price="5.00", slug="lamp", brand="Old")

    run(write(tmp_path, "Handle,Vendor\nlamp,New\n"))

    product.refresh_from_db()
    assert product.brand == "New"
    assert product.variants.get().prices.get().amount == 5


def test_an_update_adds_variants_and_keeps_those_it_does_not_name(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + SHIRT))

    out, err = run(write(tmp_path, "Handle,Title,Option1 Name,Option1 Value,Price\nshirt,Shirt,Size,L,13\nshirt,,,,\n"))

    assert "line 3: error" in err
    assert "Variants: 1 created, 0 updated.\n" in out
    assert [variant.title for variant in Product.objects.get().variants.all()] == ["S", "M", "L"]
    assert PriceRange.objects.get().high == 13


def test_a_warning_when_variants_get_other_options(tmp_path: Path) -> None:
    make_product("Shirt", slug="shirt")

    out, err = run(write(tmp_path, "Handle,Title,Option1 Name,Option1 Value,Price\nshirt,Shirt,Size,L,13\n"))

    assert err == ("line 2: warning: shirt: the product also has variants with other options, which stay on sale.\n")
    assert "Warnings: 1." in out


def test_what_is_not_there_yet_needs_a_title_a_price_and_option_names(tmp_path: Path) -> None:
    make_product("Mug", slug="mug")
    make_product("Bowl", slug="bowl")
    content = "Handle,Title,Vendor,Option1 Value\nmug,,Kiln,S\nlamp,,Kiln,\ncup,Cup,Kiln,\nbowl,Bowl,Kiln,\n"

    out, err = run(write(tmp_path, content))

    assert "Products: 0 created, 1 updated, 0 unchanged, 3 failed.\n" in out
    assert err.splitlines() == [
        "line 2: error: mug: this variant does not exist yet, and there is no price to create it with.",
        "line 3: error: lamp: there is no title, and the product does not exist yet.",
        "line 4: error: cup: the product would have no variant.",
    ]


def test_uploaded_pictures_and_links_stay(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + SHIRT))
    shirt = Product.objects.get()
    ProductImage.objects.create(product=shirt, file="products/own.jpg", position=9)
    header = "Handle,Title,Option1 Name,Option1 Value,Price,Image Src\n"

    out, _ = run(write(tmp_path, header + "shirt,Shirt,Size,S,10,https://x.example/s.jpg\nshirt,,,M,11.50,\n"))

    assert "Images: 0 created, 0 updated, 1 removed.\n" in out
    kept = [image.file.name or image.source_url[-5:] for image in shirt.images.all()]
    assert kept == ["s.jpg", "m.jpg", "products/own.jpg"]
    assert ProductImage.objects.get(source_url__endswith="m.jpg").variant.sku == "SH-M"


def test_a_picture_can_move_to_another_variant_and_to_none(tmp_path: Path) -> None:
    header = "Handle,Title,Option1 Name,Option1 Value,Price,Image Src,Variant Image\n"
    url = "https://x.example/a.jpg"
    run(write(tmp_path, header + f"shirt,Shirt,Size,S,1,{url},{url}\nshirt,,,M,1,,\n"))

    _, err = run(write(tmp_path, header + f"shirt,Shirt,Size,S,1,{url},\nshirt,,,M,1,,\nshirt,,,L,1,,{url}\n"))
    moved_to = ProductImage.objects.get().variant.title
    run(write(tmp_path, header + f"shirt,Shirt,Size,S,1,{url},\nshirt,,,L,1,,\n"))

    assert err == ""
    assert moved_to == "L"
    assert ProductImage.objects.get().variant is None


def test_a_picture_shared_by_variants_belongs_to_the_first(tmp_path: Path) -> None:
    header = "Handle,Title,Option1 Name,Option1 Value,Price,Variant Image\n"
    url = "https://x.example/a.jpg"

    _, err = run(write(tmp_path, header + f"shirt,Shirt,Size,S,1,{url}\nshirt,,,M,1,{url}\n"))

    assert err.startswith("line 3: warning: shirt: the variant's picture already belongs to another variant")
    assert ProductImage.objects.get().variant.title == "S"


def test_categories_are_found_whatever_their_letters_and_made_once(tmp_path: Path) -> None:
    home = catalog.category_create(name="Home")
    header = "Handle,Title,Price,Product Category\n"

    run(write(tmp_path, header + "a,A,1,HOME > Kitchen > Mugs\nb,B,1,home > kitchen > Cups\nc,C,1,Kitchen\n"))

    tree = [(category.depth, category.name) for category in Category.objects.order_by("path")]
    assert tree == [(1, "Home"), (2, "Kitchen"), (3, "Cups"), (3, "Mugs"), (1, "Kitchen")]
    assert Product.objects.below(Category.objects.get(pk=home.pk).path).count() == 2


def test_a_bad_row_is_reported_and_the_others_go_in(tmp_path: Path) -> None:
    out, err = run(write(tmp_path, HEADER + MUG.replace(",4,", ",four,") + SHIRT.replace("11.50", "1e12")))

    assert err.splitlines() == [
        "line 2: error: mug: Variant Price 'four' is not a plain decimal number such as 1234.50.",
        "line 4: error: shirt: Variant Price '1e12' is not a plain decimal number such as 1234.50.",
    ]
    assert "Products: 1 created, 0 updated, 0 unchanged, 1 failed.\n" in out
    assert "Rows: 4 read, 2 with errors." in out
    assert Product.objects.get().variants.get().sku == "SH-S"


def test_a_row_that_only_the_database_refuses_costs_its_product_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = catalog.category_create

    def refuse(**fields: Any) -> Category:
        if fields["name"] == "Cups":
            raise IntegrityError("no cups here\nDETAIL: none")
        return create(**fields)

    monkeypatch.setattr(catalog, "category_create", refuse)

    out, err = run(write(tmp_path, HEADER + SHIRT + MUG + MUG.replace("mug", "glass").replace("Cups", "Glasses")))

    assert err == "line 5: error: mug: it could not be written: no cups here\n"
    assert "Products: 2 created, 0 updated, 0 unchanged, 1 failed.\n" in out
    assert set(Product.objects.values_list("slug", flat=True)) == {"shirt", "glass"}
    assert {category.name for category in Category.objects.all()} == {"Clothes", "Shirts", "Glasses"}


def test_a_dry_run_reports_everything_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.writing._PRODUCTS", 1)
    path = write(tmp_path, HEADER + SHIRT + MUG + MUG.replace("mug", "cup") + "bad,Bad\n")

    out, err = run(path, dry_run=True)

    assert "Products: 3 would be created, 0 would be updated, 0 unchanged, 1 failed.\n" in out
    assert "Variants: 4 would be created, 0 would be updated.\n" in out
    assert "Stock movements: 1 would be recorded.\n" in out
    assert err.startswith("line 7: error: bad: Variant Price is blank.")
    assert snapshot() == {model.__name__: [] for model in ALL_ROWS}


def test_statements_do_not_grow_with_the_products(tmp_path: Path) -> None:
    def statements(first: int, count: int) -> int:
        rows = "".join(f"p{n},P {n},{n},5,https://x.example/{n}.jpg\n" for n in range(first, first + count))
        path = write(tmp_path, "Handle,Title,Price,Inventory quantity,Image Src\n" + rows)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            run(path)
        return len(captured)

    statements(0, 1)

    assert statements(10, 3) == statements(20, 60)


@pytest.mark.parametrize(
    ("_case", "content", "message"),
    [
        ("no header", "name,slug\nMug,mug\n", "among them Handle"),
        ("empty", "", "is empty"),
        ("no rows", "Handle,Title\n", "no product in it can be imported"),
        ("no good rows", "Handle,Title,Price\nmug,Mug,dear\n", "no product in it can be imported"),
    ],
)
def test_a_file_that_nothing_can_be_made_of_fails(tmp_path: Path, _case: str, content: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(write(tmp_path, content))

    assert not Product.objects.exists()


def test_a_missing_file_and_an_unknown_format_fail(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "none.csv")
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path)
    with pytest.raises(CommandError, match="invalid choice: 'magento'"):
        call_command("import_products", "products.csv", "--format", "magento")


def test_the_progress_bar_is_for_terminals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    path = write(tmp_path, HEADER + SHIRT + MUG)
    terminal, plain = Terminal(), io.StringIO()
    monkeypatch.setattr("sys.stderr", terminal)
    run(path)
    monkeypatch.setattr("sys.stderr", plain)
    run(path)

    assert "2/2" in terminal.getvalue()
    assert plain.getvalue() == ""


def test_a_sellers_product_is_not_the_shops(tmp_path: Path) -> None:
    """Its seller could set the price of what the shop's file describes, and buy the shop's pieces."""
    sellers = make_product("Autumn Jacket", price="50.00", stock_left=1, seller=make_user())
    before = snapshot()
    path = write(
        tmp_path,
        "Handle,Title,Product Category,Price,Inventory quantity,Image Src\n"
        "autumn-jacket,Jacket,Coats,8900,50,https://x.example/a.jpg\n"
        "autumn-jacket,,,,,https://x.example/b.jpg\n"
        "mug,Mug,,1,5,\n",
    )

    out, err = run(path, stock="set")

    assert err == (
        "lines 2, 3: error: autumn-jacket: a seller's product has this handle, and an import changes only the shop's "
        "own.\n"
    )
    assert "Products: 1 created, 0 updated, 0 unchanged, 1 failed.\n" in out
    assert not Category.objects.exists()
    assert [row for row in snapshot()["Product"] if row["id"] == sellers.pk] == before["Product"]
    assert list(sellers.variants.get().stock_items.values_list("on_hand", flat=True)) == [1]
    assert not sellers.images.exists()


def test_a_file_that_breaks_off_takes_nothing_away_and_fails(tmp_path: Path) -> None:
    """The picture that is missing may stand below the place where the file could not be read further."""
    run(write(tmp_path, HEADER + SHIRT))
    before = snapshot()
    cut = SHIRT.replace(",Loom,", ",,").splitlines(keepends=True)[0] + 'mug,"Mug\nsale,Cheap gold bar,0.01\n'

    with pytest.raises(CommandError, match="could not be read to its end"):
        run(write(tmp_path, HEADER + cut))

    assert snapshot() == before


def test_a_file_in_an_unnamed_encoding_goes_in_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_bytes("Handle,Title,Price\na,A,1\nmug,Кружка,1\n".encode("windows-1251"))

    with pytest.raises(CommandError, match="--encoding"):
        run(path)
    assert not Product.objects.exists()

    run(path, encoding="windows-1251")
    assert Product.objects.get(slug="mug").name == "Кружка"
