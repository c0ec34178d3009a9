"""MusicXML scores with one fault each, and what must become of them.

`KEPT` maps a name to the bytes, with the chords of each bar as they are played where these
are not those of the plain score; `REFUSED` maps one to the bytes and a part of the reason.
"""

PLAIN = "C | F7 | G7 | C"
"""What the plain score says: four bars of 4/4."""


def harmony(root, kind="major", more="", step=None):
    """Return a chord such as C or Bb, with more behind its kind."""
    alter = {"b": "<root-alter>-1</root-alter>", "#": "<root-alter>1</root-alter>"}
    spelled = f"<root-step>{root[:1] if step is None else step}</root-step>"
    named = f"<root>{spelled}{alter.get(root[1:], '')}</root><kind>{kind}</kind>"
    return f"<harmony>{named}{more}</harmony>"


def note(duration="4"):
    """Return a note of so many divisions."""
    pitch = "<pitch><step>C</step><octave>4</octave></pitch>"
    return f"<note>{pitch}<duration>{duration}</duration></note>"


def measure(*content, head="<measure>", length="4"):
    """Return a measure: what it begins with, and a note."""
    return f"{head}{''.join(content)}{note(length)}</measure>"


def attributes(more="", divisions="1"):
    """Return attributes of a measure."""
    return f"<attributes><divisions>{divisions}</divisions>{more}</attributes>"


def bars(first="", third="", second="", last="", head="<measure>", length="4"):
    """Return the four measures, with more before the chord of each."""
    chords = (harmony("C"), harmony("F", "dominant"), harmony("G", "dominant"), harmony("C"))
    more = (first or attributes(), second, third, last)
    return "".join(
        measure(before, chord, head=head, length=length)
        for before, chord in zip(more, chords, strict=True)
    )


def part(content, number=1):
    """Return a part."""
    return f'<part id="P{number}">{content}</part>'


def text(*parts, before="", inside=""):
    """Return a score as text."""
    return f"{before}<score-partwise>{inside}{''.join(parts)}</score-partwise>"


def score(*parts, **how):
    """Return a score of these parts, or the plain one."""
    return text(*(parts or [part(bars())]), **how).encode()


def begun(first, **how):
    """Return the plain score with more in its first measure, before the chord."""
    return score(part(bars(first, **how)))


def third(more, **how):
    """Return the plain score with more in its third measure, before the chord."""
    return score(part(bars(third=more, **how)))


def chord(element):
    """Return the plain score with another chord in its third bar."""
    return score().replace(harmony("G", "dominant").encode(), element.encode())


def line(*signs):
    """Return a bar line with repeat signs or endings."""
    texts = {
        "forward": "<repeat direction='forward'/>",
        "backward": "<repeat direction='backward'/>",
        "start": "<ending number='1' type='start'/>",
        "stop": "<ending number='1' type='stop'/>",
        "discontinue": "<ending number='1' type='discontinue'/>",
    }
    return f"<barline>{''.join(texts.get(sign, sign) for sign in signs)}</barline>"


def again(times):
    """Return a bar line that says how often."""
    return line(f"<repeat direction='backward' times='{times}'/>")


def sound(said):
    """Return a direction that sounds: tempo, jumps."""
    words = "<direction-type><words>x</words></direction-type>"
    return f"<direction>{words}<sound {said}/></direction>"


def time(beats, unit):
    """Return the attributes of a meter."""
    return attributes(f"<time><beats>{beats}</beats><beat-type>{unit}</beat-type></time>")


def key(fifths, mode="major"):
    """Return the attributes of a key."""
    return attributes(f"<key><fifths>{fifths}</fifths><mode>{mode}</mode></key>")


def degree(value, alter="0", how="add"):
    """Return a degree of a chord."""
    return (f"<degree><degree-value>{value}</degree-value><degree-alter>{alter}</degree-alter>"
            f"<degree-type>{how}</degree-type></degree>")  # fmt: skip


def declared(encoding, title="Caf\u00e9", codec=None):
    """Return the plain score in an encoding that it declares."""
    work = f"<work><work-title>{title}</work-title></work>"
    whole = text(part(bars()), before=f"<?xml version='1.0' encoding='{encoding}'?>", inside=work)
    return whole.encode(codec or encoding)


def subset(declarations, use=""):
    """Return the plain score behind a document type that declares something."""
    return score(before=f"<!DOCTYPE score-partwise [{declarations}]>", inside=use)


def laughs(depth, each):
    """Return entities of entities."""
    first = '<!ENTITY a0 "ha">'
    return first + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * each}">' for n in range(1, depth)
    )  # fmt: skip


DTD = "-//Recordare//DTD MusicXML 4.0 Partwise//EN"
OTHER = part("".join(measure() for _ in range(4)), 2)

KEPT = {
    "plain": score(),
    # Encodings.
    "behind a byte order mark": b"\xef\xbb\xbf" + score(),
    "UTF-16, little end first": declared("UTF-16", codec="utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + declared("UTF-16", codec="utf-16-be"),
    "UTF-16 that nobody declared": text(part(bars())).encode("utf-16"),
    "Latin-1": declared("ISO-8859-1"),
    "windows-1252": declared("windows-1252", "\u201cTune\u201d", "cp1252"),
    "UTF-8 in small letters": declared("utf-8"),
    # What else XML may hold.
    "blanks before the root": b" \n\t" + score(),
    "a comment before the root": score(before="<!-- exported -->"),
    "a comment in a number": score().replace(b"<duration>4<", b"<duration><!-- x -->4<"),
    "a comment that looks like a chord": third("<!-- <harmony><root/></harmony> -->"),
    "instructions everywhere": score().replace(b"<measure>", b"<?php exit?><measure><?x?>"),
    "a prefix on every element": (
        score().replace(b"<", b"<m:").replace(b"<m:/", b"</m:")
        .replace(b"<m:score-partwise>", b"<m:score-partwise xmlns:m='urn:x'>")
    ),
    "a namespace": score().replace(b"<score-partwise>", b"<score-partwise xmlns='urn:x'>"),
    "CDATA in a kind": score().replace(b">dominant<", b"><![CDATA[dominant]]><"),
    "a reference for a letter": score().replace(b"<root-step>C<", b"<root-step>&#67;<"),
    "a public document type": score(before=f"<!DOCTYPE score-partwise PUBLIC '{DTD}' 'http://x/'>"),
    "a document type on this machine": (
        score(before="<!DOCTYPE score-partwise SYSTEM 'file:///etc/passwd'>")
    ),
    "elements that nobody knows": third("<harmonie><root>x</root></harmonie><x:y xmlns:x='u'/>"),
    "text between the elements": score().replace(b"<measure>", b"and <measure> so "),
    "an attribute of a million characters": (
        score().replace(b"<part ", b"<part x='" + b"y" * 1_000_000 + b"' ", 1)
    ),
    "ten thousand attributes": (
        score().replace(b"<part ", b"<part " + b" ".join(b"a%d=''" % n for n in range(10_000))
                        + b" ")
    ),
    "a title of a million characters": (
        score(inside=f"<work><work-title>{'x' * 1_000_000}</work-title></work>")
    ),
    "a title of blanks": score(inside="<work><work-title> \n </work-title></work>"),
    "199 deep": score(inside="<a>" * 198 + "</a>" * 198),
    # Time.
    "no divisions": begun("<attributes/>"),
    "divisions with a point": begun(attributes(divisions="1.0")),
    "half a division": begun(attributes(divisions="0.5"), length="2"),
    "a million divisions": begun(attributes(divisions="1000000"), length="4000000"),
    "divisions in a line of their own": begun(attributes(divisions=f"\n{' ' * 40}1\n{' ' * 40}")),
    "a duration with a sign": score(part(bars(length="+4"))),
    "a duration with decimals": score(part(bars(length="4.000"))),
    "a duration of nothing": third(note("")),
    "a duration of 0": third(note("0")),
    "no duration": third("<note><rest/></note>"),
    "a note that is far too long": score(part(bars(length="99999999999999"))),
    "a backup before the beginning": third("<backup><duration>99</duration></backup>"),
    "a forward far behind the end": (
        third("<forward><duration>999999</duration></forward><backup><duration>999999</duration>"
              "</backup>")
    ),
    "an offset before the beginning": chord(harmony("G", "dominant", "<offset>-99</offset>")),
    "a meter without a unit": begun(attributes("<time><beats>3</beats></time>")),
    "a meter of nothing": begun(attributes("<time/>")),
    "no meter at all": begun(attributes("<time><senza-misura/></time>")),
    "a meter of sums": begun(time("2+2", 4)),
    "a tempo that is no number": begun(attributes() + sound("tempo='nan'")),
    "a tempo without end": begun(attributes() + sound("tempo='inf'")),
    "a tempo of 0": begun(attributes() + sound("tempo='0'")),
    "a tempo below 0": begun(attributes() + sound("tempo='-120'")),
    "a tempo of 10 to the 999": begun(attributes() + sound("tempo='1e999'")),
    "a tempo of words": begun(attributes() + sound("tempo='fast'")),
    "a tempo behind the end": (
        third("<direction><offset>99999999999</offset><sound tempo='99'/></direction>")
    ),
    # Keys.
    "a key of 99 sharps": begun(key(99)),
    "a key of two signs": begun(key("--3")),
    "a key in small digits": begun(key("\u00b2")),
    "a key of words": begun(key("many")),
    "a key of nothing": begun(key("")),
    "a mode that nobody knows": begun(key(0, "klingon")),
    "a hundred octaves up": begun(attributes("<transpose><chromatic>1200</chromatic></transpose>")),
    "parts in a score by measures": score().replace(b"partwise", b"timewise"),
    # Repeats and jumps.
    "a repeat that nothing closes": third(line("forward")),
    "a repeat of one bar": (third(line("backward")), "C | F7 | G7 | C | F7 | G7 | C"),
    "a repeat with no direction": (third(line("<repeat/>")), "C | F7 | G7 | C | F7 | G7 | C"),
    "a repeat half a time more": (third(again("2.5")), "C | F7 | G7 | C | F7 | G7 | C"),
    **{f"a repeat {times} times": third(again(times)) for times in (0, 1, -2)},
    **{f"a repeat {times} times": (third(again(times)), "C | F7 | G7 | " * 16 + "C")
       for times in (17, 10**9)},
    **{f"a repeat {times} times": (third(again(times)), "C | F7 | G7 | C | F7 | G7 | C")
       for times in ("inf", "often")},
    "an ending that nothing repeats": third(line("start")),
    "an ending that nothing began": third(line("stop")),
    "an ending that breaks off": third(line("discontinue")),
    "an ending numbered in words": third(line("<ending number='x' type='start'/>")),
    "an ending of no type": third(line("<ending/>")),
    "a repeat that begins in another": (
        score(part(bars(second=line("forward"), third=line("forward"), last=line("backward")))),
        "C | F7 | G7 | C | G7 | C",
    ),
    "three times with endings": (
        score(part(bars(second=line("start") + again(3), third=line("start")))),
        "C | F7 | C | F7 | C | G7 | C",
    ),
    "a jump in the first bar": (begun(attributes() + sound("dacapo='yes'")), "C | C | F7 | G7 | C"),
    "a jump that loops": (third(sound("dacapo='yes'")), "C | F7 | G7 | C | F7 | G7 | C"),
    "a jump in every bar": (
        score(part(bars(*[attributes() + sound("dacapo='yes'")] * 4))),
        "C | C | F7 | C | F7 | G7 | C | F7 | G7 | C | C | F7 | G7 | C",
    ),
    "a jump to a sign that there is not": (
        third(sound("dalsegno='s'")), "C | F7 | G7 | C | F7 | G7 | C"
    ),
    "a jump forward": (
        score(part(bars(second=sound("dalsegno='s'"), third=sound("segno='s'")))),
        "C | F7 | C | F7 | G7 | C",
    ),
    "a jump to a coda that there is not": (
        score(part(bars(second=sound("tocoda='c'"), third=sound("dacapo='yes'")))),
        "C | F7 | G7 | C | F7 | C",
    ),
    "a coda before the sign to it": (
        score(part(bars(attributes() + sound("coda='c'"), second=sound("tocoda='c'"),
                        last=sound("dacapo='yes'")))),
        "C | F7 | G7 | C | C | F7 | G7 | C",
    ),
    "a coda that is its own way out": (
        third(sound("coda='c' tocoda='c' dacapo='yes' dalsegno='s' segno='s' fine='yes'")),
        "C | F7 | C | F7 | G7 | C",
    ),
    "a fine behind the jump": (
        score(part(bars(third=sound("dacapo='yes'"), last=sound("fine='yes'")))),
        "C | F7 | G7 | C | F7 | G7 | C",
    ),
    # Chords.
    "a chord without a kind": (chord("<harmony><root><root-step>G</root-step></root></harmony>"),
                               "C | F7 | G | C"),
    "a kind in lines of its own": chord(harmony("G", "\n   dominant\n  ")),
    "a kind that only its text tells": (
        chord(harmony("G", "other").replace("<kind>", "<kind text='m7'>")), "C | F7 | Gm7 | C"
    ),
    "a degree left out that there is not": (
        chord(harmony("G", "dominant", degree(13, 0, "subtract"))), PLAIN
    ),
    "a degree of a type that nobody knows": (
        chord(harmony("G", "dominant", degree(9, -1, "bend"))), "C | F7 | G7b9 | C"
    ),
    "no chord": (chord("<harmony><function/><kind>none</kind></harmony>"), "C | F7 | N.C. | C"),
    "two chords at one place": (
        third(harmony("G", "dominant") + harmony("A")), "C | F7 | G7 A | C"
    ),
    "a bass in no key": (
        chord(harmony("G", "dominant", "<bass><bass-step>E</bass-step><bass-alter>1</bass-alter>"
                      "</bass>")),
        "C | F7 | G7/E# | C",
    ),
    # Parts and measures.
    "a thousand parts": score(part(bars()), *[part(measure(), n) for n in range(2, 1001)]),
    "a part without measures": score(part(""), part(bars())),
    "parts of different lengths": (
        score(part(bars()), part("".join(measure() for _ in range(6)), 2)),
        "C | F7 | G7 | C |  | ",
    ),
    "the same part twice": score(part(bars()), part(bars())),
    "chords in the other part": score(OTHER, part(bars(), 2)),
    "measures without an end in number": (
        score(part(bars(head=f"<measure number='{'9' * 5000}' width='nan'>")))
    ),
    "measures that are all number 1": score(part(bars(head="<measure number='1'>"))),
    "a measure in a measure": third("<measure>" + harmony("A") + "</measure>"),
    "a rehearsal mark in two lines": (
        third("<direction><direction-type><rehearsal>A\n B</rehearsal></direction-type>"
              "</direction>")
    ),
}  # fmt: skip
"""Scores that can be read, odd as they are."""

REFUSED = {
    # No XML.
    "nothing": (b"", "no XML"),
    "blanks": (b"  \n ", "no XML"),
    "a text": (b"Cmaj7 | Dm7 | G7", "no XML"),
    "half of it": (score()[: len(score()) // 2], "no XML"),
    "no end": (score()[:-1], "no XML"),
    "junk behind the root": (score() + b"junk", "no XML"),
    "two roots": (score() * 2, "no XML"),
    "a tag in other letters": (score().replace(b"</part>", b"</Part>"), "no XML"),
    "an attribute twice": (score().replace(b'id="P1"', b'id="P1" id="P1"'), "no XML"),
    "an attribute without quotes": (score().replace(b'"P1"', b"P1"), "no XML"),
    "a NUL": (score().replace(b"dominant", b"domi\0nant"), "no XML"),
    "a control character": (score().replace(b"dominant", b"domi\x1bnant"), "no XML"),
    "a reference to NUL": (score(inside="&#0;"), "no XML"),
    "a reference to half a character": (score(inside="&#xD800;"), "no XML"),
    "a reference beyond all characters": (score(inside="&#x110000;"), "no XML"),
    "an entity of HTML": (score(inside="<x>&eacute;</x>"), "no XML"),
    "a comment without an end": (score(inside="<!-- "), "no XML"),
    # Encodings.
    "an encoding that there is not": (declared("klingon", codec="utf-8"), "'klingon'"),
    "an encoding that is none": (declared("unicode_escape", codec="utf-8"), "'unicode_escape'"),
    "an encoding that unpacks": (declared("zlib", codec="utf-8"), "'zlib'"),
    "an encoding of a million letters": (declared("x" * 1_000_000, codec="utf-8"), "'xxx"),
    "UTF-7": (declared("utf-7", codec="utf-8"), "'utf-7'"),
    "UTF-8 that is Latin-1": (declared("UTF-8", codec="latin-1"), "no XML"),
    "UTF-16 that is UTF-8": (declared("UTF-16", codec="utf-8"), "no XML"),
    "UTF-16 cut in a character": (declared("UTF-16", codec="utf-16")[:-1], "no XML"),
    "UTF-32": (declared("UTF-32", codec="utf-32"), "no XML"),
    "a table of another language": (declared("shift_jis", "x", "ascii"), "no XML"),
    # Declarations.
    "a billion laughs": (subset(laughs(10, 10), "&a9;"), "declares entities"),
    "a quadratic laugh": (
        subset(f'<!ENTITY a "{"x" * 100_000}">', "&a;" * 10_000), "declares entities"
    ),
    "an entity that holds itself": (subset('<!ENTITY a "&a;">', "&a;"), "declares entities"),
    "an entity in a file": (
        subset('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"), "declares entities"
    ),
    "an entity in the network": (
        subset('<!ENTITY a SYSTEM "http://127.0.0.1:1/">', "&a;"), "declares entities"
    ),
    "an entity of parameters": (
        subset('<!ENTITY % a SYSTEM "http://127.0.0.1:1/"> %a;'), "declares entities"
    ),
    "an entity that is not parsed": (
        subset('<!NOTATION n SYSTEM "n"><!ENTITY a SYSTEM "x.gif" NDATA n>'), "declares entities"
    ),
    "an entity in a default": (
        subset('<!ENTITY a "ha"><!ATTLIST part x CDATA "&a;">'), "declares entities"
    ),
    "a default for an attribute": (
        subset('<!ATTLIST sound tempo CDATA "300">'), "declares entities"
    ),
    "room for declarations": (subset(""), "declares entities"),
    "a notation": (subset('<!NOTATION n SYSTEM "n">'), "declares entities"),
    "a document type behind the root": (score() + b"<!DOCTYPE a>", "no XML"),
    # Size.
    "201 deep": (score(inside="<a>" * 200 + "</a>" * 200), "more than 200 deep"),
    "a million deep": (b"<a>" * 1_000_000, "more than 200 deep"),
    "ten megabytes": (score(inside=" " * 10_000_000), "more than 10,000,000 bytes"),
    "2,001 measures": (score(part(bars() + measure() * 1997)), "more than 2000 measures"),
    "2,004 bars": (
        score(part(bars() + measure() * 997 + measure(line("backward")))), "more than 2000 bars"
    ),
    "endless repeats": (
        score(part(bars() + measure(line("forward"), again(16)) * 150)), "more than 2000 bars"
    ),
    "a thousand endings": (
        score(part(bars() + measure() * 1000 + measure(line("start", "stop", "backward")) * 900)),
        "more than 2000 bars",
    ),
    # Other files.
    "a page": (b"<html><body/></html>", "not 'html'"),
    "a picture": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not 'svg'"),
    "an opus": (b"<opus><score href='a.xml'/></opus>", "not 'opus'"),
    "a container": (b"<container><rootfiles/></container>", "not 'container'"),
    "an element of a million letters": (b"<" + b"x" * 1_000_000 + b"/>", "by parts, not 'xxx"),
    # Nothing to read.
    "no parts": (b"<score-partwise/>", "no measures"),
    "parts of nothing": (score(part(""), part("", 2)), "no measures"),
    "no chords": (score(OTHER), "no chord symbols"),
    "no chord but none": (
        score(part(measure("<harmony><kind>none</kind></harmony>"))), "no chord symbols"
    ),
    "parts in capital letters": (score().replace(b"part ", b"PART ").replace(b"/part>", b"/PART>"),
                                 "no measures"),
    # Time.
    "0 divisions": (begun(attributes(divisions="0")), "measure 1: 0 divisions"),
    "-1 divisions": (begun(attributes(divisions="-1")), "measure 1: -1 divisions"),
    "divisions of nothing": (begun(attributes(divisions="")), "'' where a number"),
    "divisions of words": (begun(attributes(divisions="x")), "'x' where a number"),
    "divisions that are no number": (begun(attributes(divisions="nan")), "'nan' where a number"),
    "divisions without end": (begun(attributes(divisions="inf")), "'inf' where a number"),
    "divisions of 10 to the 9": (begun(attributes(divisions="1e9")), "'1e9' where a number"),
    "a third of a division": (begun(attributes(divisions="1/3")), "'1/3' where a number"),
    "a million digits of divisions": (
        begun(attributes(divisions="9" * 1_000_000)), "9' where a number"
    ),
    "a duration below 0": (third(note("-4")), "measure 3: a duration of -4"),
    "a backup below 0": (
        third("<backup><duration>-1</duration></backup>"), "measure 3: a duration of -1"
    ),
    "a duration of words": (third(note("long")), "measure 3: 'long' where a number"),
    "a duration that is no number": (third(note("nan")), "'nan' where a number"),
    "a duration in other digits": (third(note("\u0664")), "'\u0664' where a number"),
    "fractions that grow": (
        third("".join(note(f"1/{10**9 + n}") for n in range(10_000))), "where a number"
    ),
    "an offset of words": (chord(harmony("G", "dominant", "<offset>x</offset>")), "'x' where"),
    "a meter of 0/4": (begun(time(0, 4)), "measure 1: meter 0/4"),
    "a meter of 4/0": (begun(time(4, 0)), "measure 1: meter 4/0"),
    "a meter of 1000/3": (begun(time(1000, 3)), "measure 1: meter 1000/3"),
    "a meter of 33/4": (begun(time(33, 4)), "measure 1: meter 33/4"),
    "a meter of -4/4": (begun(time(-4, 4)), "measure 1: meter -4/4"),
    "a meter of words": (begun(time("C", 4)), "no meter: 'C' over '4'"),
    "a meter of a sum and words": (begun(time("2+x", 4)), "no meter: '2+x' over '4'"),
    "a meter of a million digits": (begun(time("9" * 1_000_000, 4)), "no meter: '999"),
    "a meter over a million digits": (begun(time(4, "9" * 1_000_000)), "no meter: '4' over '999"),
    "a meter of a million parts": (begun(time("+".join("1" * 500_000), 4)), "no meter: '1+1+"),
    "a transposition of words": (
        begun(attributes("<transpose><chromatic>up</chromatic></transpose>")), "'up' where"
    ),
}  # fmt: skip
"""Scores that cannot be used, and why."""
REPAIRED = {
    "a chord behind its bar": (
        chord(harmony("G", "dominant", "<offset>4</offset>")), "", "behind the end of its bar"
    ),
    "a chord far behind its bar": (
        chord(harmony("G", "dominant", "<offset>999999999999999</offset>")), "", "behind the end"
    ),
    "no root": (chord("<harmony><kind>major</kind></harmony>"), "", "without a root"),
    "an empty root": (chord(harmony("G", step="")), "", "without a root"),
    "a root of H": (chord(harmony("H")), "B", "the root 'H' is read as B"),
    "a root in a small letter": (chord(harmony("g")), "G", "the root 'g' is read as G"),
    "a root of two letters": (chord(harmony("G", step="AB")), "", "with the root 'AB'"),
    "a root altered by 40": (chord(harmony("Gb").replace(">-1<", ">40<")), "G", "by '40'"),
    "a root altered by 10 to the 300": (
        chord(harmony("Gb").replace(">-1<", ">1e300<")), "G", "altered by '1e300'"
    ),
    "a root altered by no number": (chord(harmony("Gb").replace(">-1<", ">nan<")), "G", "'nan'"),
    "a root altered by words": (chord(harmony("Gb").replace(">-1<", ">flat<")), "G", "'flat'"),
    "a bass of H": (
        chord(harmony("G", "major", "<bass><bass-step>H</bass-step></bass>")), "G/B", "read as B"
    ),
    "a bass altered by 40": (
        chord(harmony("G", "major", "<bass><bass-step>C</bass-step><bass-alter>40</bass-alter>"
                      "</bass>")),
        "G/C", "the bass C altered by '40'",
    ),
    "a kind that there is not": (chord(harmony("G", "klingon")), "G", "the kind 'klingon'"),
    "a kind of a million letters": (chord(harmony("G", "x" * 1_000_000)), "G", "the kind 'xxx"),
    "a kind whose text tells nothing": (
        chord(harmony("G", "other").replace("<kind>", "<kind text='\n?'>")), "G", "read as G"
    ),
    "a kind whose text has no end": (
        chord(harmony("G", "other").replace("<kind>", f"<kind text='{'7' * 1_000_000}'>")),
        "G7", "read as G7",
    ),
    "degree 0": (chord(harmony("G", "dominant", degree(0))), "G7", "a degree '0'"),
    "degree -9": (chord(harmony("G", "dominant", degree(-9))), "G7", "a degree '-9'"),
    "degree 10 to the 300": (chord(harmony("G", "dominant", degree("1e300"))), "G7", "'1e300'"),
    "degree x": (chord(harmony("G", "dominant", degree("x"))), "G7", "a degree 'x'"),
    "a fifth, a million up": (
        chord(harmony("G", "dominant", degree(5, 10**6, "alter"))), "G7", "a degree '5'"
    ),
}  # fmt: skip
"""Scores of which one chord is repaired: what it is read as, and what is said about it."""
