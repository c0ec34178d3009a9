"""Repeat features in the inference graph are those of `encoding.repeat_features`, line by line."""

import numpy as np
import pytest
from keras import ops

from jazzgen.encoding.repeat_features import RepeatClass, repeat_features
from jazzgen.encoding.sequence import NO_PITCH
from jazzgen.encoding.values import REST
from jazzgen.nn.keras_engine.repeat_features import empty_memory, recall, store

LINES, STEPS = 5, 80


def lines():
    """Lines that come back to themselves again and again, with wide leaps and rests."""
    rng = np.random.default_rng(1)
    pitch = rng.choice([60, 62, 62, 64, 95, REST], size=(LINES, STEPS)).astype(np.int32)
    pitch[0] = np.resize([60, 62, REST, 64, 62], STEPS)
    duration = rng.choice([6, 12, 12], size=(LINES, STEPS)).astype(np.int32)
    return pitch, duration


@pytest.mark.parametrize("size", [12, 200])
def test_what_a_memory_recalls_are_the_features_of_the_line(size):
    pitch, duration = lines()
    expected = np.stack([
        repeat_features(*line, memory=size) for line in zip(pitch, duration, strict=True)
    ])  # fmt: skip
    assert (expected[..., ::2] == RepeatClass.REST).any()
    assert (expected[..., ::2] == 48).any(), "no leap was too wide to tell"
    memory, last = empty_memory(LINES, size), np.full(LINES, NO_PITCH, np.int32)
    for step in range(STEPS):
        found = np.stack([ops.convert_to_numpy(one) for one in recall(memory)], axis=-1)
        np.testing.assert_array_equal(found, expected[:, step], err_msg=f"value {step}")
        memory = store(memory, pitch[:, step], duration[:, step], last)
        last = np.where(pitch[:, step] == REST, last, pitch[:, step])
