"""Reading Shopify's product CSV: how much of it, and for how long."""

import time
from pathlib import Path

import pytest

from exchange.errors import UnusableFile
from exchange.reading import source
from tests.exchange.test_reading import PLAIN, messages, read

ROWS = 20_000


def test_a_file_may_have_so_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = PLAIN + "a,A,1\n"
    monkeypatch.setattr(source, "_LARGEST_FILE", len(content))

    drafts, problems = read(tmp_path, content)
    with pytest.raises(UnusableFile, match=r"34 bytes; at most 33 are allowed\. Split it"):
        read(tmp_path, content + "\n")

    assert (len(drafts), problems) == (1, [])


def test_a_file_may_have_so_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_MOST_ROWS", 2)

    drafts, _ = read(tmp_path, PLAIN + "a,A,1\n,,\n\nb,B,1\n")
    with pytest.raises(UnusableFile, match=r"more than 2 rows\. Split it"):
        read(tmp_path, PLAIN + "a,A,1\nb,B,1\nc,C,1\n")

    assert len(drafts) == 2


def test_a_file_may_have_so_many_columns(tmp_path: Path) -> None:
    drafts, _ = read(tmp_path, "Handle,Title,Price" + ",x" * 997 + "\na,A,1\n")
    with pytest.raises(UnusableFile, match="names 1001 columns; at most 1000 are allowed"):
        read(tmp_path, "Handle,Title,Price" + ",x" * 998 + "\na,A,1\n")

    assert len(drafts) == 1


def test_a_column_may_have_so_long_a_name(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="a name of more than 255 characters"):
        read(tmp_path, f"Handle,Title,Price,Variant{' ' * 250}Grams\na,A,1,x\n")


@pytest.mark.parametrize(
    ("header", "cell", "complaint"),
    [
        ("Body (HTML)", "x" * 200_001, "has 200001 characters; at most 200000 are allowed."),
        ("Tags", ",".join(map(str, range(251))), "has 251 tags; at most 250 are allowed."),
        ("Tags", "a," + "x" * 256, "has a tag of more than 255 characters."),
    ],
)
def test_a_cell_may_hold_so_much(tmp_path: Path, header: str, cell: str, complaint: str) -> None:
    [draft], problems = read(tmp_path, f'Handle,Title,Price,{header}\na,A,1,"{cell}"\n')

    assert draft.is_refused
    assert complaint in problems[0].message
    assert len(problems[0].message) < 200


def test_a_cell_may_hold_that_much(tmp_path: Path) -> None:
    tags = ",".join(str(number).zfill(255) for number in range(250))

    [draft], problems = read(tmp_path, f'Handle,Title,Price,Tags,Body (HTML)\na,A,1,"{tags}",{"x" * 200_000}\n')

    assert problems == []
    assert (len(draft.values["tags"]), len(draft.values["description"])) == (250, 200_000)


def test_a_long_handle_is_shortened_in_messages(tmp_path: Path) -> None:
    _, problems = read(tmp_path, PLAIN + f"{'h' * 100_000},A,1\n")

    assert len(str(problems[0])) < 200


def test_rows_beyond_the_most_of_a_product_are_told_in_one_line(tmp_path: Path) -> None:
    [draft], problems = read(tmp_path, PLAIN + "a,A,1\n" + "a,,\n" * ROWS)

    assert len(draft.lines) == 1
    assert sum(len(problem.lines) for problem in problems) == ROWS
    assert len(problems) < 3_000
    assert messages(problems)[-1].endswith("more: error: a: a product can have at most 2298 rows.")


LONG = "x" * 190_000


@pytest.mark.parametrize(
    "content",
    [
        PLAIN + "a,,\n" * ROWS,
        PLAIN + "".join(f"{number},,\n" for number in range(ROWS)),
        "Handle,Title,Price,Body (HTML)\n" + f"a,A,1,{LONG}\n" + "a,,,y\n" * ROWS,
        PLAIN + "\n" * ROWS * 20,
        PLAIN + ",,\n" * ROWS * 10,
        PLAIN + 'a,"b" ' + " " * 900_000 + "\n",
        PLAIN + 'a,"' + '""' * 400_000 + '",1\n',
        PLAIN + ("a," + '"" ' * 1_000 + "\n") * 200,
        PLAIN + ("a,A,1" + "," * 900_000 + "\n") * 3,
        "Handle,Title,Price,Image Src\n" + "".join(f"a,A,1,https://x.example/{number}\n" for number in range(ROWS)),
    ],
    ids=["rows", "handles", "differing", "blank", "empty", "padding", "quotes", "padded quotes", "commas", "pictures"],
)
def test_no_file_takes_long(tmp_path: Path, content: str) -> None:
    started = time.process_time()
    read(tmp_path, content)
    assert time.process_time() - started < 20
