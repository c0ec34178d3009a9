"""The files of `jazzgen render`: what is read, what is made of it, and what that is called."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jazzgen.cli.output import naming, say
from jazzgen.errors import ConfigError, MidiError, SoloError
from jazzgen.io.bounded import read_content
from jazzgen.io.registry import FORMATS
from jazzgen.music.excerpt import Excerpt, excerpt_of
from jazzgen.music.instrument import Instrument
from jazzgen.music.solo import Solo
from jazzgen.music.trade import Trade, line_of
from jazzgen.render.target import MidiSource, Stems, Target
from jazzgen.render.targets import TARGETS, suffix_of
from jazzgen.runtime.atomic import named
from jazzgen.runtime.files import is_folder
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.transcription.solos import Transcription

__all__ = [
    "Made",
    "RenderSource",
    "credit_of",
    "files_to_make",
    "read_in_keys",
    "read_source",
    "surprises_of",
]


class Made(NamedTuple):
    """A file to make.

    Args:
        source: The file of the solo.
        target: What is made of it.
        file: The file to write.
    """

    source: Path
    target: Target
    file: Path


@dataclass(frozen=True, kw_only=True)
class RenderSource:
    """What has been read of a solo.

    Args:
        file: Its file.
        music: The solo, or the solos of soloists who trade; None where it is not needed.
        midi: The bytes of its MIDI; None where they are not needed.
    """

    file: Path
    music: Solo | Trade | None
    midi: bytes | None

    def stems(self, file: Path) -> Stems:
        """Return the parts of the MIDI, and their files.

        Args:
            file: The file of all parts together.

        Raises:
            MidiError: There are no notes.
        """
        from jazzgen.io.midi.edit import parts_of

        found: dict[Path, MidiSource] = {}
        for number, part in enumerate(parts_of(self.midi or b"", str(self.file)), 1):
            # The name of a soloist who trades is "Solo 1: Lester Young".
            words = re.findall(r"\w+", part.name.partition(":")[0].lower())
            path = file.with_name(f"{file.stem}-{'-'.join(words) or number}{file.suffix}")
            if path in found:
                path = path.with_stem(f"{path.stem}-{number}")
            found[path] = MidiSource(content=part.content, name=str(self.file))
        return [(source, path) for path, source in found.items()]


def read_source(file: Path, kinds: Sequence[Target], excerpt: Excerpt) -> RenderSource:
    """Read a solo, or the solos of soloists who trade.

    Where only MIDI is asked for, it is taken as it is, whatever is in it; that of a score is
    made with a band.

    Args:
        file: The file.
        kinds: What is made of it.
        excerpt: What of it.

    Raises:
        InputError: The file cannot be used, or has no such bars.
    """
    from jazzgen.io.midi.edit import edited
    from jazzgen.io.midi.events import parse_events
    from jazzgen.render.midi import midi_of
    from jazzgen.transcription.read import read_transcription

    is_midi = FORMATS.of_music(file) is FORMATS.usual_music
    music: Solo | Trade | None = None
    if not is_midi or not all(kind.takes_midi for kind in kinds):
        music = excerpt_of(_named(read_transcription(file), is_midi), excerpt, str(file))
    if not any(kind.takes_midi for kind in kinds):
        return RenderSource(file=file, music=music, midi=None)
    if music is not None and not is_midi:
        return RenderSource(file=file, music=music, midi=midi_of(music))
    content = read_content(file, "a MIDI file")
    parse_events(content, str(file))  # which says what is wrong before anything is written
    if excerpt.changes:
        content = edited(content, excerpt, str(file))
    return RenderSource(file=file, music=music, midi=content)


def _named(found: Transcription, is_midi: bool) -> Solo | Trade:
    """Return what has been read, with the instrument that its track or its sound says.

    Args:
        found: What has been read.
        is_midi: Whether it is from MIDI: other formats have no sounds.
    """
    from jazzgen.transcription.played_on import instrument_of

    if found.trade is not None or found.solo.instrument or not is_midi:
        return found.trade or found.solo
    return replace(found.solo, instrument=instrument_of(found.part))


def read_in_keys(
    file: Path, kinds: Sequence[Target], excerpt: Excerpt, keys: str, reader: Instrument | None
) -> RenderSource:
    """Read a solo and return it in several keys, one after another.

    Args:
        file: The file.
        kinds: What is made of it; MIDI is made with a band.
        excerpt: What of it is taken.
        keys: The keys, as `music.key_cycle.parse_keys` reads them.
        reader: The instrument into whose range it is folded; None for any.

    Raises:
        InputError: The file cannot be used, has no such bars, or soloists who trade.
        ConfigError: A key cannot be read.
    """
    from jazzgen.music.key_cycle import in_keys, parse_keys
    from jazzgen.render.midi import midi_of
    from jazzgen.transcription.read import read_transcription

    is_midi = FORMATS.of_music(file) is FORMATS.usual_music
    music = excerpt_of(line_of(_named(read_transcription(file), is_midi)), excerpt, str(file))
    solo = line_of(music)
    with naming("--keys"):
        named = parse_keys(keys, solo.chart.key)
    cycle, moved = in_keys(solo, named, reader)
    if moved and reader:
        say(
            f"{file}: {counted(moved, 'note')} moved by octaves into the range of the {reader.name}"
        )
    midi = midi_of(cycle) if any(kind.takes_midi for kind in kinds) else None
    return RenderSource(file=file, music=cycle, midi=midi)


def credit_of(file: Path) -> str:
    """Return who a solo is by, if its MIDI file says how jazzgen has made it; else "".

    Args:
        file: The file.
    """
    from jazzgen.io.midi import recipe

    if FORMATS.of_music(file) is not FORMATS.usual_music:
        return ""
    try:
        found = recipe.recipe_of(read_content(file, "a MIDI file"), str(file))
    except MidiError:
        return ""
    return recipe.credit_of(found)


def surprises_of(
    sources: Iterable[RenderSource], name: str
) -> dict[Path, tuple[float | None, ...]]:
    """Return how surprising each note of each solo is, in bits; None for a first note.

    Args:
        sources: The solos.
        name: The name or the folder of the model.

    Raises:
        ModelError: There is no such model, or it cannot tell.
    """
    from jazzgen.improviser import load

    model = load(name)
    return {
        source.file: tuple(
            one.pitch_bits + one.time_bits if one.counted else None
            for one in model.surprise(line_of(source.music))
        )
        for source in sources
        if source.music is not None
    }


def files_to_make(solos: Sequence[Path], kinds: Sequence[Target], out: str | None) -> list[Made]:
    """Return the files to make.

    Args:
        solos: The files of the solos.
        kinds: What is made of each.
        out: A folder, or the path of one solo's files without the suffix; None for beside each
            solo.

    Raises:
        ConfigError: Two of them are the same, or one is a solo that is read.
    """
    into_folder = out is not None and (len(solos) > 1 or _is_folder(out))
    made = [
        Made(solo, kind, Path(f"{_stem(solo, out, into_folder)}.{kind.name}"))
        for solo in dict.fromkeys(solos)
        for kind in kinds
    ]
    sources: dict[Path, Path] = {}
    read = {Path(os.path.realpath(solo)) for solo in solos}
    for one in made:
        # `os.path.realpath` accepts links in a circle, which `Path.resolve` does not.
        target = Path(os.path.realpath(one.file))
        if target in read:
            raise ConfigError(
                f"{one.file}: is a solo to render, and would be overwritten; name "
                "another folder or file with --out"
            )
        if target in sources:
            raise ConfigError(
                f"{one.file}: would be made from {sources[target]} and from "
                f"{one.source}; render them one by one"
            )
        sources[target] = one.source
    return made


def _is_folder(out: str) -> bool:
    return out.endswith(("/", "\\")) or is_folder(out)


def _stem(solo: Path, out: str | None, into_folder: bool) -> Path:
    """Return the path of a solo's files without the suffix."""
    if not solo.name:  # "." and "/", which name no file
        raise SoloError(f"{solo}: is a folder; expected a MIDI file")
    if out is None:
        return solo.with_name(solo.stem)
    path = Path(out)
    if into_folder:
        return path / solo.stem
    path = named(path)
    suffix = suffix_of(path)
    return path.with_name(path.name[: -len(suffix) - 1]) if suffix in TARGETS else path
