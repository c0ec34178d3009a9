"""Checkpoints that survive a kill at any moment.

A checkpoint is a folder `step-00000123` with `state.safetensors` and `state.json`. It is
written under another name, flushed to disk and renamed; the newest two are kept. A reader
takes the newest one whose SHA-256 is right.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from jazzgen.errors import InputError
from jazzgen.runtime.files import read_file
from jazzgen.runtime.replace_folder import replace_folder, restore_folders

__all__ = [
    "CHECKPOINTS",
    "Checkpoint",
    "has_checkpoint",
    "latest_checkpoint",
    "unfinished",
    "write_checkpoint",
]

CHECKPOINTS = "checkpoints"
"""The name of the folder of checkpoints in the folder of a run."""
KEEP = 2
"""Checkpoints that are kept."""
TENSORS = "state.safetensors"
FACTS = "state.json"
LARGEST = 2**32
"""The size of a checkpoint's file in bytes."""


@dataclass(frozen=True)
class Checkpoint:
    """Everything that is needed to resume a run.

    Args:
        step: Steps done since the beginning of the run.
        tensors: Variables of model and optimizer, and the best weights so far, by name.
        facts: State of the run and its settings: anything that JSON can hold.
    """

    step: int
    tensors: dict[str, NDArray[Any]]
    facts: dict[str, Any] = field(default_factory=dict)


def write_checkpoint(folder: Path, checkpoint: Checkpoint, keep: int = KEEP) -> Path:
    """Write a checkpoint, then remove all but the newest.

    Args:
        folder: The folder of the run's checkpoints.
        checkpoint: What to write.
        keep: How many checkpoints are kept, with this one.

    Returns:
        The checkpoint's own folder.

    Raises:
        OutputError: The folder cannot be written, or the disk is full.
    """
    content = save({name: np.array(a, order="C") for name, a in checkpoint.tensors.items()})
    facts = {"step": checkpoint.step, "facts": checkpoint.facts}
    facts["sha256"] = _digest(content, facts)
    path = folder / f"step-{checkpoint.step:08d}"
    with replace_folder(path) as beside:
        (beside / TENSORS).write_bytes(content)
        (beside / FACTS).write_text(json.dumps(facts), encoding="utf-8")
    restore_folders(folder)  # removes what a writer that was killed has left behind
    for old in _folders(folder)[keep:]:
        shutil.rmtree(old, ignore_errors=True)
    return path


def latest_checkpoint(folder: Path) -> Checkpoint | None:
    """Return the newest undamaged checkpoint in `folder`, or None."""
    restore_folders(folder)
    for path in _folders(folder):
        with contextlib.suppress(InputError, ValueError, KeyError, SafetensorError):
            facts = json.loads(read_file(path / FACTS, LARGEST))
            content = read_file(path / TENSORS, LARGEST)
            if facts.pop("sha256") == _digest(content, facts):
                return Checkpoint(facts["step"], load(content), facts["facts"])
    return None


def has_checkpoint(folder: Path) -> bool:
    """Return whether the folder of a run holds something that can be resumed."""
    return latest_checkpoint(folder / CHECKPOINTS) is not None


def unfinished(folder: Path) -> int | None:
    """Return the number of epochs that an unfinished run in a folder has done, None without one."""
    found = latest_checkpoint(folder / CHECKPOINTS)
    if found is None or found.facts["run"]["finished"]:
        return None
    return int(found.facts["run"]["epoch"])


def _digest(content: bytes, facts: dict[str, Any]) -> str:
    """SHA-256 of the tensors and of the facts beside them."""
    return hashlib.sha256(content + json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _folders(folder: Path) -> list[Path]:
    """The checkpoint folders, newest first."""
    return sorted(folder.glob("step-????????"), reverse=True)
