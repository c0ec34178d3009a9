"""Numbers and nouns in messages."""

import pytest

from jazzgen.runtime.wording import counted, plural


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 files"), (1, "1 file"), (2, "2 files"), (12_345, "12,345 files")],
)
def test_only_one_thing_is_named_in_the_singular(number, expected):
    assert counted(number, "file") == expected
    assert plural(number, "file") == expected.partition(" ")[2]
