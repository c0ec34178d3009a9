"""The limits of iReal Pro links from both sides, and floods that try them."""

from contextlib import suppress
from itertools import product

import pytest
from effort import assert_effort
from ireal_faults import PLAIN, book, fields, hidden, link, padded, several

from jazzgen.errors import ChartError
from jazzgen.io.ireal.link import LinkLimits
from jazzgen.io.ireal.songs import parse_ireal

FLOODS = (
    "===a", "==a", "irealb://a ", "<", "(", "C*", "x|", "n", "N1C|", "{C}", "%25", "&amp;", "&",
    "a=b=c=1r34LbKcu7", "a=b=c=1r34LbKcu7===", " ", "sY", "Z<", "|U", "LZXyQKcl", "1=", "W/C",
)  # fmt: skip


def played(text, **limits):
    """Return the chords of each song."""
    return {
        " | ".join(" ".join(str(chord) for _, chord in bar.chords) for bar in chart.bars)
        for chart in parse_ireal(text, "x.html", LinkLimits(**limits))
    }


@pytest.mark.parametrize(
    ("of", "limit", "name", "reason"),
    [
        (lambda n: book(title="x" * (n - len(book(title="")))), 500, "characters",
         "more than 500 characters"),
        (lambda n: several(*[fields()] * n), 20, "songs", "more than 20 songs"),
        (lambda n: book(padded(n)), 300, "progression", "more than 300 characters"),
        (lambda n: link(hidden(padded(n))), 300, "progression", "more than 300 characters"),
    ],
    ids=["characters", "songs", "progression", "scrambled progression"],
)  # fmt: skip
def test_limits_from_both_sides(of, limit, name, reason):
    for size in (limit - 1, limit):
        assert played(of(size), **{name: limit}) == {PLAIN}
    with pytest.raises(ChartError, match=reason):
        played(of(limit + 1), **{name: limit})


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize(
    "before",
    ["irealb://", "irealb://a=b=c=1r34LbKcu7", "irealbook://T=B=S=C=n=C|"],
    ids=["scrambled", "progression", "plain"],
)
def test_floods_end_soon(flood, before):
    text = before + flood * (400_000 // len(flood))

    def read():
        with suppress(ChartError):
            parse_ireal(text)

    assert_effort(read, 100 * len(text))


ODD = (*map(chr, range(0x20)), *"\x7f\x85\xa0\u2028\u3000²٣\ufeff-")
"""Control characters, and what Python takes for white space or digits and others don't."""


def test_odd_characters_in_any_field_are_read_or_refused():
    fields = ["T", "C", "Swing", "C", "0", "1r34LbKcu7[T44C   |Z ", "Jazz", "120", "3"]
    read = 0
    for (place, field), odd in product(enumerate(fields), ODD):
        for text in (odd + field, field + odd, odd, f"{odd}0"):
            changed = [*fields[:place], text, *fields[place + 1 :]]
            with suppress(ChartError):
                parse_ireal("irealb://" + "=".join(changed), "x")
                read += 1
    assert read > len(ODD) * len(fields)  # most of them can be read
