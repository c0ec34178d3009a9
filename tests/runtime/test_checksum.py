"""A checksum in the file that it is of."""

import pytest

from jazzgen.runtime.checksum import BLANK, has_checksum, with_checksum

CONTENT = f'{{"sum": "{BLANK}", "figure": 1}}'.encode()


def test_every_change_is_noticed():
    content = with_checksum(CONTENT)
    checksum = content[9:73].decode()
    assert has_checksum(content, checksum)
    for place in range(len(content)):
        changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        assert not has_checksum(changed, changed[9:73].decode())


@pytest.mark.parametrize("checksum", [None, 1, "", BLANK, BLANK[1:], "ä" * 64])
def test_what_is_no_checksum(checksum):
    assert not has_checksum(CONTENT, checksum)


@pytest.mark.parametrize("content", [b"", 2 * CONTENT])
def test_there_is_one_place_for_it(content):
    with pytest.raises(ValueError, match="one place"):
        with_checksum(content)
