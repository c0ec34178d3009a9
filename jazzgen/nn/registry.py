"""The registry of models: the folders in which they are found, and their names."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from jazzgen.errors import DatasetError, ModelError
from jazzgen.runtime.files import is_folder, is_there
from jazzgen.runtime.folders import CORPUS, archive_note, shipped, user_folder
from jazzgen.runtime.replace_folder import restore_folder, restore_folders

__all__ = [
    "Listing",
    "ModelEntry",
    "find_corpus",
    "find_model",
    "find_title_model",
    "list_models",
    "model_folders",
]

MODELS, TITLES = "models", "titles.safetensors"
MARKS = ("manifest.json", "config.json", "weights.safetensors")
"""The files by which a model folder, complete or damaged, is recognised."""


@dataclass(frozen=True, kw_only=True)
class ModelEntry:
    """A model in a listing.

    Args:
        name: The name by which the model is found.
        preset: The name of its preset.
        parameters: The number of its parameters.
        bits_per_note: Its cost of held-out solos; None if its manifest has no figure.
        held_out_solos: The number of those solos.
        data: What it was trained on and measured on: the bits per note of models can only be
            compared where this is the same.
        folder: The path of its folder.
    """

    name: str
    preset: str | None
    parameters: int | None
    bits_per_note: float | None
    held_out_solos: int | None
    data: str | None
    folder: str

    def to_json(self) -> dict[str, str | int | float | None]:
        """Return the fields by name."""
        return asdict(self)


class Listing(NamedTuple):
    """The models that were found.

    Args:
        models: The models that can be used.
        broken: The errors of the models that cannot be used.
    """

    models: list[ModelEntry]
    broken: list[ModelError]


def model_folders() -> list[Path]:
    """Return the folders in which models are searched for by name, in that order.

    They are `models` in the working directory, the user's folder, and that of the shipped models.
    """
    return [Path(MODELS), user_folder("models"), shipped(MODELS)]


def find_model(name: str | Path) -> Path:
    """Return the folder of a model given by its name or its path.

    Raises:
        ModelError: There is none; the message lists the names of those that there are.
    """
    for path in (Path(name), *(folder / name for folder in model_folders())):
        restore_folder(path)
        if is_folder(path):
            return path
    known = ", ".join(path.name for path in _known_models())
    raise ModelError(f"{name}: no such model; there are: {known or 'none'}{archive_note()}")


def find_title_model() -> Path:
    """Return the file of the model that generates titles.

    Raises:
        ModelError: There is none.
    """
    for folder in model_folders():
        if is_there(folder / TITLES):
            return folder / TITLES
    raise ModelError(
        f"{TITLES}: no title model in {' or '.join(map(str, model_folders()))}{archive_note()}"
    )


def find_corpus() -> Path:
    """Return the folder of the solos that ship with jazzgen.

    Raises:
        DatasetError: There is none.
    """
    folders = [Path(CORPUS), shipped(CORPUS)]
    for folder in folders:
        if is_folder(folder):
            return folder
    raise DatasetError(f"{CORPUS}: no solos in {' or '.join(map(str, folders))}{archive_note()}")


def list_models() -> Listing:
    """Return the models that can be used by name, and the errors of those that are damaged."""
    models, broken = [], []
    for folder in _known_models():
        try:
            models.append(_entry(folder))
        except ModelError as error:
            broken.append(error)
    return Listing(models, broken)


def _entry(folder: Path) -> ModelEntry:
    """Return a model's entry in a listing.

    Raises:
        ModelError: A file of it is missing or damaged.
    """
    from jazzgen.nn.folder import verify_model_folder

    manifest = verify_model_folder(folder)
    data = manifest.get("data")
    data = data if isinstance(data, dict) else {}
    return ModelEntry(
        name=folder.name,
        preset=manifest.get("preset"),
        parameters=manifest.get("parameters"),
        bits_per_note=manifest.get("figures", {}).get("bits_per_note"),
        held_out_solos=data.get("held_out_solos"),
        data=data.get("description"),
        folder=str(folder),
    )


def _known_models() -> list[Path]:
    """The model folders, sorted by name; of two with the same name, the one found first."""
    found = {
        model.name: model
        for folder in reversed(model_folders())
        for model in _entries(folder)
        if _looks_like_model(model)
    }
    return [found[name] for name in sorted(found)]


def _entries(folder: Path) -> list[Path]:
    restore_folders(folder)
    try:
        return list(folder.iterdir())
    except OSError:  # the folder does not exist, or must not be read
        return []


def _looks_like_model(path: Path) -> bool:
    """Return whether a path is a model folder, or one that cannot be read and may be."""
    try:
        return any(entry.name in MARKS for entry in path.iterdir())
    except NotADirectoryError:
        return False
    except OSError:
        return True
