"""Arrangements: what is played before and after the choruses.

A count-in, an intro and an ending are sections of the chart like any other. So the whole tune is
one chart: bars line up in a DAW, markers name all sections, and when a file is read again, its
sections tell what they are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from jazzgen.band.bar_plan import COUNT_IN, ENDING, HEAD, INTRO
from jazzgen.errors import SoloError
from jazzgen.music.chart import Bar, Chart, PlacedChord, TempoChange
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.pitch import Key, move_name
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import MIN_TEMPO, TICKS_PER_QUARTER, Meter
from jazzgen.runtime.settings import check_settings, setting
from jazzgen.runtime.wording import counted

__all__ = ["ENDINGS", "PLAIN", "Arrangement", "Ending", "Layout", "arrange"]

Ending = Literal["none", "final", "tag", "ritardando"]
ENDINGS: tuple[Ending, ...] = get_args(Ending)
MOST_BARS = 64
"""The largest number of bars of a count-in or an intro."""
SLOWEST = 0.72
"""The tempo that a ritardando reaches, as a fraction of the tempo before it."""
LONGEST_PICKUP = 2
"""The largest number of bars of a head's pickup; what is longer is an intro of its own."""
TURNAROUNDS = {
    "major": (("Em7", "A7b9"), ("Dm7", "G7")),
    "minor": (("", "Ab7"), ("Dm7b5", "G7b9")),
}
"""The chords of the two bars of a tag, by the key's mode, in C; "" stands for the tonic chord."""
AT_REST = {"maj": "6", "min": "m6", "minmaj": "m6"}
"""The qualities of final triads, by their family."""


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """What is played around the choruses.

    Args:
        count_in: The number of bars that are counted in.
        intro: The number of bars that the band plays before the soloist comes in; they are
            the last bars of the form.
        ending: "none"; "final", a bar with the tonic chord; "tag", two bars of turnaround and
            then that bar; or "ritardando", a tag that slows down.

    Raises:
        ConfigError: A number is out of range, or there is no such ending.
    """

    count_in: int = setting(
        0, 0, MOST_BARS, unit="bars", text="Bars that are counted in before everything else."
    )
    intro: int = setting(
        0,
        0,
        MOST_BARS,
        unit="bars",
        text="Bars that the band plays before the solo, which are the last ones of the form.",
    )
    ending: Ending = setting(
        "final",
        text="What follows the last chorus: a final chord, on which the solo lands; two bars of "
        "turnaround before it (tag); a tag that slows down (ritardando); or nothing (none), and "
        "the solo plays on as before another chorus.",
    )

    def __post_init__(self) -> None:
        check_settings(self)


PLAIN = Arrangement(ending="none")


@dataclass(frozen=True)
class Layout:
    """A tune with its arrangement, and the part of it that is improvised.

    Args:
        chart: The whole tune.
        improvised: The part that is improvised over: the choruses, and the ending too unless
            a head stands between them.
        offset: The tick of the whole tune at which that part begins.
        written: The notes that are not improvised, those of the head, in ticks of the whole
            tune.
        final: The length in ticks of the final chord on which the solo lands; 0 if it does
            not end the tune.
    """

    chart: Chart
    improvised: Chart
    offset: int = 0
    written: tuple[Note, ...] = ()
    final: int = 0

    @property
    def landing(self) -> float:
        """The length of the final chord in quarter notes, as `SamplingConfig.landing` asks."""
        return self.final / TICKS_PER_QUARTER

    def place(self, solo: Solo) -> Solo:
        """Return the whole tune: an improvised solo, moved to its place between the heads."""
        if self.chart == self.improvised:
            return solo
        notes = [_later(note, self.offset) for note in solo.notes]
        together = sorted([*notes, *self.written], key=lambda note: note.onset)
        return replace(solo, notes=tuple(together), chart=self.chart, phrase_starts=())


def arrange(
    form: Chart, choruses: int, arrangement: Arrangement = PLAIN, head: Sequence[Note] = ()
) -> Layout:
    """Put an arrangement around choruses.

    Args:
        form: One chorus.
        choruses: The number of choruses that are improvised, at least 1.
        arrangement: What is played around them.
        head: The notes of a melody over one chorus, which is played before and after them. Those
            before tick 0 are a pickup to the first head, for which there are bars of silence if
            nothing goes before; before the second one the soloist still plays. What stands more
            than two bars before it is left out.

    Raises:
        ChartError: There are fewer than one chorus.
        SoloError: The head is longer than the form.
    """
    if head and head[-1].end > form.ticks:
        beyond = -(-(head[-1].end - form.ticks) // form.bars[-1].meter.bar_ticks)
        bars = len(form.bars)
        raise SoloError(
            f"the head ends in bar {bars + beyond}; the form has {counted(bars, 'bar')}"
        )
    solo, end = form.repeat(choruses), _ending(form, arrangement.ending)
    chorus = _with_head(form) if head else None
    parts = [chorus, solo, chorus] if chorus else [solo]
    front = _count_in(form, arrangement.count_in) + _intro(form, arrangement.intro)
    bar = form.bars[0].meter.bar_ticks
    pickup = [note.onset for note in head if -LONGEST_PICKUP * bar <= note.onset < 0]
    front = front or _count_in(form, -(min(pickup, default=0) // bar))
    before = sum(one.meter.bar_ticks for one in front)
    whole = _joined(front, parts, end, arrangement.ending == "ritardando")
    offset = before + (form.ticks if head else 0)
    improvised = solo if head else _joined((), parts, end, arrangement.ending == "ritardando")
    heads = (offset - form.ticks, offset + solo.ticks)
    written = tuple(
        _later(note, tick)
        for tick in heads
        for note in head
        if note.onset >= (0 if tick == heads[1] else -min(before, LONGEST_PICKUP * bar))
    )
    final = end[-1].meter.bar_ticks if end and not head else 0
    return Layout(whole, improvised, offset, written, final)


def _joined(
    front: tuple[Bar, ...], parts: Sequence[Chart], end: tuple[Bar, ...], slows: bool
) -> Chart:
    """Return front, parts and ending as one chart, each part with its own tempi."""
    bars, begin = front, sum(bar.meter.bar_ticks for bar in front)
    starts: list[int] = []
    tempi: dict[int, float] = {}
    for part in parts:
        starts += [start + len(bars) for start in part.chorus_starts]
        # A part begins at its own tempo again, if an earlier part has changed the tempo or it
        # will itself; otherwise the chart needs no change.
        if part.tempo_changes or tempi:
            tempi[begin] = part.tempo
        tempi |= {begin + tick: tempo for tick, tempo in part.tempo_changes if tick < part.ticks}
        bars, begin = bars + part.bars, begin + part.ticks
    if slows:
        latest = tempi[max(tempi)] if tempi else parts[0].tempo
        tempi |= _slowing(begin, latest, end)
    changes = tuple(TempoChange(tick, tempo) for tick, tempo in sorted(tempi.items()) if tick)
    return replace(parts[0], bars=bars + end, chorus_starts=tuple(starts), tempo_changes=changes)


def _later(note: Note, ticks: int) -> Note:
    return replace(note, onset=note.onset + ticks)


def _with_head(form: Chart) -> Chart:
    """Return a chorus whose first bar is labelled as the head."""
    return replace(form, bars=(replace(form.bars[0], section=HEAD), *form.bars[1:]))


def _count_in(form: Chart, number: int) -> tuple[Bar, ...]:
    empty = Bar((PlacedChord(0, NO_CHORD),), form.bars[0].meter)
    return _labelled([empty] * number, COUNT_IN)


def _intro(form: Chart, number: int) -> tuple[Bar, ...]:
    """Return the last bars of the form; an intro longer than the form repeats it."""
    around = form.bars * -(-number // len(form.bars))
    bars = [replace(bar, section="") for bar in around[len(around) - number :]]
    # A first bar without chords would continue a chord that is now not played before it.
    if bars and not bars[0].chords:
        chord = form.chord_at(form.bar_starts[-number % len(form.bars)])
        bars[0] = replace(bars[0], chords=(PlacedChord(0, chord),))
    return _labelled(bars, INTRO)


def _labelled(bars: Sequence[Bar], label: str) -> tuple[Bar, ...]:
    return tuple(replace(bar, section="" if number else label) for number, bar in enumerate(bars))


def _ending(form: Chart, ending: Ending) -> tuple[Bar, ...]:
    if ending == "none":
        return ()
    meter, home = form.bars[-1].meter, _home(form)
    turnaround: tuple[Bar, ...] = ()
    if ending in ("tag", "ritardando"):
        turnaround = tuple(
            _bar(meter, *(_moved(form, home, chord) for chord in chords))
            for chords in TURNAROUNDS[form.key.mode]
        )
    return _labelled([*turnaround, _bar(meter, home)], ENDING)


def _home(form: Chart) -> ChordSymbol:
    """Return the tonic chord: as the form itself has it, if a tune can end on that chord."""
    tonic = form.key.pitch_class
    chords = [chord for _, chord in form.placed_chords() if chord.root_pc == tonic]
    if chords and chords[0].family in (*AT_REST, "dom"):
        quality = chords[0].quality or AT_REST.get(chords[0].family, "")
        return ChordSymbol(form.key.tonic, quality)
    return ChordSymbol(form.key.tonic, "6" if form.key.mode == "major" else "m6")


def _moved(form: Chart, home: ChordSymbol, text: str) -> ChordSymbol:
    """Return a chord of a turnaround in C, transposed to the form's key."""
    if not text:
        return home
    chord = ChordSymbol.parse(text)
    name = move_name(chord.root or "C", Key("C", form.key.mode), form.key)
    return ChordSymbol(name, chord.quality)


def _bar(meter: Meter, *chords: ChordSymbol) -> Bar:
    """Return a bar that chords share; if it has too few beats, only the first one is in it."""
    number = len(chords) if meter.beats >= len(chords) else 1
    return Bar(tuple(map(PlacedChord, meter.share(number), chords[:number])), meter)


def _slowing(begin: int, tempo: float, ending: Sequence[Bar]) -> dict[int, float]:
    """Return a tempo for each beat of an ending, by tick, ever slower up to its last bar."""
    meter = ending[0].meter
    last = begin + (len(ending) - 1) * meter.bar_ticks
    beats = [*range(begin, last, meter.beat_ticks), last]
    # Equal ratios from beat to beat are heard as an even ritardando; equal differences are not.
    return {
        tick: max(round(tempo * SLOWEST ** ((step + 1) / len(beats)), 2), MIN_TEMPO)
        for step, tick in enumerate(beats)
    }
