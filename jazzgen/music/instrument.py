"""Instruments of soloists: their ranges and MIDI programs, and whether their players breathe.

Ranges are those of orchestration books (Samuel Adler, "The Study of Orchestration", 4th ed.,
2016), without the extended high register: written B flat 3 to F6 for saxophones, E3 to G6 for
the clarinet, F sharp 3 to C6 for the trumpet. They are given here as they sound, in MIDI
pitches. In the Weimar Jazz Database at least 97 % of the notes on each instrument lie within
its range.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from jazzgen.errors import ConfigError

__all__ = ["INSTRUMENTS", "Instrument", "find_instrument", "is_instrument"]


@dataclass(frozen=True)
class Instrument:
    """An instrument that plays one line.

    Args:
        name: Its name.
        low: The lowest MIDI pitch that sounds.
        high: The highest MIDI pitch that sounds.
        program: Its General MIDI program, 0 to 127, or that of the nearest instrument.
        blown: Whether its player must breathe between phrases.
        aliases: Other names.
        transposition: The number of semitones by which its notes are written higher than they
            sound.
        bass_clef: Whether its players read in the bass clef.
        reads_both: Whether its players read in the treble clef and in the bass clef.
    """

    name: str
    low: int
    high: int
    program: int
    blown: bool = True
    aliases: tuple[str, ...] = ()
    transposition: int = 0
    bass_clef: bool = False
    reads_both: bool = False

    @property
    def sounds_octave_lower(self) -> bool:
        """Whether it sounds an octave lower than written, as a guitar does, in any key."""
        return self.transposition == OCTAVE

    @property
    def label(self) -> str:
        """Its name on a part, with the key in which it is built.

        >>> find_instrument("tenor").label, find_instrument("guitar").label
        ('Tenor sax in B♭', 'Guitar')
        """
        key = KEYS.get(self.transposition % 12, "")
        name = self.name.replace("saxophone", "sax").capitalize()
        return f"{name} in {key}" if key else name


OCTAVE = 12
KEYS = {2: "B♭", 9: "E♭"}
"""The key in which an instrument is built, by its transposition without octaves."""
INSTRUMENTS = (
    Instrument("soprano saxophone", 56, 87, 64, aliases=("soprano", "ss"), transposition=2),
    Instrument("alto saxophone", 49, 80, 65, aliases=("alto", "as"), transposition=9),
    Instrument("tenor saxophone", 44, 75, 66, aliases=("tenor", "ts"), transposition=14),
    Instrument("baritone saxophone", 37, 68, 67, aliases=("baritone", "bs"), transposition=21),
    Instrument("clarinet", 50, 89, 71, aliases=("cl",), transposition=2),
    Instrument("bass clarinet", 37, 77, 71, aliases=("bcl",), transposition=14),
    Instrument("flute", 60, 96, 73, aliases=("fl",)),
    Instrument("trumpet", 52, 82, 56, aliases=("tp",), transposition=2),
    Instrument("cornet", 52, 82, 56, aliases=("cor",), transposition=2),
    Instrument("flugelhorn", 52, 79, 56, transposition=2),
    Instrument("trombone", 40, 72, 57, aliases=("tb",), bass_clef=True),
    Instrument("violin", 55, 100, 40, blown=False),
    Instrument(
        "guitar",
        40,
        84,
        26,
        blown=False,
        aliases=("jazz guitar", "electric guitar", "g"),
        transposition=12,
    ),
    Instrument("vibraphone", 53, 89, 11, blown=False, aliases=("vibes", "vib")),
    Instrument("piano", 21, 108, 0, blown=False, aliases=("p",), reads_both=True),
)


def find_instrument(text: str) -> Instrument:
    """Return the instrument that has a name.

    >>> find_instrument("Tenor sax").low
    44

    Args:
        text: A name or an alias, in upper or lower case. "Tenor sax" and "tenor" are tenor
            saxophones.

    Raises:
        ConfigError: No instrument has that name; the message names the nearest ones, and lists all.
    """
    wanted = " ".join(text.casefold().split())
    if wanted.endswith(" sax"):
        wanted += "ophone"
    known = {name: one for one in INSTRUMENTS for name in (one.name, *one.aliases)}
    if wanted in known:
        return known[wanted]
    alike = get_close_matches(wanted, known, 3, 0.6)
    containing = [name for name in known if wanted and wanted in name.split()]
    near = dict.fromkeys(known[name].name for name in [*containing, *alike])
    all_names = ", ".join(one.name for one in INSTRUMENTS)
    hint = f" (did you mean {' or '.join(near)}?)" if near else ""
    raise ConfigError(f"{text!r} is not an instrument{hint}: expected one of {all_names}")


def is_instrument(text: str) -> bool:
    """Return whether a text is the full name of an instrument, as solos have it."""
    return any(one.name == text for one in INSTRUMENTS)
