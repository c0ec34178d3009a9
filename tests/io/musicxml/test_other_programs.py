"""Lead sheets as other programs and people write them: read, and told where it was a guess."""

import pytest

from jazzgen.errors import ChartError
from jazzgen.io.musicxml.read import read_charts

HEAD = "<divisions>1</divisions><key><fifths>0</fifths><mode>major</mode></key>"


def harmony(root, kind="major", text=None, more=""):
    told = "" if text is None else f" text='{text}'"
    step = f"<root><root-step>{root}</root-step></root>"
    return f"<harmony>{step}<kind{told}>{kind}</kind>{more}</harmony>"


def rest(quarters=4):
    return f"<note><rest/><duration>{quarters}</duration></note>"


def words(text):
    return f"<direction><direction-type><words>{text}</words></direction-type></direction>"


def measure(*content, **attributes):
    told = "".join(f" {name}='{value}'" for name, value in attributes.items())
    return f"<measure{told}>{''.join(content)}</measure>"


def reading(*measures, head=HEAD):
    first = measures[0].replace(">", f"><attributes>{head}</attributes>", 1)
    body = f"<part id='P1'>{first}{''.join(measures[1:])}</part>"
    [read] = read_charts(f"<score-partwise>{body}</score-partwise>".encode(), "x.xml")
    return read


def bars(read):
    return " | ".join(
        " ".join(f"{chord}@{onset // 24}" if onset else str(chord) for onset, chord in bar.chords)
        for bar in read.required().bars
    )


NUMERAL = "<harmony><numeral>{}</numeral><kind>major</kind></harmony>".format


@pytest.mark.parametrize(
    ("element", "chord", "warning"),
    [
        (harmony("C", "other", "N.C."), "N.C.", ""),
        (harmony("C", "major", "N.C."), "N.C.", ""),
        (harmony("C", "other", "blah"), "C", "'C blah' is read as C"),
        (harmony("C", "other", "b9"), "Caddb9", ""),
        (harmony("C", more="<inversion>1</inversion>"), "C/E", ""),
        (harmony("C", "minor", more="<inversion>1</inversion>"), "Cm/Eb", ""),
        (harmony("F", "dominant", more="<inversion>3</inversion>"), "F7/Eb", ""),
        (harmony("C", more="<inversion>0</inversion>"), "C", ""),
        (NUMERAL("<numeral-root text='V'>5</numeral-root>"), "G", ""),
        (NUMERAL("<numeral-root>6</numeral-root><numeral-alter>-1</numeral-alter>"), "Ab", ""),
    ],
)
def test_chords(element, chord, warning):
    read = reading(measure(harmony("G"), rest()), measure(element, rest()))
    assert bars(read) == f"G | {chord}"
    assert [said[11 : 11 + len(warning)] for said in read.warnings] == [warning] * bool(warning)


def test_chords_at_one_place_share_the_note():
    read = reading(
        measure(harmony("C"), harmony("A", "minor"), rest()),
        measure(harmony("F"), harmony("G"), harmony("E"), rest(4)),
        measure(harmony("C"), harmony("C"), rest()),
    )
    assert bars(read) == "C Am@2 | F G@2 E@3 | C"
    assert read.warnings[0] == (
        "measure 1: C and Am are written at one place: they share the time of the note"
    )


def test_chords_in_words():
    read = reading(
        measure(words("C"), rest()), measure(words("Am7"), rest(2), words("D7"), rest(2))
    )
    assert bars(read) == "C | Am7 D7@2"
    assert read.warnings == ("measure 1: the chord symbols are read from words",)
    for others in (("C", "A"), ("Am7",), ("Am7", "D7", "slowly", "Solo", "rit.")):
        with pytest.raises(ChartError, match="no chord symbols"):
            reading(*(measure(words(text), rest()) for text in others))


REPEAT = "<barline><repeat direction='backward'{}/></barline>".format


@pytest.mark.parametrize(
    ("end", "number", "warning"),
    [
        (REPEAT(" times='3'"), 3, ""),
        (words("3x") + REPEAT(""), 3, "'3x' is taken from words alone"),
        (words("Play 4 times") + REPEAT(" times='3'"), 3, ""),
        (words("2x only") + REPEAT(""), 2, ""),
        (REPEAT(" times='99'"), 16, "a repeat to be played 99 times is played 16 times"),
        (REPEAT(" times='1'"), 1, "a repeat to be played 1 times is passed over"),
        (REPEAT(" times='often'"), 2, "a repeat to be played 'often' times is played twice"),
    ],
)
def test_numbers_of_times(end, number, warning):
    read = reading(measure(harmony("C"), rest(), end))
    assert len(read.required().bars) == number
    assert [said.removeprefix("measure 1: ") for said in read.warnings] == [warning] * bool(warning)


@pytest.mark.parametrize(
    ("beats", "unit", "quarters", "meter"),
    [(4, 1, 16, "8/2"), (4, 32, 0.5, "2/16"), ("3+2", 8, 2.5, "5/8")],
)
def test_meters(beats, unit, quarters, meter):
    head = HEAD + f"<time><beats>{beats}</beats><beat-type>{unit}</beat-type></time>"
    read = reading(measure(harmony("C"), rest(quarters)), head=head)
    assert str(read.required().bars[0].meter) == meter


@pytest.mark.parametrize(
    ("unit", "number", "tempo"),
    [
        ("<beat-unit>quarter</beat-unit>", "160", 160), ("<beat-unit>half</beat-unit>", "96", 192),
        ("<beat-unit>quarter</beat-unit><beat-unit-dot/>", "c. 80", 120),
        ("<beat-unit>quarter</beat-unit>", "fast", 120),
    ],
)  # fmt: skip
def test_a_tempo_that_is_only_printed(unit, number, tempo):
    mark = f"<metronome>{unit}<per-minute>{number}</per-minute></metronome>"
    direction = f"<direction><direction-type>{mark}</direction-type></direction>"
    assert reading(measure(direction, harmony("C"), rest())).required().tempo == tempo


def test_a_short_first_measure_is_a_pickup():
    note = "<note><pitch><step>C</step><octave>5</octave></pitch><duration>1</duration></note>"
    full = measure(harmony("C"), rest())
    assert bars(reading(measure(note), full)) == "C"
    assert (
        bars(reading(measure(harmony("G"), note), full, measure(harmony("F"), rest(3)))) == "C | F"
    )
    assert bars(reading(measure(harmony("G"), note), full, full)) == "G | C | C"


@pytest.mark.parametrize("chord", ["", "G"])
def test_a_first_measure_of_a_shorter_meter_is_a_pickup(chord):
    def timed(beats, *content):
        meter = f"<time><beats>{beats}</beats><beat-type>4</beat-type></time>"
        return measure(f"<attributes>{meter}</attributes>", *content)

    above = harmony(chord) if chord else ""
    note = "<note><pitch><step>C</step><octave>5</octave></pitch><duration>1</duration></note>"
    first, full = timed(1, above, note), measure(harmony("F"), rest())
    assert bars(reading(first, timed(4, harmony("C"), rest()), full)) == "C | F"
    held = timed(1, harmony("G"), rest(1))  # nothing is played: a bar of the form
    assert bars(reading(held, timed(4, harmony("C"), rest()), full)) == "G | C | F"
    alternating = timed(1, harmony("G"), note), timed(4, harmony("C"), rest()), timed(1, note)
    assert bars(reading(*alternating)).startswith("G | C")


def test_a_score_by_measures():
    parts = "".join(f"<part id='P1'>{harmony(root)}{rest()}</part>|" for root in "CFG").split("|")
    body = "".join(f"<measure>{part}</measure>" for part in parts[:3])
    xml = f"\n\n<?xml version='1.0'?><score-timewise>{body}</score-timewise>".encode()
    [read] = read_charts(xml, "x.xml")
    assert len(read.required().bars) == 3
