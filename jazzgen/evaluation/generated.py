"""Generated solos compared with human ones: rows, overlap, copies, listeners, loops.

Source and conventions: those of the modules that are called (`rows`, `distances`,
`memorisation`, `listener`, `loops`). Every figure is two-sided: a solo that is more
regular than a human's is as wrong as one that is less so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jazzgen.evaluation import descriptive, distances, listener, loops, memorisation, rows
from jazzgen.evaluation.distances import Overlap
from jazzgen.evaluation.listener import PANEL, Panel
from jazzgen.evaluation.listener_results import ListenerTest, NoListenerTest
from jazzgen.evaluation.loops import LoopReport
from jazzgen.evaluation.memorisation import CopiedRuns
from jazzgen.evaluation.metrics import SoloSet
from jazzgen.evaluation.rows import Row
from jazzgen.music.solo import Solo

__all__ = ["Comparison", "evaluate", "validate"]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Generated solos beside human ones.

    Args:
        solos: Number of solos that were judged.
        notes: Number of their notes.
        reference_solos: Number of human solos; 0 where the built-in figures were used.
        rows: Each metric of the solos beside that of the reference.
        row_distance: Mean of the rows' absolute distances.
        row_overlap: Mean of the rows' overlaps.
        grooving_at_density: See `rows.grooving_at_density`; None without a reference.
        overlap: Distances between solos by feature, and their `mean`; None without a
            reference.
        memorisation: What was copied, by kind of steps; None without training solos.
        listener: The listener test; None without a reference, or if it was left out.
        loops: Bars that repeat literally.
    """

    solos: int
    notes: int
    reference_solos: int
    rows: Mapping[str, Row]
    row_distance: float
    row_overlap: float
    grooving_at_density: float | None
    overlap: Mapping[str, Overlap] | None
    memorisation: Mapping[str, CopiedRuns] | None
    listener: ListenerTest | NoListenerTest | None
    loops: LoopReport

    def to_json(self) -> dict[str, Any]:
        """Return it as `jazzgen evaluate --json` prints it."""
        return {
            "solos": self.solos,
            "notes": self.notes,
            "reference_solos": self.reference_solos,
            "rows": {name: row.to_json() for name, row in self.rows.items()},
            "row_distance": self.row_distance,
            "row_overlap": self.row_overlap,
            "grooving_at_density": self.grooving_at_density,
            "overlap": None
            if self.overlap is None
            else {name: one.to_json() for name, one in self.overlap.items()},
            "memorisation": None
            if self.memorisation is None
            else {kind: one.to_json() for kind, one in self.memorisation.items()},
            "listener": None if self.listener is None else self.listener.to_json(),
            "loops": self.loops.to_json(),
        }


def validate(generated: Sequence[Solo], reference: Sequence[Solo] = ()) -> None:
    """Check that there is something to compare.

    Args:
        generated: The solos to judge.
        reference: Human solos; may be empty.

    Raises:
        DatasetError: No solo of two notes among the generated ones, or among those of a
            reference that is given.
    """
    descriptive.validate(generated)
    if reference:
        descriptive.validate(reference)


def evaluate(
    generated: Sequence[Solo],
    reference: Sequence[Solo] = (),
    training: Sequence[Solo] = (),
    *,
    listen: bool = True,
    seed: int = 0,
    panel: Panel = PANEL,
) -> Comparison:
    """Compare generated solos with human ones.

    Args:
        generated: Solos to judge.
        reference: Human solos; by default the built-in human figures, with which
            neither distances between solos nor the listener test are possible.
        training: The solos that the model was trained on; may be empty.
        listen: Whether to do the listener test (scikit-learn; a few seconds).
        seed: Draws halves, folds and bootstrap samples.
        panel: How thoroughly the listeners listen.

    Raises:
        DatasetError: Nothing to measure.
        MissingPackageError: The listener test is asked for and scikit-learn is missing.
    """
    validate(generated, reference)
    listening = bool(reference) and listen
    if listening:
        listener.validate()
    ours, human = SoloSet(generated, training), SoloSet(reference, training)
    table = rows.compare(ours, human, seed) if reference else rows.compare_with_human(ours)
    return Comparison(
        solos=len(generated),
        notes=sum(len(solo.notes) for solo in generated),
        reference_solos=len(reference),
        rows=table,
        row_distance=rows.mean_distance(table),
        row_overlap=rows.mean_overlap(table),
        grooving_at_density=rows.grooving_at_density(generated, reference) if reference else None,
        overlap=distances.evaluate(generated, reference, seed) if reference else None,
        memorisation=memorisation.evaluate(generated, training) if training else None,
        listener=listener.evaluate(generated, reference, training, seed, panel)
        if listening
        else None,
        loops=loops.evaluate(generated),
    )
