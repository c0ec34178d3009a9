"""How cells become a line: a beam search with a teacher's ear.

The notes of a phrase are taken in groups of about half a bar. For each group
cells are proposed, and the ear judges how they join: how wide the step into the
cell is, what falls on the beat, what is held, whether a leap turns back, whether
a seventh goes on to the third of the next chord, whether the line keeps to its
contour, and whether the solo has played it too often.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from corpus.harmony import Harmony
from corpus.players import Player
from corpus.vocabulary import Cell, cells_from, ladder
from jazzgen.music.timing import EIGHTH

__all__ = ["Slot", "compose", "count_intervals"]

BEAM = 6
PER_FAMILY = 4
STARTS = 5
NOISE = 1.0
HELD = 16  # ticks: the shortest note that sounds like a point of rest
NEVER = -100.0

# Liking for an interval by its size in semitones.
STEP_LIKING = (-0.55, 0.2, 0.2, 0.0, -0.1, -0.05, -1.0, -0.3, -0.6, -0.6, -1.0, -1.5, -0.8)
COLOUR_END = -0.3  # a phrase that ends on an extension
FAMILY_WEIGHTS = {
    "approach": 2.2,
    "enclosure": 2.0,
    "blues": 3.0,
    "repeat": 1.4,
    "chromatic": 1.0,
    "bebop": 0.8,
    "turn": 0.7,
    "arpeggio": 0.6,
    "pentatonic": 0.6,
    "scale": 0.5,
    "fourths": 0.5,
}
# Cells whose chromatic notes go somewhere.
FREE = ("approach", "enclosure", "blues", "chromatic")


@dataclass(frozen=True)
class Slot:
    """An onset without a pitch.

    Args:
        onset: Tick.
        room: Ticks to the next onset, or the length of the phrase's last note.
        on_beat: Whether it lies on a beat.
        harmony: The harmony at the onset; that of the next bar for an anticipation.
        last: Whether the phrase ends with it.
    """

    onset: int
    room: int
    on_beat: bool
    harmony: Harmony
    last: bool = False


@dataclass
class State:
    """A line in the making."""

    score: float
    pitches: list[int]
    goal: int | None = None
    families: tuple[str, ...] = ()
    noisy: float = field(default=0.0)


def compose(
    groups: Sequence[Sequence[Slot]],
    before: Sequence[int],
    contour: Callable[[int], float],
    player: Player,
    played_runs: Counter[tuple[int, ...]],
    rng: Random,
) -> list[int]:
    """Return a pitch for every slot of the groups.

    Args:
        groups: The slots, group by group; none is empty.
        before: The pitches played before them; may be empty.
        contour: The pitch that the line should lie near, by tick.
        player: The player.
        played_runs: How often the solo has played each run of four intervals.
        rng: The source of random choices.
    """
    ear = Ear(contour, player, played_runs)
    beam = [State(0.0, list(before))]
    for number, group in enumerate(groups):
        after = groups[number + 1][0].harmony if number + 1 < len(groups) else None
        menus: dict[int, list[Cell]] = {}
        grown = [
            state_after
            for state in beam
            for state_after in _grow(state, group, after, menus, ear, rng)
        ]
        beam = _best(grown)
    return beam[0].pitches[len(before) :]


def count_intervals(pitches: Sequence[int]) -> Counter[tuple[int, ...]]:
    """Return how often each run of four intervals occurs."""
    steps = [b - a for a, b in pairwise(pitches)]
    return Counter(tuple(steps[k : k + 4]) for k in range(len(steps) - 3))


def _grow(
    state: State,
    group: Sequence[Slot],
    after: Harmony | None,
    menus: dict[int, list[Cell]],
    ear: Ear,
    rng: Random,
) -> list[State]:
    grown = []
    for start in _starts(state, group[0], ear, rng):
        if start not in menus:
            menus[start] = _menu(cells_from(start, len(group), group[0].harmony, after, rng), rng)
        for cell in menus[start]:
            judged = ear.judge(state, group, cell)
            if judged > NEVER / 2:
                score = state.score + judged
                noisy = score - NOISE * math.log(-math.log(rng.random() or 0.5))
                pitches = [*state.pitches, *cell.pitches]
                grown.append(
                    State(score, pitches, cell.goal, (*state.families, cell.family), noisy)
                )
    return grown or [_way_out(state, group)]


def _way_out(state: State, group: Sequence[Slot]) -> State:
    """Return chord tones near the last note, for where the ear forbids every cell."""
    pitches = list(state.pitches)
    for slot in group:
        near = pitches[-1] if pitches else 64
        pitches.append(min(ladder(slot.harmony.tones), key=lambda p: (p == near, abs(p - near))))
    return State(state.score + NEVER / 2, pitches, None, (*state.families, "single"))


def _starts(state: State, slot: Slot, ear: Ear, rng: Random) -> list[int]:
    if state.goal is not None:
        return [state.goal]
    centre = round(ear.contour(slot.onset)) if not state.pitches else state.pitches[-1]
    reach = 11 if state.pitches and not state.families else 9
    pitch_classes = slot.harmony.scale | slot.harmony.tones
    if not slot.on_beat and slot.room <= 12:
        pitch_classes |= {(pc - 1) % 12 for pc in slot.harmony.tones}
    low, high = ear.player.low, ear.player.high
    near = [p for p in range(max(low, centre - reach), min(high, centre + reach) + 1)
            if p % 12 in pitch_classes]  # fmt: skip
    if not state.families or len(near) <= STARTS:
        return near
    liking = [math.exp(STEP_LIKING[abs(p - centre)]) for p in near]
    return sorted(set(rng.choices(near, liking, k=STARTS)))


def _menu(cells: list[Cell], rng: Random) -> list[Cell]:
    """Return a choice of cells in which no family crowds out the others."""
    families: dict[str, list[Cell]] = {}
    for cell in cells:
        families.setdefault(cell.family, []).append(cell)
    menu = []
    for members in families.values():
        menu += members if len(members) <= PER_FAMILY else rng.sample(members, PER_FAMILY)
    return menu


def _best(states: list[State]) -> list[State]:
    """Return the best states, no two of which end alike."""
    best: dict[tuple[int | None, ...], State] = {}
    for state in sorted(states, key=lambda state: -state.noisy):
        best.setdefault((*state.pitches[-2:], state.goal), state)
        if len(best) == BEAM:
            break
    return list(best.values())


class Ear:
    """Judges how well a cell continues a line.

    Args:
        contour: The pitch that the line should lie near, by tick.
        player: The player.
        played_runs: How often the solo has played each run of four intervals.
    """

    def __init__(
        self, contour: Callable[[int], float], player: Player, played_runs: Counter[tuple[int, ...]]
    ) -> None:
        self.contour = contour
        self.player = player
        self.played_runs = played_runs

    def judge(self, state: State, group: Sequence[Slot], cell: Cell) -> float:
        """Return the score of a cell as the continuation of a state; `NEVER` if impossible."""
        if not all(self.player.low <= p <= self.player.high for p in cell.pitches):
            return 2 * NEVER
        weight = FAMILY_WEIGHTS.get(cell.family, 1.0) * self.player.cells.get(cell.family, 1.0)
        score = math.log(weight)
        if cell.family in state.families[-1:]:
            score -= 0.5
        line = list(state.pitches[-8:])
        for index, (slot, pitch) in enumerate(zip(group, cell.pitches, strict=True)):
            if line:
                score += (1.0 if index == 0 else 0.6) * self._melodic(line, pitch)
                score -= (pitch == line[-1]) * (slot.room < EIGHTH)
            score += self._harmonic(slot, pitch, cell.family)
            line.append(pitch)
        score += self._resolution(state, group[0], cell.pitches[0])
        score += self._register(group, cell.pitches) - self._staleness(line, len(group))
        return score

    def _melodic(self, line: list[int], pitch: int) -> float:
        """Judge the step to a pitch."""
        size = abs(pitch - line[-1])
        if size >= len(STEP_LIKING):
            return 2 * NEVER
        score = STEP_LIKING[size] + (self.player.leaps if size >= 5 else 0.0)
        if len(line) >= 2:
            score += self._turning(line, pitch)
        if len(line) >= 3 and pitch == line[-2] and line[-1] == line[-3]:
            score -= 2.0  # a trill that nobody asked for
        return score

    @staticmethod
    def _turning(line: list[int], pitch: int) -> float:
        """A leap wants to turn back; a long climb or fall wants to end."""
        last, step = line[-1] - line[-2], pitch - line[-1]
        if pitch == line[-2]:
            return -0.35 if step else -3.0
        if abs(last) >= 7 and last * step > 0:
            return -1.5
        if last * step > 0 and len(line) >= 7:
            directions = [b - a for a, b in zip(line[-7:], line[-6:], strict=False)]
            return -0.8 if all(d * step > 0 for d in directions) else 0.0
        return 0.0

    def _harmonic(self, slot: Slot, pitch: int, family: str) -> float:
        """Judge a pitch over its chord: what is held must be able to rest there."""
        harmony, pc = slot.harmony, pitch % 12
        if slot.last:
            return 0.0 if pc in harmony.tones else COLOUR_END if pc in harmony.restful else NEVER
        if slot.room >= HELD:
            rests = pc in harmony.restful
            return (
                self.player.inside * (pc in harmony.tones)
                if rests
                else -3.0
                if family == "blues"
                else NEVER
            )
        if not slot.on_beat:
            return 0.0
        if pc in harmony.tones:
            return self.player.inside
        if pc in harmony.restful:
            return 0.3
        return 0.0 if family in FREE else -0.8

    @staticmethod
    def _resolution(state: State, slot: Slot, pitch: int) -> float:
        """Reward a step into a guide tone on the beat, as from a seventh to a third."""
        if not state.pitches or not slot.on_beat:
            return 0.0
        step = abs(pitch - state.pitches[-1])
        if pitch % 12 in slot.harmony.guides:
            return 0.4 if 1 <= step <= 2 else 0.0
        return 0.0

    def _register(self, group: Sequence[Slot], pitches: Sequence[int]) -> float:
        wanted = self.contour(group[0].onset)
        off = (sum(pitches) / len(pitches) - wanted) / 6.0
        edge = sum(p > self.player.high - 3 or p < self.player.low + 3 for p in pitches)
        return -0.5 * math.sqrt(len(pitches)) * off * off - 0.15 * edge

    def _staleness(self, line: Sequence[int], size: int) -> float:
        steps = [b - a for a, b in pairwise(line)][-(size + 3) :]
        return 0.35 * sum(self.played_runs[tuple(steps[k : k + 4])] for k in range(len(steps) - 3))
