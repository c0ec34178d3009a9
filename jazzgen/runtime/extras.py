"""Packages that only a part of jazzgen needs, and the extra that brings each of them.

The base installation plays. Whoever trains, draws or judges installs an extra of
`pyproject.toml` too, and whoever forgot to is told in one line what is missing:
`require` says so before the work begins, `needing` where a package turns out to be
missing in the midst of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from jazzgen.errors import MissingPackageError

__all__ = ["EXTRAS", "needing", "require"]

EXTRAS = {
    "tensorflow": "train",
    "keras": "train",
    "music21": "train",
    "matplotlib": "plot",
    "sklearn": "evaluate",
    "tensorboard": "tensorboard",
    "jax": "jax",
}
"""The extra that brings a package, by the name that the package is imported by."""

DISTRIBUTIONS = {"sklearn": "scikit-learn"}
"""What a package is called where it is installed, if that differs from its import."""


def require(purpose: str, *packages: str, otherwise: str = "") -> None:
    """Check that packages are installed, without loading them.

    Args:
        purpose: What needs them, with its verb: "training needs".
        packages: The packages, by the names that they are imported by.
        otherwise: What the user can do without them, for the end of the message.

    Raises:
        MissingPackageError: One of them is not installed.
    """
    for package in packages:
        if find_spec(package) is None:
            raise _missing(purpose, package, otherwise)


@contextmanager
def needing(purpose: str) -> Iterator[None]:
    """Say which extra is missing if the block imports a package that is not installed.

    Args:
        purpose: What needs the package, with its verb: "the Keras engine needs".

    Raises:
        MissingPackageError: A package of `EXTRAS` is not installed. That any other
            module cannot be found is a fault, and passes as it is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS or find_spec(package) is not None:
            raise
        raise _missing(purpose, package) from error


def _missing(purpose: str, package: str, otherwise: str = "") -> MissingPackageError:
    name = DISTRIBUTIONS.get(package, package)
    end = f"; {otherwise}" if otherwise else ""
    return MissingPackageError(
        f"{purpose} {name}, which is not installed: pip install 'jazzgen[{EXTRAS[package]}]'{end}"
    )
