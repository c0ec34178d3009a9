"""The options with which `jazzgen train` tunes a trained model, and what they ask for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.cli.options import Given
from jazzgen.cli.output import printable, say
from jazzgen.config import FEWEST_TO_TUNE, ModelConfig
from jazzgen.errors import ConfigError, DatasetError
from jazzgen.nn.assets import Assets, is_name
from jazzgen.nn.folder import ModelFiles, read_model_folder
from jazzgen.nn.manifest import read_manifest
from jazzgen.nn.presets import preset_of
from jazzgen.nn.registry import find_corpus, find_model
from jazzgen.runtime.lazy import LazySequence
from jazzgen.runtime.settings import check_settings, setting
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.distillation.fine_tuning import FineTuning
    from jazzgen.music.solo import Solo

__all__ = ["Base", "TuningRequest", "find_base"]


@dataclass(frozen=True, kw_only=True)
class TuningRequest:
    """Which model goes on learning, and how.

    Args:
        base: The name or folder of the model.
        performer_name: The name that the performer of the solos has in the new model.
        rehearse: Solos to rehearse; by default the model plays its own.
        forgetting: The bits per note by which the cost of the rehearsal may rise.

    Raises:
        ConfigError: A value is out of range.
    """

    base: str | None = setting(
        None,
        metavar="NAME|DIR",
        option="--from",
        text="Fine-tuning: start from this model, and keep what it knows.",
    )
    performer_name: str | None = setting(
        None,
        metavar="NAME",
        prose=True,
        text="With --from: whose solos these are. The new model plays like them with --performer; "
        "of a performer that it knows already, it learns more.",
    )
    rehearse: Path | None = setting(
        None,
        metavar="DATASET|MIDI_DIR",
        text="With --from: solos to rehearse so that it does not forget, best those it was "
        "trained on; by default it plays its own.",
    )
    forgetting: float = setting(
        0.05,
        0,
        10,
        text="With --from: the most bits per note that it may lose on the rehearsed solos.",
    )

    def __post_init__(self) -> None:
        check_settings(self)
        if self.performer_name is not None and not is_name(self.performer_name):
            raise ConfigError(
                f"performer_name {self.performer_name!r}: expected a name, such as 'Ann'"
            )


@dataclass(frozen=True, kw_only=True)
class Base:
    """The model that goes on learning.

    Args:
        name: The name or folder by which it was asked for.
        folder: Its folder.
        files: Its contents.
        request: What is asked for.
    """

    name: str
    folder: Path
    files: ModelFiles
    request: TuningRequest

    @property
    def assets(self) -> Assets:
        """What the model keeps of its training data."""
        return self.files.assets

    @property
    def performer(self) -> str | None:
        """The performer's name as the new model has it; None if the solos keep theirs."""
        name = self.request.performer_name
        known = {one.casefold(): one for one in self.assets.performers}
        return None if name is None else known.get(name.casefold(), name)

    def named(self, solos: Sequence[Solo]) -> Sequence[Solo]:
        """Return solos with the performer that was asked for."""
        name = self.performer
        if name is None:
            return solos
        return LazySequence(lambda number: replace(solos[number], performer=name), len(solos))

    def check_solos(self, source: Path, solos: Sequence[Solo]) -> None:
        """Check that there are enough solos, and say what the model does not know of them.

        Args:
            source: Where they are from, for messages.
            solos: The solos.

        Raises:
            DatasetError: There are too few.
        """
        if len(solos) < FEWEST_TO_TUNE:
            raise DatasetError(
                f"{source}: expected at least {FEWEST_TO_TUNE} solos to tune a model on, got "
                f"{len(solos)}: add some, or leave out --from to train a model of your own"
            )
        if self.performer in self.assets.performers:
            say(f"{self.name} knows {self.performer} already: it learns more of that performer")
        elif self.performer is None:
            self._say_performers(Counter(solo.performer for solo in solos))
        self._say_unknown(solos)

    def _say_performers(self, counts: Mapping[str, int]) -> None:
        new = sorted(name for name in counts if name and name not in self.assets.performers)
        if new:
            say(printable(f"new performers: {', '.join(new)}"))
        if counts.get(""):
            say(f"{counted(counts[''], 'solo')} without a performer; --performer-name gives a name")

    def _say_unknown(self, solos: Sequence[Solo]) -> None:
        """Say in one line which names the model lacks: where it hears them, it is told nothing."""
        known = self.assets.known
        counts: Counter[str] = Counter()
        for solo in solos:
            told = {"instrument": solo.instrument, "style": solo.style}
            if known["feel"]:  # a model whose training solos have one feel need not tell it
                told["feel"] = solo.chart.feel
            counts.update(
                f"{what} {name}" for what, name in told.items() if name and name not in known[what]
            )
        if counts:
            lacking = ", ".join(
                f"{what} ({counted(count, 'solo')})" for what, count in sorted(counts.items())
            )
            say(printable(f"{self.name} does not know {lacking}: it learns those solos without"))

    def rehearsal(self) -> Sequence[Solo]:
        """Read the solos to rehearse, or those over whose charts the model plays its own.

        Raises:
            DatasetError: They cannot be read.
        """
        from jazzgen.datasets.corpus import load_corpus

        return load_corpus(self.request.rehearse or find_corpus()).solos

    def fine_tuning(self, rehearsal: Sequence[Solo]) -> FineTuning:
        """Return the base of a training job; loads Keras.

        Args:
            rehearsal: The solos that `rehearsal` has read.
        """
        from jazzgen.distillation.fine_tuning import FineTuning
        from jazzgen.improviser import load

        return FineTuning(
            files=self.files,
            model=load(self.folder),
            rehearsal=rehearsal,
            played=self.request.rehearse is None,
            forgetting=self.request.forgetting,
            data=str(read_manifest(self.folder).get("data", {}).get("description", "solos")),
        )


def find_base(
    given: Given[TuningRequest], architecture: Given[ModelConfig], out: Path
) -> Base | None:
    """Return the model that is to be tuned, None if a new one is to be trained.

    Args:
        given: What is asked for.
        architecture: The settings of the model that were given: there must be none.
        out: The folder of the new model.

    Raises:
        ConfigError: Options do not go together.
        ModelError: There is no such model, it is damaged, or cannot be tuned.
    """
    request = given.build()
    if request.base is None:
        if given.values:
            raise ConfigError(f"{_flags(given)}: only with --from, which names a model to tune")
        return None
    if architecture.values:
        raise ConfigError(
            f"{_flags(architecture)}: not with --from: a tuned model has the architecture of the "
            "one it starts from"
        )
    folder = find_model(request.base)
    if Path(os.path.realpath(out)) == Path(os.path.realpath(folder)):
        raise ConfigError(f"--out {out}: is the model to start from; choose another folder")
    files = read_model_folder(folder)
    preset = preset_of(files.config)
    if not preset.distils:
        raise ConfigError(
            f"--from {request.base}: expected a model of the improviser preset, got a "
            f"{preset.name} one, which can only be trained from scratch, without --from"
        )
    return Base(name=request.base, folder=folder, files=files, request=request)


def _flags(given: Given[Any]) -> str:
    return " and ".join(given.names[name] for name in given.values)
