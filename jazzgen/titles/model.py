"""A character-level language model: a recurrent cell that predicts the next character.

At each step the cell reads a character as a one-hot vector, and a dense layer with a softmax turns
its hidden state into the probability of each character to be next. To invent a title, a
character is drawn and read in turn, until a newline is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import ConfigError, ModelError
from jazzgen.rnn.activations import softmax
from jazzgen.rnn.cell import Cell
from jazzgen.rnn.cells import cell_of, make_cell
from jazzgen.rnn.registry import CELLS
from jazzgen.rnn.sequences import run, run_back
from jazzgen.runtime.threads import one_blas_thread
from jazzgen.titles.model_file import ModelFile, read_model_file, write_model_file
from jazzgen.titles.text import START, Alphabet, Sheet
from jazzgen.titles.wording import Wording

__all__ = ["TitleModel"]

Array = NDArray[Any]

LONGEST = 60
"""The length at which an invented line is cut off, in characters."""
SHORTEST = 3
"""The length of the shortest title, in characters."""
COLDEST = 1e-6
"""The lowest temperature above 0; below it logits would overflow, and it draws like 0 anyway."""
TRIES = 200
"""The number of lines that are drawn in search of a title."""


class TitleModel:
    """A recurrent cell over one-hot characters, and a dense layer with a softmax.

    Args:
        alphabet: The V characters.
        cell: The cell, with V features and U units.
        kernel: The kernel of the dense layer, shape (U, V).
        bias: The bias of the dense layer, shape (V,).
        known: The lines that it was trained on; none of them is invented.

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
        self._next: dict[str, NDArray[np.bool_]] = {}  # by the last word of a line

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
            lines: The lines that it will be trained on.
            kind: A key of `rnn.registry.CELLS`, such as "lstm".
            units: U, the number of units of the cell.
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

    @cached_property
    def _wording(self) -> Wording:
        return Wording(self.known)

    @property
    def weights(self) -> dict[str, Array]:
        """The weights by name: the arrays themselves, not copies."""
        cell = {f"cell/{name}": value for name, value in self.cell.weights.items()}
        return {**cell, "dense/kernel": self.kernel, "dense/bias": self.bias}

    def loss(self, sheet: Sheet) -> float:
        """Return the mean cross-entropy of the characters that count, in nats."""
        return self._forward(sheet)[0]

    def loss_and_gradients(self, sheet: Sheet) -> tuple[float, dict[str, Array]]:
        """Return the loss, and its gradients by the names of `weights`."""
        loss, shares, ran = self._forward(sheet)
        # Cross-entropy and softmax together have a simple derivative with respect to the logits:
        # the predicted shares, minus 1 at the true character. Padding does not count.
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
        """Return the loss, the predicted shares of the characters (B, T, V), and the run."""
        ran = run(self.cell, self._one_hot(sheet.inputs))
        shares = softmax(ran.outputs @ self.kernel + self.bias)
        played = np.take_along_axis(shares, sheet.targets[..., None], axis=-1)[..., 0]
        nats = -np.log(np.maximum(played, np.finfo(played.dtype).tiny))
        return float(nats[sheet.counted].mean()), shares, ran

    def _one_hot(self, indices: NDArray[np.int64]) -> Array:
        """Return characters as one-hot vectors, (…,) → (…, V); `START` becomes zeros."""
        table = np.eye(len(self.alphabet) + 1, len(self.alphabet), dtype=self.kernel.dtype)
        return np.asarray(table[np.where(indices == START, len(self.alphabet), indices)])

    def projected(self) -> Array:
        """Return the projections of all characters, the last that of `START`, shape (V + 1, G·U).

        A one-hot vector times the kernel is one row of it. So all characters are projected once,
        and each step of a line only picks a row.
        """
        return self.cell.project(self._one_hot(np.array([*range(len(self.alphabet)), START])))

    def sample(
        self,
        rng: np.random.Generator,
        temperature: float = 1.0,
        longest: int = LONGEST,
        rows: Array | None = None,
        known_words: bool = False,
    ) -> str:
        """Return one line, drawn character by character until a newline or the limit.

        Args:
            rng: The source of randomness.
            temperature: The divisor of the logits: below 1 safer, above 1 bolder. At 0 the
                likeliest character is taken each time.
            longest: The largest number of characters.
            rows: What `projected` returns, for a caller that draws many lines.
            known_words: Whether to draw only characters that lead on to words of known lines.

        Raises:
            ConfigError: The temperature is below 0, or the limit below 1.
        """
        if not temperature >= 0 or longest < 1:
            raise ConfigError(
                f"title: expected a temperature of at least 0 and a length of at "
                f"least 1, got {temperature:g} and {longest}"
            )
        states, character, line = self.cell.zero_states(1), START, list[int]()
        rows = self.projected() if rows is None else rows
        while len(line) < longest:
            states, _ = self.cell.advance(rows[[character]], states)  # a copy: cells overwrite it
            logits = (states[0] @ self.kernel + self.bias)[0].astype(np.float64)
            if known_words:
                leads_on = self._leads_on(self.alphabet.decode(line))
                if not leads_on.any():  # the alphabet lacks a character of a known word
                    break
                logits[~leads_on] = -np.inf
            if temperature:
                # Draw from the distribution: where a uniform number falls among the shares.
                cdf = np.add.accumulate(softmax(logits / max(temperature, COLDEST)))
                character = int(cdf.searchsorted(rng.random() * cdf[-1], side="right"))
            else:
                character = int(logits.argmax())
            if character == self.alphabet.newline:
                break
            line.append(character)
        return self.alphabet.decode(line)

    @one_blas_thread()
    def invent(
        self, seed: int | Sequence[int], temperature: float = 0.8, tries: int = TRIES
    ) -> str:
        """Return a new title, that is, none of those that the model was trained on.

        Of a model whose known titles have several words, the first title is taken that is put
        together as they are (see `titles.wording`). If no try gives one, or the known titles are
        single words, such as names, the words are made up too.

        Args:
            seed: The same seed gives the same title.
            temperature: See `sample`.
            tries: The number of lines that are drawn at most.

        Returns:
            The title; "" if each line was known, shorter than three characters or cut off.

        Raises:
            ConfigError: See `sample`.
        """
        rng, rows = np.random.default_rng(seed), self.projected()
        for known_words in (True, False) if self._wording else (False,):
            for _ in range(tries):
                line = self.sample(rng, temperature, LONGEST, rows, known_words)
                title = " ".join(line.split())
                new = title.casefold() not in self._known
                if (
                    new
                    and SHORTEST <= len(title) < LONGEST
                    and (not known_words or self._wording.fits(title))
                ):
                    return title
        return ""

    def _leads_on(self, line: str) -> NDArray[np.bool_]:
        """Return which characters lead on to words of known lines, shape (V,).

        Args:
            line: The line so far.
        """
        word = line.rpartition(" ")[2]
        found = self._next.get(word)
        if found is None:
            follows = [self._wording.follows(word, one) for one in self.alphabet.characters]
            found = self._next[word] = np.array(follows)
        return found

    def save(self, path: str | Path) -> Path:
        """Write the model to one file, whole or not at all, and return its path.

        Raises:
            OutputError: The file cannot be written.
        """
        content = ModelFile(
            cell=_kind(self.cell),
            characters=self.alphabet.characters,
            known=self.known,
            weights=self.weights,
        )
        return write_model_file(path, content)

    @classmethod
    def load(cls, path: str | Path) -> TitleModel:
        """Read a model that `save` wrote.

        Raises:
            ModelError: The file cannot be read, or holds no title model.
        """
        content = read_model_file(path)
        try:
            cell = cell_of(content.cell, content.cell_weights)
            kernel, bias = content.weights["dense/kernel"], content.weights["dense/bias"]
            return cls(Alphabet(content.characters), cell, kernel, bias, content.known)
        except (ModelError, ConfigError) as error:
            raise ModelError(f"{Path(path)}: {error}") from error


def _kind(cell: Cell) -> str:
    return next(name for name, kind in CELLS.items() if type(cell) is kind.in_numpy)
