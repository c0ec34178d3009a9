"""iReal Pro links, playlists and pages with one fault each, and what must become of them.

`KEPT` maps a name to the text, with the chords of each bar as they are played where these
are not those of the plain song; `REFUSED` maps one to the text and a part of the reason.
"""

from urllib.parse import quote

from jazzgen.io.ireal.fields import SCRAMBLED, scramble

PLAIN = "C | F7 | G7 | C"
"""What the plain song says: four bars of 4/4."""
SONG = "T44C   |F7   |G7   |C   Z"


def fields(progression=SONG, title="A Tune", style="Swing", key="C", composer="Some Body"):
    """Return the fields of a song, not encoded."""
    return f"{title}={composer}={style}={key}=n={progression}"


def book(progression=SONG, **how):
    """Return a plain link."""
    return "irealbook://" + fields(progression, **how)


def encoded():
    """Return the plain link, encoded."""
    return "irealbook://" + quote(fields())


def hidden(progression=SONG, title="A Tune", before="Some Body==Swing=C=", after="=Jazz=140=3"):
    """Return the fields of a scrambled song, not encoded."""
    return f"{title}={before}={SCRAMBLED}{scramble(progression)}{after}"


def link(*songs, name=""):
    """Return a scrambled link: a song, or a playlist with its name."""
    return "irealb://" + quote("===".join([*(songs or (hidden(),)), *([name] if name else [])]))


def padded(length):
    """Return a progression of so many characters."""
    return SONG[:-1] + " " * (length - len(SONG)) + "Z"


def page(*links, quotes='"'):
    """Return a page with links, as the app exports it."""
    body = "".join(f"<a href={quotes}{one}{quotes}>x</a>" for one in links)
    return f"<html><head><title>Mine</title></head><body>{body}</body></html>"


def several(*songs):
    """Return a plain playlist."""
    return "irealbook://" + "=".join(songs)


TWICE = f"{PLAIN} || {PLAIN}"
AGAIN = "C | F7 | G7 | C | F7 | G7"

KEPT = {
    "plain": book(),
    "scrambled": link(),
    # Encoding.
    "everything encoded": "irealbook://" + "".join(f"%{ord(letter):02x}" for letter in fields()),
    "nothing encoded": "irealb://" + hidden(),
    "a scheme in capital letters": book().replace("irealbook", "IREALBOOK"),
    "a percent sign": book(title="100% Swing"),
    "a percent sign with letters": book(title="%zz%"),
    "Latin-1": book(title="Caf%e9"),
    "half a character": book(title="%c3%28%f0%9f"),
    "encoded twice": book(title="A%2520Tune"),
    "a plus for blanks": book(title="A+Tune"),
    "blanks around it": f"\n\n  {book()}  \n",
    "a text before it": "my tune:\n" + encoded(),
    "new lines in it": book(SONG.replace("|", "|\n")),
    "quotation marks in it": book(title="'A' \"Tune\""),
    "other digits for a meter": book(SONG.replace("44", "\u0664\u0664")),
    # Pages.
    "a page": page(link()),
    "a page in capital letters": page(link()).upper().replace(link().upper(), link()),
    "a page with other quotation marks": page(link(), quotes="'"),
    "a page without quotation marks": page(link(), quotes=""),
    "a page with references": page(link().replace("%20", "&#37;20")),
    "a page of XHTML": "<?xml version='1.0'?><!DOCTYPE html>" + page(link()),
    "a page that breaks off behind it": page(link())[: -len("x</a></body></html>")],
    "a page with two links": (page(link(), encoded()), TWICE),
    "a page with a comment": "<!-- exported -->" + page(link()),
    # Fields.
    "no composer": link(hidden(before="Swing=C=")),
    "no tempo": link(hidden(after="")),
    "a tempo of 0": link(hidden(after="=Jazz=0=3")),
    "a tempo of 99,999": link(hidden(after="=Jazz=99999=3")),
    "a tempo of a million digits": link(hidden(after=f"=Jazz={'9' * 1_000_000}=3")),
    "a tempo in small digits": link(hidden(after="=Jazz=\u00b2=\u00b3")),
    "a tempo below 0": link(hidden(after="=Jazz=-140=3")),
    "repeats without end": link(hidden(after="=Jazz=140=99999")),
    "a transposition": link(hidden(before="Some Body==Swing=C=-3=")),
    "a transposition in small digits": link(hidden(before="Some Body==Swing=C=\u00b2=")),
    "fields behind the last one": link(hidden(after="=Jazz=140=3=x=y=z")),
    "no title": book(title=""),
    "a title of control characters": book(title="%00%1b[2J%07"),
    "a title in two lines": book(title="A%0d%0a%e2%80%a8Tune"),
    "a title of a million characters": book(title="x" * 1_000_000),
    "a key that there is not": book(key="H#"),
    "a key of nothing": book(key=""),
    "a style that nobody knows": book(style="Klingon Opera"),
    "a style of nothing": book(style=""),
    "a letter in place of the n": book().replace("=n=", "=x="),
    # Scrambling.
    **{f"scrambled: {size} characters": link(hidden(padded(size)))
       for size in (48, 49, 50, 51, 52, 53, 99, 100, 101, 102, 103, 150, 152)},
    "scrambled, with short forms": (link(hidden("T44CXyQ|F7XyQLZG7XyQKcl Z")), "C | F7 | G7 | G7"),
    # Playlists.
    "a playlist": (link(hidden(), hidden(), name="My List"), TWICE),
    "a playlist without a name": (link(hidden(), hidden()), TWICE),
    "a playlist with a gap": (link(hidden(), "", hidden()), TWICE),
    "a playlist with half a song": (link(hidden(), "Half=Some Body", hidden()), TWICE),
    "a playlist of one": link(hidden(), name="My List"),
    "a playlist with a very long name": link(hidden(), name="x" * 100_000),
    "a plain playlist": (several(fields(), fields()), TWICE),
    "a plain playlist with a name": (several(fields(), fields(), "My List"), TWICE),
    "a playlist of a thousand": (link(*[hidden()] * 1000), " || ".join([PLAIN] * 1000)),
    # Progressions.
    "no chord at all": (book("T44n   |n   Z"), "N.C. | N.C."),
    "alternates everywhere": book("T44(A-7)C(E7)   |(B7)F7(n)   |(H)G7()   |(W/E)C   Z"),
    "alternates of what is not a chord": book(SONG.replace("|", "(see below!)|")),
    "signs that nobody hears": book("T44sC,Y  |lF7,fU  |YYYG7  |C   UYZ"),
    "no bar line at the end but a sign": book(SONG[:-1] + "U"),
    "a comment behind the end": book(SONG + "<a tempo>"),
    "a comment of many characters": book(SONG[:-1] + f"<{'x' * 50_000}>Z"),
    "a comment in a comment": book(SONG[:-1] + "<a <b> Z"),
    "bar lines without bars": book("T44[[||C   ||||F7   ][G7   |[]|C   ZZZ"),
    "no meter": book(SONG.removeprefix("T44")),
    "a meter in every bar": book(SONG.replace("|", "|T44")),
    "a meter at the end": book(SONG.replace("Z", "|T34Z")),
    "a section at the end": book(SONG.replace("Z", "|*BZ")),
    "sections upon sections": book("*A*B*C*D" + SONG),
    "a bass on no chord": (book("T44W/E   |C   Z"), "N.C. | C"),
    "a bass on no chord twice": (book("T44n   |W/E   |W   Z"), "N.C. | N.C. | N.C."),
    "pauses before a chord": (book("T44pppp|C   Z"), " | C"),
    # Repeats and jumps.
    "a repeat that nothing closes": book("T44C   |F7   |{G7   |C   Z"),
    "a repeat that nothing opens": (book("T44C   |F7   |G7   }"), AGAIN),
    "a repeat of nothing": (book("T44C   |F7   |G7   }{}{}Z"), AGAIN),
    "a repeat 16 times": (book("T44C   }<16x>Z"), " | ".join(["C"] * 16)),
    "a repeat 16 times, said before": (book("T44{C   |<16x>F7   }Z"), " | ".join(["C | F7"] * 16)),
    "an ending that nothing repeats": book("T44C   |F7   |N1G7   |C   Z"),
    "a second ending first": (book("T44{C   |N2F7   }|N1G7   Z"), "C | F7 | C | G7"),
    "endings without numbers": (book("T44{C   |N0F7   }|N0G7   Z"), "C | F7 | C | G7"),
    "a third ending without a second": (book("T44{C   |N1F7   }|N3G7   Z"), "C | F7 | C | G7"),
    "endings that are alike": (book("T44{C   |N1F7   }|N1G7   Z"), "C | F7 | C | G7"),
    "a jump in the first bar": (book("T44C   <D.C. al Fine>|F7   Z"), "C | F7 | C | F7"),
    "a jump in every bar": (book("T44C<D.C.>|F7<D.C.>|G7<D.C.>Z"), "C | F7 | G7 | C | F7 | G7"),
    "a jump that loops": (book("T44C   |F7   |G7   <D.C.>Z"), AGAIN),
    "a jump to a sign that there is not": (book("T44C   |F7   |G7   <D.S. al Coda>Z"), AGAIN),
    "a jump of words": book(SONG.replace("Z", "<D.X. al Nowhere>Z")),
    "a coda that there is not": (book("T44C   |F7 Q|G7   <D.C. al Coda>Z"), AGAIN),
    "a coda sign in every bar": (
        book("T44QC   |QF7   |QG7   <D.C. al Coda>|QC   Z"), "C | F7 | G7 | C | C"
    ),
    "a coda before the sign to it": (
        book("T44C  Q|QF7   |G7   <D.C. al Coda>|C   Z"), "C | C | F7 | G7 | C"
    ),
    "signs alone at the end": book(SONG[:-1] + "SQ<Fine>Z"),
    "a segno behind the jump": (book("T44C   |F7   <D.S.>|SG7   Z"), "C | F7 | G7 | G7"),
    "a repeat 0 times": (book("T44{C   |<0x>F7   }Z"), "C | F7 | C | F7"),
    "a repeat that begins in another": (book("T44{C   |{F7   }|G7   Z"), "C | F7 | F7 | G7"),
    "three times with endings": (
        book("T44{C   |<3x>|N1F7   }|N2G7   Z"), "C | F7 | C | F7 | C | G7"
    ),
}  # fmt: skip
"""Texts from which songs are read."""


def wrong(progression):
    """Return a plain song with this progression."""
    return book(progression)


REFUSED = {
    # No songs.
    "a scrambled link to nothing": ("irealb://", "no song in the iReal Pro link"),
    "a plain link to nothing": ("irealbook://", "breaks off"),
    "no link": ("ireal://" + fields(), "no song in the iReal Pro link"),
    "nothing": ("", "no song in the iReal Pro link"),
    "a page without links": (page("https://example.com"), "no song in the iReal Pro link"),
    "a link of blanks": ("irealb://%20%20", "no song in the iReal Pro link"),
    "a playlist of nothing but a name": (link("My List"), "no song in the iReal Pro link"),
    "a playlist of nothing": ("irealb://" + "=" * 1000, "no song in the iReal Pro link"),
    # Fields.
    **{f"{count} fields of six": ("irealbook://" + "=".join(fields().split("=")[:count]),
                                  "breaks off") for count in range(1, 6)},
    **{f"{count} fields too many": (book() + "=x" * count, "breaks off") for count in (2, 3, 5)},
    "six fields too many": (book() + "=x" * 6, "breaks off (x)"),
    "no key": (link(f"A Tune=Some Body={SCRAMBLED}{scramble(SONG)}"), "breaks off (A Tune)"),
    "no scrambled word": (link("A Tune=Some Body==Swing=C==" + scramble(SONG)), "breaks off (A"),
    "another scrambled word": (link(hidden()).replace("1r34LbKcu7", "1r34LbKcu8"), "breaks off (A"),
    "a title in two lines, cut": ("irealbook://A%0aTune=x", "breaks off (A Tune)"),
    "a title of a million characters, cut": ("irealbook://" + "x" * 1_000_000, "breaks off (xxx"),
    # Progressions.
    "no progression": (wrong(""), "A Tune: the iReal Pro link breaks off in its progression"),
    "a progression of blanks": (wrong("    "), "breaks off in its progression"),
    "a progression of a bar line": (wrong("Z"), "A Tune: no bars"),
    "a progression of bar lines": (wrong("[|||||Z"), "A Tune: no bars"),
    "a progression of a meter": (wrong("T44Z"), "A Tune: no bars"),
    "a scrambled progression of nothing": (link(hidden("")), "A Tune: no bars"),
    "a progression that is not scrambled": (
        link(f"A Tune=Some Body==Swing=C=={SCRAMBLED}{padded(100)[::-1]}=Jazz=140=3"), "A Tune: "
    ),
    "a progression cut in a bar": (wrong(SONG[:-3]), "breaks off in its progression"),
    "a percent sign at the end": (book() + "%", "breaks off in its progression"),
    "a progression cut in a comment": (wrong(SONG[:-1] + "<D.C. al"), "breaks off in its"),
    "a progression of many characters": (wrong(" " * 100_000 + "Z"), "more than 100,000"),
    **{f"the sign {sign!r}": (wrong(f"T44C   |{sign}   Z"), "bar 2: ")
       for sign in ("H", "c", "!", "%zz", "\0", "\u200b", "\U0001f3b7", "&", "7", "q", "*1", "*",
                    "N", "T4", "(A-7", ")", "<a", ">", "/E", "^7")},
    "a chord of no quality": (
        wrong("T44C   |Csussus   Z"), "bar 2: 'Csussus' is not a chord symbol"
    ),
    "a chord of many qualities": (wrong(f"T44C{'b9' * 40}   Z"), "is not a chord symbol: 81"),
    "a chord that never ends": (wrong(f"T44C{'#' * 90_000}   Z"), "is not a chord symbol: 90001"),
    "a chord of free text": (wrong("T44C*%0a?*   Z"), "is not a chord symbol"),
    "nine chords in a bar": (wrong("T44C,C,C,C,C,C,C,C,C   Z"), "bar 1: 9 chords in 4 beats"),
    "thousands of chords in a bar": (wrong("C," * 40_000 + "Z"), "bar 1: 40000 chords in 4"),
    "the bar before the first": (wrong("T44x   Z"), "repeats 1 bar before it, but there are none"),
    "two bars before the second": (
        wrong("T44C   |r   Z"), "repeats 2 bars before it, but there is 1"
    ),
    # Meters.
    "a meter of 9/9": (wrong(SONG.replace("T44", "T99")), "bar 1: meter 9/9"),
    "a meter of 0/0": (wrong(SONG.replace("T44", "T00")), "bar 1: meter 0/0"),
    "a meter of 4/0": (wrong(SONG.replace("T44", "T40")), "bar 1: meter 4/0"),
    "a meter of 0/4": (wrong(SONG.replace("T44", "T04")), "bar 1: meter 0/4"),
    "a meter of 7/3": (wrong(SONG.replace("|", "|T73", 1)), "bar 2: meter 7/3"),
    # Repeats.
    "a repeat of no bar": (wrong("T44}" + SONG), "bar 1: a repeat ends with no bar before it"),
    **{f"a repeat {times} times": (wrong(f"T44{{C   |<{times}x>F   }}Z"), "expected 2x to 16x")
       for times in ("17", "100", "99", "\u0669\u0669")},
    "2,001 bars": (wrong("C|" * 2001 + "Z"), "more than 2000 bars"),
    "2,002 bars, two and two": (wrong("C|C|" + "r|" * 1000 + "Z"), "more than 2000 bars"),
    "repeats of repeats": (wrong("{" + "C|" * 13 + "<16x>}" + ("{C|<16x>C}" * 130) + "Z"),
                           "more than 2000 bars"),
    # Playlists.
    "a bad song among good ones": (
        link(hidden(), hidden("T44C   |Hm7  Z", title="Bad"), hidden()), "Bad: bar 2: 'Hm7"
    ),
    "a cut song among good ones": (
        several(fields(), fields("T44C   |F", title="Bad"), fields()), "Bad: the iReal Pro link"
    ),
    "a good page with a bad link": (page(link(), "irealbook://Bad=x"), "breaks off (Bad)"),
    "10,001 songs": (several(*[fields("Z")] * 10_001), "more than 10,000 songs"),
    "10,001 links": (page(*[book("Z")] * 10_001).replace(" ", "+"), "more than 10,000 songs"),
    "a million bars and more": (
        several(*[fields("{<16x>" + "C|" * 124 + "C}Z")] * 501),
        "more than 1,000,000 bars altogether",
    ),
    # Floods.
    "ten million characters": ("irealb://" + "x" * 10_000_000, "more than 10,000,000 characters"),
    "ten million fields": ("irealbook://" + "=" * 9_999_980, "more than 10,000 songs"),
    "ten million blanks": ("irealb://" + " " * 9_999_980, "no song"),
    "a million percent signs": ("irealb://" + "%" * 1_000_000, "no song"),
    "a million encoded letters": ("irealb://" + "%41" * 1_000_000, "no song"),
    "a million playlists": ("irealb://" + "a===b" * 1_000_000, "breaks off"),
    "many links": ("x irealb://" * 300_000, "no song"),
    "a million references": ("<a irealb://" + "&amp;" * 1_000_000, "no song"),
    "a million blocks": (link(hidden("x" * 5_000_000)), "more than 100,000 characters"),
    "signs behind no bar line": (wrong("C" + "U" * 90_000 + "C"), "breaks off in its progression"),
    "comments behind no bar line": (wrong("Z<" * 45_000), "breaks off in its progression"),
    "brackets in brackets": (wrong("(" * 90_000 + "Z"), "bar 1: '((((((((' is not a sign"),
    "stars without an end": (wrong("C*" * 45_000 + "Z"), "bar 1: "),
}  # fmt: skip
"""Texts that hold no song that can be used, and why."""
