"""`jazzgen generate --again FILE`: what a file keeps of its options, and how they come back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.errors import ConfigError, MidiError
from jazzgen.io.bounded import read_content
from jazzgen.runtime.files import is_there

if TYPE_CHECKING:
    from jazzgen.cli.generate_requests import OutputRequest
    from jazzgen.cli.options import Given

__all__ = ["CHANGED", "Made", "Options", "recalled", "recipe_for"]

FILES = ("head", "primer", "solo")
"""Options that name a file with music, of which only the hash is kept."""
NOT_KEPT = ("engine", "model")
"""Options that do not determine the music, or are kept apart from the others."""
CHANGED = "changed"
"""The entry of a recipe whose music was changed since it was played."""

Options = Mapping[str, "Given[Any]"]
"""The options of a command line by group: soloist, tune and so on."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """Which of the takes of a command line a file is.

    Args:
        seed: The seed of the first take.
        takes: The number of takes.
        take: The number of this one in the order in which they are written, from 1.
        like: The performer whom it is played like, which the seed may have chosen; "" for nobody
            or for several. It follows from the rest, and is kept for the head of the page.
    """

    seed: int
    takes: int = 1
    take: int = 1
    like: str = ""

    @classmethod
    def of_take(cls, played_seed: int, output: OutputRequest, number: int, like: str) -> Made:
        """Return which of the takes one is.

        Args:
            played_seed: The seed with which it was played as the only one.
            output: How many there are.
            number: Its number, from 1.
            like: Whom it is played like, or "".
        """
        if output.takes == 1:
            return cls(seed=played_seed, like=like)
        return cls(seed=output.seed, takes=output.takes, take=number, like=like)


def recipe_for(options: Options, folder: Path, made: Made) -> dict[str, Any]:
    """Return what determines the music of a file.

    Args:
        options: The options that were given.
        folder: The folder of the model.
        made: Which of the takes it is.

    Raises:
        InputError: A file that is named cannot be read.
    """
    kept = {
        group: {
            name: _kept(name, value)
            for name, value in sorted(given.values.items())
            if name not in NOT_KEPT
            and value != _default(given.kind, name)
            # A draw that was kept is the only one of its own seed.
            and not (name == "draws" and made.takes == 1 and "solo" not in options["tune"].values)
        }
        for group, given in options.items()
    }
    return {
        "model": folder.name,
        "model_hash": _hash_of(folder),
        "options": {group: values for group, values in kept.items() if values},
        **{name: value for name, value in vars(made).items() if value != ""},
    }


def _default(kind: type[Any], name: str) -> object:
    found = next((one for one in fields(kind) if one.name == name), None)
    return MISSING if found is None else found.default


def _kept(name: str, value: object) -> object:
    """Return what is kept of an option: text in place of a path."""
    if name in FILES:
        return hashlib.sha256(read_content(Path(str(value)), "music")).hexdigest()
    if name in ("chart", "shape") and isinstance(value, str) and "|" not in value:
        path = Path(value.partition("#")[0])
        if is_there(path):
            return _text_of(name, value)
    return value


def _text_of(name: str, value: str) -> str:
    from jazzgen.io.chart_text.text import format_chart
    from jazzgen.library import find_reading

    if name == "chart":
        reading = find_reading(value, "--chart")
        # A key that was guessed is not kept, so that `--key` means the same again.
        return format_chart(reading.required(), says_key=reading.says_key)
    return read_content(Path(value), "a shape", ConfigError).decode("utf-8", "replace")


def _hash_of(folder: Path) -> str:
    from jazzgen.nn.folder import read_manifest

    hashes = read_manifest(folder)["sha256"]
    text = " ".join(f"{name}={hashes[name]}" for name in sorted(hashes) if name != "README.md")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def recalled(
    options: Options, output: Given[OutputRequest], file: Path
) -> tuple[dict[str, Given[Any]], OutputRequest, int | None]:
    """Return the options with which a file was made; those of the command line overrule them.

    Args:
        options: The options that are given.
        output: What is written.
        file: The file that is made once more.

    Returns:
        The options, what is written, and the number of the take if the file is one of several.

    Raises:
        ConfigError: A file that is needed again is not named or is another one, or the model is;
            or the music was changed since it was played.
        MidiError: The file does not say how it was made.
    """
    from jazzgen.io.midi.recipe import recipe_of

    recipe = recipe_of(read_content(file, "a MIDI file"), str(file))
    if recipe.get(CHANGED):
        raise ConfigError(
            f"--again {file}: was changed after it was played, so its seed plays something else; "
            "to play some of its bars again, use --solo and --bars"
        )
    try:
        kept = {group: dict(values) for group, values in recipe["options"].items()}
        made = Made(seed=recipe["seed"], takes=recipe["takes"], take=recipe["take"])
        model = str(recipe["model"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MidiError(f"{file}: does not say how it was made: {error}") from error
    for name in FILES:
        wanted = kept.get("tune", {}).pop(name, None)
        given = options["tune"].values.get(name)
        if wanted and not given:
            raise ConfigError(f"--again {file}: was made with --{name}; name that file again")
        if wanted and wanted != _kept(name, given):
            raise ConfigError(f"--{name} {given}: is not the file with which {file} was made")
    kept.setdefault("soloist", {})["model"] = model
    if made.takes == 1 and "bars" not in kept.get("tune", {}):
        kept["soloist"].setdefault("draws", 1)
    found = {
        group: replace(given, values={**kept.get(group, {}), **given.values})
        for group, given in options.items()
    }
    _check_model(recipe, found["soloist"].build().model, file)
    asked = output.values
    seed, takes = asked.get("seed", made.seed), asked.get("takes", made.takes)
    again = replace(output.build(), seed=seed, takes=takes)
    only = made.take if made.takes > 1 and "takes" not in asked else None
    return found, again, only


def _check_model(recipe: Mapping[str, Any], name: str, file: Path) -> None:
    """Check that a model is the one that has played a file, unless the user names another one.

    Args:
        recipe: How the file was made.
        name: The name or the folder of the model.
        file: The file.

    Raises:
        ConfigError: It is another edition of it.
    """
    from jazzgen.nn.registry import find_model

    folder = find_model(name)
    if recipe["model"] == folder.name and recipe.get("model_hash") != _hash_of(folder):
        raise ConfigError(
            f"--again {file}: was played by another edition of the model {folder.name}; name the "
            "model with --model"
        )
