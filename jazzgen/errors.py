"""The errors of jazzgen.

    JazzgenError
    ├── InputError            an input that cannot be used (exit code 2)
    │   ├── ChordError        a chord symbol that cannot be read
    │   ├── ChartError        a chart that cannot be read, or is inconsistent
    │   ├── MidiError         a file that is not a usable MIDI file
    │   ├── SoloError         notes that do not form a solo
    │   ├── DatasetError      a dataset or a folder of solos that cannot be used
    │   ├── ModelError        a model that is damaged, incomplete or does not fit
    │   └── ConfigError       settings that are out of range or contradict each other
    │       └── MissingPackageError   a setting needs a package that is not installed
    ├── OutputError           a result that cannot be written (exit code 2)
    └── WorkerError           processes that train together lose or do not find each other (2)

A message is one line. It names the file or the argument, and says what was expected and what was
found instead.
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
    "WorkerError",
]


class JazzgenError(Exception):
    """The base class of all errors that jazzgen raises on purpose."""


class InputError(JazzgenError):
    """An input that cannot be used: a file, an argument or a setting."""


class ChordError(InputError):
    """A chord symbol that cannot be read."""


class ChartError(InputError):
    """A chart that cannot be read, or is inconsistent."""


class MidiError(InputError):
    """A file that is not a usable Standard MIDI File."""


class SoloError(InputError):
    """Notes that do not form a solo: a single line over its chart."""


class DatasetError(InputError):
    """A dataset or a folder of solos that cannot be used."""


class ModelError(InputError):
    """A model that is damaged, incomplete, or does not fit what it is used for."""


class ConfigError(InputError):
    """Settings that are out of range or contradict each other."""


class MissingPackageError(ConfigError):
    """A setting that needs a package which is not installed."""


class OutputError(JazzgenError):
    """A result that cannot be written."""


class WorkerError(JazzgenError):
    """Processes that train together do not find each other, or one of them is lost."""
