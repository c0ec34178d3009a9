"""A solo from beginning to end: phrases, lengths, accents."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from corpus.harmony import Harmony, harmonies_of
from corpus.line import HELD, Slot, compose, count_intervals
from corpus.motif import Idea, restate
from corpus.planner import Frame, contour_of, grouped, next_frame, slots_of
from corpus.players import Player, on_the_day
from corpus.rhythm import Onsets, phrase_onsets
from corpus.tunes import Tune, chart_of
from jazzgen.music.solo import Note, Solo

__all__ = ["SEED", "improvise"]

SEED = 1959
BEAT = 24
MEMORY = 5  # ideas that a player remembers
LONGEST_IDEA = 9  # notes
SOFTEST, LOUDEST = 40, 118


def improvise(tune: Tune, player: Player, seed: int = SEED) -> Solo:
    """Return a player's solo over a tune; the same arguments give the same solo."""
    return Improvisation(tune, player, seed).play()


class Improvisation:
    """One player playing one tune.

    Args:
        tune: The tune.
        player: The player.
        seed: The seed of all random choices.
    """

    def __init__(self, tune: Tune, player: Player, seed: int) -> None:
        self.tune = tune
        self.rng = Random(f"{seed}/{tune.title}/{player.name}")
        self.player = player = on_the_day(player, self.rng)
        self.chart = chart_of(tune)
        self.harmonies = harmonies_of(self.chart, player, tune.is_blues, self.rng)
        self.played_runs: Counter[tuple[int, ...]] = Counter()
        self.ideas: deque[Idea] = deque(maxlen=MEMORY)
        self.notes: list[Note] = []

    def play(self) -> Solo:
        """Play phrase after phrase until the chart ends."""
        at = 0
        while frame := next_frame(at, self.chart, self.harmonies, self.player, self.rng):
            self._phrase(frame)
            at = self.notes[-1].end
        self.notes[-1] = self._rung_out(self.notes[-1])
        return Solo(tuple(self.notes), self.chart, self.tune.title, self.player.name)

    def _rung_out(self, note: Note) -> Note:
        length = max(note.duration, self.rng.choice((36, 48, 60)))
        return replace(note, duration=min(length, self.chart.ticks - note.onset))

    def _phrase(self, frame: Frame) -> None:
        contour = contour_of(frame, self.chart.ticks, self.player, self.rng)
        slots, opening = self._taken_up(frame, contour) or (self._slots(self._rhythm(frame)), ())
        before = [note.pitch for note in self.notes[-3:]]
        groups = grouped(slots[len(opening) :], self.chart, self.rng)
        fixed = [*before, *opening]
        pitches = list(opening)
        pitches += compose(groups, fixed, contour, self.player, self.played_runs, self.rng)
        self._remember(slots, pitches)
        self.played_runs += count_intervals([*before, *pitches])
        self.notes += _sounded(slots, pitches, self.player, self.rng)

    def _rhythm(self, frame: Frame) -> Onsets:
        bar = self.chart.bars[0].meter.bar_ticks
        return phrase_onsets(frame.start, frame.end, bar, self.chart.tempo, self.player, self.rng)

    def _slots(self, rhythm: Onsets) -> list[Slot]:
        room = self.chart.ticks - rhythm.ticks[-1]
        return slots_of(rhythm.ticks, min(rhythm.last, room), self.harmonies)

    def _taken_up(
        self, frame: Frame, contour: Callable[[int], float]
    ) -> tuple[list[Slot], tuple[int, ...]] | None:
        """Begin with an idea played before: moved, perhaps displaced, its ending new."""
        if not self.ideas or self.rng.random() > self.player.motif:
            return None
        idea = self.rng.choice(self.ideas)
        bar = self.chart.bars[0].meter.bar_ticks
        eighths = all((idea.in_bar + onset) % 12 == 0 for onset in idea.onsets)
        displaced = self.rng.choices((0, 24, 12, -12), (5, 2, 1.5 * eighths, eighths))[0]
        start = frame.start + (idea.in_bar + displaced - frame.start) % bar
        kept = [start + onset for onset in idea.onsets]
        end = max(frame.end, kept[-1] + self.rng.choice((12, 24, 36, 48)))
        if end > max(frame.end, self.chart.ticks - 5 * BEAT):
            return None
        rest = self._rhythm(Frame(kept[-1], end))
        slots = self._slots(Onsets((*kept[:-1], *rest.ticks), rest.last))
        if len(slots) <= len(kept):
            return None
        opening = self._restated(idea, slots[: len(kept)], contour(start))
        return None if opening is None else (slots, opening)

    def _restated(self, idea: Idea, slots: Sequence[Slot], near: float) -> tuple[int, ...] | None:
        harmonies = [slot.harmony for slot in slots]
        wish = near - sum(idea.pitches) / len(idea.pitches) + self.rng.gauss(0, 2)
        for shift in sorted(range(-8, 9), key=lambda s: abs(s - wish / 2)):
            pitches = restate(idea, harmonies, shift, self._playable)
            if pitches and self._sings(slots, pitches):
                return pitches
        return None

    def _playable(self, pitch: int) -> bool:
        return self.player.low <= pitch <= self.player.high

    def _sings(self, slots: Sequence[Slot], pitches: Sequence[int]) -> bool:
        """Whether no held note rubs and the first is within reach of the last played."""
        held = all(p % 12 in slot.harmony.restful or slot.room < HELD
                   for slot, p in zip(slots, pitches, strict=True))  # fmt: skip
        return held and (not self.notes or abs(pitches[0] - self.notes[-1].pitch) <= 12)

    def _remember(self, slots: Sequence[Slot], pitches: Sequence[int]) -> None:
        """Keep the beginning of a phrase, up to two bars, as an idea."""
        start, bar = slots[0].onset, self.chart.bars[0].meter.bar_ticks
        size = min(sum(slot.onset < start + 1.5 * bar for slot in slots), LONGEST_IDEA)
        if size < 3:
            return
        harmonies: tuple[Harmony, ...] = tuple(slot.harmony for slot in slots[:size])
        onsets = tuple(slot.onset - start for slot in slots[:size])
        self.ideas.append(Idea(onsets, tuple(pitches[:size]), harmonies, start % bar))


def _sounded(
    slots: Sequence[Slot], pitches: Sequence[int], player: Player, rng: Random
) -> list[Note]:
    """Return the notes of a phrase with their lengths and velocities."""
    notes = []
    for k, (slot, pitch) in enumerate(zip(slots, pitches, strict=True)):
        repeats = k + 1 < len(pitches) and pitches[k + 1] == pitch
        length = slot.room if slot.last else _length(slot, repeats, rng)
        peak = 0 < k < len(pitches) - 1 and pitches[k - 1] < pitch > pitches[k + 1]
        valley = 0 < k < len(pitches) - 1 and pitches[k - 1] > pitch < pitches[k + 1]
        velocity = player.velocity + 7 * peak - 8 * valley + 3 * (not slot.on_beat)
        velocity += (pitch - 64) // 4 + 5 * (slot.room >= HELD) - 5 * slot.last * (slot.room < 24)
        velocity += rng.choice((-3, -2, -1, 0, 1, 2, 3))
        notes.append(Note(slot.onset, length, pitch, min(max(velocity, SOFTEST), LOUDEST)))
    return notes


def _length(slot: Slot, repeats: bool, rng: Random) -> int:
    """Return how long a note sounds: lines legato, longer values often clipped."""
    if slot.room <= 12:
        return slot.room - (2 if repeats and slot.room > 4 else 0)
    if slot.room <= BEAT:
        return rng.choices((slot.room, 12), (7, 1 + 3 * repeats))[0]
    return rng.choices((slot.room, slot.room - 8, 16), (6, 2, 1 + repeats))[0]
