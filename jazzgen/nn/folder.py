"""Models on disk: one folder for each, with plain data only. Keras is not needed to read them.

| file | content |
|---|---|
| `weights.safetensors` | the variables by name, float32 or float16 |
| `licks.safetensors` | the lick n-grams (improviser only): `encoding.lick_ngrams` |
| `judge.safetensors` | the judge (where there is one): `judging.judge` |
| `config.json` | architecture and vocabulary: integers and names |
| `manifest.json` | SHA-256 of these files and of itself, versions, training data, figures |
| `README.md` | the model card, for people; a folder without one can be loaded too |

Nothing in a model folder is executed, and every name, shape, dtype and number is checked before
it is used.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from jazzgen.config import ModelConfig
from jazzgen.encoding.lick_ngrams import LickNgrams
from jazzgen.errors import ConfigError, ModelError, OutputError
from jazzgen.judging.judge import Judge
from jazzgen.nn.assets import EARLY_KEYS, KEYS, Assets
from jazzgen.nn.manifest import (
    EARLY_FORMAT,
    FORMAT,
    MANIFEST,
    manifest_bytes,
    parse_object,
    read_manifest,
)
from jazzgen.nn.planner import Planner
from jazzgen.runtime.files import is_file, is_folder, read_file
from jazzgen.runtime.replace_folder import replace_folder, restore_folder

__all__ = [
    "ModelFiles",
    "check_replaceable",
    "read_facts",
    "read_manifest",
    "read_model_folder",
    "verify_model_folder",
    "write_model_folder",
]

WEIGHTS, LICKS, PLANNER = "weights.safetensors", "licks.safetensors", "planner.safetensors"
JUDGE = "judge.safetensors"
CONFIG, CARD = "config.json", "README.md"
LARGEST = 512 * 2**20
"""The largest size of a file in bytes."""


@dataclass(frozen=True, kw_only=True)
class ModelFiles:
    """The contents of a model folder.

    Args:
        config: The architecture.
        tensors: The weights by name.
        assets: What the model keeps of its training data beside its weights.
    """

    config: ModelConfig
    tensors: dict[str, NDArray[np.floating[Any]]]
    assets: Assets = field(default_factory=Assets)


def write_model_folder(
    folder: str | Path, files: ModelFiles, facts: dict[str, Any], card: str
) -> Path:
    """Write a model folder; if that fails, the folder stays as it was.

    Args:
        folder: The folder; a model in it is replaced.
        files: The model.
        facts: Training data, settings and figures for the manifest.
        card: The model card, Markdown.

    Raises:
        OutputError: The folder holds something other than a model or cannot be written, or
            the disk is full.
    """
    from importlib.metadata import version  # a player need not wait for it

    check_replaceable(folder)
    config = {"format": FORMAT, **asdict(files.config), **files.assets.to_json()}
    content = {
        WEIGHTS: save(files.tensors),
        CONFIG: (json.dumps(config, ensure_ascii=False) + "\n").encode(),
    }
    if len(files.assets.licks):
        content[LICKS] = save(_rows(files.assets.licks))
    if files.assets.planner is not None:
        content[PLANNER] = save(files.assets.planner.tensors)
    if files.assets.judge is not None:
        content[JUDGE] = save(files.assets.judge.to_tensors())
    manifest = {
        "format": FORMAT,
        "preset": files.config.preset,
        "parameters": sum(tensor.size for tensor in files.tensors.values()),
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in content.items()},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("jazzgen", "keras", "numpy")},
        },
        **facts,
    }
    content[MANIFEST] = manifest_bytes(manifest)
    content[CARD] = card.encode()
    with replace_folder(folder) as beside:
        for name, data in content.items():
            (beside / name).write_bytes(data)
    return Path(folder)


def read_facts(folder: Path) -> tuple[dict[str, Any], str]:
    """Return what a folder says of its model, to be written again with a changed one.

    Args:
        folder: The model folder.

    Returns:
        Training data, settings and figures, as far as the manifest has them, and the model card.

    Raises:
        ModelError: There is no manifest, or it is not one.
    """
    manifest, card = read_manifest(folder), folder / CARD
    kept = ("data", "training", "figures")
    facts: dict[str, Any] = {name: manifest[name] for name in kept if name in manifest}
    return facts, _read(card).decode() if is_file(card) else ""


def check_replaceable(folder: str | Path) -> None:
    """Check that a folder is missing, empty or a model, so that a model may be written there.

    Raises:
        OutputError: The folder holds something other than a model.
    """
    folder = Path(folder)
    restore_folder(folder)
    if not is_folder(folder):
        return
    try:
        if _names(folder):
            read_manifest(folder)
    except ModelError as error:
        raise OutputError(
            f"{folder}: will not be replaced: it holds files and is not a model "
            "folder; remove it or choose another"
        ) from error


def read_model_folder(folder: str | Path) -> ModelFiles:
    """Read and verify a model folder.

    Raises:
        ModelError: A file is missing, damaged, or not what it should be.
    """
    folder = Path(folder)
    found = _identity(folder)
    try:
        return _read_files(folder)
    except ModelError:
        if found == _identity(folder):
            raise
    return _read_files(folder)  # the model was replaced while it was read


def verify_model_folder(folder: Path) -> dict[str, Any]:
    """Return the manifest of a model folder in which every file is as it was written.

    Raises:
        ModelError: A file is missing or damaged.
    """
    manifest = read_manifest(folder)
    _check_listed(folder, manifest["sha256"])
    for name, sha256 in manifest["sha256"].items():
        _verified(folder / name, sha256)
    return manifest


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:  # the folder is being replaced at this moment
        return None
    return status.st_dev, status.st_ino


def _read_files(folder: Path) -> ModelFiles:
    hashes = read_manifest(folder)["sha256"]
    _check_listed(folder, hashes)
    weights, config = (_verified(folder / name, hashes.get(name)) for name in (WEIGHTS, CONFIG))
    tensors = _tensors(folder / WEIGHTS, weights)
    licks = LickNgrams.empty()
    if LICKS in hashes:
        path = folder / LICKS
        licks = _ngrams(path, _tensors(path, _verified(path, hashes[LICKS])))
    judge = None
    if JUDGE in hashes:
        path = folder / JUDGE
        judge = _judge(path, _tensors(path, _verified(path, hashes[JUDGE])))
    try:
        parsed = parse_object(folder / CONFIG, config)
        model = _parse_config(parsed)
        assets = Assets.from_json(parsed, licks, judge)
    except ConfigError as error:
        raise ModelError(f"{folder / CONFIG}: {error}") from error
    if PLANNER in hashes:
        path = folder / PLANNER
        planner = _planner(path, _tensors(path, _verified(path, hashes[PLANNER])), assets)
        assets = replace(assets, planner=planner)
    return ModelFiles(config=model, tensors=tensors, assets=assets)


def _check_listed(folder: Path, hashes: Mapping[str, str]) -> None:
    """Check that the manifest lists every file of the folder, and only files of a model.

    Hidden files are ignored: file managers create some in the folders that they show.

    Raises:
        ModelError: A file is not listed, or a listed one is not part of a model.
    """
    if unknown := hashes.keys() - {WEIGHTS, LICKS, PLANNER, JUDGE, CONFIG}:
        raise ModelError(
            f"{folder / MANIFEST}: lists {min(unknown)!r}, which is not a file of a model"
        )
    names = {name for name in _names(folder) if not name.startswith(".")}
    if unlisted := names - hashes.keys() - {MANIFEST, CARD}:
        raise ModelError(f"{folder / min(unlisted)}: damaged: the manifest does not list this file")


def _names(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in folder.iterdir()]
    except OSError as error:
        raise ModelError(f"{folder}: cannot be read: {error.strerror or error}") from error


def _rows(ngrams: LickNgrams) -> dict[str, NDArray[Any]]:
    """Return the rows of lick n-grams, in the smallest integers that hold them."""
    rows = {"parent": ngrams.parent, "step": ngrams.step, "count": ngrams.count}
    return {name: row.astype(np.min_scalar_type(row.max())) for name, row in rows.items()}


def _ngrams(path: Path, rows: dict[str, NDArray[Any]]) -> LickNgrams:
    if rows.keys() != {"parent", "step", "count"}:
        raise ModelError(f"{path}: expected parent, step and count")
    try:
        return LickNgrams(**rows)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def _judge(path: Path, tensors: dict[str, NDArray[Any]]) -> Judge:
    try:
        return Judge.from_tensors(tensors)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def _planner(path: Path, tensors: dict[str, NDArray[Any]], assets: Assets) -> Planner:
    try:
        return Planner(tensors, len(assets.styles))
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def _tensors(path: Path, content: bytes) -> dict[str, NDArray[Any]]:
    try:
        tensors: dict[str, NDArray[Any]] = load(content)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: not a safetensors file") from error
    return tensors


def _parse_config(config: dict[str, Any]) -> ModelConfig:
    names = {field.name for field in fields(ModelConfig)}
    if config.get("format") == EARLY_FORMAT:
        if config.keys() == (names - {"edition"}) | {"format", *EARLY_KEYS}:
            return ModelConfig(**{name: config.get(name, 1) for name in names})
    elif config.get("format") == FORMAT and config.keys() == names | {"format", *KEYS}:
        return ModelConfig(**{name: config[name] for name in names})
    raise ConfigError(f"expected the settings of a model of format {EARLY_FORMAT} or {FORMAT}")


def _verified(path: Path, sha256: str | None) -> bytes:
    content = _read(path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(f"{path}: damaged: its SHA-256 is not the manifest's")
    return content


def _read(path: Path) -> bytes:
    return read_file(path, LARGEST, ModelError)
