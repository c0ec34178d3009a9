"""`jazzgen render`: makes sound, notation and pictures of solos in files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.cli.options import Given, configured
from jazzgen.cli.output import naming, say, saying_what_is_written, show, show_json
from jazzgen.cli.render_files import (
    Made,
    RenderSource,
    credit_of,
    files_to_make,
    read_in_keys,
    read_source,
    surprises_of,
)
from jazzgen.errors import ConfigError, MissingPackageError
from jazzgen.io.registry import music_named
from jazzgen.music.excerpt import Excerpt
from jazzgen.music.trade import Trade
from jazzgen.render.target import Look, MidiSource, Stems, Target
from jazzgen.render.targets import find_targets, targets_named
from jazzgen.runtime.atomic import check_writable
from jazzgen.runtime.ownership import check_replaceable
from jazzgen.runtime.settings import check_settings, setting
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.render.sound import Levels

__all__ = ["render"]


@dataclass(frozen=True, kw_only=True)
class RenderRequest:
    """The solos, and what is made of them (`Look` says how).

    Args:
        solos: The files of the solos.
        to: The names of the targets, with commas between them.
        out: A folder, or the path of one solo's files without the suffix; None for beside each
            solo.
        instrument: The name of the instrument that reads the notation; of soloists who trade,
            names with commas between them.
        keys: The keys in which each solo is played, one after another; None for its own.
        surprise: Whether pictures are colored by how surprising notes are to a model.
        model: The name or the folder of that model.
        stems: Whether each part is written to a file of its own too.
        overwrite: Whether files that jazzgen has not written may be replaced.
        json: Whether the result is printed as JSON.

    Raises:
        ConfigError: A value is not of its type.
    """

    solos: list[Path] = setting(
        argument=True,
        metavar="SOLO.mid...",
        text=lambda: f"{music_named('or')} files with a solo.",
    )
    to: str = setting(
        "wav",
        metavar="KINDS",
        text=lambda: (
            f"What to make, with commas between: {targets_named()}. pdf and sheet.svg are sheet "
            "music; png, svg and roll.pdf are the piano roll."
        ),
    )
    out: str | None = setting(
        None,
        metavar="DIR|STEM",
        text="A folder to write to, or (for one solo) a file's name without its suffix; by default "
        "each file is written beside its solo.",
    )
    instrument: str | None = setting(
        None,
        metavar="NAME",
        text="The instrument that reads the notation, transposed for it; by default it is in "
        "concert pitch. Soloists who trade may have one each, with commas between.",
    )
    keys: str | None = setting(
        None,
        metavar="all|KEYS",
        text="Play the solo in several keys, one after another, in one file: all twelve by "
        "fourths, or those named, with commas between (C,F,Bb). --instrument folds each into its "
        "range.",
    )
    surprise: bool = setting(
        False,
        text="Colour the piano roll by how surprising each note is to a model, in bits; by default "
        "it is coloured by harmony.",
    )
    model: str = setting(
        "improviser", metavar="NAME|DIR", text="The model that --surprise asks: name or folder."
    )
    stems: bool = setting(False, text="Also write each part of MIDI or sound to its own file.")
    overwrite: bool = setting(
        False, text="Replace existing files, even those that jazzgen did not write."
    )
    json: bool = setting(False, text="Print JSON.")

    def __post_init__(self) -> None:
        check_settings(self)


@configured
def render(request: RenderRequest, excerpt: Given[Excerpt], look: Look) -> None:
    """Turn solos into sound, notation, pictures or other MIDI.

    Args:
        request: The solos, the targets and the files to write.
        excerpt: What of each solo is made, and in which key.
        look: How everything looks and sounds.
    """
    from jazzgen.music.instrument import find_instrument

    what = excerpt.build()
    try:
        kinds = find_targets(request.to)
    except ConfigError as error:
        raise ConfigError(f"--to {error}") from error
    if request.instrument is not None:
        with naming("--instrument"):
            readers = tuple(find_instrument(name) for name in request.instrument.split(","))
            several = len(readers) > 1
            look = replace(look, instrument=readers[0], instruments=readers if several else ())
    missing: list[MissingPackageError] = []
    kinds, look = _checked(kinds, look, missing)
    _check_flags(request, kinds)
    made = files_to_make(request.solos, kinds, request.out)
    _check_files([one.file for one in made], request)
    with excerpt.naming():
        read = {solo: _read(solo, kinds, what, request, look) for solo in request.solos}
    for source in read.values():
        _check_readers(source, look)
        if any(kind.is_read for kind in kinds):
            _say_what_is_folded(source, look)
            _say_where_bar_1_is(source, what)
    surprises = surprises_of(read.values(), request.model) if request.surprise else {}
    stems = {
        one: read[one.source].stems(one.file) if request.stems and one.target.stems else []
        for one in made
    }
    _check_files([file for parts in stems.values() for _, file in parts], request)
    results: list[dict[str, Any]] = []
    with saying_what_is_written(results, len(made)):
        for one in made:
            credit = credit_of(one.source) if one.target.is_read else look.credit
            own = replace(look, credit=credit, surprise=surprises.get(one.source))
            levels = _write(one, read[one.source], stems[one], own)
            results.append(_result(one, stems[one], levels))
            if not request.json:
                show(f"{one.file}: {_described(one, levels)}")
                if stems[one]:
                    say(f"  its parts: {', '.join(str(file) for _, file in stems[one])}")
    if request.json:
        show_json(results)
    if missing:
        raise ConfigError(f"{missing[0]}; everything else is written")


def _check_flags(request: RenderRequest, kinds: Sequence[Target]) -> None:
    """Check that what is made has parts to write, and notes to color, where that is asked for.

    Args:
        request: What is asked for.
        kinds: What is made.

    Raises:
        ConfigError: It has not.
    """
    if request.stems and not any(kind.stems for kind in kinds):
        raise ConfigError(f"--stems: {kinds[0].what} has no parts; leave out --stems")
    if request.surprise and not any(kind.is_picture for kind in kinds):
        raise ConfigError("--surprise: colors a piano roll; add one, such as --to png")


def _read(
    solo: Path, kinds: Sequence[Target], what: Excerpt, request: RenderRequest, look: Look
) -> RenderSource:
    """Read a solo, in several keys if that is asked for (see `render_files`)."""
    if request.keys is not None:
        return read_in_keys(solo, kinds, what, request.keys, look.instrument)
    return read_source(solo, kinds, what)


def _check_files(files: Sequence[Path], request: RenderRequest) -> None:
    for file in files:
        check_writable(file)
        check_replaceable(file, overwrite=request.overwrite)


def _checked(
    kinds: Sequence[Target], look: Look, missing: list[MissingPackageError]
) -> tuple[list[Target], Look]:
    """Check what can be made.

    Args:
        kinds: The targets that are asked for.
        look: How everything looks and sounds.
        missing: A list to which is added what the others need.

    Returns:
        The targets that can be made, and the look with the soundfont that plays.

    Raises:
        ConfigError: A setting is out of range, or nothing can be made.
    """
    from jazzgen.render.synthesizer import find_synthesizer

    possible, found = [], look.soundfont
    for kind in kinds:
        try:
            if kind.play:
                with naming("--soundfont" if look.soundfont else f"--to {kind.name}"):
                    found = find_synthesizer(look.soundfont).soundfont
            kind.check(look)
        except MissingPackageError as error:
            missing.append(error)
        else:
            possible.append(kind)
    if not possible:
        raise missing[0]
    return possible, replace(look, soundfont=found)


def _check_readers(source: RenderSource, look: Look) -> None:
    """Check that there are as many soloists as instruments that read them.

    Raises:
        ConfigError: There are not.
    """
    soloists = len(source.music.solos) if isinstance(source.music, Trade) else 1
    if source.music and look.instruments and len(look.instruments) != soloists:
        raise ConfigError(
            f"--instrument names {len(look.instruments)} instruments, but {source.file} has "
            f"{counted(soloists, 'soloist')}"
        )


def _say_what_is_folded(source: RenderSource, look: Look) -> None:
    """Say how many notes the notation has in another octave, as their reader cannot play them."""
    from jazzgen.render.notation_targets import fold_for_readers

    if source.music is None:
        return
    _, numbers = fold_for_readers(source.music, look)
    readers = look.instruments or (look.instrument,) * len(numbers)
    for reader, number in zip(readers, numbers, strict=True):
        if reader and number:
            say(
                f"{source.file}: {counted(number, 'note')} moved by octaves into the range of "
                f"the {reader.name}"
            )


def _say_where_bar_1_is(source: RenderSource, what: Excerpt) -> None:
    """Say which bar has the number 1 on a sheet, if a count-in or an intro comes before it."""
    lead_in = source.music.chart.chorus_starts[0] if source.music else 0
    if lead_in and what.from_bar is None:
        say(
            f"{source.file}: bar 1 of the sheet is bar {lead_in + 1} of the file, as --from-bar "
            "and --bars count"
        )


def _write(made: Made, source: RenderSource, stems: Stems, look: Look) -> Levels | None:
    midi = None if source.midi is None else MidiSource(content=source.midi, name=str(source.file))
    if stems and midi and made.target.stems:
        return made.target.stems(midi, made.file, stems, look)
    midi = midi if made.target.takes_midi else None
    return made.target.make(source.music, midi, made.file, look)


def _result(made: Made, stems: Stems, levels: Levels | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "file": str(made.file),
        "kind": made.target.name,
        "source": str(made.source),
    }
    if stems:
        result["stems"] = [str(file) for _, file in stems]
    if levels:
        result["levels"] = levels.to_json()
    return result


def _described(made: Made, levels: Levels | None) -> str:
    if levels is None:
        return f"{made.target.what} of {made.source}"
    minutes, seconds = divmod(round(levels.seconds), 60)
    player = f" ({levels.player})" if levels.player else ""
    return f"{made.target.what} of {made.source}, {minutes}:{seconds:02d}, {levels}{player}"
