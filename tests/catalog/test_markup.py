"""Markup of strangers: made safe in a time and a room that its length allows."""

import time

import pytest

from catalog.html import clean_html, cleaned

LENGTH = 100_000
LINK = f"<a href='https://x.example/{'z' * 10_000}'>"
FLOODS = [
    *("<", "<!", "<!--", "<a", "<a ", "<a b", '<a b="', "<a b='", "</", "</a", "<?", "<![CDATA[", "<a/", '<a "', "&"),
    *("<script", "<script>", "</script", "<style>x", "<p>", "<b>", "<div>", "<div><b>", "<p><b>", "<ul><li>", "<li>x"),
    *("<a href=y><p>", "<table><td>", "<table>", "<b></p>", "<b><p></b>", "<h2>", "<svg><p>", "<a href=y>x</p><p>"),
]


@pytest.mark.parametrize("beginning", ["", LINK, f"<p>{LINK}", "<p ", "<script>"])
@pytest.mark.parametrize("flood", FLOODS)
def test_no_markup_takes_long_or_grows(beginning: str, flood: str) -> None:
    markup = beginning + flood * ((LENGTH - len(beginning)) // len(flood))
    started = time.process_time()
    assert len(clean_html(markup)) < 6 * LENGTH
    assert time.process_time() - started < 5


def test_a_format_that_never_ends_is_not_opened_again_without_end() -> None:
    markup = "".join(f"<b a={number}><p>" for number in range(LENGTH // 12))
    assert len(clean_html(markup)) < 5 * LENGTH


@pytest.mark.parametrize(
    ("markup", "clean"),
    [
        ("<P>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>"),
        ("<p><b>a</p><p>b</b>c</p>", "<p><b>a</b></p><p><b>b</b>c</p>"),
        ("<b>a<i>b</b>c</i>d", "<b>a<i>b</i></b><i>c</i>d"),
        ("a<br/>b<hr>c</p></b>", "a<br>b<hr>c"),
        ('<a title="x > y" HREF=/a>b</a>', '<a title="x &gt; y" href="/a" rel="noopener noreferrer">b</a>'),
        ("<a href='/a\"b'>c</a>", '<a href="/a&quot;b" rel="noopener noreferrer">c</a>'),
        (
            "<a href=a>b<a href=c>d",
            '<a href="a" rel="noopener noreferrer">b</a><a href="c" rel="noopener noreferrer">d</a>',
        ),
        ("<p title=\"it's>a", "<p>a</p>"),
        ("5 < 6 & 7 <3 &lt;b&gt;", "5 &lt; 6 &amp; 7 &lt;3 &lt;b&gt;"),
        ("a<!-- <b> -->b<!-->c<!doctype html>d", "abcd"),
        ("a<SCRIPT>if (a < b) '</b>'</Script >b<style>c", "ab"),
        (
            "<table><tr><td colspan=2>a<td>b</table>",
            '<table><tbody><tr><td colspan="2">a</td><td>b</td></tr></tbody></table>',
        ),
    ],
)
def test_what_becomes_of_it(markup: str, clean: str) -> None:
    assert clean_html(markup) == clean
    assert clean_html(clean) == clean


@pytest.mark.parametrize(
    "markup",
    [
        "words",
        "a & b",
        "<p>a</p>",
        "<P>a<br/>b",
        '<a href="https://x.example" title=t>a</a>',
        "<td colspan=2>",
        "<!-- a -->b",
    ],
)
def test_what_is_whole(markup: str) -> None:
    assert cleaned(markup).is_whole


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='color: red'>a</p>",
        "<img src=x>a",
        "<font>a</font>",
        "<script>a</script>b",
        "a<style>b",
        "<a href='javascript:a()'>b</a>",
        "<a target=_blank href=/a>b</a>",
        "<div>" * 101,
    ],
)
def test_what_is_not_whole(markup: str) -> None:
    assert not cleaned(markup).is_whole
