"""The facade: performers, expression, regenerated bars, and bits per note."""

import math
from dataclasses import replace

import numpy as np
import pytest
from small_models import BLUES, classic, improviser, light, outspoken, scale_solo

import jazzgen
from jazzgen.band.dynamics import shape_dynamics
from jazzgen.config import SamplingConfig
from jazzgen.encoding.expression import (
    GATE_CLASSES,
    LOUDNESS_CLASSES,
    TIMING_CLASSES,
    deviation_of,
    velocity_of,
)
from jazzgen.encoding.performance import mechanical, primer_values
from jazzgen.encoding.values import encode, quantize
from jazzgen.errors import ChartError, ConfigError, ModelError, SoloError
from jazzgen.music.solo import Note, Solo
from jazzgen.nn.assets import Profile
from jazzgen.nn.soloists import ANYBODY, Soloist

PLAYERS = ("Ann Reed", "Ben Horn", "Cleo Brass", "Dan Horn")


@pytest.fixture(scope="module")
def soloist():
    """An improviser who knows four performers, and rests now and then. Not to be changed."""
    profiles = [
        Profile(name, ("trumpet", "tenor saxophone")[n % 2], "cool", 50 + n, 75 + n)
        for n, name in enumerate(PLAYERS)
    ]
    layers = improviser(performers=PLAYERS, profiles=profiles)
    return light(outspoken(layers, rests=2), "four")


@pytest.fixture(scope="module")
def human():
    """Return a solo like a human one: short gaps, a long note, loud and late notes."""
    notes = (
        *(Note(12 * n, 10, 60 + n % 7, 60 + 5 * (n % 6), (n % 4) - 1.5) for n in range(20)),
        Note(260, 150, 70, 97, 2.25),  # sounds into the fifth bar
        *(Note(480 + 24 * n, 20, 72 - n % 5, 88 + n % 3, 0.5) for n in range(24)),
    )
    return Solo(notes, BLUES, "Their Tune", "Ann Reed", "there.mid", phrase_starts=(0, 20))


def test_a_chart_s_text_and_options_are_arguments(soloist):
    wanted = replace(jazzgen.chart("| Cm7 | F7 |"), key=jazzgen.Key("Bb")).repeat(2)
    wanted = replace(wanted, tempo=140, feel="bossa")
    sampling = SamplingConfig(temperature=0.9, top_k=3)
    plain = soloist.improvise(wanted, 4, sampling)
    given = {"choruses": 2, "tempo": 140, "key": "Bb", "feel": "Bossa"}
    assert soloist.improvise("| Cm7 | F7 |", 4, **given, temperature=0.9, top_k=3) == plain
    assert soloist.improvise(wanted, 4, SamplingConfig(top_k=3), temperature=0.9) == plain


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"temprature": 1}, TypeError, "no argument 'temprature'; did you mean temperature?"),
        ({"temperature": -3}, ConfigError, "^temperature -3: expected 0 to 10"),
        ({"key": "H"}, ChartError, "^key: 'H' is not a key"),
        ({"tempo": 9999}, ChartError, "^tempo: 9999 quarter notes per minute; expected 20 to"),
        ({"feel": "swnig"}, ChartError, "^feel 'swnig': .*; did you mean swing?"),
        ({"chart": "blus"}, ChartError, "^chart 'blus': .*; did you mean blues?"),
    ],
)
def test_an_error_names_the_argument(soloist, given, error, message):
    with pytest.raises(error, match=message):
        soloist.improvise(**{"chart": "blues", **given})


def test_a_seed_plays_like_somebody_where_nobody_is_asked_for(soloist):
    soloists = soloist.choose_soloists(BLUES, range(30))
    drawn = [one.performer for one in soloists]
    assert set(drawn) == set(PLAYERS)
    assert soloists == soloist.choose_soloists(BLUES, range(30))
    assert soloists != soloist.choose_soloists(BLUES.repeat(2), range(30))
    seeds = [drawn.index(name) for name in PLAYERS]
    takes = soloist.takes(BLUES, seeds)
    for solo, seed in zip(takes, seeds, strict=True):
        assert soloist.play(BLUES, [seed], [soloists[seed]]) == [solo]
        assert (solo.instrument, solo.style) == (soloists[seed].instrument, soloists[seed].style)
        low, high = soloists[seed].compass
        assert all(low <= note.pitch <= high for note in solo.notes)
    primer = Solo((Note(0, 12, 60),), BLUES)
    behind = soloist.improvise(BLUES, seeds[1], primer=primer)
    assert behind == soloist.improvise(BLUES, seeds[1], primer=primer, performer="")


def test_a_model_that_knows_nobody_plays_like_nobody():
    assert light(classic()).choose_soloists(BLUES, [1, 2]) == [ANYBODY] * 2


def test_a_model_of_the_first_edition_draws_only_who_plays():
    early = light(outspoken(improviser(performers=PLAYERS, edition=1), rests=2), "early")
    soloists = early.choose_soloists(BLUES, range(30))
    assert {one.performer for one in soloists} == set(PLAYERS)
    for seed, one in enumerate(soloists[:4]):
        assert one == Soloist(performer=one.performer)
        assert early.improvise(BLUES, seed) == early.improvise(BLUES, seed, performer=one.performer)
    solo = early.improvise(BLUES, 1)
    assert solo == quantize(solo), "notes are played up to the next one"


def test_instrument_and_style_change_what_is_played_and_are_told(soloist):
    plain = soloist.improvise(BLUES, 3, performer="")
    tenor, trumpet, cool = (
        soloist.improvise(BLUES, 3, performer="", **asked)
        for asked in ({"instrument": "tenor"}, {"instrument": "trumpet"}, {"style": "Cool"})
    )
    assert len({solo.notes for solo in (plain, tenor, trumpet, cool)}) == 4
    assert (plain.instrument, plain.style) == ("", "")
    assert (tenor.instrument, trumpet.instrument) == ("tenor saxophone", "trumpet")
    assert cool.style == "cool"
    assert all(44 <= note.pitch <= 75 for note in tenor.notes)
    with pytest.raises(ConfigError, match="kazoo"):
        soloist.improvise(BLUES, instrument="kazoo")
    with pytest.raises(ModelError, match="style 'polka'"):
        soloist.improvise(BLUES, style="polka")


def test_settings_decide_about_a_range_before_the_soloist_does(soloist):
    sampling = SamplingConfig(low=60, high=71)
    for solo in soloist.takes(BLUES, range(6), sampling):
        assert all(60 <= note.pitch <= 71 for note in solo.notes)


def test_regenerated_bars_are_in_the_solos_own_manner(soloist, human):
    told, seeds = replace(human, instrument="trumpet", style="cool"), range(1, 4)
    by_name = soloist.regenerate(human, (3, 4), seeds, instrument="trumpet", style="cool")
    assert soloist.regenerate(told, (3, 4), seeds) == [
        replace(one, instrument="trumpet", style="cool") for one in by_name
    ]
    assert [one.notes for one in by_name] != [
        one.notes for one in soloist.regenerate(human, (3, 4), seeds)
    ]
    strange = replace(human, style="polka")
    assert soloist.regenerate(strange, (3, 4), [1])[0].notes == (
        soloist.regenerate(human, (3, 4), [1])[0].notes
    ), "a style that the model does not know is none that was asked for"


def test_a_performer_is_played_like_by_any_spelling_of_case(soloist):
    by_name = {
        name: soloist.improvise(BLUES, 3, performer=name)
        for name in ("", "Ben Horn", "ben HORN", "Dan Horn")
    }
    assert by_name["Ben Horn"] == by_name["ben HORN"]
    lines = [by_name[name].notes for name in ("", "Ben Horn", "Dan Horn")]
    assert lines[0] != lines[1] != lines[2] != lines[0]
    assert soloist.performers == PLAYERS


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("Ben Hron", "Ben Horn"), ("Brass", "Cleo Brass"), ("Xyzzy", "Ann")],
)
def test_a_performer_whom_nobody_knows_is_answered_with_those_who_are_known(soloist, name, nearest):
    with pytest.raises(ModelError, match=rf"performer '{name}': .*nearest: .*{nearest}"):
        soloist.improvise(BLUES, performer=name)


@pytest.mark.parametrize("make", [classic, improviser])
def test_a_model_may_know_nobody(make):
    soloist = light(make(), "lonely")
    assert soloist.performers == ()
    with pytest.raises(ModelError, match="lonely: knows no performers by name"):
        soloist.improvise(BLUES, performer="Ann Reed")


def expressing(loudness, timing, gate=0):
    """An improviser who plays every note of one class of loudness, of timing and of gate."""
    layers = improviser()
    bias = np.zeros(LOUDNESS_CLASSES + TIMING_CLASSES + GATE_CLASSES, np.float32)
    bias[[loudness, LOUDNESS_CLASSES + timing, LOUDNESS_CLASSES + TIMING_CLASSES + gate]] = 60.0
    layers.weights["expression_head/project/bias"].assign(bias)
    return light(layers)


def test_the_loudness_and_timing_that_are_drawn_are_played():
    solo = expressing(9, 12).improvise(BLUES, 2)
    assert len(solo.notes) > 5
    velocities, deviations = zip(
        *((note.velocity, note.deviation) for note in solo.notes), strict=True
    )
    assert 100 <= min(velocities) < max(velocities) <= 108, f"the class around {velocity_of(9)}"
    assert 2.62 <= min(deviations) < max(deviations) <= 3.38, f"around {deviation_of(12)}"


@pytest.mark.parametrize(("gate", "share"), [(7, (6 / 8, 7 / 8)), (8, (7 / 8, 1)), (9, (1, 1))])
def test_the_gate_that_is_drawn_is_played(gate, share):
    solo = expressing(6, 8, gate).improvise(BLUES, 2)
    values = quantize(solo).notes
    pairs = zip(solo.notes, values, solo.notes[1:], strict=False)
    joined = [
        note.duration / value.duration
        for note, value, after in pairs
        if value.end == after.onset and 8 <= value.duration <= 30
    ]
    assert len(joined) > 3
    assert all(share[0] - 0.07 <= one <= share[1] + 0.07 for one in joined)
    assert solo.notes[-1] == values[-1], "behind the last note none tells how short it was"


def test_where_nothing_is_known_the_line_s_shape_decides_the_loudness():
    solo = expressing(0, 0).improvise(BLUES, 2)
    assert len({note.velocity for note in solo.notes}) > 2
    assert solo == shape_dynamics(solo)
    assert {note.deviation for note in solo.notes} == {0.0}


def test_every_note_has_a_class_of_its_own(soloist):
    """Rests have no class, and must not shift the classes of the notes after them."""
    values = soloist.engine.play(soloist.task(BLUES, [5]))[0]
    solo = soloist.improvise(BLUES, 5, performer="")
    played = [value for value in values.tolist() if value[1] and value[0] != 128]
    assert len(played) < np.count_nonzero(values[:, 1]), "no rests"
    assert len(played) == len(solo.notes)
    for (pitch, _, loudness, timing, *_), note in zip(played, solo.notes, strict=True):
        assert note.pitch == pitch
        assert abs(note.deviation - deviation_of(timing)) <= 0.385
        assert not loudness or abs(note.velocity - velocity_of(loudness)) <= 4.5
    assert [list(one) for one in encode(solo)] == values[: len(encode(solo)), :2].tolist()


def test_a_mechanical_solo_is_the_same_line_without_expression(soloist, human):
    for solo in (human, soloist.improvise(BLUES, 1)):
        plain = mechanical(solo)
        assert {(note.velocity, note.deviation) for note in plain.notes} == {(80, 0.0)}
        assert [(one.onset, one.duration, one.pitch) for one in plain.notes] == [
            (one.onset, one.duration, one.pitch) for one in solo.notes
        ]
        assert replace(plain, notes=solo.notes) == solo


def test_a_primer_s_notes_are_as_loud_and_as_late_as_they_were(soloist):
    primer = Solo((Note(24, 12, 60, 33, -2.6), Note(48, 30, 67, 121, 4.1)), BLUES)
    solo = soloist.improvise(BLUES, 2, primer=primer)
    assert solo.notes[:2] == primer.notes


def test_what_is_played_depends_on_how_a_primer_is_played(soloist):
    """The loudness and timing of the notes so far are inputs of the model, not only pitches."""
    notes = [Note(24 * n, 24, 60 + n % 5, 40 + 60 * (n % 2), (n % 3) - 1.0) for n in range(12)]
    primer = Solo(tuple(notes), BLUES)
    said = primer_values(primer, BLUES)
    assert len(set(said[:, 2].tolist())) == 2
    assert len(set(said[:, 3].tolist())) == 3
    whole, seeds = SamplingConfig(top_p=1.0, min_p=0.0, licks=0.0), range(8)
    lines = [
        soloist.engine.play(soloist.task(BLUES, seeds, whole, opening=values))
        for values in (said, primer_values(mechanical(primer), BLUES))
    ]
    assert (lines[0][:, :12, :2] == lines[1][:, :12, :2]).all()
    np.testing.assert_array_equal(lines[0][0, :12], said)
    assert (lines[0][:, 12:20] != lines[1][:, 12:20]).any()


@pytest.mark.parametrize("bars", [(1, 1), (3, 4), (5, 8), (12, 12), (1, 12)])
def test_bars_are_regenerated_and_nothing_else_changes(soloist, human, bars):
    begin, end = 96 * (bars[0] - 1), 96 * bars[1]
    first, again, other = (
        soloist.regenerate(human, bars, [seed], performer="Ann Reed", draws=1)[0]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
    for solo in (first, other):
        assert replace(solo, notes=human.notes, phrase_starts=human.phrase_starts) == human
        assert [note for note in solo.notes if note.onset >= end] == [
            note for note in human.notes if note.onset >= end
        ]
        before = [note for note in human.notes if note.onset < begin]
        before = [replace(note, duration=min(note.duration, begin - note.onset)) for note in before]
        assert [note for note in solo.notes if note.onset < begin] == before
        within = [note for note in solo.notes if begin <= note.onset < end]
        assert within
        assert within != [note for note in human.notes if begin <= note.onset < end]
        assert all(note.end <= end for note in within)


def test_takes_of_bars_are_those_of_their_seeds(soloist, human):
    together = soloist.regenerate(human, (3, 4), [7, 8])
    assert together[1:] == soloist.regenerate(human, (3, 4), [8])
    assert together[0] != together[1]


def test_what_stood_before_the_bars_is_heard(soloist, human):
    lower = human.with_notes([replace(note, pitch=note.pitch - 7) for note in human.notes])
    one, two = (soloist.regenerate(solo, (7, 8), [3])[0] for solo in (human, lower))
    bars = [[note.pitch for note in solo.notes if 576 <= note.onset < 768] for solo in (one, two)]
    assert bars[0] != bars[1]


def test_bars_after_the_last_note_and_of_an_empty_solo_can_be_played(soloist):
    for solo in (Solo((Note(0, 12, 60),), BLUES), Solo((), BLUES)):
        played = soloist.regenerate(solo, (9, 10), [4])[0]
        onsets = [note.onset for note in played.notes][len(solo.notes) :]
        assert onsets
        assert all(96 * 8 <= onset < 96 * 10 for onset in onsets)
        assert played.notes[: len(solo.notes)] == solo.notes


@pytest.mark.parametrize("bars", [(0, 2), (3, 2), (1, 13), (13, 13), (-1, -1)])
def test_bars_that_are_not_there_are_refused(soloist, human, bars):
    with pytest.raises(SoloError, match=rf"there\.mid: bars {bars[0]}-{bars[1]}: .*to 12"):
        soloist.regenerate(human, bars, [0])


def test_the_classic_preset_regenerates_bars_too(human):
    solo = light(classic()).regenerate(human, (5, 6), [1])[0]
    assert [note for note in solo.notes if note.onset >= 576] == [
        note for note in human.notes if note.onset >= 576
    ]
    assert [note for note in solo.notes if note.onset < 260] == [
        note for note in human.notes if note.onset < 260
    ]
    assert any(384 <= note.onset < 576 for note in solo.notes)


@pytest.mark.parametrize("make", [classic, improviser])
def test_the_model_says_how_surprising_solos_are(make):
    soloist = light(make())
    solos = [scale_solo(1), Solo((), BLUES), scale_solo(2), Solo((Note(0, 12, 60),), BLUES)]
    found = soloist.bits_per_note(solos)
    assert [math.isinf(bits) for bits in found] == [False, True, False, True]
    assert found[2] == pytest.approx(soloist.bits_per_note(solos[2:3])[0], abs=1e-4)
    assert 3 < found[0] < 30
    assert soloist.bits_per_note([Solo((), BLUES)]) == [math.inf]
    assert soloist.bits_per_note([]) == []


def test_a_solo_is_more_or_less_surprising_of_a_performer(soloist):
    bits = {name: soloist.bits_per_note([scale_solo(1)], [name])[0] for name in ("", *PLAYERS[:2])}
    assert len(set(bits.values())) == 3


def test_options_are_arguments_of_all_that_plays(soloist):
    asked = {"choruses": 2, "tempo": 90, "key": "Eb", "feel": "bossa", "temperature": 0.5}
    [solo] = soloist.takes("| Dm7 | G7 | Cmaj7 | % |", [3], **asked)
    assert solo == soloist.improvise("| Dm7 | G7 | Cmaj7 | % |", 3, **asked)
    trade = soloist.trade("| Dm7 | G7 | Cmaj7 | % |", 4, seed=3, **asked)
    player = soloist.player("| Dm7 | G7 | Cmaj7 | % |", 3, **asked)
    assert trade.chart == player.chart == solo.chart
    assert solo.chart.summary == "8 bars in Eb, bossa, 90 bpm"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"chart": 3}, "chart 3: expected a Chart or a text"),
        ({"choruses": 0}, "choruses 0: expected 1 or more"),
        ({"choruses": "2"}, "choruses '2': expected a whole number"),
        ({"tempo": "fast"}, "tempo 'fast': expected a number or None"),
        ({"tempo": float("nan")}, "tempo nan: expected a number or None"),
        ({"seed": -1}, "seed -1: expected 0 or more"),
        ({"seed": "x"}, "seed 'x': expected a whole number"),
        ({"draws": 10**30}, "expected 1 to 100"),
        ({"instrument": "tennor"}, "instrument: 'tennor' is not an instrument"),
        ({"shape": "up"}, "shape: 'up': expected build"),
    ],
)
def test_errors_name_the_argument(soloist, arguments, complaint):
    with pytest.raises(ConfigError, match=complaint):
        soloist.improvise(**{"chart": BLUES} | arguments)


def test_objects_say_in_a_line_what_they_are(soloist):
    assert repr(soloist) == "<Improviser 'four': 4 performers>"
    player = soloist.player("| Dm7 | G7 |", tempo=90)
    assert repr(player) == "<SoloPlayer in bar 1, 0 notes so far: 2 bars in C, swing, 90 bpm>"
