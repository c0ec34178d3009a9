"""Optional packages, and the extra of `pyproject.toml` that installs each of them.

The base installation can play. Training, drawing and evaluation need packages from extras. If
one is missing, a message of one line names the extra to install: `require` checks before the
work begins, and `needing` reports an import that fails during the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from jazzgen.errors import MissingPackageError

__all__ = ["EXTRAS", "installed", "needing", "require"]

EXTRAS = {
    "tensorflow": "train",
    "keras": "train",
    "music21": "train",
    "matplotlib": "plot",
    "verovio": "sheet",
    "midirenderer": "audio",
    "pandas": "pandas",
    "pretty_midi": "audio",
    "pyloudnorm": "audio",
    "scipy": "audio",
    "soundfile": "audio",
    "sklearn": "evaluate",
    "tensorboard": "tensorboard",
    "jax": "jax",
    "onnx": "onnx",
    "tf2onnx": "onnx",
    "starlette": "studio",
    "uvicorn": "studio",
    "distributed": "scale",
    "fsspec": "scale",
}
"""The extra that installs each package, by the name under which the package is imported."""

DISTRIBUTIONS = {"sklearn": "scikit-learn"}
"""Names for `pip install`, by import name, of packages for which the two differ."""


def installed(package: str) -> bool:
    """Return whether a package is installed, without loading it.

    Args:
        package: The name under which it is imported.
    """
    # Importing TensorFlow takes seconds; finding it takes less than a millisecond.
    try:
        return find_spec(package) is not None
    except ValueError:  # hidden, by a None among the loaded modules
        return False


def require(purpose: str, *packages: str, otherwise: str = "") -> None:
    """Check that packages are installed, without loading them.

    Args:
        purpose: The beginning of the message, with a verb: "training needs".
        packages: The names under which the packages are imported.
        otherwise: The end of the message, if any: what the user can do without them.

    Raises:
        MissingPackageError: One of them is not installed.
    """
    for package in packages:
        if not installed(package):
            raise _missing(purpose, package, otherwise)


@contextmanager
def needing(purpose: str) -> Iterator[None]:
    """Turn a failed import of an optional package in the block into a message that names its extra.

    Args:
        purpose: The beginning of the message, with a verb: "the Keras engine needs".

    Raises:
        MissingPackageError: A package of `EXTRAS` is not installed.
        ModuleNotFoundError: Another module cannot be found, which is a bug.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        # An installed package can fail to import one of its own submodules: that is a bug too.
        if package not in EXTRAS or find_spec(package) is not None:
            raise
        raise _missing(purpose, package) from error


def _missing(purpose: str, package: str, otherwise: str = "") -> MissingPackageError:
    name = DISTRIBUTIONS.get(package, package)
    end = f"; {otherwise}" if otherwise else ""
    return MissingPackageError(
        f"{purpose} {name}, which is not installed: pip install 'jazzgen[{EXTRAS[package]}]'{end}"
    )
