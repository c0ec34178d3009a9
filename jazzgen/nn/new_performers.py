"""A model that learns new names: further performers, without a change to what it knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.nn.assets import Assets
from jazzgen.nn.editions import EDITIONS
from jazzgen.nn.folder import ModelFiles

__all__ = ["add_performers"]


def add_performers(files: ModelFiles, solos: Mapping[str, int]) -> ModelFiles:
    """Return a model that knows further performers, and otherwise plays as before.

    A new performer sounds like the mean of those that the model knows, until it is trained.

    Args:
        files: The model, an improviser.
        solos: The number of solos by each performer; those that the model knows already have so
            many more.
    """
    assets = files.assets
    new = [name for name in solos if name not in assets.performers]
    performers = tuple(sorted([*assets.performers, *new]))
    known = dict(zip(assets.performers, assets.performer_counts, strict=False))
    counts = [known.get(name, 0) + solos.get(name, 0) for name in performers]
    counted = len(assets.performer_counts) == len(assets.performers)
    widened = replace(
        assets, performers=performers, performer_counts=tuple(counts) if counted else ()
    )
    tensors = {
        name: _widened(tensor, files, widened)
        if name.startswith("embed_") and name.endswith("/kernel")
        else tensor
        for name, tensor in files.tensors.items()
    }
    return replace(files, tensors=tensors, assets=widened)


def _widened(kernel: NDArray[Any], files: ModelFiles, widened: Assets) -> NDArray[Any]:
    """The embedding's kernel with a row for each new performer, (features, embedding)."""
    edition, before = EDITIONS[files.config.edition], files.assets
    rows = edition.condition_rows("performer", before.known)
    own = dict(zip(before.performers, kernel[rows.start + 1 : rows.stop], strict=True))
    if own:
        weights = before.performer_counts or None
        rows_of_all = np.stack(list(own.values())).astype(np.float32)
        mean = np.average(rows_of_all, axis=0, weights=weights)
    else:
        mean = kernel[rows.start]  # that of nobody in particular
    named = [own.get(name, mean) for name in widened.performers]
    nobody = kernel[rows.start][None]
    after = np.concatenate([nobody, *(row[None] for row in named)])
    return np.concatenate([kernel[: rows.start], after, kernel[rows.stop :]]).astype(kernel.dtype)
