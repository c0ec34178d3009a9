"""How surprising solos are to a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jazzgen.encoding.sequence import value_sequence
from jazzgen.errors import ModelError
from jazzgen.improviser.model import PlayingModel
from jazzgen.music.solo import Solo
from jazzgen.nn.soloists import Soloist
from jazzgen.runtime.arguments import checked

if TYPE_CHECKING:
    from jazzgen.nn.surprise import NoteSurprise

__all__ = ["Listens"]


class Listens(PlayingModel):
    """A model that hears how likely a solo is."""

    @checked
    def bits_per_note(self, solos: Sequence[Solo], performers: Sequence[str] = ()) -> list[float]:
        """Return how surprising solos are to the model: the lower, the likelier.

        Args:
            solos: The solos.
            performers: The performer that each is meant to sound like; by default nobody.

        Returns:
            Bits per note of each solo; infinite for one with fewer than two notes.

        Raises:
            ModelError: The model does not know a performer.
        """
        meant = performers or [""] * len(solos)
        conditions = [
            self._soloists.conditions(
                Soloist(performer=name, played_like=solo.instrument, style=solo.style), solo.chart
            )
            for solo, name in zip(solos, meant, strict=True)
        ]
        return self.engine.bits_per_note([value_sequence(solo) for solo in solos], conditions)

    @checked
    def surprise(self, solo: Solo) -> list[NoteSurprise]:
        """Return how surprising each note of a solo is, and what the model expected instead.

        The light engine reads it, whatever engine plays. Unlike `bits_per_note`, it takes the
        solo as played by the performer that the solo names, if the model knows that name.

        Args:
            solo: The solo.

        Raises:
            ModelError: The model's preset cannot tell what a value costs.
        """
        from jazzgen.nn.numpy_engine.engine import LightEngine

        engine = self.engine
        if not isinstance(engine, LightEngine):
            from jazzgen.nn.keras_engine.store import files_of

            engine = LightEngine(files_of(self.layers))
        try:
            return engine.note_surprises(solo)
        except ModelError as error:
            raise ModelError(f"{self.name or 'the model'}: {error}") from error
