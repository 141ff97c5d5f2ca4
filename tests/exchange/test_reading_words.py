"""Reading Shopify's product CSV: words of other languages and other shops, and what is told of them."""

from pathlib import Path

import pytest

from tests.exchange.test_reading import messages, read
from tests.exchange.test_reading_rows import sole_draft

TRUE_WORDS = """
    TRUE true YES 1 WAHR VRAI VERDADERO VERDADEIRO VERO WAAR SANT SAND TOSI PRAWDA PRAVDA IGAZ DOĞRU doğru ИСТИНА ІСТИНА
    ΑΛΗΘΗΣ αληθής
"""
FALSE_WORDS = """
    FALSE no 0 FALSCH FAUX FALSO ONWAAR FALSKT USANN FALSK EPÄTOSI FAŁSZ NEPRAVDA HAMIS YANLIŞ yanl\u0131ş FALS ЛОЖЬ
    ХИБНІСТЬ ΨΕΥΔΗΣ
"""


@pytest.mark.parametrize(
    ("word", "is_published"),
    [(word, True) for word in TRUE_WORDS.split()] + [(word, False) for word in FALSE_WORDS.split()],
)
def test_yes_and_no_in_the_language_of_a_spreadsheet(tmp_path: Path, word: str, is_published: bool) -> None:
    draft = sole_draft(tmp_path, "Handle,Title,Price,Published", f"mug,Mug,1,{word}")

    assert draft.is_published is is_published


@pytest.mark.parametrize("word", ["perhaps", "-1", "2", "TRUEFALSE"])
def test_neither_yes_nor_no(tmp_path: Path, word: str) -> None:
    [draft], _ = read(tmp_path, f"Handle,Title,Price,Published\nmug,Mug,1,{word}\n")

    assert draft.is_refused


@pytest.mark.parametrize("status", ["unlisted", "UNLISTED"])
def test_an_unlisted_product_is_a_draft_and_that_is_told(tmp_path: Path, status: str) -> None:
    [draft], problems = read(tmp_path, f"Handle,Title,Price,Status,Published\nmug,Mug,1,{status},TRUE\n")

    assert draft.status_after("active") == "draft"
    assert messages(problems) == [
        "line 2: warning: mug: the shop has no unlisted products, so this one becomes a hidden draft."
    ]


def test_descriptions_that_lost_markup_are_counted_once_at_the_end(tmp_path: Path) -> None:
    rows = [
        "a,A,<p>whole</p>,1",
        "b,B,<p style=x>cut</p>,1",
        "c,C,<img src=x>cut,dear",
        "d,D,words & more,1",
        "e,E,,1",
        "e,,<h1>cut</h1>,",
        "f,F,<font>cut</font>,1",
    ]

    _, problems = read(tmp_path, "Handle,Title,Body (HTML),Price\n" + "\n".join(rows))

    assert messages(problems)[-1] == (
        "lines 3, 7, 8: warning: Body (HTML): markup that is not allowed was removed. Products: 3."
    )
