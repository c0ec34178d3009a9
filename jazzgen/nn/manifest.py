"""The manifest of a model folder: the SHA-256 of its files, the training data, the figures.

It also contains its own checksum, unless an early version of jazzgen wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jazzgen.errors import ModelError
from jazzgen.runtime.checksum import BLANK, has_checksum, with_checksum
from jazzgen.runtime.files import is_folder, read_file
from jazzgen.runtime.replace_folder import restore_folder

__all__ = ["EARLY_FORMAT", "FORMAT", "MANIFEST", "manifest_bytes", "parse_object", "read_manifest"]

FORMAT = 3
EARLY_FORMAT = 2
"""The format of model folders whose improvisers know neither instruments, styles nor feels."""
MANIFEST = "manifest.json"
LARGEST = 10_000_000
"""The largest size of a manifest in bytes."""
KEYS = {
    "format",
    "preset",
    "parameters",
    "sha256",
    "versions",
    "data",
    "training",
    "figures",
    "checksum",
}


def manifest_bytes(facts: Mapping[str, Any]) -> bytes:
    """Return the content of a manifest's file.

    Args:
        facts: The manifest's entries, except for its own checksum.
    """
    text = json.dumps({**facts, "checksum": BLANK}, indent=2, ensure_ascii=False)
    return with_checksum(text.encode() + b"\n")


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """Read a model folder's manifest.

    Raises:
        ModelError: It is missing, damaged, or not a manifest.
    """
    folder = Path(folder)
    restore_folder(folder)
    if not is_folder(folder):
        raise ModelError(f"{folder}: no such model folder")
    path = folder / MANIFEST
    content = read_file(path, LARGEST, ModelError)
    manifest = parse_object(path, content)
    if "checksum" in manifest and not has_checksum(content, manifest["checksum"]):
        raise ModelError(f"{path}: damaged: its checksum does not match")
    known = manifest.get("format") in (EARLY_FORMAT, FORMAT)
    if not known or not isinstance(manifest.get("sha256"), dict):
        raise ModelError(f"{path}: not a manifest of format {EARLY_FORMAT} or {FORMAT}")
    if unknown := manifest.keys() - KEYS:
        raise ModelError(f"{path}: expected nothing called {min(unknown)!r}")
    if not isinstance(manifest.get("figures", {}), dict):
        raise ModelError(f"{path}: expected a JSON object of figures")
    return manifest


def parse_object(path: Path, content: bytes) -> dict[str, Any]:
    """Parse the JSON object in a file.

    Args:
        path: The file, for messages.
        content: Its bytes.

    Raises:
        ModelError: The content is not JSON, or not an object.
    """
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not JSON") from error
    if not isinstance(parsed, dict):
        raise ModelError(f"{path}: expected a JSON object")
    return parsed
