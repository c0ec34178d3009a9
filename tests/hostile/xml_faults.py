"""MusicXML with one fault each, and what must become of it.

`KEPT` maps a name to a file and the chords of its bars; `REFUSED` to a file and a part of the
reason.
"""

import io
import struct
import zipfile

BARS = "<measure>{attributes}{c}{rest}</measure><measure>{f}{rest}{behind}</measure>"
REST = "<note><rest/><duration>4</duration></note>"
DOCTYPE = '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD" "http://www.musicxml.org/x.dtd">'
CONTAINER = (
    "<container><rootfiles><rootfile full-path='{}'/></rootfiles></container>"
)  # fmt: skip
PLAIN = ("C", "F7")
"""The chords of a file without fault, bar by bar."""


def harmony(root="C", kind="major", more=""):
    """Return a chord symbol."""
    return f"<harmony><root><root-step>{root}</root-step></root><kind>{kind}</kind>{more}</harmony>"


def score(
    attributes="<divisions>1</divisions>", c=None, f=None, rest=REST, behind="", before="", part=""
):
    """Return a score of two bars, C and F7."""
    bars = BARS.format(
        attributes=f"<attributes>{attributes}</attributes>", c=harmony() if c is None else c,
        f=harmony("F", "dominant") if f is None else f, rest=rest, behind=behind,
    )  # fmt: skip
    return f"<score-partwise>{before}<part id='P1'>{part}{bars}</part></score-partwise>"


def note(duration="4", more=""):
    """Return a note."""
    pitch = "<pitch><step>C</step><octave>4</octave></pitch>"
    return f"<note>{more}{pitch}<duration>{duration}</duration></note>"


def line(content):
    """Return a bar line at the end of a bar."""
    return f"<barline>{content}</barline>"


def sound(**said):
    """Return a direction that is heard."""
    return "<direction><sound {}/></direction>".format(
        " ".join(f"{name.replace('_', '-')}='{value}'" for name, value in said.items())
    )


def meter(beats, unit):
    """Return attributes with a time signature."""
    return (
        f"<divisions>1</divisions><time><beats>{beats}</beats><beat-type>{unit}</beat-type></time>"
    )


def nested(depth):
    """Return a score whose innermost element lies so deep."""
    inner = depth - 2  # below the root and what holds them
    return score(before="<movement-title/><defaults>" + "<a>" * inner + "</a>" * inner
                 + "</defaults>")  # fmt: skip


def bombs(levels):
    """Return declarations of entities that hold ten of the one before."""
    entities = "".join(
        f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" if n else "<!ENTITY e0 'ha'>"
        for n in range(levels)
    )
    return f"<!DOCTYPE score-partwise [{entities}]>"


def archive(*members, container="score.xml", kind=zipfile.ZIP_DEFLATED):
    """Return an archive of names and contents; with what names the score, or nothing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", kind) as file:
        if container is not None:
            file.writestr("META-INF/container.xml", CONTAINER.format(container))
        for name, content in members:
            file.writestr(name, content)
    return packed.getvalue()


def patched(content, signature, offset, value, width=2):
    """Return an archive with a number in all its headers of a kind changed."""
    form = "<H" if width == 2 else "<L"
    place = content.find(signature)
    while place >= 0:
        field = place + offset
        content = content[:field] + struct.pack(form, value) + content[field + width :]
        place = content.find(signature, place + 4)
    return content


AGAIN = line("<repeat direction='backward'/>")
OFTEN = line("<repeat direction='backward' times='16'/>")
LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
SHEET = archive(("score.xml", score()))
LARGE = "<!--" + "x" * 21_000_000 + "-->"
RAW = zipfile.ZIP_STORED

KEPT = {
    "no fault": (score(), PLAIN),
    "a document type": (DOCTYPE + score(), PLAIN),
    "a byte order mark": ("\ufeff" + score(), PLAIN),
    "UTF-16": (("<?xml version='1.0' encoding='UTF-16'?>" + score()).encode("utf-16"), PLAIN),
    "Latin-1, and says so": (
        ("<?xml version='1.0' encoding='ISO-8859-1'?>"
         + score(before="<movement-title>\xc9t\xe9</movement-title>")).encode("latin-1"), PLAIN),
    "a namespace": (
        score().replace("<score-partwise>", "<score-partwise xmlns='http://a.b/c'>"), PLAIN),
    "names with a prefix": (
        score().replace("<score-partwise>", "<m:score-partwise xmlns:m='http://a.b/c'>")
        .replace("</score-partwise>", "</m:score-partwise>"), PLAIN),
    "comments and instructions between all": (
        score().replace("><", "><!-- > --><?jazz <harmony> ?><"), PLAIN),
    "character data between elements": (score().replace("><", ">\n\t text <"), PLAIN),
    "elements that nobody knows": (score(behind="<swing ratio='2'><a/></swing>"), PLAIN),
    "elements 200 deep": (nested(200), PLAIN),
    "no divisions": (score(attributes=""), PLAIN),
    "a fraction of divisions": (score(attributes="<divisions>1.0</divisions>"), PLAIN),
    "a backup to before the bar": (
        score(behind="<backup><duration>99</duration></backup>"), PLAIN),
    "a forward beyond the bar": (score(behind="<forward><duration>99</duration></forward>"), PLAIN),
    "a note of no duration": (score(rest="<note><rest/></note>" + REST), PLAIN),
    "a note longer than its bar": (score(rest=note("400")), PLAIN),
    "a tempo that is no number": (score(c=sound(tempo="fast") + harmony()), PLAIN),
    "a tempo of nothing": (score(c=sound(tempo="0") + harmony()), PLAIN),
    "a tempo that is not a number": (score(c=sound(tempo="nan") + harmony()), PLAIN),
    "a tempo without end": (score(c=sound(tempo="inf") + harmony()), PLAIN),
    "a tempo of 1e308": (score(c=sound(tempo="1e308") + harmony()), PLAIN),
    "a key of 99 sharps": (
        score(attributes="<divisions>1</divisions><key><fifths>99</fifths></key>"), PLAIN),
    "a key that is no number": (
        score(attributes="<divisions>1</divisions><key><fifths>\u0663</fifths></key>"), PLAIN),
    "a repeat that nothing opens": (
        score(behind=line("<repeat direction='backward'/>")), PLAIN * 2),
    "a repeat that nothing closes": (
        score(part="<measure><barline><repeat direction='forward'/></barline></measure>"),
        ("", *PLAIN)),
    "an ending that nothing repeats": (
        score(behind=line("<ending type='start' number='1'/>")), PLAIN),
    "a jump to a sign that is not there": (score(behind=sound(dalsegno="x")), PLAIN * 2),
    "a way to a coda that is not there": (score(behind=sound(tocoda="x")), PLAIN),
    "an end that nothing jumps to": (score(behind=sound(fine="yes")), PLAIN),
    "a jump to the beginning in the first bar": (
        score(c=harmony() + sound(dacapo="yes")), ("C", "C")),
    "an hour of jumps": (score(behind=sound(dacapo="yes") * 3600), PLAIN * 2),
    "a chord twice at a place": (score(c=harmony() + harmony("G")), PLAIN),
    "a chord before the bar": (score(c=harmony(more="<offset>-9</offset>")), PLAIN),
    "a part without measures": (
        score().replace("<part id='P1'>", "<part id='P0'/><part id='P1'>"), PLAIN),
    "a thousand empty parts": (
        score().replace("<part id='P1'>", "<part/>" * 1000 + "<part id='P1'>"), PLAIN),
    "transposed by 10 ** 18": (
        score(attributes="<divisions>1</divisions><transpose><chromatic>1000000000000000008"
              "</chromatic></transpose>"), PLAIN),
    "an archive": (SHEET, PLAIN),
    "an archive that names no score": (archive(("a.musicxml", score()), container=None), PLAIN),
    "an archive whose container names another": (
        archive(("a.xml", score()), container="b.xml"), PLAIN),
    "an archive with a way out of it": (
        archive(("../../etc/score.xml", score()), container="../../etc/score.xml"), PLAIN),
    "an archive with junk before it and behind": (SHEET + b"\0" * 50, PLAIN),
    "an archive of 64 files": (
        archive(("score.xml", score()), *((f"{n}.txt", "") for n in range(62))), PLAIN),
    "an archive of files that are not compressed": (
        archive(("score.xml", score()), kind=RAW), PLAIN),
}  # fmt: skip

REFUSED = {
    "nothing": (b"", "no XML"),
    "zeros": (bytes(100), "no XML"),
    "no XML": ("C7 | F7", "no XML"),
    "half a score": (score()[:200], "no XML"),
    "two roots": (score() * 2, "no XML: junk after document element"),
    "an element that another closes": (score().replace("</measure>", "</bar>"), "mismatched tag"),
    "an attribute twice": (score().replace("<part id", "<part id='a' id"), "duplicate attribute"),
    "a zero inside": (score().replace("major", "ma\0jor"), "not well-formed"),
    "not UTF-8": (score(before="<a>\xc9</a>").encode("latin-1"), "not well-formed"),
    "an encoding that nobody knows": (
        "<?xml version='1.0' encoding='jazz'?>" + score(), "no XML: unknown encoding"),
    "half of UTF-16": (score().encode("utf-16")[:-3], "no XML"),
    "an entity": (
        "<!DOCTYPE a [<!ENTITY x 'y'>]>" + score(before="<a>&x;</a>"), "declares entities"),
    "entities of entities": (bombs(12) + score(before="<a>&e11;</a>"), "declares entities"),
    "a file as an entity": (
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + score(before="<a>&x;</a>"),
        "declares entities"),
    "an entity of parameters": (
        "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://a.b/c'> %x;]>" + score(), "declares entities"),
    "an entity that nobody declared": (score(before="<a>&x;</a>"), "undefined entity"),
    "elements 201 deep": (nested(201), "elements more than 200 deep"),
    "elements 100,000 deep": (nested(100_000), "elements more than 200 deep"),
    "a page of the web": ("<html><body/></html>", "not 'html'"),
    "a score by measures": ("<score-timewise/>", "not 'score-timewise'"),
    "a score of nothing": ("<score-partwise/>", "no measures"),
    "a part of nothing": ("<score-partwise><part/></score-partwise>", "no measures"),
    "no chords": (score(c="", f=""), "no chord symbols"),
    "divisions of 0": (score(attributes="<divisions>0</divisions>"), "measure 1: 0 divisions"),
    "divisions below 0": (score(attributes="<divisions>-4</divisions>"), "measure 1: -4 divisions"),
    "divisions that are no number": (
        score(attributes="<divisions>four</divisions>"), "'four' where a number is due"),
    "divisions that are not a number": (
        score(attributes="<divisions>nan</divisions>"), "'nan' where a number is due"),
    "divisions of a million digits": (
        score(attributes=f"<divisions>{'9' * 10 ** 6}</divisions>"), "where a number is due"),
    "divisions with an exponent": (
        score(attributes="<divisions>1e99</divisions>"), "'1e99' where a number is due"),
    "a duration over nothing": (score(rest=note("1/0")), "'1/0' where a number is due"),
    "a duration that is no number": (score(rest=note("long")), "'long' where a number is due"),
    "an offset that is no number": (
        score(c=harmony(more="<offset>x</offset>")), "'x' where a number is due"),
    "a chord behind its bar": (
        score(behind=harmony("G")), "a chord behind its 4/4 end"),
    "a chord an age behind its bar": (
        score(c=harmony(more="<offset>1000000000000</offset>")), "a chord behind its 4/4 end"),
    "no beats": (score(attributes=meter("0", "4")), "meter 0/4"),
    "beats of nothing": (score(attributes=meter("4", "0")), "meter 4/0"),
    "beats of a third": (score(attributes=meter("4", "3")), "meter 4/3"),
    "33 beats": (score(attributes=meter("33", "4")), "meter 33/4"),
    "beats below 0": (score(attributes=meter("-4", "4")), "meter -4/4"),
    "beats of 5,000 digits": (score(attributes=meter("9" * 5000, "4")), "no meter"),
    "beats that are added up to too many": (
        score(attributes=meter("+".join("4" * 9), "4")), "meter 36/4"),
    "beats with a sum of nothing": (score(attributes=meter("3+", "4")), "no meter: '3+' over '4'"),
    "a chord without a root": (score(c="<harmony><kind>major</kind></harmony>"), "without a root"),
    "a root of H": (score(c=harmony("H")), "measure 1: "),
    "a root of nothing": (score(c=harmony("")), "measure 1: "),
    "a root 40 sharps up": (
        score(c="<harmony><root><root-step>C</root-step><root-alter>40</root-alter></root>"
              "<kind>major</kind></harmony>"), "measure 1: "),
    "a kind that nobody knows": (score(c=harmony(kind="blue")), "measure 1: "),
    "a degree that is no number": (
        score(c=harmony(more="<degree><degree-value>x</degree-value><degree-alter>0</degree-alter>"
                        "<degree-type>add</degree-type></degree>")), "measure 1: "),
    "a repeat played 17 times": (
        score(behind=line("<repeat direction='backward' times='17'/>")), "repeated 17 times"),
    "a repeat played once": (
        score(behind=line("<repeat direction='backward' times='1'/>")), "repeated 1 times"),
    "a repeat played -3 times": (
        score(behind=line("<repeat direction='backward' times='-3'/>")), "repeated -3 times"),
    "a repeat played often": (
        score(behind=line("<repeat direction='backward' times='often'/>")), "'often' where a"),
    "2,001 measures": (score(part="<measure/>" * 1999), "more than 2000 measures"),
    "2,002 bars as they are played": (
        score(part="<measure/>" * 999 + f"<measure>{AGAIN}</measure>"), "more than 2000 bars"),
    "repeats of repeats": (
        score(part=f"<measure>{OFTEN}</measure>" * 200),
        "more than 2000 bars"),
    "transposed by no number": (
        score(attributes="<divisions>1</divisions><transpose><chromatic>up</chromatic>"
              "</transpose>"), "'up' where a number is due"),
    "half an archive": (SHEET[: len(SHEET) // 2], "a damaged archive"),
    "the beginning of an archive": (LOCAL, "a damaged archive"),
    "an archive of nothing": (archive(container=None) + b"PK\x03\x04", "no XML"),
    "an archive without a score": (archive(("a.txt", score())), "an archive without a score"),
    "an archive of an archive": (
        archive(("score.xml", SHEET)), "no XML"),
    "an archive with a folder for a score": (
        archive(("score.xml/", ""), container="score.xml/"), "no XML"),
    "an archive with an empty score": (archive(("score.xml", "")), "no XML"),
    "a container with entities": (
        archive(("META-INF/container.xml", bombs(9) + "<a>&e8;</a>"), ("score.xml", score()),
                container=None), "declares entities"),
    "a container that is no XML": (
        archive(("META-INF/container.xml", "score.xml"), ("score.xml", score()), container=None),
        "no XML"),
    "an archive of 65 files": (
        archive(("score.xml", score()), *((f"{n}.txt", "") for n in range(63))),
        "an archive of more than 64 files"),
    "an archive that is locked": (
        patched(patched(SHEET, LOCAL, 6, 1), CENTRAL, 8, 1), "a damaged archive"),
    "an archive packed as nobody can": (
        patched(patched(SHEET, LOCAL, 8, 99), CENTRAL, 10, 99), "a damaged archive"),
    "an archive with a wrong checksum": (
        patched(patched(SHEET, LOCAL, 14, 7, 4), CENTRAL, 16, 7, 4), "a damaged archive"),
    "an archive that says it holds less": (
        patched(patched(SHEET, LOCAL, 22, 9, 4), CENTRAL, 24, 9, 4), "a damaged archive"),
    "an archive that says it holds 4 GB": (
        patched(patched(SHEET, LOCAL, 22, 2**32 - 2, 4), CENTRAL, 24, 2**32 - 2, 4),
        "unpacks to more than 20,000,000 bytes"),
    "a bomb": (archive(("score.xml", score(before=LARGE[:9_000_000] + "-->"))),
               "unpacks to more than 100 times its size"),
    "a bomb that says what it is": (
        archive(("score.xml", LARGE)), "unpacks to more than 20,000,000 bytes"),
    "more than 10 MB": (score(before=LARGE), "more than 10,000,000 bytes"),
    "an archive of more than 10 MB": (SHEET + bytes(10_000_000), "more than 10,000,000 bytes"),
}  # fmt: skip
