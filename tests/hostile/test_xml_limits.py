"""The limits of scores and archives, from both sides."""

import io
import re
import zipfile

import pytest
from mxl_faults import container, packed
from xml_faults import PLAIN, score

from jazzgen.errors import ChartError
from jazzgen.io.musicxml.read import parse_musicxml
from jazzgen.io.musicxml.xml_guard import XmlLimits


def played(content, **limits):
    """Return the chords of a score as they are played."""
    chart = parse_musicxml(content, "x.mxl", XmlLimits(**limits))
    return " | ".join(" ".join(str(chord) for _, chord in bar.chords) for bar in chart.bars)


def sized(size):
    """Return a score of so many bytes."""
    return score(inside=f"<!--{'x' * (size - len(score(inside='<!---->')))}-->")


def nested(depth):
    """Return a score whose innermost element lies so deep."""
    return score(inside="<a>" * (depth - 1) + "</a>" * (depth - 1))


def counted(elements):
    """Return a score of so many elements."""
    return score(inside="<a/>" * (elements - len(re.findall(b"<[a-z]", score()))))


def members(count):
    """Return an archive of so many files."""
    return packed(*MEMBERS, *((f"{number}.txt", b"") for number in range(count - len(MEMBERS))))


def holding(size):
    """Return an archive that holds so many bytes."""
    return packed(*MEMBERS, ("a.txt", b"x" * (size - sum(len(content) for _, content in MEMBERS))))


MEMBERS = (("META-INF/container.xml", container("score.xml")), ("score.xml", score()))


@pytest.mark.parametrize(
    ("of", "limit", "name", "reason"),
    [
        (sized, 3000, "bytes", "more than 3,000 bytes"),
        (nested, 200, "depth", "elements more than 200 deep"),
        (counted, 99, "elements", "more than 99 elements"),
        (holding, 3000, "unpacked", "unpacks to more than 3,000 bytes"),
        (members, 64, "members", "more than 64 files"),
    ],
    ids=["bytes", "depth", "elements", "unpacked", "members"],
)
def test_limits_from_both_sides(of, limit, name, reason):
    for size in (limit - 1, limit):
        assert played(of(size), **{name: limit}) == PLAIN
    with pytest.raises(ChartError, match=reason):
        played(of(limit + 1), **{name: limit})


def test_how_much_an_archive_may_grow():
    content = packed(MEMBERS[0], ("score.xml", sized(20_000)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo("score.xml")
    whole = -(-info.file_size // info.compress_size)
    for limit in (whole, whole + 1):
        assert played(content, ratio=limit) == PLAIN
    with pytest.raises(ChartError, match=f"unpacks to more than {whole - 1} times its size"):
        played(content, ratio=whole - 1)
