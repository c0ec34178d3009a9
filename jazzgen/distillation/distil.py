"""Distillation: a teacher says what it expects of solos, and plays more of them.

Of the solos it learnt from a teacher knows more than of new ones; what it plays itself it
has never heard, and there is as much of it as anybody wants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from jazzgen.config import SamplingConfig
from jazzgen.encoding.examples import Example, make_example
from jazzgen.encoding.sequence import ValueSequence, value_sequence
from jazzgen.errors import ConfigError
from jazzgen.improviser import Improviser
from jazzgen.music.solo import Solo

if TYPE_CHECKING:
    from jazzgen.nn.keras_engine.layers import ImproviserLayers

__all__ = ["check_teacher", "imitations", "taught"]

PLAIN = SamplingConfig(
    temperature=1.0, top_p=1.0, min_p=0.0, low=40, high=90, licks=0.0, silence=0.0, breath=0.0
)  # fmt: skip
"""As the teacher says, nothing left out."""


def check_teacher(teacher: Improviser) -> None:
    """Check that a model can teach.

    Raises:
        ConfigError: It is of the classic preset.
    """
    if teacher.layers.config.preset != "improviser":
        raise ConfigError(f"teacher {teacher.name}: expected a model of the improviser preset, "
                          "got a classic one")  # fmt: skip


def imitations(teacher: Improviser, solos: Sequence[Solo], count: int) -> Iterator[ValueSequence]:
    """Yield solos that a teacher plays, `count` over the chart of each solo.

    Each is played like a performer whom its seed draws.
    """
    for number, solo in enumerate(solos):
        seeds = range(number * count, (number + 1) * count)
        like = teacher.whom(solo.chart, seeds, PLAIN)
        for take, performer in zip(teacher.takes(solo.chart, seeds, PLAIN), like, strict=True):
            if take.notes:
                yield value_sequence(replace(take, performer=performer, title=solo.title))


def taught(
    teacher: Improviser,
    sequences: Sequence[ValueSequence],
    examples: Sequence[Example],
    share: float,
) -> list[Example]:
    """Return examples with what a teacher expects at each step.

    Args:
        teacher: The teacher.
        sequences: The solos.
        examples: The same as examples of whom is taught, who hears what the licks say.
        share: How much of a target is the teacher's (see `nn.teacher.teach`).
    """
    from jazzgen.nn.teacher import expectations, teach

    heard = [
        make_example(sequence, None, teacher.performers, example.inputs["licks"])
        for sequence, example in zip(sequences, examples, strict=True)
    ]
    said = expectations(cast("ImproviserLayers", teacher.layers), heard)
    return [teach(example, one, share) for example, one in zip(examples, said, strict=True)]
