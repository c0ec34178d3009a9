"""Compressed scores with one fault each, and what must become of them.

`KEPT` maps a name to an archive from which the plain score is read, `REFUSED` one to an
archive and a part of the reason.
"""

import io
import struct
import zipfile

from xml_faults import score, subset

CONTAINER = "META-INF/container.xml"
SCORE = score()
OTHER = SCORE.replace(b">C<", b">D<")
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
# Where fields stand in a member's local header and in its entry of the directory.
FIELDS = {
    "flags": (6, 8, "<H"), "method": (8, 10, "<H"), "crc": (14, 16, "<L"),
    "packed": (18, 20, "<L"), "size": (22, 24, "<L"), "names": (26, 28, "<H"),
    "extra": (28, 30, "<H"), "offset": (None, 42, "<L"), "needs": (4, 6, "<H"),
}  # fmt: skip


def container(*paths):
    """Return the container's text."""
    files = "".join(f'<rootfile full-path="{path}"/>' for path in paths)
    return f"<container><rootfiles>{files}</rootfiles></container>".encode()


LATER = "_end_offset" in zipfile.ZipInfo.__slots__
"""Whether this Python refuses entries that lie over one another."""


def packed(*members, method=zipfile.ZIP_DEFLATED, comment=b""):
    """Return an archive of names and what they hold."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, text in members:
            archive.writestr(name, text)
        archive.comment = comment
    return content.getvalue()


def named(*paths, name="score.xml"):
    """Return an archive whose container names these paths; another score comes first."""
    return packed((CONTAINER, container(*paths)), ("a.xml", OTHER), (name, SCORE))


def lone(*paths):
    """Return an archive whose container names these paths, with one score."""
    return packed((CONTAINER, container(*paths)), ("score.xml", SCORE))


def lying(archive=None, member=0, **fields):
    """Return an archive whose headers say something else of a member."""
    content = bytearray(archive or packed(("score.xml", SCORE)))
    local, central = -1, -1
    for _ in range(member + 1):
        local = content.index(LOCAL, local + 1)
        central = content.index(CENTRAL, central + 1)
    for field, value in fields.items():
        in_local, in_central, size = FIELDS[field]
        if in_local is not None:
            struct.pack_into(size, content, local + in_local, value)
        struct.pack_into(size, content, central + in_central, value)
    return bytes(content)


def ending(offset, size, value):
    """Return an archive whose last record says something else."""
    content = bytearray(packed(("score.xml", SCORE)))
    struct.pack_into(size, content, content.index(END) + offset, value)
    return bytes(content)


def streamed():
    """Return an archive as written into a pipe: sizes stand behind the members."""

    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def seek(self, *_):
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("score.xml", SCORE)
    return pipe.getvalue()


def large():
    """Return an archive with the sizes of ZIP64."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w") as archive,
        archive.open("score.xml", "w", force_zip64=True) as file,
    ):
        file.write(SCORE)
    return content.getvalue()


def far_away():
    """Return an archive whose member begins 2 to the 64 bytes away."""
    info = zipfile.ZipInfo("score.xml")
    info.extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    return lying(packed((info, SCORE)), offset=0xFFFFFFFF)


def twice():
    """Return an archive with two members of one name: the later one counts."""
    # zipfile warns of a name that comes twice, so that it comes afterwards.
    archive = packed(("scora.xml", OTHER), ("score.xml", SCORE))
    return archive.replace(b"scora.xml", b"score.xml")


def with_extra(data):
    """Return an archive whose member has an extra field."""
    info = zipfile.ZipInfo("score.xml")
    info.extra = data
    return packed((info, SCORE))


def damaged(place, change=0x55):
    """Return an archive with a byte of the packed score changed."""
    content = bytearray(packed(("score.xml", SCORE)))
    content[content.index(b"score.xml") + 9 + place] ^= change
    return bytes(content)


SPREAD = bytes(range(256)) * 8
"""What packs, but not a hundredfold."""

KEPT = {
    "plain": named("score.xml"),
    "no container": packed(("score.xml", SCORE)),
    "not compressed": packed(("score.xml", SCORE), method=zipfile.ZIP_STORED),
    "a container that names nothing": lone(),
    "a container that is no XML": packed((CONTAINER, b"score.xml"), ("score.xml", SCORE)),
    "a container that names what is not there": lone("tune.xml"),
    "a container that names a file outside": lone("../../../../etc/passwd"),
    "a container that names a file of the system": lone("/etc/passwd"),
    "a container that names an address": lone("http://127.0.0.1:1/score.xml"),
    "a container that names from the root": lone("/score.xml"),
    "a container with backslashes": lone("..\\..\\score.xml"),
    "a container of a million letters": packed(
        (CONTAINER, container("x" * 1_000_000)), ("score.xml", SCORE), method=zipfile.ZIP_STORED
    ),
    "a container of two scores": named("score.xml", "a.xml"),
    "a container that names the second": named("tune.xml", "score.xml"),
    "a container with a namespace": packed(
        (CONTAINER, container("score.xml").replace(b"<container>", b"<container xmlns='urn:x'>")),
        ("a.xml", OTHER), ("score.xml", SCORE),
    ),
    "a container in UTF-16": packed(
        (CONTAINER, container("score.xml").decode().encode("utf-16")), ("a.xml", OTHER),
        ("score.xml", SCORE),
    ),
    "a container in small letters": packed(
        (CONTAINER.lower(), container("tune.xml")), ("score.musicxml", SCORE)
    ).replace(b"meta-inf/container.xml", b"meta-inf/container.txt"),
    "a score without an ending": named("score", name="score"),
    "a score in a folder": named("a/b/c/score.xml", name="a/b/c/score.xml"),
    "a score outside the archive": named("../score.xml", name="../score.xml"),
    "a score with a name of the system": named("/etc/passwd", name="/etc/passwd"),
    "a score in capital letters": packed(("SCORE.XML", SCORE)),
    "a score named in other letters": named("Größe ♭.xml", name="Größe ♭.xml"),
    "a type before it": packed(("mimetype", b"application/vnd.recordare.musicxml"),
                               ("score.xml", SCORE)),
    "folders before it": packed(("META-INF/", b""), ("a/", b""), ("score.xml", SCORE)),
    "what macOS adds": packed(("__MACOSX/._score.xml", b"\0\5\x16\7"), ("score.xml", SCORE)),
    "pictures beside it": packed(("score.xml", SCORE), ("a.png", SPREAD), ("a.pdf", SPREAD)),
    "64 files": packed(("score.xml", SCORE), *((f"{n}.txt", b"") for n in range(63))),
    "a comment": packed(("score.xml", SCORE), comment=b"x" * 65_535),
    # Later versions of Python take such an entry for a bomb.
    **({} if LATER else {"a packed size that is too large": lying(packed=10**6)}),
    "sizes behind it": streamed(),
    "ZIP64": large(),
    "a field that nobody knows": with_extra(struct.pack("<HH4s", 0xCAFE, 4, b"abcd")),
    "a name that comes twice": twice(),
    "a wrong sum of another file": lying(
        packed(("a.txt", SPREAD), ("score.xml", SCORE)), crc=1
    ),
    "another file that is encrypted": lying(
        packed(("a.txt", SPREAD), ("score.xml", SCORE)), flags=1
    ),
    "another file of another method": lying(
        packed(("a.txt", SPREAD), ("score.xml", SCORE)), method=99
    ),
    "UTF-16": packed(("score.xml", SCORE.decode().encode("utf-16"))),
}  # fmt: skip
"""Archives from which the plain score is read."""

REFUSED = {
    "four bytes": (LOCAL, "a damaged archive"),
    "a head and zeros": (LOCAL + bytes(100), "a damaged archive"),
    "a head and a text": (LOCAL + SCORE, "a damaged archive"),
    "half of it": (lone("score.xml")[: len(lone("score.xml")) // 2], "a damaged archive"),
    "no end": (packed(("score.xml", SCORE))[:-22], "a damaged archive"),
    "a cut end": (packed(("score.xml", SCORE))[:-1], "a damaged archive"),
    "no first half": (LOCAL + packed(("score.xml", SCORE))[300:], "a damaged archive"),
    "a directory of another size": (ending(12, "<L", 10**6), "a damaged archive"),
    "a directory elsewhere": (ending(16, "<L", 2**32 - 2), "a damaged archive"),
    "a directory of no size": (ending(12, "<L", 0), "without a score"),
    "a member that begins elsewhere": (lying(offset=7), "a damaged archive"),
    "a member that begins behind the end": (lying(offset=2**31), "a damaged archive"),
    "a member that begins far away": (far_away(), "a damaged archive"),
    "a field that is cut": (with_extra(struct.pack("<HHL", 1, 4, 0)).replace(
        struct.pack("<HHL", 1, 4, 0), struct.pack("<HHL", 1, 99, 0)), "a damaged archive"),
    "another name in its head": (
        packed(("score.xml", SCORE)).replace(b"score.xml", b"scora.xml", 1), "a damaged archive"
    ),
    "a name that is longer": (lying(names=60_000), "a damaged archive"),
    "a wrong sum": (lying(crc=1), "a damaged archive: Bad CRC"),
    "a size that is too small": (lying(size=len(SCORE) - 1), "a damaged archive: Bad CRC"),
    "a size of nothing": (lying(size=0), "a damaged archive: Bad CRC"),
    **(
        {"a packed size that is too large": (lying(packed=10**6), "a damaged archive")}
        if LATER else {}
    ),
    "a packed size that is too small": (lying(packed=20), "a damaged archive"),
    "a comment like an end": (
        packed(("score.xml", SCORE), comment=b"PK\x05\x06x"), "a damaged archive"
    ),
    "a size beyond all limits": (lying(size=2**32 - 2), "unpacks to more than 20,000,000"),
    "a damaged beginning": (damaged(0, 0xFF), "a damaged archive"),
    "a damaged middle": (damaged(60), "a damaged archive"),
    "zeros for the packed score": (
        lying(packed(("score.xml", bytes(500)), method=zipfile.ZIP_STORED), method=8),
        "a damaged archive",
    ),
    "an encrypted score": (lying(flags=1), "'score.xml' is encrypted"),
    "an encrypted container": (lying(lone("score.xml"), flags=1), "container.xml' is encrypted"),
    "AES": (lying(flags=1, method=99), "is encrypted"),
    "another method": (lying(method=99), "by another method than deflate"),
    "deflate 64": (lying(method=9), "by another method than deflate"),
    "LZMA": (packed(("score.xml", SCORE), method=zipfile.ZIP_LZMA), "another method than deflate"),
    "bzip2": (packed(("score.xml", SCORE), method=zipfile.ZIP_BZIP2), "another method"),
    "LZMA that wants four gigabytes": (
        packed(("score.xml", SCORE), method=zipfile.ZIP_LZMA).replace(
            b"\x5d\x00\x00\x80\x00", b"\x5d\xff\xff\xff\xff"), "another method than deflate"
    ),
    "a version to come": (lying(needs=255), "a damaged archive"),
    "a patch": (lying(flags=0x20), "a damaged archive"),
    "65 files": (packed(("score.xml", SCORE), *((f"{n}.txt", b"") for n in range(64))),
                 "an archive of more than 64 files"),
    "twenty thousand files": (
        packed(("score.xml", SCORE), *((f"{n}", b"") for n in range(20_000))), "more than 64 files"
    ),
    "a bomb by its ratio": (packed(("score.xml", SCORE + b" " * 9_000_000)), "more than 100 times"),
    "a bomb by its size": (packed(("score.xml", SCORE), ("a.txt", bytes(20_000_000))),
                           "unpacks to more than 20,000,000 bytes"),
    "a bomb by its number": (
        packed(("score.xml", SCORE), *((f"{n}.txt", bytes(400_000)) for n in range(63))),
        "unpacks to more than 20,000,000 bytes",
    ),
    "a bomb that lies of its size": (
        lying(packed(("score.xml", SCORE + b" " * 30_000_000)), size=15_000_000), "100 times"
    ),
    "a bomb for a container": (
        packed((CONTAINER, container("score.xml") + b" " * 9_000_000), ("score.xml", SCORE)),
        "more than 100 times",
    ),
    "a score that is too large": (
        packed(("score.xml", SCORE + SPREAD * 6000), method=zipfile.ZIP_STORED),
        "more than 10,000,000 bytes",
    ),
    "laughs in a container": (
        packed((CONTAINER, subset('<!ENTITY a "ha">')), ("score.xml", SCORE)), "declares entities"
    ),
    "laughs in a score": (packed(("score.xml", subset('<!ENTITY a "ha">'))), "declares entities"),
    "a container a thousand deep": (
        packed((CONTAINER, b"<a>" * 1000), ("score.xml", SCORE), method=zipfile.ZIP_STORED),
        "more than 200 deep",
    ),
    "a container that names itself": (lone(CONTAINER), "by parts, not 'container'"),
    "a container that names a folder": (
        packed((CONTAINER, container("a/")), ("a/", b""), ("score.xml", SCORE)), "no XML"
    ),
    "an archive in an archive": (packed(("score.xml", packed(("score.xml", SCORE)))), "no XML"),
    "an archive of nothing": (LOCAL + packed(), "without a score"),
    "an archive of texts": (packed(("notes.txt", b"Dm7 G7")), "without a score"),
    "an archive of hidden scores": (
        packed(("__MACOSX/score.xml", SCORE), ("META-INF/score.xml", SCORE)), "without a score"
    ),
    "a score of nothing": (packed(("score.xml", b"")), "no XML"),
    "a page for a score": (packed(("score.xml", b"<html/>")), "by parts, not 'html'"),
    "a text document": (
        packed(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")),
        "by parts, not 'Types'",
    ),
}  # fmt: skip
"""Archives that cannot be used, and why."""
