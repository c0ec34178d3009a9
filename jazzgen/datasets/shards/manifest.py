"""The manifest of a folder of shards: how many there are, and what each of them must hold.

| name | holds |
|---|---|
| `manifest.json` | the number of all shards, and the receipts of those that are done |
| `shard-00000.jsonl` | a dataset: the solos of a run of source files |
| `shard-00000.files.jsonl` | the shard's receipt, and the record of each of its files |
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jazzgen.errors import DatasetError
from jazzgen.runtime.files import open_file, read_file

__all__ = [
    "MANIFEST",
    "RECORDS",
    "Manifest",
    "Receipt",
    "is_manifest",
    "is_shards",
    "records_name",
    "shard_name",
]

MANIFEST = "manifest.json"
FORMAT, VERSION = "jazzgen-shards", 1
BEGINNING = b'{"format":"' + FORMAT.encode() + b'"'
RECORDS = re.compile(r"shard-(?P<number>\d{5,})\.files\.jsonl")
"""The names of the files that `records_name` names."""
LARGEST = 2**28
"""The most bytes of a manifest; one of a million shards has about as many."""


def shard_name(number: int) -> str:
    """Return the name of the file with a shard's solos."""
    return f"shard-{number:05}.jsonl"


def records_name(number: int) -> str:
    """Return the name of the file with the records of a shard's source files."""
    return f"shard-{number:05}.files.jsonl"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a shard that is done holds.

    Args:
        number: The number of the shard, from 0.
        key: What it was made of (see `Shard.key`).
        files: Its source files.
        solos: Its solos.
        notes: Their notes.
        rejected: Files and solos that were rejected.
        size: The size in bytes of the file with its solos.
        sha256: The SHA-256 of that file.
    """

    number: int
    key: str
    files: int
    solos: int
    notes: int
    rejected: int
    size: int
    sha256: str

    @classmethod
    def of(cls, content: Iterable[bytes], **counts: Any) -> Receipt:
        """Return the receipt of a shard.

        Args:
            content: The file with its solos, piece by piece.
            counts: What the file itself does not say: all fields but its size and its hash.
        """
        digest, size = hashlib.sha256(), 0
        for piece in content:
            digest.update(piece)
            size += len(piece)
        return cls(size=size, sha256=digest.hexdigest(), **counts)

    def line(self) -> bytes:
        """Return the receipt as a line."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Receipt:
        """Return the receipt of a row of JSON.

        Raises:
            TypeError: Something is missing from the row, or is of another type.
        """
        found = cls(**row)
        for name, value in asdict(found).items():
            if type(value) is not (str if name in ("key", "sha256") else int):
                raise TypeError(name)
        return found


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The shards of a dataset.

    Args:
        total: The number of all shards.
        plan: A hash of what all of them are made of.
        shards: The receipts of those that are done, by number.
    """

    total: int
    plan: str
    shards: Sequence[Receipt]

    @property
    def missing(self) -> list[int]:
        """The numbers of the shards that are not done."""
        done = {shard.number for shard in self.shards}
        return [number for number in range(self.total) if number not in done]

    def content(self) -> bytes:
        """Return the file."""
        head = {"format": FORMAT, "version": VERSION, "total": self.total, "plan": self.plan}
        rows = ",\n".join(json.dumps(asdict(shard)) for shard in self.shards)
        return f'{json.dumps(head, separators=(",", ":"))[:-1]},"shards":[\n{rows}\n]}}\n'.encode()

    @classmethod
    def from_content(cls, content: bytes, where: str) -> Manifest:
        """Return the manifest that `content` returned as a file.

        Args:
            content: The file.
            where: Its path, for messages.

        Raises:
            DatasetError: It is no such manifest, or of a later version.
        """
        try:
            data = json.loads(content)
            if data["format"] != FORMAT or data["version"] != VERSION:
                raise DatasetError(
                    f"{where}: format {data['format']} {data['version']}; "
                    f"expected {FORMAT} {VERSION}"
                )
            shards = [Receipt.from_json(row) for row in data["shards"]]
            return cls(total=int(data["total"]), plan=str(data["plan"]), shards=shards)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise DatasetError(f"{where}: not the manifest of a folder of shards") from error

    @classmethod
    def complete(cls, folder: Path) -> Manifest:
        """Return the manifest of a folder in which all shards are done.

        Raises:
            DatasetError: There is none, or shards are missing.
        """
        path = folder / MANIFEST
        found = cls.from_content(read_file(path, LARGEST, DatasetError), str(path))
        return found.whole(str(folder))

    def whole(self, where: str) -> Manifest:
        """Return this manifest, if all shards are done.

        Args:
            where: The folder, for the message.

        Raises:
            DatasetError: Shards are missing.
        """
        if missing := self.missing:
            raise DatasetError(
                f"{where}: {len(missing)} of {self.total} shards are missing, the first of them "
                f"{shard_name(missing[0])}; run `jazzgen prepare` again to add them"
            )
        return self


def is_shards(folder: Path) -> bool:
    """Return whether a folder holds the shards of a dataset."""
    try:
        with open_file(folder / MANIFEST) as file:
            return is_manifest(file.read(len(BEGINNING)))
    except OSError:
        return False


def is_manifest(head: bytes) -> bool:
    """Return whether a file that begins like this is a manifest of shards."""
    return head.startswith(BEGINNING)
