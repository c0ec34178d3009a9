"""iReal Pro links that are damaged, meant to harm or merely odd: read as meant, or refused."""

import re
import time
from contextlib import suppress

import pytest
from ireal_faults import BARS, KEPT, PLAIN, REFUSED, book, link, padded, song

from jazzgen.errors import ChartError
from jazzgen.formats import ireal_link
from jazzgen.formats.ireal import parse_ireal


def read(text):
    """Return the chords of each song, bar by bar."""
    return [
        tuple(" ".join(str(chord) for _, chord in bar.chords) for bar in chart.bars)
        for chart in parse_ireal(text, "x.html")
    ]


@pytest.mark.parametrize("name", KEPT)
def test_what_is_meant_is_read(name):
    text, songs = KEPT[name]
    assert read(text) == songs


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused_and_why(name):
    text, reason = REFUSED[name]
    began = time.process_time()
    with pytest.raises(ChartError, match=re.escape(reason)) as told:
        parse_ireal(text, "x.html")
    assert re.fullmatch(r"x\.html: [^\n]{1,250}", str(told.value))
    assert time.process_time() - began < 5  # a worker's deadline


def songs(count):
    return "irealbook://" + "=".join([book().removeprefix("irealbook://")] * count)


@pytest.mark.parametrize(
    ("of", "limit", "name", "reason"),
    [
        (lambda n: book(title="x" * (n - len(book(title="")))), 500, "MAX_CHARACTERS",
         "more than 500 characters"),
        (songs, 20, "MAX_SONGS", "more than 20 songs"),
        (lambda n: book(padded(n)), 300, "MAX_PROGRESSION", "more than 300 characters"),
        (lambda n: link(song(padded(n), head=ireal_link.SCRAMBLED)), 300, "MAX_PROGRESSION",
         "more than 300 characters"),
    ],
    ids=["characters", "songs", "progression", "scrambled progression"],
)  # fmt: skip
def test_limits_from_both_sides(of, limit, name, reason, monkeypatch):
    monkeypatch.setattr(ireal_link, name, limit)
    for size in (limit - 1, limit):
        assert set(read(of(size))) == {PLAIN}
    with pytest.raises(ChartError, match=reason):
        read(of(limit + 1))


FLOODS = (
    "===a", "==a", "irealb://a ", "<", "(", "C*", "x|", "n", "N1C|", "{C}", "%25", "&amp;", "&",
    "a=b=c=1r34LbKcu7", "a=b=c=1r34LbKcu7===", " ", "sY", "Z<", "|U", "LZXyQKcl", "1=", "W/C",
)  # fmt: skip


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize(
    "before",
    ["irealb://", "irealb://a=b=c=1r34LbKcu7", "irealbook://T=B=S=C=n=C|"],
    ids=["scrambled", "progression", "plain"],
)
def test_floods_end_soon(flood, before):
    text = before + flood * (2_000_000 // len(flood))
    began = time.process_time()
    with suppress(ChartError):
        parse_ireal(text)
    assert time.process_time() - began < 2


def test_the_progression_without_fault_is_what_it_seems():
    assert read(book(BARS)) == read(link(song(BARS))) == [PLAIN]
