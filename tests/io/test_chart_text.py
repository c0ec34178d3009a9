"""Chart text: read, written back, refused with the bar's number."""

import pytest
from effort import assert_effort
from hypothesis import example, given
from hypothesis import strategies as st

from jazzgen.errors import ChartError
from jazzgen.io.chart_text.text import format_chart, parse_chart, read_chart
from jazzgen.io.charts import pick_chart
from jazzgen.music.chart import Bar, Chart, PlacedChord, TempoChange
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.styles import feel_names
from jazzgen.music.timing import Meter


def bars(text):
    """What a chart plays, bar by bar, without onsets."""
    return [" ".join(str(chord) for _, chord in bar.chords) for bar in parse_chart(text).bars]


def onsets(text):
    return [[onset for onset, _ in bar.chords] for bar in parse_chart(text).bars]


def test_one_line():
    chart = parse_chart("| Dm7 G7 | Cmaj7 | % | N.C. |")
    assert [[(onset, str(chord)) for onset, chord in bar.chords] for bar in chart.bars] == [
        [(0, "Dm7"), (48, "G7")], [(0, "Cmaj7")], [(0, "Cmaj7")], [(0, "N.C.")]]  # fmt: skip
    assert (chart.key, chart.tempo, chart.feel, chart.title) == (Key("C"), 120.0, "swing", "")
    assert chart.chorus_starts == (0,)


def test_a_whole_file():
    chart = parse_chart(
        "\ufefftitle: A # sharp name: yes\r\nkey: F minor\r\nmeter: 3/4\r\n"
        "tempo: 152.5 bpm\r\n"
        "Feel: WALTZ\r\n# a comment | C |\r\n\r\n"
        "[A] | Fm7 | Bbm7 |\r\n[B]\r\n| C7(b9, #11) | Fm6 |\r\n"
    )
    assert (chart.title, chart.key, chart.tempo) == (
        "A # sharp name: yes",
        Key("F", "minor"),
        152.5,
    )
    assert chart.feel == "waltz"
    assert [bar.section for bar in chart.bars] == ["A", "", "B", ""]
    assert {bar.meter for bar in chart.bars} == {Meter(3, 4)}
    assert str(chart.bars[2].chords[0].chord) == "C7b9#11"


@pytest.mark.parametrize(("text", "expected"), [
    ("| C F G |", [[0, 48, 72]]),
    ("| C,F | G,A,B,C |", [[0, 48], [0, 24, 48, 72]]),
    ("(3/4) C F", [[0, 48]]),
    ("(5/4) C F", [[0, 72]]),
    ("(6/8) C F | C F G | C F G A", [[0, 36], [0, 36, 54], [0, 18, 36, 54]]),
    ("(12/8) C F G", [[0, 72, 108]]),
    ("| C F G A C |", [[0, 24, 48, 72, 84]]),
    ("| Dm7 / / G7 |", [[0, 72]]),
    ("| Dm7 // G7 |", [[0, 72]]),
    ("| / / G7 / |", [[48]]),
    ("| / / / / |", [[]]),
    ("| C / / / / F / / |", [[0, 60]]),
    ("| C F@13 G@95 |", [[0, 13, 95]]),
    ("C@5", [[5]]),
    ("| C6 (Am7) Dm7 |", [[0, 48]]),
    ("| C6 (Am7) | C6, (Am7), Dm7 (G7) |", [[0], [0, 48]]),
    ("| C6 (Am7) / Dm7 / |", [[0, 48]]),
    ("| C6 / (Am7) / |", [[0, 48]]),
    ("| / (Am7) / / |", [[24]]),
    ("| (Am7) Dm7 |", [[0, 48]]),
    ("| C6 Am7@36 (Dm7) G7@72 |", [[0, 36, 72]]),
])  # fmt: skip
def test_beats(text, expected):
    assert onsets(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("| Dm7 | | G7 |", ["Dm7", "", "G7"]),
    ("| |", [""]),
    ("| C || F |]", ["C", "F"]),
    ("C | F", ["C", "F"]),
    ("| C |\n| F |", ["C", "F"]),
    ("C\nF", ["C", "F"]),
    ("| C | F | %% |", ["C", "F", "C", "F"]),
    ("| C | (Dm7) | C6(Am7) |", ["C", "Dm7", "C6"]),
    ("| C6 (Am7) Dm7 | C7 (b9) F (3/4) |", ["C6 Dm7", "C7b9 F"]),
    ("|: C | F :| G |", ["C", "F", "C", "F", "G"]),
    ("| C | F :| G |", ["C", "F", "C", "F", "G"]),
    ("|: C :|x3 F |", ["C", "C", "C", "F"]),
    ("|: C :| |: F :|", ["C", "C", "F", "F"]),
    ("|: C :|: F :|", ["C", "C", "F", "F"]),
    ("|:C:||:F:|", ["C", "C", "F", "F"]),
    ("|: C\n| F\n:| G |", ["C", "F", "C", "F", "G"]),
    ("|: C |1 D :|2 E | F |", ["C", "D", "C", "E", "F"]),
    ("|: C |1. D :|2. E |", ["C", "D", "C", "E"]),
    ("|: C | [1. D :| [2. E | F |", ["C", "D", "C", "E", "F"]),
    ("|: C |1 D :|2 E :| F |", ["C", "D", "C", "E", "F"]),
    ("|: C |1 D |2 E |: F :|", ["C", "D", "C", "E", "F", "F"]),
    ("|: C |1,2 D :|3 E |", ["C", "D", "C", "D", "C", "E"]),
    ("|: C |1-2 D :|3 E |", ["C", "D", "C", "D", "C", "E"]),
    ("|: C |1 D :| E |", ["C", "D", "C", "E"]),
    ("| A |: C |1 D :|2 E |: F :| G", ["A", "C", "D", "C", "E", "F", "F", "G"]),
])  # fmt: skip
def test_what_is_played(text, expected):
    assert bars(text) == expected


def test_sections_and_meters():
    chart = parse_chart("[A] | C | [B] (3/4) | F | G | 4/4 C | [1] | |")
    assert [bar.section for bar in chart.bars] == ["A", "B", "", "", "1"]
    assert [str(bar.meter) for bar in chart.bars] == ["4/4", "3/4", "3/4", "4/4", "4/4"]


@pytest.mark.parametrize(("text", "key"), [
    ("| Dm7 | G7 | Cmaj7 | % |", "C"),
    ("| Am7b5 | D7b9 | Gm6 | N.C. |", "Gm"),
    ("| F7 | Bb7 | F7 |", "F"),
    ("| F7 | Bb7 | C7 |", "F"),
    ("| Cm7 | Fm7 | G7alt |", "Cm"),
    ("| Bb6 G7 | Cm7 F7 |", "Bb"),
    ("| Dm7 | G7 |", "C"),
    ("| Dm7 | % |", "Dm"),
    ("| C6 | Bdim7 |", "C"),
    ("| N.C. |", "C"),
])  # fmt: skip
def test_the_key_is_guessed(text, key):
    assert str(parse_chart(text).key) == key


@pytest.mark.parametrize(("text", "message"), [
    ("| C | F | Cfoo7 |",
     "blues.txt: bar 3: 'Cfoo7' is not a chord symbol: 'foo7' is not understood"),
    ("| Dm7 | G7 (H7) |", "blues.txt: bar 2: 'G7(H7)' is not a chord symbol"),
    ("| Dm7 | G7 H7 |", "blues.txt: bar 2: 'H7' is not a chord symbol: expected a root"),
    ("| C |\n\n[B] | F |\n| X |", "blues.txt: bar 3: 'X' is not a chord symbol"),
    ("", "blues.txt: no bars: expected something like"),
    (" \n# only a comment\n", "blues.txt: no bars"),
    ("title: x", "blues.txt: no bars"),
    ("||", "blues.txt: no bars"),
    ("| % |", "blues.txt: bar 1: '%' repeats 1 bar before it, but there are none"),
    ("| C | %% |", "blues.txt: bar 2: '%%' repeats 2 bars before it, but there is 1"),
    ("| C | (3/4) % |", "blues.txt: bar 2: '%' after a change of meter"),
    ("| C | C / |", "blues.txt: bar 2: 2 beats written with slashes: a bar of 4/4 has 4"),
    ("A B C D E F G A B", "blues.txt: bar 1: 9 chords in the 4 beats of 4/4: expected 8 or fewer"),
    ("C | C@96", "blues.txt: bar 2: a chord outside its bar of 96 ticks"),
    ("C@4 F@3", "blues.txt: bar 1: chords out of order"),
    ("C | (4/5) F", "blues.txt: bar 2: meter 4/5: expected"),
    ("|: C | F", "blues.txt: bar 2: the repeat that begins in bar 1 has no ':|'"),
    ("|: C |: F :|", "blues.txt: bar 2: the repeat that begins in bar 1 has no ':|'"),
    ("C |1 D :|3 E", "blues.txt: bar 3: ending 3 where ending 2 was expected"),
    ("C |2-1 D :|", "blues.txt: bar 2: ending '2-1': expected"),
    ("|: C |1 D :|x3 |2 E", "blues.txt: bar 2: x3 in a repeat with endings"),
    ("|: C :|x1", "x1': expected x2 or more"),
    (":|", "blues.txt: bar 1: ':|' with no bar before it"),
    ("C |:", "blues.txt: bar 2: a repeat or an ending begins, but no bar follows"),
    ("key: Q\nC", "blues.txt: line 1: 'Q' is not a key"),
    ("tempo: 9999\nC", "blues.txt: line 1: tempo: 9999 quarter notes per minute; expected 20 "),
    ("\ntempo: fast\nC", "blues.txt: line 2: tempo 'fast': expected quarter notes per minute"),
    ("tempo: 100, 120\nC", "blues.txt: line 1: tempo '120': expected something like 152@3072"),
    ("tempo: 100, 120@9, 130@5\nC", "blues.txt: chart: tempo changes out of order"),
    ("feel: odd\nC", "blues.txt: line 1: feel 'odd': expected one of swing"),
    ("meter: 4\nC", "blues.txt: line 1: meter '4': expected something like 4/4"),
    ("composer: me\nC", "blues.txt: line 1: 'composer': expected one of title, key"),
    ("C\nkey: C", "blues.txt: line 2: 'key' after the first bar"),
    ("key: C\nkey: D\nC", "blues.txt: line 2: 'key' is given twice"),
    ("choruses: 1\nchoruses: 1\nC", "blues.txt: line 2: 'choruses' is given twice"),
    ("choruses: 1, 9\nC", "blues.txt: chorus starts (0, 8) outside the 1 bar"),
    ("choruses: x\nC", "blues.txt: line 1: choruses 'x': expected bar numbers"),
])  # fmt: skip
def test_errors_name_the_place(text, message):
    with pytest.raises(ChartError) as error:
        parse_chart(text, "blues.txt")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", [
    "C |" * 2001,
    "|" + " |" * 2001,
    "C :|x99 " * 30,
    "|: " + "C |" * 300 + ":|x99",
    "C | " + "%% |" * 1100,
    "C " * 200_000,
    "C(" * 100_000,
    "[" * 100_000 + "\n" + "(" * 100_000,
    "a" + " " * 300_000 + "b",
    ":|" + " " * 300_000 + "y",
    "/" * 300_000,
])  # fmt: skip
def test_too_much_is_refused_soon(text):

    def refuse():
        with pytest.raises(ChartError) as error:
            parse_chart(text)
        assert len(str(error.value)) < 300

    assert_effort(refuse, 10_000_000 + 100 * len(text))


def test_two_thousand_bars_are_not_too_many():
    assert len(parse_chart("|: " + "C |" * 19 + "C :|x99 F |" + "% |" * 19).bars) == 2000


ALPHABET = st.sampled_from([
    "|", ":", "|:", ":|", " ", "\n", "C", "Dm7", "%", "/", "1", "2", ".", ",", "[", "]", "(3/4)",
    "x3", "@", "9", "#", "b", "key:", "\r", "\u2028",
])  # fmt: skip


@given(st.text() | st.lists(ALPHABET).map("".join))
@example("title:\x00\n|C")
@example("C@²")
def test_junk_is_a_chart_or_a_chart_error(text):
    try:
        chart = parse_chart(text)
    except ChartError as error:
        good = "\n" not in str(error)
    else:
        good = parse_chart(format_chart(chart)) == chart
    assert good


CHORDS = st.sampled_from(["C", "C(b5)", "F#m7b5/E", "Bb13b9", "G7alt", "N.C.", "Ebdim7", "Bbb5"])
METERS = st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(7, 8), Meter(2, 2)])
LINE = st.text(st.characters(codec="utf-8")).map(lambda text: " ".join(text.split()))
LABEL = LINE.map(lambda text: " ".join("".join(c for c in text if c not in "[]|").split()))


@st.composite
def drawn_bars(draw):
    meter = draw(METERS)
    step = draw(st.sampled_from([1, 6, 12, 24]))
    places = draw(st.lists(st.integers(0, (meter.bar_ticks - 1) // step), max_size=5, unique=True))
    chords = tuple(
        PlacedChord(place * step, ChordSymbol.parse(draw(CHORDS))) for place in sorted(places)
    )
    return Bar(chords, meter, draw(st.just("") | LABEL))


@st.composite
def drawn_charts(draw):
    played = tuple(draw(st.lists(drawn_bars(), min_size=1, max_size=9)))
    starts = draw(st.sets(st.integers(0, len(played) - 1), min_size=1))
    changes = draw(st.dictionaries(st.integers(0, 500), st.floats(20, 500), max_size=3))
    key = Key(
        draw(st.sampled_from(["C", "Bb", "F#", "Bbb"])), draw(st.sampled_from(["major", "minor"]))
    )
    return Chart(
        played,
        title=draw(LINE),
        key=key,
        tempo=draw(st.floats(20, 500)),
        feel=draw(st.sampled_from(feel_names())),
        chorus_starts=tuple(sorted(starts)),
        tempo_changes=tuple(TempoChange(*change) for change in sorted(changes.items())),
    )


@given(drawn_charts())
@example(Chart((Bar(section="1. x"), Bar(section="2"), Bar(section="0 0"))))
def test_written_and_read_back(chart):
    assert parse_chart(format_chart(chart)) == chart


def test_how_a_chart_is_written():
    text = "title: T\nkey: Dm\nmeter: 4/4\ntempo: 150\nfeel: swing\n\n"
    body = "[A] | Dm7 | % | Em7b5 / / A7b9 | |\n| Dm6 |\n(3/4) | N.C. |\n"
    assert format_chart(parse_chart(text + body)) == text + body


def test_labels_are_made_readable():
    chart = Chart((Bar(section="a [b]\n|c"),), title="two\nlines")
    assert parse_chart(format_chart(chart)).bars[0].section == "a b c"
    assert parse_chart(format_chart(chart)).title == "two lines"


def test_mistyped_symbols_are_read_and_told():
    reading = read_chart("key: Bb\n| Bbmaj7 x | Gm7foo | ii7 V7 | Break |")
    assert format_chart(reading.chart).splitlines()[-1] == "| Bbmaj7 | Gm7 | Cm7 F7 | |"
    assert reading.warnings == (
        "bar 1: 'x' is not a chord symbol; the chord before it is held",
        "bar 2: 'Gm7foo' is read as Gm7",
        "bar 4: 'Break' is not a chord symbol; the chord before it is held",
    )
    assert read_chart("| Dm7 | G7 |").warnings == ()


def test_read_a_file(tmp_path):
    path = tmp_path / "x.txt"
    path.write_bytes("\ufeff| B♭Δ | N.C. |".encode())
    chart = pick_chart(path)
    assert chart.bars[0].chords == (PlacedChord(0, ChordSymbol("Bb", "maj7")),)
    assert chart.bars[1].chords == (PlacedChord(0, NO_CHORD),)
    assert pick_chart(str(path)) == chart


@pytest.mark.parametrize(("content", "message"), [
    (b"", "x.txt: no bars"),
    (b"| C |\n| \x81 |", "x.txt: not UTF-8 text \\(byte 8\\)"),
    (b"| x | hello | C |", "x.txt: bar 1: 'x' is not a chord symbol \\(2 of 3 symbols are none"),
    (b"C | " * 300_000, "x.txt: more than 1,000,000 bytes"),
    (b"X:1\nT:A Reel\nK:D\nd2 fd|", "x.txt: it is a tune in ABC notation, which jazzgen does not"),
    (b"MThd\x00\x00\x00\x06\x00\x01", "x.txt: bar 1: "),
])  # fmt: skip
def test_files_that_hold_no_chart(tmp_path, content, message):
    path = tmp_path / "x.txt"
    path.write_bytes(content)
    with pytest.raises(ChartError, match=message) as error:
        pick_chart(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("title", "encoding"), [
    ("Café", "latin-1"), ("枯葉", "shift_jis"), ("T", "utf-16"), ("T", "utf-16-le"),
    ("T", "utf-16-be"),
])  # fmt: skip
def test_charts_in_other_encodings_than_utf8(tmp_path, title, encoding):
    path = tmp_path / "x.txt"
    path.write_bytes(f"Title: {title}\n| C | F7 |\n".encode(encoding))
    chart = pick_chart(path)
    assert (chart.title, [str(chord) for _, chord in chart.placed_chords()]) == (title, ["C", "F7"])


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(ChartError, match=r"missing.txt: no such file"):
        pick_chart(tmp_path / "missing.txt")
    with pytest.raises(ChartError, match="is a folder; expected a chart"):
        pick_chart(tmp_path)
    with pytest.raises(ChartError, match="cannot be read"):
        pick_chart("a\0b")


@pytest.mark.parametrize(
    ("text", "played"),
    [
        ("| C7 | F7 Fine | G7 | A7 | D.C. al Fine", "C7 F7 G7 A7 C7 F7"),
        ("| C7 | F7 (Fine) | G7 | A7 DC al Fine |", "C7 F7 G7 A7 C7 F7"),
        ("| C7 | F7 <To Coda> | G7 <D.C. al Coda> |\nCoda | D7 |", "C7 F7 G7 C7 F7 D7"),
        ("| C7 | [Segno] F7 | G7 D.S. |", "C7 F7 G7 F7 G7"),
        ("|: C7 | F7 :| (3x)\n| G7 |", "C7 F7 C7 F7 C7 F7 G7"),
        ("|: C7 |1st F7 :|2nd G7 |", "C7 F7 C7 G7"),
        ("|: C7 |1) F7 :|2) G7 |", "C7 F7 C7 G7"),
        ("(A) | C7 | F7 |\nB: | G7 |", "C7 F7 G7"),
        ("composer: me\ntime: 4/4\n| C7 - - - | F7 . . . |", "C7 F7"),
    ],
)
def test_charts_as_musicians_type_them(text, played):
    reading = read_chart(text)
    bars = reading.required().bars
    assert [str(chord) for bar in bars for _, chord in bar.chords] == played.split()
    assert len(bars) == len(played.split())
    assert not reading.warnings


def test_beats_that_do_not_add_up_are_told():
    reading = read_chart("| C7 / | F7 |")
    assert [len(bar.chords) for bar in reading.required().bars] == [1, 1]
    assert reading.warnings == ("bar 1: 2 beats in a bar of 4/4: the chords share it evenly",)


def test_text_of_old_programs(tmp_path):
    path = tmp_path / "x.txt"
    path.write_bytes("title: Forêt\n| C |".encode("cp1252"))
    assert pick_chart(str(path)).title == "Forêt"


@pytest.mark.parametrize(
    ("text", "played", "warning"),
    [
        ("|: C |[1 F :|[2 G7 ]", "C F C G7", ""),
        ("|: C |1st ending F :|2nd ending G7 |", "C F C G7", ""),
        ("|: C |[1] F :|[2] G7 |", "C F C G7", ""),
        ("| C | F To Coda | G7 D.C. al Coda | Coda | A7 |", "C F G7 C F A7", ""),
        ("| C | F (Coda) | G7 |\nD.C. al Coda\nCoda: | A7 |", "C F G7 C F A7", ""),
        ("| C | F | To Coda ⊕ | G7 | D.C. al Coda |\n⊕ | A7 |", "C F G7 C F A7", ""),
        ("| C | F 𝄌 | G7 |\nD.C. al Coda\n[Coda] | A7 |", "C F G7 C F A7", ""),
        ("| C | F |\nD.C. al Coda", "C F C F", "bar 2: D.C. al Coda: nothing marks where to"),
        ("| C | F | (x2)\n| G7 |", "C F C F G7", ""),
        ("Intro: | C | F | x 2\n| G7 |", "C F C F G7", ""),
        ("( C | F )x2", "C F C F", ""),
        ("|: C | F :| 3 times", "C F C F C F", ""),
        ("/: C | F :/", "C F C F", ""),
        ("A: C | F\nB: G7 | C", "C F G7 C", ""),
        ("Intro | C | F |", "C F", ""),
        ("1 | C | F |\n3 | G7 | C |", "C F G7 C", ""),
        ("| C | F |\n---\n| G7 ||| # home", "C F G7", ""),
        ("| C | F | // slowly", "C F", "line 1: '// slowly' is passed over"),
        ("A\n| C | F |\nForm: AABA", "C F", "line 1: 'A' is taken for the name of a section"),
        ("| C | sim. | F | % % |", "C C F", ""),
        ("[3/4] | C | F |", "C F", ""),
        ("｜ C │ F ｜", "C F", ""),
        ("| C ; F | G7 |", "C F G7", ""),
        ("| % | C |", "C", "bar 1: '%' repeats 1 bar before it, but there are none"),
        ("|: C | F", "C F", "bar 2: the repeat that begins in bar 1 has no ':|'; read as players"),
        ("| C |2 F :|", "C F C", "bar 2: ending 2 where ending 1 was expected; read as"),
    ],
)  # fmt: skip
def test_lines_as_musicians_type_them(text, played, warning):
    reading = read_chart(text)
    bars = reading.required().bars
    assert " ".join(str(chord) for bar in bars for _, chord in bar.chords) == played
    assert [said[: len(warning)] for said in reading.warnings[:1]] == [warning] * bool(warning)


def test_a_per_cent_beside_a_chord_is_its_share_of_the_bar():
    bars = read_chart("| C | G7 % | % F |").required().bars
    assert [[onset for onset, _ in bar.chords] for bar in bars] == [[0], [0], [48]]


@pytest.mark.parametrize(
    ("header", "key", "meter", "tempo", "feel", "warning"),
    [
        ("Key: G-\nTime: 3/4 waltz\nStyle: Jazz Waltz", "Gm", "3/4", 150, "waltz", ""),
        ("Key: D dorian", "Dm", "4/4", 120, "swing", "line 1: key 'D dorian' is read as Dm"),
        ("Key: key of Bb", "Bb", "4/4", 120, "swing", "line 1: key 'key of Bb' is read as Bb"),
        ("Tempo: quarter = 96\nFeel: Bossa Nova", "C", "4/4", 96, "bossa",
         "line 1: tempo 'quarter = 96' is read as 96"),
        ("Tempo: brisk", "C", "4/4", 120, "swing", "line 1: tempo 'brisk': expected quarter"),
        ("Key: ?\nKey: D", "D", "4/4", 120, "swing", "line 1: '?' is not a key: the key is"),
        ("Title: X\nMood: blue", "C", "4/4", 120, "swing", "line 2: mood: passed over"),
    ],
)  # fmt: skip
def test_headers_as_musicians_type_them(header, key, meter, tempo, feel, warning):
    reading = read_chart(f"{header}\n| C | G7 |")
    chart = reading.required()
    assert (str(chart.key), str(chart.bars[0].meter), chart.tempo) == (key, meter, tempo)
    assert chart.feel == feel
    assert [said[: len(warning)] for said in reading.warnings[:1]] == [warning] * bool(warning)


def test_a_section_that_repeats_the_chord_before_it_is_its_own():
    text = "key: Dm\n[A] | Dm7 | G7 |\n[B] | C | C |\n[A] | % | % |\n"
    chart = parse_chart(text)
    assert [str(chord) for _, chord in chart.placed_chords()] == ["Dm7", "G7", *["C"] * 4]
    assert parse_chart(format_chart(chart)) == chart
    assert "[A] | C | % |" in format_chart(chart)
