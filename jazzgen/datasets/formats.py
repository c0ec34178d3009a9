"""The formats that solos are read from: those of `io`, and datasets, which are added here."""

from __future__ import annotations

from jazzgen.io.format import Format
from jazzgen.io.registry import FORMATS, listed, music_named, register_format

__all__ = ["BEGINNING", "DATASET", "FORMAT", "sources_named"]

FORMAT = "jazzgen-dataset"
"""The name of the format in the first line of a dataset."""
BEGINNING = b'{"format":"' + FORMAT.encode()
"""The first bytes of a dataset."""

DATASET = Format(
    name="dataset",
    starts=(BEGINNING,),
    collection="jazzgen.datasets.dataset:read_collection",
    told="datasets",
)
register_format(DATASET)


def sources_named() -> str:
    """Return the kinds of sources that solos are read from, for a help text."""
    collections = (one.told or f"{one.name} files" for one in FORMATS.values() if one.collection)
    return f"{music_named('and')} files, folders of them, {listed(collections, 'or')}"
