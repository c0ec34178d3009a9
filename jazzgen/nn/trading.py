"""Players who take turns, each of whom hears what the others play.

Every player has a `SoloPlayer` of his own, with his own conditions and compass, and all of them
know the same solo so far: what one plays in his turn, the others hear. So each answers what was
played before, and takes it up if he likes.

At the end of a turn somebody else takes over, and a phrase should have come to its end by then.
The model does not know whose turn it is, so the last bar of a turn is drawn again until its
phrase ends there: this is what the model plays, given that it ends. As people do, a player may
let his last note ring over the bar line, and the next one may begin as soon as he has stopped,
with a pickup before his own first bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from jazzgen.config import SamplingConfig
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER
from jazzgen.music.trade import Turn
from jazzgen.nn.solo_player import SoloPlayer
from jazzgen.nn.soloists import Soloist, Soloists

__all__ = [
    "CANDIDATE",
    "CHOICE",
    "NOISE",
    "OVER",
    "PICKUP",
    "WHO",
    "Trader",
    "derived_seed",
    "draw_traders",
    "sampling_of_turns",
    "trade_turns",
]

PICKUP = 2 * TICKS_PER_QUARTER
"""The longest time in ticks by which a player comes in before his turn."""
OVER = TICKS_PER_QUARTER
"""The longest time in ticks for which a last note rings into the next turn."""
SHARE = 4
"""The part of a turn, one in so many, that pickups, notes that ring over and rests may take."""
DRAWS = 12
"""The number of times that the last bar of a turn is drawn to find one whose phrase ends."""
ATTEMPTS = 50
"""The number of times that a performer is drawn to find one who does not play already."""
NOISE, AGAIN, WHO, CANDIDATE, CHOICE = 1, 2, 3, 4, 5
"""What seeds are derived for: a player's noise, a bar that is drawn again, who plays, and the
further draws of a take of which one is kept."""
OCTAVE = 12
HIGHEST = 127


class Trader:
    """A player who takes turns with others.

    Args:
        player: Plays and hears; it has played nothing yet.
        compass: The lowest and the highest pitch of the soloist.
        seed: The seed of what is drawn again.
    """

    def __init__(self, player: SoloPlayer, compass: tuple[int, int], seed: int) -> None:
        self.player = player
        self.compass = compass
        self.seed = seed
        self.notes: list[Note] = []
        """What this player has played in all turns so far."""

    def hear(self, notes: Sequence[Note], until: int, by: Trader) -> None:
        """Hear what another player has played, in the octave in which this one plays.

        Without this a trumpet would continue from a trombone's last note, which it cannot reach,
        and could not take up its phrases.

        Args:
            notes: The notes of the other player's turn.
            until: The tick to which the turn has come.
            by: The other player.
        """
        distance = (sum(self.compass) - sum(by.compass)) / 2
        shift = OCTAVE * round(distance / OCTAVE)
        self.player.hear([_moved(note, shift) for note in notes], until)

    def play_turn(self, last_bar: int, until: int, latest: int) -> None:
        """Play up to a bar line where the phrase has ended, or is about to end.

        Args:
            last_bar: The tick at which the last bar of the turn begins.
            until: The tick at which it ends.
            latest: The tick up to which a last note may ring.
        """
        self.player.play_until(last_bar)
        begun, tried = self.player, []
        for number in range(DRAWS):
            seed = derived_seed(AGAIN, self.seed, until, number) if number else None
            self.player = begun.branch(seed)
            self.player.play_until(until)
            if self._ends(until, latest):
                return
            tried.append(self.player)
        # No phrase ends here: what was drawn first is cut off at the bar line.
        self.player = tried[0]
        self.player.stop(until)

    def _ends(self, until: int, latest: int) -> bool:
        """Whether the phrase ends around a tick; it may be played a little further to see that."""
        if not self.player.solo.notes:
            return True
        end = self.player.solo.notes[-1].end
        if end < until or end >= latest:
            return True  # a rest up to there, or a note that is held
        self.player.play_until(end + 1)
        return self.player.solo.notes[-1].onset < end

    def hand_over(self, earliest: int, latest: int) -> int:
        """End the turn with its last note, and return from which tick on the next player may play.

        There is an eighth of silence between two players, so that the next one hears that the
        phrase is over, and begins one of his own.

        Args:
            earliest: The tick before which the next player does not come in.
            latest: The tick up to which the last note may ring.
        """
        notes = self.player.solo.notes
        stop = min(notes[-1].end, latest) if notes else 0
        self.player.stop(stop)
        begin = max(stop + EIGHTH, earliest)
        self.player.hear((), begin)
        return begin


def trade_turns(
    traders: Sequence[Trader], turns: Sequence[Turn], opening: Sequence[Note] = ()
) -> None:
    """Let players play their turns; their notes are then in `Trader.notes`.

    Args:
        traders: The players.
        turns: Whose bars are whose, in order; the first turn begins at the beginning.
        opening: The notes of a phrase with which the first player begins.
    """
    starts = traders[0].player.chart.bar_starts
    if opening:
        traders[turns[0].player].player.hear(opening)
    begun = 0
    for turn, following in zip(turns, [*turns[1:], None], strict=True):
        trader, end = traders[turn.player], starts[turn.last]
        if following is None:
            trader.player.play_until(end)
            begin = end
        else:
            latest = end + min(OVER, (starts[following.last] - end) // SHARE)
            earliest = end - min(PICKUP, (end - starts[turn.first - 1]) // SHARE)
            trader.play_turn(starts[turn.last - 1], end, latest)
            begin = trader.hand_over(earliest, latest)
        notes = [note for note in trader.player.solo.notes if note.onset >= begun]
        trader.notes += notes
        for other in traders:
            if other is not trader:
                other.hear(notes, begin, trader)
        begun = begin


def draw_traders(
    soloists: Soloists,
    chart: Chart,
    seeds: Sequence[int | None],
    asked: Sequence[tuple[str | None, str, str]],
) -> list[Soloist]:
    """Return whom each player of a trade is played like.

    Args:
        soloists: The soloists of the model.
        chart: The chart.
        seeds: A seed for each player; None if nothing is to be drawn.
        asked: The performer, the instrument and the style that are asked for, for each player
            (see `Soloists.choose`). Performers who are drawn differ from each other, as long
            as the model knows enough that fit.

    Raises:
        ModelError: The model does not know a performer or a style.
        ConfigError: There is no such instrument.
    """
    found: list[Soloist] = []
    for seed, (performer, instrument, style) in zip(seeds, asked, strict=True):
        taken = {one.performer for one in found}
        for attempt in range(ATTEMPTS):
            drawn = None if seed is None else derived_seed(WHO, seed, attempt)
            one = soloists.choose(chart, drawn, performer, instrument, style)
            if performer is not None or drawn is None or one.performer not in taken:
                break
        found.append(one)
    return found


def sampling_of_turns(sampling: SamplingConfig, turn: float) -> SamplingConfig:
    """Return settings with which nobody waits for long while it is his turn.

    Args:
        sampling: The settings.
        turn: The length of a turn in quarter notes.
    """
    return replace(sampling, silence=min(sampling.silence, max(turn / SHARE, 1.0)))


def derived_seed(*numbers: int) -> int:
    """Return a seed that depends on numbers, and is unlike those of other numbers.

    Args:
        numbers: What it is for (`NOISE`, …), and on what else it depends.
    """
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])


def _moved(note: Note, semitones: int) -> Note:
    """Return a note in another octave, if MIDI has it there."""
    pitch = note.pitch + semitones
    return replace(note, pitch=pitch) if 0 <= pitch <= HIGHEST else note
