"""Strangers' XML and archives: every limit from both sides, and no entity."""

import io
import zipfile
from xml.etree.ElementTree import tostring

import pytest

from jazzgen.errors import ChartError
from jazzgen.io.musicxml.mxl import open_mxl, unpack_mxl
from jazzgen.io.musicxml.xml_guard import LIMITS, XmlLimits, read_xml

SCORE = b"<score-partwise/>"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(b'<!ENTITY lol%d "%s">' % (n, b"&lol%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><score-partwise>&lol9;</score-partwise>"
)


def archive(members, container=None, method=zipfile.ZIP_DEFLATED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as file:
        if container is not None:
            file.writestr("META-INF/container.xml", container)
        for name, text in members:
            file.writestr(name, text)
    return content.getvalue()


def test_xml_comes_without_namespaces():
    root = read_xml(b'<a:score xmlns:a="x" a:b="1"><a:part>t</a:part></a:score>', "x")
    assert tostring(root) == b'<score a="x" b="1"><part>t</part></score>'


def test_a_document_type_may_be_named():
    named = b'<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD" "http://x/y.dtd">' + SCORE
    assert read_xml(named, "x").tag == "score-partwise"


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS,
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://x/">%x;]><a/>',
        b"<!DOCTYPE a [<!ELEMENT a ANY>]><a/>",
    ],
)
def test_nothing_may_be_declared(content):
    with pytest.raises(ChartError, match=r"evil\.xml: declares entities"):
        read_xml(content, "evil.xml")


@pytest.mark.parametrize(
    "content",
    [b"", b"no xml", b"<a>", b"<a></b>", b"<a>&b;</a>", b"\x00\x01", b"<a/><b/>", b"<a b=1/>",
     b'<?xml version="1.0" encoding="klingon"?><a/>', "<a>\ud800</a>".encode("utf-8", "ignore")[:3],
     b'<?xml version="1.0" encoding="utf-16"?><a/>', b"<a>\xff\xfe</a>"],
)  # fmt: skip
def test_what_is_no_xml(content):
    with pytest.raises(ChartError, match=r"x\.xml: no XML"):
        read_xml(content, "x.xml")


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_depth(more):
    depth = LIMITS.depth + more
    content = b"<a>" * depth + b"</a>" * depth
    if more > 0:
        with pytest.raises(ChartError, match="more than 200 deep"):
            read_xml(content, "x")
    else:
        assert sum(1 for _ in read_xml(content, "x").iter()) == depth


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_size(more):
    content = b"<a>" + b" " * (LIMITS.bytes + more - 7) + b"</a>"
    if more > 0:
        for read in (read_xml, unpack_mxl):
            with pytest.raises(ChartError, match="more than 10,000,000 bytes"):
                read(content, "x")
    else:
        assert read_xml(content, "x").tag == "a"


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_elements(more):
    limits = XmlLimits(elements=1000)
    content = b"<a>" + b"<b/>" * (999 + more) + b"</a>"
    if more > 0:
        with pytest.raises(ChartError, match="more than 1,000 elements"):
            read_xml(content, "x", limits)
    else:
        assert len(read_xml(content, "x", limits)) == 999 + more


def test_the_container_names_the_score():
    container = b'<container><rootfiles><rootfile full-path="b.xml"/></rootfiles></container>'
    packed = archive([("a.xml", b"<wrong/>"), ("b.xml", SCORE)], container)
    assert unpack_mxl(packed, "x") == SCORE
    assert unpack_mxl(archive([("notes.txt", b""), ("s.musicxml", SCORE)]), "x") == SCORE


NAMING = '<container><rootfiles><rootfile full-path="{}"/></rootfiles></container>'


@pytest.mark.parametrize(
    ("container", "fault"),
    [
        (None, "is missing"),
        (b"", "is missing"),
        (b"<container><rootfile", "is ill-formed"),
        (NAMING.format("Rock & Roll.xml").encode(), "is ill-formed"),
        (NAMING.format("other.xml").encode(), "does not name a file"),
        (b"<container/>", "does not name a file"),
    ],
)
def test_without_a_container_the_only_score_is_read_and_told(container, fault):
    files = [("notes.txt", b""), ("__MACOSX/._a.xml", b"\0"), ("Rock & Roll.xml", SCORE)]
    packed = archive(files, container) if container is not None else archive(files)
    unpacked = open_mxl(packed, "x")
    assert unpacked.content == SCORE
    [remark] = unpacked.remarks
    assert remark.startswith(f"META-INF/container.xml {fault}")
    assert remark.endswith("'Rock & Roll.xml' is read, its only score")


def test_a_container_may_name_other_files_first_and_encode_names():
    files = [("a.pdf", b""), ("My Tune.xml", SCORE)]
    container = (
        b"<container><rootfiles><rootfile full-path='a.pdf' media-type='application/pdf'/>"
        b"<rootfile full-path='My%20Tune.xml'/></rootfiles></container>"
    )
    assert open_mxl(archive(files, container), "x") == (SCORE, ())


def test_of_several_scores_the_first_is_read_and_told():
    unpacked = open_mxl(archive([("a.xml", SCORE), ("b.musicxml", b"<b/>")]), "x")
    assert unpacked.content == SCORE
    assert "the first of its 2 scores" in unpacked.remarks[0]


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_members(more):
    members = [("score.xml", SCORE)] + [(f"{n}.txt", b"") for n in range(LIMITS.members - 1 + more)]
    packed = archive(members)
    if more > 0:
        with pytest.raises(ChartError, match="more than 64 files"):
            unpack_mxl(packed, "x")
    else:
        assert unpack_mxl(packed, "x") == SCORE


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_unpacked_size(more):
    # Random bytes pack badly, so that only the sum is too large.
    size = LIMITS.unpacked + more - len(SCORE)
    packed = archive([("score.xml", SCORE), ("a.txt", b"\0" * size)])
    if more > 0:
        with pytest.raises(ChartError, match="unpacks to more than 20,000,000 bytes"):
            unpack_mxl(packed, "x")
    else:
        assert unpack_mxl(packed, "x") == SCORE


def test_ratio():
    bomb = archive([("score.xml", b" " * 10_000_000 + SCORE)])
    assert len(bomb) * LIMITS.ratio < 10_000_000
    with pytest.raises(ChartError, match="unpacks to more than 100 times its size"):
        unpack_mxl(bomb, "x")


@pytest.mark.parametrize("more", [0, 1])
def test_the_ratio_is_that_of_the_member(more):
    text = b"<a>" + b"x" * 5000 + b"</a>"
    packed = archive([("score.xml", text)])
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        ratio = len(text) / file.infolist()[0].compress_size
    limits = XmlLimits(ratio=int(ratio) + 1 - more)
    if more:
        with pytest.raises(ChartError, match="times its size"):
            unpack_mxl(packed, "x", limits)
    else:
        assert unpack_mxl(packed, "x", limits) == text


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 100,
        archive([("score.xml", SCORE)])[:-10],
        archive([("notes.txt", b"")]), archive([]),
        archive([("notes.txt", b"")], b"<broken"),
        archive([("score.xml", SCORE)]).replace(b"score.xml", b"scorf.xml", 1),
    ],
)  # fmt: skip
def test_what_is_no_archive(content):
    with pytest.raises(ChartError, match=r"x\.mxl: "):
        unpack_mxl(content, "x.mxl")


def test_a_score_by_another_name_is_found_by_what_is_in_it():
    packed = archive([("notes.txt", b"hello"), ("score", SCORE)])
    score = open_mxl(packed, "x.mxl")
    assert score.content == SCORE
    assert score.remarks == ("META-INF/container.xml is missing: 'score' is read, its only score",)
