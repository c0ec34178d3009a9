"""Types of what belongs to the library that runs Keras; nothing here loads it.

Keras has no types of its own, and a tensor of its backend, a symbolic one of a graph and an
array of NumPy have no class in common: so to mypy both are `Any`. The names say what is meant.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Ops", "Tensor"]

Tensor = Any
"""A tensor of Keras's backend, a symbolic one of a graph, or an array of NumPy."""

Ops = Any
"""`keras.ops` or `numpy`: a function that takes it uses only what both of them have."""
