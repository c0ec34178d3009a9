"""Generated solos held against human ones: rows, overlap, copies, listeners, loops.

Source and conventions: those of the modules that are called (`rows`, `distances`,
`memorisation`, `listener`, `loops`). Every figure is two-sided: a solo that is more
regular than a human's is as wrong as one that is less so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jazzgen.evaluation import (
    descriptive,
    distances,
    listener,
    loops,
    memorisation,
    rows,
)
from jazzgen.music.solo import Solo

__all__ = ["evaluate", "validate"]


def validate(generated: Sequence[Solo], reference: Sequence[Solo] = ()) -> None:
    """Check that there is something to compare.

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
) -> dict[str, Any]:
    """Hold generated solos against human ones.

    Args:
        generated: Solos to judge.
        reference: Human solos; by default the built-in human figures, with which
            neither distances between solos nor the listener test are possible.
        training: What the model was trained on; may be empty.
        listen: Whether to do the listener test (scikit-learn; a few seconds).
        seed: Draws halves, folds and bootstrap samples.

    Returns:
        - `solos`, `notes` and `reference_solos`;
        - `rows`: by name `mean`, `std`, `median`, `reference_mean`, `reference_std`,
          `distance` (in the reference's standard deviations), `overlap`, `ceiling`;
        - `row_distance` (mean of the absolute distances) and `row_overlap` (mean);
        - `grooving_at_density` (None without a reference);
        - `overlap`: distances between solos by feature, and their `mean`; or None;
        - `memorisation`: see there; None without training solos;
        - `listener`: see there; None without a reference;
        - `loops`: see there.

    Raises:
        DatasetError: Nothing to measure.
        ConfigError: The listener test is asked for and scikit-learn is missing.
    """
    validate(generated, reference)
    if reference and listen:
        listener.validate()
    return {
        "solos": len(generated),
        "notes": sum(len(solo.notes) for solo in generated),
        "reference_solos": len(reference),
        **_rows(generated, reference, training, seed),
        "overlap": distances.evaluate(generated, reference, seed) if reference else None,
        "memorisation": memorisation.evaluate(generated, training) if training else None,
        "listener": listener.evaluate(generated, reference, training, seed)
        if reference and listen
        else None,
        "loops": loops.evaluate(generated),
    }


def _rows(
    generated: Sequence[Solo], reference: Sequence[Solo], training: Sequence[Solo], seed: int
) -> dict[str, Any]:
    if reference:
        table = rows.compare(generated, reference, training, seed)
        groove = rows.grooving_at_density(generated, reference)
    else:
        table, groove = rows.compare_with_human(generated, training), None
    return {"rows": table, **rows.summary(table), "grooving_at_density": groove}
