"""`jazzgen render`: sound, notation and pictures of solos that are there as MIDI."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from jazzgen.cli.output import naming, show, show_json
from jazzgen.errors import ConfigError

if TYPE_CHECKING:
    from jazzgen.music.instrument import Instrument
    from jazzgen.music.solo import Solo
    from jazzgen.render.audio import Levels

__all__ = ["render"]

PICTURES = ("svg", "png", "pdf")
KINDS = ("wav", "musicxml", *PICTURES)


class Look(NamedTuple):
    """How notation and pictures are made."""

    instrument: Instrument | None
    concert: bool
    bars_per_row: int


class Target(NamedTuple):
    """A file to make: of what, of which kind, and where."""

    source: Path
    kind: str
    file: Path


def render(
    solos: Annotated[list[Path], typer.Argument(help="MIDI files with a solo; or MusicXML, of "
                                                "which no sound is made.",
                                                metavar="SOLO.mid...")],
    to: Annotated[str, typer.Option(help="What to make, with commas between: wav, musicxml, svg, "
                  "png, pdf.", metavar="KINDS")] = "wav",
    out: Annotated[str | None, typer.Option(help="A folder to write to, or (for one solo) a file's "
                   "name without its suffix; by default beside each solo.",
                   metavar="DIR|STEM")] = None,
    soundfont: Annotated[Path | None, typer.Option(help="What to play it with; by default the one "
                         "that JAZZGEN_SOUNDFONT names, or that is installed.",
                         metavar="FILE.sf2")] = None,
    instrument: Annotated[str | None, typer.Option(help="Whose part the notation is, transposed "
                          "for it; by default it is in concert pitch.", metavar="NAME")] = None,
    concert: Annotated[bool, typer.Option("--concert", help="Notation in concert pitch, also for "
                       "an instrument that transposes.")] = False,
    bars_per_row: Annotated[int, typer.Option(help="Bars on one line of a picture, 1 to 16.")] = 4,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Turn solos into sound (WAV), notation (MusicXML) or pictures (SVG, PNG, PDF)."""
    from jazzgen.music.instrument import find_instrument

    kinds = _kinds(to)
    with naming("--instrument"):
        player = find_instrument(instrument) if instrument is not None else None
    look = Look(player, concert, bars_per_row)
    targets = _targets(solos, kinds, out)
    font = _checked(targets, kinds, soundfont, bars_per_row)
    read = {solo: _solo(solo, kinds) for solo in solos}
    results = []
    for target in targets:
        levels = _write(target, read[target.source], font, look)
        results.append(_result(target, levels))
        if not json:
            show(f"{target.file}: {_described(target, levels)}")
    if json:
        show_json(results)


def _kinds(text: str) -> list[str]:
    """Return the kinds that are asked for, each once.

    Raises:
        ConfigError: One that is not known, or none; the message lists them.
    """
    kinds = list(dict.fromkeys(word.strip().lower().lstrip(".") for word in text.split(",")))
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise ConfigError(f"--to {unknown[0]!r}: expected some of {', '.join(KINDS)}, with commas "
                          "between")  # fmt: skip
    return kinds


def _targets(solos: Sequence[Path], kinds: Sequence[str], out: str | None) -> list[Target]:
    """Return the files to make.

    Raises:
        ConfigError: Two of them are the same, or one is a solo that is read.
    """
    into_folder = out is not None and (len(solos) > 1 or _is_folder(out))
    targets = [
        Target(solo, kind, Path(f"{_stem(solo, out, into_folder)}.{kind}"))
        for solo in dict.fromkeys(solos)
        for kind in kinds
    ]
    sources: dict[Path, Path] = {}
    for target in targets:
        place = target.file.resolve()
        if place in {solo.resolve() for solo in solos}:
            raise ConfigError(f"{target.file}: is a solo to render, and would be overwritten; give "
                              "another place with --out")  # fmt: skip
        if place in sources:
            raise ConfigError(f"{target.file}: would be made both of {sources[place]} and of "
                              f"{target.source}; render them one by one")  # fmt: skip
        sources[place] = target.source
    return targets


def _is_folder(out: str) -> bool:
    return out.endswith(("/", "\\")) or Path(out).is_dir()


def _stem(solo: Path, out: str | None, into_folder: bool) -> Path:
    """Return where the files of a solo are, without the suffix."""
    if out is None:
        return solo.with_name(solo.stem)
    place = Path(out)
    if into_folder:
        return place / solo.stem
    return place.with_suffix("") if place.suffix[1:].lower() in KINDS else place


def _checked(
    targets: Sequence[Target], kinds: Sequence[str], soundfont: Path | None, bars_per_row: int
) -> Path | None:
    """Check that everything can be made; return the soundfont that sound needs.

    Raises:
        ConfigError: A tool or a soundfont is missing, or bars a row are out of range.
        OutputError: A file cannot be written.
    """
    from jazzgen.render.fluidsynth import check_fluidsynth
    from jazzgen.render.piano_roll import check_drawing
    from jazzgen.render.soundfont import find_soundfont
    from jazzgen.runtime.atomic import check_writable

    for target in targets:
        check_writable(target.file)
    if set(kinds) & set(PICTURES):
        check_drawing(bars_per_row)
    if "wav" not in kinds:
        return None
    check_fluidsynth()
    with naming("--soundfont" if soundfont else "--to wav"):
        return find_soundfont(soundfont)


def _solo(file: Path, kinds: Sequence[str]) -> Solo | None:
    """Read a solo; where only its sound is asked for, its MIDI needs to be whole, no more.

    Raises:
        MidiError: It is not usable.
    """
    from jazzgen.io.midi.events import read_events
    from jazzgen.transcription.read import read

    if set(kinds) == {"wav"}:
        read_events(file)
        return None
    return read(file)


def _write(target: Target, solo: Solo | None, soundfont: Path | None, look: Look) -> Levels | None:
    from jazzgen.render.audio import write_wav

    if target.kind == "wav":
        midi = target.source.read_bytes()
        return write_wav(midi, target.file, soundfont=soundfont, source=str(target.source))
    if solo is not None:
        _write_solo(target, solo, look)
    return None


def _write_solo(target: Target, solo: Solo, look: Look) -> None:
    if target.kind in PICTURES:
        from jazzgen.render.piano_roll import draw_piano_roll

        draw_piano_roll(solo, target.file, bars_per_row=look.bars_per_row)
        return
    from jazzgen.io.musicxml.solo import solo_to_musicxml
    from jazzgen.runtime.atomic import write_bytes

    write_bytes(target.file, solo_to_musicxml(solo, look.instrument, concert=look.concert))


def _result(target: Target, levels: Levels | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "file": str(target.file), "kind": target.kind, "source": str(target.source),
    }  # fmt: skip
    if levels:
        # JSON knows no infinity, which is how quiet silence is.
        result["levels"] = {
            name: round(value, 2) if math.isfinite(value) else None
            for name, value in vars(levels).items()
        }
    return result


def _described(target: Target, levels: Levels | None) -> str:
    if levels is None:
        return f"{'notation' if target.kind == 'musicxml' else 'piano roll'} of {target.source}"
    minutes, seconds = divmod(round(levels.seconds), 60)
    loud = (
        f"peak {levels.peak:.1f} dBFS, RMS {levels.rms:.1f} dBFS"
        if math.isfinite(levels.peak)
        else "silence"
    )
    return f"sound of {target.source}, {minutes}:{seconds:02d}, {loud}"
