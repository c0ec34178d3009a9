"""Many damaged files of each kind of chart: a chart comes out, or one line of reason."""

import json
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ireal_faults import KEPT as LINKS
from mxl_faults import container, packed
from platforms import slow
from xml_faults import KEPT as SHEETS
from xml_faults import bars, part, score

from jazzgen.datasets.outcome import Accepted, Rejected
from jazzgen.datasets.solo_files import read_solo_file
from jazzgen.errors import InputError
from jazzgen.io.chart_json import parse_json_charts
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.io.chart_text.text import parse_chart
from jazzgen.io.ireal.bars import read_progression
from jazzgen.io.ireal.songs import parse_ireal
from jazzgen.io.musicxml.read import parse_musicxml
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.runtime.pool import Pool

CONTAINER = ("META-INF/container.xml", container("score.xml"))
CHANGES = parse_chart("| C7 | F7 | C7 | C7 |")
LINE = Solo(tuple(Note(8 * n, 8, 60 + n % 12) for n in range(48)), CHANGES)
TEXT = """title: A Tune
key: Bb
tempo: 140, 152@300
feel: swing
# a comment
[A] |: C7 F7 | (3/4) Bbm7b5/Ab | % |1 G7alt / C7 :|2 (4/4) C6 |
[B] N.C. | Dm7, G7 | Cmaj9#11@12 F7@60 | %% |
"""
SONG = {
    "Title": "A Tune", "Key": "Bb", "Rhythm": "Medium Swing", "TimeSignature": "4/4",
    "Sections": [
        {"Label": "A", "Repeats": 1, "MainSegment": {"Chords": "C7|F7,G7|Bbm7b5,,,E7"}},
        {"Label": "B", "MainSegment": {"Chords": "F6"},
         "Endings": [{"Chords": "Dm7,G7"}, {"Chords": "C6"}]},
    ],
}  # fmt: skip
EXTREMES = ("0", "-1", "999999999999", "1e308", "nan", "0.0000001", "\u0663", "")


def small(kept):
    """Return contents of kept files."""
    contents = (case[0] if isinstance(case, tuple) else case for case in kept.values())
    return [content for content in contents if 0 < len(content) < 1200]


def as_bytes(content):
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content


KINDS = {
    "MusicXML": (parse_musicxml, [as_bytes(content) for content in small(SHEETS)
                                  if as_bytes(content).startswith(b"<score")]),
    "MXL": (parse_musicxml, [packed(CONTAINER, ("score.xml", score())),
                             packed(("score.xml", score()))]),
    "iReal Pro": (parse_ireal, [as_bytes(content) for content in small(LINKS)]),
    "JSON": (parse_json_charts, [json.dumps([SONG]).encode(), json.dumps([SONG] * 2).encode()]),
    "chart text": (parse_chart, [TEXT.encode()]),
}  # fmt: skip


def mutated(chance, content, others):
    """Return content with a few bytes, numbers or pieces changed, left out, doubled or moved."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(damaged) + 1)
        behind = place + chance.choice((1, 1, 2, 5, 30))
        match chance.randrange(6):
            case 0:
                damaged[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del damaged[place:behind]
            case 2:
                damaged[place:place] = damaged[place:behind] * chance.choice((1, 2, 50))
            case 3:
                damaged[place:behind] = damaged[behind : 2 * behind - place][::-1]
            case 4:
                damaged[place : place + 1] = chance.choice(EXTREMES).encode()
            case 5:
                other = chance.choice(others)
                begin = chance.randrange(len(other))
                damaged[place:behind] = other[begin : begin + chance.randint(1, 40)]
    return bytes(damaged)


LEAF = re.compile(rb"<([\w-]+)[^<>]*>[^<]*</\1>|<[\w-]+[^<>]*/>")
NUMBER = re.compile(rb"(?<=[>'])[-\d.]+(?=[<'])")


def rearranged(chance, content, others):
    """Return XML that holds together, elements of it left out, doubled, moved, or of others."""
    for _ in range(chance.randint(1, 4)):
        leaves = list(LEAF.finditer(content))
        numbers = list(NUMBER.finditer(content))
        if chance.random() < 0.4 and numbers:
            one, new = chance.choice(numbers), chance.choice(EXTREMES).encode()
        elif leaves:
            one = chance.choice(leaves)
            other = chance.choice(list(LEAF.finditer(chance.choice(others))))[0]
            new = chance.choice((b"", one[0] * 2, one[0] * 40, other, other + one[0]))
        else:
            break
        content = content[: one.start()] + new + content[one.end() :]
    return content


def repacked(chance, content, others):
    """Return an archive of a rearranged score, damaged now and then."""
    inside = chance.choice(KINDS["MusicXML"][1])
    if chance.random() < 0.5:
        content = packed(CONTAINER, ("score.xml", rearranged(chance, inside, [inside])))
    return mutated(chance, content, others) if chance.random() < 0.6 else content


def survives(parse, content):
    """Read what may be damaged; check what comes of it, and return whether a chart does."""
    given = content if parse is parse_musicxml else content.decode("utf-8", "replace")
    charts, said = (), ""
    try:
        found = parse(given)
        charts = (found,) if isinstance(found, Chart) else found
    except InputError as error:
        said = str(error)
    assert "\n" not in said
    assert bool(charts) != bool(said)
    for chart in charts:
        assert 0 < len(chart.bars) <= 2000
        assert chart.ticks == sum(bar.meter.bar_ticks for bar in chart.bars)
    return bool(charts)


def damages(kind):
    """Return the ways in which files of a kind are damaged, in turn."""
    return {"MusicXML": (mutated, rearranged), "MXL": (repacked,)}.get(kind, (mutated,))


@pytest.mark.parametrize("mutations", [500, pytest.param(10_000, marks=slow)])
@pytest.mark.parametrize("kind", KINDS)
def test_mutations(kind, mutations):
    parse, seeds = KINDS[kind]
    chance = random.Random(11)
    ways = damages(kind)
    read = 0
    for number in range(mutations):
        damage = ways[number % len(ways)]
        read += survives(parse, damage(chance, chance.choice(seeds), seeds))
    assert 0.02 * mutations < read < 0.9 * mutations, "all too broken, or hardly damaged"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_damaged_was_whole(kind):
    parse, seeds = KINDS[kind]
    assert all(survives(parse, content) for content in seeds)


@pytest.mark.parametrize("kind", KINDS)
def test_cut_anywhere(kind):
    parse, seeds = KINDS[kind]
    for content in seeds[:3]:
        for place in range(len(content)):
            survives(parse, content[:place])


TAGS = (
    "measure", "attributes", "divisions", "note", "rest", "duration", "chord", "backup", "time",
    "beats", "beat-type", "harmony", "root", "root-step", "kind", "barline", "repeat", "ending",
    "sound", "direction", "words", "direction-type", "transpose", "chromatic", "offset",
)  # fmt: skip
WORDS = st.sampled_from(["", "1", "4", "-3", "0", "C", "H", "major", "dominant", "nan", "9" * 30])
ATTRIBUTES = st.sampled_from(
    ["", " direction='backward'", " times='9'", " type='start'", " dacapo='yes'", " tempo='1e9'",
     " implicit='yes'", " number='0'"]
)  # fmt: skip
ELEMENTS = st.recursive(
    WORDS,
    lambda inner: st.builds(
        lambda tag, said, content: f"<{tag}{said}>{''.join(content)}</{tag}>",
        st.sampled_from(TAGS), ATTRIBUTES, st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)  # fmt: skip
SIGNS = st.sampled_from(
    ["C7", "F^", "G-7/D", "W/C", "n", "p", "x", "r", "|", "[", "]", "{", "}", "Z", "T34", "T44",
     "T99", "*A", "N1", "N2", "N3", "S", "Q", "U", "<D.C. al Coda>", "<3x>", "<", "(", ")", "s",
     "l", " ", ",", "Y", "H"]
)  # fmt: skip
TOKENS = st.sampled_from(
    ["C7", "Bbm7b5/Ab", "N.C.", "%", "|", "||", "|:", ":|", "|1", "|2", "[A]", "(3/4)", "(0/4)",
     "x3", "x99", ".", "/", "\n", "key: H", "tempo: nan", "#", "H7", "  "]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats()
    | st.sampled_from(["C7|F7", "4/4", "H"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*SONG, "Chords", "MainSegment", "Label", "Repeats", "Endings"]), inner
    ),
    max_leaves=12,
)  # fmt: skip


MEMBERS = st.tuples(
    st.sampled_from(["META-INF/container.xml", "score.xml", "a/b.musicxml", "/"]),
    st.sampled_from([score(), "", "<a/>", "<rootfile full-path='score.xml'/>"]),
)


@settings(deadline=None)
@given(st.lists(ELEMENTS, max_size=4))
def test_any_elements(elements):
    survives(parse_musicxml, score(part(bars("".join(elements)))))
    survives(parse_musicxml, f"<score-partwise><part>{''.join(elements)}</part>"
                             "</score-partwise>".encode())  # fmt: skip


@settings(deadline=None)
@given(st.lists(MEMBERS, max_size=3), st.binary(max_size=8))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_any_archive(members, behind):
    survives(parse_musicxml, packed(*members) + behind)


@settings(deadline=None)
@given(st.text() | st.lists(st.text("=%ACZ|1r34LbKcu7 "), min_size=4).map("=".join))
def test_any_link(text):
    survives(parse_ireal, f"irealb://{text}".encode("utf-8", "replace"))
    survives(parse_ireal, f"irealbook://{text}".encode("utf-8", "replace"))


@settings(deadline=None)
@given(st.lists(SIGNS, max_size=30).map("".join))
def test_any_progression(signs):
    said = ""
    try:
        bars = read_progression(signs, "x", ChartSymbols())
    except InputError as error:
        bars, said = [], str(error)
    assert bool(bars) != bool(said)


@settings(deadline=None)
@given(
    VALUES
    | st.builds(lambda more: {**SONG, **more}, st.dictionaries(st.sampled_from([*SONG]), VALUES))
)
def test_any_json(value):
    survives(parse_json_charts, json.dumps(value).encode())


@settings(deadline=None)
@given(st.lists(TOKENS, max_size=30).map(" ".join))
def test_any_bar_text(text):
    survives(parse_chart, text.encode())


def test_damaged_scores_are_read_or_refused_by_whoever_plays_them(tmp_path):
    """Their notes too, which music21 reads."""
    chance = random.Random(12)
    sheet = solo_to_musicxml(LINE)
    files = [tmp_path / f"{number}.musicxml" for number in range(80)]
    for file in files:
        file.write_bytes(rearranged(chance, sheet, [sheet]))
    accepted = 0
    with Pool(read_solo_file) as pool:
        for _, found in pool.outcomes(map(str, files)):
            [outcome] = [found] if isinstance(found, Rejected) else found
            accepted += isinstance(outcome, Accepted)
            assert isinstance(outcome, Accepted) or "internal error" not in outcome.reason
    assert 0.2 * len(files) < accepted < 0.95 * len(files)
