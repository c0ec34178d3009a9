"""Listening: what the band hears of the soloist, and how intensely it plays.

The form sets the level: heads and intros are calm, and each chorus is played more intensely than
the one before, unless the user has drawn a shape. Around this level the band follows the soloist:
it plays more intensely under many notes, high notes and loud notes.

The band answers what it has just heard. The energy of a bar depends on the solo in that bar and
in the one before it, and on nothing else of the solo. As long as the players in turn look at the
plans of their own bar and of the next one only, a change in the solo reaches one bar backwards and
one bar forwards, and the rest of the accompaniment stays the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jazzgen.music.instrument import find_instrument, is_instrument
from jazzgen.music.shape import HIGHEST_ENERGY
from jazzgen.music.solo import Note, Solo

__all__ = ["Hearing", "energy_of", "heard_energy"]

MIDDLE_PITCH = 65.0
"""The MIDI pitch around which solos lie if the instrument does not say: the human mean, F4."""
USUAL_DENSITY, DENSITY_SPREAD = 1.67, 0.9
"""The mean number of notes per quarter in human solos, and its standard deviation by bar."""
PITCH_SPREAD = 6.0
"""The standard deviation of a bar's mean pitch, in semitones."""
USUAL_LOUDNESS, LOUDNESS_SPREAD = 80.0, 10.0
"""The usual MIDI velocity of a solo, and the standard deviation of a bar's mean."""
DENSITY_SHARE, PITCH_SHARE, LOUDNESS_SHARE = 0.14, 0.1, 0.08
"""What one standard deviation of each adds to the energy."""
FURTHEST = 0.25
"""The largest distance of a bar's energy from that of the form, 0 to 1."""
CALMEST, WILDEST = 0.2, 0.95
"""The energies, 0 to 1, that the smallest and the largest one of a shape stand for."""
LATEST_SHARE = 2 / 3
"""The weight of the bar itself; the rest is that of the bar before, to which the band reacts."""


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """What a band hears.

    Args:
        solo: Whether it hears the solo, and not only the form.
        middle: The MIDI pitch in the middle of the soloist's range: higher notes raise the
            energy, lower ones lower it.
        energies: The energy of each bar that the user has drawn, from 1 to 9 (see `music.shape`);
            0, or no value, for what the form asks for.
    """

    solo: bool = True
    middle: float = MIDDLE_PITCH
    energies: tuple[int, ...] = ()

    @classmethod
    def of(cls, solo: Solo) -> Hearing:
        """Return the hearing of a band under a solo, by the range of its instrument."""
        if not is_instrument(solo.instrument):
            return cls()
        own = find_instrument(solo.instrument)
        return cls(middle=(own.low + own.high) / 2)

    def drawn(self, bar: int) -> float | None:
        """Return the energy, 0 to 1, that the user has drawn for a bar, counted from 0, or None."""
        energy = self.energies[bar] if bar < len(self.energies) else 0
        if not energy:
            return None
        return CALMEST + (WILDEST - CALMEST) * (energy - 1) / (HIGHEST_ENERGY - 1)


def heard_energy(notes: Sequence[Note], quarters: float, middle: float = MIDDLE_PITCH) -> float:
    """Return how much the solo of a bar raises the band's energy; negative if it lowers it.

    Args:
        notes: The notes that begin in the bar. Where the soloist rests, the band stays as it is.
        quarters: The length of the bar in quarter notes.
        middle: The MIDI pitch in the middle of the soloist's range.
    """
    if not notes:
        return 0.0
    density = (len(notes) / quarters - USUAL_DENSITY) / DENSITY_SPREAD
    pitch = sum(note.pitch for note in notes) / len(notes)
    velocity = sum(note.velocity for note in notes) / len(notes)
    height = (pitch - middle) / PITCH_SPREAD
    loudness = (velocity - USUAL_LOUDNESS) / LOUDNESS_SPREAD
    return DENSITY_SHARE * density + PITCH_SHARE * height + LOUDNESS_SHARE * loudness


def energy_of(form_energy: float, heard: float, heard_before: float) -> float:
    """Return the energy of a bar, 0 to 1.

    Args:
        form_energy: What the form asks for, 0 to 1.
        heard: What the soloist adds in the bar (see `heard_energy`).
        heard_before: What the soloist added in the bar before.
    """
    added = LATEST_SHARE * heard + (1 - LATEST_SHARE) * heard_before
    added = min(max(added, -FURTHEST), FURTHEST)
    return min(max(form_energy + added, 0.0), 1.0)
