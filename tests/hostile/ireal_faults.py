"""iReal Pro links with one fault each, and what must become of them.

`KEPT` maps a name to a text and the chords of the bars of each song in it; `REFUSED` to a
text and a part of the reason.
"""

from urllib.parse import quote

from jazzgen.formats.ireal_link import SCRAMBLED, scramble

PLAIN = ("C", "F7")
"""The chords of a song without fault, bar by bar."""
BARS = "[T44C   |F7   Z"


def book(progression=BARS, title="Tune", composer="Some Body", style="Swing", key="C"):
    """Return a link of the plain kind."""
    return f"irealbook://{title}={composer}={style}={key}=n={progression}"


def song(progression=BARS, head=SCRAMBLED, tail="=Jazz=140=3", fields="Tune=Body==Swing=C=="):
    """Return a song as scrambled links hold it, readable."""
    return f"{fields}{head}{scramble(progression)}{tail}"


def link(*songs, name=""):
    """Return a link of the scrambled kind."""
    return "irealb://" + quote("===".join([*songs, *([name] if name else [])]))


def padded(size):
    """Return a progression of so many characters."""
    return "[T44C" + " " * (size - len(BARS)) + "   |F7   Z"


LONG = "[T44" + "C   |F7   |" * 12 + "C   |F7   Z"
GOOD = link(song())

KEPT = {
    "no fault": (GOOD, [PLAIN]),
    "no fault, plain": (book(), [PLAIN]),
    "a link in capitals": (GOOD.replace("irealb", "IREALB"), [PLAIN]),
    "blanks around it": (f"\n\t  {GOOD} \n", [PLAIN]),
    "nothing encoded": ("irealb://" + song(), [PLAIN]),
    "encoded by halves": (GOOD.replace("%20", " "), [PLAIN]),
    "a percent sign that encodes nothing": (book(title="100%"), [PLAIN]),
    "an encoding that is no UTF-8": (book(title="Caf%E9"), [PLAIN]),
    "a zero in the title": (book(title="Tu%00ne"), [PLAIN]),
    "a title that moves the cursor": (book(title="%1b[2J%0d%0aTune"), [PLAIN]),
    "a title from right to left": (book(title="%e2%80%aeenuT"), [PLAIN]),
    "no title": (book(title=""), [PLAIN]),
    "a title of 100,000 characters": (book(title="x" * 100_000), [PLAIN]),
    "no composer": (link(song(fields="Tune==Swing=C==")), [PLAIN]),
    "a style that nobody knows": (book(style="Klezmer Metal"), [PLAIN]),
    "a key that nobody knows": (book(key="H"), [PLAIN]),
    "no key": (book(key=""), [PLAIN]),
    "a tempo of nothing": (link(song(tail="=Jazz=0=3")), [PLAIN]),
    "a tempo of 99,999": (link(song(tail="=Jazz=99999=3")), [PLAIN]),
    "a tempo of 5,000 digits": (link(song(tail=f"=Jazz={'9' * 5000}=3")), [PLAIN]),
    "a tempo in other digits": (link(song(tail="=Jazz=\u0661\u0662\u0663=3")), [PLAIN]),
    "transposed by a number": (link(song(fields="Tune=Body==Swing=C=-3==")), [PLAIN]),
    "nothing behind the progression": (link(song(tail="")), [PLAIN]),
    "a playlist and its name": (link(song(), song(), name="My Songs"), [PLAIN, PLAIN]),
    "two links on a page": (
        f"<html><a href='{GOOD}'>a</a><a href=\"{book().replace(' ', '%20')}\">b</a></html>",
        [PLAIN, PLAIN]),
    "a page that encodes ampersands": (
        f'<a href="{link(song(fields="A & B=Body==Swing=C=="))}&amp;x=">a</a>', [PLAIN]),
    "a link in a text": (f"Try this: {GOOD} !", [PLAIN]),
    "49 characters": (link(song(padded(49))), [PLAIN]),
    "50 characters": (link(song(padded(50))), [PLAIN]),
    "51 characters": (link(song(padded(51))), [PLAIN]),
    "52 characters": (link(song(padded(52))), [PLAIN]),
    "100 characters": (link(song(padded(100))), [PLAIN]),
    "101 characters": (link(song(padded(101))), [PLAIN]),
    "102 characters": (link(song(padded(102))), [PLAIN]),
    "bars without lines around them": (book("C   |F7   Z"), [PLAIN]),
    "no final line": (book("[T44C   |F7   ]"), [PLAIN]),
    "a repeat that nothing opens": (book("C   |F7   }"), [PLAIN * 2]),
    "empty bars": (book("[T44|||C   ||F7   Z"), [PLAIN]),
    "alternates everywhere": (book("[T44(D7)C(E7)   (Bb7)|(Db7)F7   (A7)Z"), [PLAIN]),
    "comments everywhere": (book("<a>[T44<b>C <c>  <13>|<D.S. al nothing that is here>F7  Z"),
                            [PLAIN * 2]),
    "spaces by the thousand": (book("[T44C" + " " * 9_000 + "|F7   Z"), [PLAIN]),
    "signs that are not heard": (book("[T44fsC,Y ,l  |UYYYF7, s Z"), [PLAIN]),
    "an ending that nothing repeats": (book("[T44C   |N2F7   Z"), [PLAIN]),
    "a jump to a sign that is not there": (book("[T44C   |F7   <D.S.>Z"), [PLAIN * 2]),
    "a coda sign alone": (book("[T44C   |QF7   Z"), [PLAIN]),
    "the bar before once more, four times": (book("[T44C   |x  |x  | x  |F7   Z"),
                                             [("C", "C", "C", "C", "F7")]),
    "no chord at all in a bar": (book("[T44C   |n   |F7   Z"), [("C", "N.C.", "F7")]),
    "the chord before, with none": (book("[T44W/G   |F7   Z"), [("N.C.", "F7")]),
    "a quality between stars": (book("[T44C*-^9*   |F7   Z"), [("CmMaj9", "F7")]),
}  # fmt: skip

REFUSED = {
    "nothing": ("", "no song in the iReal Pro link"),
    "no link": ("C7 | F7", "no song in the iReal Pro link"),
    "a link of nothing": ("irealb://", "no song in the iReal Pro link"),
    "a plain link of nothing": ("irealbook://", "the iReal Pro link breaks off"),
    "a link to elsewhere": ("https://www.irealpro.com/", "no song in the iReal Pro link"),
    "a title alone": ("irealbook://Tune", "the iReal Pro link breaks off (Tune)"),
    "fields without a progression": (
        "irealbook://Tune=Body=Swing=C", "the iReal Pro link breaks off (Tune)"),
    "one song and half of another": (
        book() + "=Other=Body=Swing", "the iReal Pro link breaks off (Other)"),
    "a scrambled song without its word": (
        link(song(head="")), "the iReal Pro link breaks off (Tune)"),
    "a scrambled song with another word": (
        link(song(head="1r34LbKcu8")), "the iReal Pro link breaks off (Tune)"),
    "too few fields before the word": (
        link(song(fields="Tune=")), "the iReal Pro link breaks off (Tune)"),
    "a scrambled progression that breaks off": (
        link(song(LONG[:68], tail="")), "Tune: the iReal Pro link breaks off in its progression"),
    "a plain progression that breaks off": (
        book("[T44C   |F7"), "Tune: the iReal Pro link breaks off in its progression"),
    "a bad song among good ones": (
        link(song(), song("[T44C   |H7   Z", fields="Bad=Body==Swing=C=="), song()),
        "Bad: bar 2: "),
    "a progression of nothing": (link(song("")), "Tune: "),
    "no bars": (book("[Z"), "Tune: "),
    "blanks for bars": (book("[T44    |    Z"), "Tune: "),
    "a chord that nobody knows": (book("[T44C   |F7$$   Z"), "Tune: bar 2: "),
    "a root of H": (book("[T44H   |F7   Z"), "Tune: bar 1: "),
    "a bass of H": (book("[T44C/H   |F7   Z"), "Tune: bar 1: "),
    "a quality of 60 signs": (book(f"[T44C{'^' * 60}   |F7   Z"), "Tune: bar 1: "),
    "a quality of 90,000 signs": (book(f"[T44C{'9' * 90_000}   |F7   Z"), "Tune: bar 1: "),
    "a bracket that nothing closes": (book("[T44C(D7   |F7   Z"), "Tune: bar 1: "),
    "a comment that nothing closes": (book("[T44C<D.C.   |F7   Z"), "Tune: "),
    "brackets in brackets": (book("[T44C((D7))   |F7   Z"), "Tune: bar 1: "),
    "a meter of nothing": (book("[T00C   |F7   Z"), "Tune: bar 1: meter 0/0"),
    "a meter of ninths": (book("[T99C   |F7   Z"), "Tune: bar 1: meter 9/9"),
    "a meter of one digit": (book("[T4 C   |F7   Z"), "Tune: bar 1: "),
    "a meter of letters": (book("[TxxC   |F7   Z"), "Tune: bar 1: "),
    "more chords than a bar holds": (book("[T44" + "C " * 97 + "|F7   Z"), "Tune: bar 1: "),
    "once more what was not before": (book("[T44x  |F7   Z"), "Tune: bar 1: "),
    "two bars once more after one": (book("[T44C   |r   |F7   Z"), "Tune: bar 2: "),
    "a repeat in a repeat": (book("{T44C   {F7   }}"), "Tune: "),
    "a repeat played 99 times": (book("{T44C   |<99x>F7   }"), "Tune: "),
    "2,001 bars": (book("[T44" + "C   |" * 2000 + "F7   Z"), "Tune: "),
    "2,016 bars as they are played": (
        book("{T44<16x>" + "C   |" * 125 + "F7   }"), "Tune: "),
    "10,001 songs": (
        "irealbook://" + "=".join([book().removeprefix("irealbook://")] * 10_001),
        "more than 10,000 songs"),
    "more than ten million characters": (book(title="x" * 10_000_000), "10,000,000 characters"),
    "ten million equals signs": ("irealbook://" + "=" * 9_999_000, "more than 10,000 songs"),
    "three million songs that break off": (
        "irealb://" + "===a" * 2_400_000, "the iReal Pro link breaks off (a)"),
    "five million bar lines and comments": (
        book("[T44C   |" + "Z<" * 4_900_000), "a progression of more than 100,000 characters"),
    "a scrambled progression of ten million characters": (
        "irealb://" + song("LZ" * 4_900_000, head=""), "the iReal Pro link breaks off"),
    "100,000 bar lines and comments": (
        book("[T44C   |" + "Z<" * 49_000), "the iReal Pro link breaks off in its progression"),
    "100,000 chords": (book("[T44" + "n" * 99_000 + "Z"), "bar 1: 99000 chords in 4 beats"),
    "letters that look like others": (book("[T44\u0421   |F7   Z"), "Tune: bar 1: "),
}  # fmt: skip
