"""The errors of jazzgen.

    JazzgenError
    ├── InputError            what the user gave cannot be used (exit code 2)
    │   ├── ChordError        a chord symbol that nobody can read
    │   ├── ChartError        a chart that does not add up
    │   ├── MidiError         a file that is no usable MIDI
    │   ├── SoloError         notes that do not make a solo
    │   ├── DatasetError      a dataset or corpus folder that cannot be used
    │   ├── ModelError        a model folder that is damaged or does not fit
    │   └── ConfigError       settings that contradict each other
    │       └── MissingPackageError   a setting asks for a package that is not installed
    └── OutputError           a result that could not be written (exit code 2)

A message says which file or argument, what was expected and what came, in one
line.
"""

from __future__ import annotations

__all__ = [
    "ChartError",
    "ChordError",
    "ConfigError",
    "DatasetError",
    "InputError",
    "JazzgenError",
    "MidiError",
    "MissingPackageError",
    "ModelError",
    "OutputError",
    "SoloError",
]


class JazzgenError(Exception):
    """Base of everything that jazzgen raises on purpose."""


class InputError(JazzgenError):
    """What the user gave cannot be used."""


class ChordError(InputError):
    """A chord symbol that cannot be read."""


class ChartError(InputError):
    """A chord chart that cannot be read or does not add up."""


class MidiError(InputError):
    """A file that is not a usable Standard MIDI File."""


class SoloError(InputError):
    """Notes that do not make a monophonic solo."""


class DatasetError(InputError):
    """A dataset or a folder of solos that cannot be used."""


class ModelError(InputError):
    """A model folder that is damaged, incomplete or does not fit."""


class ConfigError(InputError):
    """Settings that are out of range or contradict each other."""


class MissingPackageError(ConfigError):
    """What was asked for needs a package that is not installed."""


class OutputError(JazzgenError):
    """A result that could not be written."""
