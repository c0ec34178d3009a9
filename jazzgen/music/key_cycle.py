"""A solo in several keys, one after another: what players practise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgen.errors import ChartError, ConfigError
from jazzgen.music.chart import Bar, Chart, KeyChange, TempoChange
from jazzgen.music.folding import folded
from jazzgen.music.instrument import Instrument
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Solo

__all__ = ["in_keys", "parse_keys"]

ALL = "all"
FOURTH, HALF_OCTAVE = 5, 6


def parse_keys(text: str, key: Key) -> tuple[Key, ...]:
    """Return the keys that a text names, in the mode of a solo.

    >>> [str(one) for one in parse_keys("C,F,Bb", Key("G"))]
    ['C', 'F', 'Bb']
    >>> [str(one) for one in parse_keys("all", Key("F"))]
    ['F', 'Bb', 'Eb', 'Ab', 'Db', 'Gb', 'B', 'E', 'A', 'D', 'G', 'C']

    Args:
        text: "all" for all twelve by fourths, from the solo's own on; or keys with commas between.
        key: The key of the solo.

    Raises:
        ConfigError: One of them is no key, or in the other mode.
    """
    if text.strip().casefold() == ALL:
        return tuple(key.transpose(FOURTH * number) if number else key for number in range(12))
    found = []
    for word in text.split(","):
        try:
            named = Key.parse(word)
        except ChartError as error:
            raise ConfigError(f"{error}, or {ALL!r}") from None
        if named.mode != key.mode and word.strip() not in (named.tonic, named.tonic.lower()):
            raise ConfigError(f"{word.strip()}: the solo is in {key}, a {key.mode} key")
        found.append(Key(named.tonic, key.mode))
    return tuple(found)


def in_keys(
    solo: Solo, keys: Sequence[Key], instrument: Instrument | None = None
) -> tuple[Solo, int]:
    """Return a solo that is played in several keys, and how many notes were folded.

    Each key is a section that is named for it. The solo moves up or down by the nearer way.

    Args:
        solo: The solo.
        keys: The keys, in its mode.
        instrument: The instrument into whose range each key is folded, by octaves; None for any.

    Raises:
        SoloError: A note would leave MIDI's range.
    """
    played, moved = [], 0
    for key in keys:
        steps = (key.pitch_class - solo.chart.key.pitch_class) % 12
        one = solo.transpose(steps - 12 if steps > HALF_OCTAVE else steps)
        one = replace(one, chart=solo.chart.in_key(key))
        if instrument is not None:
            one, number = folded(one, instrument)
            moved += number
        played.append(one)
    concert = instrument is not None and instrument.transposition % 12 != 0
    return _joined(solo, played, concert), moved


def _joined(solo: Solo, played: Sequence[Solo], concert: bool) -> Solo:
    """Return solos of equal length one after another.

    Args:
        solo: The solo that they are in other keys.
        played: The solos.
        concert: Whether their labels say that they name concert keys.
    """
    ticks, size = solo.chart.ticks, len(solo.chart.bars)
    notes = tuple(
        replace(note, onset=note.onset + number * ticks)
        for number, one in enumerate(played)
        for note in one.notes
    )
    count = len(solo.notes)
    phrases = (
        start + number * count for number in range(len(played)) for start in solo.phrase_starts
    )
    chart = solo.chart
    # A lick in twelve keys has twelve sections, not twelve choruses.
    times = 1 if chart.choruses == 1 else len(played)
    starts = (number * size + start for number in range(times) for start in chart.chorus_starts)
    return replace(
        solo,
        notes=notes,
        phrase_starts=tuple(phrases),
        chart=Chart(
            tuple(bar for one in played for bar in _labelled(one.chart, concert)),
            chart.title,
            played[0].chart.key,
            chart.tempo,
            chart.feel,
            tuple(starts),
            _tempi(chart, len(played)),
            tuple(
                KeyChange(number * size, one.chart.key)
                for number, one in enumerate(played)
                if number and one.chart.key != played[number - 1].chart.key
            ),
        ),
    )


def _labelled(chart: Chart, concert: bool) -> tuple[Bar, ...]:
    """Return the bars of a chart, the first of which names its key."""
    first = chart.bars[0]
    named = f"{'concert' if concert else 'in'} {chart.key}"
    label = " ".join(filter(None, (first.section, named)))
    return (replace(first, section=label), *chart.bars[1:])


def _tempi(chart: Chart, times: int) -> tuple[TempoChange, ...]:
    """Return the changes of tempo of a chart that is played several times."""
    return chart.repeat(times).tempo_changes
