"""Repeats, endings and jumps of MusicXML scores, in data, in signs and in words."""

import pytest

from jazzgen.io.musicxml.read import parse_musicxml, read_charts

FORWARD = "<barline location='left'><repeat direction='forward'/></barline>"
BACK = "<barline location='right'><repeat direction='backward'/></barline>"


def bar(chord, before="", after=""):
    harmony = (
        f"<harmony><root><root-step>{chord}</root-step></root><kind>major</kind></harmony>"
        if chord
        else ""
    )
    note = "<note><rest/><duration>4</duration></note>"
    return f"<measure>{before}{harmony}{note}{after}</measure>"


def score(*bars):
    body = "".join(bars).replace(
        "<measure>", "<measure><attributes><divisions>1</divisions></attributes>", 1
    )
    return f"<score-partwise><part id='P1'>{body}</part></score-partwise>".encode()


def said(*words, sound=""):
    """A direction with words; the names of signs are signs."""
    inside = "".join(
        f"<direction-type><{one}/></direction-type>"
        if one in ("coda", "segno")
        else f"<direction-type><words>{one}</words></direction-type>"
        for one in words
    )
    return f"<direction>{inside}{sound and f'<sound {sound}/>'}</direction>"


def ending(numbers, last=False):
    """What stands before and after the measure of an ending."""
    kind = "discontinue" if last else "stop"
    again = "" if last else "<repeat direction='backward'/>"
    return {
        "before": f"<barline location='left'><ending number='{numbers}' type='start'/></barline>",
        "after": f"<barline location='right'><ending number='{numbers}' type='{kind}'/>{again}"
        "</barline>",
    }


def played(*bars):
    [reading] = read_charts(score(*bars), "x")
    chart = reading.required()
    return "".join(str(chord) for one in chart.bars for _, chord in one.chords), reading.warnings


@pytest.mark.parametrize(
    ("leave", "coda"),
    [
        (said("coda"), said("coda")),
        (said("To Coda"), said("coda")),
        (said("To Coda"), said("Coda")),
        (said("to ", "coda"), said("coda", "Coda")),
        (said("To Coda \ue048"), said("\ue048 Coda")),
        (said("coda"), said("CODA")),
        (said("x", sound="tocoda='c'"), said("x", sound="coda='c'")),
        ("<barline location='right'><coda/></barline>", said("coda")),
        (said("To Coda"), ""),
        (
            said("A", "To Coda"),
            "<direction><direction-type><rehearsal>Coda</rehearsal></direction-type></direction>",
        ),
    ],
)
@pytest.mark.parametrize(
    "jump",
    [
        said("D.S. al Coda"),
        said("D.S. ", "al Coda"),
        said("D.S. ", "segno", " al ", "coda"),
        said("D. ", "segno", " al Coda"),
        said("Dal Segno al Coda"),
        said("\ue045 al Coda"),
        said("D.S. al Coda", sound="dalsegno='s'"),
        said("x", sound="dalsegno='s'"),
    ],
)
def test_a_coda_in_signs_in_words_and_in_data(leave, coda, jump):
    bars = [bar("C"), bar("D", before=said("segno")), bar("E", after=leave), bar("F", after=jump)]
    tune, _ = played(*bars, bar("G", before=coda), bar("A"))
    assert tune == "CDEFDEGA"


def test_a_coda_sign_beside_a_jump_is_part_of_its_name():
    jump = said("D.C. al") + said("coda")
    bars = [bar("C", after=said("coda")), bar("D"), bar("E", after=jump)]
    assert played(*bars, bar("F"))[0] == "CDECF"
    assert played(*bars, bar("F"), bar("G", before=said("coda")))[0] == "CDECG"


def test_a_coda_sign_at_the_beginning_of_a_measure_is_left_for_before_it():
    bars = [bar("C"), bar("D", before=said("coda")), bar("E", after=said("D.C. al Coda"))]
    assert played(*bars, bar("G", before=said("coda")))[0] == "CDECG"


@pytest.mark.parametrize("fine", [said("Fine"), said("FINE"), said("x", sound="fine='yes'")])
@pytest.mark.parametrize(
    "jump", [said("D.C. al Fine"), said("D.C."), said("Da Capo"), said("x", sound="dacapo='yes'")]
)
def test_fine_and_da_capo_in_words_and_in_data(fine, jump):
    assert played(bar("C"), bar("D", after=fine), bar("E", after=jump))[0] == "CDECD"


def test_what_is_taken_from_words_is_told():
    words = [bar("C", after=said("Fine")), bar("D", after=said("D.C. al Fine"))]
    assert played(*words)[1] == (
        "measure 1: 'Fine' is taken from words alone",
        "measure 2: 'D.C. al Fine' is taken from words alone",
    )
    assert played(bar("C", after=said("Fine")), bar("D")) == ("CD", ())
    data = said("D.C. al Fine", sound="dacapo='yes'")
    beside = said("D.C. al Fine") + "<sound dacapo='yes'/>"
    before = "<sound dacapo='yes'/>" + said("D.C. al Fine")
    for jump in (data, beside, before):
        bars = [bar("C", after=said("Fine", sound="fine='yes'")), bar("D", after=jump)]
        assert played(*bars) == ("CDC", ())


@pytest.mark.parametrize(
    "words", ["chorus", "Chords and coda", "Solo D C", "Verse and Chorus", "fine tuning", "Cod."]
)
def test_other_words_are_no_jumps(words):
    assert played(bar("C", after=said("Fine")), bar("D", after=said(words)))[0] == "CD"


@pytest.mark.parametrize(
    ("bars", "tune"),
    [
        ([bar("C", FORWARD), bar("D", **ending("1, 2")), bar("E", **ending("3", last=True)),
          bar("F")], "CDCDCEF"),
        ([bar("C", FORWARD), bar("D", **ending("1,2,3")), bar("E", **ending("4", last=True))],
         "CDCDCDCE"),
        ([bar("C", FORWARD), bar("D", **ending("1-3")), bar("E", **ending("4", last=True))],
         "CDCDCDCE"),
        ([bar("C", FORWARD), bar("D", **ending("1, 3")), bar("E", **ending("2, 4"))], "CDCECDCE"),
        ([bar("C", FORWARD), bar("D", **ending("1")), bar("E", **ending("2")),
          bar("F", **ending("3", last=True))], "CDCECF"),
        ([bar("C", FORWARD), bar("D", **ending("1")), bar("E", **ending("1", last=True))], "CDCE"),
        ([bar("C", FORWARD), bar("D", **ending("")), bar("E", **ending("", last=True))], "CDCE"),
        ([bar("C", FORWARD), bar("D", **ending("1, 2")), bar("E")], "CDCDCE"),
        ([bar("C", FORWARD), bar("D", **ending("1")), bar("E", **ending("2, 3")),
          bar("F")], "CDCECEF"),
        # Another repeat ends later, and nothing tells where it begins but the second ending's end.
        ([bar("C", FORWARD), bar("D", **ending("1")), bar("E", **ending("2", last=True)),
          bar("F"), bar("G", after=BACK)], "CDCEFGFG"),
    ],
)  # fmt: skip
def test_endings_of_several_passes(bars, tune):
    assert played(*bars)[0] == tune


@pytest.mark.parametrize(("times", "tune"), [("2", "CDCE"), ("3", "CDCDCE"), ("4", "CDCDCDCE")])
def test_times_with_endings(times, tune):
    first = {name: text.replace("'backward'", f"'backward' times='{times}'")
             for name, text in ending("1").items()}  # fmt: skip
    assert played(bar("C", FORWARD), bar("D", **first), bar("E", **ending("2", True)))[0] == tune


def test_jumps_and_repeats_together():
    first, second = ending("1"), ending("2", last=True)
    bars = [bar("C", FORWARD), bar("D", **first), bar("E", **second)]
    for words, after in (
        ("D.C. al 2nd ending", "CE"),
        ("D.C. al Ending 1", "CD"),
        ("D.C.", "CEF"),
        ("D.C. (with repeats)", "CDCEF"),
    ):
        assert played(*bars, bar("F", after=said(words)))[0] == f"CDCEF{after}"


def test_a_segno_in_the_pickup_leads_to_bar_1():
    rest = "<note><rest/><duration>1</duration></note>"
    pickup = f"<measure implicit='yes'>{said('segno')}{rest}</measure>"
    tune, warnings = played(pickup, bar("C"), bar("D", after=said("", sound="dalsegno='s'")))
    assert (tune, warnings) == ("CDCD", ())


def test_a_chart_and_its_notes_follow_one_order():
    bars = [bar("C", FORWARD), bar("D", FORWARD), bar("E", after=BACK)]
    assert parse_musicxml(score(*bars)).bars[1].chords[0].chord.root == "D"
    assert played(*bars)[1] == ("measure 1: the repeat that begins here has no end: played once",)


def test_words_where_a_repeat_begins_say_how_often_it_is_played():
    chords, warnings = played(
        bar("C", FORWARD + said("Play 3 times")), bar("D", after=BACK), bar("E", said("4x"))
    )
    assert chords == "CDCDCDE"
    assert warnings == ("measure 2: 'Play 3 times' is taken from words alone",)


def test_a_jump_in_a_coda_of_one_bar_leads_to_the_next_coda():
    chords, _ = played(
        bar("A", said("segno")),
        bar("B", after=said("To Coda 1")),
        bar("C", after=said("To Coda 2")),
        bar("D", after=said("D.S. al Coda 1")),
        bar("E", said("Coda 1"), said("D.S. al Coda 2")),
        bar("F", said("Coda 2")),
    )
    assert chords == "ABCDABEABCF"
