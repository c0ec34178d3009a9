"""The character-level model: a recurrent cell that says what the next character may be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from jazzgen.errors import ConfigError, ModelError
from jazzgen.rnn.activations import softmax
from jazzgen.rnn.cell import Cell
from jazzgen.rnn.cells import cell_of, make_cell
from jazzgen.rnn.registry import CELLS
from jazzgen.rnn.sequences import run, run_back
from jazzgen.runtime.atomic import write_bytes
from jazzgen.runtime.checksum import BLANK, has_checksum, with_checksum
from jazzgen.runtime.files import read_file
from jazzgen.runtime.threads import one_blas_thread
from jazzgen.titles.text import START, Alphabet, Sheet

__all__ = ["TitleModel"]

Array = NDArray[Any]

LONGEST = 60  # characters of a line that is invented
ABOUT = "about"
KNOWN = {"format", "version", "cell", "characters", "known", "sha256"}
"""What a file says of itself."""
LARGEST = 128 * 2**20
"""The size of a file in bytes."""
TRIES = 200
SHORTEST = 3


class TitleModel:
    """A recurrent cell over one-hot characters, and a dense softmax.

    Args:
        alphabet: V characters.
        cell: The cell, of V features.
        kernel: Of the dense layer, shape (U, V).
        bias: Its bias, shape (V,).
        known: The lines it was trained on: none of them is invented again.

    Raises:
        ModelError: The shapes do not fit.
    """

    def __init__(
        self,
        alphabet: Alphabet,
        cell: Cell,
        kernel: Array,
        bias: Array,
        known: Sequence[str] = (),
    ) -> None:
        size = len(alphabet)
        for name, value, shape in (
            ("cell/kernel", cell.kernel, (size, cell.kernel.shape[1])),
            ("dense/kernel", kernel, (cell.units, size)),
            ("dense/bias", bias, (size,)),
        ):
            if value.shape != shape or value.dtype != cell.kernel.dtype:
                raise ModelError(
                    f"{name}: expected {cell.kernel.dtype} of shape {shape}, got "
                    f"{value.dtype} of {value.shape}"
                )
            if not np.isfinite(value).all():
                raise ModelError(f"{name}: not every number is finite")
        self.alphabet, self.cell, self.kernel, self.bias = alphabet, cell, kernel, bias
        self.known = tuple(known)
        self._known = {line.casefold() for line in known}
        self._words = {word for line in self._known for word in line.split()}

    @classmethod
    def fresh(
        cls,
        lines: Sequence[str],
        kind: str = "lstm",
        units: int = 128,
        seed: int = 0,
        dtype: Any = np.float32,
    ) -> TitleModel:
        """Return a model with fresh weights.

        Args:
            lines: What it will be trained on.
            kind: A key of `rnn.registry.CELLS`.
            units: U.
            seed: The same seed gives the same weights.
            dtype: float32 or float64.

        Raises:
            ConfigError: There is no such cell, or it has no units.
        """
        alphabet = Alphabet.of(lines)
        cell = make_cell(kind, len(alphabet), units, [seed, 0], dtype)
        limit = np.sqrt(6 / (units + len(alphabet)))
        shape = (units, len(alphabet))
        kernel = np.random.default_rng([seed, 1]).uniform(-limit, limit, shape).astype(dtype)
        return cls(alphabet, cell, kernel, np.zeros(len(alphabet), dtype), lines)

    @property
    def weights(self) -> dict[str, Array]:
        """The arrays themselves, by name."""
        cell = {f"cell/{name}": value for name, value in self.cell.weights.items()}
        return {**cell, "dense/kernel": self.kernel, "dense/bias": self.bias}

    def loss(self, sheet: Sheet) -> float:
        """Return the mean cross entropy of the characters counted, in nats."""
        return self._forward(sheet)[0]

    def loss_and_gradients(self, sheet: Sheet) -> tuple[float, dict[str, Array]]:
        """Return the loss, and its gradients by the names of `weights`."""
        loss, shares, ran = self._forward(sheet)
        d_logits = shares  # (B, T, V)
        rows, steps = np.indices(sheet.targets.shape)
        d_logits[rows, steps, sheet.targets] -= 1
        d_logits *= (sheet.counted / sheet.counted.sum())[..., None].astype(d_logits.dtype)
        flat = d_logits.reshape(-1, len(self.alphabet))
        _, _, gradients = run_back(self.cell, ran, d_logits @ self.kernel.T)
        return loss, {
            **{f"cell/{name}": value for name, value in gradients.items()},
            "dense/kernel": ran.outputs.reshape(-1, self.cell.units).T @ flat,
            "dense/bias": flat.sum(axis=0),
        }

    def _forward(self, sheet: Sheet) -> tuple[float, Array, Any]:
        """The loss, the shares of the characters (B, T, V), and the run."""
        ran = run(self.cell, self._one_hot(sheet.inputs))
        shares = softmax(ran.outputs @ self.kernel + self.bias)
        played = np.take_along_axis(shares, sheet.targets[..., None], axis=-1)[..., 0]
        nats = -np.log(np.maximum(played, np.finfo(played.dtype).tiny))
        return float(nats[sheet.counted].mean()), shares, ran

    def _one_hot(self, indices: NDArray[np.int64]) -> Array:
        """Characters as vectors; no character is zeros, (…,) → (…, V)."""
        table = np.eye(len(self.alphabet) + 1, len(self.alphabet), dtype=self.kernel.dtype)
        return np.asarray(table[np.where(indices == START, len(self.alphabet), indices)])

    def sample(
        self, rng: np.random.Generator, temperature: float = 1.0, longest: int = LONGEST
    ) -> str:
        """Return one line, drawn character by character until a newline or the limit.

        Args:
            rng: Draws.
            temperature: Divides the logits; 0 takes the likeliest character each time.
            longest: Characters at most.

        Raises:
            ConfigError: The temperature is below 0, or no character is allowed.
        """
        if not temperature >= 0 or longest < 1:
            raise ConfigError(
                f"title: expected a temperature of 0 or more and a length of 1 or "
                f"more, got {temperature:g} and {longest}"
            )
        states, character, line = self.cell.zero_states(1), START, list[int]()
        # Of a one-hot input the cell sees one row of its kernel: all rows are projected at once.
        rows = self.cell.project(self._one_hot(np.array([*range(len(self.alphabet)), START])))
        while len(line) < longest:
            states, _ = self.cell.advance(rows[[character]], states)  # a copy: cells overwrite it
            logits = (states[0] @ self.kernel + self.bias)[0].astype(np.float64)
            if temperature:
                cdf = np.cumsum(softmax(logits / temperature))
                character = int(np.searchsorted(cdf, rng.random() * cdf[-1], side="right"))
            else:
                character = int(logits.argmax())
            if character == self.alphabet.newline:
                break
            line.append(character)
        return self.alphabet.decode(line)

    @one_blas_thread()
    def invent(self, seed: int | Sequence[int], temperature: float = 0.8) -> str:
        """Return a title that is not one of those it was trained on.

        It is one of two words or more, all of which occur in those titles; where none is
        found in `TRIES` tries, the first one with new words.

        Args:
            seed: The same seed gives the same title.
            temperature: See `sample`.

        Returns:
            The title; "" if none was new, of three characters or more, and ended before the
            limit.

        Raises:
            ConfigError: See `sample`.
        """
        rng, other = np.random.default_rng(seed), ""
        for _ in range(TRIES):
            title = " ".join(self.sample(rng, temperature).split())
            if not SHORTEST <= len(title) < LONGEST or title.casefold() in self._known:
                continue
            words = title.casefold().split()
            if len(words) > 1 and self._words.issuperset(words):
                return title
            other = other or title
        return other

    def save(self, path: str | Path) -> Path:
        """Write the model to one file, whole or not at all.

        Raises:
            OutputError: It cannot be written.
        """
        about = {
            "format": "jazzgen-titles",
            "version": 2,
            "cell": _kind(self.cell),
            "characters": self.alphabet.characters,
            "known": self.known,
            "sha256": BLANK,
        }
        # safetensors writes a buffer as it lies, whatever its strides; and several words about
        # a file in an order that changes from run to run, so one holds all
        rows = {name: np.ascontiguousarray(value) for name, value in self.weights.items()}
        said = json.dumps(about, ensure_ascii=False)
        return write_bytes(path, with_checksum(save(rows, {ABOUT: said})))

    @classmethod
    def load(cls, path: str | Path) -> TitleModel:
        """Read a model that `save` wrote.

        Raises:
            ModelError: It cannot be read, or is no such model.
        """
        path = Path(path)
        content = read_file(path, LARGEST, ModelError, "a title model")
        try:
            weights, said = load(content), _said(content)
        except (SafetensorError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise ModelError(f"{path}: not a safetensors file") from error
        try:
            about = _object(said)
            # Models of versions that wrote none have none.
            if "sha256" in about and not has_checksum(content, about["sha256"]):
                raise ModelError("damaged: its SHA-256 is another")
            return cls._of(about, weights)
        except (ModelError, ConfigError) as error:
            raise ModelError(f"{path}: {error}") from error

    @classmethod
    def _of(cls, about: dict[str, Any], weights: dict[str, Array]) -> TitleModel:
        if about.get("format") != "jazzgen-titles" or about.get("version") != 2:
            raise ModelError("expected a title model of version 2")
        if unknown := about.keys() - KNOWN:
            raise ModelError(f"unknown beside the weights: {min(unknown)!r}")
        characters, known = (_strings(about.get(name)) for name in ("characters", "known"))
        good = all(len(one) == 1 for one in characters) and sorted(set(characters)) == characters
        if not good or "\n" not in characters or len(characters) < 2:
            raise ModelError("expected sorted characters, the newline among them")
        cell = {
            name.removeprefix("cell/"): value
            for name, value in weights.items()
            if name.startswith("cell/")
        }
        dense = [weights.get(f"dense/{name}") for name in ("kernel", "bias")]
        if dense[0] is None or dense[1] is None or len(weights) != len(cell) + 2:
            raise ModelError("expected the weights of a cell and of a dense layer")
        made = cell_of(str(about.get("cell")), cell)
        return cls(Alphabet(tuple(characters)), made, dense[0], dense[1], known)


def _kind(cell: Cell) -> str:
    return next(name for name, kind in CELLS.items() if type(cell) is kind.in_numpy)


def _said(content: bytes) -> str:
    """Return what a safetensors file says beside its tensors: its header is JSON."""
    length = int.from_bytes(content[:8], "little")
    return str(json.loads(content[8 : 8 + length]).get("__metadata__", {}).get(ABOUT, ""))


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError("expected a JSON object beside the weights") from error
    if not isinstance(found, dict):
        raise ModelError("expected a JSON object beside the weights")
    return found


def _strings(found: Any) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ModelError("expected lists of strings beside the weights")
    return found
