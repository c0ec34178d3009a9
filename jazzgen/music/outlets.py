"""What a solo can be turned into: the hooks through which higher rooms do it.

A `Solo` saves itself and gives itself to other libraries, but this room knows nothing of files,
pictures and sound, and may not import those that do. So the face of the package registers a
function for each outlet, by its name: its module is imported when it is used for the first time.
"""

from __future__ import annotations

from importlib import import_module

from jazzgen.music.notebook_html import html_of

TYPE_CHECKING = False  # `typing` and `pathlib` would be most of what `import jazzgen` loads
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

__all__ = ["Outlets", "register_outlets"]

_registered: dict[str, str] = {}


def register_outlets(**functions: str) -> None:
    """Choose the functions that do what `Outlets` offers.

    Args:
        functions: The name of a function, as `module:name`, for each outlet.
    """
    _registered.update(functions)


def _let_out(outlet: str, music: object, *arguments: object, **more: object) -> Any:
    module, _, name = _registered[outlet].partition(":")
    return getattr(import_module(module), name)(music, *arguments, **more)


class Outlets:
    """The ways out of a solo, or of the solos of players who trade."""

    def save(self, path: str | Path, **playback: Any) -> Path:
        """Write it to a file: MIDI, or what the suffix says.

        Args:
            path: Where to write, such as "solo.mid", "solo.wav" or "solo.musicxml"; folders that
                are missing are made.
            playback: How it is played (see `jazzgen.save`): `band=False`, `swing=1.8` and so on.

        Returns:
            The path that was written.

        Raises:
            ConfigError: Nothing has this suffix, or what it needs is not installed.
            OutputError: The file cannot be written.
        """
        saved: Path = _let_out("save", self, path, **playback)
        return saved

    def to_music21(self) -> Any:
        """Return it as a `music21.stream.Score`: the notation that `.musicxml` has.

        Raises:
            MissingPackageError: `music21` is not installed.
        """
        return _let_out("to_music21", self)

    def to_pretty_midi(self, **playback: Any) -> Any:
        """Return it as a `pretty_midi.PrettyMIDI`, as it sounds, with its band.

        Args:
            playback: How it is played (see `jazzgen.save`).

        Raises:
            MissingPackageError: `pretty_midi` is not installed.
        """
        return _let_out("to_pretty_midi", self, **playback)

    def to_pandas(self) -> Any:
        """Return its notes as a `pandas.DataFrame`, a row a note.

        Raises:
            MissingPackageError: `pandas` is not installed.
        """
        return _let_out("to_pandas", self)

    def _repr_html_(self) -> str | None:
        """Return the HTML that a notebook shows, or None if nothing can draw it."""
        return html_of(self)
