"""The limits of iReal Pro links from both sides, and floods that try them."""

from contextlib import suppress

import pytest
from effort import assert_effort
from ireal_faults import PLAIN, book, fields, hidden, link, padded, several

from jazzgen.errors import ChartError
from jazzgen.io.ireal import link as ireal_link
from jazzgen.io.ireal.songs import parse_ireal

FLOODS = (
    "===a", "==a", "irealb://a ", "<", "(", "C*", "x|", "n", "N1C|", "{C}", "%25", "&amp;", "&",
    "a=b=c=1r34LbKcu7", "a=b=c=1r34LbKcu7===", " ", "sY", "Z<", "|U", "LZXyQKcl", "1=", "W/C",
)  # fmt: skip


def played(text):
    """Return the chords of each song."""
    return {
        " | ".join(" ".join(str(chord) for _, chord in bar.chords) for bar in chart.bars)
        for chart in parse_ireal(text, "x.html")
    }


@pytest.mark.parametrize(
    ("of", "limit", "name", "reason"),
    [
        (lambda n: book(title="x" * (n - len(book(title="")))), 500, "MAX_CHARACTERS",
         "more than 500 characters"),
        (lambda n: several(*[fields()] * n), 20, "MAX_SONGS", "more than 20 songs"),
        (lambda n: book(padded(n)), 300, "MAX_PROGRESSION", "more than 300 characters"),
        (lambda n: link(hidden(padded(n))), 300, "MAX_PROGRESSION", "more than 300 characters"),
    ],
    ids=["characters", "songs", "progression", "scrambled progression"],
)  # fmt: skip
def test_limits_from_both_sides(of, limit, name, reason, monkeypatch):
    monkeypatch.setattr(ireal_link, name, limit)
    for size in (limit - 1, limit):
        assert played(of(size)) == {PLAIN}
    with pytest.raises(ChartError, match=reason):
        played(of(limit + 1))


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize(
    "before",
    ["irealb://", "irealb://a=b=c=1r34LbKcu7", "irealbook://T=B=S=C=n=C|"],
    ids=["scrambled", "progression", "plain"],
)
def test_floods_end_soon(flood, before):
    text = before + flood * (2_000_000 // len(flood))

    def read():
        with suppress(ChartError):
            parse_ireal(text)

    assert_effort(read, 100 * len(text))
