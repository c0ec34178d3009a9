"""Compares dataclasses that hold arrays."""

from dataclasses import fields

import numpy as np


def assert_same(found, expected):
    """Assert that two dataclasses with arrays, or dictionaries of arrays, are equal."""
    for field in fields(expected):
        one, other = getattr(found, field.name), getattr(expected, field.name)
        if not isinstance(other, dict):
            one, other = {field.name: one}, {field.name: other}
        assert list(one) == list(other), "an epoch's sums depend on the order"
        for name, values in other.items():
            np.testing.assert_array_equal(one[name], values, err_msg=name)
            assert getattr(one[name], "dtype", None) == getattr(values, "dtype", None)
