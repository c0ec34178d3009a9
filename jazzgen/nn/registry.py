"""The shelf: where models lie, and which there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jazzgen.errors import DatasetError, ModelError

__all__ = ["find_corpus", "find_model", "find_title_model", "list_models", "model_folders"]

TITLES = "titles.safetensors"


def model_folders() -> list[Path]:
    """Return where models are looked for by name: `models/` here, then the project's own."""
    return [Path("models"), Path(__file__).resolve().parents[2] / "models"]


def find_model(name: str | Path) -> Path:
    """Return the folder of a model given by its name or its path.

    Raises:
        ModelError: There is none; the message lists the names that there are.
    """
    for path in (Path(name), *(folder / name for folder in model_folders())):
        if _is_folder(path):
            return path
    known = ", ".join(path.name for path in _known_models())
    raise ModelError(f"{name}: no such model; there are: {known or 'none'}")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name longer than the system allows
        return False


def find_title_model() -> Path:
    """Return the file of the model that invents titles.

    Raises:
        ModelError: There is none.
    """
    for folder in model_folders():
        if (folder / TITLES).is_file():
            return folder / TITLES
    raise ModelError(f"{TITLES}: no title model in {' or '.join(map(str, model_folders()))}")


def find_corpus() -> Path:
    """Return the folder of the solos that come with the project.

    Raises:
        DatasetError: There is none.
    """
    folders = [Path("midi_data"), Path(__file__).resolve().parents[2] / "midi_data"]
    for folder in folders:
        if folder.is_dir():
            return folder
    raise DatasetError(f"midi_data: no solos in {' or '.join(map(str, folders))}")


def list_models() -> list[dict[str, Any]]:
    """Return the models that can be named.

    Returns:
        For each its `name`, `preset`, `parameters`, `bits_per_note` and `folder`.

    Raises:
        ModelError: A model's manifest is damaged.
    """
    from jazzgen.nn.folder import read_manifest

    rows = []
    for folder in _known_models():
        manifest = read_manifest(folder)
        rows.append({
            "name": folder.name,
            "preset": manifest.get("preset"),
            "parameters": manifest.get("parameters"),
            "bits_per_note": manifest.get("figures", {}).get("bits_per_note"),
            "folder": str(folder),
        })  # fmt: skip
    return rows


def _known_models() -> list[Path]:
    """Model folders by name; of two with one name the nearer."""
    found = {
        manifest.parent.name: manifest.parent
        for folder in reversed(model_folders())
        for manifest in folder.glob("*/manifest.json")
    }
    return [found[name] for name in sorted(found)]
