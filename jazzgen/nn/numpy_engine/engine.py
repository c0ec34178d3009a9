"""The light engine: plays from a shipped model in NumPy, at once and in little memory.

It runs the cells of `rnn.cells` where the inference graph runs Keras's, on the same weights and
the same noise, and draws the same solo; no network library is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.sequence import ValueSequence
from jazzgen.music.solo import Solo
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.nn.engine import Conditions, Engine, Player, Task
from jazzgen.nn.folder import ModelFiles
from jazzgen.nn.player import together
from jazzgen.nn.presets import preset_of
from jazzgen.nn.weights import check_weights
from jazzgen.runtime.extras import needing
from jazzgen.runtime.forks import processes, side_by_side
from jazzgen.runtime.threads import one_blas_thread

if TYPE_CHECKING:
    from jazzgen.nn.surprise import NoteSurprise

__all__ = ["LightEngine"]

WORTHWHILE = 2 * 48 * TICKS_PER_QUARTER
"""The ticks of all lines together from which a part of them is worth a process of its own."""


class LightEngine(Engine):
    """Plays from a model folder's content.

    Args:
        files: The model.

    Raises:
        ModelError: The weights do not fit the architecture, or are not finite.
    """

    name = "light"

    def __init__(self, files: ModelFiles) -> None:
        super().__init__(files.config, files.assets)
        preset, assets = preset_of(files.config), files.assets
        preset.check(assets)
        check_weights(preset.weight_shapes(files.config, assets), files.tensors)
        tensors = {name: np.asarray(value, np.float32) for name, value in files.tensors.items()}
        self._files = files
        self.model = preset.make_light(files.config, assets, tensors)

    @cached_property
    def layers(self) -> Any:
        """See `Engine.layers`; loads the network library, and makes them when first asked."""
        with needing("the layers of a model need"):
            from jazzgen.nn.keras_engine.store import layers_of

        return layers_of(self._files)

    @one_blas_thread()
    def make_player(self, task: Task, rewinds: bool) -> Player:
        """See `Engine.make_player`."""
        return self.model.make_player(task, rewinds)

    def play(self, task: Task) -> NDArray[np.int32]:
        """See `Engine.play`; much work is shared among the processor's cores where it can be."""
        lines, play = range(len(task.seeds)), super().play
        parts = min(processes(), len(lines)) if len(lines) * task.end >= WORTHWHILE else 1
        if parts < 2:
            return play(task)
        ends = [len(lines) * part // parts for part in range(parts + 1)]  # the first are shorter
        shared = [task.of_lines(lines[begin:end]) for begin, end in pairwise(ends)]
        played = side_by_side([partial(play, part) for part in shared])
        return together([line for part in played for line in part])

    @one_blas_thread()
    def bits_per_note(
        self, sequences: Sequence[ValueSequence], conditions: Sequence[Conditions]
    ) -> list[float]:
        """See `Engine.bits_per_note`."""
        return [
            self.model.bits_per_note(sequence, numbers)
            for sequence, numbers in zip(sequences, conditions, strict=True)
        ]

    @one_blas_thread()
    def note_surprises(self, solo: Solo) -> list[NoteSurprise]:
        """Return how surprising each note of a solo is (see `nn.surprise`).

        Raises:
            ModelError: The model cannot tell.
        """
        from jazzgen.nn.surprise import note_surprises

        return note_surprises(self.model, self.assets, solo)
