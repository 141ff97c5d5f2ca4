"""Reading Shopify's product CSV: files and rows, without the database."""

from decimal import Decimal
from pathlib import Path

import pytest

from exchange.drafts import Problem, ProductDraft
from exchange.errors import UnusableFile
from exchange.reading.shopify import read_products
from utils.slugs import fault_of

PLAIN = "Handle,Title,Variant Price\n"
PICTURES = "Handle,Title,Body (HTML),Vendor,Price,Image Src,Image Position,Image Alt Text,Variant Image,Tags\n"


def read(
    path: Path, content: str | bytes, *, currency: str = "USD", encoding: str = ""
) -> tuple[list[ProductDraft], list[Problem]]:
    path = path / "products.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    problems: list[Problem] = []
    with read_products(path, currency=currency, report=problems.append, encoding=encoding) as file:
        drafts = list(file.products())
        assert file.product_count == len(drafts)
    return drafts, problems


def good(path: Path, content: str | bytes) -> list[ProductDraft]:
    """Return the drafts of a file that nothing is wrong with."""
    drafts, problems = read(path, content)
    assert problems == []
    return drafts


def messages(problems: list[Problem]) -> list[str]:
    return [str(problem) for problem in problems]


CLASSIC = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,"
    "Variant Barcode,Image Src,Image Position,Image Alt Text,Variant Image,Status\n"
    'mug,Mug,<p>Hot</p>,Kiln,Home > Kitchen,Cups,"hot, cold",TRUE,Size,L,M-1,350,shopify,7,9.50,12.00,0042,'
    "https://x.example/a.jpg,1,A mug,https://x.example/b.jpg,active\n"
)
NEW = (
    "URL handle,Title,Description,Vendor,Product category,Type,Tags,Published on online store,Option1 name,"
    "Option1 value,SKU,Weight value (grams),Inventory tracker,Inventory quantity,Price,Compare-at price,Barcode,"
    "Product image URL,Image position,Image alt text,Variant image URL,Status\n" + CLASSIC.split("\n", maxsplit=1)[1]
)
ODD = (
    "HANDLE, title ,Body,vendor,Product Category,Type,Tags,Published,Option1  name,Option1 value,Variant sku,"
    "Variant grams,Variant inventory tracker,Variant inventory quantity,Variant price,Variant compare at price,"
    "Variant barcode,Image src,Image position,Image alt text,Variant image,Status\n"
    + CLASSIC.split("\n", maxsplit=1)[1]
)


@pytest.mark.parametrize("content", [CLASSIC, NEW, ODD], ids=["classic", "new", "odd"])
def test_every_generation_of_headers_says_the_same(tmp_path: Path, content: str) -> None:
    [draft] = good(tmp_path, content)

    assert draft.handle == "mug"
    assert draft.values == {
        "name": "Mug",
        "description": "<p>Hot</p>",
        "brand": "Kiln",
        "product_type": "Cups",
        "tags": ["hot", "cold"],
    }
    assert draft.category == ("Home", "Kitchen")
    assert (draft.status, draft.is_published) == ("active", True)
    [variant] = draft.variants
    assert variant.options == [("Size", "L")]
    assert variant.values == {"sku": "M-1", "barcode": "0042", "weight_grams": 350, "track_inventory": True}
    assert variant.price == {"amount": Decimal("9.50"), "compare_at": Decimal("12.00")}
    assert (variant.quantity, variant.image_url) == (7, "https://x.example/b.jpg")
    assert [(image.url, image.values) for image in draft.images] == [
        ("https://x.example/a.jpg", {"position": 1, "alt": "A mug"}),
        ("https://x.example/b.jpg", {"position": 2, "alt": ""}),
    ]


def test_columns_may_stand_in_any_order_and_unknown_ones_are_named(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("Price / Canada,Variant Price,Gift Card,Title,Handle\n99,5,FALSE,Mug,mug\n")

    with read_products(path, currency="USD", report=lambda problem: pytest.fail(str(problem))) as file:
        [draft] = file.products()
        assert file.unused_columns == ["Price / Canada", "Gift Card"]
        assert file.rows_read == 1

    assert draft.variants[0].price == {"amount": Decimal("5")}


@pytest.mark.parametrize(
    ("_case", "content"),
    [
        ("byte order mark", b"\xef\xbb\xbf" + PLAIN.encode() + "mug,Caf\u00e9,1\n".encode()),
        ("CRLF", (PLAIN + "mug,Caf\u00e9,1\n").replace("\n", "\r\n").encode()),
        ("old Macintosh", (PLAIN + "mug,Caf\u00e9,1\n").replace("\n", "\r").encode()),
        ("no last line end", (PLAIN + "mug,Caf\u00e9,1").encode()),
        ("semicolons", (PLAIN + "mug,Caf\u00e9,1\n").replace(",", ";").encode()),
        ("tabs", (PLAIN + "mug,Caf\u00e9,1\n").replace(",", "\t").encode()),
        ("padded cells", b' Handle , "Title" ,Variant Price, "" \n mug , "Caf\xc3\xa9" , 1 , "" \n'),
        ("blank lines", b"\n\n" + PLAIN.encode() + "\n,,\nmug,Caf\u00e9,1\n\n , ,\n".encode()),
    ],
)
def test_how_the_file_is_written_does_not_matter(tmp_path: Path, _case: str, content: bytes) -> None:
    [draft] = good(tmp_path, content)

    assert (draft.handle, draft.values) == ("mug", {"name": "Caf\u00e9"})
    assert draft.variants[0].price == {"amount": Decimal("1")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_told_by_the_file(tmp_path: Path, encoding: str) -> None:
    [draft] = good(tmp_path, (PLAIN + "mug,Кружка \U0001f375,1\n").encode(encoding))

    assert draft.values == {"name": "Кружка \U0001f375"}


@pytest.mark.parametrize("encoding", ["windows-1251", "windows-1252", "koi8-r", "gbk", "shift_jis", "latin-1"])
def test_another_encoding_is_refused_until_it_is_named(tmp_path: Path, encoding: str) -> None:
    title = {"gbk": "茶杯", "shift_jis": "湯飲み", "koi8-r": "Кружка", "windows-1251": "Кружка"}.get(encoding, "Café")
    content = (PLAIN + f"a,A,1\nmug,{title},1\n").encode(encoding)

    with pytest.raises(UnusableFile, match=r"Line 3 is not UTF-8.*--encoding windows-1251"):
        read(tmp_path, content)
    drafts, problems = read(tmp_path, content, encoding=encoding)

    assert [draft.values["name"] for draft in drafts] == ["A", title]
    assert problems == []


@pytest.mark.parametrize("encoding", ["", "utf-16", "UTF-16LE"])
def test_utf16_without_a_mark_may_be_named_too(tmp_path: Path, encoding: str) -> None:
    [draft], problems = read(tmp_path, (PLAIN + "mug,Кружка,1\n").encode("utf-16-le"), encoding=encoding)

    assert (draft.values["name"], problems) == ("Кружка", [])


def test_utf16_that_is_not_recognised_is_named_in_the_refusal(tmp_path: Path) -> None:
    content = f"{'Ш' * 300},Handle,Title\n1,mug,Mug\n".encode("utf-16-le")

    with pytest.raises(UnusableFile, match="--encoding utf-16-le"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (PLAIN.encode(), "klingon", "no text encoding 'klingon'"),
        (PLAIN.encode(), "base64", "no text encoding 'base64'"),
        (PLAIN.encode("utf-8-sig"), "windows-1252", "first bytes say UTF-8, and not cp1252"),
        (PLAIN.encode("utf-16"), "utf-8", "first bytes say UTF-16, and not utf-8"),
        (PLAIN.encode("utf-16") + b"\x00\xd8a\x00", "", "is not UTF-16"),
    ],
)
def test_a_wrong_name_is_refused(tmp_path: Path, content: bytes, encoding: str, message: str) -> None:
    with pytest.raises(UnusableFile, match=message):
        read(tmp_path, content, encoding=encoding)


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xef\xbb\xbf", ""), (b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8")])
def test_damaged_bytes_in_a_file_of_known_encoding_cost_their_row(tmp_path: Path, mark: bytes, encoding: str) -> None:
    content = mark + PLAIN.encode() + b"a,Mug\x81,1\nb,Mug\0,1\nc,Mug,1\n"

    drafts, problems = read(tmp_path, content, encoding=encoding)

    assert [draft.is_refused for draft in drafts] == [True, True, False]
    assert messages(problems) == [
        "line 2: error: a: holds bytes that are not UTF-8",
        "line 3: error: b: holds a NUL character",
    ]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;\r", '"sep=;"', "sep=;;;", "\ufeffsep=;"])
def test_the_first_line_may_name_the_delimiter(tmp_path: Path, line: str) -> None:
    [draft], problems = read(tmp_path, f"{line}\nHandle;Title;Price;a,b,c,d,e\nmug;Mug;dear;\n")

    assert draft.handle == "mug"
    assert [problem.lines for problem in problems] == [[3]]


def test_a_cell_may_span_lines_and_lines_are_counted_as_in_an_editor(tmp_path: Path) -> None:
    content = 'Handle,Title,Body (HTML),Variant Price\r\na,A,"<p>one\r\ntwo</p>\r\n",1\r\n\r\nb,B,,dear\r\n'

    drafts, problems = read(tmp_path, content)

    assert drafts[0].values["description"] == "<p>one\ntwo</p>"
    assert [problem.lines for problem in problems] == [[6]]


BAIT = "sale,Cheap gold bar,0.01\n"


@pytest.mark.parametrize(
    "cell",
    [
        '"B' + "x" * 1_000_001 + f'\n{BAIT}"',
        '"B\n' + BAIT * 50_000 + '"',
        f'"B\n{BAIT}',
        f'"<p class="x">\n{BAIT}"',
        f'"B" and\n{BAIT}"',
        f'"B,1\n{BAIT}c,"C"',
        "x" * 4_000_001,
        f'"{"a,b" * 1_400_000}"',
        "," * 4_000_001,
    ],
    ids=[
        "long cell",
        "long text",
        "open",
        "bare quotes",
        "text behind",
        "open, then quoted",
        "line",
        "quoted",
        "commas",
    ],
)
def test_from_where_rows_cannot_be_told_apart_nothing_is_read(tmp_path: Path, cell: str) -> None:
    """A description must not become products, whatever it holds."""
    drafts, problems = read(tmp_path, PLAIN + f"a,A,1\nb,{cell},1\n{BAIT}")

    assert [draft.handle for draft in drafts] == ["a"]
    assert [problem.lines for problem in problems] == [[3]]
    assert "From here on rows can't be told apart" in problems[0].message


def test_a_product_that_may_have_lost_rows_keeps_what_it_has(tmp_path: Path) -> None:
    content = PICTURES + 'mug,Mug,,,1,https://x.example/1.jpg,,,,\nb,"B'

    drafts, _ = read(tmp_path, content)

    assert not drafts[0].replaces_images
    assert drafts[0].values == {"name": "Mug"}


def test_quotes_inside_a_cell_are_its_own(tmp_path: Path) -> None:
    [draft] = good(tmp_path, PLAIN + 'pipe,"5"" pipe, ""new"" , """" , blue" ,1\n')

    assert draft.values["name"] == '5" pipe, "new" , "" , blue'


def test_an_inch_mark_needs_no_quotes(tmp_path: Path) -> None:
    [draft] = good(tmp_path, PLAIN + 'pipe,5" pipe ,1\n')

    assert draft.values["name"] == '5" pipe'


def test_a_row_with_more_cells_than_the_header_is_not_trusted(tmp_path: Path) -> None:
    drafts, problems = read(tmp_path, PLAIN + "a,A, large,1\nb,B,1,,\n")

    assert [draft.is_refused for draft in drafts] == [True, False]
    assert messages(problems) == ["line 2: error: a: has 4 cells where the header has 3"]


@pytest.mark.parametrize(
    ("_case", "content", "message"),
    [
        ("empty", b"", "The file is empty."),
        ("blank", b"\n \n", "The file is empty."),
        ("no such columns", b"name,slug\nMug,mug\n", "among them Handle"),
        ("open quote", b'Handle,"Title\nmug,Mug\n', "never closes"),
        ("endless header", b'"' + b"x" * 1_000_001, "cannot be read as CSV"),
    ],
)
def test_a_file_without_a_usable_header_is_refused(tmp_path: Path, _case: str, content: bytes, message: str) -> None:
    with pytest.raises(UnusableFile, match=message):
        read(tmp_path, content)


def test_a_products_rows_may_be_anywhere_and_products_keep_their_first_place(tmp_path: Path) -> None:
    content = (
        "Handle,Title,Option1 Name,Option1 Value,Variant Price\nb,B,Size,S,1\na,A,,,2\nb,,,M,3\nc,C,,,4\nb,,,L,5\n"
    )

    drafts = good(tmp_path, content)

    assert [(draft.handle, draft.lines) for draft in drafts] == [("b", [2, 4, 6]), ("a", [3]), ("c", [5])]
    assert [variant.key for variant in drafts[0].variants] == [("s",), ("m",), ("l",)]


def test_without_a_handle_the_title_makes_one(tmp_path: Path) -> None:
    drafts, problems = read(tmp_path, "Title,Price\nBlue Mug,1\n,2\n")

    assert [draft.handle for draft in drafts] == ["blue-mug"]
    assert messages(problems) == ["line 3: error: there is no handle, and no title to make one from."]


@pytest.mark.parametrize(
    ("handle", "slug"),
    [("Blue-Mug_1", "blue-mug_1"), ("হাত-ব্যাগ", "হাত-ব্যাগ"), ("cafe\u0301", "caf\u00e9"), ("กระเป๋า", "กระเป๋า")],
)
def test_a_handle_may_be_in_any_script_and_spelling(tmp_path: Path, handle: str, slug: str) -> None:
    [draft] = good(tmp_path, PLAIN + f"{handle},Mug,1\n")

    assert draft.handle == slug


@pytest.mark.parametrize("column", ["Handle", "Title"])
@pytest.mark.parametrize("word", ["2024", "Search", "low-stock"])
def test_a_number_or_a_word_of_addresses_gets_another_handle(tmp_path: Path, column: str, word: str) -> None:
    drafts, problems = read(tmp_path, f"{column},Price,Vendor\n{word},1,Kiln\n")

    slug = word.lower()
    assert [draft.handle for draft in drafts] == [f"product-{slug}"]
    assert [str(problem) for problem in problems if "Handle" in str(problem)] == (
        [f"line 2: warning: product-{slug}: Handle '{word}' becomes 'product-{slug}'. {fault_of(slug)}"]
        if column == "Handle"
        else []
    )


@pytest.mark.parametrize("handle", ["two words", "a/b", "x" * 256, "a\u0007"])
def test_a_handle_must_be_a_slug(tmp_path: Path, handle: str) -> None:
    [draft], problems = read(tmp_path, PLAIN + f"{handle},Mug,1\n")

    assert draft.is_refused
    assert [problem.lines for problem in problems] == [[2]]
    assert "the handle" in problems[0].message


def test_the_temporary_folder_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    good(tmp_path, PLAIN + "a,A,1\n")

    assert list(scratch.iterdir()) == []
