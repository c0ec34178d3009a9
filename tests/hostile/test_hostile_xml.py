"""MusicXML that is damaged, meant to harm or merely odd: read as it was meant, or refused."""

import io
import re
import zipfile

import pytest
from xml_faults import KEPT, PLAIN, REFUSED, archive, nested, score

from jazzgen.errors import ChartError
from jazzgen.formats import xml_guard
from jazzgen.formats.musicxml_read import parse_musicxml

COMMENT = "<!---->"


def sized(size):
    """Return a score of so many bytes."""
    return score(before=COMMENT.replace("--", "--" + "x" * (size - len(score()) - 7), 1))


def stored(size):
    """Return an archive that holds so many bytes."""
    members = [("score.xml", score()), ("a.txt", "")]
    held = sum(info.file_size for info in unpacked(archive(*members)))
    return archive(members[0], ("a.txt", "x" * (size - held)))


def counted(elements):
    """Return a score of so many elements."""
    return score(part="<a/>" * (elements - len(re.findall("<[a-z]", score()))))


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.infolist()


def dense(ratio):
    """Return an archive whose score is packed to this part of its size, or just less."""
    size = len(score()) + 10
    while True:
        content = archive(("score.xml", sized(size)))
        info = next(one for one in unpacked(content) if one.filename == "score.xml")
        if info.file_size > ratio * info.compress_size:
            return content
        size += 1


def bytes_of(content):
    return content.encode() if isinstance(content, str) else content


def read(content):
    """Return the chords of a score, bar by bar."""
    chart = parse_musicxml(bytes_of(content), "x.mxl")
    return tuple(" ".join(str(chord) for _, chord in bar.chords) for bar in chart.bars)


@pytest.mark.parametrize("name", KEPT)
def test_what_is_meant_is_read(name):
    content, chords = KEPT[name]
    assert read(content) == chords


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused_and_why(name):
    content, reason = REFUSED[name]
    with pytest.raises(ChartError, match=re.escape(reason)) as told:
        parse_musicxml(bytes_of(content), "x.mxl")
    assert re.fullmatch(r"x\.mxl: [^\n]{1,200}", str(told.value))


@pytest.mark.parametrize(
    ("of", "limit", "name", "value", "reason"),
    [
        (sized, 2000, "MAX_BYTES", 2000, "more than 2,000 bytes"),
        (nested, 200, "MAX_DEPTH", 200, "elements more than 200 deep"),
        (counted, 60, "MAX_ELEMENTS", 60, "more than 60 elements"),
        (stored, 3000, "MAX_UNPACKED", 3000, "unpacks to more than 3,000 bytes"),
        (lambda n: archive(("score.xml", score()), *((f"{i}.txt", "") for i in range(n - 2))), 64,
         "MAX_MEMBERS", 64, "more than 64 files"),
    ],
    ids=["bytes", "depth", "elements", "unpacked", "members"],
)  # fmt: skip
def test_limits_from_both_sides(of, limit, name, value, reason, monkeypatch):
    monkeypatch.setattr(xml_guard, name, value)
    for size in (limit - 1, limit):
        assert read(of(size)) == PLAIN
    with pytest.raises(ChartError, match=reason):
        read(of(limit + 1))


@pytest.mark.parametrize(("limit", "holds"), [(1, False), (2, False), (3, True), (100, True)])
def test_how_much_an_archive_may_grow(limit, holds, monkeypatch):
    content = dense(2)  # between 2 and 3 times its packed size
    monkeypatch.setattr(xml_guard, "MAX_RATIO", limit)
    if holds:
        assert read(content) == PLAIN
    else:
        with pytest.raises(ChartError, match=f"unpacks to more than {limit} times its size"):
            read(content)
